use crate::glob::PathSet;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, Rule, TreeContext};
use crate::policy::{Attachment, ResolvedProfile};
use std::collections::HashMap;

declare_rule! {
    /// Two profiles that are attached to the same program, neither more closely than the other.
    ///
    /// Looks at a whole tree. Of two attachments the kernel takes the one whose text before the first wildcard is longer; here they are
    /// equally long.
    ///
    /// # Why
    /// The kernel cannot choose and attaches neither: the program runs unconfined, or its exec fails.
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
    /// profile two /usr/bin/{f,g}oo {
    ///   /etc/group r,
    /// }
    ///
    /// profile three /usr/bin/[fh]oo {
    ///   /etc/hosts r,
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
    }
}

/// An attachment of at most so many paths is compared as a list of them.
const MOST_PATHS: usize = 256;

/// A profile with an attachment, and how closely that fits.
struct Attached<'a> {
    profile: &'a ResolvedProfile,
    attachment: &'a Attachment,
    closeness: usize,
    /// All paths, when they are few.
    paths: Option<Vec<Vec<u8>>>,
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
                let pattern = &attachment.pattern;
                let paths = pattern.glob.strings(MOST_PATHS);
                Some(Attached { profile, attachment, closeness: closeness(&pattern.text), paths })
            })
            .collect();
        for (first, second, witness) in conflicts(&attached) {
            let path = String::from_utf8_lossy(&witness).into_owned();
            let name = first.profile.display_name();
            findings.report(
                Self::finding(
                    second.attachment.pattern.location,
                    format!("`{path}` is attached to this profile and, as closely, to `{name}`"),
                )
                .related(first.attachment.pattern.location, format!("the attachment of `{name}`"))
                .note("the kernel takes the attachment whose text before the first wildcard is longer, and neither of two equal ones")
                .help("narrow one of the two attachments, or remove one profile"),
            );
        }
    }
}

/// The length of the text before the first sign that is not plain: what the kernel compares.
fn closeness(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            b'*' | b'?' | b'[' | b'{' => return at,
            _ => at += 1,
        }
    }
    // Without a wildcard it is the closest there is.
    usize::MAX
}

fn conflicts<'a>(attached: &'a [Attached<'a>]) -> Vec<(&'a Attached<'a>, &'a Attached<'a>, Vec<u8>)> {
    let mut found = Vec::new();
    let mut by_path: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
    let mut open: Vec<(usize, PathSet)> = Vec::new();
    let mut told: std::collections::HashSet<(usize, usize)> = std::collections::HashSet::new();
    let rivals = |one: usize, other: usize| {
        let (one, other) = (&attached[one], &attached[other]);
        one.closeness == other.closeness && one.profile.namespace == other.profile.namespace
            // The same profile twice is another mistake.
            && one.profile.full_name != other.profile.full_name
    };
    for (index, candidate) in attached.iter().enumerate() {
        match &candidate.paths {
            Some(paths) => {
                for path in paths {
                    let earlier = by_path.entry(path.clone()).or_default();
                    for other in earlier.iter().filter(|other| rivals(**other, index)) {
                        if told.insert((*other, index)) {
                            found.push((&attached[*other], candidate, path.clone()));
                        }
                    }
                    if !earlier.contains(&index) {
                        earlier.push(index);
                    }
                }
            }
            None => open.push((index, PathSet::from(&*candidate.attachment.pattern.glob))),
        }
    }
    for (at, (index, set)) in open.iter().enumerate() {
        for (other, other_set) in &open[..at] {
            if rivals(*other, *index)
                && let Ok(Some(witness)) = set.overlap(other_set)
            {
                found.push((&attached[*other], &attached[*index], witness));
            }
        }
        for (other, candidate) in attached.iter().enumerate() {
            if rivals(other, *index)
                && let Some(witness) =
                    candidate.paths.iter().flatten().find(|path| set.is_match(path)).cloned()
            {
                let (one, two) = if other < *index { (other, *index) } else { (*index, other) };
                found.push((&attached[one], &attached[two], witness));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::closeness;

    #[test]
    fn closeness_is_the_plain_text_before_the_first_wildcard() {
        assert_eq!(closeness(b"/usr/bin/f*"), 10);
        assert_eq!(closeness(b"/{,usr/}bin/foo"), 1);
        assert_eq!(closeness(b"/a\\*b?"), 5);
        assert_eq!(closeness(b"/usr/bin/foo"), usize::MAX);
    }
}
