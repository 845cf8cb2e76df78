//! `unix (send, receive) type=stream addr=@x peer=(label=foo),`

use super::condition::Conditions;
use super::{Check, known};
use crate::syntax::{Condition, Peer, SyntaxError, UnixRule, Words};
use crate::vocabulary::{AccessTable, SocketType, UNIX, Word as _, conditions};

const TABLE: Conditions = Conditions { rule: "unix", local: conditions::UNIX, peer: conditions::UNIX_PEER };

/// What a socket does without a peer.
const LOCAL_ONLY: [&str; 8] =
    ["create", "bind", "listen", "shutdown", "getattr", "setattr", "getopt", "setopt"];

impl Check<'_> {
    pub(super) fn unix(&mut self, rule: &UnixRule) {
        self.access(rule.access.as_ref(), "unix", UNIX);
        self.conditions(&rule.conditions, rule.peer.as_ref(), &TABLE, |check, condition, _| {
            check.unix_value(condition);
        });
        let peer = rule.peer.as_ref().filter(|peer| !peer.conditions.is_empty());
        self.no_peer_for_local(rule.access.as_ref(), UNIX, peer);
    }

    fn unix_value(&mut self, condition: &Condition) {
        let Some(word) = self.one_value(condition) else { return };
        let text = self.text(word);
        match condition.name.raw(self.source) {
            b"type" if SocketType::from_name(&text).is_none() => {
                self.unknown("unknown-network", word, "socket type", &known::<SocketType>(self.version));
            }
            b"addr" if !text.starts_with(b"@") && !matches!(&*text, b"none" | b"auto") => {
                let shown = self.show(word);
                let error = SyntaxError::new(word.span, format!("`{shown}` is no address of a unix rule"));
                self.report(if text.starts_with(b"/") {
                    error
                        .note("sockets with a path are files for AppArmor")
                        .help(format!("write the file rule `{shown} rw,`"))
                } else {
                    error.help("write `addr=@name` for an abstract socket, `addr=none` or `addr=auto`")
                });
            }
            _ => {}
        }
    }

    /// Reports an access that has no other end together with a condition on that end.
    pub(super) fn no_peer_for_local(
        &mut self,
        access: Option<&Words>,
        table: AccessTable,
        peer: Option<&Peer>,
    ) {
        let (Some(access), Some(peer)) = (access, peer) else { return };
        let local = access.words().iter().find(|word| {
            table
                .from_list(&self.text(**word))
                .is_some_and(|access| access.grants.iter().any(|grant| LOCAL_ONLY.contains(grant)))
        });
        if let Some(word) = local {
            let shown = self.show(*word);
            self.report(
                SyntaxError::new(
                    word.span,
                    format!("`{shown}` has no other end, so it cannot go with `peer=(…)`"),
                )
                .code("unix-bind-peer")
                .related(peer.span, "this asks for another end")
                .help(format!("write a rule of its own for `{shown}`, without `peer=(…)`")),
            );
        }
    }
}
