//! `${B} = true`

use super::Check;
use crate::source::Span;
use crate::syntax::{AssignmentOperator, BooleanAssignment, Comment, Expression};
use crate::vocabulary::Version;

impl Check<'_> {
    pub(super) fn boolean_assignment(&mut self, assignment: &BooleanAssignment, comment: Option<&Comment>) {
        self.assignment_operator(assignment.operator, assignment.operator_span);
        if self.version >= Version::V5_0 {
            self.expression(&assignment.value);
            return;
        }
        if !matches!(assignment.value, Expression::Word(_)) {
            let span = assignment.value.span();
            self.since(span, "a condition as the value of a boolean variable needs", Version::V5_0);
        }
        if let Some(Comment { span }) = comment {
            self.since(*span, "a comment behind a boolean variable needs", Version::V4_0);
        }
    }

    pub(super) fn assignment_operator(&mut self, operator: AssignmentOperator, span: Span) {
        match operator {
            AssignmentOperator::Set | AssignmentOperator::Add => {}
            AssignmentOperator::SetIfUnset => {
                self.since(span, "`?=` needs", Version::V5_0);
            }
            AssignmentOperator::Replace => {
                self.since(span, "`:=` needs", Version::V5_0);
            }
        }
    }
}
