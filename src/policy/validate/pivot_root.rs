//! `pivot_root oldroot=/old/ /new/ -> profile,`

use super::{Check, one_of};
use crate::syntax::{PivotRootRule, SyntaxError};
use crate::vocabulary::conditions;

impl Check<'_> {
    /// `oldroot` may stand several times, with several values and with `in`: the last one counts.
    pub(super) fn pivot_root(&mut self, rule: &PivotRootRule) {
        let names: Vec<_> = conditions::PIVOT_ROOT.iter().map(|(name, _)| *name).collect();
        for condition in &rule.conditions {
            if names.iter().any(|name| name.as_bytes() == condition.name.raw(self.source)) {
                self.values(condition);
                continue;
            }
            let shown = self.show(condition.name);
            self.report(
                SyntaxError::new(
                    condition.name.span,
                    format!("a `pivot_root` rule has no condition `{shown}`"),
                )
                .help(format!("use {}", one_of(&names))),
            );
        }
    }
}
