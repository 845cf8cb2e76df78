use crate::lint::danger;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};

declare_rule! {
    /// Writing to kernel settings below `/proc/sys` and `/sys`.
    ///
    /// # Why
    /// They hold for the whole machine, whoever set them: a confined program can switch hardenings off for all others, or stop the machine.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /proc/sys/** w,
    /// ```
    ///
    /// ```apparmor rules
    /// /proc/sysrq-trigger w,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /proc/sys/** r,
    /// ```
    /// ```apparmor rules
    /// /sys/fs/cgroup/system.slice/example.service/memory.pressure rw,
    /// ```
    ///
    /// # Source
    /// kernel documentation, "sysctl"; the paths that OCI runtimes make read-only
    pub struct ProcSysWrite {
        id: "proc-sys-write",
        group: Security,
    }
}

impl Rule for ProcSysWrite {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        danger::report::report(&Self::INFO, profile, findings);
    }
}
