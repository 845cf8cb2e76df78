//! `abi <abi/4.0>,`

use super::error::{SyntaxError, fail};
use super::include::{IncludeForm, include_target};
use super::input::{Input, Res};
use super::lexical::{found, found_span, glued_comma, keyword, space};
use super::rule::end_of_clause;
use super::word::Word;
use crate::source::Span;

/// Which kernel features the policy was written for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Abi {
    /// The keyword.
    pub keyword: Span,
    /// How the file is named.
    pub form: IncludeForm,
    /// The file's name without brackets, quotes and the blanks inside brackets.
    pub path: Word,
}

/// An abi line with its comma.
pub(super) fn abi(input: Input<'_>) -> Res<'_, Abi> {
    let (rest, span) = keyword("abi")(input)?;
    let rest = space(rest);
    let Ok((after, (form, path))) = include_target(rest) else {
        return fail(
            SyntaxError::new(
                found_span(rest),
                format!("expected the name of an abi file, found {}", found(rest)),
            )
            .help("write `abi <abi/4.0>,`"),
        );
    };
    glued_comma(space(after))?;
    let (rest, ()) = end_of_clause(input, space(after), after.offset(), "", std::iter::empty())?;
    Ok((rest, Abi { keyword: span, form, path }))
}
