use crate::diagnostic::Applicability;
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::syntax::RuleKind;

declare_rule! {
    /// Capabilities of one rule that are not in the order of the alphabet.
    ///
    /// # Why
    /// In order, one that is missing or stands there twice is seen, and two who add one do not conflict.
    ///
    /// # Bad
    /// ```apparmor rules
    /// capability setuid chown,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// capability chown setuid,
    /// ```
    ///
    /// # Fix
    /// Puts the names in order.
    ///
    /// # Source
    /// apparmor.d(5), "Capability Rules": the order means nothing
    pub struct SortLists {
        id: "sort-lists",
        group: Style,
        fix: Safe,
    }
}

impl Rule for SortLists {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, rule) in file.rules() {
            let RuleKind::Capability(capability) = &rule.kind else { continue };
            let names: Vec<&[u8]> = capability.names.iter().map(|name| name.raw(file.bytes())).collect();
            let (Some(first), Some(last)) = (capability.names.first(), capability.names.last()) else {
                continue;
            };
            let mut sorted = names.clone();
            sorted.sort_unstable();
            if sorted == names {
                continue;
            }
            let edits = capability
                .names
                .iter()
                .zip(&sorted)
                .filter(|(name, sorted)| name.raw(file.bytes()) != **sorted);
            findings.report(
                Self::finding(
                    file.location(first.span.to(last.span)),
                    "these capabilities are not in the order of the alphabet",
                )
                .help(format!("write `{}`", String::from_utf8_lossy(&sorted.join(&b' '))))
                .fix(
                    "put them in order",
                    Applicability::Safe,
                    edits.map(|(name, sorted)| (name.span, sorted.to_vec())).collect(),
                ),
            );
        }
    }
}
