//! The words before a rule: which kinds of rules take which.

use super::Check;
use super::access::article;
use crate::syntax::{Decision, Ownership, Qualifiers, Rule, RuleKind, SyntaxError, Word};
use crate::vocabulary::Version;

const MAX_PRIORITY: i64 = 1000;

impl Check<'_> {
    pub(super) fn qualifiers(&mut self, rule: &Rule) {
        let qualifiers = &rule.qualifiers;
        if qualifiers.is_empty() {
            return;
        }
        self.priority(qualifiers);
        if let Some((Decision::Prompt, span)) = qualifiers.decision {
            self.since(span, "`prompt` needs", Version::V4_1);
        }
        let keyword = keyword(&rule.kind);
        if matches!(rule.kind, RuleKind::Rlimit(_)) {
            self.not_allowed(Word { span: qualifiers.span }, keyword, "remove it: a limit is set or not");
            return;
        }
        if let Some((ownership, span)) = qualifiers.ownership
            && !matches!(rule.kind, RuleKind::File(_) | RuleKind::Link(_))
        {
            let help = match ownership {
                Ownership::Owner => "remove it: only files have an owner",
                Ownership::Other => "remove it: only files are of others",
            };
            self.not_allowed(Word { span }, keyword, help);
        }
        if let Some(number) = qualifiers.priority
            && matches!(rule.kind, RuleKind::Network(_) | RuleKind::All(_))
            && self.number(number) != Some(0)
        {
            self.not_allowed(number, keyword, "remove it");
        }
    }

    fn not_allowed(&mut self, word: Word, keyword: &str, help: &str) {
        let shown = if self.number(word).is_some() { "priority=".to_owned() } else { self.show(word) };
        self.report(
            SyntaxError::new(
                word.span,
                format!("`{shown}` cannot stand before {} `{keyword}` rule", article(keyword)),
            )
            .code("qualifier-not-allowed")
            .help(help),
        );
    }

    /// The range of a priority, wherever it stands.
    pub(super) fn priority(&mut self, qualifiers: &Qualifiers) {
        let Some(word) = qualifiers.priority else { return };
        let in_range = self.number(word).is_some_and(|number| number.abs() <= MAX_PRIORITY);
        if self.since(word.span, "`priority=` needs", Version::V4_1) && !in_range {
            let shown = self.show(word);
            self.report(
                SyntaxError::new(word.span, format!("the priority `{shown}` is out of range"))
                    .help(format!("write a number from -{MAX_PRIORITY} to {MAX_PRIORITY}")),
            );
        }
    }

    /// A decimal number with an optional sign.
    pub(super) fn number(&self, word: Word) -> Option<i64> {
        std::str::from_utf8(word.raw(self.source)).ok()?.parse().ok()
    }
}

fn keyword(kind: &RuleKind) -> &'static str {
    use crate::syntax::MountOperation;
    match kind {
        RuleKind::File(_) => "file",
        RuleKind::Link(_) => "link",
        RuleKind::Capability(_) => "capability",
        RuleKind::Network(_) => "network",
        RuleKind::Mount(rule) => match rule.operation {
            MountOperation::Mount => "mount",
            MountOperation::Remount => "remount",
            MountOperation::Umount => "umount",
        },
        RuleKind::PivotRoot(_) => "pivot_root",
        RuleKind::Ptrace(_) => "ptrace",
        RuleKind::Signal(_) => "signal",
        RuleKind::Dbus(_) => "dbus",
        RuleKind::Unix(_) => "unix",
        RuleKind::Userns(_) => "userns",
        RuleKind::Mqueue(_) => "mqueue",
        RuleKind::IoUring(_) => "io_uring",
        RuleKind::ChangeProfile(_) => "change_profile",
        RuleKind::Rlimit(_) => "set rlimit",
        RuleKind::All(_) => "all",
    }
}
