//! Where aakit differs from the parser on purpose, each with its reason.

/// A difference that is meant.
struct Exception {
    name: &'static str,
    /// Why aakit does not follow.
    #[allow(dead_code, reason = "read by people")]
    reason: &'static str,
    applies: fn(case: &str, difference: &str) -> bool,
}

const EXCEPTIONS: &[Exception] = &[Exception {
    name: "empty class",
    reason: "apparmor_parser takes `[]` for the start of a class that a later `]` ends; nobody means that, and aakit refuses it",
    applies: |_, difference| difference.contains("a character class must not be empty"),
}];

/// The name of the exception that a difference falls under.
pub fn named(case: &str, difference: &str) -> Option<&'static str> {
    EXCEPTIONS.iter().find(|exception| (exception.applies)(case, difference)).map(|exception| exception.name)
}
