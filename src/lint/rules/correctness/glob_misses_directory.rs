use crate::lint::beginnings::Beginnings;
use crate::lint::danger::facts::facts;
use crate::lint::rule::declare_rule;
use crate::lint::starts::Starts;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{FileAccess, ResolvedKind, ResolvedRule};
use crate::syntax::Decision;
use crate::vocabulary::Permissions;
use std::collections::HashSet;

declare_rule! {
    /// A rule that lets read everything below a directory and not list the directory itself.
    ///
    /// Off by default: a program that knows the names need not list.
    ///
    /// # Why
    /// `/d/**` does not match `/d/`. A program that looks for its files there finds nothing.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /srv/example/** r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /srv/example/{,**} r,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Globbing (AARE)"
    pub struct GlobMissesDirectory {
        id: "glob-misses-directory",
        group: Correctness,
        severity: Note,
        default: Off,
    }
}

impl Rule for GlobMissesDirectory {
    fn check_profile(&self, context: &ProfileContext<'_>, findings: &mut Findings) {
        if !context.profile.complete {
            return;
        }
        let below: Vec<_> = context.shown_files.iter().filter_map(below).collect();
        if below.is_empty() {
            return;
        }
        let listed =
            listed(below.iter().map(|(_, _, directory)| *directory).collect(), &context.profile.rules);
        for (rule, access, directory) in below {
            if listed.contains(directory) {
                continue;
            }
            let shown = String::from_utf8_lossy(directory).into_owned();
            findings.report(
                context.reached_by(
                    &rule.origin,
                    Self::finding(access.path.location, format!("this does not let list `{shown}` itself"))
                        .help(format!("write `{shown}{{,**}}` if the program lists the directory")),
                ),
            );
        }
    }
}

/// The directory below which the rule lets read everything, and that it does not name itself.
fn below<'r>(
    (rule, access): &(&'r ResolvedRule, &'r FileAccess),
) -> Option<(&'r ResolvedRule, &'r FileAccess, &'r [u8])> {
    let directory = access.path.text.strip_suffix(b"**")?;
    let is_named = directory.ends_with(b"/")
        && directory.len() > 1
        && !directory.iter().any(|byte| b"*?[{\\".contains(byte));
    let is_read = rule.decision != Decision::Deny && access.permissions.contains(Permissions::READ);
    (is_named && is_read).then_some((*rule, *access, directory))
}

/// Those of the directories that the rules let list.
fn listed<'d>(mut directories: Vec<&'d [u8]>, rules: &[ResolvedRule]) -> HashSet<&'d [u8]> {
    directories.sort_unstable();
    directories.dedup();
    let beginnings = Beginnings::of(directories.iter().copied());
    let starts: Starts = directories.iter().copied().collect();
    let mut listed = HashSet::new();
    for rule in rules {
        match &rule.kind {
            ResolvedKind::All => return directories.into_iter().collect(),
            ResolvedKind::File(access) if access.permissions.contains(Permissions::READ) => {
                let facts = facts(&access.path.glob);
                if !facts.starts.may_meet(starts) {
                    continue;
                }
                for (prefix, beginning) in facts.prefixes.iter().zip(&facts.beginnings) {
                    if !beginnings.may_contain(*beginning) {
                        continue;
                    }
                    let from = directories.partition_point(|directory| *directory < prefix.as_slice());
                    let near =
                        directories[from..].iter().take_while(|directory| directory.starts_with(prefix));
                    for directory in near {
                        if !listed.contains(directory) && access.path.glob.matches(directory) {
                            listed.insert(*directory);
                        }
                    }
                }
            }
            _ => {}
        }
    }
    listed
}
