use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{FileAccess, ResolvedKind, ResolvedRule};
use crate::query::overrules;

declare_rule! {
    /// A file rule that never counts, since a rule of higher priority covers all of it.
    ///
    /// # Why
    /// For each permission only the rules of the highest priority count. What this rule says about those paths is never asked.
    ///
    /// # Bad
    /// ```apparmor rules
    /// priority=1 /srv/** rw,
    /// deny /srv/private/** rw,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// priority=1 /srv/** r,
    /// deny /srv/private/** w,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "priority"; asked of Linux 6.1
    pub struct ShadowedByPriority {
        id: "shadowed-by-priority",
        group: Correctness,
    }
}

impl Rule for ShadowedByPriority {
    fn check_profile(&self, context: &ProfileContext<'_>, findings: &mut Findings) {
        // What an abstraction brings may be overruled on purpose.
        let own = || context.shown_files.iter().filter(|(rule, _)| rule.origin.via.is_none());
        let Some(lowest) = own().map(|(rule, _)| rule.priority).min() else { return };
        let higher: Vec<(&ResolvedRule, &FileAccess)> = context
            .profile
            .rules
            .iter()
            .filter(|rule| rule.priority > lowest)
            .filter_map(|rule| match &rule.kind {
                ResolvedKind::File(access) => Some((rule, &**access)),
                _ => None,
            })
            .collect();
        for (rule, access) in own() {
            let Some((winner, stronger)) = higher.iter().find(|winner| covers(**winner, (rule, access)))
            else {
                continue;
            };
            findings.report(
                Self::finding(
                    access.path.location,
                    "this rule never counts: one of higher priority covers it",
                )
                .related(stronger.path.location, format!("the rule of priority {}", winner.priority))
                .help(format!("remove it, or give it `priority={}` at least", winner.priority)),
            );
        }
    }
}

/// Does the first rule decide everything that the second speaks of?
fn covers(
    (other, stronger): (&ResolvedRule, &FileAccess),
    (rule, access): (&ResolvedRule, &FileAccess),
) -> bool {
    other.priority > rule.priority
        && overrules(other, rule)
        && stronger.permissions.with_implied().contains(access.permissions)
        && stronger.path.glob.path_set().includes(access.path.glob.path_set()).unwrap_or(false)
}
