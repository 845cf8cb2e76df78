use crate::lint::danger::report::{self, rated};
use crate::lint::danger::row::Risk;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::ResolvedKind;
use crate::syntax::Decision;

declare_rule! {
    /// io_uring with another's credentials or a kernel thread.
    ///
    /// # Why
    /// It is a large part of the kernel and a usual start of attacks on it; with `override_creds` requests run with the rights of
    /// another task, and with `sqpoll` a kernel thread works them off.
    ///
    /// # Bad
    /// ```apparmor rules
    /// io_uring,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// network inet stream,
    /// ```
    ///
    /// # Source
    /// io_uring(7), io_uring_setup(2); apparmor.d(5), "io_uring rules"
    pub struct IoUring {
        id: "io-uring",
        group: Security,
    }
}

const USERS: &[&str] = &["qemu", "qemu-system-x86_64", "bwrap", "flatpak"];

impl Rule for IoUring {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        for rule in profile.other_rules {
            let ResolvedKind::IoUring(access) = &rule.kind else { continue };
            if rule.decision != Decision::Allow {
                continue;
            }
            let what = access.access.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" and ");
            let finding = Self::finding(
                rule.origin.location,
                format!("io_uring with {what} opens a large part of the kernel"),
            )
            .help("remove it where the program works without, or name the one access and its `label=`");
            findings.report(rated(finding, Risk::Medium, report::is_for(profile.profile, USERS)));
        }
    }
}
