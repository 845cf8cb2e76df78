use crate::lint::rule::declare_rule;
use crate::lint::{Findings, Rule, TreeContext};
use crate::policy::ResolvedKind;
use crate::syntax::Decision;
use crate::vocabulary::{ExecBase, Permissions, did_you_mean};
use std::collections::HashSet;

declare_rule! {
    /// A rule that changes on exec to a profile that the tree does not have.
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
    }
}

impl Rule for MissingExecTarget {
    fn check_tree(&self, tree: &TreeContext<'_>, findings: &mut Findings) {
        let names: HashSet<String> =
            tree.profiles().map(|profile| String::from_utf8_lossy(&profile.full_name).into_owned()).collect();
        let mut told = HashSet::new();
        for rule in tree.profiles().flat_map(|profile| &profile.rules) {
            let ResolvedKind::File(access) = &rule.kind else { continue };
            let (Some(target), Some(mode)) = (&access.exec_target, access.exec) else { continue };
            let name = String::from_utf8_lossy(target).into_owned();
            let leads_elsewhere = name.starts_with([':', '&'])
                || name.contains("//&")
                || name.contains("@{")
                || access.permissions.contains(Permissions::LINK);
            if rule.decision == Decision::Deny
                || mode.base != ExecBase::Profile
                || leads_elsewhere
                || names.contains(&name)
            {
                continue;
            }
            // An abstraction's rule is told once, however many profiles include it.
            if !told.insert(access.path.location) {
                continue;
            }
            let finding =
                Self::finding(access.path.location, format!("the tree has no profile called `{name}`"));
            findings.report(match did_you_mean(&name, names.iter().map(String::as_str)) {
                Some(similar) => finding.help(format!("did you mean `{similar}`?")),
                None => finding.help("correct the name, or write that profile"),
            });
        }
    }
}
