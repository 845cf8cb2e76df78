use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::ResolvedKind;
use crate::syntax::Decision;
use crate::vocabulary::{AbiFile, Feature};

declare_rule! {
    /// A bare `network,` under an `abi` where it no longer covers unix sockets.
    ///
    /// # Why
    /// From `abi/5.0` on, unix sockets are mediated by `unix` rules alone. A profile that is moved there loses them: programs fail to
    /// reach the journal, D-Bus or X11.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/5.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    ///   network, # aakit: allow(raw-network) it tests all families
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/5.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    ///   network, # aakit: allow(raw-network) it tests all families
    ///   unix (connect, send, receive) type=stream peer=(addr=@example),
    /// }
    /// ```
    ///
    /// # Source
    /// containerd/containerd issue 12726
    pub struct NetworkNotUnix {
        id: "network-not-unix",
        group: Portability,
        default: On,
    }
}

impl Rule for NetworkNotUnix {
    fn check_profile(&self, context: &ProfileContext<'_>, findings: &mut Findings) {
        let abi = context.policy.abi.as_ref().and_then(|(name, _)| AbiFile::from_name(name));
        if !abi.is_some_and(|abi| abi.has(Feature::NetworkV9)) || !context.profile.complete {
            return;
        }
        let rules = context.other_rules;
        if rules.iter().any(|rule| matches!(rule.kind, ResolvedKind::Unix(_) | ResolvedKind::All)) {
            return;
        }
        for rule in rules {
            let ResolvedKind::Network(network) = &rule.kind else { continue };
            let is_bare = network.family.is_none()
                && network.socket_type.is_none()
                && network.protocol.is_none()
                && network.conditions.is_empty()
                && network.peer.is_empty();
            if is_bare && rule.decision != Decision::Deny {
                findings.report(
                    context.reached_by(
                        &rule.origin,
                        Self::finding(
                            rule.origin.location,
                            "with this `abi`, `network,` does not cover unix sockets",
                        )
                        .help("add the `unix` rules that the program needs, or `unix,` for all of them"),
                    ),
                );
            }
        }
    }
}
