//! Expressions to automata. What the automata are good for is told in [`PathSet`](super::PathSet) and
//! [`PatternIndex`](super::PatternIndex); the walk of several together is in [`witness`](super::witness).

use super::effort::spend;
use super::expression::Expression;
use foldhash::{HashMap, HashSet};
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson::{BuildError, Builder, NFA, Transition};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};
use std::hash::Hash;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

/// The most bytes that one automaton may take, while it is built and afterwards.
pub(super) const MOST_BYTES: usize = 16 << 20;

/// A set of paths needs an automaton beyond the limits: 16 MiB, or a million states of several together. Nothing that is
/// written by hand comes near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the globs are too complex to be compared")]
pub struct TooComplex;

/// The automaton of states that may be several at once; pattern `i` is `expressions[i]`.
pub(super) fn nfa<'a>(expressions: impl IntoIterator<Item = &'a Expression>) -> Result<NFA, TooComplex> {
    let build = || -> Result<NFA, Box<BuildError>> {
        let mut builder = Builder::new();
        builder.set_size_limit(Some(MOST_BYTES))?;
        let mut starts = Vec::new();
        for expression in expressions {
            builder.start_pattern()?;
            let (start, end) = fragment(&mut builder, expression)?;
            let accept = builder.add_match()?;
            builder.patch(end, accept)?;
            builder.finish_pattern(start)?;
            starts.push(start);
        }
        let start = builder.add_union(starts)?;
        Ok(builder.build(start, start)?)
    };
    spend(1)?;
    let built = build().map_err(|_| TooComplex);
    spend(built.as_ref().map_or(MOST_BYTES, NFA::memory_usage))?;
    built
}

/// The states of one expression: its first, and its last, which leads nowhere yet.
fn fragment(builder: &mut Builder, expression: &Expression) -> Result<(StateID, StateID), Box<BuildError>> {
    match expression {
        Expression::Bytes(bytes) => {
            let start = builder.add_empty()?;
            let mut end = start;
            for byte in bytes {
                let next = builder.add_range(Transition { start: *byte, end: *byte, next: StateID::ZERO })?;
                builder.patch(end, next)?;
                end = next;
            }
            Ok((start, end))
        }
        Expression::Class(set) => {
            let end = builder.add_empty()?;
            let transition = |(start, last)| Transition { start, end: last, next: end };
            let start = builder.add_sparse(set.ranges().into_iter().map(transition).collect())?;
            Ok((start, end))
        }
        Expression::Sequence(parts) => {
            let start = builder.add_empty()?;
            let mut end = start;
            for part in parts {
                let (next, last) = fragment(builder, part)?;
                builder.patch(end, next)?;
                end = last;
            }
            Ok((start, end))
        }
        Expression::Either(alternatives) => {
            let start = builder.add_union(Vec::new())?;
            let end = builder.add_empty()?;
            for alternative in alternatives {
                let (next, last) = fragment(builder, alternative)?;
                builder.patch(start, next)?;
                builder.patch(last, end)?;
            }
            Ok((start, end))
        }
        Expression::Star(inner) => {
            let start = builder.add_union(Vec::new())?;
            let end = builder.add_empty()?;
            let (next, last) = fragment(builder, inner)?;
            builder.patch(start, next)?;
            builder.patch(last, start)?;
            builder.patch(start, end)?;
            Ok((start, end))
        }
    }
}

/// A complete automaton that is in one state at a time.
#[derive(Debug, Clone)]
pub(super) struct Dfa(dense::DFA<Vec<u32>>);

impl Dfa {
    pub(super) fn new(nfa: &NFA) -> Result<Self, TooComplex> {
        let config = dense::Config::new()
            .match_kind(MatchKind::All)
            .start_kind(StartKind::Anchored)
            .dfa_size_limit(Some(MOST_BYTES))
            .determinize_size_limit(Some(MOST_BYTES));
        spend(1)?;
        let built = dense::Builder::new().configure(config).build_from_nfa(nfa).map_err(|_| TooComplex);
        spend(built.as_ref().map_or(MOST_BYTES, dense::DFA::memory_usage))?;
        built.map(Self)
    }

    pub(super) fn start(&self) -> StateID {
        // An anchored start without look-behind is always there: neither quit bytes nor other starts are configured.
        self.0.start_state(&start::Config::new().anchored(Anchored::Yes)).unwrap_or(StateID::ZERO)
    }

    pub(super) fn accepts(&self, state: StateID) -> bool {
        self.0.is_match_state(self.0.next_eoi_state(state))
    }

    pub(super) fn next(&self, state: StateID, byte: u8) -> StateID {
        self.0.next_state(state, byte)
    }

    /// Does nothing that follows lead to a match?
    pub(super) fn is_dead(&self, state: StateID) -> bool {
        self.0.is_dead_state(state)
    }

