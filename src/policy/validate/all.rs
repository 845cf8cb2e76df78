//! `all,`

use super::Check;
use crate::syntax::All;
use crate::vocabulary::Version;

impl Check<'_> {
    pub(super) fn all(&mut self, rule: &All) {
        self.since(rule.keyword, "the `all` rule needs", Version::V4_0);
    }
}
