//! One row of a table of files: which, what of them, why it matters, who needs it.

use super::sources::Source;
use crate::vocabulary::Permissions;

/// Files that are dangerous for one reason.
#[derive(Debug)]
pub struct Row {
    /// The lint rule that reports it.
    pub rule: &'static str,
    /// Whether it is reported.
    pub state: State,
    /// The access that makes it dangerous.
    pub access: RowAccess,
    /// How much follows from it.
    pub risk: Risk,
    /// Paths that stand for all of its files: a rule has to do with the row when its glob matches one. `~/` is any home.
    /// Where any name will do, `aakit` stands in its place; a path with wildcards only tells which literal paths are meant too.
    pub paths: &'static [&'static str],
    /// What follows, as a clause behind a colon.
    pub reason: &'static str,
    /// Where that is told.
    pub sources: &'static [Source],
    /// Programs for which such a rule is right.
    pub programs: &'static [&'static str],
}

/// Whether a row is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Yes.
    On,
    /// Only where the rule is not bound to the owner's files.
    Unowned,
    /// No: it is known, and not worth a finding.
    Off,
}

/// The access that makes a row dangerous.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The words say it.
pub enum RowAccess {
    Read,
    Write,
    ReadOrWrite,
}

impl RowAccess {
    /// Those of the permissions that make it dangerous.
    #[must_use]
    pub fn of(self, permissions: Permissions) -> Permissions {
        let dangerous = match self {
            Self::Read => Permissions::READ,
            Self::Write => Permissions::WRITE | Permissions::APPEND,
            Self::ReadOrWrite => Permissions::READ | Permissions::WRITE | Permissions::APPEND,
        };
        permissions & dangerous
    }
}

/// How much follows from a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// Worth a note.
    Low,
    /// A leak, or a step aside.
    Medium,
    /// Root or no confinement, with one more common thing.
    High,
    /// Root or no confinement by itself.
    Critical,
}

impl Risk {
    /// One less: something that it needs is missing, or something stands in its way.
    #[must_use]
    pub fn lowered(self) -> Self {
        match self {
            Self::Critical => Self::High,
            Self::High => Self::Medium,
            Self::Medium | Self::Low => Self::Low,
        }
    }
}

/// A table of rows.
macro_rules! rows {
    ($(
        $state:ident $rule:literal $access:ident $risk:ident
        [$($path:literal),+ $(,)?]
        $reason:literal
        see [$($source:expr),* $(,)?] for [$($program:literal),* $(,)?];
    )+) => {
        &[$(
            $crate::lint::danger::row::Row {
                rule: $rule,
                state: $crate::lint::danger::row::State::$state,
                access: $crate::lint::danger::row::RowAccess::$access,
                risk: $crate::lint::danger::row::Risk::$risk,
                paths: &[$($path),+],
                reason: $reason,
                sources: &[$($source),*],
                programs: &[$($program),*],
            }
        ),+]
    };
}

pub(super) use rows;
