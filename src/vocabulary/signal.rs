//! Signals of signal rules and of the `kill.signal=` flag.

use crate::vocabulary::Version;
use std::borrow::Cow;

/// The highest N of `rtmin+N`.
pub const MAX_REALTIME_SIGNAL: u8 = 32;

/// Realtime signals begin here among the numbers that the kernel is told.
const REALTIME_BASE: u8 = 0x80;

/// A signal, by the number that AppArmor gives it. That is the number of signal(7) on x86 for the
/// ordinary ones, 35 for `exists` (signal 0), and 128 + N for `rtmin+N`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signal(u8);

impl Signal {
    /// Its number in compiled policy.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }

    /// The signal that is written so: a name, or `rtmin+N` with N up to [`MAX_REALTIME_SIGNAL`]. As
    /// apparmor_parser does, `rtmin+` is `rtmin+0` and what follows the digits is ignored.
    #[must_use]
    pub fn from_name(name: &[u8]) -> Option<Self> {
        match name.strip_prefix(b"rtmin+") {
            Some(offset) => realtime(offset),
            None => SIGNALS.iter().find(|row| row.name.as_bytes() == name).map(|row| Self(row.number)),
        }
    }

    /// The preferred name: `stp` for `tstp`, `io` for `poll`.
    #[must_use]
    pub fn name(self) -> Cow<'static, str> {
        match SIGNALS.iter().find(|row| row.number == self.0) {
            Some(row) => Cow::Borrowed(row.name),
            None => Cow::Owned(format!("rtmin+{}", self.0 - REALTIME_BASE)),
        }
    }

    /// The version that first took this spelling.
    #[must_use]
    pub fn since(name: &[u8]) -> Version {
        SIGNALS.iter().find(|row| row.name.as_bytes() == name).map_or(Version::V2_13, |row| row.since)
    }

    /// All names but the `rtmin+N`.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SIGNALS.iter().map(|row| row.name)
    }

    /// All signals, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        let mut ordinary: Vec<_> = SIGNALS.iter().map(|row| row.number).collect();
        ordinary.sort_unstable();
        ordinary.dedup();
        ordinary.into_iter().chain(REALTIME_BASE..=REALTIME_BASE + MAX_REALTIME_SIGNAL).map(Self)
    }
}

fn realtime(offset: &[u8]) -> Option<Signal> {
    let digits = offset.iter().take_while(|byte| byte.is_ascii_digit());
    let offset =
        digits.fold(0_u32, |sum, byte| sum.saturating_mul(10).saturating_add(u32::from(byte - b'0')));
    let offset = u8::try_from(offset).ok().filter(|offset| *offset <= MAX_REALTIME_SIGNAL)?;
    Some(Signal(REALTIME_BASE + offset))
}

struct Row {
    name: &'static str,
    number: u8,
    since: Version,
}

const fn row(number: u8, name: &'static str) -> Row {
    Row { name, number, since: Version::V2_13 }
}

/// Of several names for a number the first is the preferred one.
static SIGNALS: [Row; 35] = [
    row(1, "hup"),
    row(2, "int"),
    row(3, "quit"),
    row(4, "ill"),
    row(5, "trap"),
    row(6, "abrt"),
    row(7, "bus"),
    row(8, "fpe"),
    row(9, "kill"),
    row(10, "usr1"),
    row(11, "segv"),
    row(12, "usr2"),
    row(13, "pipe"),
    row(14, "alrm"),
    row(15, "term"),
    row(16, "stkflt"),
    row(17, "chld"),
    row(18, "cont"),
    row(19, "stop"),
    row(20, "stp"),
    Row { name: "tstp", number: 20, since: Version::V5_0 },
    row(21, "ttin"),
    row(22, "ttou"),
    row(23, "urg"),
    row(24, "xcpu"),
    row(25, "xfsz"),
    row(26, "vtalrm"),
    row(27, "prof"),
    row(28, "winch"),
    row(29, "io"),
    Row { name: "poll", number: 29, since: Version::V5_0 },
    row(30, "pwr"),
    row(31, "sys"),
    row(32, "emt"),
    row(35, "exists"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_realtime_signals() {
        let number = |name: &[u8]| Signal::from_name(name).map(Signal::number);
        assert_eq!(number(b"kill"), Some(9));
        assert_eq!(number(b"exists"), Some(0x23));
        assert_eq!(number(b"tstp"), number(b"stp"));
        assert_eq!(number(b"rtmin+0"), Some(0x80));
        assert_eq!(number(b"rtmin+"), Some(0x80));
        assert_eq!(number(b"rtmin+5x"), Some(0x85));
        assert_eq!(number(b"rtmin+32"), Some(0xa0));
        for unknown in
            [&b"rtmin+33"[..], b"rtmin+99999999999", b"rtmin", b"rtmax", b"lost", b"KILL", b"sigkill", b"9"]
        {
            assert_eq!(number(unknown), None, "{unknown:?}");
        }
    }

    #[test]
    fn every_signal_has_a_name_that_finds_it() {
        for signal in Signal::all() {
            assert_eq!(Signal::from_name(signal.name().as_bytes()), Some(signal));
        }
        assert_eq!(Signal::all().count(), 33 + 33);
    }
}