    /// Bytes of one class lead from each state to the same one.
    pub(super) fn class_of(&self, byte: u8) -> u8 {
        self.0.byte_classes().get(byte)
    }

    /// Does the whole of `bytes` match?
    pub(super) fn matches(&self, bytes: &[u8]) -> bool {
        self.accepts(bytes.iter().fold(self.start(), |state, byte| self.0.next_state(state, *byte)))
    }
}

/// What the kernel scores an attachment by, or `None` when the bytes do not match: how many of them are read before the smallest
/// automaton comes around to a state that it was in. The kernel looks for that only where a state has no higher number
/// than the one before it; and where it then finds none, since alternatives of different lengths have met (`/{,usr/}bin/x`), its
/// sum wraps around to the highest score there is. (Found by executing programs on Linux 6.1.)
pub(super) fn attachment_score(dfa: &Dfa, bytes: &[u8]) -> Result<Option<usize>, TooComplex> {
    if !dfa.matches(bytes) {
        return Ok(None);
    }
    // States are numbered in the order in which they are reached, as the compiler numbers them.
    let numbers = equivalent_states(dfa)?;
    let mut state = dfa.start();
    let mut history = vec![numbers[&state]];
    let mut before = numbers[&state];
    for (count, byte) in bytes.iter().enumerate() {
        state = dfa.0.next_state(state, *byte);
        let Some(number) = numbers.get(&state).copied() else { return Ok(Some(count)) };
        if number <= before {
            let back = history.iter().rev().position(|earlier| *earlier == number);
            return Ok(Some(back.map_or(usize::MAX, |back| count - back)));
        }
        history.push(number);
        before = number;
    }
    Ok(Some(bytes.len()))
}

/// The most states of which [`equivalent_states`] sorts out those that do the same.
const MOST_STATES: usize = 1 << 12;

/// For each state a number that those share from which the same is accepted. (The automaton's own minimisation
/// does not serve: it accepts one byte late, and so tells more states apart.)
fn equivalent_states(dfa: &Dfa) -> Result<HashMap<StateID, usize>, TooComplex> {
    let alphabet = one_of_each(0..=0xff, |byte| dfa.class_of(byte));
    let mut states = vec![dfa.start()];
    let mut known = [dfa.start()].into_iter().collect::<HashSet<_>>();
    let mut at = 0;
    while let Some(state) = states.get(at).copied() {
        for next in alphabet.iter().map(|byte| dfa.0.next_state(state, *byte)) {
            if known.insert(next) {
                states.push(next);
            }
        }
        if states.len() > MOST_STATES {
            return Err(TooComplex);
        }
        at += 1;
    }
    let mut classes: HashMap<StateID, usize> =
        states.iter().map(|state| (*state, usize::from(dfa.accepts(*state)))).collect();
    let mut count = 0;
    loop {
        let mut numbers: HashMap<Vec<usize>, usize> = HashMap::default();
        let mut refined = HashMap::default();
        for state in &states {
            let next = alphabet.iter().map(|byte| classes[&dfa.0.next_state(*state, *byte)]);
            let signature: Vec<usize> = std::iter::once(classes[state]).chain(next).collect();
            let fresh = numbers.len();
            refined.insert(*state, *numbers.entry(signature).or_insert(fresh));
        }
        classes = refined;
        if numbers.len() == count {
            return Ok(classes);
        }
        count = numbers.len();
    }
}

/// One byte of each class, the one that looks best; those that look best first.
pub(super) fn one_of_each<C: Eq + Hash>(bytes: RangeInclusive<u8>, class_of: impl Fn(u8) -> C) -> Vec<u8> {
    static BEST_FIRST: LazyLock<[u8; 256]> = LazyLock::new(|| {
        let mut bytes = std::array::from_fn(|byte| byte as u8);
        bytes.sort_unstable_by_key(|byte| rank(*byte));
        bytes
    });
    let mut seen = HashSet::default();
    let is_first = |byte: &u8| bytes.contains(byte) && seen.insert(class_of(*byte));
    BEST_FIRST.iter().copied().filter(is_first).collect()
}

/// How much a byte looks like one of a path, the best first.
pub(super) fn rank(byte: u8) -> (u8, u8) {
    let kind = match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        b'.' | b'_' | b'-' => 3,
        b'/' => 4,
        0x21..=0x7e => 5,
        b' ' => 6,
        0 => 9,
        0x80.. => 8,
        _ => 7,
    };
    (kind, byte)
}

/// The bytes on the way to entry `at`: each entry knows the one it was reached from, and by which byte.
pub(super) fn spell<T>(visited: &[(T, usize, u8)], mut at: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while at != 0 {
        bytes.push(visited[at].2);
        at = visited[at].1;
    }
    bytes.reverse();
    bytes
}
