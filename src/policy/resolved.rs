//! What a compilation yields: profiles whose rules are spelled out, each with the place it comes from.

use super::aliases::Aliases;
use super::variables::Variables;
use crate::diagnostic::Diagnostic;
use crate::glob::{Dialect, Glob};
use crate::source::{FileId, Location};
use crate::syntax::{Decision, MountOperation, Ownership, ProfileKind, Safety};
use crate::vocabulary::{
    AddressFamily, Capability, ExecMode, MountOption, Permissions, ProfileFlag, Protocol, Rlimit, Signal,
    SocketType, Version,
};
use std::path::Path;
use std::sync::Arc;

/// One file with everything it includes.
#[derive(Debug)]
pub struct Policy {
    /// The file that was given.
    pub root: FileId,
    /// Its profiles in the order written.
    pub profiles: Vec<ResolvedProfile>,
    /// What apparmor_parser would refuse, in the order found.
    pub diagnostics: Vec<Diagnostic>,
    /// The variables after the preamble.
    pub variables: Variables,
    /// The `abi` that holds: its name, and where it stands.
    pub abi: Option<(Vec<u8>, Location)>,
    /// The aliases; what a shared beginning of preambles brings is shared too.
    pub aliases: Arc<Aliases>,
    /// Every include that was followed, or could not be.
    pub includes: Vec<IncludeUse>,
    /// False when an include is missing or a file has errors: rules may be missing then, so that nothing can be said of
    /// what is not allowed.
    pub complete: bool,
    /// True when the file holds rules outside any profile: an abstraction or another fragment, no policy of its own.
    pub fragment: bool,
}

impl Policy {
    /// The copies of a path expression under the aliases whose left side its text begins with.
    #[must_use]
    pub fn aliased(&self, pattern: &Pattern) -> Vec<Arc<Glob>> {
        pattern.aliased(&self.aliases).map(|copy| copy.glob).collect()
    }

    /// All profiles, children behind their parents.
    pub fn all_profiles(&self) -> impl Iterator<Item = &ResolvedProfile> {
        let mut stack: Vec<&ResolvedProfile> = self.profiles.iter().rev().collect();
        std::iter::from_fn(move || {
            let profile = stack.pop()?;
            stack.extend(profile.children.iter().rev());
            Some(profile)
        })
    }
}

/// An include directive as it was followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncludeUse {
    /// The directive.
    pub location: Location,
    /// The file or directory that it found.
    pub found: Option<Arc<Path>>,
    /// The file's id, when it is one file.
    pub file: Option<FileId>,
    /// True when the same file was included in this scope before, so that nothing was read.
    pub repeated: bool,
    /// How the file of the directive was reached.
    pub via: Option<Arc<Via>>,
}

/// How a file was reached: the include directive, and how its own file was.
#[derive(Debug, PartialEq, Eq)]
pub struct Via {
    /// The include directive.
    pub include: Location,
    /// How the file of the directive was reached; `None` for the file that was given.
    pub parent: Option<Arc<Via>>,
}

impl Via {
    /// The include directives, innermost first.
    pub fn outward(via: Option<&Arc<Self>>) -> impl Iterator<Item = Location> {
        std::iter::successors(via, |via| via.parent.as_ref()).map(|via| via.include)
    }

    /// The include directives, outermost first.
    #[must_use]
    pub fn chain(via: Option<&Arc<Self>>) -> Vec<Location> {
        let mut chain: Vec<Location> = Self::outward(via).collect();
        chain.reverse();
        chain
    }
}

/// Where something comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The rule, qualifiers and comma included.
    pub location: Location,
    /// How its file was reached; `None` in the file that was given.
    pub via: Option<Arc<Via>>,
}

/// What a profile does with what its rules do not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProfileMode {
    /// It is refused.
    Enforce,
    /// It is let through and logged.
    Complain,
    /// The task is killed.
    Kill,
    /// User space is asked.
    Prompt,
    /// Everything is allowed; flag `unconfined`.
    Unconfined,
    /// Everything is allowed; flag `default_allow`.
    DefaultAllow,
}

