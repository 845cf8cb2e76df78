//! Is a condition true? Variables are known by then: the preamble comes before every block.

use super::variables::{AutomaticVariables, ExpansionError, Variables, value_text};
use crate::source::Span;
use crate::syntax::{Comparison, Expression, SyntaxError, Word, is_set_variable, variable_name};
use crate::vocabulary::Version;
use std::collections::BTreeSet;

/// The value of a condition.
///
/// # Errors
/// What apparmor_parser refuses: a variable that is not set, a word that is neither true nor false, or values that
/// cannot be compared.
pub(super) fn evaluate(
    expression: &Expression,
    source: &[u8],
    variables: &Variables,
    version: Version,
) -> Result<bool, Box<SyntaxError>> {
    let inner = |expression: &Expression| evaluate(expression, source, variables, version);
    match expression {
        // Both sides are looked at, so that an error in either is found.
        Expression::Or(left, right) => {
            let (left, right) = (inner(left)?, inner(right)?);
            Ok(left || right)
        }
        Expression::And(left, right) => {
            let (left, right) = (inner(left)?, inner(right)?);
            Ok(left && right)
        }
        Expression::Not(_, negated) => Ok(!inner(negated)?),
        Expression::Group(_, grouped) => inner(grouped),
        Expression::Defined(_, word) => is_defined(*word, source, variables, version),
        Expression::Variable(word) => {
            variables.boolean(variable_name(word.raw(source))).ok_or_else(|| unset(*word, source))
        }
        Expression::Word(word) => truth(word.text(source)).ok_or_else(|| {
            Box::new(
                SyntaxError::new(word.span, format!("`{}` is neither true nor false", word.display(source)))
                    .help("write `true`, `false`, `${BOOLEAN}`, `defined @{NAME}`, or a comparison"),
            )
        }),
        Expression::Compare(left, comparison, right) => compare(
            values(left, source, variables)?,
            *comparison,
            values(right, source, variables)?,
            left.span.to(right.span),
        ),
    }
}

/// Is the variable behind `defined` declared? The releases differ about `defined ${NAME}`: since 5.0 it asks for a set variable
/// of that name, so that it is false for every boolean one; 4.0 and 4.1 refuse a boolean variable that is not set; and before, a
/// set variable of that name counted too. (Found by running them.)
fn is_defined(
    word: Word,
    source: &[u8],
    variables: &Variables,
    version: Version,
) -> Result<bool, Box<SyntaxError>> {
    let raw = word.raw(source);
    let name = variable_name(raw);
    let is_set = variables.is_set(name);
    if version >= Version::V5_0 || raw.starts_with(b"@") {
        return Ok(is_set);
    }
    let is_boolean = variables.boolean(name).is_some();
    match version >= Version::V4_0 {
        true if !is_boolean => Err(unset(word, source)),
        true => Ok(true),
        false => Ok(is_boolean || is_set),
    }
}

fn unset(word: Word, source: &[u8]) -> Box<SyntaxError> {
    let shown = word.display(source);
    Box::new(
        SyntaxError::new(word.span, format!("the boolean variable `{shown}` is not set"))
            .code("undefined-variable")
            .help(format!("set it in the preamble: `{shown} = true`")),
    )
}

/// `true` and `false`, in any case.
pub(super) fn truth(word: &[u8]) -> Option<bool> {
    if word.eq_ignore_ascii_case(b"true") {
        Some(true)
    } else if word.eq_ignore_ascii_case(b"false") {
        Some(false)
    } else {
        None
    }
}

/// The set of values that one side stands for.
fn values(word: &Word, source: &[u8], variables: &Variables) -> Result<BTreeSet<Vec<u8>>, Box<SyntaxError>> {
    let raw = word.raw(source);
    if !is_set_variable(raw) {
        return Ok(BTreeSet::from([value_text(word.text(source))]));
    }
    let name = variable_name(raw);
    match variables.values_of(name, &AutomaticVariables::default()) {
        Ok(values) => Ok(values.iter().cloned().collect()),
        Err(error) => Err(Box::new(expansion_error(&error, word.span, variables))),
    }
}

