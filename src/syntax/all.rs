//! `all,`

use super::input::{Input, Res};
use super::lexical::{keyword, trivia};
use super::rule::end_of_rule;
use crate::source::Span;

/// Everything of every kind but limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct All {
    /// The keyword.
    pub keyword: Span,
}

/// An `all` rule with its comma.
pub(super) fn all(input: Input<'_>) -> Res<'_, All> {
    let (rest, span) = keyword("all")(input)?;
    let (after, ()) = end_of_rule(input, trivia(rest), rest.offset(), "")?;
    Ok((after, All { keyword: span }))
}
