use crate::lint::danger::programs::DIRECTORIES;
use crate::lint::danger::report::{self, rated};
use crate::lint::danger::row::Risk;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{ProfileMode, ResolvedKind};
use crate::syntax::Decision;

declare_rule! {
    /// User namespaces for a program that is not confined otherwise.
    ///
    /// A warning where the program runs others at its caller's wish, as shells and `unshare` do, or where the profile is for any program; a
    /// note where it is for one, such as a browser with a sandbox of its own.
    ///
    /// # Why
    /// Where unprivileged user namespaces are restricted, such a profile is the way round it: any user starts the program, makes it
    /// run his code, and has all capabilities in a namespace. Ubuntu's restriction was walked round through busybox and the
    /// like in 2025.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile busybox /usr/bin/busybox flags=(unconfined) {
    ///   userns,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    ///   userns,
    ///   /usr/bin/example mr,
    /// }
    /// ```
    ///
    /// # Source
    /// Qualys, "Three bypasses of Ubuntu's unprivileged user namespace restrictions" (2025); user_namespaces(7)
    pub struct UsernsInUnconfined {
        id: "userns-in-unconfined",
        group: Security,
    }
}

/// Programs that run what their caller names.
const RUNNERS: &[&str] = &[
    "sh",
    "bash",
    "dash",
    "zsh",
    "busybox",
    "toybox",
    "env",
    "python3",
    "perl",
    "aa-exec",
    "unshare",
    "nsenter",
    "setpriv",
    "chroot",
    "bwrap",
    "flatpak",
    "firejail",
    "linux-sandbox",
    "ch-run",
    "crun",
    "runc",
    "buildah",
    "podman",
    "rootlesskit",
    "lxc-attach",
    "lxc-execute",
    "lxc-start",
    "lxc-unshare",
    "lxc-usernsexec",
    "mmdebstrap",
    "sbuild",
    "sbuild-shell",
    "systemd-nspawn",
    "systemd-run",
    "userbindmount",
    "vdens",
    "vpnns",
    "tup",
];

impl Rule for UsernsInUnconfined {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        if !matches!(profile.profile.mode, ProfileMode::Unconfined | ProfileMode::DefaultAllow) {
            return;
        }
        for rule in profile.other_rules {
            if !matches!(rule.kind, ResolvedKind::Userns) || rule.decision != Decision::Allow {
                continue;
            }
            let finding = Self::finding(
                rule.origin.location,
                "any user gets a user namespace through this program, which nothing else confines",
            )
            .help(format!(
                "write rules for the program and drop the flag; for a program with a sandbox of its own, such as a browser, say so: `# aakit: allow({}) it is one`",
                Self::INFO.id
            ));
            let risk = if runs_anything(profile) { Risk::High } else { Risk::Low };
            findings.report(rated(finding, risk, None));
        }
    }
}

/// Is the profile for a program that runs others at its caller's wish, or for any program?
fn runs_anything(profile: &ProfileContext<'_>) -> bool {
    let Some(attachment) = &profile.profile.attachment else { return true };
    let is_for_any = DIRECTORIES
        .iter()
        .any(|directory| attachment.pattern.glob.matches(format!("{directory}aakit-any").as_bytes()));
    is_for_any || report::is_for(profile.profile, RUNNERS).is_some()
}
