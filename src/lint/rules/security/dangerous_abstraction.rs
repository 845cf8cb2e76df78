use crate::lint::danger::abstractions::{ROWS, SOURCES};
use crate::lint::danger::report::{self, rated};
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};

declare_rule! {
    /// Including an abstraction that grants more than its name says.
    ///
    /// # Why
    /// An abstraction is included for one thing, and brings all it has: `ubuntu-helpers` a child profile that writes every file,
    /// `authentication` the password hashes, `dbus` every service on the bus.
    ///
    /// # Bad
    /// ```apparmor rules
    /// include <abstractions/user-tmp>
    /// ```
    /// ```apparmor file=abstractions/user-tmp
    /// owner /tmp/** rwkl,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// include <abstractions/nameservice>
    /// owner /tmp/example.* rw,
    /// ```
    ///
    /// # Source
    /// The abstractions' own text in AppArmor's tree
    pub struct DangerousAbstraction {
        id: "dangerous-abstraction",
        group: Security,
    }
}

impl Rule for DangerousAbstraction {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        let body = profile.profile.origin.location;
        for include in &profile.policy.includes {
            // What an abstraction includes is told where that one is looked at, and a child's include at the child.
            let is_here = include.location.file == body.file
                && body.span.contains(include.location.span)
                && !profile.profile.children.iter().any(|child| {
                    child.origin.location.file == body.file
                        && child.origin.location.span.contains(include.location.span)
                });
            let Some(found) = include.found.as_ref().filter(|_| is_here) else { continue };
            let found = found.to_string_lossy();
            let Some((_, name)) = found.rsplit_once("abstractions/") else { continue };
            let Some(row) = ROWS.iter().find(|row| row.is_on && row.name == name) else { continue };
            let finding = Self::finding(include.location, format!("`{name}`: {}", row.reason))
                .note(report::see(SOURCES))
                .help(format!(
                    "{}; or say why it must be: `# aakit: allow({}) …`",
                    row.instead,
                    Self::INFO.id
                ));
            findings.report(rated(finding, row.risk, report::is_for(profile.profile, row.programs)));
        }
    }
}
