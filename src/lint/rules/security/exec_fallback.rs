use crate::diagnostic::Diagnostic;
use crate::lint::grants::Grant;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::source::FileId;
use crate::vocabulary::ExecFallback;

declare_rule! {
    /// Executing a program in this profile when its own is not loaded.
    ///
    /// `pix`, `cix` and their kin, told together once a profile. Those that fall back to no confinement are told by `unconfined-exec`.
    ///
    /// # Why
    /// What the program may do depends on what happens to be loaded: it runs in a profile that was not made for it, without a
    /// word in the log, and the environment is passed on whatever the case of the letter.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /usr/bin/helper Pix,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /usr/bin/helper Px,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Execute rules"
    pub struct ExecFallbackRule {
        id: "exec-fallback",
        group: Security,
    }
}

impl Rule for ExecFallbackRule {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        let mut by_file: Vec<(FileId, Vec<&Grant<'_>>)> = Vec::new();
        for grant in profile.grants.shown() {
            if grant.file.exec.is_none_or(|mode| mode.fallback != ExecFallback::Inherit) {
                continue;
            }
            let file = grant.rule.origin.location.file;
            match by_file.iter_mut().find(|(known, _)| *known == file) {
                Some((_, grants)) => grants.push(grant),
                None => by_file.push((file, vec![grant])),
            }
        }
        for (_, grants) in by_file {
            findings.report(finding(profile, &grants));
        }
    }
}

/// One finding for all such rules of one file.
fn finding(profile: &ProfileContext<'_>, grants: &[&Grant<'_>]) -> Diagnostic {
    const MOST_MARKED: usize = 5;
    let first = grants[0].file.path.location;
    let written = profile.written(first);
    let message = match grants.len() - 1 {
        0 => format!("`{written}` runs in this profile when the one that it should have is not loaded"),
        1 => format!(
            "`{written}` and one program more run in this profile when those that they should have are not loaded"
        ),
        more => format!(
            "`{written}` and {more} programs more run in this profile when those that they should have are not loaded"
        ),
    };
    let others = grants[1..].iter().take(MOST_MARKED);
    others
        .fold(ExecFallbackRule::finding(first, message), |finding, grant| {
            finding.related(grant.file.path.location, "so does this")
        })
        .help("write `Px` or `Cx` where it has a profile, `ix` where it has none")
}
