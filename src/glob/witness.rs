//! The shortest string that is in some sets and not in another. Automata that are in several states at once are made into
//! automata of one state only where the search leads: to make the whole of them costs a hundred times as much.

use super::automaton::{MOST_BYTES, TooComplex, one_of_each, spell};
use super::effort::spend;
use super::steps::{Step, Steps};
use foldhash::{HashMap, HashSet};
use regex_automata::util::primitives::StateID;
use std::ops::RangeInclusive;

/// The most places that a walk visits.
const MOST_PLACES: usize = 1 << 20;

/// Which strings a walk of automata together looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Those in all.
    InAll,
    /// Those in all but the last, and not in the last.
    NotInLast,
}

impl Wanted {
    fn fits(self, accepts: &[bool]) -> bool {
        let Some((last, others)) = accepts.split_last() else { return false };
        others.iter().all(|accepts| *accepts) && *last == (self == Self::InAll)
    }

    /// Those of the sets, or of their states, that every wanted string is in.
    fn needed<T>(self, all: &[T]) -> &[T] {
        match (self, all.split_last()) {
            (Self::NotInLast, Some((_, needed))) => needed,
            _ => all,
        }
    }
}

/// The shortest wanted string, of bytes that real paths are made of if there is such a one.
pub(super) fn witness<const N: usize>(
    sets: [&Steps; N],
    wanted: Wanted,
) -> Result<Option<Vec<u8>>, TooComplex> {
    let mut automata = sets.map(Lazy::new);
    if let Some(found) = walk(&mut automata, wanted, &alphabet(&sets, wanted, 0x21..=0x7e))? {
        return Ok(Some(found));
    }
    walk(&mut automata, wanted, &alphabet(&sets, wanted, 0..=0xff))
}

/// Is there a wanted string?
pub(super) fn exists<const N: usize>(sets: [&Steps; N], wanted: Wanted) -> Result<bool, TooComplex> {
    Ok(walk(&mut sets.map(Lazy::new), wanted, &alphabet(&sets, wanted, 0..=0xff))?.is_some())
}

/// Bytes for a walk: one of each class that none of the sets tells apart, if it may stand in a wanted string.
fn alphabet<const N: usize>(sets: &[&Steps; N], wanted: Wanted, bytes: RangeInclusive<u8>) -> Vec<u8> {
    let mut alphabet = one_of_each(bytes, |byte| sets.map(|set| set.class_of(byte)));
    alphabet.retain(|byte| wanted.needed(sets).iter().all(|set| set.alphabet().contains(*byte)));
    alphabet
}

