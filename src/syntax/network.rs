//! `network (send, receive) inet stream ip=10.0.0.1 port=80 peer=(ip=10.0.0.2),`

use super::clause::{Condition, Peer, access, bare_word, conditions, is_condition, peer};
use super::input::{Input, Res};
use super::lexical::{glued_comma, keyword, space, target_name};
use super::rule::end_of_clause;
use super::word::{Word, Words};
use crate::source::Span;
use crate::vocabulary::{self, AddressFamily, SocketType, Version, Word as _};

/// A network rule; without anything it is about all families.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkRule {
    /// The keyword.
    pub keyword: Span,
    /// What may be done with the sockets.
    pub access: Option<Words>,
    /// Family, type or protocol, in the order written: at most two fit.
    pub words: Vec<Word>,
    /// Conditions on this end.
    pub conditions: Vec<Condition>,
    /// Conditions on the other end.
    pub peer: Option<Peer>,
}

/// Before 4.0 the words of a network rule were those of a profile's name: no carriage return in them.
fn word_of_old(input: Input<'_>) -> Option<(Input<'_>, Word)> {
    let is_word = input.state.version() < Version::V4_0
        && !matches!(input.peek(), Some(b'"' | b'('))
        && !is_condition(input);
    target_name(input).ok().filter(|_| is_word)
}

/// A network rule with its comma.
pub(super) fn network(input: Input<'_>) -> Res<'_, NetworkRule> {
    let (rest, span) = keyword("network")(input)?;
    let mut end = rest;
    let is_access = |word: &[u8]| vocabulary::NETWORK.from_name(word).is_some();
    let (after, access) = match word_of_old(space(rest)) {
        Some((after, word)) if is_access(word.raw(input.source())) => (after, Some(Words::Word(word))),
        Some(_) => (rest, None),
        None => access(space(rest), is_access)?,
    };
    if access.is_some() {
        end = after;
    }
    let mut words = Vec::new();
    while words.len() < 2 {
        let next = space(end);
        let Some((after, word)) = word_of_old(next).map_or_else(|| bare_word(next), |read| Ok(Some(read)))?
        else {
            break;
        };
        words.push(word);
        end = after;
    }
    let (end, conditions) = conditions(end)?;
    let (end, peer) = peer(end)?;
    if input.state.version() < Version::V4_0 {
        glued_comma(space(end))?;
    }
    let candidates = AddressFamily::names().chain(SocketType::names());
    let (rest, ()) =
        end_of_clause(input, space(end), end.offset(), "a family, a type, a condition or ", candidates)?;
    Ok((rest, NetworkRule { keyword: span, access, words, conditions, peer }))
}
