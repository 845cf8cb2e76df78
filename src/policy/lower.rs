//! One rule of the tree to one resolved rule: words looked up, variables replaced, globs read.

use super::resolve::{Context, Scope};
use super::resolved::{
    ChangeProfile, Clause, DbusAccess, FileAccess, IoUringAccess, LinkAccess, MountAccess, MqueueAccess,
    NetworkAccess, Pattern, PivotRoot, ResolvedKind, RlimitAccess, SignalAccess, UnixAccess,
};
use super::validate::encodable;
use crate::glob::{Dialect, unescape};
use crate::source::Span;
use crate::syntax::{
    Condition, ConditionOperator, FileRule, IoUringRule, LinkRule, MountOperation, MountRule, MqueueRule,
    NetworkRule, RuleKind, Safety, SignalRule, SyntaxError, UnixRule, Word, Words,
};
use crate::vocabulary::{
    self, AccessTable, AddressFamily, Capability, ExecMode, MountOption, Permissions, Protocol, Rlimit,
    Signal, SocketType, Version, Word as _,
};
use std::sync::Arc;

/// Why a rule has no resolved form: its error is reported already.
pub(super) struct Refused;

type Lowered<T> = Result<T, Refused>;

impl Context<'_, '_> {
    /// The resolved form of a rule.
    pub(super) fn lower(&mut self, scope: &Scope<'_>, kind: &RuleKind) -> Lowered<ResolvedKind> {
        match kind {
            RuleKind::File(rule) => self.file(scope, rule).map(Arc::new).map(ResolvedKind::File),
            RuleKind::Link(rule) => self.link(scope, rule).map(Arc::new).map(ResolvedKind::Link),
            RuleKind::Capability(rule) => Ok(ResolvedKind::Capability {
                capabilities: rule
                    .names
                    .iter()
                    .filter_map(|word| Capability::from_name(word.raw(scope.source())))
                    .collect(),
                all: rule.names.is_empty(),
            }),
            RuleKind::Network(rule) => {
                let peer = rule.peer.as_ref().map_or(&[][..], |peer| &peer.conditions);
                for conditions in [&rule.conditions, peer] {
                    // It is not expanded.
                    if let Some(word) = value_of(conditions, b"label", scope.source()) {
                        self.glob(scope, &unescape(word.text(scope.source())), word, false, Dialect::Label)?;
                    }
                }
                Ok(ResolvedKind::Network(Arc::new(network(rule, scope.source()))))
            }
            RuleKind::Mount(rule) => self.mount(scope, rule).map(Arc::new).map(ResolvedKind::Mount),
            RuleKind::PivotRoot(rule) => {
                let old_root = self.condition(scope, &rule.conditions, b"oldroot", Dialect::Path)?;
                let new_root = self.optional(scope, rule.new_root, Dialect::Path)?;
                if let Some(target) = rule.target.as_ref().filter(|_| self.version() >= Version::V5_0) {
                    self.text(scope, target.name)?;
                }
                Ok(ResolvedKind::PivotRoot(Arc::new(PivotRoot { old_root, new_root })))
            }
            RuleKind::Ptrace(rule) => Ok(ResolvedKind::Ptrace(Arc::new(Clause {
                access: accesses(rule.access.as_ref(), vocabulary::PTRACE, scope.source(), true),
                peer: self.condition(scope, &rule.conditions, b"peer", Dialect::Label)?,
            }))),
            RuleKind::Signal(rule) => self.signal(scope, rule).map(Arc::new).map(ResolvedKind::Signal),
            RuleKind::Dbus(rule) => self.dbus(scope, rule).map(Arc::new).map(ResolvedKind::Dbus),
            RuleKind::Unix(rule) => self.unix(scope, rule).map(Arc::new).map(ResolvedKind::Unix),
            RuleKind::Userns(_) => Ok(ResolvedKind::Userns),
            RuleKind::Mqueue(rule) => self.mqueue(scope, rule),
            RuleKind::IoUring(rule) => self.io_uring(scope, rule).map(Arc::new).map(ResolvedKind::IoUring),
            RuleKind::ChangeProfile(rule) => Ok(ResolvedKind::ChangeProfile(Arc::new(ChangeProfile {
                safety: rule.safety.map(|(safety, _)| safety),
                exec: self.optional(scope, rule.exec, Dialect::Path)?,
                target: self.optional(scope, rule.target.map(|target| target.name), Dialect::Label)?,
            }))),
            RuleKind::Rlimit(rule) => {
                let source = scope.source();
                let limit = Rlimit::from_name(rule.name.raw(source)).ok_or(Refused)?;
                let end = rule.unit.map_or(rule.value.span, |unit| rule.value.span.to(unit.span));
                Ok(ResolvedKind::Rlimit(Arc::new(RlimitAccess { limit, value: end.of(source).to_vec() })))
            }
            RuleKind::All(_) => Ok(ResolvedKind::All),
        }
    }

