//! `link subset /a -> /b,`

use super::error::{SyntaxError, fail};
use super::file_rule::target;
use super::input::{Input, Res};
use super::lexical::{arrow, found, found_span, keyword, path, trivia};
use super::rule::end_of_rule;
use super::word::Word;
use crate::source::Span;

/// A link rule: NAME may be made a hard link to TARGET.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRule {
    /// The keyword.
    pub keyword: Span,
    /// `subset`: the link may not grant more than its target.
    pub subset: Option<Span>,
    /// The new name.
    pub name: Word,
    /// The existing file.
    pub target: Word,
}

/// A link rule with its comma.
pub(super) fn link(input: Input<'_>) -> Res<'_, LinkRule> {
    let (rest, span) = keyword("link")(input)?;
    let mut rest = trivia(rest);
    let mut subset = None;
    if let Ok((after, span)) = keyword("subset")(rest) {
        subset = Some(span);
        rest = trivia(after);
    }
    let (rest, name) = match path(rest) {
        Err(nom::Err::Error(_)) => {
            return fail(
                SyntaxError::new(
                    found_span(rest),
                    format!("expected a path behind `link`, found {}", found(rest)),
                )
                .help("write `link /new/name -> /existing/file,`"),
            );
        }
        result => result?,
    };
    let behind = trivia(rest);
    let Ok((rest, _)) = arrow(behind) else {
        return fail(
            SyntaxError::new(
                found_span(behind),
                format!("expected `->` behind the link's name, found {}", found(behind)),
            )
            .help("write `link /new/name -> /existing/file,`"),
        );
    };
    let (rest, target) = target(rest)?;
    let (after, ()) = end_of_rule(input, trivia(rest), rest.offset(), "")?;
    Ok((after, LinkRule { keyword: span, subset, name, target }))
}
