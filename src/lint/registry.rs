//! Finding rules by name.

use super::rule::RuleInfo;
use super::rules::RULES;
use crate::vocabulary::did_you_mean;

/// The rule of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static RuleInfo> {
    RULES.iter().find(|rule| rule.id == id)
}

/// The id that was probably meant.
#[must_use]
pub fn suggest(id: &str) -> Option<&'static str> {
    did_you_mean(id, RULES.iter().map(|rule| rule.id))
}