    fn file(&mut self, scope: &Scope<'_>, rule: &FileRule) -> Lowered<FileAccess> {
        let source = scope.source();
        let Some(path) = rule.path else {
            let keyword = rule.keyword.unwrap_or_default();
            return Ok(FileAccess::bare(self.bare_file(scope, keyword)?));
        };
        let path = self.pattern(scope, path, Dialect::Path)?;
        let Some(word) = rule.permissions else { return Err(Refused) };
        let (permissions, mut exec) = permissions(word.raw(source));
        if let (Some(exec), Some((safety, _))) = (&mut exec, rule.safety) {
            exec.scrub = safety == Safety::Safe && exec.base != vocabulary::ExecBase::Inherit;
        }
        let mut access = FileAccess {
            path,
            permissions,
            exec,
            safety: rule.safety.map(|(safety, _)| safety),
            exec_target: None,
            link_target: None,
            subset: rule.subset.is_some(),
            bare: false,
        };
        if let Some(target) = &rule.target {
            let is_link = permissions.contains(Permissions::LINK) && !permissions.contains(Permissions::EXEC);
            if is_link && self.version() < Version::V5_0 && !rule.permissions_first {
                // Before 4.0 the variables of this form are not replaced, so that it matches no file.
            } else if is_link {
                access.link_target = Some(self.pattern(scope, target.name, Dialect::Path)?);
            } else {
                access.exec_target = Some(unescape(target.name.text(source)).into_owned());
            }
        }
        Ok(access)
    }

    /// The pattern of `file,`.
    pub(super) fn bare_file(&mut self, scope: &Scope<'_>, keyword: Span) -> Lowered<Pattern> {
        self.glob(scope, b"/{**,}", Word { span: keyword }, false, Dialect::Path)
    }

    fn link(&mut self, scope: &Scope<'_>, rule: &LinkRule) -> Lowered<LinkAccess> {
        Ok(LinkAccess {
            name: self.pattern(scope, rule.name, Dialect::Path)?,
            target: self.pattern(scope, rule.target, Dialect::Path)?,
            subset: rule.subset.is_some(),
        })
    }

    fn mount(&mut self, scope: &Scope<'_>, rule: &MountRule) -> Lowered<MountAccess> {
        let source = scope.source();
        if let Err(error) = encodable(rule, source, self.version()) {
            self.report_in(scope, &error);
            return Err(Refused);
        }
        let mut access = MountAccess {
            operation: rule.operation,
            fstype: Vec::new(),
            options: Vec::new(),
            options_in: Vec::new(),
            source: self.optional(scope, rule.source, Dialect::Path)?,
            mountpoint: self.optional(scope, rule.mountpoint, Dialect::Path)?,
        };
        // In an umount rule they are read and ignored.
        let ignored = rule.operation == MountOperation::Umount;
        for condition in &rule.conditions {
            let words = condition.value.as_ref().map(Words::words).unwrap_or_default();
            match condition.name.raw(source) {
                b"fstype" | b"vfstype" if ignored => {
                    // Their variables are looked up all the same.
                    for word in words {
                        self.text(scope, *word)?;
                    }
                }
                _ if ignored => {}
                b"fstype" | b"vfstype" => {
                    for word in words {
                        access.fstype.push(self.pattern(scope, *word, Dialect::Label)?);
                    }
                }
                _ => {
                    let options =
                        words.iter().filter_map(|word| MountOption::from_name(word.text(source))).collect();
                    match condition.operator {
                        ConditionOperator::In => access.options_in.push(options),
                        _ => access.options.push(options),
                    }
                }
            }
        }
        Ok(access)
    }

