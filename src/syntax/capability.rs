//! `capability chown setuid,`

use super::input::{Input, Res};
use super::lexical::{blanks, is_keyword, keyword, name, trivia};
use super::rule::end_of_rule;
use super::word::Word;
use crate::source::Span;

/// A capability rule; without names it is about all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapabilityRule {
    /// The keyword.
    pub keyword: Span,
    /// The names.
    pub names: Vec<Word>,
}

/// A capability rule with its comma.
pub(super) fn capability(input: Input<'_>) -> Res<'_, CapabilityRule> {
    let (mut rest, span) = keyword("capability")(input)?;
    let mut names = Vec::new();
    loop {
        let next = trivia(rest);
        match name(next) {
            Ok((after, word))
                if !is_keyword(word.raw(input.source())) && blanks(after).peek() != Some(b'=') =>
            {
                names.push(word);
                rest = after;
            }
            _ => break,
        }
    }
    let (after, ()) = end_of_rule(input, trivia(rest), rest.offset(), "a capability or ")?;
    Ok((after, CapabilityRule { keyword: span, names }))
}
