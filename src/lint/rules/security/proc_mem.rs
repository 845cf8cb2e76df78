use crate::lint::danger;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};

declare_rule! {
    /// Reading or writing other processes and the kernel through `/proc`.
    ///
    /// # Why
    /// Memory and environment of other processes hold keys and passwords; kernel addresses and counters make attacks on it practical.
    /// A profile cannot name its own process, so these rules are about all of them; `owner` limits them to one user.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /proc/*/mem rw,
    /// ```
    ///
    /// ```apparmor rules
    /// /proc/kcore r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// owner /proc/*/maps r,
    /// /proc/*/stat r,
    /// ```
    ///
    /// # Source
    /// proc(5); the paths that OCI runtimes mask
    pub struct ProcMem {
        id: "proc-mem",
        group: Security,
    }
}

impl Rule for ProcMem {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        danger::report::report(&Self::INFO, profile, findings);
    }
}