    fn signal(&mut self, scope: &Scope<'_>, rule: &SignalRule) -> Lowered<SignalAccess> {
        let source = scope.source();
        let sets = rule.conditions.iter().filter(|condition| condition.name.raw(source) == b"set");
        let words = sets.filter_map(|condition| condition.value.as_ref()).flat_map(Words::words);
        Ok(SignalAccess {
            access: accesses(rule.access.as_ref(), vocabulary::SIGNAL, source, true),
            signals: words.filter_map(|word| Signal::from_name(word.text(source))).collect(),
            peer: self.condition(scope, &rule.conditions, b"peer", Dialect::Label)?,
        })
    }

    fn dbus(&mut self, scope: &Scope<'_>, rule: &crate::syntax::DbusRule) -> Lowered<DbusAccess> {
        let source = scope.source();
        let peer = rule.peer.as_ref().map_or(&[][..], |peer| &peer.conditions);
        let local = &rule.conditions;
        let mut access = DbusAccess {
            access: accesses(rule.access.as_ref(), vocabulary::DBUS, source, false),
            bus: self.condition(scope, local, b"bus", Dialect::Label)?,
            path: self.either(scope, local, peer, b"path", Dialect::Path)?,
            interface: self.either(scope, local, peer, b"interface", Dialect::Label)?,
            member: self.either(scope, local, peer, b"member", Dialect::Label)?,
            name: self.condition(scope, local, b"name", Dialect::Label)?,
            peer_name: self.condition(scope, peer, b"name", Dialect::Label)?,
            peer_label: self.condition(scope, peer, b"label", Dialect::Label)?,
        };
        if access.access.is_empty() {
            let message =
                [&access.path, &access.interface, &access.member, &access.peer_name, &access.peer_label];
            access.access = if message.iter().any(|condition| condition.is_some()) {
                vec!["send", "receive"]
            } else if access.name.is_some() {
                vec!["bind"]
            } else {
                vec!["send", "receive", "bind", "eavesdrop"]
            };
        }
        Ok(access)
    }

    fn unix(&mut self, scope: &Scope<'_>, rule: &UnixRule) -> Lowered<UnixAccess> {
        let source = scope.source();
        let peer = rule.peer.as_ref().map_or(&[][..], |peer| &peer.conditions);
        let access = accesses(rule.access.as_ref(), vocabulary::UNIX, source, true);
        // A socket that is only made has no address yet: the condition is read and dropped.
        let makes_only = access == ["create"];
        Ok(UnixAccess {
            access,
            socket_type: value_of(&rule.conditions, b"type", source)
                .and_then(|word| SocketType::from_name(word.text(source))),
            address: self.address(scope, &rule.conditions, !makes_only)?,
            peer_address: self.address(scope, peer, true)?,
            peer_label: self.condition(scope, peer, b"label", Dialect::Label)?,
        })
    }

    /// `addr=`: apparmor_parser drops the first character, whatever it is; several values of a variable begin with `{`.
    /// What cannot be a glob is reported, or is no address where that does not matter.
    fn address(
        &mut self,
        scope: &Scope<'_>,
        conditions: &[Condition],
        matters: bool,
    ) -> Lowered<Option<Pattern>> {
        let source = scope.source();
        let Some(word) = value_of(conditions, b"addr", source) else { return Ok(None) };
        let (text, has_variables) = self.text(scope, word)?;
        if !matters && self.loader.glob(&text, Dialect::Address).is_err() {
            return Ok(None);
        }
        let pattern = self.glob(scope, &text, word, has_variables, Dialect::Address)?;
        // Behind a text without a character it reads what happens to be in memory.
        let fits = |text: &[u8]| {
            text.split_first().is_some_and(|(_, rest)| self.loader.glob(rest, Dialect::Address).is_ok())
        };
        if !matters || !has_variables || text.starts_with(b"@") || fits(&text) {
            return Ok(Some(pattern));
        }
        let shown = word.display(source);
        let text = String::from_utf8_lossy(&text);
        let error = SyntaxError::new(word.span, format!("the address `{shown}` does not begin with `@`"))
            .code("bad-glob")
            .note(format!("with its variables replaced the text is `{text}`"))
            .help(format!("take the `@` out of the variable and write `addr=@{shown}`"));
        self.report_in(scope, &error);
        Err(Refused)
    }

