use crate::lint::danger;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};

declare_rule! {
    /// Writing files that other programs run or trust.
    ///
    /// # Why
    /// What is written there runs later without this profile: at the next boot, log-in or upgrade, often as root.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /etc/cron.d/backup w,
    /// ```
    ///
    /// ```apparmor rules
    /// owner /home/*/.bashrc w,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// owner /home/*/.config/example/** rw,
    /// /etc/cron.d/* r,
    /// ```
    ///
    /// # Source
    /// file-hierarchy(7), systemd.unit(5), cron(8), pam.d(5), ld.so(8), udev(7), polkit(8); upstream's `private-files`
    pub struct PersistencePath {
        id: "persistence-path",
        group: Security,
    }
}

impl Rule for PersistencePath {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        danger::report::report(&Self::INFO, profile, findings);
    }
}
