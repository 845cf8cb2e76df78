//! Error numbers of the `error=` profile flag, errno(3).

use crate::vocabulary::{Version, Word};
use std::fmt;

/// An error number by its Linux name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Errno(u8);

impl Errno {
    /// Its number, as on all architectures that use the kernel's `include/uapi/asm-generic/errno.h`.
    #[must_use]
    pub fn number(self) -> u8 {
        self.row().number
    }

    fn row(self) -> &'static Row {
        &ERRNOS[usize::from(self.0)]
    }
}

impl Word for Errno {
    fn name(self) -> &'static str {
        self.row().name
    }

    fn since(self) -> Version {
        Version::V4_1
    }

    fn all() -> impl Iterator<Item = Self> {
        (0..ERRNOS.len()).map(|index| Self(u8::try_from(index).unwrap_or(u8::MAX)))
    }

    /// The error number of that name; unlike other words in any case.
    fn from_name(name: &[u8]) -> Option<Self> {
        Self::all().find(|errno| errno.name().as_bytes().eq_ignore_ascii_case(name))
    }
}

impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Errno({})", self.name())
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

struct Row {
    name: &'static str,
    number: u8,
}

const fn row(name: &'static str, number: u8) -> Row {
    Row { name, number }
}

/// By number, the second names at the end.
static ERRNOS: [Row; 133] = [
    row("EPERM", 1),
    row("ENOENT", 2),
    row("ESRCH", 3),
    row("EINTR", 4),
    row("EIO", 5),
    row("ENXIO", 6),
    row("E2BIG", 7),
    row("ENOEXEC", 8),
    row("EBADF", 9),
    row("ECHILD", 10),
    row("EAGAIN", 11),
    row("ENOMEM", 12),
    row("EACCES", 13),
    row("EFAULT", 14),
    row("ENOTBLK", 15),
    row("EBUSY", 16),
    row("EEXIST", 17),
    row("EXDEV", 18),
    row("ENODEV", 19),
    row("ENOTDIR", 20),
    row("EISDIR", 21),
    row("EINVAL", 22),
    row("ENFILE", 23),
    row("EMFILE", 24),
    row("ENOTTY", 25),
    row("ETXTBSY", 26),
    row("EFBIG", 27),
    row("ENOSPC", 28),
    row("ESPIPE", 29),
    row("EROFS", 30),
    row("EMLINK", 31),
    row("EPIPE", 32),
    row("EDOM", 33),
    row("ERANGE", 34),
    row("EDEADLK", 35),
    row("ENAMETOOLONG", 36),
    row("ENOLCK", 37),
    row("ENOSYS", 38),
    row("ENOTEMPTY", 39),
    row("ELOOP", 40),
    row("ENOMSG", 42),
    row("EIDRM", 43),
    row("ECHRNG", 44),
    row("EL2NSYNC", 45),
    row("EL3HLT", 46),
    row("EL3RST", 47),
    row("ELNRNG", 48),
    row("EUNATCH", 49),
    row("ENOCSI", 50),
    row("EL2HLT", 51),
    row("EBADE", 52),
    row("EBADR", 53),
    row("EXFULL", 54),
    row("ENOANO", 55),
    row("EBADRQC", 56),
    row("EBADSLT", 57),
    row("EBFONT", 59),
    row("ENOSTR", 60),
    row("ENODATA", 61),
    row("ETIME", 62),
    row("ENOSR", 63),
    row("ENONET", 64),
    row("ENOPKG", 65),
    row("EREMOTE", 66),
    row("ENOLINK", 67),
    row("EADV", 68),
    row("ESRMNT", 69),
    row("ECOMM", 70),
    row("EPROTO", 71),
    row("EMULTIHOP", 72),
    row("EDOTDOT", 73),
    row("EBADMSG", 74),
    row("EOVERFLOW", 75),
    row("ENOTUNIQ", 76),
    row("EBADFD", 77),
    row("EREMCHG", 78),
    row("ELIBACC", 79),
    row("ELIBBAD", 80),
    row("ELIBSCN", 81),
    row("ELIBMAX", 82),
    row("ELIBEXEC", 83),
    row("EILSEQ", 84),
    row("ERESTART", 85),
    row("ESTRPIPE", 86),
    row("EUSERS", 87),
    row("ENOTSOCK", 88),
    row("EDESTADDRREQ", 89),
    row("EMSGSIZE", 90),
    row("EPROTOTYPE", 91),
    row("ENOPROTOOPT", 92),
    row("EPROTONOSUPPORT", 93),
    row("ESOCKTNOSUPPORT", 94),
    row("EOPNOTSUPP", 95),
    row("EPFNOSUPPORT", 96),
    row("EAFNOSUPPORT", 97),
    row("EADDRINUSE", 98),
    row("EADDRNOTAVAIL", 99),
    row("ENETDOWN", 100),
    row("ENETUNREACH", 101),
    row("ENETRESET", 102),
    row("ECONNABORTED", 103),
    row("ECONNRESET", 104),
    row("ENOBUFS", 105),
    row("EISCONN", 106),
    row("ENOTCONN", 107),
    row("ESHUTDOWN", 108),
    row("ETOOMANYREFS", 109),
    row("ETIMEDOUT", 110),
    row("ECONNREFUSED", 111),
    row("EHOSTDOWN", 112),
    row("EHOSTUNREACH", 113),
    row("EALREADY", 114),
    row("EINPROGRESS", 115),
    row("ESTALE", 116),
    row("EUCLEAN", 117),
    row("ENOTNAM", 118),
    row("ENAVAIL", 119),
    row("EISNAM", 120),
    row("EREMOTEIO", 121),
    row("EDQUOT", 122),
    row("ENOMEDIUM", 123),
    row("EMEDIUMTYPE", 124),
    row("ECANCELED", 125),
    row("ENOKEY", 126),
    row("EKEYEXPIRED", 127),
    row("EKEYREVOKED", 128),
    row("EKEYREJECTED", 129),
    row("EOWNERDEAD", 130),
    row("ENOTRECOVERABLE", 131),
    row("ERFKILL", 132),
    row("EHWPOISON", 133),
    row("EWOULDBLOCK", 11),
    row("EDEADLOCK", 35),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_case() {
        let number = |name: &[u8]| Errno::from_name(name).map(Errno::number);
        assert_eq!(number(b"EPERM"), Some(1));
        assert_eq!(number(b"eacces"), Some(13));
        assert_eq!(number(b"EHWPOISON"), Some(133));
        assert_eq!(number(b"EWOULDBLOCK"), number(b"EAGAIN"));
        assert_eq!(number(b"1"), None);
        assert_eq!(number(b"EFOO"), None);
    }
}
