//! `${B} = true`

use super::conditional::{Expression, Place, expression};
use super::error::{SyntaxError, fail};
use super::input::{Input, Res};
use super::lexical::{blanks, boolean_variable, found, found_span, trivia};
use super::variable::{AssignmentOperator, end_of_assignment, operator, variable_name};
use super::word::Word;
use crate::source::Span;
use crate::vocabulary::Version;
use std::cell::Cell;

/// An assignment to a boolean variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BooleanAssignment {
    /// The variable as written: `${B}` or `$B`.
    pub variable: Word,
    /// What is done; there is no `+=`.
    pub operator: AssignmentOperator,
    /// The operator's bytes.
    pub operator_span: Span,
    /// The value.
    pub value: Expression,
}

impl BooleanAssignment {
    /// The variable's name without sigil and braces.
    #[must_use]
    pub fn name<'s>(&self, source: &'s [u8]) -> &'s [u8] {
        variable_name(self.variable.raw(source))
    }
}

/// A boolean assignment up to its line end.
pub(super) fn boolean_assignment(input: Input<'_>) -> Res<'_, BooleanAssignment> {
    let Ok((rest, variable)) = boolean_variable(input) else {
        return fail(
            SyntaxError::new(found_span(input), format!("expected a rule, found {}", found(input)))
                .help("a boolean variable is written `${NAME}`; a path begins with `/`"),
        );
    };
    // Since 5.0 the sign stands on the line of the variable.
    let behind = if input.state.version() >= Version::V5_0 { blanks(rest) } else { trivia(rest) };
    let (rest, (operator, operator_span)) = match operator(behind) {
        Ok((rest, found)) if found.0 != AssignmentOperator::Add => (rest, found),
        _ if rest.peek() == Some(b'/') => {
            let (name, raw) = (variable.display(input.source()), variable.raw(input.source()));
            let path = String::from_utf8_lossy(found_span(rest).of(input.source())).into_owned();
            let set = String::from_utf8_lossy(variable_name(raw)).into_owned();
            return fail(
                SyntaxError::new(
                    variable.span,
                    format!("`{name}` is a boolean variable, and begins no path"),
                )
                .note("variables of the shell are not known either")
                .help(format!("write `@{{{set}}}{path}` where `@{{{set}}}` is declared")),
            );
        }
        _ => {
            return fail(
                SyntaxError::new(
                    found_span(behind),
                    format!("expected `=` behind the boolean variable, found {}", found(behind)),
                )
                .help("write `${NAME} = true`; in a path use a set variable, `@{NAME}`"),
            );
        }
    };
    let left_line = Cell::new(false);
    let (rest, value) = expression(rest, Place::Assignment(&left_line))?;
    if !left_line.get() {
        end_of_assignment(rest)?;
    }
    Ok((rest, BooleanAssignment { variable, operator, operator_span, value }))
}
