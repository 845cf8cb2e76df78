//! What the qualifiers of the blocks around a rule, and its own, come to.

use crate::syntax::{Decision, Ownership, Qualifiers};
use crate::vocabulary::Version;

/// The qualifiers of the blocks around a rule.
#[derive(Debug, Clone, Copy)]
pub(in crate::policy) struct Outer {
    pub(in crate::policy) decision: Option<Decision>,
    /// Of a rule whose qualifiers stand before an include.
    pub(super) priority: Option<i32>,
    /// The files that all of them speak of.
    files: Files,
    audit: Option<Audit>,
    /// Does each block say `audit`?
    each_audits: bool,
    /// Do qualifiers that stand before an include, and count as the rule's own?
    pending_audits: bool,
    pending_decision: Option<Decision>,
    /// What decides where the outermost block does, which is where no block is around a rule its own word.
    outermost: Option<Option<Decision>>,
    /// Is one of them marked as audited, in the way in which 4.0 to 5.0 keep the mark: turned round by `deny`?
    marked: bool,
    /// Is there a block that denies?
    some_denies: bool,
    /// Is there a block that does not?
    some_does_not_deny: bool,
}

/// Some of the files: one's own, and those of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Files {
    own: bool,
    others: bool,
}

/// The files of which the outermost block that says `audit` speaks, as far as those in it do.
#[derive(Debug, Clone, Copy)]
struct Audit(Files);

impl Default for Outer {
    fn default() -> Self {
        Self {
            decision: None,
            priority: None,
            files: Files::ALL,
            audit: None,
            each_audits: true,
            pending_audits: false,
            pending_decision: None,
            outermost: None,
            marked: false,
            some_denies: false,
            some_does_not_deny: false,
        }
    }
}

/// Whether a rule is audited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audited {
    No,
    Yes,
    /// On all files, though it speaks of some only.
    OnAllFiles,
}

impl Outer {
    /// With the qualifiers of a block within, or of the rule.
    pub(super) fn with(self, inner: &Qualifiers) -> Self {
        let files = Files::of(inner.ownership.map(|(ownership, _)| ownership));
        let audit = match self.audit {
            Some(Audit(audited)) => Some(Audit(audited.and(files))),
            None => inner.audit.map(|_| Audit(files)),
        };
        let decision = inner.decision.map(|(decision, _)| decision);
        let audits = inner.audit.is_some() || self.pending_audits;
        // A word before an include counts as the inner one's own.
        let own = decision.or(self.pending_decision);
        Self {
            decision: decision.or(self.decision),
            priority: self.priority,
            files: self.files.and(files),
            audit,
            each_audits: self.each_audits && audits,
            pending_audits: false,
            pending_decision: None,
            outermost: self.outermost.or(Some(own)),
            marked: self.marked || audits != (own == Some(Decision::Deny)),
            some_denies: self.some_denies || own == Some(Decision::Deny),
            some_does_not_deny: self.some_does_not_deny || own != Some(Decision::Deny),
        }
    }

    /// With qualifiers that stand before an include: its first rule has them.
    pub(super) fn with_pending(self, pending: &Qualifiers) -> Self {
        Self {
            each_audits: self.each_audits,
            pending_audits: pending.audit.is_some(),
            pending_decision: pending.decision.map(|(decision, _)| decision),
            outermost: self.outermost,
            marked: self.marked,
            some_denies: self.some_denies,
            some_does_not_deny: self.some_does_not_deny,
            ..self.with(pending)
        }
    }

    /// Whose files are meant; `None` where blocks contradict each other, so that nothing is left.
    pub(super) fn ownership(&self) -> Option<Option<Ownership>> {
        match (self.files.own, self.files.others) {
            (true, true) => Some(None),
            (true, false) => Some(Some(Ownership::Owner)),
            (false, true) => Some(Some(Ownership::Other)),
            (false, false) => None,
        }
    }

    /// Granted, refused or left to user space? From 4.0 to 5.0 the outermost block decides alone: a rule that denies something in a
    /// block without `deny` grants it. (Found by the bytes that apparmor_parser 4.1 and 5.0 compile.)
    pub(super) fn decision(&self, version: Version) -> Decision {
        self.word(version).unwrap_or(Decision::Allow)
    }

    /// Is `allow` written, not only meant?
    pub(super) fn says_allow(&self, version: Version) -> bool {
        self.word(version) == Some(Decision::Allow)
    }

    fn word(&self, version: Version) -> Option<Decision> {
        if version.block_overrides() { self.outermost.flatten() } else { self.decision }
    }

    /// What the blocks around decide, for the question whether a rule can stand in them.
    pub(super) fn decisions_of_blocks(&self, version: Version) -> Vec<Option<Decision>> {
        if !version.block_overrides() {
            return vec![self.decision];
        }
        let deny = self.some_denies.then_some(Some(Decision::Deny));
        deny.into_iter().chain(self.some_does_not_deny.then_some(None)).collect()
    }

    /// Is what is granted or refused audited? Up to 3.0 a block says so only of what is granted, and a block that does not say so
    /// takes it from a rule that denies; and `owner` around an audited rule leaves it audited on all files. (Found by the
    /// bytes that apparmor_parser 3.0 compiles.)
    pub(super) fn audited(&self, version: Version) -> Audited {
        if version.block_overrides() {
            let denies = self.decision(version) == Decision::Deny;
            return if self.marked != denies { Audited::Yes } else { Audited::No };
        }
        let is_old = version < Version::V4_0;
        match self.audit {
            None => Audited::No,
            Some(_) if is_old && self.decision == Some(Decision::Deny) => match self.each_audits {
                true => Audited::Yes,
                false => Audited::No,
            },
            Some(Audit(audited)) if is_old && audited != self.files => Audited::OnAllFiles,
            Some(_) => Audited::Yes,
        }
    }
}

impl Files {
    const ALL: Self = Self { own: true, others: true };

    fn of(ownership: Option<Ownership>) -> Self {
        match ownership {
            None => Self::ALL,
            Some(Ownership::Owner) => Self { others: false, ..Self::ALL },
            Some(Ownership::Other) => Self { own: false, ..Self::ALL },
        }
    }

    fn and(self, other: Self) -> Self {
        Self { own: self.own && other.own, others: self.others && other.others }
    }
}
