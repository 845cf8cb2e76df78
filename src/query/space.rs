//! What the rules of a profile say of one kind of request, as statements about sets of strings: what `diff` compares.
//! A string is a path or a label, or several of them with NUL between, as [`Class::fields`] names them.

use super::class::{DeniedSockets, flags_fit, kind_of, speaks_of_kind};
use super::file::{Exec, FilePolicy, Half, Strength};
use super::ladder::{self, Candidate, Outcome};
use super::lower::{IMPLIED, strength};
use super::mask::letter;
use super::profile::Query;
use crate::glob::{Dialect, Emptiness, Found, Glob};
use crate::policy::{MountAccess, Pattern, ResolvedKind, ResolvedProfile, ResolvedRule};
use crate::syntax::{Decision, MountOperation, Ownership};
use crate::vocabulary::mount_flag::{BIND, MOVE, PRIVATE, REC, REMOUNT, SHARED, SLAVE, SPREAD, UNBINDABLE};
use crate::vocabulary::{
    self, AbiFile, AccessTable, Feature, MountKind, Signal, SocketType, Version, Word as _,
};
use serde::Serialize;
use std::sync::Arc;

/// A kind of request whose rules speak of paths, labels or other texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The names are those of the rules.
pub enum Class {
    File,
    Link,
    ChangeProfile,
    /// Programs with the labels that they may get by a change on exec.
    ChangeOnExec,
    /// Programs alone, which the kernel asks about first before a change on exec: what denies one change denies it there too.
    ChangingProgram,
    Signal,
    Ptrace,
    Dbus,
    Unix,
    Mqueue,
    IoUring,
    /// Mounts with one set of flags.
    Mount,
    Umount,
    PivotRoot,
}

impl Class {
    /// All that need nothing further said; mounts need their flags, see [`Query::mounts`].
    pub const PLAIN: [Self; 13] = [
        Self::File,
        Self::Link,
        Self::ChangeProfile,
        Self::ChangeOnExec,
        Self::ChangingProgram,
        Self::Signal,
        Self::Ptrace,
        Self::Dbus,
        Self::Unix,
        Self::Mqueue,
        Self::IoUring,
        Self::Umount,
        Self::PivotRoot,
    ];

    /// The word for people: that of the rules.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Link => "link",
            Self::ChangeProfile | Self::ChangeOnExec | Self::ChangingProgram => "change_profile",
            Self::Signal => "signal",
            Self::Ptrace => "ptrace",
            Self::Dbus => "dbus",
            Self::Unix => "unix",
            Self::Mqueue => "mqueue",
            Self::IoUring => "io_uring",
            Self::Mount => "mount",
            Self::Umount => "umount",
            Self::PivotRoot => "pivot_root",
        }
    }

    /// What the fields of a string are, as conditions of a rule are named; empty for the path that a rule is about.
    #[must_use]
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::File | Self::ChangeProfile | Self::ChangingProgram | Self::Umount => &[""],
            Self::Link | Self::ChangeOnExec => &["", "->"],
            Self::Signal => &["set", "peer"],
            Self::Ptrace => &["peer"],
            Self::Dbus => &["bus", "path", "interface", "member", "name", "peer name", "peer label"],
            Self::Unix => &["type", "addr", "peer addr", "peer label"],
            Self::Mqueue => &["type", "label", "name"],
            Self::IoUring => &["label"],
            Self::Mount => &["->", "source", "fstype"],
            Self::PivotRoot => &["", "oldroot"],
        }
    }

    /// May a field be empty? The address of an unnamed socket is.
    #[must_use]
    pub fn emptiness(self) -> Emptiness {
        if self == Self::Unix { Emptiness::Allowed } else { Emptiness::Never }
    }

    fn feature(self) -> Option<Feature> {
        match self {
            Self::File | Self::Link | Self::ChangeProfile | Self::ChangeOnExec | Self::ChangingProgram => {
                None
            }
            Self::Signal => Some(Feature::Signal),
            Self::Ptrace => Some(Feature::Ptrace),
            Self::Dbus => Some(Feature::Dbus),
            Self::Unix => Some(Feature::Unix),
            Self::Mqueue => Some(Feature::Mqueue),
            Self::IoUring => Some(Feature::IoUring),
            Self::Mount | Self::Umount | Self::PivotRoot => Some(Feature::Mount),
        }
    }

    fn words(self) -> Vec<(&'static str, u32)> {
        let table = |table: AccessTable| {
            table.preferred().enumerate().map(|(index, word)| (word, 1 << index)).collect()
        };
        match self {
            Self::File => vec![
                ("m", letter::MMAP),
                ("r", letter::READ),
                ("w", letter::WRITE),
                ("a", letter::APPEND),
                ("k", letter::LOCK),
                (EXEC, letter::EXEC),
            ],
            Self::Link => vec![("link", letter::LINK), (SUBSET, letter::SUBSET)],
            Self::ChangeProfile => vec![("change_profile", letter::CHANGE_PROFILE)],
            Self::ChangeOnExec => vec![
                ("change_profile on exec", letter::CHANGE_ON_EXEC),
                ("keeping the environment", letter::KEEPS_ENVIRONMENT),
            ],
            Self::ChangingProgram => vec![("change_profile on exec", letter::CHANGE_ON_EXEC)],
            Self::Signal => table(vocabulary::SIGNAL),
            Self::Ptrace => table(vocabulary::PTRACE),
            Self::Dbus => table(vocabulary::DBUS),
            Self::Unix => table(vocabulary::UNIX),
            Self::Mqueue => table(vocabulary::MQUEUE),
            Self::IoUring => table(vocabulary::IO_URING),
            Self::Mount => vec![("mount", 1)],
            Self::Umount => vec![("umount", 1)],
            Self::PivotRoot => vec![("pivot_root", 1)],
        }
    }
}

