use crate::lint::rule::declare_rule;
use crate::lint::{Findings, Rule, TreeContext};
use crate::policy::{Pattern, ProfileMode, ResolvedKind, ResolvedProfile, ResolvedRule};
use crate::syntax::Decision;
use crate::vocabulary::{Signal, Word as _};
use std::collections::HashMap;

declare_rule! {
    /// A profile that may signal, trace or speak to another of the tree, which does not let itself be signalled, traced or spoken to.
    ///
    /// Looks at a whole tree, and only at peers that are named in full.
    ///
    /// # Why
    /// Both ends are asked: without a rule at the other end the kernel refuses, and the log blames the profile that looks right.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile one /usr/bin/one {
    ///   signal send set=(term) peer=two,
    /// }
    ///
    /// profile two /usr/bin/two {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile one /usr/bin/one {
    ///   signal send set=(term) peer=two,
    /// }
    ///
    /// profile two /usr/bin/two {
    ///   signal receive set=(term) peer=one,
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Signal rules", "PTrace rules", "Unix socket rules", "DBus rules"
    pub struct SignalOneSided {
        id: "signal-one-sided",
        group: Correctness,
        needs: Tree,
    }
}

impl Rule for SignalOneSided {
    fn check_tree(&self, tree: &TreeContext<'_>, findings: &mut Findings) {
        let by_name: HashMap<&[u8], &ResolvedProfile> =
            tree.profiles().map(|profile| (profile.full_name.as_slice(), profile)).collect();
        for sender in tree.profiles() {
            for rule in sender
                .rules
                .iter()
                .filter(|rule| rule.decision != Decision::Deny && rule.origin.via.is_none())
            {
                let Some((peer, kind, wanted)) = wanted(rule) else { continue };
                let Some(receiver) =
                    peer.glob.literal().and_then(|name| by_name.get(name.as_slice()).copied())
                else {
                    continue;
                };
                let is_strict =
                    matches!(receiver.mode, ProfileMode::Enforce | ProfileMode::Kill) && receiver.complete;
                if !is_strict || receiver.full_name == sender.full_name {
                    continue;
                }
                let missing: Vec<&str> = wanted
                    .into_iter()
                    .filter(|(_, counterpart)| {
                        !receiver.rules.iter().any(|other| answers(other, rule, counterpart, sender))
                    })
                    .map(|(_, counterpart)| counterpart)
                    .collect();
                if missing.is_empty() {
                    continue;
                }
                let (name, own) = (receiver.display_name(), sender.display_name());
                let words = missing.join(", ");
                findings.report(
                    Self::finding(peer.location, format!("`{name}` has no rule that answers this one"))
                        .related(receiver.location, "the profile at the other end")
                        .note("the kernel asks both profiles")
                        .help(format!("add `{kind} ({words}) peer={own},` to `{name}`, or remove this rule")),
                );
            }
        }
    }
}

/// An access, and what the other end must have for it.
type Pair = (&'static str, &'static str);

/// The peer of a rule, its keyword, and each access with what the other end must have.
fn wanted(rule: &ResolvedRule) -> Option<(&Pattern, &'static str, Vec<Pair>)> {
    let pairs = |access: &[&'static str], table: &[Pair]| -> Vec<_> {
        table.iter().filter(|(own, _)| access.contains(own)).copied().collect()
    };
    let (peer, kind, wanted) = match &rule.kind {
        ResolvedKind::Signal(access) => {
            (access.peer.as_ref()?, "signal", pairs(&access.access, &[("send", "receive")]))
        }
        ResolvedKind::Ptrace(access) => (
            access.peer.as_ref()?,
            "ptrace",
            pairs(&access.access, &[("trace", "tracedby"), ("read", "readby")]),
        ),
        ResolvedKind::Unix(access) => (
            access.peer_label.as_ref()?,
            "unix",
            pairs(&access.access, &[("send", "receive"), ("receive", "send"), ("connect", "accept")]),
        ),
        ResolvedKind::Dbus(access) => {
            (access.peer_label.as_ref()?, "dbus", pairs(&access.access, &[("send", "receive")]))
        }
        _ => return None,
    };
    (!wanted.is_empty()).then_some((peer, kind, wanted))
}

/// Does a rule of the other end answer?
fn answers(other: &ResolvedRule, rule: &ResolvedRule, counterpart: &str, sender: &ResolvedProfile) -> bool {
    if other.decision == Decision::Deny {
        return false;
    }
    let names =
        |peer: &Option<Pattern>| peer.as_ref().is_none_or(|peer| peer.glob.matches(&sender.full_name));
    match (&other.kind, &rule.kind) {
        (ResolvedKind::All, _) => true,
        (ResolvedKind::Signal(theirs), ResolvedKind::Signal(ours)) => {
            theirs.access.contains(&counterpart)
                && names(&theirs.peer)
                && share(&theirs.signals, &ours.signals)
        }
        (ResolvedKind::Ptrace(theirs), ResolvedKind::Ptrace(_)) => {
            theirs.access.contains(&counterpart) && names(&theirs.peer)
        }
        // Addresses and messages are not compared: an answer about others is one.
        (ResolvedKind::Unix(theirs), ResolvedKind::Unix(_)) => {
            let takes = theirs.access.contains(&counterpart)
                // A socket of a pair, or one that was handed over, is never accepted.
                || (counterpart == "accept" && theirs.access.contains(&"receive"));
            takes && names(&theirs.peer_label)
        }
        (ResolvedKind::Dbus(theirs), ResolvedKind::Dbus(_)) => {
            theirs.access.contains(&counterpart) && names(&theirs.peer_label)
        }
        // Where fine rules for unix sockets are missing, a rule for the family is one for all of them.
        (ResolvedKind::Network(theirs), ResolvedKind::Unix(_)) => {
            theirs.family.is_none_or(|family| family.name() == "unix")
        }
        _ => false,
    }
}

/// None is all of them.
fn share(one: &[Signal], other: &[Signal]) -> bool {
    one.is_empty() || other.is_empty() || one.iter().any(|signal| other.contains(signal))
}
