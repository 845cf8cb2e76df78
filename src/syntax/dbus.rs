//! `dbus send bus=session path=/org/x peer=(name=org.x),`

use super::clause::{Access, Condition, Peer, access, conditions, peer};
use super::input::{Input, Res};
use super::lexical::{keyword, space};
use super::rule::end_of_clause;
use crate::source::Span;
use crate::vocabulary;

/// A D-Bus rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DbusRule {
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
pub(super) fn dbus(input: Input<'_>) -> Res<'_, DbusRule> {
    let (rest, span) = keyword("dbus")(input)?;
    let (after, access) = access(space(rest), |word| vocabulary::DBUS.from_name(word).is_some())?;
    let (end, conditions) = conditions(if access.is_some() { after } else { rest })?;
    let (end, peer) = peer(end)?;
    let (rest, ()) = end_of_clause(
        input,
        space(end),
        end.offset(),
        "an access, a condition, `peer=(…)` or ",
        vocabulary::DBUS.names(),
    )?;
    Ok((rest, DbusRule { keyword: span, access, conditions, peer }))
}
