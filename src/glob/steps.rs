//! Do two sets of paths meet? Automata that are in several states at once tell it, without being made into automata of one
//! state. Most sets of a profile do not meet, and to make such an automaton costs a hundred times what it costs to see that.

use super::automaton::{TooComplex, nfa};
use super::effort::spend;
use super::expression::Expression;
use regex_automata::nfa::thompson::{NFA, State, Transition};
use regex_automata::util::primitives::StateID;

/// The most pairs of states that are looked at, one bit each.
const MOST_PAIRS: usize = 1 << 22;

/// The automaton of a set of paths, in several states at once.
#[derive(Debug, Clone)]
pub(super) struct Steps(NFA);

/// What a state waits for.
enum Step<'n> {
    /// Nothing: it is all of these.
    Silent(&'n [StateID], [Option<StateID>; 2]),
    /// One of these bytes.
    Read(&'n [Transition]),
    /// The end.
    End,
    /// What never comes.
    Stuck,
}

impl Steps {
    pub(super) fn new<'a>(expressions: impl IntoIterator<Item = &'a Expression>) -> Result<Self, TooComplex> {
        nfa(expressions).map(Self)
    }

    /// The automaton as regex-automata has it.
    pub(super) fn nfa(&self) -> &NFA {
        &self.0
    }

    /// Is there a path in both? `None` when there is too much to look at.
    pub(super) fn meet(&self, other: &Self) -> Option<bool> {
        let mut open = Open::new(self.0.states().len(), other.0.states().len())?;
        open.push(self.0.start_anchored(), other.0.start_anchored());
        spend(open.seen.len() / 8 + 1).ok()?;
        while let Some((one, two)) = open.stack.pop() {
            spend(1).ok()?;
            match (self.step(one)?, other.step(two)?) {
                (Step::Silent(many, few), _) => silent(many, few).for_each(|next| open.push(next, two)),
                (_, Step::Silent(many, few)) => silent(many, few).for_each(|next| open.push(one, next)),
                (Step::End, Step::End) => return Some(true),
                (Step::Read(these), Step::Read(those)) => {
                    for this in these {
                        for that in those {
                            if this.start <= that.end && that.start <= this.end {
                                open.push(this.next, that.next);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        Some(false)
    }

    fn step(&self, state: StateID) -> Option<Step<'_>> {
        Some(match self.0.state(state) {
            State::ByteRange { trans } => Step::Read(std::slice::from_ref(trans)),
            State::Sparse(sparse) => Step::Read(&sparse.transitions),
            State::Union { alternates } => Step::Silent(alternates, [None; 2]),
            State::BinaryUnion { alt1, alt2 } => Step::Silent(&[], [Some(*alt1), Some(*alt2)]),
            State::Capture { next, .. } => Step::Silent(&[], [Some(*next), None]),
            State::Match { .. } => Step::End,
            State::Fail => Step::Stuck,
            // Neither is ever built of a glob.
            State::Dense(_) | State::Look { .. } => return None,
        })
    }
}

fn silent(many: &[StateID], few: [Option<StateID>; 2]) -> impl Iterator<Item = StateID> {
    many.iter().copied().chain(few.into_iter().flatten())
}

/// Pairs that are still to be looked at, each once.
struct Open {
    width: usize,
    seen: Vec<u64>,
    stack: Vec<(StateID, StateID)>,
}

impl Open {
    fn new(height: usize, width: usize) -> Option<Self> {
        let pairs = height.checked_mul(width).filter(|pairs| *pairs <= MOST_PAIRS)?;
        Some(Self { width, seen: vec![0; pairs / 64 + 1], stack: Vec::new() })
    }

    fn push(&mut self, one: StateID, two: StateID) {
        let pair = one.as_usize() * self.width + two.as_usize();
        let bit = 1 << (pair % 64);
        if self.seen[pair / 64] & bit == 0 {
            self.seen[pair / 64] |= bit;
            self.stack.push((one, two));
        }
    }
}
