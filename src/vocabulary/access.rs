//! Access words of the rules that have them.

use crate::vocabulary::Version;

/// An access word of one kind of rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// The word as it is written.
    pub name: &'static str,
    /// What it grants, as preferred words: `w` of a signal rule is `send`, `rw` is `send` and `receive`.
    pub grants: &'static [&'static str],
    /// The version that first took it.
    pub since: Version,
}

/// The access words of one kind of rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessTable(&'static [Access]);

impl AccessTable {
    /// The word that is written so.
    #[must_use]
    pub fn from_name(self, name: &[u8]) -> Option<&'static Access> {
        self.0.iter().find(|access| access.name.as_bytes() == name)
    }

    /// The word that is written so in a list, where `r` and `w` may be repeated in any order and be capitals: `Rwr` is `rw`.
    #[must_use]
    pub fn from_list(self, name: &[u8]) -> Option<&'static Access> {
        self.from_name(name).or_else(|| {
            let has = |letter: u8| name.iter().any(|byte| byte.to_ascii_lowercase() == letter);
            let letters: &[u8] = match (has(b'r'), has(b'w')) {
                _ if name.iter().any(|letter| !matches!(letter, b'r' | b'w' | b'R' | b'W')) => return None,
                (true, true) => b"rw",
                (true, false) => b"r",
                (false, true) => b"w",
                (false, false) => return None,
            };
            self.from_name(letters)
        })
    }

    /// All words.
    pub fn all(self) -> impl Iterator<Item = &'static Access> {
        self.0.iter()
    }

    /// The names of all words.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|access| access.name)
    }

    /// The preferred words only, each grants just itself.
    pub fn preferred(self) -> impl Iterator<Item = &'static str> {
        self.0.iter().filter(|access| access.grants == [access.name]).map(|access| access.name)
    }
}

macro_rules! accesses {
    ($version:ident: $($name:literal $(=> $($grant:literal)+)?),+ $(,)?) => {
        AccessTable(&[$(accesses!(@row $version $name $($($grant)+)?)),+])
    };
    (@row $version:ident $name:literal) => { Access { name: $name, grants: &[$name], since: Version::$version } };
    (@row $version:ident $name:literal $($grant:literal)+) => {
        Access { name: $name, grants: &[$($grant),+], since: Version::$version }
    };
}

/// Of unix rules.
pub const UNIX: AccessTable = accesses!(V2_13:
    "create", "bind", "listen", "accept", "connect", "shutdown", "getattr", "setattr", "getopt", "setopt", "send", "receive",
    "write" => "send", "read" => "receive",
    "r" => "receive", "w" => "send", "rw" => "send" "receive", "wr" => "send" "receive",
);

/// Of network rules.
pub const NETWORK: AccessTable = accesses!(V4_0:
    "create", "bind", "listen", "accept", "connect", "shutdown", "getattr", "setattr", "getopt", "setopt", "send", "receive",
    "write" => "send", "read" => "receive",
    "r" => "receive", "w" => "send", "rw" => "send" "receive", "wr" => "send" "receive",
);

/// Of dbus rules.
pub const DBUS: AccessTable = accesses!(V2_13:
    "send", "receive", "bind", "eavesdrop",
    "write" => "send", "read" => "receive",
    "r" => "receive", "w" => "send", "rw" => "send" "receive", "wr" => "send" "receive",
);

/// Of signal rules.
pub const SIGNAL: AccessTable = accesses!(V2_13:
    "send", "receive",
    "write" => "send", "read" => "receive",
    "r" => "receive", "w" => "send", "rw" => "send" "receive", "wr" => "send" "receive",
);

/// Of ptrace rules.
pub const PTRACE: AccessTable = accesses!(V2_13:
    "read", "trace", "readby", "tracedby",
    "write" => "trace",
    "r" => "read", "w" => "trace", "rw" => "read" "trace", "wr" => "read" "trace",
);

/// Of mqueue rules.
pub const MQUEUE: AccessTable = accesses!(V4_0:
    "create", "read", "write", "open", "delete", "getattr", "setattr",
    "r" => "read", "w" => "write", "rw" => "read" "write", "wr" => "read" "write",
);

/// Of io_uring rules.
pub const IO_URING: AccessTable = accesses!(V4_0: "sqpoll", "override_creds");

/// Of userns rules.
pub const USERNS: AccessTable = accesses!(V4_0: "create");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_word_grants_is_a_preferred_word_of_the_table() {
        for table in [UNIX, NETWORK, DBUS, SIGNAL, PTRACE, MQUEUE, IO_URING, USERNS] {
            let preferred: Vec<_> = table.preferred().collect();
            for access in table.all() {
                assert_eq!(table.from_name(access.name.as_bytes()), Some(access));
                assert!(access.grants.iter().all(|grant| preferred.contains(grant)), "{}", access.name);
            }
        }
        assert_eq!(DBUS.from_name(b"acquire"), None);
        assert_eq!(SIGNAL.from_name(b"w").map(|access| access.grants), Some(&["send"][..]));
    }
}
