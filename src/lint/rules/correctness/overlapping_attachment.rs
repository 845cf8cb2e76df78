use crate::glob::PathSet;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, Rule, TreeContext};
use crate::policy::{Attachment, ResolvedProfile};
use std::collections::{BTreeSet, HashMap};

declare_rule! {
    /// Two profiles that are attached to the same program, neither more closely than the other.
    ///
    /// Looks at a whole tree. An attachment that lies within the other is the closer one, and the kernel takes it; here each has programs
    /// of its own.
    ///
    /// # Why
    /// Which profile a program gets then depends on how far each pattern matches its path before a wildcard; where that is equal the kernel
    /// attaches neither, and the program runs unconfined or is not executed.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile one /usr/bin/f* {
    ///   /etc/passwd r,
    /// }
    ///
    /// profile two /usr/bin/*o {
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
    /// profile one /usr/bin/f* {
    ///   /etc/passwd r,
    /// }
    ///
    /// profile two /usr/bin/foo {
    ///   /etc/group r,
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Profile attachment"; the kernel's `security/apparmor/domain.c`, `find_attach`
    pub struct OverlappingAttachment {
        id: "overlapping-attachment",
        group: Correctness,
        needs: Tree,
    }
}

/// An attachment of at most so many paths is compared as a list of them.
const MOST_PATHS: usize = 256;

/// A profile and the programs that it is for.
struct Attached<'a> {
    profile: &'a ResolvedProfile,
    attachment: &'a Attachment,
    set: PathSet,
    /// All paths, when they are few.
    paths: Option<Vec<Vec<u8>>>,
}

impl Attached<'_> {
    /// A program of both, when neither attachment lies within the other.
    fn rivals(&self, other: &Attached<'_>) -> Option<Vec<u8>> {
        // The same profile twice is another mistake, and namespaces do not meet.
        if self.profile.namespace != other.profile.namespace
            || self.profile.full_name == other.profile.full_name
        {
            return None;
        }
        let witness = self.set.overlap(&other.set).ok().flatten()?;
        let is_within = self.set.includes(&other.set).ok()?;
        let contains = other.set.includes(&self.set).ok()?;
        (is_within == contains).then_some(witness)
    }
}

impl Rule for OverlappingAttachment {
    fn check_tree(&self, tree: &TreeContext<'_>, findings: &mut Findings) {
        // Children compete with their siblings only, and are chosen by rules.
        let attached: Vec<Attached> = tree
            .policies
            .iter()
            .flat_map(|policy| &policy.profiles)
            .filter_map(|profile| {
                // Extended attributes tell two apart in ways that are not looked at here.
                let attachment = profile.attachment.as_ref().filter(|_| !profile.has_xattrs)?;
                let glob = &attachment.pattern.glob;
                Some(Attached {
                    profile,
                    attachment,
                    set: PathSet::from(&**glob),
                    paths: glob.strings(MOST_PATHS),
                })
            })
            .collect();
        for (first, second) in suspects(&attached) {
            let (first, second) = (&attached[first], &attached[second]);
            let Some(witness) = first.rivals(second) else { continue };
            let path = String::from_utf8_lossy(&witness).into_owned();
            let name = first.profile.display_name();
            findings.report(
                Self::finding(
                    second.attachment.pattern.location,
                    format!("`{path}` is attached to this profile and, no less closely, to `{name}`"),
                )
                .related(first.attachment.pattern.location, format!("the attachment of `{name}`"))
                .note("neither attachment lies within the other")
                .help("narrow one of the two attachments, or remove one profile"),
            );
        }
    }
}

/// Pairs that may share a program: those with a path in common, and each pattern of many paths with every other profile.
fn suspects(attached: &[Attached<'_>]) -> BTreeSet<(usize, usize)> {
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
