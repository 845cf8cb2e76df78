//! The regular expression of a glob as a tree, and the naive matcher that the automata are tested against.

use super::byte_set::ByteSet;
use super::effort::charge;
use super::error::GlobErrorKind;
use super::offsets::{Long, Offsets, Short};

/// A set of byte strings.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Expression {
    /// These bytes; the empty string when there are none.
    Bytes(Vec<u8>),
    /// One byte of the set.
    Class(ByteSet),
    /// One after the other.
    Sequence(Vec<Expression>),
    /// One of them.
    Either(Vec<Expression>),
    /// Any number of repetitions, also none.
    Star(Box<Expression>),
}

impl Expression {
    /// Reads what [`translate`](super::translate::translate) writes; the error's offset is in `regex`.
    pub(super) fn parse(regex: &[u8]) -> Result<Self, (GlobErrorKind, usize)> {
        match either(regex) {
            Ok(([], expression)) => Ok(expression),
            Ok((rest, _)) => Err((GlobErrorKind::UnopenedGroup, regex.len() - rest.len())),
            Err(Failure { kind, rest }) => Err((kind, regex.len() - rest)),
        }
    }

    /// Does the whole of `bytes` match? The offsets that are reachable are followed from part to part.
    pub(super) fn matches(&self, bytes: &[u8]) -> bool {
        charge(bytes.len());
        self.is_match(bytes)
    }

    fn is_match(&self, bytes: &[u8]) -> bool {
        if let Self::Either(alternatives) = self {
            return alternatives.iter().any(|alternative| alternative.is_match(bytes));
        }
        // Most of what is asked differs at the beginning or at the end.
        !self.starts_elsewhere(bytes)
            && !self.stops_elsewhere(bytes)
            && !self.misses_in(bytes)
            && self.reaches_end(bytes, &mut false)
    }

