//! Which rule wins a permission. Each bit is decided alone, and the order of rules never matters: the highest
//! priority that says anything of the bit counts, and within it deny beats allow beats prompt. Of execute
//! permissions alone, that of an exact path beats that of a glob.

use crate::policy::ResolvedRule;
use crate::syntax::Decision;

/// What a rule that matches says of some bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    /// What names the rule to the caller.
    pub(super) id: usize,
    pub(super) bits: u32,
    /// Those of the bits of which an exact rule beats an inexact one.
    pub(super) dominant: u32,
    pub(super) decision: Decision,
    pub(super) audit: bool,
    pub(super) priority: i32,
}

/// What came out, as sets of bits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) allow: u32,
    /// Granted and logged.
    pub(super) audit: u32,
    /// Refused by a rule.
    pub(super) deny: u32,
    /// Refused by a rule and not logged.
    pub(super) quiet: u32,
    /// Left to user space.
    pub(super) prompt: u32,
    /// For each bit of which a rule says something, the rules that won it.
    pub(super) winners: Vec<(u32, Vec<usize>)>,
}

impl Outcome {
    /// The rules that won one of the bits, ascending, each once.
    pub(super) fn winners_of(&self, bits: u32) -> Vec<usize> {
        let winning = self.winners.iter().filter(|(bit, _)| bits & bit != 0);
        let mut ids: Vec<usize> = winning.flat_map(|(_, ids)| ids).copied().collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// Decides all bits of the candidates.
pub(super) fn decide(candidates: &[Candidate]) -> Outcome {
    let mut outcome = Outcome::default();
    let mut open = candidates.iter().fold(0, |bits, candidate| bits | candidate.bits);
    while open != 0 {
        let bit = open & open.wrapping_neg();
        open &= !bit;
        let speaking = || candidates.iter().filter(|candidate| candidate.bits & bit != 0);
        let Some(best) = speaking().map(|candidate| rank(candidate, bit)).max() else { continue };
        let winning = || speaking().filter(|candidate| rank(candidate, bit) == best);
        match winning().next().map(|candidate| candidate.decision) {
            Some(Decision::Allow) => {
                outcome.allow |= bit;
                if winning().any(|candidate| candidate.audit) {
                    outcome.audit |= bit;
                }
            }
            Some(Decision::Deny) => {
                outcome.deny |= bit;
                if winning().any(|candidate| !candidate.audit) {
                    outcome.quiet |= bit;
                }
            }
            Some(Decision::Prompt) => outcome.prompt |= bit,
            None => {}
        }
        outcome.winners.push((bit, winning().map(|candidate| candidate.id).collect()));
    }
    outcome
}

/// Of what two rules both match: does the first decide alone of every permission that both speak of? Not where they are of
/// one rank, since both count then.
#[must_use]
pub fn overrules(one: &ResolvedRule, other: &ResolvedRule) -> bool {
    // What an exact path gives its rule is not enough to win over one that denies, or has another priority.
    let weight = |rule: &ResolvedRule| i64::from(rule.priority) * STEPS + step(rule.decision, false);
    one.speaks_of_files_of(other) && weight(one) > weight(other)
}

fn rank(candidate: &Candidate, bit: u32) -> i64 {
    i64::from(candidate.priority) * STEPS + step(candidate.decision, candidate.dominant & bit != 0)
}

/// How many steps a priority has.
const STEPS: i64 = 4;

fn step(decision: Decision, is_dominant: bool) -> i64 {
    match decision {
        Decision::Deny => 3,
        Decision::Allow if is_dominant => 2,
        Decision::Allow => 1,
        Decision::Prompt => 0,
    }
}
