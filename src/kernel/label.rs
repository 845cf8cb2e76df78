//! Labels as the kernel prints them: `NAME (MODE)`, or a bare `NAME`.

use serde::{Serialize, Serializer};
use std::fmt;

/// How a profile acts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Refuses and logs.
    Enforce,
    /// Allows and logs.
    Complain,
    /// Ends the task that is refused.
    Kill,
    /// Named, but unrestricted.
    Unconfined,
    /// Asks a daemon.
    Prompt,
    /// A stack of profiles in different modes.
    Mixed,
    /// A word that a newer kernel uses.
    Other(String),
}

impl Mode {
    /// The mode that the kernel's word stands for.
    #[must_use]
    pub fn from_kernel(word: &str) -> Self {
        match word {
            "enforce" => Self::Enforce,
            "complain" => Self::Complain,
            "kill" => Self::Kill,
            "unconfined" => Self::Unconfined,
            "user" | "prompt" => Self::Prompt,
            "mixed" => Self::Mixed,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The word for it, as aa-status uses it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Enforce => "enforce",
            Self::Complain => "complain",
            Self::Kill => "kill",
            Self::Unconfined => "unconfined",
            Self::Prompt => "prompt",
            Self::Mixed => "mixed",
            Self::Other(word) => word,
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Mode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// The profile or stack of profiles that confines a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Label {
    /// Its full name: `profile`, `parent//child`, `:namespace:profile`, or several joined by `//&`.
    pub name: String,
    /// Its mode; a task without a profile is `unconfined` in mode unconfined.
    pub mode: Mode,
}

impl Label {
    /// True when nothing confines the task.
    #[must_use]
    pub fn is_unconfined(&self) -> bool {
        self.name == "unconfined" && self.mode == Mode::Unconfined
    }

    /// The profiles of a stack; one where there is no stack.
    pub fn stack(&self) -> impl Iterator<Item = &str> {
        self.name.split("//&")
    }
}

/// Reads one label. Names may hold spaces and parentheses, so the mode is what follows the last ` (` when the text
/// ends in `)`. One trailing line feed is dropped; empty means `unconfined`.
#[must_use]
pub fn parse_label(text: &str) -> Label {
    let text = text.strip_suffix('\n').unwrap_or(text).trim_end_matches('\0');
    if text.is_empty() || text == "unconfined" {
        return Label { name: "unconfined".to_owned(), mode: Mode::Unconfined };
    }
    match text.strip_suffix(')').and_then(|rest| rest.rsplit_once(" (")) {
        Some((name, mode)) => Label { name: name.to_owned(), mode: Mode::from_kernel(mode) },
        None => Label { name: text.to_owned(), mode: Mode::Enforce },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mode_is_behind_the_last_parenthesis() {
        let label = parse_label("my (odd) name (complain)\n");
        assert_eq!((label.name.as_str(), label.mode), ("my (odd) name", Mode::Complain));
        assert_eq!(parse_label("(enforce) (enforce)").name, "(enforce)");
    }

    #[test]
    fn nothing_is_unconfined() {
        assert!(parse_label("").is_unconfined());
        assert!(parse_label("unconfined\n").is_unconfined());
        assert_eq!(parse_label("bare").name, "bare");
    }

    #[test]
    fn a_stack_has_members() {
        assert_eq!(parse_label("a//&b//c (mixed)").stack().collect::<Vec<_>>(), ["a", "b//c"]);
    }
}