    fn mqueue(&mut self, scope: &Scope<'_>, rule: &MqueueRule) -> Lowered<ResolvedKind> {
        let source = scope.source();
        if self.version() < Version::V4_0 {
            // There `mqueue` is no keyword: with bare permissions behind it, it is a path.
            let word = Word { span: rule.keyword };
            let path = self.pattern(scope, word, Dialect::Path)?;
            let (permissions, _) =
                permissions(rule.access.as_ref().map_or(&[][..], |access| access.span().of(source)));
            let (exec, safety, exec_target, link_target) = (None, None, None, None);
            return Ok(ResolvedKind::File(Arc::new(FileAccess {
                path,
                permissions,
                exec,
                safety,
                exec_target,
                link_target,
                subset: false,
                bare: false,
            })));
        }
        let name = self.optional(scope, rule.name, Dialect::Label)?;
        let mut types = rule.conditions.iter().filter(|condition| condition.name.raw(source) == b"type");
        let written = types.find_map(|condition| condition.value.as_ref()?.words().first());
        let written = written.map(|word| word.text(source).to_vec());
        let told = rule.name.map(|name| {
            if name.text(source).starts_with(b"/") { b"posix".to_vec() } else { b"sysv".to_vec() }
        });
        let queue_type = written.or(told);
        let label = match value_of(&rule.conditions, b"label", source) {
            // Nothing is compiled for System V queues.
            Some(word) if queue_type.as_deref() == Some(b"sysv") => {
                let (text, has_variables) = self.text(scope, word)?;
                match self.loader.glob(&text, Dialect::Label) {
                    Ok(_) => Some(self.glob(scope, &text, word, has_variables, Dialect::Label)?),
                    Err(_) => None,
                }
            }
            label => self.optional(scope, label, Dialect::Label)?,
        };
        Ok(ResolvedKind::Mqueue(Arc::new(MqueueAccess {
            access: accesses(rule.access.as_ref(), vocabulary::MQUEUE, source, true),
            queue_type,
            label,
            name,
        })))
    }

    fn io_uring(&mut self, scope: &Scope<'_>, rule: &IoUringRule) -> Lowered<IoUringAccess> {
        let source = scope.source();
        let mut access = accesses(rule.access.as_ref(), vocabulary::IO_URING, source, true);
        if access.is_empty() {
            // Words in parentheses that are not known are ignored, and then nothing is left to restrict it.
            access = vocabulary::IO_URING.preferred().collect();
        }
        // The label is not expanded.
        let label = value_of(&rule.conditions, b"label", source);
        let label = match label {
            Some(word) => {
                Some(self.glob(scope, &unescape(word.text(source)), word, false, Dialect::Label)?)
            }
            None => None,
        };
        Ok(IoUringAccess { access, label })
    }

    /// A word with its variables replaced.
    pub(super) fn text(&mut self, scope: &Scope<'_>, word: Word) -> Lowered<(Vec<u8>, bool)> {
        let decoded = unescape(word.text(scope.source()));
        match self.variables.expand(&decoded, scope.automatic) {
            Ok(expansion) => Ok((expansion.text.into_owned(), expansion.has_variables)),
            Err(error) => {
                self.report_expansion(scope, word, &error);
                Err(Refused)
            }
        }
    }

    /// A word as a glob.
    pub(super) fn pattern(&mut self, scope: &Scope<'_>, word: Word, dialect: Dialect) -> Lowered<Pattern> {
        let raw = word.text(scope.source());
        if !raw.contains(&b'\\') && !raw.contains(&b'@') {
            return self.glob(scope, raw, word, false, dialect);
        }
        let (text, has_variables) = self.text(scope, word)?;
        self.glob(scope, &text, word, has_variables, dialect)
    }

    fn optional(
        &mut self,
        scope: &Scope<'_>,
        word: Option<Word>,
        dialect: Dialect,
    ) -> Lowered<Option<Pattern>> {
        word.map(|word| self.pattern(scope, word, dialect)).transpose()
    }

