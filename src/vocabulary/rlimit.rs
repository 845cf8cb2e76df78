//! Limits of `set rlimit` rules and the units of their values.

use crate::vocabulary::{Version, Word, word_in_table};

/// A resource limit, setrlimit(2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rlimit(u8);

/// What a limit counts, and so which values it takes (each also takes `infinity`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RlimitKind {
    /// A time in seconds, at least one.
    Seconds,
    /// A time in microseconds.
    Microseconds,
    /// A size in bytes.
    Size,
    /// A plain number from 0.
    Count,
    /// A niceness from -20 to 19.
    Nice,
}

impl Rlimit {
    /// What the limit counts.
    #[must_use]
    pub fn kind(self) -> RlimitKind {
        self.row().kind
    }

    /// The limit that this is another name of, or itself: `ofile` is `nofile`.
    #[must_use]
    pub fn canonical(self) -> Self {
        if self.row().name == "ofile" { Self::from_name(b"nofile").unwrap_or(self) } else { self }
    }
}

struct Row {
    name: &'static str,
    kind: RlimitKind,
    since: Version,
}

const fn row(name: &'static str, kind: RlimitKind) -> Row {
    Row { name, kind, since: Version::V2_13 }
}

static RLIMITS: [Row; 17] = [
    row("cpu", RlimitKind::Seconds),
    row("fsize", RlimitKind::Size),
    row("data", RlimitKind::Size),
    row("stack", RlimitKind::Size),
    row("core", RlimitKind::Size),
    row("rss", RlimitKind::Size),
    row("nproc", RlimitKind::Count),
    row("nofile", RlimitKind::Count),
    row("ofile", RlimitKind::Count),
    row("memlock", RlimitKind::Size),
    row("as", RlimitKind::Size),
    row("locks", RlimitKind::Count),
    row("sigpending", RlimitKind::Count),
    row("msgqueue", RlimitKind::Size),
    row("nice", RlimitKind::Nice),
    row("rtprio", RlimitKind::Count),
    row("rttime", RlimitKind::Microseconds),
];

word_in_table!(Rlimit, Row, RLIMITS);

/// A unit of a size.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SizeUnit(u8);

impl SizeUnit {
    /// How many bytes it is.
    #[must_use]
    pub fn bytes(self) -> u64 {
        self.row().value
    }
}

/// A unit of a time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeUnit(u8);

impl TimeUnit {
    /// How many microseconds it is.
    #[must_use]
    pub fn microseconds(self) -> u64 {
        self.row().value
    }
}

struct Unit {
    name: &'static str,
    value: u64,
    since: Version,
}

const fn unit(name: &'static str, value: u64) -> Unit {
    Unit { name, value, since: Version::V2_13 }
}

static SIZE_UNITS: [Unit; 6] = [
    unit("K", 1 << 10),
    unit("KB", 1 << 10),
    unit("M", 1 << 20),
    unit("MB", 1 << 20),
    unit("G", 1 << 30),
    unit("GB", 1 << 30),
];

word_in_table!(SizeUnit, Unit, SIZE_UNITS);

const SECOND: u64 = 1_000_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

static TIME_UNITS: [Unit; 21] = [
    unit("us", 1),
    unit("microsecond", 1),
    unit("microseconds", 1),
    unit("ms", 1_000),
    unit("millisecond", 1_000),
    unit("milliseconds", 1_000),
    unit("s", SECOND),
    unit("sec", SECOND),
    unit("second", SECOND),
    unit("seconds", SECOND),
    unit("min", MINUTE),
    unit("minute", MINUTE),
    unit("minutes", MINUTE),
    unit("h", HOUR),
    unit("hour", HOUR),
    unit("hours", HOUR),
    unit("d", DAY),
    unit("day", DAY),
    unit("days", DAY),
    unit("week", 7 * DAY),
    unit("weeks", 7 * DAY),
];

word_in_table!(TimeUnit, Unit, TIME_UNITS);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_units() {
        let kind = |name: &[u8]| Rlimit::from_name(name).map(Rlimit::kind);
        assert_eq!(kind(b"cpu"), Some(RlimitKind::Seconds));
        assert_eq!(kind(b"as"), Some(RlimitKind::Size));
        assert_eq!(kind(b"CPU"), None);
        assert_eq!(Rlimit::from_name(b"ofile").map(Rlimit::canonical), Rlimit::from_name(b"nofile"));
        assert_eq!(SizeUnit::from_name(b"GB").map(SizeUnit::bytes), Some(1 << 30));
        assert_eq!(SizeUnit::from_name(b"k"), None);
        assert_eq!(TimeUnit::from_name(b"min").map(TimeUnit::microseconds), Some(60_000_000));
    }
}
