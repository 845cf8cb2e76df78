//! Option words of mount, remount and umount rules, mount(8) and mount(2).

use crate::vocabulary::{Version, Word, word_in_table};

/// An option word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MountOption(u8);

/// What kind of mount an option asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MountKind {
    /// Any: the option only changes a property.
    Plain,
    /// Another mount's options are changed.
    Remount,
    /// A directory or file appears in a second place.
    Bind,
    /// A mount moves.
    Move,
    /// How mounts below spread is changed.
    Propagation,
}

impl MountOption {
    /// The kind of mount that it asks for.
    #[must_use]
    pub fn kind(self) -> MountKind {
        self.row().kind
    }

    /// The flags of mount(2) that it sets; 0 when it clears one.
    #[must_use]
    pub fn sets(self) -> u32 {
        self.row().sets
    }

    /// The flags of mount(2) that it clears; 0 when it sets one.
    #[must_use]
    pub fn clears(self) -> u32 {
        self.row().clears
    }

    /// The preferred word of the same meaning: `ro` for `r` and `read-only`, `private` for `make-private`.
    #[must_use]
    pub fn canonical(self) -> Self {
        Self::all()
            .find(|other| (other.sets(), other.clears()) == (self.sets(), self.clears()))
            .unwrap_or(self)
    }

    /// The word that says the opposite, if the language has one: `rw` for `ro`.
    #[must_use]
    pub fn negation(self) -> Option<Self> {
        Self::all().find(|other| (other.sets(), other.clears()) == (self.clears(), self.sets()))
    }

    /// Does one ask for what the other forbids? apparmor_parser refuses both in one `options=` since 4.0.
    #[must_use]
    pub fn conflicts_with(self, other: Self) -> bool {
        self.sets() & other.clears() != 0 || self.clears() & other.sets() != 0
    }
}

/// The bits of a mount call, named as in the kernel's `include/uapi/linux/mount.h` without `MS_`.
#[allow(missing_docs, reason = "mount(2) tells what each does")]
pub mod flag {
    pub const RDONLY: u32 = 1 << 0;
    pub const NOSUID: u32 = 1 << 1;
    pub const NODEV: u32 = 1 << 2;
    pub const NOEXEC: u32 = 1 << 3;
    pub const SYNCHRONOUS: u32 = 1 << 4;
    pub const REMOUNT: u32 = 1 << 5;
    pub const MANDLOCK: u32 = 1 << 6;
    pub const DIRSYNC: u32 = 1 << 7;
    pub const NOSYMFOLLOW: u32 = 1 << 8;
    pub const NOATIME: u32 = 1 << 10;
    pub const NODIRATIME: u32 = 1 << 11;
    pub const BIND: u32 = 1 << 12;
    pub const MOVE: u32 = 1 << 13;
    pub const REC: u32 = 1 << 14;
    pub const SILENT: u32 = 1 << 15;
    pub const POSIXACL: u32 = 1 << 16;
    pub const UNBINDABLE: u32 = 1 << 17;
    pub const PRIVATE: u32 = 1 << 18;
    pub const SLAVE: u32 = 1 << 19;
    pub const SHARED: u32 = 1 << 20;
    pub const RELATIME: u32 = 1 << 21;
    pub const I_VERSION: u32 = 1 << 23;
    pub const STRICTATIME: u32 = 1 << 24;
    pub const LAZYTIME: u32 = 1 << 25;
    pub const NOUSER: u32 = 1 << 31;
    /// What says to whom mounts and unmounts spread.
    pub const SPREAD: u32 = UNBINDABLE | PRIVATE | SLAVE | SHARED;
}
use flag::*;

struct Row {
    name: &'static str,
    sets: u32,
    clears: u32,
    kind: MountKind,
    since: Version,
}

const fn row(name: &'static str, sets: u32, clears: u32, kind: MountKind, since: Version) -> Row {
    Row { name, sets, clears, kind, since }
}

