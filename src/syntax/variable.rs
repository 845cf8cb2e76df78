//! `@{A} = /a /b`

use super::error::{Failure, SyntaxError, fail, miss};
use super::input::{Input, Res};
use super::lexical::{
    blanks, found, found_span, is_long_bare_variable, newline_len, path, permissions, quoted, set_variable,
    set_variable_len, target_name, trivia,
};
use super::word::Word;
use crate::source::Span;
use crate::vocabulary::Version;

/// An assignment to a set variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The variable as written: `@{A}` or `@A`.
    pub variable: Word,
    /// What is done with the values.
    pub operator: AssignmentOperator,
    /// The operator's bytes.
    pub operator_span: Span,
    /// The values, in the order written.
    pub values: Vec<Word>,
}

/// What an assignment does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AssignmentOperator {
    /// `=`: declares.
    Set,
    /// `+=`: adds to a variable that is declared.
    Add,
    /// `?=`: declares what is not declared yet.
    SetIfUnset,
    /// `:=`: replaces.
    Replace,
}

impl Assignment {
    /// The variable's name without sigil and braces.
    #[must_use]
    pub fn name<'s>(&self, source: &'s [u8]) -> &'s [u8] {
        variable_name(self.variable.raw(source))
    }
}

/// The name in `@{NAME}`, `@NAME`, `${NAME}` or `$NAME`.
#[must_use]
pub fn variable_name(raw: &[u8]) -> &[u8] {
    let raw = raw.get(1..).unwrap_or(raw);
    raw.strip_prefix(b"{").and_then(|inner| inner.strip_suffix(b"}")).unwrap_or(raw)
}

/// Is a word a set variable and nothing else? `@{A}/x` is none.
#[must_use]
pub fn is_set_variable(raw: &[u8]) -> bool {
    !raw.is_empty() && set_variable_len(raw) == raw.len()
}

/// An assignment up to its line end.
pub(super) fn assignment(input: Input<'_>) -> Res<'_, Assignment> {
    let (after, variable) = set_variable(input)?;
    if after.peek() == Some(b'#') {
        // Glued, `@{A}#` is one path.
        return miss();
    }
    if is_long_bare_variable(input.rest()) && matches!(after.peek(), Some(b'=' | b'+' | b'?')) {
        // Glued, `@FOO=` is the start of a path.
        if path(input).is_ok_and(|(after, _)| permissions(trivia(after)).is_ok()) {
            return miss();
        }
        return fail(glued_operator(variable, input));
    }
    // The line of an assignment begins at its operator.
    let (rest, (operator, operator_span)) = operator(trivia(after))?;
    if operator == AssignmentOperator::Replace && after.peek() == Some(b':') {
        // Glued, `@{A}:=` is one path.
        return miss();
    }
    let (rest, values) = values(rest)?;
    if values.is_empty() {
        return fail(
            SyntaxError::new(
                operator_span,
                format!(
                    "a value is missing behind `{}`",
                    String::from_utf8_lossy(operator_span.of(input.source()))
                ),
            )
            .help("write the values on this line, or `\"\"` for an empty value"),
        );
    }
    Ok((rest, Assignment { variable, operator, operator_span, values }))
}

fn glued_operator(variable: Word, input: Input<'_>) -> SyntaxError {
    let name = variable.display(input.source()).into_owned();
    let braced = format!("@{{{}}}", &name[1..]);
    SyntaxError::new(variable.span, format!("`{name}` without braces needs a blank before the operator"))
        .label("read as the start of a path")
        .help(format!("write `{braced}`"))
        .fix("add the braces", variable.span, braced)
}

/// The operator of an assignment.
pub(super) fn operator(input: Input<'_>) -> Res<'_, (AssignmentOperator, Span)> {
    let (operator, length) = match input.rest() {
        [b'=', ..] => (AssignmentOperator::Set, 1),
        [b'+', b'=', ..] => (AssignmentOperator::Add, 2),
        [b'?', b'=', ..] => (AssignmentOperator::SetIfUnset, 2),
        [b':', b'=', ..] => (AssignmentOperator::Replace, 2),
        _ => return miss(),
    };
    Ok((input.skip(length), (operator, input.span(length))))
}

/// The values up to the line end; `\` before a line feed goes on on the next line.
fn values(mut input: Input<'_>) -> Res<'_, Vec<Word>> {
    let mut values = Vec::new();
    let mut told = false;
    loop {
        input = continued(input);
        let rest = input.rest();
        // Before 4.0 no comment can stand here; one behind a value is kept as one, and whoever needs its words reads them there.
        let is_value_of_old = values.is_empty() && input.state.version() < Version::V4_0;
        let is_comment = rest.first() == Some(&b'#') && rest.contains(&b'\n') && !is_value_of_old;
        if rest.is_empty() || newline_len(rest) > 0 || is_comment {
            return Ok((input, values));
        }
        let (after, word) = match value(input) {
            Ok(read) => read,
            Err(nom::Err::Error(_)) => return fail(unexpected_value(input, &values)),
            Err(error) => return Err(error),
        };
        values.push(word);
        input = after;
        if input.peek() == Some(b',') {
            // Further values behind it are read all the same: one slip is told once.
            if !told {
                input.state.report(trailing_comma(input));
            }
            told = true;
            input = input.skip(1);
        }
    }
}

/// Skips blanks and line continuations.
pub(super) fn continued(mut input: Input<'_>) -> Input<'_> {
    loop {
        input = blanks(input);
        if !input.rest().starts_with(b"\\\n") {
            return input;
        }
        input = input.skip(2);
    }
}

/// One value: quoted, or a run of word characters.
fn value(input: Input<'_>) -> Res<'_, Word> {
    if input.peek() == Some(b'"') { quoted(input) } else { target_name(input) }
}

fn trailing_comma(input: Input<'_>) -> SyntaxError {
    let comma = input.span(1);
    let at_end = blanks(input.skip(1)).rest().first().is_none_or(|byte| matches!(byte, b'\r' | b'\n' | b'#'));
    let error = SyntaxError::new(comma, "an assignment takes no comma");
    if at_end {
        error.help("remove the comma: an assignment ends with its line").fix("remove the comma", comma, *b"")
    } else {
        error.help("separate values by blanks; quote a value that holds a comma and a blank")
    }
}

fn unexpected_value(input: Input<'_>, values: &[Word]) -> SyntaxError {
    let error = SyntaxError::new(found_span(input), format!("expected a value, found {}", found(input)));
    match input.peek() {
        Some(b',') if !values.is_empty() => {
            error.help("an assignment takes no comma: separate values by blanks")
        }
        _ => error.help("quote a value that holds this character"),
    }
}

/// Used by the boolean form, which ends like this one.
pub(super) fn end_of_assignment(input: Input<'_>) -> Result<(), nom::Err<Failure>> {
    let rest = blanks(input);
    if matches!(rest.peek(), None | Some(b'#')) || newline_len(rest.rest()) > 0 {
        return Ok(());
    }
    fail(
        SyntaxError::new(found_span(rest), format!("expected the end of the line, found {}", found(rest)))
            .help("an assignment ends with its line, without a comma"),
    )
}
