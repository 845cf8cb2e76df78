//! `if ${B} and not defined @{X} { … } else { … }`

use super::block::{Block, block};
use super::error::{Failure, SyntaxError, fail, miss};
use super::input::{Input, Res};
use super::lexical::{
    blanks, boolean_variable, carriage_return, character, found, found_span, identifier_len, keyword, name,
    newline_len, path, quoted, rule_word_len, set_variable, space, target_name, trivia,
};
use super::variable::continued;
use super::word::Word;
use crate::source::Span;
use crate::vocabulary::Version;
use std::cell::Cell;

/// How deep expressions may nest in parentheses and `not`.
const MAX_EXPRESSION: usize = 100;

/// A conditional.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conditional {
    /// `if … { … }` and each `else if … { … }`.
    pub branches: Vec<Branch>,
    /// `else { … }`: its keyword and its block.
    pub otherwise: Option<(Span, Block)>,
}

/// One condition and its block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// `if` or `else if`.
    pub keyword: Span,
    /// The condition.
    pub condition: Expression,
    /// What holds when it is true.
    pub body: Block,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// `A or B`
    Or(Box<Expression>, Box<Expression>),
    /// `A and B`
    And(Box<Expression>, Box<Expression>),
    /// `not A`
    Not(Span, Box<Expression>),
    /// `(A)`
    Group(Span, Box<Expression>),
    /// `defined @{X}`
    Defined(Span, Word),
    /// `${B}`
    Variable(Word),
    /// `A == B` and the like.
    Compare(Word, Comparison, Word),
    /// A word alone: `true` or `false`.
    Word(Word),
}

impl Expression {
    /// The bytes.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Or(left, right) | Self::And(left, right) => left.span().to(right.span()),
            Self::Not(keyword, inner) => keyword.to(inner.span()),
            Self::Group(span, _) => *span,
            Self::Defined(keyword, word) => keyword.to(word.span),
            Self::Variable(word) | Self::Word(word) => word.span,
            Self::Compare(left, _, right) => left.span.to(right.span),
        }
    }
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `in`
    In,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
}

/// Where an expression stands: it ends with its line in an assignment, at the brace in an `if`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'p> {
    /// The value of an assignment, and whether a line end stands in it.
    Assignment(&'p Cell<bool>),
    /// The parts of an assignment that stay on a line: what is in parentheses, and a comparison.
    OneLine,
    If,
}

impl Place<'_> {
    fn skip(self, input: Input<'_>) -> Input<'_> {
        match self {
            // Since 5.0 the value goes on behind a line end, where it must or can. There the scanner is in its default mode.
            Self::Assignment(left) if left.get() => space(input),
            Self::Assignment(left) if input.state.version() >= Version::V5_0 => {
                let rest = continued(input);
                left.set(newline_len(rest.rest()) > 0);
                if left.get() { space(rest) } else { rest }
            }
            Self::Assignment(_) | Self::OneLine => continued(input),
            // Before 5.0 conditions were read in the default mode, which knows comments.
            Self::If if input.state.version() < Version::V5_0 => trivia(input),
            Self::If => space(input),
        }
    }

    fn within(self) -> Self {
        match self {
            Self::Assignment(_) | Self::OneLine => Self::OneLine,
            Self::If => Self::If,
        }
    }

    fn is_if(self) -> bool {
        matches!(self, Self::If)
    }

    /// Are words, variables and paths read as everywhere else, and is nothing known of comparisons and parentheses?
    fn is_default_mode(self, version: Version) -> bool {
        match self {
            Self::Assignment(left) => left.get(),
            Self::OneLine => false,
            Self::If => version < Version::V5_0,
        }
    }
}

