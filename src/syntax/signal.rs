//! `signal (send, receive) set=(term, kill) peer=foo,`

use super::clause::{Access, Condition, access, conditions};
use super::input::{Input, Res};
use super::lexical::{keyword, space};
use super::rule::end_of_clause;
use crate::source::Span;
use crate::vocabulary;

/// A signal rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalRule {
    /// The keyword.
    pub keyword: Span,
    /// What may be done; all of it when there is none.
    pub access: Option<Access>,
    /// The conditions, in the order written.
    pub conditions: Vec<Condition>,
}

/// Such a rule with its comma.
pub(super) fn signal(input: Input<'_>) -> Res<'_, SignalRule> {
    let (rest, span) = keyword("signal")(input)?;
    let (after, access) = access(space(rest), |word| vocabulary::SIGNAL.from_name(word).is_some())?;
    let (end, conditions) = conditions(if access.is_some() { after } else { rest })?;
    let (rest, ()) = end_of_clause(
        input,
        space(end),
        end.offset(),
        "an access, `set=`, `peer=` or ",
        vocabulary::SIGNAL.names(),
    )?;
    Ok((rest, SignalRule { keyword: span, access, conditions }))
}
