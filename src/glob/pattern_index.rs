//! Which of many globs match one path?

use super::Glob;
use super::automaton::nfa;
use super::expression::Expression;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Many globs, each known by its place in the order they were given. The automaton of all of them is built only
/// where questions lead, within a fixed amount of memory, so one question to a large profile costs little.
#[derive(Debug)]
pub struct PatternIndex {
    expressions: Vec<Arc<Expression>>,
    /// How many questions there were: to make the automaton costs as much as some of them.
    asked: AtomicUsize,
    /// Built when there are more than [`FEW`] questions; `None` when there are too many globs for one automaton. Without it
    /// each glob is asked.
    automaton: OnceLock<Option<DFA>>,
    cache: Mutex<Option<Box<Cache>>>,
}

/// What an index knows of a path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The globs that match, ascending.
    pub patterns: Vec<usize>,
    /// Could the path, continued or not, still match one of the globs?
    pub alive: bool,
}

/// For so few questions it is faster to ask each glob than to build an automaton.
const FEW: usize = 32;

/// [`PatternIndex::leads_to`] looks at so many states.
const MOST_STATES: usize = 1 << 12;

/// Bytes that the part of the automaton that is known may take; what is over is forgotten and found again.
const CACHE_BYTES: usize = 8 << 20;

impl PatternIndex {
    /// An index of these globs.
    pub fn new<'a>(globs: impl IntoIterator<Item = &'a Glob>) -> Self {
        Self::of(globs.into_iter().map(|glob| Arc::clone(glob.expression())).collect())
    }

    /// An index of pairs, as a rule about a link is one: text that matches the first glob, then NUL, then text
    /// that matches the second; or only the first where there is no second.
    pub fn of_pairs<'a>(pairs: impl IntoIterator<Item = (&'a Glob, Option<&'a Glob>)>) -> Self {
        let expressions = pairs.into_iter().map(|(first, second)| match second {
            None => Arc::clone(first.expression()),
            Some(second) => Arc::new(Expression::Sequence(vec![
                (**first.expression()).clone(),
                Expression::Bytes(vec![0]),
                (**second.expression()).clone(),
            ])),
        });
        Self::of(expressions.collect())
    }

    fn of(expressions: Vec<Arc<Expression>>) -> Self {
        Self { expressions, asked: AtomicUsize::new(0), automaton: OnceLock::new(), cache: Mutex::new(None) }
    }

    fn automaton(&self) -> Option<&DFA> {
        let build = || {
            let config = Config::new()
                .match_kind(MatchKind::All)
                .cache_capacity(CACHE_BYTES)
                .skip_cache_capacity_check(true);
            DFA::builder()
                .configure(config)
                .build_from_nfa(nfa(self.expressions.iter().map(|expression| &**expression)).ok()?)
                .ok()
        };
        self.automaton.get_or_init(build).as_ref()
    }

    /// Number of globs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.expressions.len()
    }

    /// True when there are no globs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expressions.is_empty()
    }

    /// The globs that match the path, ascending.
    #[must_use]
    pub fn matching(&self, path: &[u8]) -> Vec<usize> {
        if self.asked.fetch_add(1, Ordering::Relaxed) < FEW {
            let matches = |index: &usize| self.expressions[*index].matches(path);
            return (0..self.expressions.len()).filter(matches).collect();
        }
        self.find(path).patterns
    }

    /// The globs that match the path, and whether a longer path could match.
    #[must_use]
    pub fn find(&self, path: &[u8]) -> Found {
        if self.asked.fetch_add(1, Ordering::Relaxed) < FEW {
            return self.ask_each(path);
        }
        self.automaton()
            .and_then(|automaton| self.walk(automaton, path))
            .unwrap_or_else(|| self.ask_each(path))
    }

    /// Does the path, continued or not, come to where `keep` is true of the globs that match? Taken to be so where it would
    /// take too long to tell.
    #[must_use]
    pub fn leads_to(&self, path: &[u8], mut keep: impl FnMut(&[usize]) -> bool) -> bool {
        let mut search = || {
            let automaton = self.automaton()?;
            let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
            let cache = cache.get_or_insert_with(|| Box::new(automaton.create_cache()));
            let start = start::Config::new().anchored(Anchored::Yes);
            let mut state = automaton.start_state(cache, &start).ok()?;
            for byte in path {
                state = automaton.next_state(cache, state, *byte).ok()?;
            }
            let classes: Vec<u8> =
                automaton.byte_classes().representatives(0..=255).filter_map(|unit| unit.as_u8()).collect();
            let mut states = vec![state];
            let mut seen = HashSet::from([state]);
            while let Some(state) = states.pop() {
                let patterns = matching_at(automaton, cache, state)?;
                if !patterns.is_empty() && keep(&patterns) {
                    return Some(true);
                }
                for byte in &classes {
                    let next = automaton.next_state(cache, state, *byte).ok()?;
                    if !next.is_dead() && seen.insert(next) {
                        states.push(next);
                    }
                }
                if seen.len() > MOST_STATES {
                    return None;
                }
            }
            Some(false)
        };
        search().unwrap_or(true)
    }

    fn walk(&self, automaton: &DFA, path: &[u8]) -> Option<Found> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let cache = cache.get_or_insert_with(|| Box::new(automaton.create_cache()));
        let start = start::Config::new().anchored(Anchored::Yes);
        let mut state: LazyStateID = automaton.start_state(cache, &start).ok()?;
        for byte in path {
            state = automaton.next_state(cache, state, *byte).ok()?;
            if state.is_dead() {
                return Some(Found::default());
            }
        }
        let patterns = matching_at(automaton, cache, state)?;
        // The automaton accepts one byte late, so that it is not dead yet where nothing more can follow.
        let alive = !patterns.is_empty() || goes_on(automaton, cache, state)?;
        Some(Found { patterns, alive })
    }

    fn ask_each(&self, path: &[u8]) -> Found {
        let mut found = Found::default();
        for (index, expression) in self.expressions.iter().enumerate() {
            if expression.starts_elsewhere(path) {
                continue;
            }
            if expression.matches(path) {
                found.patterns.push(index);
                found.alive = true;
            }
            found.alive = found.alive || expression.can_continue(path);
        }
        found
    }
}

/// The globs that match what led to the state, ascending.
fn matching_at(automaton: &DFA, cache: &mut Cache, state: LazyStateID) -> Option<Vec<usize>> {
    let last = automaton.next_eoi_state(cache, state).ok()?;
    let count = if last.is_match() { automaton.match_len(cache, last) } else { 0 };
    let mut patterns: Vec<usize> =
        (0..count).map(|index| automaton.match_pattern(cache, last, index).as_usize()).collect();
    patterns.sort_unstable();
    Some(patterns)
}

/// Does some byte lead on from the state?
fn goes_on(automaton: &DFA, cache: &mut Cache, state: LazyStateID) -> Option<bool> {
    for byte in automaton.byte_classes().representatives(0..=255).filter_map(|unit| unit.as_u8()) {
        if !automaton.next_state(cache, state, byte).ok()?.is_dead() {
            return Some(true);
        }
    }
    Some(false)
}