/// One flag of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedFlag {
    /// The flag.
    pub flag: ProfileFlag,
    /// What stands behind its `=`, variables replaced.
    pub value: Option<Vec<u8>>,
    /// The word.
    pub location: Location,
}

/// A path expression with its variables replaced.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The glob.
    pub glob: Arc<Glob>,
    /// The text before the glob was read, variables replaced.
    pub text: Arc<[u8]>,
    /// The word in the source.
    pub location: Location,
    /// True when the word has variables in it.
    pub has_variables: bool,
}

impl Pattern {
    /// The same path under each alias whose left side it begins with, as text. Aliases are not applied to the copies. A
    /// copy that is no glob is left out.
    pub fn aliased<'p>(&'p self, aliases: &'p Aliases) -> impl Iterator<Item = Self> + 'p {
        aliases.of(&self.text).filter_map(|(from, to, _)| {
            let rest = self.text.strip_prefix(from.as_slice())?;
            let text = [to.as_slice(), rest].concat();
            let glob = Glob::parse(&text, Dialect::Path).ok()?;
            Some(Self { glob: Arc::new(glob), text: text.into(), ..*self })
        })
    }
}

/// The priority at which an `all` rule lets everything be executed: below that of the rules which are written. (5.0 found by
/// running it, 4.1 alike.)
#[must_use]
pub fn priority_of_all(version: Version) -> i32 {
    if version < Version::V6_0 { -2 } else { -1 }
}

/// The programs that a profile is for.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Which programs.
    pub pattern: Pattern,
    /// True when it is the profile's name, not an attachment of its own.
    pub is_name: bool,
}

/// A condition of `xattrs=(…)`: the attribute is there, and its value is one of these.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct XattrCondition {
    /// The attribute.
    pub name: Vec<u8>,
    /// The glob of its value; `None` for any.
    pub value: Option<Vec<u8>>,
}

/// A profile with everything that its includes and conditionals bring.
#[derive(Debug)]
pub struct ResolvedProfile {
    /// How it begins.
    pub kind: ProfileKind,
    /// The namespace, for `:ns:name`.
    pub namespace: Option<Vec<u8>>,
    /// The name alone, variables replaced.
    pub name: Vec<u8>,
    /// The name as the kernel has it, without the namespace: `parent//child`.
    pub full_name: Vec<u8>,
    /// The word of the name.
    pub location: Location,
    /// The whole profile, from its keyword through its `}`.
    pub origin: Origin,
    /// The programs that it is for.
    pub attachment: Option<Attachment>,
    /// What it asks of the programs' extended attributes: `xattrs=(…)`, in order.
    pub xattrs: Vec<XattrCondition>,
    /// What it does with what is not allowed.
    pub mode: ProfileMode,
    /// The flags.
    pub flags: Vec<ResolvedFlag>,
    /// The rules, in the order in which they are read.
    pub rules: Vec<ResolvedRule>,
    /// Which of the rules name where an exec leads, in the order in which apparmor_parser numbers those names: the rules of a
    /// conditional come before what stands before it, and those of a rule block backwards. (Found by compiled bytes.)
    pub transitions: Vec<usize>,
    /// Children and hats.
    pub children: Vec<ResolvedProfile>,
    /// False when an include is missing or a rule has an error: then rules may be missing.
    pub complete: bool,
}

impl ResolvedProfile {
    /// True for a hat.
    #[must_use]
    pub fn is_hat(&self) -> bool {
        self.kind == ProfileKind::Hat
    }

    /// The rules in an order that compiles to the same bytes without conditionals and rule blocks: those that name where an exec leads take
    /// each other's places, the others stay.
    #[must_use]
    pub fn rules_as_compiled(&self) -> Vec<&ResolvedRule> {
        let mut rules: Vec<&ResolvedRule> = self.rules.iter().collect();
        let mut places = self.transitions.clone();
        places.sort_unstable();
        for (place, rule) in places.into_iter().zip(&self.transitions) {
            rules[place] = &self.rules[*rule];
        }
        rules
    }

    /// The name for messages.
    #[must_use]
    pub fn display_name(&self) -> String {
        let name = String::from_utf8_lossy(&self.full_name);
        match &self.namespace {
            Some(namespace) => format!(":{}:{name}", String::from_utf8_lossy(namespace)),
            None => name.into_owned(),
        }
    }
}

