//! A resolved profile that can be asked.

use super::class::{self, Addresses};
use super::exec::Outlook;
use super::file::{FileAnswer, FilePolicy, Half, LinkRefusal};
use super::ladder::Outcome;
use super::limit::limit_value;
use super::lower::{IMPLIED, file_policy};
use super::request::Request;
use crate::policy::{Policy, ProfileMode, ResolvedKind, ResolvedProfile, ResolvedRule};
use crate::syntax::Decision;
use crate::vocabulary::{AbiFile, Feature, Permissions, Rlimit, Version};
use serde::Serialize;
use std::sync::OnceLock;

/// A profile of a policy, with its automaton once it is needed.
#[derive(Debug)]
pub struct Query<'p> {
    policy: &'p Policy,
    profile: &'p ResolvedProfile,
    version: Version,
    files: OnceLock<FilePolicy>,
}

/// May it?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// All of what is asked.
    Allowed,
    /// Nothing of it.
    Denied,
    /// Some of it, or only on files of one's own (or only of others).
    Partial,
}

/// What becomes of one permission or access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// A rule grants it.
    Allowed,
    /// A rule denies it.
    Denied,
    /// A rule leaves it to user space.
    Prompted,
    /// No rule speaks of it, and that is a refusal.
    NoRule,
    /// A rule grants the execution, but there is no profile to run in, and the kernel refuses it.
    NoTarget,
    /// The profile confines nothing, or its ABI leaves the whole kind of rule out: it is allowed.
    NotMediated,
}

/// One permission or access of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The letter or word.
    pub word: String,
    /// What becomes of it.
    pub fate: Fate,
    /// Is it logged?
    pub logged: bool,
    /// The rules that decide, by their place in the profile; none where none speaks of it.
    pub rules: Vec<usize>,
}

impl Part {
    /// Is it granted?
    #[must_use]
    pub fn granted(&self) -> bool {
        matches!(self.fate, Fate::Allowed | Fate::NotMediated)
    }
}

/// What is told of a request, for one half of the files where it is about files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// The permissions or accesses asked for.
    pub parts: Vec<Part>,
    /// How the file is executed, when that was asked and is granted.
    pub exec: Option<super::file::Exec>,
    /// What it runs as then; only [`World::ask`](super::World::ask) knows.
    pub outlook: Option<Outlook>,
    /// Why a link is refused, when that was asked.
    pub link_refusal: Option<LinkRefusal>,
}

impl Answer {
    /// May all of it be done?
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let granted = self.parts.iter().filter(|part| part.granted()).count();
        match granted {
            _ if self.link_refusal.is_some() => Verdict::Denied,
            0 => Verdict::Denied,
            _ if granted == self.parts.len() => Verdict::Allowed,
            _ => Verdict::Partial,
        }
    }

    /// The rules that decide of any part, ascending.
    #[must_use]
    pub fn rules(&self) -> Vec<usize> {
        let mut rules: Vec<usize> = self.parts.iter().flat_map(|part| &part.rules).copied().collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}

impl<'p> Query<'p> {
    /// The profile, as a parser of that version compiles it.
    #[must_use]
    pub fn new(policy: &'p Policy, profile: &'p ResolvedProfile, version: Version) -> Self {
        Self { policy, profile, version, files: OnceLock::new() }
    }

