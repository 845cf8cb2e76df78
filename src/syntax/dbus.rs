//! `dbus send bus=session path=/org/x peer=(name=org.x),`

use super::clause::{Clauses, Condition, Peer, clauses};
use super::input::{Input, Res};
use super::word::Words;
use crate::source::Span;
use crate::vocabulary;

/// A D-Bus rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DbusRule {
    /// The keyword.
    pub keyword: Span,
    /// What may be done; all of it when there is none.
    pub access: Option<Words>,
    /// The conditions, in the order written.
    pub conditions: Vec<Condition>,
    /// `peer=(…)`
    pub peer: Option<Peer>,
}

/// Such a rule with its comma.
pub(super) fn dbus(input: Input<'_>) -> Res<'_, DbusRule> {
    let (rest, Clauses { keyword, access, conditions, peer }) = clauses(input, "dbus", vocabulary::DBUS)?;
    Ok((rest, DbusRule { keyword, access, conditions, peer }))
}
