use crate::lint::rule::declare_rule;
use crate::lint::{Findings, Rule, TreeContext};
use crate::policy::{ResolvedKind, ResolvedProfile};
use crate::syntax::Decision;
use crate::vocabulary::ExecBase;
use std::collections::HashSet;

declare_rule! {
    /// A child profile that no rule leads to.
    ///
    /// Looks at a whole tree: another profile may name the child. Hats are left out, since a program changes to them without a rule.
    ///
    /// # Why
    /// The child is never entered, and what it should confine runs in another profile.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /usr/bin/tool ix,
    ///
    /// profile tool /usr/bin/tool {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /usr/bin/tool Cx,
    ///
    /// profile tool /usr/bin/tool {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Access Modes", "Change_profile rules"
    pub struct UnreachableProfile {
        id: "unreachable-profile",
        group: Correctness,
        needs: Tree,
    }
}

impl Rule for UnreachableProfile {
    fn check_tree(&self, tree: &TreeContext<'_>, findings: &mut Findings) {
        let named: HashSet<&[u8]> = tree
            .profiles()
            .flat_map(|profile| &profile.rules)
            .filter_map(|rule| match &rule.kind {
                ResolvedKind::File(access) => access.exec_target.as_deref(),
                _ => None,
            })
            .flat_map(members)
            .collect();
        for parent in tree.profiles().filter(|profile| profile.complete) {
            for child in parent.children.iter().filter(|child| !child.is_hat()) {
                let is_reached = named.contains(child.full_name.as_slice())
                    || leads_to(parent, child)
                    || parent.children.iter().any(|sibling| changes_to(sibling, child))
                    || tree.profiles().any(|profile| changes_to(profile, child));
                if is_reached {
                    continue;
                }
                let name = child.display_name();
                findings.report(
                    Self::finding(child.location, format!("no rule leads to the child profile `{name}`"))
                        .help("add an exec rule with `Cx` to the parent, or remove the child"),
                );
            }
        }
    }
}

/// The names of a stack: `a//&b`, `&b`.
fn members(target: &[u8]) -> impl Iterator<Item = &[u8]> {
    target.split(|byte| *byte == b'&').map(|name| name.strip_suffix(b"//").unwrap_or(name))
}

/// Does the parent change to the child on exec?
fn leads_to(parent: &ResolvedProfile, child: &ResolvedProfile) -> bool {
    parent.rules.iter().any(|rule| {
        let ResolvedKind::File(access) = &rule.kind else {
            return matches!(rule.kind, ResolvedKind::All);
        };
        if rule.decision == Decision::Deny || access.exec.is_none_or(|mode| mode.base != ExecBase::Child) {
            return false;
        }
        match (&access.exec_target, &child.attachment) {
            (Some(target), _) => *target == child.name,
            (None, Some(attachment)) => attachment
                .pattern
                .glob
                .path_set()
                .overlap(access.path.glob.path_set())
                .map_or(true, |witness| witness.is_some()),
            (None, None) => access.path.glob.matches(&child.name),
        }
    })
}

/// May a profile change to the child by itself?
fn changes_to(profile: &ResolvedProfile, child: &ResolvedProfile) -> bool {
    profile.rules.iter().any(|rule| match &rule.kind {
        ResolvedKind::ChangeProfile(change) if rule.decision != Decision::Deny => {
            change.target.as_ref().is_none_or(|target| target.glob.matches(&child.full_name))
        }
        _ => false,
    })
}
