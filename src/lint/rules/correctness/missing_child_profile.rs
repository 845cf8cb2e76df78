use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{FileAccess, ResolvedProfile};
use crate::syntax::Decision;
use crate::vocabulary::{ExecBase, ExecFallback, did_you_mean};

declare_rule! {
    /// A rule that changes to a child profile on exec, and no such child.
    ///
    /// Without a fallback such as in `Cix` the exec fails. With one, a child that is named and missing is still a mistake.
    ///
    /// # Why
    /// apparmor_parser does not look whether the target exists. The program fails when it runs the command, with "permission denied".
    ///
    /// # Bad
    /// ```apparmor rules
    /// /usr/bin/ls Cx,
    /// ```
    /// ```apparmor rules
    /// /usr/bin/ls Cx -> helpr,
    /// /usr/bin/cat Cx -> helper,
    ///
    /// profile helper {
    ///   /usr/bin/cat mr,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /usr/bin/ls Cx,
    /// /usr/bin/cat Cx -> helper,
    ///
    /// profile ls /usr/bin/ls {
    ///   /usr/bin/ls mr,
    /// }
    ///
    /// profile helper {
    ///   /usr/bin/cat mr,
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Access Modes"
    pub struct MissingChildProfile {
        id: "missing-child-profile",
        group: Correctness,
    }
}

impl Rule for MissingChildProfile {
    fn check_profile(&self, context: &ProfileContext<'_>, findings: &mut Findings) {
        let profile = context.profile;
        // A missing include may have brought the child.
        if !profile.complete {
            return;
        }
        for (rule, access) in context.shown_files {
            let Some(mode) = access.exec.filter(|mode| mode.base == ExecBase::Child) else { continue };
            if rule.decision == Decision::Deny {
                continue;
            }
            let Some(missing) = missing(profile, access, mode.fallback) else { continue };
            let mut finding = Self::finding(access.path.location, missing);
            let names: Vec<String> = profile
                .children
                .iter()
                .map(|child| String::from_utf8_lossy(&child.name).into_owned())
                .collect();
            let target = access.exec_target.as_deref().map(String::from_utf8_lossy);
            let similar = target.and_then(|target| {
                did_you_mean(&target, names.iter().map(String::as_str)).map(str::to_owned)
            });
            finding = match similar {
                Some(similar) => finding.help(format!("did you mean `{similar}`?")),
                None => finding.help("write the child inside this profile, or use `Px` for a profile of its own or `ix` to stay in this one"),
            };
            if mode.fallback == ExecFallback::None {
                finding = finding.note("the exec fails when it is tried");
            }
            findings.report(context.reached_by(&rule.origin, finding));
        }
    }
}

/// What is missing, or nothing.
fn missing(profile: &ResolvedProfile, access: &FileAccess, fallback: ExecFallback) -> Option<String> {
    if let Some(target) = &access.exec_target {
        // Stacks and namespaces lead elsewhere, and a grandchild is written `child//grandchild`.
        if target.starts_with(b"&")
            || target.starts_with(b":")
            || target.windows(3).any(|part| part == b"//&")
        {
            return None;
        }
        return (!has_descendant(profile, target))
            .then(|| format!("the profile has no child called `{}`", String::from_utf8_lossy(target)));
    }
    if fallback != ExecFallback::None {
        return None;
    }
    let wanted = access.path.glob.path_set();
    let is_met = profile.children.iter().filter_map(|child| child.attachment.as_ref()).any(|attachment| {
        // When it cannot be told, nothing is said.
        attachment.pattern.glob.path_set().overlap(wanted).map_or(true, |witness| witness.is_some())
    });
    (!is_met && !wanted.is_empty()).then(|| "no child of this profile is for this program".to_owned())
}

fn has_descendant(profile: &ResolvedProfile, name: &[u8]) -> bool {
    profile.children.iter().any(|child| {
        child.name == name
            || name
                .strip_prefix(child.name.as_slice())
                .and_then(|rest| rest.strip_prefix(b"//"))
                .is_some_and(|rest| has_descendant(child, rest))
    })
}
