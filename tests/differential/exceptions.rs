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
        name: "empty class",
        reason: "apparmor_parser takes `[]` for the start of a class that a later `]` ends; nobody means that, and aakit refuses it",
        applies: |_, difference| difference.contains("a character class must not be empty"),
    },
    Exception {
        name: "targets of links",
        reason: "apparmor_parser 3.0 counts the targets of links among the twelve transitions of a profile; upstream calls it a bug and mended it",
        applies: |case, difference| {
            difference.contains("too many specified profile transitions") && case.contains(" l ->")
        },
    },
    Exception {
        name: "include at the end of the file",
        reason: "an `include` without a name is nothing to apparmor_parser where only blanks follow it up to the end of the file; somebody meant to write a name there",
        applies: |case, difference| {
            difference.contains("the name of the included file is missing")
                && case.trim_end().ends_with("include")
        },
    },
];

/// The name of the exception that a difference falls under.
pub fn named(case: &str, difference: &str) -> Option<&'static str> {
    EXCEPTIONS.iter().find(|exception| (exception.applies)(case, difference)).map(|exception| exception.name)
}