    /// True when one look at its literal end tells that `bytes` does not match.
    fn stops_elsewhere(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Bytes(literal) => !bytes.ends_with(literal),
            Self::Sequence(parts) => parts.last().is_some_and(|part| part.stops_elsewhere(bytes)),
            Self::Either(alternatives) => {
                alternatives.iter().all(|alternative| alternative.stops_elsewhere(bytes))
            }
            Self::Class(_) | Self::Star(_) => false,
        }
    }

    /// True when one look at its literal beginning tells that neither `bytes` nor anything longer matches.
    pub(super) fn starts_elsewhere(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Bytes(literal) => {
                let length = literal.len().min(bytes.len());
                literal[..length] != bytes[..length]
            }
            Self::Sequence(parts) => parts.first().is_some_and(|part| part.starts_elsewhere(bytes)),
            Self::Either(alternatives) => {
                alternatives.iter().all(|alternative| alternative.starts_elsewhere(bytes))
            }
            Self::Class(_) | Self::Star(_) => false,
        }
    }

    /// True when `bytes` lacks a text that every match holds, or has them in another order.
    fn misses_in(&self, bytes: &[u8]) -> bool {
        let Self::Sequence(parts) = self else { return false };
        let mut rest = bytes;
        parts.iter().any(|part| {
            let Self::Bytes(literal) = part else { return false };
            let found = find(rest, literal);
            rest = found.map_or(rest, |at| &rest[at + literal.len()..]);
            found.is_none()
        })
    }

    /// The bytes that a match may be made of.
    pub(super) fn alphabet(&self) -> ByteSet {
        match self {
            Self::Bytes(bytes) => {
                let mut set = ByteSet::EMPTY;
                bytes.iter().for_each(|byte| set.insert(*byte));
                set
            }
            Self::Class(set) => *set,
            Self::Sequence(parts) | Self::Either(parts) => {
                parts.iter().fold(ByteSet::EMPTY, |set, part| set.or(part.alphabet()))
            }
            Self::Star(inner) => inner.alphabet(),
        }
    }

    /// Does `bytes` match, or could it when continued?
    pub(super) fn can_continue(&self, bytes: &[u8]) -> bool {
        let mut open = false;
        self.reaches_end(bytes, &mut open) || open
    }

    /// Does a match that begins at the start end where `bytes` do? `open` as [`Self::ends`] has it.
    fn reaches_end(&self, bytes: &[u8], open: &mut bool) -> bool {
        match bytes.len() {
            0..=Short::LONGEST => self.ends(bytes, &Short::start(), open).contains(bytes.len()),
            _ => self.ends(bytes, &Long::start(), open).contains(bytes.len()),
        }
    }

    /// The offsets at which a match that begins at one of `starts` may end; `open` when a match got as far as the
    /// end of `bytes` and wanted more.
    fn ends<O: Offsets>(&self, bytes: &[u8], starts: &O, open: &mut bool) -> O {
        let mut ends = O::default();
        match self {
            Self::Bytes(literal) => {
                for start in starts.iter() {
                    let rest = &bytes[start..];
                    if rest.len() < literal.len() {
                        *open |= literal.starts_with(rest);
                    } else if rest.first() == literal.first() && rest.starts_with(literal)
                        || literal.is_empty()
                    {
                        ends.insert(start + literal.len());
                    }
                }
            }
            Self::Class(set) => {
                for start in starts.iter() {
                    match bytes.get(start) {
                        Some(byte) if set.contains(*byte) => {
                            ends.insert(start + 1);
                        }
                        Some(_) => {}
                        None => *open |= !set.is_empty(),
                    }
                }
            }
            Self::Sequence(parts) => {
                ends.clone_from(starts);
                for part in parts {
                    if ends.is_empty() {
                        break;
                    }
                    ends = part.ends(bytes, &ends, open);
                }
            }
            Self::Either(alternatives) => {
                let next = |start: usize| bytes.get(start).copied();
                for alternative in alternatives {
                    if starts.iter().all(|start| next(start).is_some_and(|byte| alternative.rejects(byte))) {
                        continue;
                    }
                    for end in alternative.ends(bytes, starts, open).iter() {
                        ends.insert(end);
                    }
                }
            }
            Self::Star(inner) if let Self::Class(set) = &**inner => {
                // Each run of bytes of the class is gone through once.
                let mut reached = 0;
                for start in starts.iter().filter(|start| *start <= bytes.len()) {
                    ends.insert(start);
                    let from = start.max(reached);
                    let run = bytes[from..].iter().take_while(|byte| set.contains(**byte)).count();
                    if run > 0 {
                        reached = from + run;
                        ends.insert_range(from + 1, reached);
                    }
                    *open |= ends.contains(bytes.len()) && !set.is_empty();
                }
            }
            Self::Star(inner) => {
                ends.clone_from(starts);
                let mut fresh = starts.clone();
                while !fresh.is_empty() {
                    let mut next = O::default();
                    for end in inner.ends(bytes, &fresh, open).iter() {
                        if ends.insert(end) {
                            next.insert(end);
                        }
                    }
                    fresh = next;
                }
            }
        }
        ends
    }

    /// True when one look tells that no match begins with the byte, nor is empty.
    fn rejects(&self, byte: u8) -> bool {
        match self {
            Self::Bytes(literal) => literal.first().is_some_and(|first| *first != byte),
            Self::Class(set) => !set.contains(byte),
            Self::Sequence(parts) => parts.first().is_some_and(|part| part.rejects(byte)),
            Self::Either(alternatives) => alternatives.iter().all(|alternative| alternative.rejects(byte)),
            Self::Star(_) => false,
        }
    }

    /// The one string that matches, when there is only one and it is spelled out.
    pub(super) fn literal(&self) -> Option<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => Some(bytes.clone()),
            Self::Class(set) => (set.len() == 1).then(|| set.iter().collect()),
            Self::Sequence(parts) => {
                parts.iter().map(Self::literal).collect::<Option<Vec<_>>>().map(|parts| parts.concat())
            }
            Self::Either(_) | Self::Star(_) => None,
        }
    }

    /// Bytes that every match begins with, and whether these are all of the only match.
    pub(super) fn prefix(&self) -> (Vec<u8>, bool) {
        match self {
            Self::Bytes(bytes) => (bytes.clone(), true),
            Self::Class(set) => match set.len() {
                1 => (set.iter().collect(), true),
                _ => (Vec::new(), false),
            },
            Self::Sequence(parts) => {
                let mut prefix = Vec::new();
                for part in parts {
                    let (more, whole) = part.prefix();
                    prefix.extend(more);
                    if !whole {
                        return (prefix, false);
                    }
                }
                (prefix, true)
            }
            Self::Either(alternatives) => {
                let mut prefixes = alternatives.iter().map(Self::prefix);
                let Some((first, whole)) = prefixes.next() else { return (Vec::new(), false) };
                prefixes.fold((first, whole), |(common, whole), (other, other_whole)| {
                    let same = whole && other_whole && common == other;
                    (common_prefix(&common, &other).to_vec(), same)
                })
            }
            Self::Star(_) => (Vec::new(), false),
        }
    }

    /// Texts of which each match begins with one: at most `limit`, so that they may be shorter than they could be.
    pub(super) fn prefixes(&self, limit: usize) -> Vec<Vec<u8>> {
        let mut prefixes = Vec::new();
        self.each_prefix(limit, &mut Vec::new(), &mut |prefix, _| prefixes.push(prefix.clone()));
        prefixes
    }

    /// Calls `next` with each of these texts behind what `head` holds, and with whether it is all of a match. `head` is left as it
    /// was.
    fn each_prefix(&self, limit: usize, head: &mut Vec<u8>, next: &mut dyn FnMut(&mut Vec<u8>, bool)) {
        let length = head.len();
        match self {
            Self::Bytes(bytes) => {
                head.extend_from_slice(bytes);
                next(head, true);
            }
            Self::Class(set) if set.len() <= limit => {
                for byte in set.iter() {
                    head.push(byte);
                    next(head, true);
                    head.truncate(length);
                }
            }
            Self::Class(_) | Self::Star(_) => next(head, false),
            Self::Sequence(parts) => {
                let taken = Counted::of_sequence(parts, limit);
                each_prefix_of(&parts[..taken.parts], limit, taken.is_cut, head, next);
            }
            Self::Either(alternatives) => match Counted::of_either(alternatives, limit) {
                Some(_) => {
                    alternatives.iter().for_each(|alternative| alternative.each_prefix(limit, head, next));
                }
                None => {
                    head.extend(self.prefix().0);
                    next(head, false);
                }
            },
        }
        head.truncate(length);
    }

    /// A string that matches, among the shortest and of letters where it can be; `None` when there is none.
    pub(super) fn example(&self) -> Option<Vec<u8>> {
        let mut example = Vec::new();
        self.append_example(&mut example).then_some(example)
    }

    /// Appends that string; `false` when there is none.
    fn append_example(&self, output: &mut Vec<u8>) -> bool {
        match self {
            Self::Bytes(bytes) => output.extend_from_slice(bytes),
            Self::Class(set) => {
                let letters = (b'0'..=b'9').chain(b'A'..=b'Z').chain(b'a'..=b'z');
                let byte = letters.chain(0..=u8::MAX).find(|byte| set.contains(*byte));
                output.extend(byte);
                return byte.is_some();
            }
            Self::Sequence(parts) => return parts.iter().all(|part| part.append_example(output)),
            Self::Either(alternatives) => {
                let possible = alternatives.iter().filter(|alternative| alternative.is_possible());
                return possible
                    .min_by_key(|one| one.shortest())
                    .is_some_and(|one| one.append_example(output));
            }
            Self::Star(_) => {}
        }
        true
    }

    /// Does any string match?
    fn is_possible(&self) -> bool {
        match self {
            Self::Bytes(_) | Self::Star(_) => true,
            Self::Class(set) => !set.is_empty(),
            Self::Sequence(parts) => parts.iter().all(Self::is_possible),
            Self::Either(alternatives) => alternatives.iter().any(Self::is_possible),
        }
    }

    /// Bytes that every match ends with: as far as one look tells.
    pub(super) fn ending(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Sequence(parts) => parts.last().map_or(&[], Self::ending),
            Self::Class(_) | Self::Either(_) | Self::Star(_) => &[],
        }
    }

    /// Does whatever begins so and goes on with bytes of the alphabet match, as far as one look tells? So it is with `/d/**`.
    pub(super) fn takes_all_behind(&self, beginning: &[u8], alphabet: ByteSet) -> bool {
        charge(beginning.len());
        let parts = match self {
            Self::Sequence(parts) => &parts[..],
            one => std::slice::from_ref(one),
        };
        // A wildcard that is a whole element takes one byte at least.
        let (first, last, head) = match parts {
            [head @ .., Self::Class(first), Self::Star(last)] => (Some(first), last, head),
            [head @ .., Self::Star(last)] => (None, last, head),
            // `{,**}` takes none, too.
            [head @ .., Self::Either(alternatives)] => match &alternatives[..] {
                [Self::Bytes(none), Self::Star(last)] if none.is_empty() => (None, last, head),
                [Self::Bytes(none), Self::Sequence(some)] if none.is_empty() => match &some[..] {
                    [Self::Class(first), Self::Star(last)] if last.alphabet() == *first => (None, last, head),
                    _ => return false,
                },
                _ => return false,
            },
            _ => return false,
        };
        let Self::Class(any) = **last else { return false };
        any.contains_all(alphabet)
            && head_ends(head, beginning).into_iter().any(|end| {
                let rest = match (first, &beginning[end..]) {
                    (Some(first), [byte, rest @ ..]) if first.contains(*byte) => rest,
                    (Some(_), _) => return false,
                    (None, rest) => rest,
                };
                rest.iter().all(|byte| any.contains(*byte))
            })
    }

    /// Does it match all that the other one does, as the same parts and fewer alternatives tell?
    pub(super) fn plainly_includes(&self, narrow: &Self) -> bool {
        match (self, narrow) {
            (Self::Either(these), Self::Either(those)) if these.len() * those.len() > MOST_PAIRS => {
                these == those
            }
            (_, Self::Either(those)) => those.iter().all(|narrow| self.plainly_includes(narrow)),
            (Self::Either(these), _) => these.iter().any(|wide| wide.plainly_includes(narrow)),
            (Self::Sequence(these), Self::Sequence(those)) => {
                these.len() == those.len()
                    && these.iter().zip(those).all(|(wide, narrow)| wide.plainly_includes(narrow))
            }
            (Self::Class(these), Self::Class(those)) => these.contains_all(*those),
            (Self::Star(these), Self::Star(those)) => these.plainly_includes(those),
            _ => self == narrow,
        }
    }

    /// Strings that match, one for each of its own alternatives where these are more than the two that [`Self::example`] and
    /// [`Self::odd_example`] take.
    pub(super) fn examples(&self) -> Vec<Vec<u8>> {
        let parts = match self {
            Self::Sequence(parts) => &parts[..],
            one => std::slice::from_ref(one),
        };
        let mut examples = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            let Self::Either(alternatives) = part else { continue };
            if !(3..=MOST_COMPARED).contains(&alternatives.len()) {
                continue;
            }
            for alternative in alternatives {
                let chosen = |(at, part)| if at == index { alternative } else { part };
                let example =
                    parts.iter().enumerate().map(chosen).map(Self::example).collect::<Option<Vec<_>>>();
                examples.extend(example.map(|parts| parts.concat()));
            }
        }
        examples
    }

    /// What is left of both behind the parts that they have in common, when there are any.
    pub(super) fn behind_common_parts(&self, other: &Self) -> Option<Rests> {
        let (Self::Sequence(these), Self::Sequence(those)) = (self, other) else { return None };
        let common = these.iter().zip(those).take_while(|(this, that)| this == that).count();
        if common == 0 {
            return None;
        }
        let (parts, one) = these.split_at(common);
        let other = &those[common..];
        let first_bytes = |parts: &[Self]| parts.first().and_then(Self::first_bytes);
        let next = first_bytes(one).zip(first_bytes(other)).map(|(one, other)| one.or(other));
        let decide = splits_one_way(parts, next) && parts.iter().all(Self::is_possible);
        let rest = |parts: &[Self]| Self::Sequence(parts.to_vec());
        Some(Rests { one: rest(one), other: rest(other), decide })
    }

    /// Is no match the beginning of another, as far as one look tells?
    fn is_prefix_free(&self) -> bool {
        match self {
            Self::Bytes(_) | Self::Class(_) => true,
            Self::Sequence(parts) => splits_one_way(parts, None),
            Self::Either(alternatives) => {
                let prefixes: Vec<Vec<u8>> = alternatives.iter().map(|one| one.prefix().0).collect();
                alternatives.iter().all(Self::is_prefix_free)
                    && all_pairs(&prefixes, |one, other| begin_apart(one, other))
            }
            Self::Star(_) => false,
        }
    }

    /// Is a text made of a match, and of what begins with one of the bytes, in one way at most, as far as one look tells?
    fn ends_before(&self, next: ByteSet) -> bool {
        if !self.alphabet().intersects(next) {
            return true;
        }
        match self {
            Self::Bytes(_) | Self::Class(_) => true,
            Self::Star(_) => false,
            Self::Sequence(parts) => splits_one_way(parts, Some(next)),
            Self::Either(alternatives) => {
                let beginnings: Vec<(Vec<u8>, bool)> = alternatives.iter().map(Self::prefix).collect();
                let are_apart = |(one, one_whole): &(Vec<u8>, bool),
                                 (other, other_whole): &(Vec<u8>, bool)| {
                    let goes_on_elsewhere = |short: &[u8], whole: bool, long: &[u8]| {
                        whole && long.get(short.len()).is_some_and(|byte| !next.contains(*byte))
                    };
                    begin_apart(one, other)
                        || goes_on_elsewhere(one, *one_whole, other)
                        || goes_on_elsewhere(other, *other_whole, one)
                };
                alternatives.iter().all(|one| one.ends_before(next)) && all_pairs(&beginnings, are_apart)
            }
        }
    }

    /// The bytes that a match may begin with, as far as one look tells; `None` where it may be empty.
    fn first_bytes(&self) -> Option<ByteSet> {
        match self {
            Self::Bytes(bytes) => {
                let mut set = ByteSet::EMPTY;
                set.insert(*bytes.first()?);
                Some(set)
            }
            Self::Class(set) => Some(*set),
            Self::Sequence(parts) => parts.first()?.first_bytes(),
            Self::Either(alternatives) => {
                alternatives.iter().try_fold(ByteSet::EMPTY, |set, one| Some(set.or(one.first_bytes()?)))
            }
            Self::Star(_) => None,
        }
    }

    /// True when how their matches begin tells that no text matches both.
    pub(super) fn begins_apart(&self, other: &Self) -> bool {
        let [these, those] = [self, other].map(|expression| expression.prefixes(MOST_COMPARED));
        these.iter().all(|one| those.iter().all(|other| begin_apart(one, other)))
    }

    /// Another string that matches, little like the first: odd text stands for the wildcards, and the last of alternatives is
    /// taken. Two examples tell nearly always whether another glob matches all that this one does.
    pub(super) fn odd_example(&self) -> Option<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => Some(bytes.clone()),
            Self::Class(set) => {
                let last = (0..=u8::MAX).rev().find(|byte| set.contains(*byte));
                if set.contains(b'Q') { Some(vec![b'Q']) } else { last.map(|byte| vec![byte]) }
            }
            Self::Sequence(parts) => {
                parts.iter().map(Self::odd_example).collect::<Option<Vec<_>>>().map(|parts| parts.concat())
            }
            Self::Either(alternatives) => alternatives.iter().rev().find_map(Self::odd_example),
            Self::Star(inner) => match &**inner {
                Self::Class(set) => {
                    Some(b"Q/.Q~".iter().copied().filter(|byte| set.contains(*byte)).collect())
                }
                inner => Some(inner.odd_example().unwrap_or_default()),
            },
        }
    }

    /// All strings that match, when they are at most `limit`.
    pub(super) fn strings(&self, limit: usize) -> Option<Vec<Vec<u8>>> {
        // Most that have too many have a star: nothing is put together for them.
        if self.has_star() { None } else { self.finite_strings(limit) }
    }

    fn has_star(&self) -> bool {
        match self {
            Self::Bytes(_) | Self::Class(_) => false,
            Self::Sequence(parts) | Self::Either(parts) => parts.iter().any(Self::has_star),
            Self::Star(_) => true,
        }
    }

    fn finite_strings(&self, limit: usize) -> Option<Vec<Vec<u8>>> {
        match self {
            Self::Bytes(bytes) => (limit > 0).then(|| vec![bytes.clone()]),
            Self::Class(set) => (set.len() <= limit).then(|| set.iter().map(|byte| vec![byte]).collect()),
            Self::Sequence(parts) => {
                let mut strings = vec![Vec::new()];
                for part in parts {
                    let tails = part.finite_strings(limit)?;
                    if strings.len().saturating_mul(tails.len()) > limit {
                        return None;
                    }
                    strings = strings
                        .iter()
                        .flat_map(|head| tails.iter().map(|tail| [head, tail.as_slice()].concat()))
                        .collect();
                }
                Some(strings)
            }
            Self::Either(alternatives) => {
                let mut strings = Vec::new();
                for alternative in alternatives {
                    strings.extend(alternative.finite_strings(limit - strings.len())?);
                }
                Some(strings)
            }
            Self::Star(_) => None,
        }
    }

    /// The length of the shortest match, in bytes.
    pub(super) fn shortest(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Class(_) => 1,
            Self::Sequence(parts) => parts.iter().map(Self::shortest).sum(),
            Self::Either(alternatives) => alternatives.iter().map(Self::shortest).min().unwrap_or(0),
            Self::Star(_) => 0,
        }
    }
}