/// Of several words with the same meaning the first is the preferred one.
static OPTIONS: [Row; 60] = [
    row("ro", RDONLY, 0, MountKind::Plain, Version::V2_13),
    row("r", RDONLY, 0, MountKind::Plain, Version::V2_13),
    row("read-only", RDONLY, 0, MountKind::Plain, Version::V2_13),
    row("rw", 0, RDONLY, MountKind::Plain, Version::V2_13),
    row("w", 0, RDONLY, MountKind::Plain, Version::V2_13),
    row("suid", 0, NOSUID, MountKind::Plain, Version::V2_13),
    row("nosuid", NOSUID, 0, MountKind::Plain, Version::V2_13),
    row("dev", 0, NODEV, MountKind::Plain, Version::V2_13),
    row("nodev", NODEV, 0, MountKind::Plain, Version::V2_13),
    row("exec", 0, NOEXEC, MountKind::Plain, Version::V2_13),
    row("noexec", NOEXEC, 0, MountKind::Plain, Version::V2_13),
    row("sync", SYNCHRONOUS, 0, MountKind::Plain, Version::V2_13),
    row("async", 0, SYNCHRONOUS, MountKind::Plain, Version::V2_13),
    row("remount", REMOUNT, 0, MountKind::Remount, Version::V2_13),
    row("mand", MANDLOCK, 0, MountKind::Plain, Version::V2_13),
    row("nomand", 0, MANDLOCK, MountKind::Plain, Version::V2_13),
    row("dirsync", DIRSYNC, 0, MountKind::Plain, Version::V2_13),
    row("symfollow", 0, NOSYMFOLLOW, MountKind::Plain, Version::V4_0),
    row("nosymfollow", NOSYMFOLLOW, 0, MountKind::Plain, Version::V4_0),
    row("atime", 0, NOATIME, MountKind::Plain, Version::V2_13),
    row("noatime", NOATIME, 0, MountKind::Plain, Version::V2_13),
    row("diratime", 0, NODIRATIME, MountKind::Plain, Version::V2_13),
    row("nodiratime", NODIRATIME, 0, MountKind::Plain, Version::V2_13),
    row("bind", BIND, 0, MountKind::Bind, Version::V2_13),
    row("B", BIND, 0, MountKind::Bind, Version::V2_13),
    row("move", MOVE, 0, MountKind::Move, Version::V2_13),
    row("M", MOVE, 0, MountKind::Move, Version::V2_13),
    row("rbind", BIND | REC, 0, MountKind::Bind, Version::V2_13),
    row("R", BIND | REC, 0, MountKind::Bind, Version::V2_13),
    row("silent", SILENT, 0, MountKind::Plain, Version::V2_13),
    row("verbose", SILENT, 0, MountKind::Plain, Version::V2_13),
    row("loud", 0, SILENT, MountKind::Plain, Version::V2_13),
    row("acl", POSIXACL, 0, MountKind::Plain, Version::V2_13),
    row("noacl", 0, POSIXACL, MountKind::Plain, Version::V2_13),
    row("unbindable", UNBINDABLE, 0, MountKind::Propagation, Version::V2_13),
    row("make-unbindable", UNBINDABLE, 0, MountKind::Propagation, Version::V2_13),
    row("runbindable", REC | UNBINDABLE, 0, MountKind::Propagation, Version::V2_13),
    row("make-runbindable", REC | UNBINDABLE, 0, MountKind::Propagation, Version::V2_13),
    row("private", PRIVATE, 0, MountKind::Propagation, Version::V2_13),
    row("make-private", PRIVATE, 0, MountKind::Propagation, Version::V2_13),
    row("rprivate", REC | PRIVATE, 0, MountKind::Propagation, Version::V2_13),
    row("make-rprivate", REC | PRIVATE, 0, MountKind::Propagation, Version::V2_13),
    row("slave", SLAVE, 0, MountKind::Propagation, Version::V2_13),
    row("make-slave", SLAVE, 0, MountKind::Propagation, Version::V2_13),
    row("rslave", REC | SLAVE, 0, MountKind::Propagation, Version::V2_13),
    row("make-rslave", REC | SLAVE, 0, MountKind::Propagation, Version::V2_13),
    row("shared", SHARED, 0, MountKind::Propagation, Version::V2_13),
    row("make-shared", SHARED, 0, MountKind::Propagation, Version::V2_13),
    row("rshared", REC | SHARED, 0, MountKind::Propagation, Version::V2_13),
    row("make-rshared", REC | SHARED, 0, MountKind::Propagation, Version::V2_13),
    row("relatime", RELATIME, 0, MountKind::Plain, Version::V2_13),
    row("norelatime", 0, RELATIME, MountKind::Plain, Version::V2_13),
    row("iversion", I_VERSION, 0, MountKind::Plain, Version::V2_13),
    row("noiversion", 0, I_VERSION, MountKind::Plain, Version::V2_13),
    row("strictatime", STRICTATIME, 0, MountKind::Plain, Version::V2_13),
    row("nostrictatime", 0, STRICTATIME, MountKind::Plain, Version::V4_0),
    row("lazytime", LAZYTIME, 0, MountKind::Plain, Version::V4_0),
    row("nolazytime", 0, LAZYTIME, MountKind::Plain, Version::V4_0),
    row("user", 0, NOUSER, MountKind::Plain, Version::V2_13),
    row("nouser", NOUSER, 0, MountKind::Plain, Version::V2_13),
];

word_in_table!(MountOption, Row, OPTIONS);

#[cfg(test)]
mod tests {
    use super::*;

    fn option(name: &str) -> MountOption {
        MountOption::from_name(name.as_bytes()).unwrap()
    }

    #[test]
    fn synonyms_and_negations() {
        assert_eq!(option("read-only").canonical(), option("ro"));
        assert_eq!(option("verbose").canonical(), option("silent"));
        assert_eq!(option("make-rslave").canonical(), option("rslave"));
        assert_eq!(option("R").canonical(), option("rbind"));
        assert_eq!(option("ro").negation(), Some(option("rw")));
        assert_eq!(option("loud").negation(), Some(option("silent")));
        assert_eq!(option("bind").negation(), None);
        assert!(option("ro").conflicts_with(option("w")));
        assert!(!option("ro").conflicts_with(option("nosuid")));
        assert!(option("user").conflicts_with(option("nouser")));
    }

    #[test]
    fn an_option_sets_or_clears() {
        for option in MountOption::all() {
            assert_eq!(option.sets() == 0, option.clears() != 0, "{option}");
        }
    }
}
