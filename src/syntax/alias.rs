//! `alias /usr/ -> /mnt/usr/,`

use super::error::{SyntaxError, fail};
use super::file_rule::target;
use super::input::{Input, Res};
use super::lexical::{arrow, found, found_span, name, path, set_variable, trivia};
use super::rule::end_of_rule;
use super::word::Word;
use crate::source::Span;

/// Rules for paths under one name hold under another too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// `alias` or `rewrite`.
    pub keyword: Span,
    /// The prefix as rules have it.
    pub from: Word,
    /// The prefix that stands for it.
    pub to: Word,
}

/// An alias with its comma.
pub(super) fn alias(input: Input<'_>) -> Res<'_, Alias> {
    let (rest, keyword) = name(input)?;
    let rest = trivia(rest);
    let (rest, from) = match path(rest) {
        Err(nom::Err::Error(_)) => {
            return fail(
                SyntaxError::new(found_span(rest), format!("expected a path, found {}", found(rest)))
                    .help("write `alias /old/ -> /new/,`"),
            );
        }
        result => result?,
    };
    if set_variable(input.at(from.span.start as usize))
        .is_ok_and(|(after, _)| after.offset() == from.span.end as usize)
    {
        return fail(
            SyntaxError::new(from.span, "a variable alone cannot be the prefix of an alias")
                .help("write a path behind it, such as `@{root}/`, or put it in quotes"),
        );
    }
    let behind = trivia(rest);
    let Ok((rest, _)) = arrow(behind) else {
        if rest.peek() == Some(b'/') {
            return fail(
                SyntaxError::new(from.span, "the path of an alias must begin with `/`")
                    .code("relative-path")
                    .help(format!("write `/{}…`, or a variable in front", from.display(input.source()))),
            );
        }
        return fail(
            SyntaxError::new(found_span(behind), format!("expected `->`, found {}", found(behind)))
                .help("write `alias /old/ -> /new/,`"),
        );
    };
    let (rest, to) = target(rest)?;
    let (after, ()) = end_of_rule(input, trivia(rest), rest.offset(), "")?;
    Ok((after, Alias { keyword: keyword.span, from, to }))
}
