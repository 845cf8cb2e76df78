//! `unix (send, receive) type=stream addr=@x peer=(label=foo),`

use super::clause::{Clauses, Condition, Peer, clauses};
use super::input::{Input, Res};
use super::word::Words;
use crate::source::Span;
use crate::vocabulary;

/// A rule about unix sockets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnixRule {
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
pub(super) fn unix(input: Input<'_>) -> Res<'_, UnixRule> {
    let (rest, Clauses { keyword, access, conditions, peer }) = clauses(input, "unix", vocabulary::UNIX)?;
    Ok((rest, UnixRule { keyword, access, conditions, peer }))
}
