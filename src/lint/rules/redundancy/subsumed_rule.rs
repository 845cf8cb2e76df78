use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::lint::coverage::{FileRule, is_same};
use crate::lint::covering::covers;
use crate::lint::edits::{keeps_numbers, removal, words};
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::Via;
use crate::source::Location;

declare_rule! {
    /// A rule that another rule covers.
    ///
    /// The other rule has all of its paths and permissions, or capabilities, families, signals and peers, also through variables and
    /// includes, the same way to execute, and says the same of `owner`, `audit`, `deny` and `priority`. A rule that only an optional
    /// include brings does not count, and rules of other kinds than files are held only against those of the same file: a profile says for
    /// itself which capabilities, sockets and peers it needs. Where an include covers a file rule it is a note.
    ///
    /// # Why
    /// Who removes or narrows such a rule believes that he has taken something away. What is not needed also hides what is.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /etc/example/* r,
    /// /etc/example/foo r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /etc/example/* r,
    /// /etc/example/foo rw,
    /// ```
    ///
    /// # Fix
    /// Removes the rule; a comment behind it stays. What is compiled stays the same, to the byte: where the names behind `->` would be
    /// numbered anew, there is no fix.
    ///
    /// # Source
    /// apparmor.d(5), "File Rules": permissions of rules that match one path are added up
    pub struct SubsumedRule {
        id: "subsumed-rule",
        group: Redundancy,
        fix: Safe,
    }
}

impl Rule for SubsumedRule {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        if !profile.profile.complete {
            return;
        }
        for (rule, by) in profile.coverage.of(profile) {
            if !is_same(rule, by) {
                findings.report(finding(profile, rule, by));
            }
        }
        for (rule, by) in profile.coverage.of_others(profile).iter().copied() {
            let place = rule.origin.location;
            // Two that say the same in one file are duplicates.
            if by.origin.via.is_none() && covers(&rule.kind, &by.kind) {
                continue;
            }
            let wide = words(&profile.text(by.origin.location));
            let message = format!("this rule adds nothing to `{}`", String::from_utf8_lossy(&wide));
            let finding =
                Self::finding(place, message).related(by.origin.location, "all of it is in this rule");
            findings.report(removed(profile, finding.help("remove it, or narrow the other rule"), place));
        }
    }
}

fn removed(profile: &ProfileContext<'_>, finding: Diagnostic, place: Location) -> Diagnostic {
    match removal(profile.sources.get(place.file).bytes(), place.span) {
        Some(span) => finding.fix("remove the rule", Applicability::Safe, vec![(span, Vec::new())]),
        None => finding,
    }
}

fn finding(profile: &ProfileContext<'_>, rule: &FileRule<'_>, by: &FileRule<'_>) -> Diagnostic {
    let place = rule.rule.origin.location;
    let written = |rule: &FileRule<'_>| match rule.file.bare {
        true => "file".to_owned(),
        false => profile.written(rule.file.path.location),
    };
    let (narrow, wide) = (written(rule), written(by));
    let include = Via::chain(by.rule.origin.via.as_ref()).first().copied();
    let from = if include.is_some() { " from an include" } else { "" };
    let message = format!("the rule for `{narrow}` adds nothing to that for `{wide}`{from}");
    let mut finding =
        SubsumedRule::finding(place, message).related(by.rule.origin.location, "all of it is in this rule");
    if let Some(include) = include {
        // What an include brings may change with it; that the rule stands here too does no harm until then.
        finding = Diagnostic { severity: Severity::Note, ..finding.related(include, "which comes in here") };
    }
    let finding = finding.help("remove it, or narrow the other rule");
    if keeps_numbers(profile.profile, rule.rule) { removed(profile, finding, place) } else { finding }
}
