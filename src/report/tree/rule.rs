//! The fields of each kind of rule.

use super::{Fields, Tree};
use crate::syntax::{FileRule, NetworkRule, Peer, RuleKind, Target, Word, Words};
use crate::vocabulary::{AddressFamily, SocketType, Word as _};
use serde_json::Value;

impl Tree<'_> {
    /// What a rule says behind its qualifiers.
    pub(super) fn rule(&self, kind: &RuleKind) -> Fields {
        let fields = Fields::default();
        match kind {
            RuleKind::File(rule) => self.file(rule),
            RuleKind::Link(rule) => fields
                .with("subset", rule.subset.is_some())
                .with("name", self.word(rule.name))
                .with("target", self.word(rule.target)),
            RuleKind::Capability(rule) => fields.with("names", self.words(&rule.names)),
            RuleKind::Network(rule) => self.network(rule),
            RuleKind::Mount(rule) => fields
                .with("operation", self.text(rule.keyword))
                .with("conditions", self.conditions(&rule.conditions))
                .with_optional("source", self.optional(rule.source))
                .with_optional("mountpoint", self.optional(rule.mountpoint)),
            RuleKind::PivotRoot(rule) => fields
                .with("conditions", self.conditions(&rule.conditions))
                .with_optional("new_root", self.optional(rule.new_root))
                .with_optional("target", self.target(rule.target)),
            RuleKind::Ptrace(rule) => {
                self.access(rule.access.as_ref()).with("conditions", self.conditions(&rule.conditions))
            }
            RuleKind::Signal(rule) => {
                self.access(rule.access.as_ref()).with("conditions", self.conditions(&rule.conditions))
            }
            RuleKind::Dbus(rule) => self
                .access(rule.access.as_ref())
                .with("conditions", self.conditions(&rule.conditions))
                .with_optional("peer", self.peer(rule.peer.as_ref())),
            RuleKind::Unix(rule) => self
                .access(rule.access.as_ref())
                .with("conditions", self.conditions(&rule.conditions))
                .with_optional("peer", self.peer(rule.peer.as_ref())),
            RuleKind::Userns(rule) => self.access(rule.access.as_ref()),
            RuleKind::Mqueue(rule) => self
                .access(rule.access.as_ref())
                .with("conditions", self.conditions(&rule.conditions))
                .with_optional("name", self.optional(rule.name)),
            RuleKind::IoUring(rule) => self
                .access(rule.access.as_ref())
                .with("conditions", self.conditions(&rule.conditions))
                .with_optional("peer", self.peer(rule.peer.as_ref())),
            RuleKind::ChangeProfile(rule) => fields
                .with_optional("safety", rule.safety.map(|(_, span)| self.text(span)))
                .with_optional("exec", self.optional(rule.exec))
                .with_optional("target", self.target(rule.target)),
            RuleKind::Rlimit(rule) => fields
                .with("limit", self.word(rule.name))
                .with("value", self.word(rule.value))
                .with_optional("unit", self.optional(rule.unit)),
            RuleKind::All(_) => fields,
        }
    }

    /// The bare `file,` has neither path nor permissions.
    fn file(&self, rule: &FileRule) -> Fields {
        let permissions = rule.permissions.map(|word| {
            let raw = word.raw(self.source.bytes());
            let is_exec = |byte: &u8| matches!(byte.to_ascii_lowercase(), b'p' | b'c' | b'i' | b'u' | b'x');
            let text = |letters: Vec<u8>| String::from_utf8_lossy(&letters).into_owned();
            let (exec, access): (Vec<u8>, Vec<u8>) = raw.iter().partition(|byte| is_exec(byte));
            let fields = self.text_fields(word.span).with("span", self.span(word.span));
            let fields = fields.with("access", text(access.to_ascii_lowercase()));
            (fields.with_optional("exec", (!exec.is_empty()).then(|| text(exec.clone()))), !exec.is_empty())
        });
        let has_exec = permissions.as_ref().is_some_and(|(_, has_exec)| *has_exec);
        let has_link = rule.permissions.is_some_and(|word| {
            word.raw(self.source.bytes()).iter().any(|byte| byte.eq_ignore_ascii_case(&b'l'))
        });
        // With neither it is read and has no effect.
        let target = match (has_exec, has_link) {
            (true, _) => "exec_target",
            (false, true) => "link_target",
            (false, false) => "target",
        };
        Fields::default()
            .with_optional("safety", rule.safety.map(|(_, span)| self.text(span)))
            .with_optional("path", self.optional(rule.path))
            .with_optional("permissions", permissions.map(|(fields, _)| fields))
            .with_optional("permissions_first", rule.permissions.map(|_| rule.permissions_first))
            .with_optional("subset", rule.subset.map(|_| true))
            .with_optional(target, self.target(rule.target))
    }

    fn network(&self, rule: &NetworkRule) -> Fields {
        let source = self.source.bytes();
        let mut fields = self.access(rule.access.as_ref());
        for (index, word) in rule.words.iter().enumerate() {
            let raw = word.raw(source);
            let name = if index == 0 && AddressFamily::from_name(raw).is_some() {
                "family"
            } else if SocketType::from_name(raw).is_some() {
                "type"
            } else {
                "protocol"
            };
            fields = fields.with(name, self.word(*word));
        }
        fields
            .with("conditions", self.conditions(&rule.conditions))
            .with_optional("peer", self.peer(rule.peer.as_ref()))
    }

    /// Without accesses all of the kind are meant.
    fn access(&self, access: Option<&Words>) -> Fields {
        let words: &[Word] = access.map(Words::words).unwrap_or_default();
        Fields::default().with("access", self.words(words))
    }

    fn peer(&self, peer: Option<&Peer>) -> Option<Value> {
        let peer = peer?;
        let fields = Fields::default().with("span", self.span(peer.span));
        Some(fields.with("conditions", self.conditions(&peer.conditions)).into())
    }

    fn target(&self, target: Option<Target>) -> Option<Value> {
        target.map(|target| self.word(target.name))
    }
}
