use crate::lint::danger;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};

declare_rule! {
    /// Writing where the kernel is told which program to run.
    ///
    /// # Why
    /// The kernel runs these programs itself, as root, outside every namespace and unconfined: who writes there has left the confinement.
    /// The container escapes of 2022 and 2025 went this way.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /proc/sys/kernel/core_pattern w,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /proc/sys/kernel/core_pattern r,
    /// ```
    ///
    /// # Source
    /// kernel documentation, "sysctl/kernel"; core(5); CVE-2022-0492; CVE-2025-52881
    pub struct KernelExecHookWrite {
        id: "kernel-exec-hook-write",
        group: Security,
    }
}

impl Rule for KernelExecHookWrite {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        danger::report::report(&Self::INFO, profile, findings);
    }
}
