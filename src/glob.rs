//! AppArmor path expressions (AARE): parse, match, overlap, inclusion, a witness path.
//!
//! The text of a token goes through [`unescape`] (lexical escapes), has its variables replaced (`policy` does
//! that), and is then read by [`Glob::parse`]. A [`Glob`] answers what can be told from its text. A [`PathSet`]
//! is some globs as one set of paths: does it overlap another, does it include another, and which path shows it.
//! A [`PatternIndex`] finds which of many globs match one path, and [`combinations()`] which sets of globs any path can match.
//!
//! Automata are regex-automata's; their size is bounded, and what would grow beyond is [`TooComplex`].

mod automaton;
mod beginnings;
mod byte_set;
mod combinations;
mod effort;
mod error;
mod escape;
mod expression;
mod offsets;
mod path_set;
mod pattern_index;
mod sound;
mod steps;
mod text;
mod translate;
mod witness;

pub use automaton::TooComplex;
pub use byte_set::ByteSet;
pub use combinations::{Emptiness, Fields, begin_differently, combinations};
pub use effort::{Effort, charge, is_spent, within};
pub use error::{GlobError, GlobErrorKind};
pub use escape::unescape;
pub use path_set::PathSet;
pub use pattern_index::{Found, PatternIndex};

use crate::vocabulary::Version;
use expression::Expression;
use std::any::Any;
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};
use text::{Part, Spanned};

/// More literal prefixes than this are not told apart.
const MOST_PREFIXES: usize = 32;

/// What a glob is matched against, which decides some of its reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// A path: runs of `/` are one, and no wildcard matches NUL.
    Path,
    /// A label, a name or another text: as written, and no wildcard matches NUL.
    Label,
    /// An abstract socket address: runs of `/` are one, and wildcards match NUL.
    Address,
    /// The value of an extended attribute: as written, and wildcards match NUL.
    Value,
}

impl Dialect {
    fn matches_nul(self) -> bool {
        matches!(self, Self::Address | Self::Value)
    }

    fn collapses_slashes(self) -> bool {
        matches!(self, Self::Path | Self::Address)
    }
}

/// One path expression.
#[derive(Debug, Clone)]
pub struct Glob {
    text: Arc<[u8]>,
    dialect: Dialect,
    /// What the text says in detail, where it is not sound: one look at each byte did not tell that it can be read.
    reading: OnceLock<Box<Reading>>,
    /// The tree of a sound text, read at the first question.
    expression: OnceLock<Arc<Expression>>,
    /// The set of its paths, made at the first question.
    set: OnceLock<Arc<PathSet>>,
    /// What somebody else has found out about it.
    note: OnceLock<Arc<dyn Any + Send + Sync>>,
}

/// What the text of a glob says.
#[derive(Debug, Clone)]
struct Reading {
    parts: Vec<Spanned>,
    regex: Vec<u8>,
    expression: Arc<Expression>,
}

impl Reading {
    /// Reads a text; the error's offsets are in it.
    fn of(text: &[u8], dialect: Dialect) -> Result<Self, GlobError> {
        Self::of_parts(text::parse(text)?, dialect)
    }

    fn of_parts(parts: Vec<Spanned>, dialect: Dialect) -> Result<Self, GlobError> {
        let regex = translate::translate(&parts, dialect);
        let expression = Expression::parse(&regex).map_err(|(kind, at)| {
            let at = translate::origins(&parts, dialect).get(at).copied().unwrap_or_default();
            GlobError { kind, at: at..at + 1 }
        })?;
        Ok(Self { parts, regex, expression: Arc::new(expression) })
    }
}

impl Glob {
    /// Reads a glob: text without outer quotes, after [`unescape`], with its variables replaced.
    ///
    /// # Errors
    /// What apparmor_parser would refuse when it compiles the profile, with the bytes to blame.
    pub fn parse(text: &[u8], dialect: Dialect) -> Result<Self, GlobError> {
        let (text, origins) = match dialect.collapses_slashes() {
            true => collapse_slashes(text),
            false => (Cow::Borrowed(text), None),
        };
        // Most globs of a policy are asked nothing but whether they can be read, and of most that is seen at a glance.
        if text::is_sound(&text) {
            return Ok(Self {
                text: text.into(),
                dialect,
                reading: OnceLock::new(),
                expression: OnceLock::new(),
                set: OnceLock::new(),
                note: OnceLock::new(),
            });
        }
        let original = |at: usize| origins.as_ref().map_or(at, |origins: &Vec<usize>| origins[at]);
        let reading = Reading::of(&text, dialect).map_err(|GlobError { kind, at }| GlobError {
            kind,
            at: original(at.start)..original(at.end.saturating_sub(1)).max(original(at.start)) + 1,
        })?;
        Ok(Self::with_reading(&text, dialect, reading))
    }

    fn with_reading(text: &[u8], dialect: Dialect, reading: Reading) -> Self {
        Self {
            text: text.into(),
            dialect,
            reading: Box::new(reading).into(),
            expression: OnceLock::new(),
            set: OnceLock::new(),
            note: OnceLock::new(),
        }
    }