    /// The profile.
    #[must_use]
    pub fn profile(&self) -> &'p ResolvedProfile {
        self.profile
    }

    /// The version of apparmor_parser that compiles it.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The policy that it is part of.
    #[must_use]
    pub fn policy(&self) -> &'p Policy {
        self.policy
    }

    /// Its file rules; the automaton of them is built at the first question.
    pub fn files(&self) -> &FilePolicy {
        self.files.get_or_init(|| file_policy(self.policy, self.profile, self.version))
    }

    /// True when the profile confines nothing: no rule of it is consulted, not even one that denies.
    #[must_use]
    pub fn is_unconfined(&self) -> bool {
        matches!(self.profile.mode, ProfileMode::Unconfined | ProfileMode::DefaultAllow)
    }

    /// Is a request about files or links, so that it matters whose they are?
    #[must_use]
    pub fn has_halves(request: &Request) -> bool {
        matches!(request, Request::File { .. } | Request::Link { .. })
    }

    /// What is told of a request; `half` matters only when [`has_halves`](Self::has_halves).
    #[must_use]
    pub fn ask(&self, request: &Request, half: Half) -> Answer {
        let mut answer = match request {
            Request::File { permissions, path } => {
                let told = self.files().ask(path, half);
                let exec = permissions.contains(Permissions::EXEC).then(|| told.exec.clone()).flatten();
                Answer {
                    parts: permissions.iter().map(|letter| file_part(&told, letter)).collect(),
                    exec,
                    ..Answer::default()
                }
            }
            Request::Link { name, target } => {
                let told = self.files().ask_link(name, target, half);
                let decisive = if told.refused == Some(LinkRefusal::Name) { &told.name } else { &told.pair };
                let mut part = file_part(decisive, Permissions::LINK);
                part.word = "link".to_owned();
                Answer { parts: vec![part], link_refusal: told.refused, ..Answer::default() }
            }
            Request::ChangeProfile { label, exec } => {
                let (told, granted) = match exec {
                    None => {
                        let told = self.files().ask(label, half);
                        let granted = told.may_change();
                        (told, granted)
                    }
                    Some(program) => {
                        let told = self.files().ask_pair(program, label, half);
                        let granted =
                            told.may_change_on_exec() && self.files().ask(program, half).may_change_on_exec();
                        (told, granted)
                    }
                };
                Answer { parts: vec![self.change_part(&told, granted)], ..Answer::default() }
            }
            Request::Rlimit { limit, value } => {
                Answer { parts: vec![self.limit_part(*limit, value)], ..Answer::default() }
            }
            other => self.ask_class(other),
        };
        for part in &mut answer.parts {
            part.rules.retain(|rule| *rule != IMPLIED);
        }
        if self.is_unconfined() {
            answer.link_refusal = None;
            for part in &mut answer.parts {
                *part = Part {
                    word: std::mem::take(&mut part.word),
                    fate: Fate::NotMediated,
                    logged: false,
                    rules: Vec::new(),
                };
            }
        }
        answer
    }

    /// The name of the ABI that leaves out what the request is about, if it does.
    #[must_use]
    pub fn left_out_by(&self, request: &Request) -> Option<String> {
        let feature = class::asked(request)?.feature?;
        let (name, file) = match &self.policy.abi {
            Some((name, _)) => (String::from_utf8_lossy(name).into_owned(), AbiFile::from_name(name)),
            // Without `abi` the parser takes the features of 3.0.
            None => ("none, which means that of 3.0".to_owned(), AbiFile::from_name(b"3.0")),
        };
        file.is_some_and(|file| !file.has(feature)).then_some(name)
    }

    /// Do addresses and ports of network rules count under the profile's ABI?
    #[must_use]
    pub fn addresses(&self) -> Addresses {
        if self.leaves_out(Feature::NetworkInet) { Addresses::Ignored } else { Addresses::Decide }
    }

    fn change_part(&self, told: &FileAnswer, granted: bool) -> Part {
        let rules = told.responsible_for_change();
        let denied = rules.iter().any(|rule| {
            self.profile.rules.get(*rule).is_some_and(|rule| {
                rule.decision == Decision::Deny && matches!(rule.kind, ResolvedKind::ChangeProfile(_))
            })
        });
        let fate = match (granted, denied) {
            (true, _) => Fate::Allowed,
            (false, true) => Fate::Denied,
            (false, false) => Fate::NoRule,
        };
        // Compiled policy has no place to say that a change is to be logged, or refused without a log.
        let logged = fate != Fate::Allowed || self.audits_all();
        Part { word: "change_profile".to_owned(), fate, logged, rules }
    }

    /// Limits that no rule names are free; up to what a rule says, its profile may set them.
    fn limit_part(&self, limit: Rlimit, asked: &[u8]) -> Part {
        let of_limit = |(index, rule): (usize, &ResolvedRule)| match &rule.kind {
            ResolvedKind::Rlimit(access) if access.limit.canonical() == limit.canonical() => {
                Some((index, limit_value(&access.value, access.limit.canonical().kind())))
            }
            _ => None,
        };
        let rule = self.profile.rules.iter().enumerate().filter_map(of_limit).next_back();
        let exceeds = rule.is_some_and(|(_, allowed)| limit_value(asked, limit.canonical().kind()) > allowed);
        Part {
            word: "rlimit".to_owned(),
            fate: if exceeds { Fate::Denied } else { Fate::Allowed },
            logged: exceeds || self.audits_all(),
            rules: rule.map(|(index, _)| index).into_iter().collect(),
        }
    }

    fn ask_class(&self, request: &Request) -> Answer {
        let Some(asked) = class::asked(request) else { return Answer::default() };
        let outcome = class::decide(self.profile, request, &asked, self.version, self.addresses());
        let left_out = self.left_out_by(request).is_some()
            || class::is_never_decided(request)
            || (asked.feature == Some(Feature::Mount) && class::frees_mounts(self.profile, self.version));
        let part = |word: &&'static str| {
            let bit = asked.bit(word);
            let fate = if left_out { Fate::NotMediated } else { fate(&outcome, bit) };
            let rules = if left_out { Vec::new() } else { outcome.winners_of(bit) };
            let logged = logged(&outcome, bit, fate) || (self.audits_all() && fate != Fate::NotMediated);
            Part { word: (*word).to_owned(), fate, logged, rules }
        };
        Answer { parts: asked.words.iter().map(part).collect(), ..Answer::default() }
    }
}

fn fate(outcome: &Outcome, bit: u32) -> Fate {
    if outcome.allow & bit != 0 {
        Fate::Allowed
    } else if outcome.deny & bit != 0 {
        Fate::Denied
    } else if outcome.prompt & bit != 0 {
        Fate::Prompted
    } else {
        Fate::NoRule
    }
}

fn logged(outcome: &Outcome, bit: u32, fate: Fate) -> bool {
    match fate {
        Fate::Allowed => outcome.audit & bit != 0,
        Fate::NotMediated => false,
        Fate::NoTarget => true,
        Fate::Denied | Fate::Prompted | Fate::NoRule => outcome.quiet & bit == 0,
    }
}

fn file_part(told: &FileAnswer, letter: Permissions) -> Part {
    let fate = if told.allowed().contains(letter) {
        Fate::Allowed
    } else if told.denied().contains(letter) {
        Fate::Denied
    } else if told.prompted().contains(letter) {
        Fate::Prompted
    } else {
        Fate::NoRule
    };
    let logged = match fate {
        Fate::Allowed => told.audited().contains(letter),
        _ => !told.quiet().contains(letter),
    };
    Part { word: letter.to_string(), fate, logged, rules: told.responsible(letter) }
}

#[cfg(test)]
mod tests;
