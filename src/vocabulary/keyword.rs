//! Words that are keywords where a rule may begin, so cannot be bare file names there.

use crate::vocabulary::{Version, word_in_table};

/// A keyword of the language. It is one only where rules begin: after `profile`, `hat`, `^` or `->`, in
/// lists and as a value it is an ordinary word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Keyword(u8);

impl Keyword {
    /// The keyword that is written so, found faster than by going through them all.
    #[must_use]
    pub fn of(word: &[u8]) -> Option<Self> {
        let place = KEYWORDS.binary_search_by(|row| row.name.as_bytes().cmp(word)).ok()?;
        u8::try_from(place).ok().map(Self)
    }

    /// The preferred word of the same meaning: `alias` for `rewrite`, `owner` for `user`, `umount` for `unmount`.
    #[must_use]
    pub fn canonical(self) -> &'static str {
        match self.row().name {
            "rewrite" => "alias",
            "user" => "owner",
            "unmount" => "umount",
            name => name,
        }
    }
}

struct Row {
    name: &'static str,
    since: Version,
}

const fn row(name: &'static str, since: Version) -> Row {
    Row { name, since }
}

use Version::{V2_13, V3_0, V4_0, V4_1, V5_0};

/// Sorted by name.
static KEYWORDS: [Row; 58] = [
    row("abi", V3_0),
    row("alias", V2_13),
    row("all", V4_0),
    row("allow", V2_13),
    row("and", V5_0),
    row("audit", V2_13),
    row("bind", V2_13),
    row("capability", V2_13),
    row("change_profile", V2_13),
    row("dbus", V2_13),
    row("defined", V2_13),
    row("delete", V4_0),
    row("deny", V2_13),
    row("eavesdrop", V2_13),
    row("else", V2_13),
    row("file", V2_13),
    row("hat", V2_13),
    row("if", V2_13),
    row("in", V2_13),
    row("include", V2_13),
    row("io_uring", V4_0),
    row("link", V2_13),
    row("mount", V2_13),
    row("mqueue", V4_0),
    row("network", V2_13),
    row("not", V2_13),
    row("open", V4_0),
    row("or", V5_0),
    row("other", V2_13),
    row("override_creds", V4_0),
    row("owner", V2_13),
    row("peer", V2_13),
    row("pivot_root", V2_13),
    row("priority", V4_1),
    row("profile", V2_13),
    row("prompt", V4_1),
    row("ptrace", V2_13),
    row("read", V2_13),
    row("readby", V2_13),
    row("receive", V2_13),
    row("remount", V2_13),
    row("rewrite", V2_13),
    row("rlimit", V2_13),
    row("safe", V2_13),
    row("send", V2_13),
    row("set", V2_13),
    row("signal", V2_13),
    row("sqpoll", V4_0),
    row("subset", V2_13),
    row("trace", V2_13),
    row("tracedby", V2_13),
    row("umount", V2_13),
    row("unix", V2_13),
    row("unmount", V2_13),
    row("unsafe", V2_13),
    row("user", V2_13),
    row("userns", V4_0),
    row("write", V2_13),
];

word_in_table!(Keyword, Row, KEYWORDS);

/// Names of conditions, `NAME=VALUE`, by kind of rule: what may stand in the rule and, after the bar, in its `peer=( )`.
pub mod conditions {
    use crate::vocabulary::Version;

    /// A condition name and the version that first took it.
    pub type Condition = (&'static str, Version);

    use Version::{V2_13, V4_0, V5_0};

    /// Of mount, remount and umount rules.
    pub const MOUNT: &[Condition] =
        &[("fstype", V2_13), ("vfstype", V2_13), ("options", V2_13), ("option", V2_13)];
    /// Of pivot_root rules.
    pub const PIVOT_ROOT: &[Condition] = &[("oldroot", V2_13)];
    /// Of network rules.
    pub const NETWORK: &[Condition] = &[("ip", V4_0), ("port", V4_0), ("interface", V5_0), ("label", V5_0)];
    /// Of the peer of network rules.
    pub const NETWORK_PEER: &[Condition] = &[("ip", V4_0), ("port", V4_0), ("label", V5_0)];
    /// Of dbus rules.
    pub const DBUS: &[Condition] =
        &[("bus", V2_13), ("path", V2_13), ("interface", V2_13), ("member", V2_13), ("name", V2_13)];
    /// Of the peer of dbus rules.
    pub const DBUS_PEER: &[Condition] = &[("name", V2_13), ("label", V2_13)];
    /// Of unix rules.
    pub const UNIX: &[Condition] = &[("type", V2_13), ("addr", V2_13)];
    /// Of the peer of unix rules.
    pub const UNIX_PEER: &[Condition] = &[("addr", V2_13), ("label", V2_13)];
    /// Of signal rules.
    pub const SIGNAL: &[Condition] = &[("set", V2_13), ("peer", V2_13)];
    /// Of ptrace rules.
    pub const PTRACE: &[Condition] = &[("peer", V2_13)];
    /// Of mqueue rules.
    pub const MQUEUE: &[Condition] = &[("type", V4_0), ("label", V4_0)];
    /// Of io_uring rules.
    pub const IO_URING: &[Condition] = &[("label", V4_0)];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::Word;

    #[test]
    fn keywords_are_found_by_their_names() {
        for keyword in Keyword::all() {
            assert_eq!(Keyword::of(keyword.name().as_bytes()).map(Keyword::name), Some(keyword.name()));
        }
        assert!(Keyword::of(b"quiet").is_none());
    }

    #[test]
    fn synonyms_have_a_preferred_word() {
        let canonical = |name: &[u8]| Keyword::from_name(name).map(Keyword::canonical);
        assert_eq!(canonical(b"rewrite"), Some("alias"));
        assert_eq!(canonical(b"unmount"), Some("umount"));
        assert_eq!(canonical(b"capability"), Some("capability"));
        assert_eq!(canonical(b"quiet"), None);
        assert_eq!(canonical(b"Network"), None);
    }
}
