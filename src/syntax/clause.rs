//! The pieces that rules share: accesses, conditions `NAME=VALUE`, and `peer=(…)`.

use super::error::{SyntaxError, fail, miss};
use super::input::{Input, Res};
use super::lexical::{
    blanks, character, comma_at_line_end, found, found_span, is_list_name, keyword, line_feeds, list,
    missing_parenthesis, name, newline_len, peer_value, rule_word, separators, space, target_name,
    unclosed_list, unexpected_in_list,
};
use super::rule::end_of_clause;
use super::word::{Word, Words};
use crate::source::Span;
use crate::vocabulary::{AccessTable, Version};
use nom::Parser;

/// What stands between a condition's name and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConditionOperator {
    /// `=`
    Equals,
    /// `:=`
    ColonEquals,
    /// `in`
    In,
}

/// `NAME=VALUE`, or a name alone in `xattrs=(…)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// All of it.
    pub span: Span,
    /// The name.
    pub name: Word,
    /// What joins name and value.
    pub operator: ConditionOperator,
    /// The value; `None` only in `xattrs=(name)`.
    pub value: Option<Words>,
}

/// `peer=(…)`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// From `peer` through `)`.
    pub span: Span,
    /// The conditions inside.
    pub conditions: Vec<Condition>,
}

/// Accesses, conditions and `peer=(…)` behind a keyword: what dbus and unix rules are made of.
pub(super) struct Clauses {
    pub(super) keyword: Span,
    pub(super) access: Option<Words>,
    pub(super) conditions: Vec<Condition>,
    pub(super) peer: Option<Peer>,
}

/// Such clauses, with the comma behind them.
pub(super) fn clauses<'a>(input: Input<'a>, word: &'static str, accesses: AccessTable) -> Res<'a, Clauses> {
    let (rest, span) = keyword(word)(input)?;
    let (after, access) = access(space(rest), |word| accesses.from_name(word).is_some())?;
    let (end, conditions) = conditions(if access.is_some() { after } else { rest })?;
    let (end, peer) = peer(end)?;
    let expected = "an access, a condition, `peer=(…)` or ";
    let (rest, ()) = end_of_clause(input, space(end), end.offset(), expected, accesses.names())?;
    Ok((rest, Clauses { keyword: span, access, conditions, peer }))
}

/// The accesses at the start of a rule: a list, or one bare word that `is_access` knows.
pub(super) fn access<'a>(input: Input<'a>, is_access: impl Fn(&[u8]) -> bool) -> Res<'a, Option<Words>> {
    if input.peek() == Some(b'(') {
        let (rest, list) = list(input)?;
        return Ok((rest, Some(Words::List(list))));
    }
    match bare_word(input)? {
        Some((rest, word)) if is_access(word.raw(input.source())) => Ok((rest, Some(Words::Word(word)))),
        _ => Ok((input, None)),
    }
}

