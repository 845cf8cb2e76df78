use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{ProfileMode, ResolvedKind};
use crate::syntax::Decision;

declare_rule! {
    /// The rule `all,` in a profile that is enforced.
    ///
    /// # Why
    /// It allows everything that AppArmor mediates: the program is confined in name only. Where that is meant, a flag says it.
    ///
    /// # Bad
    /// ```apparmor rules
    /// all,
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example flags=(unconfined) {
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "all rule"
    pub struct AllRule {
        id: "all-rule",
        group: Security,
    }
}

impl Rule for AllRule {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        let is_enforced = matches!(profile.profile.mode, ProfileMode::Enforce | ProfileMode::Kill);
        if !is_enforced {
            return;
        }
        for rule in profile.other_rules {
            let is_all = matches!(rule.kind, ResolvedKind::All) && rule.decision == Decision::Allow;
            // With denials beside it `deny-as-denylist` tells it.
            if is_all && profile.grants.meant_denial(rule).is_none() {
                findings.report(
                    Self::finding(rule.origin.location, "`all` allows everything: nothing is confined here")
                        .help("name what the program needs, or say with `flags=(unconfined)` that it is not confined"),
                );
            }
        }
    }
}
