use crate::lint::danger::report::{self, rated};
use crate::lint::danger::row::Risk;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::ResolvedKind;
use crate::syntax::Decision;

declare_rule! {
    /// Changing to any profile, or to none.
    ///
    /// `change_profile,`, `-> **` and `-> unconfined`. An executable in front of `->` does not stop an immediate change.
    ///
    /// # Why
    /// The program leaves this profile whenever it likes, and so does who controls it.
    ///
    /// # Bad
    /// ```apparmor rules
    /// change_profile -> **,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// change_profile -> example,
    /// ```
    ///
    /// # Source
    /// aa_change_profile(2); apparmor.d(5), "change_profile rules"
    pub struct ChangeProfileWide {
        id: "change-profile-wide",
        group: Security,
    }
}

const LAUNCHERS: &[&str] = &[
    "systemd",
    "init",
    "runc",
    "crun",
    "lxc-start",
    "snap-confine",
    "libvirtd",
    "dockerd",
    "containerd",
    "aa-exec",
    "virtqemud",
    "bwrap",
    "podman",
    "lxd",
    "incusd",
];

impl Rule for ChangeProfileWide {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        for rule in profile.other_rules {
            let ResolvedKind::ChangeProfile(change) = &rule.kind else { continue };
            if rule.decision != Decision::Allow {
                continue;
            }
            let message = match &change.target {
                None => "any profile may take the place of this one",
                Some(target) if target.glob.matches(b"aakit-any//aakit") => {
                    "any profile may take the place of this one"
                }
                Some(target) if target.glob.matches(b"unconfined") => "the confinement may be left",
                Some(_) => continue,
            };
            let finding = Self::finding(rule.origin.location, message)
                .help("name the profiles that it changes to behind `->`");
            findings.report(rated(finding, Risk::Critical, report::is_for(profile.profile, LAUNCHERS)));
        }
    }
}
