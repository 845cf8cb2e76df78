//! `unix (send, receive) type=stream addr=@x peer=(label=foo),`

use super::clause::{Access, Condition, Peer, access, conditions, peer};
use super::input::{Input, Res};
use super::lexical::{keyword, space};
use super::rule::end_of_clause;
use crate::source::Span;
use crate::vocabulary;

/// A rule about unix sockets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnixRule {
    /// The keyword.
    pub keyword: Span,
    /// What may be done; all of it when there is none.
    pub access: Option<Access>,
    /// The conditions, in the order written.
    pub conditions: Vec<Condition>,
    /// `peer=(…)`
    pub peer: Option<Peer>,
}

/// Such a rule with its comma.
pub(super) fn unix(input: Input<'_>) -> Res<'_, UnixRule> {
    let (rest, span) = keyword("unix")(input)?;
    let (after, access) = access(space(rest), |word| vocabulary::UNIX.from_name(word).is_some())?;
    let (end, conditions) = conditions(if access.is_some() { after } else { rest })?;
    let (end, peer) = peer(end)?;
    let (rest, ()) = end_of_clause(
        input,
        space(end),
        end.offset(),
        "an access, a condition, `peer=(…)` or ",
        vocabulary::UNIX.names(),
    )?;
    Ok((rest, UnixRule { keyword: span, access, conditions, peer }))
}
