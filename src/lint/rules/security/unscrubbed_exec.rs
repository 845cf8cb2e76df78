use crate::lint::danger::programs::DIRECTORIES;
use crate::lint::danger::report::rated;
use crate::lint::danger::row::Risk;
use crate::lint::grants::Grant;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::vocabulary::{ExecBase, ExecFallback};

declare_rule! {
    /// Executing a program in another profile with the caller's whole environment.
    ///
    /// `px` and `cx` with a small first letter. `ux` is told by `unconfined-exec`.
    ///
    /// # Why
    /// `LD_PRELOAD` and its kin are code of the caller's choice in the other profile: the caller has all rights of both. The
    /// capital letter makes the loader drop them.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /usr/bin/su px,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /usr/bin/su Px,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Execute rules"; ld.so(8), "Secure-execution mode"
    pub struct UnscrubbedExec {
        id: "unscrubbed-exec",
        group: Security,
    }
}

impl Rule for UnscrubbedExec {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        for grant in profile.grants.shown() {
            let Some(mode) = grant.file.exec.filter(|mode| !mode.scrub) else { continue };
            let leads_away = matches!(mode.base, ExecBase::Profile | ExecBase::Child);
            // With a fallback other rules tell more of it.
            if !leads_away || mode.fallback != ExecFallback::None {
                continue;
            }
            let location = grant.file.path.location;
            let capital = if mode.base == ExecBase::Profile { "Px" } else { "Cx" };
            let finding = Self::finding(
                location,
                format!(
                    "`{}` gets the caller's `LD_PRELOAD` along with its own rights",
                    profile.written(location)
                ),
            )
            .help(format!("write `{capital}`, unless the program needs variables that the loader drops"));
            // A border that both sides are behind matters less than one to root.
            let risk = if is_trusted(grant) { Risk::High } else { Risk::Low };
            findings.report(rated(finding, risk, None));
        }
    }
}

/// Programs that act as root for who calls them.
const TRUSTED: [&str; 16] = [
    "su",
    "sudo",
    "sudo-rs",
    "doas",
    "pkexec",
    "run0",
    "passwd",
    "newgrp",
    "sg",
    "chsh",
    "chfn",
    "gpasswd",
    "mount",
    "umount",
    "fusermount3",
    "crontab",
];

/// Is the rule about one of them, or about any program?
fn is_trusted(grant: &Grant<'_>) -> bool {
    TRUSTED.iter().any(|name| {
        DIRECTORIES
            .iter()
            .any(|directory| grant.file.path.glob.matches(format!("{directory}{name}").as_bytes()))
    })
}
