use crate::glob::PathSet;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, Rule, TreeContext};
use crate::policy::{FileAccess, ResolvedKind};
use crate::syntax::Decision;
use crate::vocabulary::{ExecBase, ExecFallback};
use std::collections::HashSet;

declare_rule! {
    /// A rule with `Px` and without a target for a program that no profile of the tree is for.
    ///
    /// Looks at a whole tree, and only at rules without a fallback. Off by default: on many systems a part of the profiles comes from
    /// elsewhere.
    ///
    /// # Why
    /// The exec fails with "permission denied" until somebody loads a profile for the program.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /usr/bin/tool Px,
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    ///   /usr/bin/tool Px,
    /// }
    ///
    /// profile tool /usr/bin/tool {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Access Modes"
    pub struct MissingExecProfile {
        id: "missing-exec-profile",
        group: Correctness,
        default: Off,
        needs: Tree,
    }
}

impl Rule for MissingExecProfile {
    fn check_tree(&self, tree: &TreeContext<'_>, findings: &mut Findings) {
        let attachments = Attachments::of(tree);
        let mut told = HashSet::new();
        for rule in tree.profiles().flat_map(|profile| &profile.rules) {
            let ResolvedKind::File(access) = &rule.kind else { continue };
            let is_plain = access.exec_target.is_none()
                && rule.decision != Decision::Deny
                && access.exec.is_some_and(|mode| {
                    mode.base == ExecBase::Profile && mode.fallback == ExecFallback::None
                });
            // An abstraction's rule is told once, however many profiles include it.
            if is_plain && told.insert(access.path.location) && !attachments.meet(access) {
                findings.report(
                    Self::finding(access.path.location, "the tree has no profile for this program")
                        .note("the exec fails when it is tried")
                        .help("write that profile, or choose another mode: `ix` to stay in this one, `Cx` for a child"),
                );
            }
        }
    }
}

/// The programs that the tree has profiles for: the paths of attachments that stand for few, and the other attachments.
struct Attachments {
    paths: HashSet<Vec<u8>>,
    open: PathSet,
}

/// An attachment of at most so many paths is kept as a list of them.
const MOST_PATHS: usize = 256;

impl Attachments {
    fn of(tree: &TreeContext<'_>) -> Self {
        let mut paths = HashSet::new();
        let mut open = Vec::new();
        let profiles = tree.policies.iter().flat_map(|policy| &policy.profiles);
        for attachment in profiles.filter_map(|profile| profile.attachment.as_ref()) {
            match attachment.pattern.glob.strings(MOST_PATHS) {
                Some(strings) => paths.extend(strings),
                None => open.push(&*attachment.pattern.glob),
            }
        }
        Self { paths, open: PathSet::new(open) }
    }

    /// Is some profile attached to one of the programs? When it cannot be told, yes.
    fn meet(&self, access: &FileAccess) -> bool {
        match access.path.glob.strings(MOST_PATHS) {
            Some(strings) => strings.iter().any(|path| self.paths.contains(path) || self.open.is_match(path)),
            None => {
                let set = PathSet::from(&*access.path.glob);
                self.paths.iter().any(|path| set.is_match(path))
                    || set.overlap(&self.open).map_or(true, |witness| witness.is_some())
            }
        }
    }
}
