use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{ProfileMode, ResolvedKind};
use crate::syntax::Decision;

declare_rule! {
    /// All capabilities at once.
    ///
    /// # Why
    /// Among them are those that load code into the kernel, read every memory and write every disk: as root, the program is held
    /// back by nothing that a profile says.
    ///
    /// # Bad
    /// ```apparmor rules
    /// capability,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// capability net_bind_service,
    /// capability setuid,
    /// ```
    ///
    /// # Source
    /// capabilities(7); apparmor.d(5), "Capability Rules"
    pub struct AllCapabilities {
        id: "all-capabilities",
        group: Security,
    }
}

impl Rule for AllCapabilities {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        if matches!(profile.profile.mode, ProfileMode::Unconfined | ProfileMode::DefaultAllow) {
            return;
        }
        for rule in profile.other_rules {
            if matches!(rule.kind, ResolvedKind::Capability { all: true, .. })
                && rule.decision == Decision::Allow
            {
                findings.report(
                    Self::finding(rule.origin.location, "the program may use every capability")
                        .help("name those that it needs; the log shows which it asks for"),
                );
            }
        }
    }
}
