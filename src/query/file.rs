//! Files, links and changes of profile: what the one automaton of a profile that the kernel matches paths with
//! says of a path.

use super::ladder::{self, Candidate, Outcome};
use super::mask::{GETATTR, Masks, kernel, kernel_logged, letter};
use crate::glob::{Dialect, Found, Glob, PatternIndex};
use crate::syntax::{Decision, Ownership};
use crate::vocabulary::{ExecMode, Permissions, Version};
use serde::Serialize;
use std::sync::{Arc, OnceLock};

/// Whose file is asked about?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Half {
    /// A file of the user that the task runs as (its fsuid).
    Owner,
    /// A file of another user.
    Other,
}

impl Half {
    /// Is a rule about files of this half?
    #[must_use]
    pub fn is_of(self, ownership: Option<Ownership>) -> bool {
        match ownership {
            None => true,
            Some(Ownership::Owner) => self == Self::Owner,
            Some(Ownership::Other) => self == Self::Other,
        }
    }
}

/// How a file is executed: the mode, and the profile behind `->`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Exec {
    /// The mode.
    pub mode: ExecMode,
    /// The name behind `->`.
    pub target: Option<Vec<u8>>,
}

/// What a rule with `l` says of the file that the link leads to.
#[derive(Debug, Clone)]
pub struct Link {
    /// The file; any when `None`.
    pub target: Option<Arc<Glob>>,
    /// May the link grant no more than the file?
    pub subset: bool,
}

/// What some rule does, and how strongly it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strength {
    /// Allow, deny or prompt.
    pub decision: Decision,
    /// `audit`
    pub audit: bool,
    /// `priority=`
    pub priority: i32,
}

/// One file or link rule.
#[derive(Debug, Clone)]
pub struct FileEntry {
    /// The files, or the names of links.
    pub path: Arc<Glob>,
    /// The permissions, with what write implies: that is `a`, where a rule says `w`.
    pub permissions: Permissions,
    /// The exec mode, when `x` is among the permissions and the rule allows it.
    pub exec: Option<Exec>,
    /// Where a link may lead; `None` stands for a bare `l`: anywhere, with the subset test.
    pub link: Option<Link>,
    /// Which files of whom; all when `None`.
    pub ownership: Option<Ownership>,
    /// Is what it grants on some files logged on all, where another rule grants it there?
    pub audits_all_files: bool,
    /// Allow or deny, and so on.
    pub strength: Strength,
    /// What names the rule to the caller.
    pub rule: usize,
}

/// One change_profile rule.
#[derive(Debug, Clone)]
pub struct ChangeEntry {
    /// The program; any when `None`.
    pub exec: Option<Arc<Glob>>,
    /// The new label; any when `None`.
    pub target: Option<Arc<Glob>>,
    /// Is the environment kept on exec: `unsafe`?
    pub keeps_environment: bool,
    /// Allow or deny, and so on.
    pub strength: Strength,
    /// What names the rule to the caller.
    pub rule: usize,
}

/// The file, link and change_profile rules of a profile, ready to be asked.
#[derive(Debug)]
pub struct FilePolicy {
    patterns: Vec<Pattern>,
    index: OnceLock<PatternIndex>,
    version: Version,
    audits_all: bool,
    /// Is there a rule that refuses something and leaves that to the log?
    has_loud_denials: bool,
}

/// What is told of a path, or of a pair of them, for one half.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileAnswer {
    outcome: Outcome,
    /// As the kernel has it.
    pub masks: Masks,
    /// How it is executed, when execute permission is granted.
    pub exec: Option<Exec>,
    /// True when rules of one rank want the file executed differently: apparmor_parser refuses the profile.
    pub exec_conflict: bool,
}

impl FileAnswer {
    /// What is granted.
    #[must_use]
    pub fn allowed(&self) -> Permissions {
        permissions(self.outcome.allow)
    }

    /// All of it, in letters of [`letter`].
    pub(super) fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// What a rule refuses; what is neither here nor in [`allowed`](Self::allowed) no rule speaks of.
    #[must_use]
    pub fn denied(&self) -> Permissions {
        permissions(self.outcome.deny)
    }

