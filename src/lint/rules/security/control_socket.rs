use crate::lint::danger;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};

declare_rule! {
    /// Connecting to a socket behind which programs are started or keys are used.
    ///
    /// # Why
    /// A service manager, a display server or an agent does for its callers what their profile forbids: the profile does not
    /// follow the request.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /run/systemd/private rw,
    /// ```
    ///
    /// ```apparmor rules
    /// /run/user/[0-9]*/keyring/ssh rw,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /run/systemd/notify w,
    /// /dev/log w,
    /// ```
    ///
    /// # Source
    /// systemd issue 8846; ssh-agent(1); apparmor.d issue 279
    pub struct ControlSocket {
        id: "control-socket",
        group: Security,
    }
}

impl Rule for ControlSocket {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        danger::report::report(&Self::INFO, profile, findings);
    }
}
