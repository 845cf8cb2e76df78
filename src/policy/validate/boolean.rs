//! `${B} = true`

use super::Check;
use crate::source::Span;
use crate::syntax::{AssignmentOperator, BooleanAssignment, Comment, Expression, SyntaxError};
use crate::vocabulary::Version;

impl Check<'_> {
    pub(super) fn boolean_assignment(&mut self, assignment: &BooleanAssignment, comment: Option<&Comment>) {
        self.assignment_operator(assignment.operator, assignment.operator_span);
        if self.version >= Version::V5_0 {
            self.expression(&assignment.value);
            return;
        }
        match &assignment.value {
            Expression::Word(word) if self.is_truth(*word) => {}
            Expression::Word(_) => self.expression(&assignment.value),
            value => {
                self.since(value.span(), "a condition as the value of a boolean variable needs", Version::V5_0);
            }
        }
        if let Some(Comment { span }) = comment {
            self.since(*span, "a comment behind a boolean variable needs", Version::V5_0);
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

    /// Is the word `true` or `false`, in any case?
    pub(super) fn is_truth(&self, word: crate::syntax::Word) -> bool {
        let text = self.text(word);
        text.eq_ignore_ascii_case(b"true") || text.eq_ignore_ascii_case(b"false")
    }

    pub(super) fn not_a_truth(&mut self, word: crate::syntax::Word) {
        let text = self.show(word);
        self.report(
            SyntaxError::new(word.span, format!("`{text}` is neither `true` nor `false`"))
                .help("write `true`, `false`, `${BOOLEAN}`, `defined @{NAME}`, or compare two values with `==`"),
        );
    }
}
