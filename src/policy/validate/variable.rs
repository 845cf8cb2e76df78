//! `@{A} = /a /b`

use super::Check;
use crate::syntax::Assignment;

impl Check<'_> {
    pub(super) fn assignment(&mut self, assignment: &Assignment) {
        self.assignment_operator(assignment.operator, assignment.operator_span);
    }
}
