use crate::lint::danger::report;
use crate::lint::danger::sockets::ABSTRACT_SOCKETS;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{ResolvedKind, UnixAccess};
use crate::syntax::Decision;

declare_rule! {
    /// Connecting to every abstract socket, or to one behind which the confinement ends.
    ///
    /// `unix,` without conditions or with a type alone, and the addresses of X servers, containerd's shims and Upstart.
    ///
    /// # Why
    /// Abstract sockets have no file permissions: who is in the network namespace connects to all of them, container
    /// runtimes' included.
    ///
    /// # Bad
    /// ```apparmor rules
    /// unix,
    /// ```
    /// ```apparmor rules
    /// unix (connect, send, receive) type=stream peer=(addr="@/tmp/.X11-unix/X*"),
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// unix (connect, send, receive) type=stream peer=(label=example-helper),
    /// ```
    ///
    /// # Source
    /// unix(7); CVE-2020-15257; apparmor.d issue 279
    pub struct UnixWide {
        id: "unix-wide",
        group: Security,
    }
}

impl Rule for UnixWide {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        for rule in profile.other_rules {
            let ResolvedKind::Unix(unix) = &rule.kind else { continue };
            if rule.decision != Decision::Allow || !unix.access.contains(&"connect") {
                continue;
            }
            let location = rule.origin.location;
            if is_everything(unix) {
                findings.report(
                    Self::finding(
                        location,
                        "every socket may be connected to, abstract ones too, which have no permissions",
                    )
                    .help("name the socket with `peer=(addr=…)`, or who is behind it with `peer=(label=…)`"),
                );
                continue;
            }
            let Some(address) = &unix.peer_address else { continue };
            let known = ABSTRACT_SOCKETS
                .iter()
                .find(|row| row.addresses.iter().any(|known| address.glob.matches(known.as_bytes())));
            if let Some(row) = known {
                findings.report(
                    Self::finding(
                        location,
                        format!("`{}`: {}", profile.written(address.location), row.reason),
                    )
                    .note(report::see(row.sources))
                    .help(format!(
                        "remove it where the program works without; else say why: `# aakit: allow({}) …`",
                        Self::INFO.id
                    )),
                );
            }
        }
    }
}

fn is_everything(unix: &UnixAccess) -> bool {
    unix.address.is_none() && unix.peer_address.is_none() && unix.peer_label.is_none()
}
