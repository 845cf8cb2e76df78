use crate::lint::rule::declare_rule;
use crate::lint::{Findings, Rule, TreeContext};
use crate::policy::ResolvedProfile;
use std::collections::HashMap;

declare_rule! {
    /// Two profiles of the same name, in one file or in two files of a tree.
    ///
    /// Names are compared with their variables replaced. Children and hats of one profile share their names.
    ///
    /// # Why
    /// In one file both are refused. Of two files, the one that is loaded last takes the place of the other without a word, and the
    /// aa-* tools refuse to work on any profile.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/a {
    /// }
    ///
    /// profile example /usr/bin/b {
    /// }
    /// ```
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/a {
    /// }
    /// ```
    /// ```apparmor file=other
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/b {
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example-a /usr/bin/a {
    /// }
    ///
    /// profile example-b /usr/bin/b {
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor_parser(8); roddhjav/apparmor.d issues 575, 720 and 727
    pub struct DuplicateProfile {
        id: "duplicate-profile",
        group: Error,
        needs: Tree,
    }
}

/// The compiler itself reports those of one file.
impl Rule for DuplicateProfile {
    fn check_tree(&self, tree: &TreeContext<'_>, findings: &mut Findings) {
        let mut first_of: HashMap<(Option<&[u8]>, &[u8]), &ResolvedProfile> = HashMap::new();
        for profile in tree.policies.iter().flat_map(|policy| &policy.profiles) {
            let key = (profile.namespace.as_deref(), profile.full_name.as_slice());
            let Some(first) = first_of.get(&key) else {
                first_of.insert(key, profile);
                continue;
            };
            if first.location.file == profile.location.file {
                continue;
            }
            findings.report(
                Self::finding(
                    profile.location,
                    format!("another file has a profile `{}` too", profile.display_name()),
                )
                .related(first.location, "the other one")
                .note("the one that is loaded last takes the place of the other")
                .help("give one of the two another name, or remove one file"),
            );
        }
    }
}
