//! `ptrace (read, trace) peer=foo,`

use super::clause::{Condition, access, conditions, peer_in_parentheses};
use super::input::{Input, Res};
use super::lexical::{keyword, space};
use super::rule::end_of_clause;
use super::word::Words;
use crate::source::Span;
use crate::vocabulary;

/// A ptrace rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PtraceRule {
    /// The keyword.
    pub keyword: Span,
    /// What may be done; all of it when there is none.
    pub access: Option<Words>,
    /// The conditions, in the order written.
    pub conditions: Vec<Condition>,
}

/// Such a rule with its comma.
pub(super) fn ptrace(input: Input<'_>) -> Res<'_, PtraceRule> {
    let (rest, span) = keyword("ptrace")(input)?;
    let (after, access) = access(space(rest), |word| vocabulary::PTRACE.from_name(word).is_some())?;
    let (mut end, mut conditions) = conditions(if access.is_some() { after } else { rest })?;
    if let Some((after, condition)) = peer_in_parentheses(end, "ptrace") {
        conditions.push(condition);
        end = after;
    }
    let (rest, ()) =
        end_of_clause(input, space(end), end.offset(), "an access, `peer=` or ", vocabulary::PTRACE.names())?;
    Ok((rest, PtraceRule { keyword: span, access, conditions }))
}
