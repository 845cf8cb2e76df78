use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::policy::{IncludeUse, Via};
use crate::source::FileId;
use std::path::Path;

declare_rule! {
    /// A file that includes itself, directly or through others.
    ///
    /// # Why
    /// apparmor_parser cuts the circle without a word, at a place that depends on where it began: which rules a profile gets depends on the
    /// order of its includes.
    ///
    /// # Bad
    /// ```apparmor rules
    /// include <abstractions/one>
    /// ```
    /// ```apparmor file=abstractions/one
    /// include <abstractions/two>
    /// /etc/one r,
    /// ```
    /// ```apparmor file=abstractions/two
    /// include <abstractions/one>
    /// /etc/two r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// include <abstractions/one>
    /// ```
    /// ```apparmor file=abstractions/one
    /// include <abstractions/two>
    /// /etc/one r,
    /// ```
    /// ```apparmor file=abstractions/two
    /// /etc/two r,
    /// ```
    ///
    /// # Source
    /// found with apparmor_parser 3.0.8 and 6.0
    pub struct IncludeCycle {
        id: "include-cycle",
        group: Correctness,
    }
}

impl Rule for IncludeCycle {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        let path = file.source.path();
        let name = path.file_name().unwrap_or_default().as_encoded_bytes();
        for include in &file.policy.includes {
            // The file itself may have been given in another way than by its path.
            let is_itself = || {
                let is_path = |found: &Path| {
                    // A look at the name spares most paths to be taken apart.
                    found.as_os_str().as_encoded_bytes().ends_with(name) && found == path
                };
                include.found.as_deref().is_some_and(is_path)
            };
            let closes = |found: FileId| is_open(include, found);
            if !(include.file.is_some_and(closes) || (closes(file.id) && is_itself())) {
                continue;
            }
            let mut finding = Self::finding(
                include.location,
                "this include closes a circle: the file is being read already",
            );
            for via in
                Via::chain(include.via.as_ref()).into_iter().filter(|via| via.file != include.location.file)
            {
                finding = finding.related(via, "reached through this include");
            }
            findings
                .report(finding.help("remove this include, or move what both need into a file of its own"));
        }
    }
}

/// Is the file the one with the directive, or one through which that was reached?
fn is_open(include: &IncludeUse, found: FileId) -> bool {
    include.location.file == found || Via::outward(include.via.as_ref()).any(|via| via.file == found)
}
