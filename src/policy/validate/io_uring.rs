//! `io_uring (sqpoll, override_creds) label=x,`

use super::Check;
use super::condition::Conditions;
use crate::syntax::IoUringRule;
use crate::vocabulary::{Version, conditions};

/// apparmor_parser takes `peer=(label=…)` by accident.
const TABLE: Conditions =
    Conditions { rule: "io_uring", local: conditions::IO_URING, peer: conditions::IO_URING };

impl Check<'_> {
    /// Unknown words in the list of accesses are not refused: they are ignored, which a lint reports.
    pub(super) fn io_uring(&mut self, rule: &IoUringRule) {
        if self.since(rule.keyword, "`io_uring` rules need", Version::V4_0) {
            self.conditions(&rule.conditions, rule.peer.as_ref(), &TABLE, |check, condition, _| {
                check.one_value(condition);
            });
        }
    }
}
