//! `if ${B} { … }`: what a condition may be.

use super::{Check, Scope};
use crate::policy::conditional::truth;
use crate::syntax::{Conditional, Expression};
use crate::vocabulary::Version;

impl Check<'_> {
    pub(super) fn conditional(&mut self, conditional: &Conditional) {
        // Only the rules of a branch that is taken are held against the blocks around, which is known later.
        let inside = Scope { in_body: true, blocks: &[] };
        for branch in &conditional.branches {
            self.expression(&branch.condition);
            self.items(&branch.body.items, inside);
        }
        if let Some((_, body)) = &conditional.otherwise {
            self.items(&body.items, inside);
        }
    }

    pub(super) fn expression(&mut self, expression: &Expression) {
        let span = expression.span();
        match expression {
            Expression::Variable(_) | Expression::Defined(..) => {}
            Expression::Not(_, inner) => self.expression(inner),
            Expression::Or(left, right) | Expression::And(left, right) => {
                if self.since(span, "`and` and `or` in a condition need", Version::V5_0) {
                    self.expression(left);
                    self.expression(right);
                }
            }
            Expression::Group(_, inner) => {
                if self.since(span, "parentheses in a condition need", Version::V5_0) {
                    self.expression(inner);
                }
            }
            Expression::Compare(..) => {
                self.since(span, "a comparison in a condition needs", Version::V5_0);
            }
            // Whether it is one of the two is seen when the condition is evaluated.
            Expression::Word(word) => {
                if truth(word.text(self.source)).is_some() {
                    self.since(span, "`true` and `false` as a condition need", Version::V5_0);
                }
            }
        }
    }
}
