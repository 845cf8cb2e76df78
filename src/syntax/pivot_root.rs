//! `pivot_root oldroot=/old/ /new/ -> profile,`

use super::clause::{Condition, condition, is_condition};
use super::file_rule::{Target, target};
use super::input::{Input, Res};
use super::lexical::{arrow, keyword, path, trivia};
use super::rule::end_of_clause;
use super::word::Word;
use crate::source::Span;

/// A pivot_root rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PivotRootRule {
    /// The keyword.
    pub keyword: Span,
    /// `oldroot=`
    pub conditions: Vec<Condition>,
    /// The new root.
    pub new_root: Option<Word>,
    /// `-> PROFILE`, which apparmor_parser reads and ignores.
    pub target: Option<Target>,
}

/// A pivot_root rule with its comma.
pub(super) fn pivot_root(input: Input<'_>) -> Res<'_, PivotRootRule> {
    let (mut end, span) = keyword("pivot_root")(input)?;
    let mut rule = PivotRootRule { keyword: span, conditions: Vec::new(), new_root: None, target: None };
    while is_condition(trivia(end)) {
        let (after, condition) = condition(trivia(end))?;
        rule.conditions.push(condition);
        end = after;
    }
    match path(trivia(end)) {
        Ok((after, word)) => {
            rule.new_root = Some(word);
            end = after;
        }
        Err(nom::Err::Error(_)) => {}
        Err(error) => return Err(error),
    }
    if let Ok((after, span)) = arrow(trivia(end)) {
        let (after, name) = target(after)?;
        rule.target = Some(Target { arrow: span, name });
        end = after;
    }
    let expected = if rule.new_root.is_none() { "`oldroot=`, a path or " } else { "`->` or " };
    let (rest, ()) = end_of_clause(input, trivia(end), end.offset(), expected, std::iter::empty())?;
    Ok((rest, rule))
}
