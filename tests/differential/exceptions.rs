//! Where aakit differs from the parser on purpose, each with its reason.

/// A difference that is meant.
pub struct Exception {
    pub name: &'static str,
    /// Why aakit does not follow.
    #[allow(dead_code, reason = "read by people")]
    reason: &'static str,
    /// A file on which they differ.
    pub example: &'static str,
    applies: fn(case: &str, difference: &str) -> bool,
}

pub const EXCEPTIONS: &[Exception] = &[
    Exception {
        name: "empty class",
        reason: "apparmor_parser takes `[]` for the start of a class that a later `]` ends; nobody means that, and aakit refuses it",
        example: "profile t { /a[][b] r, }\n",
        applies: |_, difference| difference.contains("a character class must not be empty"),
    },
    Exception {
        name: "targets of links",
        reason: "apparmor_parser 3.0 counts the targets of links among the twelve transitions of a profile; upstream calls it a bug and mended it",
        example: "profile t { /0 l -> /t0, /1 l -> /t1, /2 l -> /t2, /3 l -> /t3, /4 l -> /t4, /5 l -> /t5, /6 l -> /t6, /7 l -> /t7, /8 l -> /t8, /9 l -> /t9, /10 l -> /t10, /11 l -> /t11, /12 l -> /t12, }\n",
        applies: |case, difference| {
            difference.contains("too many specified profile transitions") && case.contains(" l ->")
        },
    },
    Exception {
        name: "include at the end of the file",
        reason: "an `include` without a name is nothing to apparmor_parser where only blanks follow it up to the end of the file; somebody meant to write a name there",
        example: "profile t { }\ninclude \n",
        applies: |case, difference| {
            difference.contains("the name of the included file is missing")
                && case.trim_end().ends_with("include")
        },
    },
    Exception {
        name: "include inside a rule",
        reason: "apparmor_parser reads on in the included file wherever its scanner is in the default mode, also in the middle of a rule or a head; a rule whose halves are in two files can neither be told of nor formatted, and in practice a comma is missing there",
        example: "profile t { capability include if exists <nope> chown, }\n",
        applies: |case, difference| {
            let after_word = |word: &str| case.split(word).skip(1).any(|rest| rest.starts_with([' ', '\t']));
            difference.contains("aakit says")
                && after_word("include")
                && (difference.contains("an `include` stands inside another rule or head")
                    || difference.contains("missing `,` at the end of the rule")
                    || difference.contains("found `include`")
                    || difference.contains("found `#include`"))
        },
    },
    Exception {
        name: "NUL",
        reason: "apparmor_parser cuts a word at a NUL byte and so takes another path than the file says; no text file holds one",
        example: "profile t { /a\0b r, }\n",
        applies: |case, difference| case.contains('\0') && difference.contains("aakit says"),
    },
];

/// The name of the exception that a difference falls under.
pub fn named(case: &str, difference: &str) -> Option<&'static str> {
    EXCEPTIONS.iter().find(|exception| (exception.applies)(case, difference)).map(|exception| exception.name)
}