/// The next word of the rule, unless a condition, the arrow or the end stands there.
pub(super) fn bare_word<'a>(
    input: Input<'a>,
) -> Result<Option<(Input<'a>, Word)>, nom::Err<super::error::Failure>> {
    if is_condition(input) {
        return Ok(None);
    }
    match rule_word(input) {
        Ok(read) => Ok(Some(read)),
        Err(nom::Err::Error(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Does `NAME =`, `NAME :=` or `NAME in (` stand here?
pub(super) fn is_condition(input: Input<'_>) -> bool {
    condition_head(input).is_ok()
}

fn condition_head(input: Input<'_>) -> Res<'_, (Word, ConditionOperator)> {
    let (after, word) = name(input)?;
    let rest = blanks(after);
    if let Ok((rest, _)) = character(b'=')(rest) {
        return Ok((rest, (word, ConditionOperator::Equals)));
    }
    if let Ok((rest, _)) = (character(b':'), character(b'=')).parse(rest) {
        return Ok((rest, (word, ConditionOperator::ColonEquals)));
    }
    let (rest, operator) = name(rest)?;
    let list = blanks(rest);
    if operator.raw(input.source()) == b"in"
        && list.peek() == Some(b'(')
        && after.offset() != operator.span.start as usize
    {
        return Ok((rest, (word, ConditionOperator::In)));
    }
    miss()
}

/// `NAME=VALUE` with a bare value, a list, or a list on the next line.
pub(super) fn condition(input: Input<'_>) -> Res<'_, Condition> {
    let (rest, (name, operator)) = condition_head(input)?;
    let (rest, value) = value(rest, name)?;
    Ok((rest, Condition { span: input.span_to(rest), name, operator, value: Some(value) }))
}

fn value<'a>(input: Input<'a>, name: Word) -> Res<'a, Words> {
    let rest = blanks(input);
    let list_start = space(rest);
    if list_start.peek() == Some(b'(') {
        line_feeds(rest)?;
        let (rest, list) = list(list_start)?;
        return Ok((rest, Words::List(list)));
    }
    match target_name(rest) {
        Ok((rest, word)) => {
            let (rest, word) = whole_group(rest, word);
            Ok((rest, Words::Word(word)))
        }
        Err(nom::Err::Error(_)) => fail(no_value(rest, name)),
        Err(error) => Err(error),
    }
}

fn no_value(input: Input<'_>, name: Word) -> SyntaxError {
    let name = name.display(input.source());
    let error = SyntaxError::new(
        found_span(input),
        format!("expected a value behind `{name}=`, found {}", found(input)),
    );
    if newline_len(input.rest()) > 0 {
        error.help("write the value on the same line; only a list in parentheses may begin on the next")
    } else {
        error.help(format!("write `{name}=VALUE`, or quote a value with blanks or commas"))
    }
}

/// Conditions as long as they come, up to `peer=(`.
pub(super) fn conditions(mut input: Input<'_>) -> Res<'_, Vec<Condition>> {
    let mut conditions = Vec::new();
    loop {
        let next = space(input);
        if is_peer(next) || !is_condition(next) {
            return Ok((input, conditions));
        }
        let (rest, condition) = condition(next)?;
        conditions.push(condition);
        input = rest;
    }
}

/// Does `peer=(` stand here?
fn is_peer(input: Input<'_>) -> bool {
    match condition_head(input) {
        Ok((rest, (name, ConditionOperator::Equals))) if name.raw(input.source()) == b"peer" => {
            blanks(rest).peek() == Some(b'(')
        }
        _ => false,
    }
}

/// `peer=(…)`, if it stands here.
pub(super) fn peer(input: Input<'_>) -> Res<'_, Option<Peer>> {
    let next = space(input);
    if !is_peer(next) {
        return Ok((input, None));
    }
    let (rest, _) = condition_head(next)?;
    let (rest, conditions) = condition_list(blanks(rest))?;
    Ok((rest, Some(Peer { span: next.span_to(rest), conditions })))
}

/// `(NAME=VALUE, NAME)`
pub(super) fn condition_list(input: Input<'_>) -> Res<'_, Vec<Condition>> {
    let (mut rest, open) = character(b'(')(input)?;
    let mut conditions: Vec<Condition> = Vec::new();
    // The first line that ends with a comma: if the list is never closed, the `)` is missing before it.
    let mut line: Option<(Input<'_>, usize)> = None;
    loop {
        if line.is_none() && !conditions.is_empty() && comma_at_line_end(rest) == Some(rest.offset()) {
            line = Some((rest, conditions.len()));
        }
        rest = separators(rest);
        let next = match rest.peek() {
            Some(b')') => return Ok((rest.skip(1), conditions)),
            None => fail(unclosed_list(open, rest)),
            _ => list_condition(rest, open),
        };
        match (next, line) {
            // A name without a value behind the end of a line is rather the next rule.
            (Ok((_, Condition { value: None, .. })), Some((end, count))) => {
                input.state.report(missing_parenthesis(open, end.offset()));
                conditions.truncate(count);
                return Ok((end, conditions));
            }
            (Ok((after, condition)), _) => {
                conditions.push(condition);
                rest = after;
            }
            (Err(_), Some((end, count))) => {
                input.state.report(missing_parenthesis(open, end.offset()));
                conditions.truncate(count);
                return Ok((end, conditions));
            }
            (Err(error), None) => return Err(error),
        }
    }
}

/// A value whose group a comma has cut. Reports that it must be quoted, and goes on with the whole of it.
fn whole_group<'a>(rest: Input<'a>, word: Word) -> (Input<'a>, Word) {
    let source = rest.source();
    let text = word.raw(source);
    let count = |wanted: u8| text.iter().filter(|byte| **byte == wanted).count();
    if rest.peek() != Some(b',') || count(b'{') <= count(b'}') {
        return (rest, word);
    }
    let line = rest.rest().split(|byte| matches!(byte, b'\n' | b')')).next().unwrap_or_default();
    let Some(close) = line.iter().position(|byte| *byte == b'}') else { return (rest, word) };
    let rest = rest.skip(close + 1);
    let span = Span::new(word.span.start as usize, rest.offset());
    let text = String::from_utf8_lossy(span.of(source)).into_owned();
    rest.state.report(
        SyntaxError::new(span, format!("the value `{text}` must be quoted"))
            .code("unquoted-value")
            .label("a comma ends a value here, inside `{ }` too")
            .help(format!("write `\"{text}\"`"))
            .fix("quote the value", span, format!("\"{text}\"")),
    );
    (rest, Word { span })
}

/// `peer=(NAME)` in a rule whose peer takes no parentheses. Reports it, and goes on with the name.
pub(super) fn peer_in_parentheses<'a>(input: Input<'a>, rule: &str) -> Option<(Input<'a>, Condition)> {
    let next = space(input);
    if !is_peer(next) {
        return None;
    }
    let (after, (name, operator)) = condition_head(next).ok()?;
    let (rest, list) = list(blanks(after)).ok()?;
    let [word] = list.items[..] else { return None };
    let raw = word.raw(input.source());
    let prefix = if raw.starts_with(b"label=") { 6 } else { 0 };
    let value = Word { span: Span::new(word.span.start as usize + prefix, word.span.end as usize) };
    let text = String::from_utf8_lossy(value.raw(input.source())).into_owned();
    input.state.report(
        SyntaxError::new(list.span, format!("`peer=` of a `{rule}` rule takes a name without parentheses"))
            .help(format!("write `peer={text}`"))
            .fix("remove the parentheses", list.span, text),
    );
    Some((rest, Condition { span: next.span_to(rest), name, operator, value: Some(Words::Word(value)) }))
}

fn list_condition<'a>(input: Input<'a>, open: Span) -> Res<'a, Condition> {
    let rest = input.rest();
    let length = (0..rest.len())
        .find(|at| !is_list_name(rest[*at]) || rest[*at..].starts_with(b":="))
        .unwrap_or(rest.len());
    // Since 5.0 a name does not begin with these.
    let odd = input.state.version() >= Version::V5_0 && matches!(input.peek(), Some(b'(' | b'+' | b'&'));
    if length == 0 || odd {
        return fail(unexpected_in_list(open, input));
    }
    let name = Word { span: input.span(length) };
    let after = input.skip(length);
    let behind = space(after);
    let (value_start, operator) = match behind.rest() {
        [b'=', ..] => (behind.skip(1), ConditionOperator::Equals),
        [b':', b'=', ..] => (behind.skip(2), ConditionOperator::ColonEquals),
        _ => {
            let condition =
                Condition { span: name.span, name, operator: ConditionOperator::Equals, value: None };
            return Ok((after, condition));
        }
    };
    if after.peek() == Some(b'\r') {
        line_feeds(after)?;
    }
    let value_start = space(value_start);
    let value = peer_value(value_start).map(|(rest, value)| match value {
        Words::Word(word) => {
            let (rest, word) = whole_group(rest, word);
            (rest, Words::Word(word))
        }
        list @ Words::List(_) => (rest, list),
    });
    match value {
        Ok((rest, value)) => {
            Ok((rest, Condition { span: input.span_to(rest), name, operator, value: Some(value) }))
        }
        Err(nom::Err::Error(_)) => fail(no_value(value_start, name)),
        Err(error) => Err(error),
    }
}