    /// The glob of exactly this string: nothing in it is special, and it stays as it is.
    #[must_use]
    pub fn literal_string(string: &[u8]) -> Self {
        let mut text = Vec::with_capacity(string.len());
        for byte in string {
            match byte {
                0 => text.extend(br"\000"),
                b'*' | b'?' | b'[' | b']' | b'{' | b'}' | b'\\' => text.extend([b'\\', *byte]),
                _ => text.push(*byte),
            }
        }
        let parts = text::parse(&text).unwrap_or_default();
        let regex = translate::translate(&parts, Dialect::Label);
        let reading = Reading { parts, regex, expression: Arc::new(Expression::Bytes(string.to_vec())) };
        Self::with_reading(&text, Dialect::Label, reading)
    }

    fn reading(&self) -> &Reading {
        self.reading.get_or_init(|| {
            Reading::of(&self.text, self.dialect).map(Box::new).expect("a sound text can be read")
        })
    }

    fn expression(&self) -> &Arc<Expression> {
        match self.reading.get() {
            Some(reading) => &reading.expression,
            None => self.expression.get_or_init(|| Arc::new(sound::expression(&self.text, self.dialect))),
        }
    }

    /// The text, runs of `/` already one where they are.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The same text, to be kept without a copy.
    #[must_use]
    pub fn shared_text(&self) -> Arc<[u8]> {
        Arc::clone(&self.text)
    }

    /// The regular expression that the glob is compiled to, in apparmor_parser's spelling; it is anchored at both ends.
    #[must_use]
    pub fn to_regex(&self) -> &[u8] {
        &self.reading().regex
    }

    /// Is it exact to that version of apparmor_parser: without `*`, `?` and negated classes? Alternatives leave it
    /// exact; classes like `[ab]` do so only after 3.0. The execute permission of an exact rule wins over that of
    /// an overlapping inexact one.
    #[must_use]
    pub fn exact(&self, version: Version) -> bool {
        fn is_exact(parts: &[Spanned], version: Version) -> bool {
            parts.iter().all(|Spanned { part, .. }| match part {
                Part::Run(_) | Part::Byte { .. } | Part::Nul => true,
                Part::Any | Part::Stars { .. } => false,
                Part::Class(content) => {
                    version > Version::V3_0 && !is_negated(content) && is_exact(content, version)
                }
                Part::Group(alternatives) => alternatives.iter().all(|parts| is_exact(parts, version)),
            })
        }
        match self.reading.get() {
            Some(reading) => is_exact(&reading.parts, version),
            None => sound::is_exact(&self.text, version > Version::V3_0),
        }
    }

    /// The string that it stands for, when it has neither wildcard nor alternatives.
    #[must_use]
    pub fn literal(&self) -> Option<Vec<u8>> {
        self.expression().literal()
    }

    /// What every match begins with.
    #[must_use]
    pub fn literal_prefix(&self) -> Vec<u8> {
        self.expression().prefix().0
    }

    /// A few texts of which every match begins with one: the empty one when nothing better is known.
    #[must_use]
    pub fn literal_prefixes(&self) -> Vec<Vec<u8>> {
        let mut prefixes = self.expression().prefixes(MOST_PREFIXES);
        prefixes.sort_unstable();
        // What begins with another of them adds nothing.
        prefixes.dedup_by(|next, kept| next.starts_with(kept));
        prefixes
    }

    /// Texts of at most 16 bytes of which every match begins with one: ascending, and none begins with another. They may be many, and
    /// tell more than [`Self::literal_prefixes`] of alternatives that these find too many.
    #[must_use]
    pub fn beginnings(&self) -> Vec<Vec<u8>> {
        self.path_set().beginnings().texts().collect()
    }

    /// A path that it matches, one of the shortest; `None` when it matches none.
    #[must_use]
    pub fn example(&self) -> Option<Vec<u8>> {
        self.expression().example()
    }

    /// All strings that it stands for, when they are at most `limit`: alternatives and small classes written out.
    #[must_use]
    pub fn strings(&self, limit: usize) -> Option<Vec<Vec<u8>>> {
        self.expression().strings(limit)
    }

    /// The same set without groups: one glob for each combination of alternatives, or `None` when they are
    /// more than `limit`. Read again, the text of one may mean less than the glob: `/a{,/**}` includes `/a/`.
    #[must_use]
    pub fn alternatives(&self, limit: usize) -> Option<Vec<Self>> {
        let expanded = expand(&self.reading().parts, limit)?;
        expanded.into_iter().map(|parts| self.with_parts(parts)).collect()
    }

    fn with_parts(&self, parts: Vec<Spanned>) -> Option<Self> {
        let text: Vec<u8> =
            parts.iter().flat_map(|spanned| &self.text[spanned.at.clone()]).copied().collect();
        let reading = Reading::of_parts(parts, self.dialect).ok()?;
        Some(Self::with_reading(&text, self.dialect, reading))
    }

