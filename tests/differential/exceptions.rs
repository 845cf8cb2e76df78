//! Where aakit differs from the parser on purpose, each with its reason.

/// A difference that is meant.
struct Exception {
    name: &'static str,
    /// Why aakit does not follow.
    #[allow(dead_code, reason = "read by people")]
    reason: &'static str,
    applies: fn(case: &str, difference: &str) -> bool,
}

const EXCEPTIONS: &[Exception] = &[
    Exception {
        name: "carriage return in a network rule",
        reason: "apparmor_parser 3.0 ends a network rule at a comma and CR LF, 4.0 and newer do not: aakit refuses it for every target",
        applies: |_, difference| difference.contains("[carriage-return]"),
    },
    Exception {
        name: "empty class",
        reason: "apparmor_parser takes `[]` for the start of a class that a later `]` ends; nobody means that, and aakit refuses it",
        applies: |_, difference| difference.contains("a character class must not be empty"),
    },
    Exception {
        name: "rules of newer versions",
        reason: "apparmor_parser 3.0 reads `mqueue r` as a file rule about `mqueue`; aakit reads what follows as 4.0 does",
        applies: |case, difference| case.contains("mqueue r") && difference.starts_with("the parser accepts"),
    },
];

/// The name of the exception that a difference falls under.
pub fn named(case: &str, difference: &str) -> Option<&'static str> {
    EXCEPTIONS.iter().find(|exception| (exception.applies)(case, difference)).map(|exception| exception.name)
}
