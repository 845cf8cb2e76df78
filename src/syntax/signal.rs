//! `signal (send, receive) set=(term, kill) peer=foo,`

use super::clause::{Condition, access, bare_word, conditions, peer_in_parentheses};
use super::error::SyntaxError;
use super::input::{Input, Res};
use super::lexical::{keyword, space};
use super::rule::end_of_clause;
use super::word::{List, Words};
use crate::source::Span;
use crate::vocabulary;

/// A signal rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalRule {
    /// The keyword.
    pub keyword: Span,
    /// What may be done; all of it when there is none.
    pub access: Option<Words>,
    /// The conditions, in the order written.
    pub conditions: Vec<Condition>,
}

/// Such a rule with its comma.
pub(super) fn signal(input: Input<'_>) -> Res<'_, SignalRule> {
    let (rest, span) = keyword("signal")(input)?;
    let (after, access) = access(space(rest), |word| vocabulary::SIGNAL.from_name(word).is_some())?;
    let (mut end, mut all) = conditions(if access.is_some() { after } else { rest })?;
    let before_list = end.offset();
    end = signals_without_list(end, &mut all);
    if end.offset() > before_list {
        let (after, more) = conditions(end)?;
        all.extend(more);
        end = after;
    }
    while let Some((after, condition)) = peer_in_parentheses(end, "signal") {
        all.push(condition);
        let (after, more) = conditions(after)?;
        all.extend(more);
        end = signals_without_list(after, &mut all);
    }
    let (rest, ()) = end_of_clause(
        input,
        space(end),
        end.offset(),
        "an access, `set=`, `peer=` or ",
        vocabulary::SIGNAL.names(),
    )?;
    Ok((rest, SignalRule { keyword: span, access, conditions: all }))
}

/// Further signals behind `set=SIGNAL`. Reports that they need a list, and adds them.
fn signals_without_list<'a>(input: Input<'a>, conditions: &mut [Condition]) -> Input<'a> {
    let source = input.source();
    let Some(Condition { name, value: Some(value @ Words::Word(_)), span, .. }) = conditions.last_mut()
    else {
        return input;
    };
    let Words::Word(first) = *value else { return input };
    if name.raw(source) != b"set" {
        return input;
    }
    let (mut end, mut items) = (input, vec![first]);
    while let Ok(Some((after, word))) = bare_word(space(end)) {
        if vocabulary::Signal::from_name(word.text(source)).is_none() {
            break;
        }
        items.push(word);
        end = after;
    }
    if items.len() == 1 {
        return input;
    }
    let words: Vec<_> = items.iter().map(|word| word.display(source)).collect();
    let list = format!("({})", words.join(", "));
    let all = Span::new(first.span.start as usize, end.offset());
    input.state.report(
        SyntaxError::new(all, "several signals must stand in a list")
            .help(format!("write `set={list}`"))
            .fix("write a list", all, list),
    );
    *span = span.to(all);
    *value = Words::List(List { span: all, items });
    end
}