/// The word of the class of files that stands for execute permission.
pub const EXEC: &str = "x";
/// The bit of [`EXEC`].
pub const EXEC_BIT: u32 = letter::EXEC;
/// The word of the class of links that is no grant, but the test that the link grants no more than the file.
pub const SUBSET: &str = "subset test";

/// One field of a statement.
#[derive(Debug, Clone)]
pub struct Field {
    /// What fits.
    pub glob: Arc<Glob>,
    /// True when no rule says anything of the field, so that everything fits.
    pub any: bool,
}

/// What one rule says of some strings.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The strings.
    pub fields: Vec<Field>,
    /// The words that it is about, as bits of [`Space::words`].
    pub bits: u32,
    /// How files are executed.
    pub exec: Option<Exec>,
    /// Whose files.
    pub ownership: Option<Ownership>,
    /// Is what it grants on some files logged on all, where another rule grants it there?
    pub audits_all_files: bool,
    /// Allow or deny, and so on.
    pub strength: Strength,
    /// The rule's place in the profile; none for a rule that the parser adds.
    pub rule: Option<usize>,
    /// Does its exec win over that of others?
    exact: bool,
    /// Its place in the automaton of files.
    pattern: usize,
}

impl Statement {
    /// Does it speak of files of that half?
    #[must_use]
    pub fn speaks_of(&self, half: Half) -> bool {
        half.is_of(self.ownership)
    }
}

/// What holds for a string, in bits of [`Space::words`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// Granted.
    pub allow: u32,
    /// Granted and logged.
    pub audit: u32,
    /// Refused and not logged.
    pub quiet: u32,
    /// Left to user space.
    pub prompt: u32,
    /// How the file is executed.
    pub exec: Option<Exec>,
}

/// All that a profile says of one class.
#[derive(Debug)]
pub struct Space<'q> {
    /// The class.
    pub class: Class,
    /// What is said, in the order of the rules.
    pub statements: Vec<Statement>,
    /// The words, each with its bit.
    pub words: Vec<(&'static str, u32)>,
    /// False when the profile's ABI leaves the class out: everything is allowed then, and nothing said.
    pub mediated: bool,
    files: Option<&'q FilePolicy>,
    audits_all: bool,
}

impl Space<'_> {
    /// What holds for a string that exactly these statements match, given by their places.
    #[must_use]
    pub fn standing(&self, matching: &[usize], half: Half) -> Standing {
        if let Some(files) = self.files {
            let mut patterns: Vec<usize> =
                matching.iter().map(|index| self.statements[*index].pattern).collect();
            patterns.sort_unstable();
            let answer = files.decide(&Found { patterns, alive: true }, half);
            let outcome = answer.outcome();
            return Standing { exec: answer.exec.clone(), ..Standing::from(outcome) };
        }
        let candidates: Vec<Candidate> = matching
            .iter()
            .map(|index| (*index, &self.statements[*index]))
            .filter(|(_, statement)| statement.speaks_of(half))
            .map(|(id, statement)| Candidate {
                id,
                bits: statement.bits,
                dominant: if statement.exact { letter::EXEC } else { 0 },
                decision: statement.strength.decision,
                audit: statement.strength.audit,
                priority: statement.strength.priority,
            })
            .collect();
        let mut standing = Standing::from(&ladder::decide(&candidates));
        if self.audits_all {
            (standing.audit, standing.quiet) = (standing.allow, 0);
        }
        standing
    }
}

