//! Do two sets of paths meet? Automata that are in several states at once tell it, without being made into automata of one
//! state. Most sets of a profile do not meet, and to make such an automaton costs a hundred times what it costs to see that.

use super::automaton::{TooComplex, nfa};
use super::byte_set::ByteSet;
use super::effort::spend;
use super::expression::Expression;
use regex_automata::nfa::thompson::{NFA, State, Transition};
use regex_automata::util::primitives::StateID;
use std::sync::Arc;

/// The most pairs of states that are looked at, one bit each.
const MOST_PAIRS: usize = 1 << 22;

/// So many pairs are paid for together.
const SPENT_TOGETHER: usize = 256;

/// The automaton of a set of paths, in several states at once.
#[derive(Debug, Clone)]
pub(super) struct Steps {
    nfa: NFA,
    alphabet: ByteSet,
}

/// What a state waits for.
pub(super) enum Step<'n> {
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
    pub(super) fn new(expressions: &[Arc<Expression>]) -> Result<Self, TooComplex> {
        let alphabet =
            expressions.iter().fold(ByteSet::EMPTY, |set, expression| set.or(expression.alphabet()));
        Ok(Self { nfa: nfa(expressions.iter().map(|expression| &**expression))?, alphabet })
    }

    /// The automaton as regex-automata has it.
    pub(super) fn nfa(&self) -> &NFA {
        &self.nfa
    }

    /// The bytes that it reads anywhere.
    pub(super) fn alphabet(&self) -> ByteSet {
        self.alphabet
    }

    /// Number of states.
    pub(super) fn len(&self) -> usize {
        self.nfa.states().len()
    }

    pub(super) fn start(&self) -> StateID {
        self.nfa.start_anchored()
    }

    /// Bytes of one class lead from each state to the same ones.
    pub(super) fn class_of(&self, byte: u8) -> u8 {
        self.nfa.byte_classes().get(byte)
    }

    /// Number of classes.
    pub(super) fn classes(&self) -> usize {
        self.nfa.byte_classes().alphabet_len()
    }

    /// Is there a path in both? `None` when there is too much to look at.
    pub(super) fn meet(&self, other: &Self) -> Option<bool> {
        let mut open = Open::new(self.len(), other.len())?;
        open.push(self.start(), other.start());
        spend(open.seen.len() / 8 + 1).ok()?;
        let mut looked = 0;
        while let Some((one, two)) = open.stack.pop() {
            looked += 1;
            if looked % SPENT_TOGETHER == 0 {
                spend(SPENT_TOGETHER).ok()?;
            }
            match (self.step(one)?, other.step(two)?) {
                (Step::Silent(many, few), _) => {
                    many.iter().for_each(|next| open.push(*next, two));
                    few.into_iter().flatten().for_each(|next| open.push(next, two));
                }
                (_, Step::Silent(many, few)) => {
                    many.iter().for_each(|next| open.push(one, *next));
                    few.into_iter().flatten().for_each(|next| open.push(one, next));
                }
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

    pub(super) fn step(&self, state: StateID) -> Option<Step<'_>> {
        Some(match self.nfa.state(state) {
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
