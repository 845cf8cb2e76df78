use crate::lint::rule::declare_rule;
use crate::lint::{Findings, Rule, TreeContext};
use crate::policy::{ResolvedKind, ResolvedRule};
use crate::source::Location;
use crate::syntax::Decision;
use crate::vocabulary::{ExecBase, Permissions, did_you_mean};
use std::collections::HashSet;

declare_rule! {
    /// A rule that changes on exec, or by `change_profile`, to a profile that the tree does not have.
    ///
    /// Looks at a whole tree. Rules that name no target are those of `missing-exec-profile`.
    ///
    /// # Why
    /// apparmor_parser does not look whether the target exists. Until somebody loads such a profile the exec fails with "permission denied",
    /// or goes another way than it should where the mode has a fallback.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /usr/bin/tool Px -> helper,
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    ///   /usr/bin/tool Px -> helper,
    /// }
    ///
    /// profile helper {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Access Modes"
    pub struct MissingExecTarget {
        id: "missing-exec-target",
        group: Correctness,
        needs: Tree,
    }
}

impl Rule for MissingExecTarget {
    fn check_tree(&self, tree: &TreeContext<'_>, findings: &mut Findings) {
        let names: HashSet<String> =
            tree.profiles().map(|profile| String::from_utf8_lossy(&profile.full_name).into_owned()).collect();
        let mut told = HashSet::new();
        for rule in tree.profiles().flat_map(|profile| &profile.rules) {
            let Some((name, location)) = target(rule).filter(|_| rule.decision != Decision::Deny) else {
                continue;
            };
            let leads_elsewhere = name == "unconfined"
                || name.starts_with([':', '&'])
                || name.contains("//&")
                || name.contains("@{");
            if leads_elsewhere || names.contains(&name) {
                continue;
            }
            // An abstraction's rule is told once, however many profiles include it.
            if !told.insert(location) {
                continue;
            }
            let finding = Self::finding(location, format!("the tree has no profile called `{name}`"));
            findings.report(match did_you_mean(&name, names.iter().map(String::as_str)) {
                Some(similar) => finding.help(format!("did you mean `{similar}`?")),
                None => finding.help("correct the name, or write that profile"),
            });
        }
    }
}

/// The one profile that the rule leads to, and where it stands.
fn target(rule: &ResolvedRule) -> Option<(String, Location)> {
    let (name, location) = match &rule.kind {
        ResolvedKind::File(access) if !access.permissions.contains(Permissions::LINK) => {
            access.exec.filter(|mode| mode.base == ExecBase::Profile)?;
            (access.exec_target.clone()?, access.path.location)
        }
        ResolvedKind::ChangeProfile(change) => {
            let target = change.target.as_ref()?;
            (target.glob.literal()?.to_vec(), target.location)
        }
        _ => return None,
    };
    Some((String::from_utf8_lossy(&name).into_owned(), location))
}
