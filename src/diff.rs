//! What one policy allows that another does not: decided on what the rules mean, never on their text, so that a rule that
//! moved to an abstraction, was split or merged, or got a variable is no difference.
//!
//! [`pair_up`] finds which profile became which, [`compare`] tells what changed of one. Rules that are the same on both
//! sides cancel; only on what the rest speaks of are both profiles asked, by the engine of `query`, for each set
//! of rules that any path can match.

mod ends;
mod finite;
mod header;
mod pairs;
mod space;

pub use pairs::{Pair, pair_up};

use crate::glob::{Effort, within};
use crate::policy::{Policy, ResolvedKind, ResolvedProfile};
use crate::query::{Class, Half, Query, telling_flags};
use crate::vocabulary::Version;
use serde::Serialize;

/// One of the two policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The one that was.
    Old,
    /// The one that will be.
    New,
}

/// What a change comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// More is allowed.
    Widened,
    /// Less is allowed.
    Narrowed,
    /// Something else is allowed than before, neither more nor less; a program gets other confinement.
    Changed,
    /// The same is allowed, but something else is logged.
    Logged,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it comes to.
    pub effect: Effect,
    /// True when it may give a program more than it had; so does every [`Effect::Widened`], and some others.
    pub may_widen: bool,
    /// The kind of rule, `mode`, `flags` or `attachment`.
    pub class: &'static str,
    /// What may be done, in the words of rules; may be empty.
    pub access: String,
    /// Whose files; all when `None`.
    pub files: Option<Half>,
    /// With what: a pattern, or conditions.
    pub on: String,
    /// Patterns for which it is as before although `on` includes them; at most a few.
    pub except: Vec<String>,
    /// One path or label for which it is so.
    pub witness: Option<String>,
    /// What was, where it is more than allowed or not.
    pub old: Option<String>,
    /// What will be.
    pub new: Option<String>,
    /// The rules that are the reason, by side and place in the profile.
    pub rules: Vec<(Side, usize)>,
}

impl Change {
    fn new(effect: Effect, class: &'static str, access: impl Into<String>) -> Self {
        Self {
            effect,
            may_widen: effect == Effect::Widened,
            class,
            access: access.into(),
            files: None,
            on: String::new(),
            except: Vec::new(),
            witness: None,
            old: None,
            new: None,
            rules: Vec::new(),
        }
    }

    fn turned(mut self, old: impl Into<String>, new: impl Into<String>) -> Self {
        (self.old, self.new) = (Some(old.into()), Some(new.into()));
        self
    }
}

/// What changed of one profile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// The differences.
    pub changes: Vec<Change>,
    /// What could not be decided, since it would take too much time and memory.
    pub undecided: Vec<String>,
}

impl Comparison {
    /// Are they proven to be the same?
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.changes.is_empty() && self.undecided.is_empty()
    }
}

/// What changed from the old profile to the new one.
#[must_use]
pub fn compare(
    old: (&Policy, &ResolvedProfile),
    new: (&Policy, &ResolvedProfile),
    version: Version,
) -> Comparison {
    within(EFFORT, || compare_rules(old, new, version)).0
}

/// What the comparison of two profiles may cost: some ten seconds. The largest profiles seen take a fiftieth of it.
const EFFORT: Effort = Effort(200_000_000);

fn compare_rules(
    old: (&Policy, &ResolvedProfile),
    new: (&Policy, &ResolvedProfile),
    version: Version,
) -> Comparison {
    let old = Query::new(old.0, old.1, version);
    let new = Query::new(new.0, new.1, version);
    let mut comparison = Comparison::default();
    header::compare(&old, &new, &mut comparison);
    // Of a profile that confines nothing no rule is consulted.
    if old.is_unconfined() || new.is_unconfined() {
        return comparison;
    }
    for class in Class::PLAIN {
        space::compare(&old.space(class), &new.space(class), &[], &mut comparison);
    }
    if finite::mount_rules_differ(&old, &new) {
        for flags in telling_flags(old.profile(), new.profile(), version) {
            space::compare(
                &old.mounts(flags),
                &new.mounts(flags),
                &finite::flag_names(flags),
                &mut comparison,
            );
        }
    }
    finite::compare(&old, &new, &mut comparison);
    forget_on_exec(&mut comparison.changes);
    forget_other_class(&mut comparison.changes, [&old, &new]);
    comparison.changes.sort_by_key(|change| change.effect);
    comparison
}

/// Who may change the profile at once may do it on exec too: what one rule says of both is told once.
fn forget_on_exec(changes: &mut Vec<Change>) {
    let at_once: Vec<Vec<(Side, usize)>> = changes
        .iter()
        .filter(|change| change.access == "change_profile")
        .map(|change| change.rules.clone())
        .collect();
    changes.retain(|change| change.access != "change_profile on exec" || !at_once.contains(&change.rules));
}

/// A rule about sockets of the family `unix` counts for both classes, `network` and `unix`: what it is the reason of is told once, in
/// the words of the rule.
fn forget_other_class(changes: &mut Vec<Change>, sides: [&Query<'_>; 2]) {
    let own_class = |(side, rule): &(Side, usize)| {
        sides[*side as usize].profile().rules.get(*rule).map(|rule| match rule.kind {
            ResolvedKind::Network(_) => "network",
            _ => "unix",
        })
    };
    let told: Vec<_> =
        changes.iter().map(|change| (change.effect, change.class, change.rules.clone())).collect();
    changes.retain(|change| {
        let other = match change.class {
            "network" => "unix",
            "unix" => "network",
            _ => return true,
        };
        let is_told = |rule: &(Side, usize)| {
            own_class(rule) == Some(other)
                && told.iter().any(|(effect, class, rules)| {
                    (*effect, *class) == (change.effect, other) && rules.contains(rule)
                })
        };
        change.rules.is_empty() || !change.rules.iter().all(is_told)
    });
}

#[cfg(test)]
mod tests;
