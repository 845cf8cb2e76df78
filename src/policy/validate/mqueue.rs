//! `mqueue (read, write) type=posix /queue,`

use super::Check;
use super::condition::{Conditions, Side};
use crate::syntax::{Condition, MqueueRule, SyntaxError, Word, Words};
use crate::vocabulary::{MQUEUE, Version, conditions};

const TABLE: Conditions = Conditions { rule: "mqueue", local: conditions::MQUEUE, peer: &[] };

/// The two kinds of queues.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Posix,
    SystemV,
}

impl Kind {
    /// As in prose.
    fn title(self) -> &'static str {
        match self {
            Self::Posix => "POSIX",
            Self::SystemV => "System V",
        }
    }
}

impl Check<'_> {
    pub(super) fn mqueue(&mut self, rule: &MqueueRule) {
        // Before 4.0 the word is no keyword, so `mqueue r,` is a rule about a file of that name.
        if self.version < Version::V4_0 && self.was_file_rule(rule) {
            return;
        }
        if !self.since(rule.keyword, "`mqueue` rules need", Version::V4_0) {
            return;
        }
        self.access(rule.access.as_ref(), "mqueue", MQUEUE);
        // `type=` may stand several times: the first one counts, and of each the first value.
        let is_type = |condition: &&Condition| condition.name.raw(self.source) == b"type";
        self.once(rule.conditions.iter().filter(|condition| !is_type(condition)));
        let mut wanted = None;
        for condition in &rule.conditions {
            if !self.known_condition(condition, &TABLE, Side::Local) {
                continue;
            }
            let Some(word) = self.values(condition).first().copied() else { continue };
            if condition.name.raw(self.source) != b"type" {
                continue;
            }
            match &*self.text(word) {
                b"posix" => _ = wanted.get_or_insert((Kind::Posix, condition.clone())),
                b"sysv" => _ = wanted.get_or_insert((Kind::SystemV, condition.clone())),
                _ => self.unknown("mqueue-name", word, "type of queue", &["posix", "sysv"]),
            }
        }
        if let Some(name) = rule.name {
            self.mqueue_name(name, wanted);
        }
    }

    fn was_file_rule(&self, rule: &MqueueRule) -> bool {
        let letters = |word: &Word| {
            let raw = word.raw(self.source);
            raw.iter().all(|letter| b"rwalkmRWLM".contains(letter))
                && !(raw.contains(&b'w') && raw.contains(&b'a'))
        };
        rule.conditions.is_empty()
            && match (&rule.access, &rule.name) {
                (Some(Words::Word(word)), None) | (None, Some(word)) => letters(word),
                _ => false,
            }
    }

    fn mqueue_name(&mut self, name: Word, wanted: Option<(Kind, Condition)>) {
        let text = self.text(name);
        let kind = if text.starts_with(b"/") {
            Kind::Posix
        } else if !text.is_empty() && text.iter().all(u8::is_ascii_digit) {
            Kind::SystemV
        } else {
            let shown = self.show(name);
            self.report(
                SyntaxError::new(name.span, format!("`{shown}` is no name of a message queue"))
                    .code("mqueue-name")
                    .help("write a POSIX queue as `/name`, a System V queue as its number"),
            );
            return;
        };
        if let Some((wanted, condition)) = wanted
            && wanted != kind
        {
            let shown = self.show(name);
            let help = match kind {
                Kind::Posix => "write `type=posix`, or the number of the queue",
                Kind::SystemV => "write `type=sysv`, or a name that begins with `/`",
            };
            self.report(
                SyntaxError::new(
                    name.span,
                    format!(
                        "`{shown}` names a {} queue, but the rule is about {} queues",
                        kind.title(),
                        wanted.title()
                    ),
                )
                .code("mqueue-name")
                .related(condition.span, "the type is given here")
                .help(help),
            );
        }
    }
}
