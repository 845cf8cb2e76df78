use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::vocabulary::Word as _;

declare_rule! {
    /// The flag `attach_disconnected` without a path.
    ///
    /// # Why
    /// A file that no path leads to any more, such as one passed in from another namespace, is then judged as if it stood at the root: one
    /// from `/etc` of a container as `/shadow` or even as the host's `/etc/shadow`. With `attach_disconnected.path=` such
    /// files get a place of their own.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example flags=(attach_disconnected) {
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example flags=(attach_disconnected, attach_disconnected.path=/att/example) {
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Flags"; runc issue 4968
    pub struct AttachDisconnected {
        id: "attach-disconnected",
        group: Security,
        default: Off,
    }
}

impl Rule for AttachDisconnected {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        let flags = &profile.profile.flags;
        let has = |name: &str| flags.iter().find(|flag| flag.flag.name() == name);
        let Some(flag) = has("attach_disconnected") else { return };
        if flag.value.is_some() || has("attach_disconnected.path").is_some() {
            return;
        }
        findings.report(
            Self::finding(
                flag.location,
                "files that no path leads to are judged as if they stood at the root",
            )
            .help("add `attach_disconnected.path=/att/NAME`, and rules for what is expected there"),
        );
    }
}
