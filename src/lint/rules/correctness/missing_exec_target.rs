use crate::glob::PathSet;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, Rule, TreeContext};
use crate::policy::{FileAccess, ResolvedKind};
use crate::syntax::Decision;
use crate::vocabulary::{ExecBase, ExecFallback, did_you_mean};
use std::collections::{HashMap, HashSet};

declare_rule! {
    /// A rule that changes to another profile on exec, and the tree has none of that name or for that program.
    ///
    /// Looks at a whole tree. Rules with a fallback such as in `Pix` are looked at only where they name the target.
    ///
    /// # Why
    /// apparmor_parser does not look whether the target exists. The exec fails with "permission denied" until somebody loads such a
    /// profile.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /usr/bin/tool Px -> helper,
    /// ```
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
    ///   /usr/bin/other Px -> helper,
    /// }
    ///
    /// profile helper /usr/bin/tool {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Access Modes"
    pub struct MissingExecTarget {
        id: "missing-exec-target",
        group: Correctness,
        default: Off,
    }
}

impl Rule for MissingExecTarget {
    fn check_tree(&self, tree: &TreeContext<'_>, findings: &mut Findings) {
        let known = Known::of(tree);
        let mut told = HashSet::new();
        for profile in tree.profiles() {
            for rule in profile.rules.iter().filter(|rule| rule.decision != Decision::Deny) {
                let ResolvedKind::File(access) = &rule.kind else { continue };
                let Some(mode) = access.exec.filter(|mode| mode.base == ExecBase::Profile) else { continue };
                // An abstraction's rule is looked at once, however many profiles include it.
                if !told.insert(access.path.location) {
                    continue;
                }
                let finding = match &access.exec_target {
                    Some(target) => known.lacks(target).map(|name| {
                        let finding = Self::finding(
                            access.path.location,
                            format!("the tree has no profile called `{name}`"),
                        );
                        match did_you_mean(&name, known.names.iter().map(String::as_str)) {
                            Some(similar) => finding.help(format!("did you mean `{similar}`?")),
                            None => finding.help("correct the name, or write that profile"),
                        }
                    }),
                    None if mode.fallback == ExecFallback::None && !known.is_attached(access) => {
                        let finding =
                            Self::finding(access.path.location, "the tree has no profile for this program");
                        Some(finding.help("write that profile, or choose another mode: `ix` to stay in this one, `Cx` for a child"))
                    }
                    None => None,
                };
                if let Some(finding) = finding {
                    findings.report(finding.note("the exec fails when it is tried"));
                }
            }
        }
    }
}

/// What the tree has.
struct Known {
    names: HashSet<String>,
    /// The paths of attachments that stand for few, and the others.
    paths: HashMap<Vec<u8>, ()>,
    open: PathSet,
}

/// An attachment of at most so many paths is kept as a list of them.
const MOST_PATHS: usize = 256;

impl Known {
    fn of(tree: &TreeContext<'_>) -> Self {
        let mut names = HashSet::new();
        let mut paths = HashMap::new();
        let mut open = Vec::new();
        for profile in tree.profiles() {
            names.insert(String::from_utf8_lossy(&profile.full_name).into_owned());
        }
        for attachment in tree
            .policies
            .iter()
            .flat_map(|policy| &policy.profiles)
            .filter_map(|profile| profile.attachment.as_ref())
        {
            match attachment.pattern.glob.strings(MOST_PATHS) {
                Some(strings) => paths.extend(strings.into_iter().map(|path| (path, ()))),
                None => open.push(&*attachment.pattern.glob),
            }
        }
        Self { names, paths, open: PathSet::new(open) }
    }

    /// The name that is not there; nothing for a stack, a namespace or a name that is.
    fn lacks(&self, target: &[u8]) -> Option<String> {
        let name = String::from_utf8_lossy(target).into_owned();
        let leads_elsewhere = name.starts_with([':', '&'])
            || name.contains("//&")
            || name.contains("@{")
            || name == "unconfined";
        (!leads_elsewhere && !self.names.contains(&name)).then_some(name)
    }

    /// Is some profile attached to one of the programs? When it cannot be told, yes.
    fn is_attached(&self, access: &FileAccess) -> bool {
        match access.path.glob.strings(MOST_PATHS) {
            Some(strings) => {
                strings.iter().any(|path| self.paths.contains_key(path) || self.open.is_match(path))
            }
            None => {
                let set = PathSet::from(&*access.path.glob);
                self.paths.keys().any(|path| set.is_match(path))
                    || set.overlap(&self.open).map_or(true, |witness| witness.is_some())
            }
        }
    }
}
