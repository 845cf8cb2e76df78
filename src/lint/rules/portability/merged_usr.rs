use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{ResolvedKind, ResolvedProfile, ResolvedRule};
use crate::syntax::Decision;
use crate::vocabulary::Permissions;

declare_rule! {
    /// A rule for a file below `/bin`, `/sbin` or `/lib` without one for the same file below `/usr`.
    ///
    /// # Why
    /// On releases where these are links to `/usr/bin` and its like, the kernel asks for the path below `/usr`: the rule matches nothing.
    ///
    /// # Bad
    /// ```apparmor rules target=debian-12
    /// /bin/dash ix,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules target=debian-12
    /// /{usr/,}bin/dash ix,
    /// ```
    ///
    /// # Source
    /// <https://wiki.debian.org/UsrMerge>
    pub struct MergedUsr {
        id: "merged-usr",
        group: Portability,
    }
}

/// The links of a merged system, file-hierarchy(7).
const LINKS: [&[u8]; 6] = [b"/bin/", b"/sbin/", b"/lib/", b"/lib32/", b"/lib64/", b"/libx32/"];

/// The releases of which some systems are not merged.
const NOT_MERGED: [&str; 4] = ["debian-10", "debian-11", "debian-bullseye", "2.13"];

impl Rule for MergedUsr {
    fn check_profile(&self, context: &ProfileContext<'_>, findings: &mut Findings) {
        let Some(target) = context.target.filter(|target| !NOT_MERGED.contains(&target.name())) else {
            return;
        };
        if !context.profile.complete {
            return;
        }
        for rule in &context.profile.rules {
            let ResolvedKind::File(access) = &rule.kind else { continue };
            // The links themselves are read as `/bin`, and files below other directories are not meant.
            let Some(paths) = access.path.glob.strings(16) else { continue };
            let is_old =
                |path: &[u8]| LINKS.iter().any(|link| path.starts_with(link) && path.len() > link.len());
            if paths.is_empty() || !paths.iter().all(|path| is_old(path)) {
                continue;
            }
            let missing = paths
                .iter()
                .map(|path| [b"/usr", path.as_slice()].concat())
                .find(|path| !granted(context.profile, rule, path).contains(access.permissions));
            let Some(missing) = missing else { continue };
            let missing = String::from_utf8_lossy(&missing).into_owned();
            let old = missing.trim_start_matches("/usr").to_owned();
            findings.report(context.reached_by(
                &rule.origin,
                Self::finding(access.path.location, format!("on {target} this file is `{missing}`"))
                    .note("`/bin`, `/sbin` and `/lib` are links into `/usr` there, and the kernel asks for the path behind the link")
                    .help(format!("write `/{{usr/,}}{}`", old.trim_start_matches('/'))),
            ));
        }
    }
}

/// What rules of the same kind say about the path below `/usr`.
fn granted(profile: &ResolvedProfile, rule: &ResolvedRule, path: &[u8]) -> Permissions {
    let is_deny = |rule: &ResolvedRule| rule.decision == Decision::Deny;
    let others = profile.rules.iter().filter(|other| is_deny(other) == is_deny(rule));
    others.fold(Permissions::NONE, |all, other| match &other.kind {
        ResolvedKind::File(access) if access.path.glob.matches(path) => {
            all | access.permissions.with_implied()
        }
        _ => all,
    })
}
