//! `pivot_root oldroot=/old/ /new/ -> profile,`

use super::{Check, one_of};
use crate::syntax::{PivotRootRule, SyntaxError, is_set_variable};
use crate::vocabulary::conditions;

impl Check<'_> {
    /// `oldroot` may stand several times, with several values and with `in`: the last one counts, and nothing is asked of those
    /// before it.
    pub(super) fn pivot_root(&mut self, rule: &PivotRootRule) {
        if let Some(root) = rule.new_root
            && is_set_variable(root.raw(self.source))
        {
            let quoted = format!("\"{}\"", self.show(root));
            self.report(
                SyntaxError::new(root.span, "a variable alone cannot be the new root")
                    .note("with anything behind it, or in quotes, it can")
                    .help(format!("write `{quoted}`"))
                    .fix("put it in quotes", root.span, quoted),
            );
        }
        let names: Vec<_> = conditions::PIVOT_ROOT.iter().map(|(name, _)| *name).collect();
        for (index, condition) in rule.conditions.iter().enumerate() {
            let is_last = index + 1 == rule.conditions.len();
            if !is_last || names.iter().any(|name| name.as_bytes() == condition.name.raw(self.source)) {
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
