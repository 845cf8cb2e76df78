//! `network (send, receive) inet stream ip=10.0.0.1 port=80 peer=(ip=10.0.0.2),`

use super::clause::{Access, Condition, Peer, access, bare_word, conditions, peer};
use super::input::{Input, Res};
use super::lexical::{keyword, space};
use super::rule::end_of_clause;
use super::word::Word;
use crate::source::Span;
use crate::vocabulary::{self, AddressFamily, SocketType, Word as _};

/// A network rule; without anything it is about all families.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkRule {
    /// The keyword.
    pub keyword: Span,
    /// What may be done with the sockets.
    pub access: Option<Access>,
    /// Family, type or protocol, in the order written: at most two fit.
    pub words: Vec<Word>,
    /// Conditions on this end.
    pub conditions: Vec<Condition>,
    /// Conditions on the other end.
    pub peer: Option<Peer>,
}

/// A network rule with its comma.
pub(super) fn network(input: Input<'_>) -> Res<'_, NetworkRule> {
    let (rest, span) = keyword("network")(input)?;
    let mut end = rest;
    let (after, access) = access(space(rest), |word| vocabulary::NETWORK.from_name(word).is_some())?;
    if access.is_some() {
        end = after;
    }
    let mut words = Vec::new();
    while let Some((after, word)) = bare_word(space(end))? {
        if words.len() == 2 {
            break;
        }
        words.push(word);
        end = after;
    }
    let (end, conditions) = conditions(end)?;
    let (end, peer) = peer(end)?;
    let candidates = AddressFamily::names().chain(SocketType::names());
    let (rest, ()) =
        end_of_clause(input, space(end), end.offset(), "a family, a type, a condition or ", candidates)?;
    Ok((rest, NetworkRule { keyword: span, access, words, conditions, peer }))
}
