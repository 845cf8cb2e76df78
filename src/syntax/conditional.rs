//! `if ${B} and not defined @{X} { … } else { … }`

use super::block::{Block, block};
use super::error::{SyntaxError, fail, miss};
use super::input::{Input, Res};
use super::lexical::{
    boolean_variable, character, found, found_span, keyword, name, quoted, set_variable, space, trivia,
};
use super::variable::continued;
use super::word::Word;
use crate::source::Span;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Assignment,
    If,
}

impl Place {
    fn skip(self, input: Input<'_>) -> Input<'_> {
        match self {
            Self::Assignment => continued(input),
            Self::If => space(input),
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
    let brace = space(rest);
    if brace.peek() != Some(b'{') {
        return fail(
            SyntaxError::new(
                found_span(brace),
                format!("expected `{{` behind the condition, found {}", found(brace)),
            )
            .help("put the rules in braces, with a blank before `{`"),
        );
    }
    let (rest, body) = block(brace)?;
    Ok((rest, Branch { keyword, condition, body }))
}

/// A condition.
pub(super) fn expression(input: Input<'_>, place: Place) -> Res<'_, Expression> {
    or(input, place, 0)
}

fn or(input: Input<'_>, place: Place, depth: usize) -> Res<'_, Expression> {
    let (mut rest, mut left) = and(input, place, depth)?;
    while let Ok((after, _)) = keyword("or")(place.skip(rest)) {
        let (after, right) = and(after, place, depth)?;
        left = Expression::Or(Box::new(left), Box::new(right));
        rest = after;
    }
    Ok((rest, left))
}

fn and(input: Input<'_>, place: Place, depth: usize) -> Res<'_, Expression> {
    let (mut rest, mut left) = not(input, place, depth)?;
    while let Ok((after, _)) = keyword("and")(place.skip(rest)) {
        let (after, right) = not(after, place, depth)?;
        left = Expression::And(Box::new(left), Box::new(right));
        rest = after;
    }
    Ok((rest, left))
}

fn not(input: Input<'_>, place: Place, depth: usize) -> Res<'_, Expression> {
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
    if let Ok((after, span)) = keyword("not")(rest)
        && after.peek() != Some(b'(')
    {
        let (after, inner) = not(after, place, depth + 1)?;
        return Ok((after, Expression::Not(span, Box::new(inner))));
    }
    factor(rest, place, depth)
}

fn factor(input: Input<'_>, place: Place, depth: usize) -> Res<'_, Expression> {
    if let Ok((after, _)) = character(b'(')(input) {
        let (after, inner) = or(after, place, depth + 1)?;
        let close = place.skip(after);
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
        return Ok((after, Expression::Variable(word)));
    }
    if let Ok((after, span)) = keyword("defined")(input) {
        let next = place.skip(after);
        if let Ok((after, word)) = set_variable(next).or_else(|_| boolean_variable(next)) {
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
    let Ok((rest, left)) = atom(input) else {
        return fail(no_condition(input));
    };
    let Ok((after, comparison)) = comparison(place.skip(rest)) else {
        return Ok((rest, Expression::Word(left)));
    };
    let next = place.skip(after);
    match atom(next) {
        Ok((rest, right)) => Ok((rest, Expression::Compare(left, comparison, right))),
        Err(nom::Err::Error(_)) => fail(
            SyntaxError::new(
                found_span(next),
                format!("expected a value to compare with, found {}", found(next)),
            )
            .help("write a word, a quoted text or `@{VARIABLE}`"),
        ),
        Err(error) => Err(error),
    }
}

fn no_condition(input: Input<'_>) -> SyntaxError {
    let error = SyntaxError::new(found_span(input), format!("expected a condition, found {}", found(input)));
    match input.peek() {
        Some(b'!') => error.help("write `not` with a blank behind it"),
        _ => error.help("write `${BOOLEAN}`, `defined @{NAME}`, or a comparison"),
    }
}

fn comparison(input: Input<'_>) -> Res<'_, Comparison> {
    let (comparison, length) = match input.rest() {
        [b'=', b'=', ..] => (Comparison::Equal, 2),
        [b'!', b'=', ..] => (Comparison::NotEqual, 2),
        [b'>', b'=', ..] => (Comparison::GreaterOrEqual, 2),
        [b'<', b'=', ..] => (Comparison::LessOrEqual, 2),
        [b'>', ..] => (Comparison::Greater, 1),
        [b'<', ..] => (Comparison::Less, 1),
        _ => match name(input) {
            Ok((rest, word)) if word.raw(input.source()) == b"in" => return Ok((rest, Comparison::In)),
            _ => return miss(),
        },
    };
    Ok((input.skip(length), comparison))
}

/// A word, a quoted text or a set variable.
fn atom(input: Input<'_>) -> Res<'_, Word> {
    if input.peek() == Some(b'"') {
        return quoted(input);
    }
    if let Ok(read) = set_variable(input) {
        return Ok(read);
    }
    let rest = input.rest();
    let ends =
        |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'"' | b'!' | b',' | b'=' | b')' | b'<' | b'>');
    if rest
        .first()
        .is_none_or(|byte| ends(byte) || matches!(byte, b'(' | b'+' | b'&' | b':' | b'{' | b'}' | b'\r'))
    {
        return miss();
    }
    let length = rest.iter().position(ends).unwrap_or(rest.len());
    Ok((input.skip(length), Word { span: input.span(length) }))
}
