//! `capability chown setuid,`

use super::error::SyntaxError;
use super::input::{Input, Res};
use super::lexical::{blanks, is_keyword, keyword, name, space, trivia};
use super::rule::end_of_rule;
use super::word::Word;
use crate::source::Span;
use crate::vocabulary::{Capability, Word as _};

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
    let mut first_comma = None;
    while let Some((after, comma, word)) = capability_behind_comma(rest, &names) {
        first_comma.get_or_insert(comma);
        names.push(word);
        rest = after;
    }
    if let (Some(comma), Some(first)) = (first_comma, names.first()) {
        let words: Vec<_> = names.iter().map(|word| word.display(input.source())).collect();
        let words = words.join(" ");
        input.state.report(
            SyntaxError::new(comma, "a comma between capabilities ends the rule")
                .help(format!("separate them by blanks: `capability {words},`"))
                .fix("separate them by blanks", Span::new(first.span.start as usize, rest.offset()), words),
        );
    }
    let (after, ()) = end_of_rule(input, trivia(rest), rest.offset(), "a capability or ")?;
    Ok((after, CapabilityRule { keyword: span, names }))
}

/// `, NAME` and a further comma, where NAME is a capability: the first comma was meant to separate.
fn capability_behind_comma<'a>(input: Input<'a>, names: &[Word]) -> Option<(Input<'a>, Span, Word)> {
    let comma = trivia(input);
    if names.is_empty() || comma.peek() != Some(b',') {
        return None;
    }
    let (after, word) = name(space(comma.skip(1))).ok()?;
    let known = Capability::from_name(word.raw(input.source())).is_some();
    let ends = matches!(trivia(after).peek(), Some(b',' | b'}') | None);
    (known && ends).then(|| (after, comma.span(1), word))
}