impl From<&Outcome> for Standing {
    fn from(outcome: &Outcome) -> Self {
        Self {
            allow: outcome.allow,
            audit: outcome.audit,
            quiet: outcome.quiet,
            prompt: outcome.prompt,
            exec: None,
        }
    }
}

impl<'p> Query<'p> {
    /// True when all that is granted is logged: flag `audit`.
    #[must_use]
    pub fn audits_all(&self) -> bool {
        self.profile().flags.iter().any(|flag| flag.flag.name() == "audit")
    }

    /// What the profile says of a class of [`Class::PLAIN`].
    #[must_use]
    pub fn space(&self, class: Class) -> Space<'_> {
        match class {
            Class::File
            | Class::Link
            | Class::ChangeProfile
            | Class::ChangeOnExec
            | Class::ChangingProgram => self.file_space(class),
            _ => {
                let denied = (class == Class::Unix).then(|| DeniedSockets::of(self.profile()));
                let of_rule = |(index, rule): (usize, &ResolvedRule)| {
                    let Some(denied) = &denied else { return statements(class, rule, index) };
                    let mut found: Vec<Statement> =
                        denied.granted_by(rule).into_iter().map(|kind| sockets(kind, rule, index)).collect();
                    if !denied.leave_out(rule) {
                        found.extend(statements(class, rule, index));
                    }
                    found
                };
                let statements = self.profile().rules.iter().enumerate().flat_map(of_rule).collect();
                self.other_space(class, statements)
            }
        }
    }

    /// What the profile says of mounts with these flags (`MS_…`).
    #[must_use]
    pub fn mounts(&self, flags: u32) -> Space<'_> {
        let (kind, flags) = kind_of(flags);
        let mut statements = Vec::new();
        for (index, rule) in self.profile().rules.iter().enumerate() {
            match &rule.kind {
                ResolvedKind::Mount(mount) if speaks_of_flags(mount, kind, flags, self.version()) => {
                    let types: Vec<Option<&Pattern>> = match mount.fstype.is_empty() {
                        true => vec![None],
                        false => mount.fstype.iter().map(Some).collect(),
                    };
                    statements.extend(types.into_iter().map(|fstype| {
                        let fields = [mount.mountpoint.as_ref(), mount.source.as_ref(), fstype].map(field);
                        statement(fields.to_vec(), 1, rule, index)
                    }));
                }
                ResolvedKind::All => {
                    statements.push(statement([None, None, None].map(field).to_vec(), 1, rule, index));
                }
                _ => {}
            }
        }
        self.other_space(Class::Mount, statements)
    }

    /// Is a class of rules left out by the profile's ABI?
    #[must_use]
    pub fn leaves_out(&self, feature: Feature) -> bool {
        let name = self.policy().abi.as_ref().map_or(&b"3.0"[..], |(name, _)| name);
        AbiFile::from_name(name).is_some_and(|file| !file.has(feature))
    }

    fn file_space(&self, class: Class) -> Space<'_> {
        let files = self.files();
        let words = class.words();
        let bits = words.iter().fold(0, |bits, (_, bit)| bits | bit);
        let pairs = matches!(class, Class::Link | Class::ChangeOnExec);
        let mut statements = Vec::new();
        for (index, pattern) in files.patterns().iter().enumerate() {
            if pattern.second.is_some() != pairs || pattern.bits & bits == 0 {
                continue;
            }
            let globs = std::iter::once(&pattern.first).chain(&pattern.second);
            statements.push(Statement {
                fields: globs.map(|glob| Field { glob: Arc::clone(glob), any: false }).collect(),
                bits: pattern.bits & bits,
                exec: pattern.exec.clone(),
                ownership: pattern.ownership,
                audits_all_files: pattern.audits_all_files,
                strength: pattern.strength,
                rule: (pattern.rule != IMPLIED).then_some(pattern.rule),
                exact: pattern.exact,
                pattern: index,
            });
        }
        Space { class, statements, words, mediated: true, files: Some(files), audits_all: self.audits_all() }
    }

    fn other_space(&self, class: Class, statements: Vec<Statement>) -> Space<'_> {
        let mediated = !class.feature().is_some_and(|feature| self.leaves_out(feature));
        Space {
            class,
            statements: if mediated { statements } else { Vec::new() },
            words: class.words(),
            mediated,
            files: None,
            audits_all: self.audits_all(),
        }
    }
}

