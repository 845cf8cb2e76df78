//! Words before a rule that say how it counts.

use crate::vocabulary::{Version, Word};

/// A qualifier. Their order before a rule is fixed and is the order here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Qualifier {
    /// `priority=N`: rules of higher priority win.
    Priority,
    /// `audit`: what the rule decides is logged.
    Audit,
    /// `allow`: what a rule does without a word.
    Allow,
    /// `deny`: refuse, and win over allow.
    Deny,
    /// `prompt`: ask the user.
    Prompt,
    /// `owner`: only files of the process's own user.
    Owner,
    /// `user`: another word for `owner`.
    User,
    /// `other`: only files of other users.
    Other,
}

impl Qualifier {
    /// The place in the fixed order, from 0; two of the same place exclude each other.
    #[must_use]
    pub fn place(self) -> u8 {
        match self {
            Self::Priority => 0,
            Self::Audit => 1,
            Self::Allow | Self::Deny | Self::Prompt => 2,
            Self::Owner | Self::User | Self::Other => 3,
        }
    }
}

impl Word for Qualifier {
    fn name(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Audit => "audit",
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Prompt => "prompt",
            Self::Owner => "owner",
            Self::User => "user",
            Self::Other => "other",
        }
    }

    fn since(self) -> Version {
        match self {
            Self::Priority | Self::Prompt => Version::V4_1,
            _ => Version::V2_13,
        }
    }

    fn all() -> impl Iterator<Item = Self> {
        use Qualifier::{Allow, Audit, Deny, Other, Owner, Priority, Prompt, User};
        [Priority, Audit, Allow, Deny, Prompt, Owner, User, Other].into_iter()
    }
}
