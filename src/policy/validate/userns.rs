//! `userns create,`

use super::Check;
use crate::syntax::UsernsRule;
use crate::vocabulary::Version;

impl Check<'_> {
    pub(super) fn userns(&mut self, rule: &UsernsRule) {
        self.since(rule.keyword, "`userns` rules need", Version::V4_0);
    }
}