/// The message for a text whose variables cannot be replaced.
pub(super) fn expansion_error(error: &ExpansionError, span: Span, variables: &Variables) -> SyntaxError {
    match error {
        ExpansionError::Undefined { name, .. } => {
            let text = String::from_utf8_lossy(name);
            let error = SyntaxError::new(span, format!("the variable `@{{{text}}}` is not declared"))
                .code("undefined-variable");
            let tunables = || {
                tunable(name).map(|file| format!("declare it in the preamble, or `include <{file}>` there"))
            };
            match variables.similar(name).map(|name| format!("did you mean `@{{{name}}}`?")).or_else(tunables)
            {
                Some(help) => error.help(help),
                None => error.help(format!(
                    "declare it before the first profile: `@{{{text}}} = …`, or include the file that does"
                )),
            }
        }
        ExpansionError::Recursive { name, .. } => {
            let name = String::from_utf8_lossy(name);
            SyntaxError::new(span, format!("the variable `@{{{name}}}` refers to itself"))
                .code("recursive-variable")
                .help("take the reference to itself out of its values; to add values write `+=`")
        }
        ExpansionError::TooLarge { name } => {
            let name = String::from_utf8_lossy(name);
            SyntaxError::new(
                span,
                format!(
                    "`{name}` stands for more than {} values or {} MiB of text",
                    super::variables::MAX_VALUES,
                    super::variables::MAX_TEXT >> 20
                ),
            )
            .code("limit")
            .note("this is a limit of aakit; apparmor_parser would need very long and much memory here")
        }
        ExpansionError::Malformed { text } => {
            let text = String::from_utf8_lossy(text);
            SyntaxError::new(span, format!("`{text}` is no variable")).code("undefined-variable").help(
                "a variable's name is letters, digits and `_`, and begins with a letter: `@{NAME}`; for a plain `@` before an alternation write `\\@{a,b}`",
            )
        }
    }
}

/// The tunables file that declares a well-known variable.
pub(super) fn tunable(name: &[u8]) -> Option<&'static str> {
    match name {
        b"HOME" | b"HOMEDIRS" | b"PROC" | b"sys" | b"run" | b"multiarch" | b"pid" | b"pids" | b"tid"
        | b"uid" | b"uids" | b"etc_ro" | b"etc_rw" | b"securityfs" | b"apparmorfs" | b"bin" | b"lib"
        | b"XDG_DESKTOP_DIR" | b"XDG_DOWNLOAD_DIR" => Some("tunables/global"),
        _ => None,
    }
}

fn compare(
    left: BTreeSet<Vec<u8>>,
    comparison: Comparison,
    right: BTreeSet<Vec<u8>>,
    span: Span,
) -> Result<bool, Box<SyntaxError>> {
    let ordering = || match (number(&left), number(&right)) {
        (Some(left), Some(right)) => Ok(left.cmp(&right)),
        (None, None) => Ok(left.cmp(&right)),
        _ => Err(Box::new(
            SyntaxError::new(span, "a number can only be compared with a number")
                .help("compare two numbers, or use `==`, `!=` or `in`"),
        )),
    };
    Ok(match comparison {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::In => left.is_subset(&right),
        Comparison::Greater => ordering()?.is_gt(),
        Comparison::GreaterOrEqual => ordering()?.is_ge(),
        Comparison::Less => ordering()?.is_lt(),
        Comparison::LessOrEqual => ordering()?.is_le(),
    })
}

/// The number that a set of one value is, in C's notation: 10, 012, 0xa.
fn number(values: &BTreeSet<Vec<u8>>) -> Option<i64> {
    let mut values = values.iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let text = std::str::from_utf8(value).ok()?;
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits) = match digits {
        "0" => (10, digits),
        _ if digits.starts_with("0x") || digits.starts_with("0X") => (16, &digits[2..]),
        _ if digits.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    i64::from_str_radix(digits, radix).ok().map(|number| sign * number)
}
