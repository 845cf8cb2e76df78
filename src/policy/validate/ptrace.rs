//! `ptrace (read, trace) peer=foo,`

use super::Check;
use super::condition::Conditions;
use crate::syntax::PtraceRule;
use crate::vocabulary::{PTRACE, conditions};

const TABLE: Conditions = Conditions { rule: "ptrace", local: conditions::PTRACE, peer: &[] };

impl Check<'_> {
    pub(super) fn ptrace(&mut self, rule: &PtraceRule) {
        self.access(rule.access.as_ref(), "ptrace", PTRACE);
        self.conditions(&rule.conditions, None, &TABLE, |check, condition, _| {
            check.one_value(condition);
        });
    }
}
