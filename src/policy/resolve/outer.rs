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
        Self {
            decision: inner.decision.map(|(decision, _)| decision).or(self.decision),
            priority: self.priority,
            files: self.files.and(files),
            audit,
            each_audits: self.each_audits && (inner.audit.is_some() || self.pending_audits),
            pending_audits: false,
        }
    }

    /// With qualifiers that stand before an include: its first rule has them.
    pub(super) fn with_pending(self, pending: &Qualifiers) -> Self {
        Self { each_audits: self.each_audits, pending_audits: pending.audit.is_some(), ..self.with(pending) }
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

    /// Is what is granted or refused audited? Up to 3.0 a block says so only of what is granted, and a block that does not say so
    /// takes it from a rule that denies; and `owner` around an audited rule leaves it audited on all files. (Found by the
    /// bytes that apparmor_parser 3.0 compiles.)
    pub(super) fn audited(&self, version: Version) -> Audited {
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
