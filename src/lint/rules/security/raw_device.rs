use crate::lint::danger;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};

declare_rule! {
    /// Access to devices behind which no path rule holds.
    ///
    /// # Why
    /// Who reads a disk reads every file on it, and who writes memory, input or a bus has left the confinement.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /dev/sd* rw,
    /// ```
    ///
    /// ```apparmor rules
    /// /dev/mem r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /dev/null rw,
    /// /dev/urandom r,
    /// ```
    ///
    /// # Source
    /// mem(4), msr(4), sd(4), loop(4), fuse(4); kernel documentation
    pub struct RawDevice {
        id: "raw-device",
        group: Security,
    }
}

impl Rule for RawDevice {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        danger::report::report(&Self::INFO, profile, findings);
    }
}
