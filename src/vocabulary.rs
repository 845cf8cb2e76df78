//! The fixed words of the language as tables, each row with the version of apparmor_parser that first took it.
//! A table says what a word is and what it stands for; where it may stand is told by `syntax`, what it
//! does by `policy`. Words are bytes and are compared exactly, as apparmor_parser does (only errno names
//! are taken in any case).
//!
//! Facts are from apparmor.d(5) and capability numbers, address families and mount bits from the kernel's
//! `include/uapi`; what the manual leaves out was found by running apparmor_parser 3.0.8 and 6.0.

mod abi;
mod access;
mod capability;
mod errno;
mod exec;
mod keyword;
mod mount;
mod network;
mod permission;
mod profile_flag;
mod qualifier;
mod rlimit;
mod signal;
mod suggest;
mod version;

pub use abi::{ABI_FILES, AbiFile, Feature};
pub use access::{Access, AccessTable, DBUS, IO_URING, MQUEUE, NETWORK, PTRACE, SIGNAL, UNIX, USERNS};
pub use capability::Capability;
pub use errno::Errno;
pub use exec::{ExecBase, ExecFallback, ExecMode};
pub use keyword::{Keyword, conditions};
pub use mount::{MountKind, MountOption, flag as mount_flag};
pub use network::{AddressFamily, Protocol, SocketType};
pub use permission::Permissions;
pub use profile_flag::{FlagKind, ProfileFlag};
pub use qualifier::Qualifier;
pub use rlimit::{Rlimit, RlimitKind, SizeUnit, TimeUnit};
pub use signal::{MAX_REALTIME_SIGNAL, Signal};
pub use suggest::did_you_mean;
pub use version::{Target, UnknownTarget, Version};

/// A word of some table.
pub trait Word: Copy + 'static {
    /// The word as it is written.
    fn name(self) -> &'static str;

    /// The version of apparmor_parser that first took it.
    fn since(self) -> Version;

    /// All words of the table, in the table's order.
    fn all() -> impl Iterator<Item = Self>;

    /// The word that is written so.
    fn from_name(name: &[u8]) -> Option<Self> {
        Self::all().find(|word| word.name().as_bytes() == name)
    }

    /// The names of all words of the table.
    fn names() -> impl Iterator<Item = &'static str> {
        Self::all().map(Self::name)
    }
}

/// Declares a word that is a place in a static table whose rows have `name` and `since`.
macro_rules! word_in_table {
    ($word:ident, $row:ident, $table:ident) => {
        impl $word {
            fn row(self) -> &'static $row {
                &$table[usize::from(self.0)]
            }
        }

        impl crate::vocabulary::Word for $word {
            fn name(self) -> &'static str {
                self.row().name
            }

            fn since(self) -> crate::vocabulary::Version {
                self.row().since
            }

            fn all() -> impl Iterator<Item = Self> {
                (0..$table.len()).map(|index| Self(u8::try_from(index).unwrap_or(u8::MAX)))
            }

            fn from_name(name: &[u8]) -> Option<Self> {
                let index = $table.iter().position(|row| row.name.as_bytes() == name)?;
                u8::try_from(index).ok().map(Self)
            }
        }

        impl std::fmt::Debug for $word {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($word), "({})"), self.row().name)
            }
        }

        impl std::fmt::Display for $word {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.row().name)
            }
        }
    };
}
use word_in_table;

#[cfg(test)]
mod tests {
    use super::*;

    fn unique_and_found<W: Word + PartialEq + std::fmt::Debug>() {
        let mut names: Vec<_> = W::names().collect();
        let count = names.len();
        for word in W::all() {
            assert_eq!(W::from_name(word.name().as_bytes()), Some(word));
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "a word stands twice in its table");
        assert_eq!(W::from_name(b"no such word"), None);
        assert_eq!(W::from_name(b""), None);
    }

    #[test]
    fn every_table_finds_its_own_words_once() {
        unique_and_found::<Capability>();
        unique_and_found::<AddressFamily>();
        unique_and_found::<SocketType>();
        unique_and_found::<Protocol>();
        unique_and_found::<Rlimit>();
        unique_and_found::<MountOption>();
        unique_and_found::<ProfileFlag>();
        unique_and_found::<Errno>();
        unique_and_found::<Keyword>();
        unique_and_found::<Qualifier>();
        unique_and_found::<SizeUnit>();
        unique_and_found::<TimeUnit>();
    }
}
