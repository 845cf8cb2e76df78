//! Words of a profile's `flags=(…)`.

use crate::vocabulary::{Version, word_in_table};

/// A profile flag, for those with a value the part before the `=`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProfileFlag(u8);

/// How a flag is written and what it excludes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FlagKind {
    /// A mode: a profile has one, so any two different ones conflict.
    Mode,
    /// A switch, with the name of the switch that it conflicts with, if any.
    Switch(Option<&'static str>),
    /// `NAME=PATH`; the path begins with `/`.
    Path,
    /// `NAME` or `NAME=PATH`.
    OptionalPath,
    /// `NAME=SIGNAL`.
    Signal,
    /// `NAME=ERRNO`.
    Errno,
}

impl ProfileFlag {
    /// How it is written and what it excludes.
    #[must_use]
    pub fn kind(self) -> FlagKind {
        self.row().kind
    }

    /// May no profile have both? Flags with a value also conflict with themselves when the values differ.
    #[must_use]
    pub fn conflicts_with(self, other: Self) -> bool {
        if self == other {
            return false;
        }
        let excludes = |flag: Self, other: Self| match flag.kind() {
            FlagKind::Mode => other.kind() == FlagKind::Mode,
            FlagKind::Switch(opposite) => opposite.is_some_and(|name| name == implied_switch(other)),
            _ => false,
        };
        excludes(self, other) || excludes(other, self)
    }
}

/// `attach_disconnected.path` and `.ipc` count as `attach_disconnected`.
fn implied_switch(flag: ProfileFlag) -> &'static str {
    let name = flag.row().name;
    name.split_once('.')
        .map_or(name, |(switch, _)| if switch == "attach_disconnected" { switch } else { name })
}

struct Row {
    name: &'static str,
    kind: FlagKind,
    since: Version,
}

const fn row(name: &'static str, kind: FlagKind, since: Version) -> Row {
    Row { name, kind, since }
}

static FLAGS: [Row; 21] = [
    row("enforce", FlagKind::Mode, Version::V2_13),
    row("complain", FlagKind::Mode, Version::V2_13),
    row("kill", FlagKind::Mode, Version::V3_0),
    row("unconfined", FlagKind::Mode, Version::V3_0),
    row("prompt", FlagKind::Mode, Version::V4_0),
    row("default_allow", FlagKind::Mode, Version::V4_0),
    row("audit", FlagKind::Switch(None), Version::V2_13),
    row("debug", FlagKind::Switch(None), Version::V4_0),
    row("interruptible", FlagKind::Switch(None), Version::V4_0),
    row("mediate_deleted", FlagKind::Switch(Some("delegate_deleted")), Version::V2_13),
    row("delegate_deleted", FlagKind::Switch(Some("mediate_deleted")), Version::V2_13),
    row("attach_disconnected", FlagKind::Switch(Some("no_attach_disconnected")), Version::V2_13),
    row("no_attach_disconnected", FlagKind::Switch(Some("attach_disconnected")), Version::V2_13),
    row("attach_disconnected.path", FlagKind::Path, Version::V4_0),
    row("attach_disconnected.ipc", FlagKind::OptionalPath, Version::V5_0),
    row("chroot_relative", FlagKind::Switch(Some("namespace_relative")), Version::V2_13),
    row("namespace_relative", FlagKind::Switch(Some("chroot_relative")), Version::V2_13),
    row("chroot_attach", FlagKind::Switch(Some("chroot_no_attach")), Version::V2_13),
    row("chroot_no_attach", FlagKind::Switch(Some("chroot_attach")), Version::V2_13),
    row("kill.signal", FlagKind::Signal, Version::V4_0),
    row("error", FlagKind::Errno, Version::V4_1),
];

word_in_table!(ProfileFlag, Row, FLAGS);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::Word;

    fn conflict(one: &str, other: &str) -> bool {
        let flag = |name: &str| ProfileFlag::from_name(name.as_bytes()).unwrap();
        assert_eq!(flag(one).conflicts_with(flag(other)), flag(other).conflicts_with(flag(one)));
        flag(one).conflicts_with(flag(other))
    }

    #[test]
    fn modes_and_opposites_conflict() {
        assert!(conflict("complain", "enforce"));
        assert!(conflict("default_allow", "kill"));
        assert!(!conflict("complain", "complain"));
        assert!(!conflict("complain", "audit"));
        assert!(conflict("mediate_deleted", "delegate_deleted"));
        assert!(conflict("attach_disconnected.ipc", "no_attach_disconnected"));
        assert!(!conflict("attach_disconnected.path", "attach_disconnected"));
        assert!(!conflict("kill.signal", "kill"));
    }
}
