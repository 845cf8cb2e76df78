//! Where aakit differs from the parser on purpose, each with its reason.

use aakit::vocabulary::Version;
use std::ops::RangeInclusive;

/// A difference that is meant.
pub struct Exception {
    pub name: &'static str,
    /// Why aakit does not follow.
    #[allow(dead_code, reason = "read by people")]
    reason: &'static str,
    /// A file on which they differ.
    pub example: &'static str,
    /// The releases that differ.
    versions: RangeInclusive<Version>,
    applies: fn(case: &str, difference: &str) -> bool,
}

impl Exception {
    /// Does the parser of that release differ so?
    pub fn is_of(&self, version: Version) -> bool {
        self.versions.contains(&version)
    }
}

const EVERY: RangeInclusive<Version> = Version::V2_13..=Version::NEWEST;

pub const EXCEPTIONS: &[Exception] = &[
    Exception {
        name: "empty class",
        reason: "apparmor_parser takes `[]` for the start of a class that a later `]` ends; nobody means that, and aakit refuses it",
        example: "profile t { /a[][b] r, }\n",
        versions: EVERY,
        applies: |_, difference| difference.contains("a character class must not be empty"),
    },
    Exception {
        name: "targets of links",
        reason: "before 5.0 apparmor_parser counts the targets of links among the twelve transitions of a profile; upstream calls it a bug and mended it",
        example: "profile t { /0 l -> /t0, /1 l -> /t1, /2 l -> /t2, /3 l -> /t3, /4 l -> /t4, /5 l -> /t5, /6 l -> /t6, /7 l -> /t7, /8 l -> /t8, /9 l -> /t9, /10 l -> /t10, /11 l -> /t11, /12 l -> /t12, }\n",
        versions: Version::V2_13..=Version::V4_1,
        applies: |case, difference| {
            difference.contains("too many specified profile transitions") && case.contains(" l ->")
        },
    },
    Exception {
        name: "first letters",
        reason: "apparmor_parser 5.0 compares names without their first letter when it merges rules, so that `foo` and `goo` are one to it and a rule is lost; paths all begin with `/`, profiles do not",
        example: "profile t { change_profile unsafe /a -> foo, change_profile /a -> goo, }\n",
        versions: Version::V5_0..=Version::V5_0,
        applies: |case, difference| {
            let merged = difference.split("has merged rule ").nth(1);
            let told = |name: &str| !name.starts_with('/') && name.contains(" with conflicting x modifiers");
            merged.is_some_and(told)
                || (difference.contains("[bad-glob]") && case.matches("change_profile").count() > 1)
        },
    },
    Exception {
        name: "slashes of what asks",
        reason: "apparmor_parser merges rules by their texts as they are written, and what asks is looked at nowhere else, so that `/a//b` and `/a/b` may disagree though they are one path",
        example: "profile t { prompt /a//b px, prompt /a/b ix, }\n",
        versions: Version::V4_1..=Version::NEWEST,
        applies: |case, difference| {
            difference.contains("[conflicting-exec]") && case.contains("prompt") && case.contains("//")
        },
    },
    Exception {
        name: "crash on a conditional behind a network rule",
        reason: "apparmor_parser 3.0 dies without a word where a network rule stands before a conditional whose condition holds",
        example: "profile t { network inet, if not defined ${X} { /a r, } }\n",
        versions: Version::V2_13..=Version::V3_0,
        applies: |case, difference| {
            difference.trim_end().ends_with("aakit accepts, the parser says")
                && case.contains("if ")
                && (case.contains("network") || case.contains("include"))
        },
    },
    Exception {
        name: "order in memory",
        reason: "since 4.1 apparmor_parser reads the rules that match a path in the order of their addresses: in a second profile, a child or a hat it depends on what was in memory before whether a rule that decides over two others is read in time to keep them from conflicting; aakit judges each profile as the first",
        example: "profile a { /a r, }\nprofile t { /** ix, /* cx, priority=1 /** px, }\n",
        versions: Version::V4_1..=Version::V5_0,
        applies: |case, difference| {
            let told = ["conflicting x modifiers", "[conflicting-exec]"];
            let begins = |word: &str| word == "profile" || word == "hat" || word.starts_with('^');
            told.iter().any(|text| difference.contains(text))
                && case.split_whitespace().filter(|word| begins(word)).count() > 1
        },
    },
    Exception {
        name: "crash on an empty profile",
        reason: "apparmor_parser 4.1 ends at an assertion of its own where rules are there and nothing is left of them",
        example: "profile t { owner { other /a r, } }\n",
        versions: Version::V4_1..=Version::V4_1,
        applies: |_, difference| difference.contains("Assertion `states.size() >= 2' failed"),
    },
    Exception {
        name: "comment inside a condition",
        reason: "since 5.0 the value of a boolean variable goes on behind a comment and a line end; such a comment has no place in a tree that is written back, and nobody writes one there",
        example: "${C}= # why\ntrue\nprofile t { }\n",
        versions: Version::V5_0..=Version::NEWEST,
        applies: |case, difference| {
            let told = ["expected a condition, found `#`", "found `and`", "found `or`"];
            difference.contains("the parser accepts")
                && case.contains('#')
                && told.iter().any(|text| difference.contains(text))
        },
    },
    Exception {
        name: "variables that are nothing in part",
        reason: "since 5.0 apparmor_parser prints that a variable is not declared or refers to itself, and goes on where another value is left; the rules are then not those that were written",
        example: "@{A}=/a @{B}\nprofile t { @{A} r, }\n",
        versions: Version::V5_0..=Version::NEWEST,
        applies: |case, difference| {
            // One of several values, or added to others.
            let in_part = |line: &str| {
                line.trim_start().starts_with('@') && line.matches("@{").count() > 1 && line.contains('=')
            };
            difference.contains("the parser accepts")
                && (difference.contains("[undefined-variable]")
                    || difference.contains("[recursive-variable]"))
                && case.lines().any(in_part)
        },
    },
    Exception {
        name: "times beyond measure",
        reason: "apparmor_parser takes a time that is more microseconds than a number holds for what is left of it",
        example: "profile t { set rlimit rttime <= 5124095577h, }\n",
        versions: EVERY,
        applies: |_, difference| difference.contains("the time is too long"),
    },
    Exception {
        name: "open",
        reason: "since 4.0 the word `open` of mqueue rules is an opening brace to the scanner wherever one may stand; nobody means it",
        example: "profile t open /a r, }\n",
        versions: Version::V4_0..=Version::NEWEST,
        applies: |case, difference| {
            difference.contains("found `open`")
                || (difference.contains("the parser accepts")
                    && case.split_whitespace().any(|word| word == "open"))
        },
    },
    Exception {
        name: "include at the end of the file",
        reason: "an `include` without a name is nothing to apparmor_parser where only blanks follow it up to the end of the file; somebody meant to write a name there",
        example: "profile t { }\ninclude \n",
        versions: EVERY,
        applies: |case, difference| {
            difference.contains("the name of the included file is missing")
                && case.trim_end().ends_with("include")
        },
    },
    Exception {
        name: "include inside a rule",
        reason: "apparmor_parser reads on in the included file wherever its scanner is in the default mode, also in the middle of a rule or a head; a rule whose halves are in two files can neither be told of nor formatted, and in practice a comma is missing there",
        example: "profile t { capability include if exists <nope> chown, }\n",
        versions: EVERY,
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
        versions: EVERY,
        applies: |case, difference| case.contains('\0') && difference.contains("aakit says"),
    },
];

/// The name of the exception that a difference from the parser of that release falls under.
pub fn named(case: &str, difference: &str, version: Version) -> Option<&'static str> {
    let applies = |exception: &&Exception| exception.is_of(version) && (exception.applies)(case, difference);
    EXCEPTIONS.iter().find(applies).map(|exception| exception.name)
}
