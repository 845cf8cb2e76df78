//! Permissions of file rules.

use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign, Sub};

/// A set of file permissions. What sort of exec is meant says [`ExecMode`](crate::vocabulary::ExecMode).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Permissions(u8);

/// Letters in the order in which profiles are written: `mr`, `rw`, `rwkl`, the exec word last.
const LETTERS: [(Permissions, u8); 7] = [
    (Permissions::MMAP, b'm'),
    (Permissions::READ, b'r'),
    (Permissions::WRITE, b'w'),
    (Permissions::APPEND, b'a'),
    (Permissions::LOCK, b'k'),
    (Permissions::LINK, b'l'),
    (Permissions::EXEC, b'x'),
];

impl Permissions {
    /// No permission.
    pub const NONE: Self = Self(0);
    /// `r`: read.
    pub const READ: Self = Self(1);
    /// `w`: write; it implies append, create and delete.
    pub const WRITE: Self = Self(1 << 1);
    /// `a`: append.
    pub const APPEND: Self = Self(1 << 2);
    /// `l`: be a link to something.
    pub const LINK: Self = Self(1 << 3);
    /// `k`: lock.
    pub const LOCK: Self = Self(1 << 4);
    /// `m`: map executable.
    pub const MMAP: Self = Self(1 << 5);
    /// `x` in any form: execute.
    pub const EXEC: Self = Self(1 << 6);
    /// All of them.
    pub const ALL: Self = Self((1 << 7) - 1);

    /// The permission of one letter. Capital `R W L M X` are taken, as apparmor_parser does (deprecated); `A` and `K` are not.
    #[must_use]
    pub fn from_letter(letter: u8) -> Option<Self> {
        let small = match letter {
            b'R' | b'W' | b'L' | b'M' | b'X' => letter.to_ascii_lowercase(),
            _ => letter,
        };
        LETTERS.iter().find(|(_, letter)| *letter == small).map(|(permission, _)| *permission)
    }

    /// True when there is no permission.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// True when all of `other` are in the set.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// True when any of `other` is in the set.
    #[must_use]
    pub fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The single permissions of the set, in the order of writing.
    pub fn iter(self) -> impl Iterator<Item = Self> {
        LETTERS
            .into_iter()
            .map(|(permission, _)| permission)
            .filter(move |permission| self.contains(*permission))
    }

    /// With what is implied: write implies append.
    #[must_use]
    pub fn with_implied(self) -> Self {
        if self.contains(Self::WRITE) { self | Self::APPEND } else { self }
    }

    /// The bits, for packing: 1 read, 2 write, 4 append, 8 link, 16 lock, 32 mmap, 64 exec.
    #[must_use]
    pub fn bits(self) -> u8 {
        self.0
    }
}

impl BitOr for Permissions {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Permissions {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for Permissions {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Sub for Permissions {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl FromIterator<Permissions> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permissions>>(permissions: I) -> Self {
        permissions.into_iter().fold(Self::NONE, BitOr::bitor)
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (permission, letter) in LETTERS {
            if self.contains(permission) {
                write!(f, "{}", char::from(letter))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_come_in_the_customary_order() {
        let set = |text: &str| text.bytes().filter_map(Permissions::from_letter).collect::<Permissions>();
        assert_eq!(set("xlkwrm").to_string(), "mrwklx");
        assert_eq!(set("RWLMX"), set("rwlmx"));
        assert_eq!(Permissions::from_letter(b'A'), None);
        assert_eq!(Permissions::from_letter(b'd'), None);
        assert_eq!(Permissions::ALL.iter().count(), 7);
    }

    #[test]
    fn write_implies_append() {
        assert!(Permissions::WRITE.with_implied().contains(Permissions::APPEND));
        assert!(!Permissions::READ.with_implied().contains(Permissions::APPEND));
        assert_eq!(Permissions::ALL - Permissions::EXEC, Permissions(63));
    }
}
