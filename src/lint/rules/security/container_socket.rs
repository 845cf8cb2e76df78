use crate::lint::danger;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};

declare_rule! {
    /// Connecting to the socket of a container engine.
    ///
    /// # Why
    /// Whoever may speak to the engine starts a privileged container with the host's disk in it: that is root on the host, whatever
    /// the profile says. A read-only mount of the socket does not help.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /run/docker.sock rw,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /run/systemd/notify w,
    /// ```
    ///
    /// # Source
    /// Docker documentation, "attack surface"; moby issue 1655
    pub struct ContainerSocket {
        id: "container-socket",
        group: Security,
    }
}

impl Rule for ContainerSocket {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        danger::report::report(&Self::INFO, profile, findings);
    }
}