    /// Is there a class in which `*` or `?` stands? There it does not mean the character: it is expanded, and takes the class apart.
    #[must_use]
    pub fn wildcard_in_class(&self) -> Option<std::ops::Range<usize>> {
        fn find(parts: &[Spanned]) -> Option<std::ops::Range<usize>> {
            parts.iter().find_map(|Spanned { part, at }| match part {
                Part::Class(content) => content
                    .iter()
                    .any(|spanned| matches!(spanned.part, Part::Any | Part::Stars { .. }))
                    .then(|| at.clone()),
                Part::Group(alternatives) => alternatives.iter().find_map(|parts| find(parts)),
                _ => None,
            })
        }
        // A sound text has none.
        self.reading.get().and_then(|reading| find(&reading.parts))
    }

    /// The set of paths that it stands for. It is kept, with its automaton once there is one.
    #[must_use]
    pub fn path_set(&self) -> &PathSet {
        self.set.get_or_init(|| Arc::new(PathSet::new([self])))
    }

    /// What `find_out` makes of the glob: kept with it for the next who asks, so that what a run meets again and again is judged
    /// once.
    ///
    /// # Panics
    /// When a note of another type is kept already: there is room for what one layer finds out.
    pub fn note<T: Any + Send + Sync>(&self, find_out: impl Fn(&Self) -> T) -> &T {
        let note = self.note.get_or_init(|| Arc::new(find_out(self)));
        (**note).downcast_ref().expect("one layer keeps notes")
    }

    /// Does it match the whole of `bytes`? Without an automaton: for a few questions, and to test the automata against.
    #[must_use]
    pub fn matches(&self, bytes: &[u8]) -> bool {
        self.expression().matches(bytes)
    }

    /// How many bytes of `bytes` could be the beginning of a match.
    #[must_use]
    pub fn progress(&self, bytes: &[u8]) -> usize {
        // A beginning that cannot be continued has no longer one that can.
        let lengths: Vec<usize> = (1..=bytes.len()).collect();
        lengths.partition_point(|length| self.expression().can_continue(&bytes[..*length]))
    }

    /// The length of the shortest match, in bytes.
    #[must_use]
    pub fn shortest_match(&self) -> usize {
        self.expression().shortest()
    }
}

impl std::fmt::Display for Glob {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&String::from_utf8_lossy(&self.text))
    }
}

impl PartialEq for Glob {
    /// Equal as sets that are spelled out the same, whatever the text.
    fn eq(&self, other: &Self) -> bool {
        self.expression() == other.expression()
    }
}

impl Eq for Glob {}

fn is_negated(content: &[Spanned]) -> bool {
    matches!(content.first(), Some(Spanned { part: Part::Byte { byte: b'^', .. }, .. }))
}

/// Runs of `/` become one, but exactly two at the start stay. With the result come the offsets its bytes had,
/// when anything changed.
fn collapse_slashes(text: &[u8]) -> (Cow<'_, [u8]>, Option<Vec<usize>>) {
    if !text.windows(2).any(|pair| pair == b"//") {
        return (Cow::Borrowed(text), None);
    }
    let leading = text.iter().take_while(|byte| **byte == b'/').count();
    let kept = if leading == 2 { 2 } else { 0 };
    let is_kept = |at: usize| at < kept || text[at] != b'/' || at == 0 || text[at - 1] != b'/';
    let origins: Vec<usize> = (0..text.len()).filter(|at| is_kept(*at)).collect();
    (Cow::Owned(origins.iter().map(|at| text[*at]).collect()), Some(origins))
}

/// The sequences of parts that are left when each group gives way to one of its alternatives. A star is marked to
/// follow a `/` as a whole element only where it did so before: `/a{,/**}` includes `/a/`, as `/a/**` does not.
fn expand(parts: &[Spanned], limit: usize) -> Option<Vec<Vec<Spanned>>> {
    let mut sequences: Vec<Vec<Spanned>> = vec![Vec::new()];
    for (index, spanned) in parts.iter().enumerate() {
        let tails = match &spanned.part {
            Part::Group(alternatives) => {
                let mut tails = Vec::new();
                for alternative in alternatives {
                    tails.extend(expand(alternative, limit)?);
                }
                tails
            }
            Part::Stars { count, ends_element } => {
                let before = index.checked_sub(1).map(|before| &parts[before].part);
                let after_slash = match before {
                    Some(Part::Run(bytes)) => bytes.ends_with(b"/"),
                    Some(Part::Byte { byte, .. }) => *byte == b'/',
                    _ => false,
                };
                let part = Part::Stars { count: *count, ends_element: *ends_element && after_slash };
                vec![vec![Spanned { part, at: spanned.at.clone() }]]
            }
            _ => vec![vec![spanned.clone()]],
        };
        if sequences.len().saturating_mul(tails.len()) > limit {
            return None;
        }
        let joined = |head: &Vec<Spanned>| {
            tails.iter().map(|tail| [head.as_slice(), tail].concat()).collect::<Vec<_>>()
        };
        sequences = sequences.iter().flat_map(joined).collect();
    }
    Some(sequences)
}

#[cfg(test)]
mod tests;