/// How many prefixes there are, counted before any is put together.
struct Counted {
    /// All of them.
    all: usize,
    /// Those that are all of a match.
    whole: usize,
    /// Of a sequence, how many parts they are made of.
    parts: usize,
    /// Ends a sequence there because they would be too many, so that none is all of a match?
    is_cut: bool,
}

impl Counted {
    fn of(expression: &Expression, limit: usize) -> Self {
        let (all, whole) = match expression {
            Expression::Bytes(_) => (1, 1),
            Expression::Class(set) if set.len() <= limit => (set.len(), set.len()),
            Expression::Class(_) | Expression::Star(_) => (1, 0),
            Expression::Sequence(parts) => return Self::of_sequence(parts, limit),
            Expression::Either(alternatives) => Self::of_either(alternatives, limit).unwrap_or((1, 0)),
        };
        Self { all, whole, parts: 1, is_cut: false }
    }

    fn of_sequence(parts: &[Expression], limit: usize) -> Self {
        let mut counted = Self { all: 1, whole: 1, parts: 0, is_cut: false };
        for part in parts {
            if counted.whole == 0 {
                break;
            }
            let tails = Self::of(part, limit);
            if counted.all.saturating_mul(tails.all) > limit && !matches!(part, Expression::Bytes(_)) {
                return Self { whole: 0, is_cut: true, ..counted };
            }
            counted.all = counted.all - counted.whole + counted.whole * tails.all;
            counted.whole *= tails.whole;
            counted.parts += 1;
        }
        counted
    }