/// A rule with its qualifiers, those of the blocks around it included.
#[derive(Debug, Clone)]
pub struct ResolvedRule {
    /// What it is about.
    pub kind: ResolvedKind,
    /// Allow, deny or prompt.
    pub decision: Decision,
    /// True where `allow` is written: it means nothing, but apparmor_parser reads such rules later than others.
    pub says_allow: bool,
    /// `audit`
    pub audit: bool,
    /// True when it is audited on all files, although it grants something only on some: up to 3.0, in a block with `owner`
    /// around it.
    pub audits_all_files: bool,
    /// `priority=`, 0 when nothing is written.
    pub priority: i32,
    /// `owner` or `other`; both halves when nothing is written.
    pub ownership: Option<Ownership>,
    /// True inside `if`, also through an include that stands there: whether it is there depends on variables.
    pub conditional: bool,
    /// Where it stands.
    pub origin: Origin,
}

impl ResolvedRule {
    /// Does the rule speak of all files that the other speaks of, as far as whose they are goes?
    #[must_use]
    pub fn speaks_of_files_of(&self, other: &Self) -> bool {
        self.ownership.is_none() || self.ownership == other.ownership
    }
}

/// What a rule is about. The data is shared: an abstraction's rules are the same in every profile that includes it.
#[derive(Debug, Clone)]
#[allow(missing_docs)] // The types say it.
pub enum ResolvedKind {
    File(Arc<FileAccess>),
    Link(Arc<LinkAccess>),
    /// These capabilities, or all of them when `all`.
    Capability {
        capabilities: Vec<Capability>,
        all: bool,
    },
    Network(Arc<NetworkAccess>),
    Mount(Arc<MountAccess>),
    PivotRoot(Arc<PivotRoot>),
    Ptrace(Arc<Clause>),
    Signal(Arc<SignalAccess>),
    Dbus(Arc<DbusAccess>),
    Unix(Arc<UnixAccess>),
    Userns,
    Mqueue(Arc<MqueueAccess>),
    IoUring(Arc<IoUringAccess>),
    ChangeProfile(Arc<ChangeProfile>),
    Rlimit(Arc<RlimitAccess>),
    All,
}

/// A file rule.
#[derive(Debug, Clone)]
pub struct FileAccess {
    /// The files; `file,` is `/{**,}`.
    pub path: Pattern,
    /// The permissions; `x` is in it when there is an exec mode or a plain `x`.
    pub permissions: Permissions,
    /// The exec mode, `safe` and `unsafe` applied; `None` for a plain `x`, and without `x`.
    pub exec: Option<ExecMode>,
    /// The word `safe` or `unsafe`, as written.
    pub safety: Option<Safety>,
    /// The name behind `->` for an exec, its escapes decoded and nothing else.
    pub exec_target: Option<Vec<u8>>,
    /// The file that a link must lead to, for `l … -> …`.
    pub link_target: Option<Pattern>,
    /// `subset`
    pub subset: bool,
    /// True for the bare `file,`.
    pub bare: bool,
}

impl FileAccess {
    /// The bare `file,`, at the path of all files.
    pub(super) fn bare(path: Pattern) -> Self {
        Self {
            path,
            permissions: Permissions::ALL,
            exec: Some(ExecMode::INHERIT),
            safety: None,
            exec_target: None,
            link_target: None,
            subset: false,
            bare: true,
        }
    }
}

/// A link rule.
#[derive(Debug, Clone)]
pub struct LinkAccess {
    /// The new name.
    pub name: Pattern,
    /// The existing file.
    pub target: Pattern,
    /// `subset`
    pub subset: bool,
}

/// Access words and one peer: what ptrace rules are made of.
#[derive(Debug, Clone)]
pub struct Clause {
    /// The accesses in their preferred spelling; all of the kind when none is written.
    pub access: Vec<&'static str>,
    /// The peer's label; any when `None`.
    pub peer: Option<Pattern>,
}