/// Flags of which the mount rules of the two profiles differ in what they say, one set for each difference, as far as
/// the flags that any of them names go.
#[must_use]
pub fn telling_flags(one: &ResolvedProfile, other: &ResolvedProfile, version: Version) -> Vec<u32> {
    let rules: Vec<&MountAccess> = [one, other]
        .into_iter()
        .flat_map(|profile| &profile.rules)
        .filter_map(|rule| match &rule.kind {
            ResolvedKind::Mount(mount) if mount.operation != MountOperation::Umount => Some(&**mount),
            _ => None,
        })
        .collect();
    // Kinds first, so that the plainest call stands for what is said of many.
    let kinds = [
        0,
        BIND,
        BIND | REC,
        REMOUNT,
        REMOUNT | BIND,
        MOVE,
        PRIVATE,
        PRIVATE | REC,
        SHARED,
        SLAVE,
        UNBINDABLE,
    ];
    let mut named: Vec<u32> = rules
        .iter()
        .flat_map(|rule| rule.options.iter().chain(&rule.options_in).flatten())
        .map(|option| option.sets())
        .filter(|bits| *bits != 0)
        .collect();
    named.sort_unstable();
    named.dedup();
    let mut candidates: Vec<u32> = kinds.to_vec();
    if named.len() <= MOST_NAMED {
        for chosen in 0..1_u32 << named.len() {
            let bits = |(index, bits): (usize, &u32)| if chosen & 1 << index == 0 { 0 } else { *bits };
            let flags = named.iter().enumerate().map(bits).fold(0, |flags, bits| flags | bits);
            candidates.extend(kinds.map(|kind| kind | flags));
        }
    } else {
        for rule in &rules {
            for options in rule.options.iter().chain(&rule.options_in) {
                let exact = options.iter().fold(0, |flags, option| flags | option.sets());
                candidates.extend(kinds.map(|kind| kind | exact));
                candidates.extend(named.iter().flat_map(|bit| [exact | bit, exact & !bit]));
            }
        }
        candidates.extend(named.iter().flat_map(|bit| kinds.map(|kind| kind | bit)));
    }
    // A flag that no rule names stands for all such.
    candidates.extend((0..32).map(|bit| 1_u32 << bit).find(|bit| !named.contains(bit) && KINDS & bit == 0));
    let mut seen = std::collections::HashSet::new();
    candidates.retain(|flags| {
        let (kind, flags) = kind_of(*flags);
        let speaking: Vec<usize> =
            (0..rules.len()).filter(|rule| speaks_of_flags(rules[*rule], kind, flags, version)).collect();
        seen.insert((kind == MountKind::Plain, kind == MountKind::Remount, speaking))
    });
    candidates
}

/// With up to so many options named, all their combinations are tried.
const MOST_NAMED: usize = 9;
const KINDS: u32 = REMOUNT | BIND | MOVE | REC | SPREAD;

/// Does the rule speak of calls of this kind with these flags, for some source and some place?
fn speaks_of_flags(rule: &MountAccess, kind: MountKind, flags: u32, version: Version) -> bool {
    let has_source = matches!(kind, MountKind::Plain | MountKind::Bind | MountKind::Move);
    speaks_of_kind(rule, kind, version)
        && (rule.fstype.is_empty() || kind == MountKind::Plain)
        && (rule.source.is_none() || has_source)
        && flags_fit(rule, kind, flags, version)
}

