use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::source::Span;
use crate::syntax::{ConditionOperator, MountOperation, Qualifiers, RuleKind};
use crate::vocabulary::IO_URING;

declare_rule! {
    /// A part of a rule that apparmor_parser accepts and ignores.
    ///
    /// These are: conditions of `umount`, the target of `pivot_root`, all but the first value of `port=( )`, words that `io_uring` does not
    /// know, `audit` on change_profile, and `priority` on capability.
    ///
    /// # Why
    /// The rule allows more than it says, or is not logged as it says.
    ///
    /// # Bad
    /// ```apparmor rules
    /// umount options=(ro) /mnt/,
    /// ```
    /// ```apparmor rules
    /// audit change_profile -> example,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// umount /mnt/,
    /// change_profile -> example,
    /// ```
    ///
    /// # Source
    /// found with apparmor_parser 3.0.8 and 6.0: the compiled policy is the same without it
    pub struct IgnoredCondition {
        id: "ignored-condition",
        group: Correctness,
    }
}

impl Rule for IgnoredCondition {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, rule) in file.rules() {
            for (span, message) in ignored(&rule.kind, &rule.qualifiers, file.bytes()) {
                findings.report(
                    Self::finding(file.location(span), message)
                        .note("apparmor_parser accepts it, and compiles the rule as if it were not there")
                        .help("remove it"),
                );
            }
        }
    }
}

fn ignored(kind: &RuleKind, qualifiers: &Qualifiers, source: &[u8]) -> Vec<(Span, &'static str)> {
    let mut found = Vec::new();
    match kind {
        RuleKind::Mount(rule) if rule.operation == MountOperation::Umount => {
            found.extend(rule.conditions.iter().map(|condition| {
                (condition.span, "a `umount` rule has no conditions: it is about every such mount")
            }));
        }
        RuleKind::PivotRoot(rule) => {
            found.extend(
                rule.target.iter().map(|target| {
                    (target.arrow.to(target.name.span), "the profile behind `->` is not entered")
                }),
            );
        }
        RuleKind::Network(rule) => {
            let conditions = rule.conditions.iter().chain(rule.peer.iter().flat_map(|peer| &peer.conditions));
            for condition in conditions {
                let words = condition.value.as_ref().map(|value| value.words()).unwrap_or_default();
                if condition.name.raw(source) == b"port"
                    && condition.operator == ConditionOperator::Equals
                    && let [_, second, ..] = words
                    && let Some(last) = words.last()
                {
                    found.push((second.span.to(last.span), "only the first port of a list counts"));
                }
            }
        }
        RuleKind::IoUring(rule) => {
            let words = rule.access.as_ref().map(|access| access.words()).unwrap_or_default();
            found.extend(words.iter().filter(|word| IO_URING.from_name(word.raw(source)).is_none()).map(
                |word| (word.span, "`io_uring` knows no such access, and takes the rule for one about all"),
            ));
        }
        RuleKind::ChangeProfile(_) => {
            found.extend(qualifiers.audit.map(|span| (span, "a change_profile rule is not audited")));
        }
        RuleKind::Capability(_) => {
            found.extend(qualifiers.priority.map(|word| (word.span, "a capability rule has no priority")));
        }
        _ => {}
    }
    found
}
