use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{Pattern, ResolvedKind};

declare_rule! {
    /// A peer that names the profile of a container engine, whose processes may carry a longer label.
    ///
    /// # Why
    /// An engine that runs inside another confinement, or on a kernel that stacks profiles, gives its containers labels such as
    /// `cri-containerd.apparmor.d//&unconfined`. The bare name does not match those: signals and traces are refused, and containers cannot
    /// be stopped.
    ///
    /// # Bad
    /// ```apparmor rules
    /// signal send peer=cri-containerd.apparmor.d,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// signal send peer=cri-containerd.apparmor.d{,//&*},
    /// ```
    ///
    /// # Source
    /// containerd/containerd issue 12886
    pub struct PeerMissesStack {
        id: "peer-misses-stack",
        group: Correctness,
    }
}

/// The default profiles of container engines: containerd's, Docker's, Podman's and CRI-O's.
const ENGINES: [&[u8]; 4] =
    [b"cri-containerd.apparmor.d", b"docker-default", b"containers-default", b"crio-default"];

impl Rule for PeerMissesStack {
    fn check_profile(&self, context: &ProfileContext<'_>, findings: &mut Findings) {
        for rule in context.other_rules {
            let peer: Option<&Pattern> = match &rule.kind {
                ResolvedKind::Signal(access) => access.peer.as_ref(),
                ResolvedKind::Ptrace(access) => access.peer.as_ref(),
                ResolvedKind::Unix(access) => access.peer_label.as_ref(),
                ResolvedKind::Dbus(access) => access.peer_label.as_ref(),
                _ => None,
            };
            let Some(peer) = peer.filter(|peer| context.is_shown(peer.location)) else { continue };
            let Some(name) = peer.glob.literal() else { continue };
            // A profile that speaks of itself means its own label.
            let is_engine = ENGINES.iter().any(|engine| {
                name == *engine || (name.starts_with(engine) && name.get(engine.len()) == Some(&b'-'))
            });
            if !is_engine || name == context.profile.full_name {
                continue;
            }
            let shown = String::from_utf8_lossy(&name).into_owned();
            findings.report(
                context.reached_by(
                    &rule.origin,
                    Self::finding(
                        peer.location,
                        format!("`{shown}` does not match the label of a stacked container"),
                    )
                    .note(format!("such a label is `{shown}//&…`"))
                    .help(format!("write `{shown}{{,//&*}}`")),
                ),
            );
        }
    }
}