    /// All, and those that are all of a match; nothing where they are too many.
    fn of_either(alternatives: &[Expression], limit: usize) -> Option<(usize, usize)> {
        let mut sum = (0, 0);
        for alternative in alternatives {
            let counted = Self::of(alternative, limit);
            sum = (sum.0 + counted.all, sum.1 + counted.whole);
            if sum.0 > limit {
                return None;
            }
        }
        Some(sum)
    }
}

/// [`Expression::each_prefix`] for parts one after the other.
fn each_prefix_of(
    parts: &[Expression],
    limit: usize,
    is_cut: bool,
    head: &mut Vec<u8>,
    next: &mut dyn FnMut(&mut Vec<u8>, bool),
) {
    let Some((part, rest)) = parts.split_first() else { return next(head, !is_cut) };
    part.each_prefix(limit, head, &mut |head, whole| match whole {
        true => each_prefix_of(rest, limit, is_cut, head, next),
        false => next(head, false),
    });
}

/// What is left of two expressions behind what they have in common.
pub(super) struct Rests {
    pub(super) one: Expression,
    pub(super) other: Expression,
    /// Do the rests alone decide whether the two overlap, and whether one includes the other? So it is where a text is something of
    /// the common parts and something behind in one way at most.
    pub(super) decide: bool,
}

