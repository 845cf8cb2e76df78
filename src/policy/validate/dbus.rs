//! `dbus send bus=session path=/x peer=(name=y),`

use super::Check;
use super::condition::{Conditions, Side};
use crate::source::Span;
use crate::syntax::{Condition, DbusRule, SyntaxError};
use crate::vocabulary::{DBUS, conditions};

/// The peer takes every condition that the rule takes: apparmor_parser reads both with one table.
const TABLE: Conditions = Conditions { rule: "dbus", local: conditions::DBUS, peer: PEER };

const PEER: &[conditions::Condition] = &[
    ("name", crate::vocabulary::Version::V2_13),
    ("label", crate::vocabulary::Version::V2_13),
    ("bus", crate::vocabulary::Version::V2_13),
    ("path", crate::vocabulary::Version::V2_13),
    ("interface", crate::vocabulary::Version::V2_13),
    ("member", crate::vocabulary::Version::V2_13),
];

impl Check<'_> {
    pub(super) fn dbus(&mut self, rule: &DbusRule) {
        self.access(rule.access.as_ref(), "dbus", DBUS);
        let before = self.errors.len();
        let peer = rule.peer.as_ref();
        self.conditions(&rule.conditions, peer, &TABLE, |check, condition, _| {
            check.one_value(condition);
        });
        let peer = peer.map_or(&[][..], |peer| &peer.conditions);
        self.across_sides(&rule.conditions, peer);
        if self.errors.len() > before {
            return;
        }
        let is_message = |condition: &Condition, side| match condition.name.raw(self.source) {
            b"path" | b"interface" | b"member" | b"label" => true,
            b"name" => side == Side::Peer,
            _ => false,
        };
        let message = rule
            .conditions
            .iter()
            .find(|condition| is_message(condition, Side::Local))
            .or_else(|| peer.iter().find(|condition| is_message(condition, Side::Peer)));
        let service = rule.conditions.iter().find(|condition| condition.name.raw(self.source) == b"name");
        self.fits_access(rule, message, service);
    }

    /// `bus`, `path` and their like count once for the rule and its peer together.
    fn across_sides(&mut self, local: &[Condition], peer: &[Condition]) {
        for second in peer {
            let name = second.name.raw(self.source);
            if let Some(first) = local.iter().find(|first| first.name.raw(self.source) == name) {
                let shown = self.show(second.name);
                let error = SyntaxError::new(second.span, format!("`{shown}=` is written twice"))
                    .related(first.span, "the first one");
                self.report(if name == b"name" {
                    error
                        .note("`name=` before `peer=(…)` is the name that the program owns; no message has both")
                        .help("split it: one rule to bind the name, one for the messages")
                } else {
                    error.help("keep one of them")
                });
            }
        }
    }

    fn fits_access(&mut self, rule: &DbusRule, message: Option<&Condition>, service: Option<&Condition>) {
        let access = rule.access.as_ref();
        let span = access.map_or(rule.keyword, crate::syntax::Words::span);
        let any = message.or(service);
        if self.grants(access, DBUS, "eavesdrop")
            && let Some(condition) = any
        {
            self.dbus_perms(
                condition.span,
                "`eavesdrop` goes with `bus=` only",
                span,
                "remove the other conditions, or write a rule of its own for `eavesdrop`",
            );
            return;
        }
        if self.grants(access, DBUS, "bind")
            && let Some(condition) = message
        {
            self.dbus_perms(
                condition.span,
                "`bind` is about owning a name, this condition is about messages",
                span,
                "keep `bus=` and `name=` for `bind`, and write a second rule for the messages",
            );
            return;
        }
        let sends = self.grants(access, DBUS, "send") || self.grants(access, DBUS, "receive");
        if sends && let Some(condition) = service {
            self.dbus_perms(
                condition.span,
                "`send` and `receive` are about messages, this `name=` is about owning a name",
                span,
                "write `peer=(name=…)` for the program at the other end",
            );
            return;
        }
        if let (Some(message), Some(service)) = (message, service) {
            self.dbus_perms(
                service.span,
                "`name=` is about owning a name, the rest of the rule is about messages",
                message.span,
                "write `peer=(name=…)` for the program at the other end, or two rules",
            );
        }
    }

    fn dbus_perms(&mut self, span: Span, message: &str, related: Span, help: &str) {
        self.report(
            SyntaxError::new(span, message)
                .code("dbus-wrong-perms")
                .related(related, "does not go with this")
                .help(help),
        );
    }
}