/// What a rule says of a class that is not decided by the automaton of files.
fn statements(class: Class, rule: &ResolvedRule, index: usize) -> Vec<Statement> {
    let one = |fields: Vec<Field>, bits: u32| vec![statement(fields, bits, rule, index)];
    let bits = |words: &[&str]| bits_of(class, words);
    match (class, &rule.kind) {
        (_, ResolvedKind::All) => {
            let any = class.fields().iter().map(|name| match *name {
                "set" => signals(&[]),
                _ => field(None),
            });
            one(any.collect(), bits(&[]))
        }
        (Class::Signal, ResolvedKind::Signal(signal)) => {
            one(vec![signals(&signal.signals), field(signal.peer.as_ref())], bits(&signal.access))
        }
        (Class::Ptrace, ResolvedKind::Ptrace(clause)) => {
            one(vec![field(clause.peer.as_ref())], bits(&clause.access))
        }
        (Class::Dbus, ResolvedKind::Dbus(dbus)) => {
            let conditions = [
                &dbus.bus,
                &dbus.path,
                &dbus.interface,
                &dbus.member,
                &dbus.name,
                &dbus.peer_name,
                &dbus.peer_label,
            ];
            one(conditions.map(|condition| field(condition.as_ref())).to_vec(), bits(&dbus.access))
        }
        (Class::Unix, ResolvedKind::Unix(unix)) => {
            let kind = unix.socket_type.map(|kind| literal(kind.name().as_bytes()));
            let conditions = [&unix.address, &unix.peer_address, &unix.peer_label];
            let mut fields = vec![kind.unwrap_or_else(|| field(None))];
            fields.extend(conditions.map(|condition| field(condition.as_ref())));
            one(fields, bits(&unix.access))
        }
        // No kernel decides about queues of System V, and the parser leaves out rules about them.
        (Class::Mqueue, ResolvedKind::Mqueue(queue)) if queue.queue_type.as_deref() == Some(b"sysv") => {
            Vec::new()
        }
        (Class::Mqueue, ResolvedKind::Mqueue(queue)) => {
            let kind = queue.queue_type.as_ref().map(|kind| literal(kind));
            let kind = kind.unwrap_or_else(|| field(None));
            one(vec![kind, field(queue.label.as_ref()), field(queue.name.as_ref())], bits(&queue.access))
        }
        (Class::IoUring, ResolvedKind::IoUring(ring)) => {
            one(vec![field(ring.label.as_ref())], bits(&ring.access))
        }
        (Class::Umount, ResolvedKind::Mount(mount)) if mount.operation == MountOperation::Umount => {
            one(vec![field(mount.mountpoint.as_ref())], 1)
        }
        (Class::PivotRoot, ResolvedKind::PivotRoot(pivot)) => {
            one(vec![field(pivot.new_root.as_ref()), field(pivot.old_root.as_ref())], 1)
        }
        _ => Vec::new(),
    }
}

/// All of the unix sockets of a type, or of any, which a network rule grants.
fn sockets(kind: Option<SocketType>, rule: &ResolvedRule, index: usize) -> Statement {
    let mut fields = vec![kind.map_or_else(|| field(None), |kind| literal(kind.name().as_bytes()))];
    fields.resize_with(Class::Unix.fields().len(), || field(None));
    statement(fields, bits_of(Class::Unix, &[]), rule, index)
}

fn statement(fields: Vec<Field>, bits: u32, rule: &ResolvedRule, index: usize) -> Statement {
    Statement {
        fields,
        bits,
        exec: None,
        ownership: None,
        audits_all_files: false,
        strength: strength(rule),
        rule: Some(index),
        exact: false,
        pattern: 0,
    }
}

/// The bits of some access words; of all when none is named.
fn bits_of(class: Class, named: &[&str]) -> u32 {
    let words = class.words();
    let chosen = words.iter().filter(|(word, _)| named.is_empty() || named.contains(word));
    chosen.fold(0, |bits, (_, bit)| bits | bit)
}

fn field(pattern: Option<&Pattern>) -> Field {
    match pattern {
        Some(pattern) => Field { glob: Arc::clone(&pattern.glob), any: *pattern.text == *b"**" },
        None => Field { glob: Arc::new(group("**".to_owned())), any: true },
    }
}

fn literal(text: &[u8]) -> Field {
    Field { glob: Arc::new(Glob::literal_string(text)), any: false }
}

/// Signals by name; all when none is named.
fn signals(named: &[Signal]) -> Field {
    let mut names: Vec<String> = named.iter().map(|signal| signal.name().into_owned()).collect();
    if names.is_empty() {
        names = Signal::all().map(|signal| signal.name().into_owned()).collect();
    }
    names.sort_unstable();
    names.dedup();
    let text = if let [name] = names.as_slice() { name.clone() } else { format!("{{{}}}", names.join(",")) };
    Field { glob: Arc::new(group(text)), any: named.is_empty() }
}

fn group(text: String) -> Glob {
    Glob::parse(text.as_bytes(), Dialect::Label).unwrap_or_else(|_| Glob::literal_string(text.as_bytes()))
}

/// Does a statement grant, where it wins?
#[must_use]
pub fn grants(statement: &Statement) -> bool {
    statement.strength.decision == Decision::Allow
}