/// More alternatives than this are not compared with each other.
const MOST_COMPARED: usize = 16;

/// More pairs of alternatives than this are not compared.
const MOST_PAIRS: usize = 1 << 12;

/// Is a text made of the parts, and of what begins with one of the bytes, in one way at most? So it is where each part is known to end:
/// before what comes next, or since it goes on in no match.
fn splits_one_way(parts: &[Expression], next: Option<ByteSet>) -> bool {
    parts.iter().enumerate().all(|(index, part)| {
        let next = parts.get(index + 1).map_or(next, Expression::first_bytes);
        part.is_prefix_free() || next.is_some_and(|next| part.ends_before(next))
    })
}

/// Does it hold of each two? Taken not to where they are too many.
fn all_pairs<T>(all: &[T], holds: impl Fn(&T, &T) -> bool) -> bool {
    let holds_before = |(index, one): (usize, &T)| all[..index].iter().all(|other| holds(other, one));
    all.len() <= MOST_COMPARED && all.iter().enumerate().all(holds_before)
}

/// Do two texts go different ways before either ends?
fn begin_apart(one: &[u8], other: &[u8]) -> bool {
    one.iter().zip(other).any(|(one, other)| one != other)
}

/// The offsets at which a match of the parts that begins at the start may end.
fn head_ends(parts: &[Expression], bytes: &[u8]) -> Vec<usize> {
    let mut ends = Long::start();
    for part in parts {
        ends = part.ends(bytes, &ends, &mut false);
    }
    ends.iter().filter(|end| *end <= bytes.len()).collect()
}