    /// What is refused without a log.
    #[must_use]
    pub fn quiet(&self) -> Permissions {
        permissions(self.outcome.quiet)
    }

    /// What is granted and logged.
    #[must_use]
    pub fn audited(&self) -> Permissions {
        permissions(self.outcome.audit)
    }

    /// What is left to user space.
    #[must_use]
    pub fn prompted(&self) -> Permissions {
        permissions(self.outcome.prompt)
    }

    /// The rules that decide of these permissions, ascending.
    #[must_use]
    pub fn responsible(&self, of: Permissions) -> Vec<usize> {
        self.outcome.winners_of(letters(of))
    }

    /// The rules that decide whether the profile may be changed, at once or on exec.
    #[must_use]
    pub fn responsible_for_change(&self) -> Vec<usize> {
        self.outcome.winners_of(letter::CHANGE_PROFILE | letter::CHANGE_ON_EXEC)
    }

    /// Must a link grant no more than the file it leads to? (Of a pair.)
    #[must_use]
    pub fn subset_test(&self) -> bool {
        self.outcome.allow & letter::SUBSET != 0
    }

    /// May the profile be changed to this one at once?
    #[must_use]
    pub fn may_change(&self) -> bool {
        self.outcome.allow & letter::CHANGE_PROFILE != 0
    }

    /// May the profile be changed to this one on exec?
    #[must_use]
    pub fn may_change_on_exec(&self) -> bool {
        self.outcome.allow & letter::CHANGE_ON_EXEC != 0
    }
}

/// What one rule says of a path, or of a pair of them, in letters of [`letter`].
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) first: Arc<Glob>,
    pub(super) second: Option<Arc<Glob>>,
    pub(super) bits: u32,
    pub(super) exact: bool,
    pub(super) exec: Option<Exec>,
    pub(super) ownership: Option<Ownership>,
    pub(super) audits_all_files: bool,
    pub(super) strength: Strength,
    pub(super) rule: usize,
}

impl Pattern {
    fn speaks_of(&self, half: Half) -> bool {
        half.is_of(self.ownership)
    }
}