/// An `if` with all its branches.
pub(super) fn conditional(input: Input<'_>) -> Res<'_, Conditional> {
    let (rest, keyword_span) = keyword("if")(input)?;
    let (mut rest, first) = branch(rest, keyword_span)?;
    let mut branches = vec![first];
    loop {
        let next = trivia(rest);
        let Ok((after, else_span)) = keyword("else")(next) else {
            return Ok((rest, Conditional { branches, otherwise: None }));
        };
        let behind = trivia(after);
        if let Ok((after, if_span)) = keyword("if")(behind) {
            let (after, branch) = branch(after, else_span.to(if_span))?;
            branches.push(branch);
            rest = after;
            continue;
        }
        if behind.peek() != Some(b'{') {
            return fail(
                SyntaxError::new(
                    found_span(behind),
                    format!("expected `{{` or `if` behind `else`, found {}", found(behind)),
                )
                .help("write `else { … }` or `else if CONDITION { … }`"),
            );
        }
        let (after, body) = block(behind)?;
        return Ok((after, Conditional { branches, otherwise: Some((else_span, body)) }));
    }
}

/// A condition and its block.
fn branch(input: Input<'_>, keyword: Span) -> Res<'_, Branch> {
    let (rest, condition) = expression(input, Place::If)?;
    let brace = Place::If.skip(rest);
    if brace.peek() != Some(b'{') {
        let error = SyntaxError::new(
            found_span(brace),
            format!("expected `{{` behind the condition, found {}", found(brace)),
        );
        return fail(match brace.peek() {
            _ if is_bare_include(input) => {
                SyntaxError::new(keyword, "`include` is missing before `if exists`")
                    .help("write `include if exists <…>`")
                    .fix("add the word", Span::at(keyword.start as usize), *b"include ")
            }
            Some(b'#') => error
                .note("between `if` and `{` there are no comments since AppArmor 5.0")
                .help("put the comment behind the `{`, or on a line before the `if`"),
            _ if let Some(help) = foreign_operator(brace) => error.help(help),
            _ if comparison(brace).is_ok() => error.help(
                "only words, quoted texts and `@{NAME}` can be compared; a boolean variable stands alone",
            ),
            _ => error.help("put the rules in braces, with a blank before `{`"),
        });
    }
    if let Some(error) = glued_behind_brace(brace) {
        brace.state.report(error);
    }
    let (rest, body) = block(brace)?;
    Ok((rest, Branch { keyword, condition, body }))
}

/// What other languages write in a condition.
fn foreign_operator(input: Input<'_>) -> Option<&'static str> {
    match input.rest() {
        [b'&', b'&', ..] => Some("write `and`"),
        [b'|', b'|', ..] => Some("write `or`"),
        [b'=', next, ..] if *next != b'=' => Some("write `==`"),
        [b'<', b'>', ..] => Some("write `!=`"),
        [b't', b'h', b'e', b'n', ..] => {
            Some("remove `then`: the rules stand in braces right behind the condition")
        }
        [b')', ..] => Some("put a blank behind `not` and around the parentheses"),
        _ => None,
    }
}

/// What follows the `if` of an include that has lost its first word: `exists <local/a>`.
fn is_bare_include(behind_if: Input<'_>) -> bool {
    let Ok((rest, _)) = keyword("exists")(blanks(behind_if)) else { return false };
    let line = blanks(rest).rest().split(|byte| *byte == b'\n').next().unwrap_or_default();
    match line.first() {
        Some(b'<') => line.contains(&b'>'),
        Some(b'"') => line[1..].contains(&b'"'),
        _ => false,
    }
}

/// The scanner is still in the mode of conditions: there the brace begins a word like any other character.
fn glued_behind_brace(brace: Input<'_>) -> Option<SyntaxError> {
    if brace.state.version() < Version::V5_0 || identifier_len(brace.rest()) < 2 {
        return None;
    }
    let span = brace.span(1);
    let error = if brace.rest().starts_with(b"{\r\n") {
        carriage_return(
            brace.skip(1).span(1),
            "behind the `{` of a conditional apparmor_parser reads CR as a letter",
        )
    } else {
        SyntaxError::new(span, "a blank is missing behind the `{` of the conditional")
            .label("read as one word with what follows")
            .help("put a blank or a line end behind it")
            .fix("add the blank", Span::at(brace.offset() + 1), *b" ")
    };
    Some(error)
}

/// A condition.
pub(super) fn expression<'a>(input: Input<'a>, place: Place<'_>) -> Res<'a, Expression> {
    or(input, place, 0)
}

fn or<'a>(input: Input<'a>, place: Place<'_>, depth: usize) -> Res<'a, Expression> {
    let (mut rest, mut left) = and(input, place, depth)?;
    while let Ok((after, _)) = word_of_condition("or", place)(place.skip(rest)) {
        let (after, right) = and(after, place, depth)?;
        left = Expression::Or(Box::new(left), Box::new(right));
        rest = after;
    }
    Ok((rest, left))
}

fn and<'a>(input: Input<'a>, place: Place<'_>, depth: usize) -> Res<'a, Expression> {
    let (mut rest, mut left) = not(input, place, depth)?;
    while let Ok((after, _)) = word_of_condition("and", place)(place.skip(rest)) {
        let (after, right) = not(after, place, depth)?;
        left = Expression::And(Box::new(left), Box::new(right));
        rest = after;
    }
    Ok((rest, left))
}

fn not<'a>(input: Input<'a>, place: Place<'_>, depth: usize) -> Res<'a, Expression> {
    let rest = place.skip(input);
    if depth > MAX_EXPRESSION {
        return fail(
            SyntaxError::new(
                rest.span(1),
                format!("a condition is nested deeper than {MAX_EXPRESSION} levels"),
            )
            .code("limit")
            .note("this is a limit of aakit, not of the language"),
        );
    }
    if let Ok((after, span)) = word_of_condition("not", place)(rest) {
        let (after, inner) = not(after, place, depth + 1)?;
        return Ok((after, Expression::Not(span, Box::new(inner))));
    }
    factor(rest, place, depth)
}

fn factor<'a>(input: Input<'a>, place: Place<'_>, depth: usize) -> Res<'a, Expression> {
    let left_mode = !place.is_if() && place.is_default_mode(input.state.version());
    if left_mode && input.peek() == Some(b'(') {
        return fail(
            SyntaxError::new(input.span(1), "a parenthesis cannot begin the next line of a condition")
                .help("put the condition on the line of its `=`"),
        );
    }
    if let Ok((after, _)) = character(b'(')(input) {
        let place = place.within();
        let (after, inner) = or(after, place, depth + 1)?;
        let close = place.skip(after);
        if close.peek() != Some(b')') && after.source()[..after.offset()].ends_with(b")") {
            let glued = after.offset() - 1;
            return fail(
                SyntaxError::new(Span::new(glued, glued + 1), "a blank is missing before the `)`")
                    .label("read as a letter of the word before it")
                    .help("put a blank between the word and the parenthesis")
                    .fix("add the blank", Span::at(glued), *b" "),
            );
        }
        if close.peek() != Some(b')') {
            return fail(
                SyntaxError::new(found_span(close), format!("expected `)`, found {}", found(close)))
                    .related(input.span(1), "the parenthesis opens here"),
            );
        }
        let rest = close.skip(1);
        return Ok((rest, Expression::Group(input.span_to(rest), Box::new(inner))));
    }
    if let Ok((after, word)) = boolean_variable(input) {
        whole_variable(input, after, place)?;
        return Ok((after, Expression::Variable(word)));
    }
    if let Ok((after, span)) = word_of_condition("defined", place)(input) {
        let next = place.skip(after);
        if let Ok((after, word)) = set_variable(next).or_else(|_| boolean_variable(next)) {
            whole_variable(next, after, place)?;
            return Ok((after, Expression::Defined(span, word)));
        }
        return fail(
            SyntaxError::new(
                found_span(next),
                format!("expected a variable behind `defined`, found {}", found(next)),
            )
            .help("write `defined @{NAME}` or `defined ${NAME}`"),
        );
    }
    let (rest, left) = match atom(input, place) {
        Err(nom::Err::Error(_)) => return fail(no_condition(input)),
        read => read?,
    };
    if left_mode {
        return Ok((rest, Expression::Word(left)));
    }
    let one_line = place.within();
    let Ok((after, comparison)) = comparison(one_line.skip(rest)) else {
        if input.span_to(rest).of(input.source()).ends_with(b"\r") {
            let end = Span::new(rest.offset() - 1, rest.offset());
            return fail(carriage_return(end, "in a condition apparmor_parser reads CR as a letter"));
        }
        return Ok((rest, Expression::Word(left)));
    };
    let next = one_line.skip(after);
    match atom(next, place) {
        Ok((rest, right)) => Ok((rest, Expression::Compare(left, comparison, right))),
        Err(nom::Err::Error(_)) => {
            let error = SyntaxError::new(
                found_span(next),
                format!("expected a value to compare with, found {}", found(next)),
            );
            fail(match boolean_variable(next) {
                Ok(_) => error.help("a boolean variable stands alone: write `${NAME}` or `not ${NAME}`"),
                Err(_) => error.help("write a word, a quoted text or `@{VARIABLE}`"),
            })
        }
        Err(error) => Err(error),
    }
}

fn no_condition(input: Input<'_>) -> SyntaxError {
    let error = SyntaxError::new(found_span(input), format!("expected a condition, found {}", found(input)));
    match input.peek() {
        Some(b'!') => error.help("write `not` with a blank behind it"),
        Some(b'{') => {
            error.help("put a condition between `if` and `{`, such as `${BOOLEAN}` or `defined @{NAME}`")
        }
        _ => error.help("write `${BOOLEAN}`, `defined @{NAME}`, or a comparison"),
    }
}

/// One of the fixed words of a condition, whole: `not(` is a word of its own.
fn word_of_condition<'a>(word: &'static str, place: Place<'_>) -> impl Fn(Input<'a>) -> Res<'a, Span> {
    move |input| {
        let (after, span) = keyword(word)(input)?;
        let version = input.state.version();
        let of_old = version < Version::V5_0 || place.is_default_mode(version);
        let glued = !of_old && identifier_len(input.rest()) > word.len();
        if glued { miss() } else { Ok((after, span)) }
    }
}

/// A variable ends where the word ends: `${B}{` is no variable. A glued brace is reported, and taken for the block.
fn whole_variable(variable: Input<'_>, after: Input<'_>, place: Place<'_>) -> Result<(), nom::Err<Failure>> {
    let length = after.offset() - variable.offset();
    let version = variable.state.version();
    let word = match version >= Version::V5_0 && !place.is_default_mode(version) {
        true => rule_word_len(variable.rest(), version),
        // The older scanner takes it for a path when something is glued to it.
        false if variable.peek() == Some(b'@') && after.peek() == Some(b'\r') => length + 1,
        false => path(variable).map_or(0, |(_, word)| word.span.len()),
    };
    if word <= length {
        return Ok(());
    }
    if after.peek() == Some(b'{') {
        after.state.report(glued_brace(after));
        return Ok(());
    }
    if after.rest().starts_with(b"\r\n") {
        return fail(carriage_return(after.span(1), "in a condition apparmor_parser reads CR as a letter"));
    }
    let text = String::from_utf8_lossy(variable.span(length).of(variable.source())).into_owned();
    fail(
        SyntaxError::new(variable.span(word), format!("a blank is missing behind `{text}`"))
            .help("put a blank between the words of a condition"),
    )
}

fn glued_brace(brace: Input<'_>) -> SyntaxError {
    SyntaxError::new(brace.span(1), "a blank is missing before `{`")
        .label("read as a part of the condition")
        .help("put a blank between the condition and the brace")
        .fix("add the blank", Span::at(brace.offset()), *b" ")
}

fn comparison(input: Input<'_>) -> Res<'_, Comparison> {
    let (comparison, length) = match input.rest() {
        [b'=', b'=', ..] => (Comparison::Equal, 2),
        [b'!', b'=', ..] => (Comparison::NotEqual, 2),
        [b'>', b'=', ..] => (Comparison::GreaterOrEqual, 2),
        [b'<', b'=', ..] => (Comparison::LessOrEqual, 2),
        // Glued to a word, it is the word's first letter.
        [b'>', ..] if identifier_len(input.rest()) < 2 => (Comparison::Greater, 1),
        [b'<', ..] if identifier_len(input.rest()) < 2 => (Comparison::Less, 1),
        _ => match name(input) {
            Ok((rest, word)) if word.raw(input.source()) == b"in" => return Ok((rest, Comparison::In)),
            _ => return miss(),
        },
    };
    Ok((input.skip(length), comparison))
}

/// A word, a quoted text or a set variable.
fn atom<'a>(input: Input<'a>, place: Place<'_>) -> Res<'a, Word> {
    if !place.is_if() && place.is_default_mode(input.state.version()) {
        return path(input);
    }
    if input.peek() == Some(b'"') {
        return quoted(input);
    }
    // Before 5.0 the value of a boolean variable was read like that of any other.
    if !place.is_if() && input.state.version() < Version::V5_0 {
        return target_name(input);
    }
    if let Ok((after, word)) = set_variable(input) {
        let is_whole = rule_word_len(input.rest(), input.state.version()) <= word.span.len();
        if is_whole || after.peek() == Some(b'{') {
            whole_variable(input, after, place)?;
            return Ok((after, word));
        }
    }
    let length = rule_word_len(input.rest(), input.state.version());
    let is_comment = !place.is_if() && input.peek() == Some(b'#');
    if length == 0 || is_comment || (length == 1 && matches!(input.peek(), Some(b'{' | b'}'))) {
        return miss();
    }
    let text = &input.rest()[..length];
    let is_boolean = boolean_variable(input).is_ok_and(|(_, word)| word.span.len() == length);
    if is_boolean || matches!(text, b"and" | b"or" | b"not" | b"in" | b"defined") {
        return miss();
    }
    if length > 1 && text.ends_with(b"{") {
        let brace = input.skip(length - 1);
        brace.state.report(glued_brace(brace));
        return Ok((brace, Word { span: input.span(length - 1) }));
    }
    Ok((input.skip(length), Word { span: input.span(length) }))
}
