//! How a row of the tables becomes a finding.

use super::row::Risk;
use super::sources::Source;
use crate::diagnostic::{Diagnostic, Severity};
use crate::glob::{Dialect, Glob};
use crate::lint::grants::{Danger, Grant};
use crate::lint::{Findings, ProfileContext, RuleInfo};
use crate::policy::ResolvedProfile;
use crate::source::{FileId, Location};
use std::collections::HashMap;
use std::hash::Hash;

/// Reports the rules of a profile whose most dangerous row is one of `rule`.
pub fn report(rule: &RuleInfo, profile: &ProfileContext<'_>, findings: &mut Findings) {
    for grant in profile.grants.shown() {
        if let Some(danger) = profile.grants.danger_of(grant).filter(|danger| danger.row.rule == rule.id) {
            findings.report(finding(rule, profile, grant, danger));
        }
    }
}

/// What is said of one rule that reaches a row.
fn finding(rule: &RuleInfo, profile: &ProfileContext<'_>, grant: &Grant<'_>, danger: &Danger) -> Diagnostic {
    let row = danger.row;
    let pattern = &grant.file.path;
    let written = profile.written(pattern.location);
    let deed = deed(row.verb(grant.file.permissions));
    let is_one = pattern.glob.literal().is_some();
    let path = String::from_utf8_lossy(danger.path);
    // A path of which the table says that any name will do stands for its directory.
    let shown = path.split(super::ANY).next().unwrap_or_default();
    let is_told = is_one || path.contains(['*', '[', '{']) || written.starts_with(shown) || written == path;
    let message = if is_told {
        format!("`{written}` may be {deed}: {}", row.reason)
    } else {
        format!("`{written}` may be {deed}, which takes in `{shown}`: {}", row.reason)
    };
    let mut finding = Diagnostic::new(rule.id, rule.severity, pattern.location, message);
    if !danger.others.is_empty() {
        let others: Vec<String> =
            danger.others.iter().take(3).map(|path| format!("`{}`", String::from_utf8_lossy(path))).collect();
        let more = if danger.others.len() > 3 { " and more" } else { "" };
        finding = finding.note(format!("it reaches {}{more} too", others.join(", ")));
    }
    finding = finding.note(see(row.sources));
    let program = is_for(profile.profile, row.programs)
        .or_else(|| is_part_for(profile, pattern.location, row.programs));
    rated(finding.help(help(rule.id, row.programs)), danger.risk, program)
}

/// The word for what happens to a file.
fn deed(verb: &str) -> &'static str {
    match verb {
        "read" => "read",
        "write" => "written",
        _ => "read and written",
    }
}

/// The finding at the severity of its risk: a note where little follows, or where the profile is for a program that needs it.
#[must_use]
pub fn rated(finding: Diagnostic, risk: Risk, program: Option<&str>) -> Diagnostic {
    match program {
        Some(program) => Diagnostic {
            severity: Severity::Note,
            ..finding.note(format!("usual for `{program}`, which this profile seems to be for"))
        },
        None if risk == Risk::Low => Diagnostic { severity: Severity::Note, ..finding },
        None => finding,
    }
}

/// What to do about a row.
#[must_use]
pub fn help(rule: &str, programs: &[&str]) -> String {
    const MOST_NAMED: usize = 5;
    if programs.is_empty() {
        return "remove the rule, or narrow it until this is not in it".to_owned();
    }
    let named: Vec<String> = programs.iter().take(MOST_NAMED).map(|program| format!("`{program}`")).collect();
    let more = if programs.len() > MOST_NAMED { ", …" } else { "" };
    format!(
        "remove or narrow the rule; where it is right, as for {}{more}, say so: `# aakit: allow({rule}) it is {}`",
        named.join(", "),
        programs[0]
    )
}

/// Where to read more.
#[must_use]
pub fn see(sources: &[Source]) -> String {
    format!("see {}", sources.iter().map(|source| source.0).collect::<Vec<_>>().join(" and "))
}

