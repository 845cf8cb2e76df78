//! Finding rules by name.

use super::rule::RuleInfo;
use super::rules::RULES;
use crate::vocabulary::did_you_mean;
use foldhash::HashMap;
use std::sync::LazyLock;

/// The rule of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static RuleInfo> {
    position(id).map(|position| &RULES[position])
}

/// The place of the rule of that id in [`RULES`].
pub(super) fn position(id: &str) -> Option<usize> {
    static POSITIONS: LazyLock<HashMap<&str, usize>> =
        LazyLock::new(|| RULES.iter().enumerate().map(|(position, rule)| (rule.id, position)).collect());
    POSITIONS.get(id).copied()
}

/// The id that was probably meant.
#[must_use]
pub fn suggest(id: &str) -> Option<&'static str> {
    did_you_mean(id, RULES.iter().map(|rule| rule.id))
}
