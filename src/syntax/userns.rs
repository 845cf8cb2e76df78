//! `userns create,`

use super::input::{Input, Res};
use super::lexical::{keyword, name, space};
use super::rule::end_of_clause;
use super::word::Words;
use crate::source::Span;
use crate::vocabulary;

/// A rule about user namespaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsernsRule {
    /// The keyword.
    pub keyword: Span,
    /// `create`, if it was written.
    pub access: Option<Words>,
}

/// A userns rule with its comma.
pub(super) fn userns(input: Input<'_>) -> Res<'_, UsernsRule> {
    let (rest, span) = keyword("userns")(input)?;
    let (end, access) = match name(space(rest)) {
        Ok((after, word)) if vocabulary::USERNS.from_name(word.raw(input.source())).is_some() => {
            (after, Some(Words::Word(word)))
        }
        _ => (rest, None),
    };
    let (rest, ()) =
        end_of_clause(input, space(end), end.offset(), "`create` or ", vocabulary::USERNS.names())?;
    Ok((rest, UsernsRule { keyword: span, access }))
}