/// A network rule.
#[derive(Debug, Clone)]
pub struct NetworkAccess {
    /// The accesses in their preferred spelling; empty when none is written: all.
    pub access: Vec<&'static str>,
    /// The family; any when `None` and no protocol says more.
    pub family: Option<AddressFamily>,
    /// The type.
    pub socket_type: Option<SocketType>,
    /// The protocol, where one was written in place of the type.
    pub protocol: Option<Protocol>,
    /// Conditions on this end: name and value as written.
    pub conditions: Vec<(Vec<u8>, Vec<u8>)>,
    /// Conditions on the other end.
    pub peer: Vec<(Vec<u8>, Vec<u8>)>,
}

/// A mount, remount or umount rule.
#[derive(Debug, Clone)]
pub struct MountAccess {
    /// Which of the three.
    pub operation: MountOperation,
    /// The file system types; any when empty.
    pub fstype: Vec<Pattern>,
    /// Each `options=(…)`: these and no others.
    pub options: Vec<Vec<MountOption>>,
    /// Each `options in (…)`: these or fewer.
    pub options_in: Vec<Vec<MountOption>>,
    /// What is mounted.
    pub source: Option<Pattern>,
    /// Where.
    pub mountpoint: Option<Pattern>,
}

/// A pivot_root rule.
#[derive(Debug, Clone)]
pub struct PivotRoot {
    /// Where the old root goes.
    pub old_root: Option<Pattern>,
    /// The new root.
    pub new_root: Option<Pattern>,
}

/// A signal rule.
#[derive(Debug, Clone)]
pub struct SignalAccess {
    /// The accesses in their preferred spelling.
    pub access: Vec<&'static str>,
    /// The signals; all when empty.
    pub signals: Vec<Signal>,
    /// The peer's label; any when `None`.
    pub peer: Option<Pattern>,
}

/// A D-Bus rule.
#[derive(Debug, Clone)]
pub struct DbusAccess {
    /// The accesses in their preferred spelling, those that conditions imply when none is written.
    pub access: Vec<&'static str>,
    /// `bus=`
    pub bus: Option<Pattern>,
    /// `path=`
    pub path: Option<Pattern>,
    /// `interface=`
    pub interface: Option<Pattern>,
    /// `member=`
    pub member: Option<Pattern>,
    /// `name=` of the service, outside `peer`.
    pub name: Option<Pattern>,
    /// `peer=(name=…)`
    pub peer_name: Option<Pattern>,
    /// `peer=(label=…)`
    pub peer_label: Option<Pattern>,
}

/// A rule about unix sockets.
#[derive(Debug, Clone)]
pub struct UnixAccess {
    /// The accesses in their preferred spelling; all when none is written.
    pub access: Vec<&'static str>,
    /// `type=`
    pub socket_type: Option<SocketType>,
    /// `addr=`
    pub address: Option<Pattern>,
    /// `peer=(addr=…)`
    pub peer_address: Option<Pattern>,
    /// `peer=(label=…)`
    pub peer_label: Option<Pattern>,
}

/// A rule about message queues.
#[derive(Debug, Clone)]
pub struct MqueueAccess {
    /// The accesses in their preferred spelling; all when none is written.
    pub access: Vec<&'static str>,
    /// `posix` or `sysv`, written or told by the name.
    pub queue_type: Option<Vec<u8>>,
    /// `label=`
    pub label: Option<Pattern>,
    /// The queue.
    pub name: Option<Pattern>,
}

/// A rule about io_uring.
#[derive(Debug, Clone)]
pub struct IoUringAccess {
    /// The accesses; both when none is written.
    pub access: Vec<&'static str>,
    /// `label=`
    pub label: Option<Pattern>,
}

/// A change_profile rule.
#[derive(Debug, Clone)]
pub struct ChangeProfile {
    /// `safe` or `unsafe`.
    pub safety: Option<Safety>,
    /// The program; any when `None`.
    pub exec: Option<Pattern>,
    /// The profile; any when `None`.
    pub target: Option<Pattern>,
}

/// A limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RlimitAccess {
    /// Which.
    pub limit: Rlimit,
    /// The value as written, its unit behind it.
    pub value: Vec<u8>,
}
