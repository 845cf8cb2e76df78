use crate::diagnostic::Applicability;
use crate::lint::edits::removal;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{Pattern, ResolvedKind};

declare_rule! {
    /// An alias beside a profile for a path that no rule of the file begins with.
    ///
    /// Aliases of tunables are for others, and not looked at.
    ///
    /// # Why
    /// It does nothing: most often the path is misspelt, or was moved.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// alias /srv/example/ -> /mnt/example/,
    ///
    /// profile example /usr/bin/example {
    ///   /usr/bin/example mr,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// alias /srv/example/ -> /mnt/example/,
    ///
    /// profile example /usr/bin/example {
    ///   /srv/example/** r,
    /// }
    /// ```
    ///
    /// # Fix
    /// Removes the line. What is compiled stays the same.
    ///
    /// # Source
    /// apparmor.d(5), "Alias rules"
    pub struct UnusedAlias {
        id: "unused-alias",
        group: Redundancy,
        fix: Safe,
    }
}

impl Rule for UnusedAlias {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        let policy = profile.policy;
        let is_first = policy.profiles.first().is_some_and(|first| std::ptr::eq(first, profile.profile));
        if !is_first || !policy.complete {
            return;
        }
        for (from, _, place) in policy.aliases.iter().filter(|(_, _, place)| place.file == policy.root) {
            // One that is not absolute is told by `relative-alias`.
            if !from.starts_with(b"/") || is_used(profile, from) {
                continue;
            }
            let finding =
                Self::finding(*place, format!("no rule begins with `{}`", String::from_utf8_lossy(from)))
                    .help("remove the alias, or correct its path");
            findings.report(match removal(profile.sources.get(place.file).bytes(), place.span) {
                Some(span) => finding.fix("remove the alias", Applicability::Safe, vec![(span, Vec::new())]),
                None => finding,
            });
        }
    }
}

/// Might a rule or an attachment begin with the path?
fn is_used(profile: &ProfileContext<'_>, from: &[u8]) -> bool {
    let begins = |pattern: &Pattern| {
        pattern
            .glob
            .literal_prefixes()
            .iter()
            .any(|prefix| prefix.starts_with(from) || from.starts_with(prefix))
    };
    profile.policy.all_profiles().any(|profile| {
        let attached = profile.attachment.as_ref().is_some_and(|attachment| begins(&attachment.pattern));
        attached
            || profile.rules.iter().any(|rule| match &rule.kind {
                ResolvedKind::File(file) => {
                    begins(&file.path) || file.link_target.as_ref().is_some_and(begins)
                }
                ResolvedKind::Link(link) => begins(&link.name) || begins(&link.target),
                // Which of their paths an alias changes is not looked at.
                ResolvedKind::Mount(_) | ResolvedKind::PivotRoot(_) | ResolvedKind::ChangeProfile(_) => true,
                _ => false,
            })
    })
}