/// Where the first of `literal` begins in `bytes`.
fn find(bytes: &[u8], literal: &[u8]) -> Option<usize> {
    let Some((first, behind)) = literal.split_first() else { return Some(0) };
    let mut starts = (0..bytes.len()).filter(|at| bytes[*at] == *first);
    starts.find(|at| bytes[at + 1..].starts_with(behind))
}

/// What both begin with.
pub(super) fn common_prefix<'a>(one: &'a [u8], other: &[u8]) -> &'a [u8] {
    let length = one.iter().zip(other).take_while(|(left, right)| left == right).count();
    &one[..length]
}

/// What is wrong, and how much of the text was left there.
struct Failure {
    kind: GlobErrorKind,
    rest: usize,
}

type Read<'a, T> = Result<(&'a [u8], T), Failure>;

fn either(input: &[u8]) -> Read<'_, Expression> {
    let (mut rest, first) = sequence(input)?;
    let mut alternatives = vec![first];
    while let [b'|', behind @ ..] = rest {
        let (behind, alternative) = sequence(behind)?;
        alternatives.push(alternative);
        rest = behind;
    }
    let only = if alternatives.len() == 1 { alternatives.pop() } else { None };
    Ok((rest, only.unwrap_or(Expression::Either(alternatives))))
}