impl FilePolicy {
    /// These rules, as a parser of that version compiles them; `audits_all` for a profile with the flag `audit`.
    #[must_use]
    pub fn new(
        entries: Vec<FileEntry>,
        changes: Vec<ChangeEntry>,
        version: Version,
        audits_all: bool,
    ) -> Self {
        let any_path = Arc::new(wildcard(b"/**"));
        let any_label = Arc::new(wildcard(b"**"));
        let mut patterns = Vec::with_capacity(entries.len());
        for entry in entries {
            let bits = letters(entry.permissions);
            let link = entry.link.clone();
            if bits & letter::LINK != 0 {
                let subset = link.as_ref().is_none_or(|link| link.subset);
                patterns.push(Pattern {
                    first: Arc::clone(&entry.path),
                    second: Some(link.and_then(|link| link.target).unwrap_or_else(|| Arc::clone(&any_path))),
                    bits: letter::LINK | if subset { letter::SUBSET } else { 0 },
                    exact: false,
                    exec: None,
                    ownership: entry.ownership,
                    audits_all_files: entry.audits_all_files,
                    strength: entry.strength,
                    rule: entry.rule,
                });
            }
            let denied = entry.strength.decision == Decision::Deny;
            // Only the pair of names is denied a link.
            let bits = if denied { bits & !letter::LINK } else { bits };
            // Up to 4.1 the parser adds the letter `m` to what is executed under the same profile, and up to 3.0 does not have it
            // logged; later it is derived.
            let adds_m =
                version < Version::V5_0 && !denied && entry.exec.as_ref().is_some_and(Exec::may_inherit);
            let audits_m = version > Version::V3_0 && entry.strength.audit;
            if adds_m && bits & letter::MMAP == 0 {
                patterns.push(Pattern {
                    first: Arc::clone(&entry.path),
                    second: None,
                    bits: letter::MMAP,
                    exact: false,
                    exec: entry.exec.clone(),
                    ownership: entry.ownership,
                    audits_all_files: false,
                    strength: Strength { audit: audits_m, ..entry.strength },
                    rule: entry.rule,
                });
            }
            if bits != 0 {
                patterns.push(Pattern {
                    exact: entry.path.exact(version),
                    first: entry.path,
                    second: None,
                    bits,
                    exec: entry.exec,
                    ownership: entry.ownership,
                    audits_all_files: entry.audits_all_files,
                    strength: entry.strength,
                    rule: entry.rule,
                });
            }
        }
        for change in changes {
            let target = change.target.unwrap_or_else(|| Arc::clone(&any_label));
            let is_named = change.exec.is_some();
            let program = change.exec.unwrap_or_else(|| Arc::clone(&any_path));
            let alone = (Arc::clone(&target), None, letter::CHANGE_PROFILE | letter::CHANGE_ON_EXEC);
            // On exec the kernel looks at the program first, and then at both.
            let on_exec = (Arc::clone(&program), None, letter::CHANGE_ON_EXEC);
            // Up to 3.0 the pair of a program that is named has `x` too, which nothing asks for.
            let x = if version <= Version::V3_0 && is_named { letter::EXEC } else { 0 };
            // What denies the change denies this with it.
            let is_unsafe = change.keeps_environment || change.strength.decision == Decision::Deny;
            let environment = if is_unsafe { letter::KEEPS_ENVIRONMENT } else { 0 };
            let both = (program, Some(target), letter::CHANGE_ON_EXEC | environment | x);
            for (first, second, bits) in [alone, on_exec, both] {
                patterns.push(Pattern {
                    first,
                    second,
                    bits,
                    exact: false,
                    exec: None,
                    ownership: None,
                    audits_all_files: false,
                    // Compiled policy does not say whether a change is to be logged: what is granted is not, what is
                    // refused is.
                    strength: Strength {
                        audit: change.strength.decision == Decision::Deny,
                        ..change.strength
                    },
                    rule: change.rule,
                });
            }
        }
        let is_loud =
            |pattern: &Pattern| pattern.strength.decision == Decision::Deny && pattern.strength.audit;
        let has_loud_denials = patterns.iter().any(is_loud);
        Self { patterns, index: OnceLock::new(), version, audits_all, has_loud_denials }
    }

    /// What is told of a path.
    #[must_use]
    pub fn ask(&self, path: &[u8], half: Half) -> FileAnswer {
        let found = self.find(path);
        self.decide(&found, half)
    }

    /// What is told of a path: on files of one's own, and on those of others.
    #[must_use]
    pub fn ask_both(&self, path: &[u8]) -> [FileAnswer; 2] {
        let found = self.find(path);
        [Half::Owner, Half::Other].map(|half| self.decide(&found, half))
    }

    fn find(&self, path: &[u8]) -> Found {
        let index = self.index.get_or_init(|| {
            PatternIndex::of_pairs(
                self.patterns.iter().map(|pattern| (pattern.first.as_ref(), pattern.second.as_deref())),
            )
        });
        let mut found = index.find(path);
        if path.is_empty() {
            // The first state of an automaton grants nothing, whatever it accepts.
            found.patterns.clear();
        }
        if found.alive && self.has_loud_denials {
            // Where rules only refuse, and do not even keep that out of the log, the compiled automaton has no state; but the
            // `audit` of a rule is left of it even where all else of it is refused.
            let says_something = |patterns: &[usize]| {
                [Half::Owner, Half::Other].into_iter().any(|half| {
                    let candidates = self.candidates(patterns, half);
                    let outcome = ladder::decide(&candidates);
                    let logs = |one: &Candidate| one.audit && one.decision == Decision::Allow;
                    outcome.allow | outcome.quiet != 0 || candidates.iter().any(logs)
                })
            };
            found.alive = index.leads_to(path, says_something);
        }
        found
    }

