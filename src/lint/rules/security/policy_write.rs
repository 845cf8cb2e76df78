use crate::lint::danger::report::{self, rated};
use crate::lint::danger::row::Risk;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::ResolvedKind;
use crate::syntax::Decision;
use crate::vocabulary::Word as _;

declare_rule! {
    /// Rewriting AppArmor's own policy, or loading it.
    ///
    /// The files below `/etc/apparmor.d`, their compiled form, the kernel's files to load and remove profiles, and the
    /// capability `mac_admin` that these ask for.
    ///
    /// # Why
    /// A program that changes policy is confined by what it chooses. The check behind the kernel's files was walked round in
    /// 2026, so that they are dangerous without the capability too.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /sys/kernel/security/** rw,
    /// ```
    /// ```apparmor rules
    /// capability mac_admin,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /sys/kernel/security/apparmor/profiles r,
    /// /etc/apparmor.d/** r,
    /// ```
    ///
    /// # Source
    /// apparmor_parser(8); capabilities(7); CVE-2026-23404 and those behind it
    pub struct PolicyWrite {
        id: "policy-write",
        group: Security,
    }
}

const LOADERS: &[&str] =
    &["apparmor_parser", "snapd", "systemd", "snap-update-ns", "lxd", "incusd", "libvirtd"];

impl Rule for PolicyWrite {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        report::report(&Self::INFO, profile, findings);
        for rule in profile.other_rules {
            let ResolvedKind::Capability { capabilities, all: false } = &rule.kind else { continue };
            if rule.decision != Decision::Allow {
                continue;
            }
            let has = |name: &str| capabilities.iter().any(|capability| capability.name() == name);
            let (message, risk) = match (has("mac_admin"), has("mac_override")) {
                (true, _) => ("`mac_admin` loads and removes AppArmor's policy", Risk::Critical),
                (false, true) => (
                    "`mac_override` passes over other security modules; AppArmor itself ignores it",
                    Risk::Low,
                ),
                (false, false) => continue,
            };
            let finding = Self::finding(rule.origin.location, message)
                .note("see capabilities(7)")
                .help(report::help(Self::INFO.id, LOADERS));
            findings.report(rated(finding, risk, report::is_for(profile.profile, LOADERS)));
        }
    }
}
