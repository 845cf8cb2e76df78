use crate::lint::danger::report::{self, rated};
use crate::lint::danger::row::Risk;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{ProfileMode, ResolvedKind};
use crate::syntax::Decision;

declare_rule! {
    /// User namespaces for a program that is not confined otherwise.
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

/// Programs whose own sandbox needs a namespace.
const SANDBOXES: &[&str] = &[
    "chrome",
    "chromium",
    "firefox",
    "firefox-esr",
    "msedge",
    "brave",
    "opera",
    "vivaldi-bin",
    "vivaldi",
    "code",
    "slack",
    "Discord",
    "discord",
    "signal-desktop",
    "element-desktop",
    "thunderbird",
    "thunderbird-bin",
    "obsidian",
    "MongoDB Compass",
    "QtWebEngineProcess",
    "epiphany",
    "evolution",
    "devhelp",
];

impl Rule for UsernsInUnconfined {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        if !matches!(profile.profile.mode, ProfileMode::Unconfined | ProfileMode::DefaultAllow) {
            return;
        }
        for rule in &profile.profile.rules {
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
            findings.report(rated(finding, Risk::High, report::is_for(profile.profile, SANDBOXES)));
        }
    }
}