    fn condition(
        &mut self,
        scope: &Scope<'_>,
        conditions: &[Condition],
        name: &[u8],
        dialect: Dialect,
    ) -> Lowered<Option<Pattern>> {
        self.optional(scope, value_of(conditions, name, scope.source()), dialect)
    }

    fn either(
        &mut self,
        scope: &Scope<'_>,
        one: &[Condition],
        other: &[Condition],
        name: &[u8],
        dialect: Dialect,
    ) -> Lowered<Option<Pattern>> {
        let word = value_of(one, name, scope.source()).or_else(|| value_of(other, name, scope.source()));
        self.optional(scope, word, dialect)
    }

    /// A text as a glob; what is wrong with it is reported.
    pub(super) fn glob(
        &mut self,
        scope: &Scope<'_>,
        text: &[u8],
        word: Word,
        has_variables: bool,
        dialect: Dialect,
    ) -> Lowered<Pattern> {
        match self.loader.glob(text, dialect) {
            Ok(glob) => Ok(Pattern {
                text: glob.shared_text(),
                glob,
                location: scope.location(word.span),
                has_variables,
            }),
            Err(error) => {
                self.report_glob(scope, word, text, has_variables, &error);
                Err(Refused)
            }
        }
    }
}

fn network(rule: &NetworkRule, source: &[u8]) -> NetworkAccess {
    let conditions = |conditions: &[Condition]| {
        let pair = |condition: &Condition| {
            let word = condition.value.as_ref()?.words().first()?;
            Some((condition.name.raw(source).to_vec(), word.text(source).to_vec()))
        };
        conditions.iter().filter_map(pair).collect()
    };
    let mut access = NetworkAccess {
        access: accesses(rule.access.as_ref(), vocabulary::NETWORK, source, false),
        family: None,
        socket_type: None,
        protocol: None,
        conditions: conditions(&rule.conditions),
        peer: conditions(rule.peer.as_ref().map_or(&[], |peer| &peer.conditions)),
    };
    for (index, word) in rule.words.iter().enumerate() {
        let text = word.raw(source);
        match AddressFamily::from_name(text) {
            Some(family) if index == 0 => access.family = Some(family),
            _ => {
                access.protocol = Protocol::from_name(text);
                access.socket_type =
                    SocketType::from_name(text).or_else(|| access.protocol.map(Protocol::socket_type));
            }
        }
    }
    access
}

/// The first word of the condition of that name.
fn value_of(conditions: &[Condition], name: &[u8], source: &[u8]) -> Option<Word> {
    let condition = conditions.iter().rev().find(|condition| condition.name.raw(source) == name)?;
    condition.value.as_ref()?.words().first().copied()
}

/// The access words in their preferred spelling, each once; all of them when none is written and `all_by_default`.
fn accesses(
    access: Option<&Words>,
    table: AccessTable,
    source: &[u8],
    all_by_default: bool,
) -> Vec<&'static str> {
    let words = access.map(Words::words).unwrap_or_default();
    if words.is_empty() {
        return if all_by_default { table.preferred().collect() } else { Vec::new() };
    }
    let mut granted = Vec::new();
    for name in
        words.iter().filter_map(|word| table.from_list(word.raw(source))).flat_map(|access| access.grants)
    {
        if !granted.contains(name) {
            granted.push(*name);
        }
    }
    granted
}

/// The permissions of a permission word, and its exec mode.
pub(super) fn permissions(word: &[u8]) -> (Permissions, Option<ExecMode>) {
    let mut all = Permissions::NONE;
    let mut exec = None;
    let mut index = 0;
    while index < word.len() {
        let rest = &word[index..];
        let length = match rest[0] {
            b'p' | b'P' | b'c' | b'C' if matches!(rest.get(1), Some(b'i' | b'I' | b'u' | b'U')) => 3,
            b'p' | b'P' | b'c' | b'C' | b'i' | b'I' | b'u' | b'U' => 2,
            _ => 1,
        };
        if length > 1 {
            exec = rest.get(..length).and_then(ExecMode::from_name).or(exec);
            all |= Permissions::EXEC;
        } else if let Some(permission) = Permissions::from_letter(rest[0]) {
            all |= permission;
        }
        index += length;
    }
    (all, exec)
}