fn sequence(mut input: &[u8]) -> Read<'_, Expression> {
    let mut parts = Vec::new();
    while !matches!(input, [] | [b'|' | b')', ..]) {
        let run = plain_run(input);
        if run > 0 {
            match parts.last_mut() {
                Some(Expression::Bytes(bytes)) => bytes.extend_from_slice(&input[..run]),
                _ => parts.push(Expression::Bytes(input[..run].to_vec())),
            }
            input = &input[run..];
            continue;
        }
        let (mut rest, mut atom) = atom(input)?;
        while let [b'*', behind @ ..] = rest {
            atom = Expression::Star(Box::new(atom));
            rest = behind;
        }
        match (parts.last_mut(), atom) {
            (Some(Expression::Bytes(bytes)), Expression::Bytes(more)) => bytes.extend(more),
            (_, atom) => parts.push(atom),
        }
        input = rest;
    }
    match parts.len() {
        0 => Ok((input, Expression::Bytes(Vec::new()))),
        1 => Ok((input, parts.remove(0))),
        _ => Ok((input, Expression::Sequence(parts))),
    }
}

/// The number of bytes at the start that stand for themselves, without one that a star repeats.
fn plain_run(input: &[u8]) -> usize {
    let is_special = |byte: &u8| matches!(byte, b'|' | b'(' | b')' | b'[' | b'.' | b'\\' | b'*');
    let run = input.iter().position(is_special).unwrap_or(input.len());
    if input.get(run) == Some(&b'*') { run.saturating_sub(1) } else { run }
}