    fn candidates(&self, patterns: &[usize], half: Half) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> =
            patterns.iter().filter_map(|id| self.candidate(*id, half)).collect();
        if (Version::V4_1..Version::V5_0).contains(&self.version) {
            // In 4.1 a rule with `x` that loses to one of a higher priority loses its `m` with it.
            let grants_exec =
                |one: &&Candidate| one.bits & letter::EXEC != 0 && one.decision == Decision::Allow;
            let best = candidates.iter().filter(grants_exec).map(|one| one.priority).max();
            for one in &mut candidates {
                if self.patterns[one.id].exec.is_some() && best > Some(one.priority) {
                    one.bits &= !letter::MMAP;
                }
            }
        }
        candidates
    }

    pub(super) fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    pub(super) fn decide(&self, found: &Found, half: Half) -> FileAnswer {
        let matching = self.candidates(&found.patterns, half);
        let mut outcome = ladder::decide(&matching);
        let audits = |letter: u32| {
            let speaking = || matching.iter().filter(move |one| one.bits & letter != 0);
            let highest = speaking().map(|one| one.priority).max();
            speaking()
                .any(|one| one.audit && one.decision == Decision::Allow && Some(one.priority) == highest)
        };
        for pattern in found.patterns.iter().map(|id| &self.patterns[*id]) {
            if pattern.audits_all_files && !pattern.speaks_of(half) {
                outcome.audit |= outcome.allow & pattern.bits;
            }
        }
        // Reading attributes is logged where a rule says so of reading, even where another denies that.
        let audited_read = if audits(letter::READ) { letter::READ } else { 0 };
        // Up to 3.0 an exact rule takes over the `audit` of the inexact ones that it wins over.
        if self.version <= Version::V3_0 && outcome.allow & letter::EXEC != 0 && audits(letter::EXEC) {
            outcome.audit |= letter::EXEC;
        }
        self.answer(outcome, audited_read, found.alive)
    }

    /// What is told of a pair: a link's name and the file it leads to, or a program and a new label.
    #[must_use]
    pub fn ask_pair(&self, first: &[u8], second: &[u8], half: Half) -> FileAnswer {
        self.ask(&[first, b"\0", second].concat(), half)
    }

    /// May a link be made? Both names are told of and compared as the kernel does it; the half is that of the file
    /// the link leads to.
    #[must_use]
    pub fn ask_link(&self, name: &[u8], target: &[u8], half: Half) -> LinkAnswer {
        let link = self.ask(name, half);
        let pair = self.ask_pair(name, target, half);
        let mut refused = None;
        if !link.allowed().contains(Permissions::LINK) {
            refused = Some(LinkRefusal::Name);
        } else if !pair.allowed().contains(Permissions::LINK) {
            refused = Some(LinkRefusal::Pair);
        } else if pair.subset_test() {
            let file = self.ask(target, half);
            let more = link.allowed() - Permissions::LINK - file.allowed();
            if !more.is_empty() {
                refused = Some(LinkRefusal::GrantsMore(more));
            } else if !executes_alike(&link, &file) {
                refused = Some(LinkRefusal::ExecutesDifferently);
            }
        }
        LinkAnswer { name: link, pair, refused }
    }

    fn candidate(&self, id: usize, half: Half) -> Option<Candidate> {
        let pattern = &self.patterns[id];
        // Up to 3.0 the parser asks for the subset test in the owner's half only.
        let untested = half == Half::Other && self.version <= Version::V3_0;
        let bits = if untested { pattern.bits & !letter::SUBSET } else { pattern.bits };
        pattern.speaks_of(half).then_some(Candidate {
            id,
            bits,
            dominant: if pattern.exact { letter::EXEC } else { 0 },
            decision: pattern.strength.decision,
            audit: pattern.strength.audit,
            priority: pattern.strength.priority,
        })
    }

    /// To be executed under the same profile includes to be mapped, unless a rule denies that, whatever its priority, or one of a
    /// higher priority leaves it to user space.
    fn implies_mmap(&self, outcome: &Outcome, exec_rules: &[usize]) -> bool {
        let priority = |patterns: &[usize]| {
            patterns.first().map_or(0, |pattern| self.patterns[*pattern].strength.priority)
        };
        let said = outcome.allow | outcome.deny;
        let asks_first = || {
            outcome.prompt & letter::MMAP != 0
                && priority(&outcome.winners_of(letter::MMAP)) > priority(exec_rules)
        };
        said & letter::MMAP == 0 && !asks_first()
    }

    fn answer(&self, mut outcome: Outcome, audited_read: u32, alive: bool) -> FileAnswer {
        let mut exec = None;
        let mut exec_conflict = false;
        if outcome.allow & letter::EXEC != 0 {
            let winners = outcome.winners_of(letter::EXEC);
            let mut kinds = winners.iter().filter_map(|id| self.patterns[*id].exec.as_ref());
            exec = kinds.next().cloned();
            exec_conflict = kinds.any(|other| Some(other) != exec.as_ref());
            let inherits = exec.as_ref().is_some_and(Exec::may_inherit);
            if self.version >= Version::V5_0 && inherits && self.implies_mmap(&outcome, &winners) {
                outcome.prompt &= !letter::MMAP;
                outcome.allow |= letter::MMAP;
                outcome.winners.retain(|(bit, _)| *bit != letter::MMAP);
                outcome.winners.push((letter::MMAP, winners));
            }
        }
        let allow = kernel(outcome.allow) | if alive { GETATTR } else { 0 };
        let masks = match self.audits_all {
            true => Masks { allow, audit: allow, quiet: 0 },
            false => Masks {
                allow,
                audit: kernel_logged(outcome.audit | audited_read) & allow,
                quiet: kernel_logged(outcome.quiet) & !allow,
            },
        };
        if self.audits_all {
            (outcome.audit, outcome.quiet) = (outcome.allow, 0);
        }
        for (_, ids) in &mut outcome.winners {
            ids.iter_mut().for_each(|id| *id = self.patterns[*id].rule);
        }
        FileAnswer { outcome, masks, exec, exec_conflict }
    }
}

