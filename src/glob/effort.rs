//! A bound on what comparisons may cost together. One comparison has limits of its own; this is for the many that a caller
//! makes for one file, so that a file made to be slow gets an answer too.

use super::automaton::TooComplex;
use std::cell::Cell;

thread_local! {
    /// What the thread may still spend, where there is a bound.
    static LEFT: Cell<Option<u64>> = const { Cell::new(None) };
}

/// What comparisons may cost together, in bytes of automata and pairs of states: a second is about twenty million.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort(pub u64);

/// Runs `job` with a bound on what the comparisons of this thread cost; when nothing is left, they are
/// [`TooComplex`]. Says also whether that came to pass. A bound within a bound takes from both.
pub fn within<T>(effort: Effort, job: impl FnOnce() -> T) -> (T, bool) {
    let outer = LEFT.get();
    let given = outer.map_or(effort.0, |outer| outer.min(effort.0));
    LEFT.set(Some(given));
    let result = job();
    let left = LEFT.get().unwrap_or(0);
    LEFT.set(outer.map(|outer| outer.saturating_sub(given - left)));
    (result, left == 0)
}

/// Is nothing left of the bound? Then every further comparison is [`TooComplex`].
#[must_use]
pub fn is_spent() -> bool {
    LEFT.get() == Some(0)
}

/// Takes `cost` from what is left.
pub(super) fn spend(cost: usize) -> Result<(), TooComplex> {
    charge(cost);
    if is_spent() { Err(TooComplex) } else { Ok(()) }
}

/// The same for what has an answer all the same, here or with a caller that compares by other means.
pub fn charge(cost: usize) {
    if let Some(left) = LEFT.get() {
        LEFT.set(Some(left.saturating_sub(cost as u64)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::glob::{Dialect, Glob, PathSet};

    fn set(text: &str) -> PathSet {
        PathSet::from(&Glob::parse(text.as_bytes(), Dialect::Path).unwrap())
    }

    #[test]
    fn comparisons_end_when_the_effort_is_spent() {
        let compare = || set("/a*b/**x").overlap(&set("/ab*/**y*x"));
        assert!(compare().unwrap().is_some());
        assert_eq!(within(Effort(10), compare), (Err(TooComplex), true));
        let (found, spent) = within(Effort(10_000_000), compare);
        assert!(found.unwrap().is_some() && !spent);
        assert!(compare().unwrap().is_some(), "the bound ends with its job");
    }

    #[test]
    fn a_bound_within_a_bound_takes_from_both() {
        let ((), spent) = within(Effort(100), || {
            assert!(within(Effort(1000), || spend(99)).0.is_ok());
            assert!(spend(1).is_err());
        });
        assert!(spent);
    }
}