fn atom(input: &[u8]) -> Read<'_, Expression> {
    match input {
        [b'(', behind @ ..] => match either(behind)? {
            ([b')', rest @ ..], expression) => Ok((rest, expression)),
            _ => Err(Failure { kind: GlobErrorKind::UnclosedGroup, rest: input.len() }),
        },
        [b'[', behind @ ..] => class(behind),
        [b'.', rest @ ..] => Ok((rest, Expression::Class(ByteSet::ALL))),
        _ => {
            let (rest, byte) = byte(input)?;
            Ok((rest, Expression::Bytes(vec![byte])))
        }
    }
}

fn byte(input: &[u8]) -> Read<'_, u8> {
    match input {
        [b'\\', b'x', b'0', b'0', rest @ ..] => Ok((rest, 0)),
        [b'\\', byte, rest @ ..] | [byte, rest @ ..] => Ok((rest, *byte)),
        [] => Err(Failure { kind: GlobErrorKind::UnclosedClass, rest: 0 }),
    }
}

/// What follows the opening bracket. A hyphen stands for itself only at the front.
fn class(input: &[u8]) -> Read<'_, Expression> {
    let (negated, mut rest) = match input {
        [b'^', rest @ ..] => (true, rest),
        _ => (false, input),
    };
    if rest.first() == Some(&b']') {
        return Err(Failure { kind: GlobErrorKind::EmptyClass, rest: input.len() + 1 });
    }
    let mut set = ByteSet::EMPTY;
    let mut first = true;
    loop {
        match rest {
            [b']', behind @ ..] => {
                let set = if negated { set.complement() } else { set };
                return Ok((behind, Expression::Class(set)));
            }
            [b'-', ..] if !first => {
                return Err(Failure { kind: GlobErrorKind::LooseHyphen, rest: rest.len() });
            }
            _ => {}
        }
        let (behind, start) = byte(rest)?;
        rest = behind;
        match rest {
            [b'-', b'-' | b']', ..] => {
                return Err(Failure { kind: GlobErrorKind::LooseHyphen, rest: rest.len() });
            }
            [b'-', behind @ ..] => {
                let (behind, end) = byte(behind)?;
                set.insert_range(start, end);
                rest = behind;
            }
            _ => set.insert(start),
        }
        first = false;
    }
}
