//! Conditions, `NAME=VALUE`: which a rule knows, once each, and how many values they take.

use super::access::article;
use super::{Check, one_of};
use crate::syntax::{Condition, ConditionOperator, Peer, SyntaxError, Word, Words};
use crate::vocabulary::{self, conditions};

/// The conditions of one kind of rule.
pub(super) struct Conditions {
    /// The keyword of the rule.
    pub(super) rule: &'static str,
    /// What may stand in the rule.
    pub(super) local: &'static [conditions::Condition],
    /// What may stand in its `peer=( )`.
    pub(super) peer: &'static [conditions::Condition],
}

/// On which side of a connection a condition stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Local,
    Peer,
}

impl Check<'_> {
    /// Is this a condition that the rule knows, written with `=`? Reports it when not.
    pub(super) fn known_condition(&mut self, condition: &Condition, table: &Conditions, side: Side) -> bool {
        let names = if side == Side::Local { table.local } else { table.peer };
        let others = if side == Side::Local { table.peer } else { table.local };
        let text = self.text(condition.name).into_owned();
        let shown = self.show(condition.name);
        let rule = table.rule;
        let find = |names: &[conditions::Condition]| {
            names.iter().find(|(name, _)| name.as_bytes() == text).map(|(_, since)| *since)
        };
        let Some(since) = find(names) else {
            let place = if side == Side::Peer { "`peer=(…)` of " } else { "" };
            let message = format!("{place}{} `{rule}` rule has no condition `{shown}`", article(rule));
            let error = SyntaxError::new(condition.name.span, message);
            let names: Vec<&str> =
                names.iter().filter(|(_, since)| *since <= self.version).map(|(name, _)| *name).collect();
            let meant = vocabulary::did_you_mean(&shown, names.iter().copied());
            let error = match (side, meant) {
                (Side::Local, _) if text == b"peer" && !others.is_empty() => error.help(format!(
                    "put what is said of the other end in parentheses: `peer=({}=…)`",
                    others[0].0
                )),
                (Side::Local, _) if find(others).is_some() => error.help(format!("write `peer=({shown}=…)`")),
                (Side::Peer, _) if find(others).is_some() => {
                    error.help(format!("`{shown}` is about this end: write it before `peer=(…)`"))
                }
                (Side::Local, _)
                    if rule == "dbus" && matches!(&*text, b"dest" | b"destination" | b"sender") =>
                {
                    error.help("name the other end by `peer=(name=…)`")
                }
                (_, Some(meant)) => error.help(format!("did you mean `{meant}`?")),
                // A word by itself is most often the rest of the value before it.
                (Side::Peer, None) if condition.value.is_none() => error
                    .code("unquoted-value")
                    .help(format!("quote the whole value if `{shown}` belongs to the one before it")),
                _ if names.is_empty() => error.help("remove it"),
                _ => error.help(format!("use {}", one_of(&names))),
            };
            self.report(error);
            return false;
        };
        let what = match side {
            Side::Local => format!("`{shown}=` in {} `{rule}` rule needs", article(rule)),
            Side::Peer => format!("`{shown}=` in `peer=(…)` of {} `{rule}` rule needs", article(rule)),
        };
        if !self.since(condition.span, &what, since) {
            return false;
        }
        match (condition.operator, &condition.value) {
            (ConditionOperator::Equals, Some(_)) => true,
            (ConditionOperator::Equals, None) => {
                self.report(
                    SyntaxError::new(condition.span, format!("a value is missing behind `{shown}`"))
                        .help(format!("write `{shown}=VALUE`")),
                );
                false
            }
            (ConditionOperator::In, _) => {
                self.report(
                    SyntaxError::new(
                        condition.span,
                        format!("`in` cannot be used in {} `{rule}` rule", article(rule)),
                    )
                    .note("only mount rules know `in`")
                    .help(format!("write `{shown}=`")),
                );
                false
            }
            // `network peer=(label:=x)` alone has it.
            (ConditionOperator::ColonEquals, _)
                if rule == "network" && text == b"label" && side == Side::Peer =>
            {
                true
            }
            (ConditionOperator::ColonEquals, _) => {
                self.report(
                    SyntaxError::new(condition.span, format!("`:=` cannot be used with `{shown}`"))
                        .help(format!("write `{shown}=`")),
                );
                false
            }
        }
    }

    /// Reports a condition that stands a second time.
    pub(super) fn once<'c>(&mut self, conditions: impl Iterator<Item = &'c Condition>) {
        let mut seen: Vec<(&[u8], &Condition)> = Vec::new();
        for condition in conditions {
            let name = condition.name.raw(self.source);
            match seen.iter().find(|(earlier, _)| *earlier == name) {
                Some((_, first)) => {
                    let shown = self.show(condition.name);
                    self.errors.push(
                        SyntaxError::new(condition.span, format!("`{shown}=` is written twice"))
                            .related(first.span, "the first one")
                            .help("keep one of them, or write two rules"),
                    );
                }
                None => seen.push((name, condition)),
            }
        }
    }

    /// The one value of a condition. Reports a list of none or of several.
    pub(super) fn one_value(&mut self, condition: &Condition) -> Option<Word> {
        let value = condition.value.as_ref()?;
        match value.words() {
            [word] => Some(*word),
            [] => {
                self.empty(condition);
                None
            }
            _ => {
                let shown = self.show(condition.name);
                self.report(
                    SyntaxError::new(value.span(), format!("`{shown}=` takes one value"))
                        .help(format!("write one rule for each value, or a pattern: `{shown}={{a,b}}`")),
                );
                None
            }
        }
    }

    /// The values of a condition. Reports an empty list.
    pub(super) fn values<'c>(&mut self, condition: &'c Condition) -> &'c [Word] {
        match condition.value.as_ref().map(Words::words) {
            Some([]) => {
                self.empty(condition);
                &[]
            }
            Some(words) => words,
            None => &[],
        }
    }

    /// Empty quotes, which are a value elsewhere, are none in `peer=(…)` and `xattrs=(…)`.
    pub(super) fn empty_text(&mut self, condition: &Condition) {
        let Some(Words::Word(word)) = condition.value else { return };
        if word.raw(self.source) == b"\"\"" {
            let shown = self.show(condition.name);
            self.report(
                SyntaxError::new(word.span, format!("the value behind `{shown}=` is empty"))
                    .help(format!("write a value, or remove `{shown}`")),
            );
        }
    }

    fn empty(&mut self, condition: &Condition) {
        let shown = self.show(condition.name);
        self.report(
            SyntaxError::new(condition.span, format!("the list behind `{shown}` is empty"))
                .help(format!("name a value, or remove `{shown}`")),
        );
    }

    /// Checks the conditions of a rule and of its peer against its table; calls `each` with the sound ones.
    pub(super) fn conditions(
        &mut self,
        local: &[Condition],
        peer: Option<&Peer>,
        table: &Conditions,
        mut each: impl FnMut(&mut Self, &Condition, Side),
    ) {
        let peer = peer.map_or(&[][..], |peer| &peer.conditions);
        self.once(local.iter());
        self.once(peer.iter());
        for (conditions, side) in [(local, Side::Local), (peer, Side::Peer)] {
            for condition in conditions {
                if self.known_condition(condition, table, side) {
                    if side == Side::Peer {
                        self.empty_text(condition);
                    }
                    each(self, condition, side);
                }
            }
        }
    }
}
