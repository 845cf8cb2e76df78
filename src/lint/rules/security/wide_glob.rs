use crate::lint::danger::programs::DIRECTORIES;
use crate::lint::grants::Grant;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::vocabulary::Permissions;
use std::sync::OnceLock;

declare_rule! {
    /// Writing or executing a whole tree of the file system.
    ///
    /// `file,`, `/**`, and all of `/etc`, `/dev`, `/proc`, `/sys`, `/run`, `/usr`, `/var`, `/tmp` or of every home, for writing;
    /// these and all programs for executing, where they stay in this profile. A rule that is meant as a list of exceptions is told
    /// by `deny-as-denylist`.
    ///
    /// # Why
    /// Among so many files are some that start programs, change policy or hold other people's data. What nobody can
    /// list, nobody has allowed knowingly.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /** rwlkm,
    /// ```
    /// ```apparmor rules
    /// /usr/bin/* ix,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /var/lib/example/** rwk,
    /// /usr/bin/example-helper ix,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Globbing"; CVE-2019-5736
    pub struct WideGlob {
        id: "wide-glob",
        group: Security,
    }
}

impl Rule for WideGlob {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        for grant in profile.grants.shown() {
            let location = grant.file.path.location;
            if profile.grants.is_denylist(grant) {
                continue;
            }
            let written = || if grant.file.bare { "file".to_owned() } else { profile.written(location) };
            let finding = match (written_tree(profile, grant), executed(grant)) {
                (Some((tree, path)), executed) => {
                    let written = written();
                    let executed = if executed.is_some() { " and execute" } else { "" };
                    let message = format!("`{written}` lets the program write{executed} {tree}");
                    // The sample bears a name that no pattern means; any name says the same.
                    let path = path.replace("aakit-any/aakit", "any/file");
                    Self::finding(location, message).label(format!("takes in `{path}`"))
                }
                (None, Some(what)) => {
                    let written = written();
                    let message = format!("`{written}` lets the program execute {what} in this profile");
                    Self::finding(location, message)
                }
                (None, None) => continue,
            };
            findings.report(finding.help(
                "name the directories and files that the program needs; `aa-logprof` finds them in the log",
            ));
        }
    }
}

/// The tree that the rule lets the program write.
fn written_tree(profile: &ProfileContext<'_>, grant: &Grant<'_>) -> Option<(&'static str, &'static str)> {
    let (tree, path) = grant.tree()?;
    let writes = grant.file.permissions.contains(Permissions::WRITE);
    // In `/tmp` the owner's files are kept apart by it.
    let is_apart = tree.is_shared && grant.is_owner();
    let is_denied = profile.grants.denied(grant.rule, Permissions::WRITE, path.as_bytes());
    (writes && !is_apart && !is_denied).then_some((tree.name, path))
}

/// What the rule lets the program execute without leaving the profile.
fn executed(grant: &Grant<'_>) -> Option<&'static str> {
    let mode = grant.file.exec?;
    if !mode.may_inherit() {
        return None;
    }
    match grant.tree() {
        Some((tree, _)) => Some(tree.name),
        None => has_all_programs(grant).then_some("all programs"),
    }
}

fn has_all_programs(grant: &Grant<'_>) -> bool {
    static ANY: OnceLock<Vec<String>> = OnceLock::new();
    let any =
        ANY.get_or_init(|| DIRECTORIES.iter().map(|directory| format!("{directory}aakit-any")).collect());
    let matches = |path: &[u8]| grant.facts.may_match(path) && grant.file.path.glob.matches(path);
    any.iter().any(|path| matches(path.as_bytes()))
}
