use crate::diagnostic::Applicability;
use crate::lint::coverage::is_conditional;
use crate::lint::edits::removal;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::source::Location;

declare_rule! {
    /// An include that stands twice in one profile.
    ///
    /// What an abstraction includes besides is not looked at: to name it in the profile as well is good style.
    ///
    /// # Why
    /// The second brings nothing: a file is read once in a profile. Who removes one of the two has removed nothing.
    ///
    /// # Bad
    /// ```apparmor rules
    /// include <abstractions/base>
    /// /etc/example r,
    /// include <abstractions/base>
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// include <abstractions/base>
    /// include <abstractions/nameservice>
    /// ```
    ///
    /// # Fix
    /// Removes the second. What is compiled stays the same.
    ///
    /// # Source
    /// apparmor.d(5), "#include mechanism"
    pub struct UnusedInclude {
        id: "unused-include",
        group: Redundancy,
        fix: Safe,
    }
}

impl Rule for UnusedInclude {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        let includes = profile.policy.includes.iter().filter(|include| is_here(profile, include.location));
        let mut seen: Vec<(&std::path::Path, Location)> = Vec::new();
        for include in includes {
            let Some(found) = include.found.as_deref() else { continue };
            let first = || seen.iter().find(|(path, _)| *path == found).map(|(_, place)| *place);
            let Some(first) = include.repeated.then(first).flatten() else {
                seen.push((found, include.location));
                continue;
            };
            let is_doubtful =
                [first, include.location].iter().any(|place| is_conditional(profile.sources, *place));
            if is_doubtful {
                continue;
            }
            let place = include.location;
            let source = profile.sources.get(place.file);
            // The place ends with the name; the bracket or quote behind it goes too.
            let closes =
                source.bytes().get(place.span.end as usize).is_some_and(|byte| matches!(byte, b'>' | b'"'));
            let end = place.span.end as usize + usize::from(closes);
            let whole = crate::source::Span::new(place.span.start as usize, end);
            let finding = Self::finding(
                Location::new(place.file, whole),
                "this file is included in the profile already",
            )
            .related(first, "here")
            .help("remove one of the two");
            findings.report(match removal(source.bytes(), whole) {
                Some(span) => finding.fix("remove the second", Applicability::Safe, vec![(span, Vec::new())]),
                None => finding,
            });
        }
    }
}

/// Does it stand in the profile itself, and not in a child?
fn is_here(profile: &ProfileContext<'_>, place: Location) -> bool {
    let body = profile.profile.origin.location;
    let contains = |outer: Location| outer.file == place.file && outer.span.contains(place.span);
    contains(body) && !profile.profile.children.iter().any(|child| contains(child.origin.location))
}
