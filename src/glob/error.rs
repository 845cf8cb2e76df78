//! What can be wrong with a glob.

use std::ops::Range;

/// Why a glob is refused, and which of its bytes are to blame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlobError {
    /// What is wrong.
    pub kind: GlobErrorKind,
    /// The bytes that are wrong, as offsets in the text that was given to [`Glob::parse`](super::Glob::parse).
    pub at: Range<usize>,
}

/// The ways in which a glob can be wrong (apparmor.d(5) names none of them; found by asking apparmor_parser).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GlobErrorKind {
    /// A `{` without its `}`.
    UnclosedGroup,
    /// A `}` without its `{`.
    UnopenedGroup,
    /// A group without a comma: `{}` and `{a}`.
    LoneAlternative,
    /// More than 49 groups within each other.
    TooDeep,
    /// A `[` without its `]`.
    UnclosedClass,
    /// A `]` without its `[`; also the second one of `[]a]`.
    UnopenedClass,
    /// `[]` and `[^]`.
    EmptyClass,
    /// A `-` in a class that neither comes first nor joins two characters: `[a-]`, `[a-c-e]`.
    LooseHyphen,
    /// The text ends in a lone backslash.
    TrailingBackslash,
}

impl GlobError {
    /// What is wrong, in a few words.
    #[must_use]
    pub fn message(&self) -> &'static str {
        match self.kind {
            GlobErrorKind::UnclosedGroup => "this `{` is never closed",
            GlobErrorKind::UnopenedGroup => "this `}` closes nothing",
            GlobErrorKind::LoneAlternative => "a group in `{ }` needs at least one comma",
            GlobErrorKind::TooDeep => "too many groups within each other; 49 is the most",
            GlobErrorKind::UnclosedClass => "this `[` is never closed",
            GlobErrorKind::UnopenedClass => "this `]` closes nothing",
            GlobErrorKind::EmptyClass => "a character class must not be empty",
            GlobErrorKind::LooseHyphen => "this `-` in a character class does not join two characters",
            GlobErrorKind::TrailingBackslash => "the backslash at the end escapes nothing",
        }
    }

    /// What to do, in the imperative.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self.kind {
            GlobErrorKind::UnclosedGroup => r"close it with `}`, or write `\{` for the character itself",
            GlobErrorKind::UnopenedGroup => r"remove it, or write `\}` for the character itself",
            GlobErrorKind::LoneAlternative => {
                r"write `{a,b}` for alternatives, `{,a}` for an optional part, `\{a\}` for the characters themselves"
            }
            GlobErrorKind::TooDeep => "split the rule into several",
            GlobErrorKind::UnclosedClass => r"close it with `]`, or write `\[` for the character itself",
            GlobErrorKind::UnopenedClass => r"remove it, or write `\]` for the character itself",
            GlobErrorKind::EmptyClass => {
                r"name the characters, or write `\[\]` for the characters themselves"
            }
            GlobErrorKind::LooseHyphen => "put the `-` first in the class",
            GlobErrorKind::TrailingBackslash => r"remove it, or write `\\` for the character itself",
        }
    }
}

impl std::fmt::Display for GlobError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.message())
    }
}

impl std::error::Error for GlobError {}