/// May a link be made, and if not, why?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkAnswer {
    /// What is told of the link's name.
    pub name: FileAnswer,
    /// What is told of the pair of names.
    pub pair: FileAnswer,
    /// Why it is refused; `None` when it is allowed.
    pub refused: Option<LinkRefusal>,
}

/// Why a link is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkRefusal {
    /// No rule grants `l` on its name.
    Name,
    /// The rule for its name does not let it lead to this file.
    Pair,
    /// Its name grants what the file's does not.
    GrantsMore(Permissions),
    /// Its name and the file's are executed differently.
    ExecutesDifferently,
}

impl Exec {
    /// May the profile stay the same?
    #[must_use]
    pub fn may_inherit(&self) -> bool {
        self.mode.may_inherit()
    }
}

/// The same exec, but the link may be the one that scrubs.
fn executes_alike(link: &FileAnswer, file: &FileAnswer) -> bool {
    match (&link.exec, &file.exec) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(link), Some(file)) => {
            let unscrubbed = |exec: &Exec| Exec {
                mode: ExecMode { scrub: false, ..exec.mode },
                target: exec.target.clone(),
            };
            unscrubbed(link) == unscrubbed(file) && (link.mode.scrub || !file.mode.scrub)
        }
    }
}

fn wildcard(text: &[u8]) -> Glob {
    Glob::parse(text, Dialect::Path).unwrap_or_else(|_| Glob::literal_string(text))
}

const LETTERS: [(Permissions, u32); 7] = [
    (Permissions::EXEC, letter::EXEC),
    (Permissions::WRITE, letter::WRITE),
    (Permissions::READ, letter::READ),
    (Permissions::APPEND, letter::APPEND),
    (Permissions::LOCK, letter::LOCK),
    (Permissions::MMAP, letter::MMAP),
    (Permissions::LINK, letter::LINK),
];

fn letters(permissions: Permissions) -> u32 {
    LETTERS
        .iter()
        .filter(|(permission, _)| permissions.contains(*permission))
        .fold(0, |bits, (_, bit)| bits | bit)
}

fn permissions(letters: u32) -> Permissions {
    LETTERS.iter().filter(|(_, bit)| letters & bit != 0).map(|(permission, _)| *permission).collect()
}

#[cfg(test)]
mod tests;
