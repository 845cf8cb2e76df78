use crate::diagnostic::{Applicability, Diagnostic};
use crate::lint::coverage::is_same;
use crate::lint::covering::covers;
use crate::lint::edits::{keeps_numbers, removal, words};
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::source::Location;
use std::collections::{HashMap, HashSet};

declare_rule! {
    /// A rule that stands twice in one profile.
    ///
    /// Written alike but for blanks, the order of words and the order of permissions.
    ///
    /// # Why
    /// Who changes one of the two changes nothing, and does not see it.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /etc/example r,
    /// capability kill,
    /// /etc/example   r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /etc/example r,
    /// capability kill,
    /// ```
    /// A variable that is empty is there to be set.
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    /// @{att} = ""
    ///
    /// profile example /usr/bin/example {
    ///   /run/example r,
    ///   @{att}/run/example r,
    /// }
    /// ```
    ///
    /// # Fix
    /// Removes the second; a comment behind it stays. What is compiled stays the same, to the byte: where the names behind `->` would
    /// be numbered anew, there is no fix.
    ///
    /// # Source
    /// apparmor.d(5)
    pub struct DuplicateRule {
        id: "duplicate-rule",
        group: Redundancy,
        fix: Safe,
    }
}

impl Rule for DuplicateRule {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        for (rule, by) in profile.coverage.of(profile) {
            if is_same(rule, by) {
                let found = finding(profile, rule.rule.origin.location, by.rule.origin.location);
                let keeps = keeps_numbers(profile.profile, rule.rule);
                findings.report(Diagnostic { fix: found.fix.filter(|_| keeps), ..found });
            }
        }
        let mut told = HashSet::new();
        for (rule, by) in profile.coverage.of_others(profile).iter().copied() {
            if by.origin.via.is_none() && covers(&rule.kind, &by.kind) {
                told.insert(rule.origin.location);
                findings.report(finding(profile, rule.origin.location, by.origin.location));
            }
        }
        let mut seen: HashMap<(Vec<u8>, u64), (Location, bool)> = HashMap::new();
        for rule in profile.other_rules {
            let place = rule.origin.location;
            if place.file != profile.policy.root || rule.origin.via.is_some() {
                continue;
            }
            // Qualifiers of a block around it are not in its own text.
            let qualifiers = (rule.decision, rule.audit, rule.priority, rule.ownership);
            let key = (words(&profile.text(place)), hash(&qualifiers));
            match seen.get(&key) {
                Some((first, conditional)) if *first != place && !told.contains(&place) => {
                    if !conditional && !rule.conditional {
                        findings.report(finding(profile, place, *first));
                    }
                }
                Some(_) => {}
                None => {
                    seen.insert(key, (place, rule.conditional));
                }
            }
        }
    }
}

fn finding(profile: &ProfileContext<'_>, place: Location, first: Location) -> Diagnostic {
    let finding = DuplicateRule::finding(place, "this rule stands here a second time")
        .related(first, "the first is here")
        .help("remove one of the two");
    match removal(profile.sources.get(place.file).bytes(), place.span) {
        Some(span) => finding.fix("remove the second", Applicability::Safe, vec![(span, Vec::new())]),
        None => finding,
    }
}

fn hash(value: &impl std::hash::Hash) -> u64 {
    use std::hash::{DefaultHasher, Hasher};
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