/// Reports findings, those of one file and one `kind` as one where there are more than `most`: a list that some program wrote is
/// one matter, not fifty.
pub fn report_folded<K: Eq + Hash>(found: Vec<(K, Diagnostic)>, most: usize, findings: &mut Findings) {
    const MOST_MARKED: usize = 3;
    let mut groups: Vec<Vec<Diagnostic>> = Vec::new();
    let mut places: HashMap<(K, FileId, Severity), usize> = HashMap::new();
    for (kind, finding) in found {
        let key = (kind, finding.primary.location.file, finding.severity);
        let at = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    for mut group in groups {
        if group.len() <= most.max(1) {
            group.into_iter().for_each(|finding| findings.report(finding));
            continue;
        }
        let others = group.split_off(1);
        for first in group {
            let message = match others.len() {
                1 => format!("{}, and so with one rule more", first.message),
                more => format!("{}, and so with {more} rules more", first.message),
            };
            let first = Diagnostic { message, ..first };
            let marked = others.iter().take(MOST_MARKED);
            findings.report(
                marked.fold(first, |first, other| first.related(other.primary.location, "one of them")),
            );
        }
    }
}

/// The one of `programs`, of which some are patterns as in [`is_called`], that the profile, or the profile around it, is for.
#[must_use]
pub fn is_for<'n>(profile: &ResolvedProfile, programs: &[&'n str]) -> Option<&'n str> {
    let name = &profile.full_name;
    let outer = name
        .windows(2)
        .position(|pair| pair == b"//")
        .filter(|at| *at > 0)
        .map_or(&name[..], |at| &name[..at]);
    let is_named = |program: &str| [&name[..], outer].into_iter().any(|name| is_called(last(name), program));
    if let Some(program) = programs.iter().find(|program| is_named(program)) {
        return Some(program);
    }
    let attachment = &profile.attachment.as_ref()?.pattern.text;
    let program = Glob::parse(last_of_glob(attachment), Dialect::Label).ok()?;
    // `**` is for any program, which makes it the profile of none.
    if program.matches(b"aakit-any") {
        return None;
    }
    let literal = program.literal();
    let is_attached = |name: &str| match &literal {
        Some(program) => is_called(program, name),
        None => program.matches(name.as_bytes()),
    };
    programs.iter().find(|name| is_attached(name)).copied()
}

/// Is that the program's name? `*` at an end of `program` stands for anything: `systemd-*`.
fn is_called(name: &[u8], program: &str) -> bool {
    let program = program.as_bytes();
    match (program.strip_suffix(b"*"), program.strip_prefix(b"*")) {
        (Some(start), _) => name.starts_with(start),
        (_, Some(end)) => name.ends_with(end),
        _ => name == program,
    }
}

/// The one of `programs` after which the included file is called that the place is in, as `abstractions/app/pgrep` is.
#[must_use]
pub fn is_part_for<'n>(
    profile: &ProfileContext<'_>,
    place: Location,
    programs: &[&'n str],
) -> Option<&'n str> {
    if place.file == profile.policy.root {
        return None;
    }
    let source = profile.sources.get(place.file);
    let name = source.path().file_name()?;
    programs.iter().find(|program| is_called(name.as_encoded_bytes(), program)).copied()
}

/// What stands behind the last slash.
fn last(name: &[u8]) -> &[u8] {
    name.rsplit(|byte| *byte == b'/').next().unwrap_or_default()
}

/// What stands behind the last slash that is not inside braces.
fn last_of_glob(text: &[u8]) -> &[u8] {
    let mut depth = 0usize;
    for (at, byte) in text.iter().enumerate().rev() {
        match byte {
            b'}' => depth += 1,
            b'{' => depth = depth.saturating_sub(1),
            b'/' if depth == 0 => return &text[at + 1..],
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::source::{SourceFile, SourceMap, Span};

    #[test]
    fn many_alike_in_one_file_are_one_finding_and_few_are_told_each() {
        let sources = SourceMap::new();
        let [one, other] = ["one", "other"].map(|name| sources.add(SourceFile::new(name, *b"0123456789")));
        let at = |file, start: usize| Location::new(file, Span::new(start, start + 1));
        let finding = |place| Diagnostic::new("bare-mount", Severity::Warning, place, "it mounts");
        let told = |most, found: Vec<(u8, Diagnostic)>| {
            let mut findings = Findings::default();
            report_folded(found, most, &mut findings);
            findings.into_vec().into_iter().map(|finding| finding.message).collect::<Vec<_>>()
        };
        let three = || (0..3).map(|start| (0, finding(at(one, start)))).collect::<Vec<_>>();
        assert_eq!(told(3, three()), ["it mounts"; 3]);
        assert_eq!(told(2, three()), ["it mounts, and so with 2 rules more"]);
        let mixed = three().into_iter().chain([(1, finding(at(one, 4))), (0, finding(at(other, 0)))]);
        assert_eq!(
            told(1, mixed.collect()),
            ["it mounts, and so with 2 rules more", "it mounts", "it mounts"]
        );
    }
}
