use crate::glob::PathSet;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, Rule, TreeContext};
use crate::policy::{Attachment, ResolvedProfile};
use crate::query::{Attached, World, attach};
use std::collections::{BTreeSet, HashMap};

declare_rule! {
    /// Two profiles that are attached to the same program, one as closely as the other.
    ///
    /// Looks at a whole tree, and decides as the kernel does: the profile whose attachment fits the path for the most bytes before a
    /// wildcard repeats itself is the closer one. That it has no wildcard counts for nothing else.
    ///
    /// # Why
    /// The kernel attaches neither, and the program runs unconfined or is not executed.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile one /usr/bin/{vi,vim} {
    ///   /etc/passwd r,
    /// }
    ///
    /// profile two /usr/bin/vim* {
    ///   /etc/group r,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile one /usr/bin/vi {
    ///   /etc/passwd r,
    /// }
    ///
    /// profile two /usr/bin/vim* {
    ///   /etc/group r,
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Profile attachment"; the kernel's `security/apparmor/domain.c`, `find_attach`; asked of Linux 6.1
    pub struct OverlappingAttachment {
        id: "overlapping-attachment",
        group: Correctness,
        needs: Tree,
    }
}

/// An attachment of at most so many paths is compared as a list of them.
const MOST_PATHS: usize = 256;

/// A profile and the programs that it is for.
struct Candidate<'a> {
    profile: &'a ResolvedProfile,
    attachment: &'a Attachment,
    set: PathSet,
    /// All paths, when they are few.
    paths: Option<Vec<Vec<u8>>>,
}

impl Candidate<'_> {
    /// A program that both are attached to equally well, looked for among all that they share where one is for few programs, else the
    /// shortest of them.
    fn rivals(&self, other: &Candidate<'_>) -> Option<Vec<u8>> {
        // The same profile twice is another mistake, and namespaces do not meet.
        if self.profile.namespace != other.profile.namespace
            || self.profile.full_name == other.profile.full_name
        {
            return None;
        }
        let is_conflict = |path: &[u8]| {
            matches!(attach(path, [((), &self.set), ((), &other.set)]), Ok(Attached::Conflict(_)))
        };
        match (&self.paths, &other.paths) {
            (Some(paths), _) | (None, Some(paths)) => paths.iter().find(|path| is_conflict(path)).cloned(),
            (None, None) => self.set.overlap(&other.set).ok().flatten().filter(|path| is_conflict(path)),
        }
    }
}

impl Rule for OverlappingAttachment {
    fn check_tree(&self, tree: &TreeContext<'_>, findings: &mut Findings) {
        // Children compete with their siblings only, and are chosen by rules.
        let attached: Vec<Candidate> = tree
            .policies
            .iter()
            .flat_map(|policy| &policy.profiles)
            .filter_map(|profile| {
                // Extended attributes tell two apart in ways that are not looked at here.
                let attachment = profile.attachment.as_ref().filter(|_| profile.xattrs.is_empty())?;
                let glob = &attachment.pattern.glob;
                Some(Candidate {
                    profile,
                    attachment,
                    set: PathSet::from(&**glob),
                    paths: glob.strings(MOST_PATHS),
                })
            })
            .collect();
        let mut world = None;
        for (first, second) in suspects(&attached) {
            let (first, second) = (&attached[first], &attached[second]);
            let Some(witness) = first.rivals(second) else { continue };
            // A third profile may be closer than both.
            let world = world.get_or_insert_with(|| {
                World::new(tree.policies.iter().copied(), tree.target.unwrap_or_default().version())
            });
            if !matches!(world.attached(&witness), Attached::Conflict(_)) {
                continue;
            }
            let path = String::from_utf8_lossy(&witness).into_owned();
            let name = first.profile.display_name();
            findings.report(
                Self::finding(
                    second.attachment.pattern.location,
                    format!("this profile and `{name}` fit the program `{path}` equally well"),
                )
                .related(first.attachment.pattern.location, format!("the attachment of `{name}`"))
                .note("the kernel attaches neither of them")
                .help("narrow one of the two attachments, or remove one profile"),
            );
        }
    }
}

/// Pairs that may share a program: those with a path in common, and each pattern of many paths with every other profile.
fn suspects(attached: &[Candidate<'_>]) -> BTreeSet<(usize, usize)> {
    let mut pairs = BTreeSet::new();
    let mut by_path: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (index, candidate) in attached.iter().enumerate() {
        match &candidate.paths {
            Some(paths) => {
                for path in paths {
                    let seen = by_path.entry(path).or_default();
                    pairs.extend(seen.iter().filter(|other| **other != index).map(|other| (*other, index)));
                    seen.push(index);
                }
            }
            None => {
                let others = (0..attached.len()).filter(|other| *other != index);
                pairs.extend(others.map(|other| (other.min(index), other.max(index))));
            }
        }
    }
    pairs
}
