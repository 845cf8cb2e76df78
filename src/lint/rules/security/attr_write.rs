use crate::lint::danger;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};

declare_rule! {
    /// Writing to the confinement of other tasks below `/proc/PID/attr`.
    ///
    /// # Why
    /// There a task asks for another profile. With wide `change_profile` rules it leaves this one at will; without `owner` the rule
    /// is not about the program's own tasks alone.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /proc/[0-9]*/attr/** w,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// owner /proc/[0-9]*/attr/current w,
    /// ```
    ///
    /// # Source
    /// aa_change_profile(2); Debian BSA-108
    pub struct AttrWrite {
        id: "attr-write",
        group: Security,
    }
}

impl Rule for AttrWrite {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        danger::report::report(&Self::INFO, profile, findings);
    }
}