fn walk<const N: usize>(
    automata: &mut [Lazy<'_>; N],
    wanted: Wanted,
    alphabet: &[u8],
) -> Result<Option<Vec<u8>>, TooComplex> {
    let mut start = [State::DEAD; N];
    for (start, automaton) in start.iter_mut().zip(automata.iter_mut()) {
        *start = automaton.start()?;
    }
    let mut seen: HashSet<[State; N]> = [start].into_iter().collect();
    let mut visited = vec![(start, 0, 0)];
    let needed = wanted.needed(&start).len();
    let mut at = 0;
    while let Some((states, ..)) = visited.get(at).copied() {
        let accepts: [bool; N] = std::array::from_fn(|index| automata[index].accepts(states[index]));
        if wanted.fits(&accepts) {
            return Ok(Some(spell(&visited, at)));
        }
        spend(alphabet.len())?;
        for byte in alphabet {
            let Some(next) = step(automata, states, *byte, needed)?.filter(|next| seen.insert(*next)) else {
                continue;
            };
            // Where the last takes whatever follows, nothing wanted does.
            let takes_all = match automata.last_mut() {
                Some(last) if wanted == Wanted::NotInLast => last.takes_all(next[N - 1], alphabet)?,
                _ => false,
            };
            if !takes_all {
                visited.push((next, at, *byte));
            }
        }
        if visited.len() > MOST_PLACES {
            return Err(TooComplex);
        }
        at += 1;
    }
    Ok(None)
}

/// Where a byte leads; nowhere when one of the first `needed` automata is dead there, and then the others are not asked.
fn step<const N: usize>(
    automata: &mut [Lazy<'_>; N],
    mut states: [State; N],
    byte: u8,
    needed: usize,
) -> Result<Option<[State; N]>, TooComplex> {
    for (index, (state, automaton)) in states.iter_mut().zip(automata.iter_mut()).enumerate() {
        *state = automaton.next(*state, byte)?;
        if *state == State::DEAD && index < needed {
            return Ok(None);
        }
    }
    Ok(Some(states))
}

/// A state of an automaton that is in one state at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct State(u32);

impl State {
    /// Nothing that follows leads to a match.
    const DEAD: Self = Self(0);
    /// Not looked for yet.
    const UNKNOWN: Self = Self(u32::MAX);
}

/// An automaton that is in one state at a time, made where it is asked.
struct Lazy<'s> {
    steps: &'s Steps,
    /// The states that each state stands for, ascending: those that wait for a byte or for the end.
    sets: Vec<Box<[StateID]>>,
    accepts: Vec<bool>,
    numbers: HashMap<Box<[StateID]>, State>,
    /// The state that stands for these and all that they silently are: most bytes lead from a state to the same ones.
    closed: HashMap<Box<[StateID]>, State>,
    /// Where each state leads by each class of bytes.
    next: Vec<State>,
    classes: usize,
    /// Which states a set being made has been in, a bit each; which they are, and which are still to be looked at.
    been: Vec<u64>,
    seen: Vec<StateID>,
    open: Vec<StateID>,
    /// The set being made.
    set: Vec<StateID>,
    bytes: usize,
}

impl<'s> Lazy<'s> {
    fn new(steps: &'s Steps) -> Self {
        let mut automaton = Self {
            steps,
            sets: Vec::new(),
            accepts: Vec::new(),
            numbers: HashMap::default(),
            closed: HashMap::default(),
            next: Vec::new(),
            classes: steps.classes(),
            been: vec![0; steps.len() / 64 + 1],
            seen: Vec::new(),
            open: Vec::new(),
            set: Vec::new(),
            bytes: 0,
        };
        automaton.add(Box::default(), false);
        automaton
    }

    fn start(&mut self) -> Result<State, TooComplex> {
        self.open.push(self.steps.start());
        self.close()
    }

    fn accepts(&self, state: State) -> bool {
        self.accepts[state.0 as usize]
    }

    fn next(&mut self, state: State, byte: u8) -> Result<State, TooComplex> {
        if state == State::DEAD {
            return Ok(state);
        }
        let place = state.0 as usize * self.classes + usize::from(self.steps.class_of(byte));
        if self.next[place] == State::UNKNOWN {
            for one in &self.sets[state.0 as usize] {
                if let Step::Read(transitions) = self.steps.step(*one).ok_or(TooComplex)? {
                    // The ranges of one state do not overlap.
                    if let Some(taken) = transitions.iter().find(|taken| taken.matches_byte(byte)) {
                        self.open.push(taken.next);
                    }
                }
            }
            self.next[place] = match self.open.is_empty() {
                true => State::DEAD,
                false => self.close_known()?,
            };
        }
        Ok(self.next[place])
    }

    /// Does the state accept whatever follows, as far as one look tells?
    fn takes_all(&mut self, state: State, alphabet: &[u8]) -> Result<bool, TooComplex> {
        if !self.accepts(state) {
            return Ok(false);
        }
        for byte in alphabet {
            if self.next(state, *byte)? != state {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// [`Self::close`], where the same may have been open before.
    fn close_known(&mut self) -> Result<State, TooComplex> {
        spend(self.open.len() + 1)?;
        if let Some(known) = self.closed.get(self.open.as_slice()) {
            self.open.clear();
            return Ok(*known);
        }
        let open: Box<[StateID]> = self.open.as_slice().into();
        self.bytes += 4 * open.len();
        let state = self.close()?;
        self.closed.insert(open, state);
        Ok(state)
    }

    /// The state that stands for the open ones and all that they silently are.
    fn close(&mut self) -> Result<State, TooComplex> {
        let mut accepts = false;
        self.set.clear();
        self.seen.clear();
        while let Some(state) = self.open.pop() {
            let bit = 1 << (state.as_usize() % 64);
            let word = &mut self.been[state.as_usize() / 64];
            if *word & bit != 0 {
                continue;
            }
            *word |= bit;
            self.seen.push(state);
            match self.steps.step(state).ok_or(TooComplex)? {
                Step::Silent(many, few) => {
                    self.open.extend_from_slice(many);
                    self.open.extend(few.into_iter().flatten());
                }
                Step::Read(_) => self.set.push(state),
                Step::End => {
                    accepts = true;
                    self.set.push(state);
                }
                Step::Stuck => {}
            }
        }
        spend(self.seen.len() + 1)?;
        self.seen.iter().for_each(|state| self.been[state.as_usize() / 64] = 0);
        self.set.sort_unstable();
        if let Some(known) = self.numbers.get(self.set.as_slice()) {
            return Ok(*known);
        }
        self.bytes += 8 * self.set.len() + 4 * self.classes;
        if self.bytes > MOST_BYTES {
            return Err(TooComplex);
        }
        Ok(self.add(self.set.as_slice().into(), accepts))
    }

    fn add(&mut self, set: Box<[StateID]>, accepts: bool) -> State {
        let state = State(u32::try_from(self.sets.len()).unwrap_or(u32::MAX));
        self.next.resize(self.next.len() + self.classes, State::UNKNOWN);
        self.accepts.push(accepts);
        self.numbers.insert(set.clone(), state);
        self.sets.push(set);
        state
    }
}
