//! `io_uring (sqpoll, override_creds) label=x,`

use super::clause::{Condition, Peer, condition, condition_list, is_condition};
use super::input::{Input, Res};
use super::lexical::{blanks, keyword, list, name, trivia};
use super::rule::end_of_clause;
use super::word::Words;
use crate::source::Span;
use crate::vocabulary;

/// A rule about io_uring. Unlike its kin it is read in the default mode: comments may stand inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IoUringRule {
    /// The keyword.
    pub keyword: Span,
    /// What may be done; all of it when there is none.
    pub access: Option<Words>,
    /// `label=`
    pub conditions: Vec<Condition>,
    /// `peer=(label=…)` or `xattrs=(label=…)`, which apparmor_parser takes by accident.
    pub peer: Option<Peer>,
}

/// An io_uring rule with its comma.
pub(super) fn io_uring(input: Input<'_>) -> Res<'_, IoUringRule> {
    let (rest, span) = keyword("io_uring")(input)?;
    let mut end = rest;
    let next = trivia(rest);
    let access = if next.peek() == Some(b'(') {
        let (after, list) = list(next)?;
        end = after;
        Some(Words::List(list))
    } else {
        match name(next) {
            Ok((after, word)) if vocabulary::IO_URING.from_name(word.raw(input.source())).is_some() => {
                end = after;
                Some(Words::Word(word))
            }
            _ => None,
        }
    };
    let mut conditions = Vec::new();
    let mut peer = None;
    loop {
        let next = trivia(end);
        if !is_condition(next) {
            break;
        }
        let group = name(next).ok().and_then(|(after, word)| {
            let is_group = matches!(word.raw(input.source()), b"peer" | b"xattrs");
            let list = blanks(blanks(after).skip(1));
            (is_group && list.peek() == Some(b'(')).then_some(list)
        });
        if let Some(list) = group {
            if peer.is_some() {
                break;
            }
            let (after, conditions) = condition_list(list)?;
            peer = Some(Peer { span: next.span_to(after), conditions });
            end = after;
            continue;
        }
        if peer.is_some() {
            break;
        }
        let (after, condition) = condition(next)?;
        conditions.push(condition);
        end = after;
    }
    let names = vocabulary::IO_URING.names();
    let (rest, ()) = end_of_clause(input, trivia(end), end.offset(), "an access, `label=` or ", names)?;
    Ok((rest, IoUringRule { keyword: span, access, conditions, peer }))
}
