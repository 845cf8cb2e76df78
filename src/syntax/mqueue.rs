//! `mqueue (read, write) type=posix /queue,`

use super::clause::{Condition, access, bare_word, conditions};
use super::input::{Input, Res};
use super::lexical::{keyword, space};
use super::rule::end_of_clause;
use super::word::{Word, Words};
use crate::source::Span;
use crate::vocabulary;

/// A rule about message queues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MqueueRule {
    /// The keyword.
    pub keyword: Span,
    /// What may be done; all of it when there is none.
    pub access: Option<Words>,
    /// `type=` and `label=`.
    pub conditions: Vec<Condition>,
    /// The queue: a path (POSIX) or a number (System V).
    pub name: Option<Word>,
}

/// An mqueue rule with its comma.
pub(super) fn mqueue(input: Input<'_>) -> Res<'_, MqueueRule> {
    let (rest, span) = keyword("mqueue")(input)?;
    let (after, access) = access(space(rest), |word| vocabulary::MQUEUE.from_name(word).is_some())?;
    let (mut end, conditions) = conditions(if access.is_some() { after } else { rest })?;
    let mut name = None;
    if let Some((after, word)) = bare_word(space(end))? {
        name = Some(word);
        end = after;
    }
    let expected = if name.is_none() { "an access, a condition, a queue or " } else { "" };
    let (rest, ()) = end_of_clause(input, space(end), end.offset(), expected, vocabulary::MQUEUE.names())?;
    Ok((rest, MqueueRule { keyword: span, access, conditions, name }))
}
