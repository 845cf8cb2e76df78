//! Runs the rules, and drops what does not count: what is off, suppressed or waived.
//!
//! [`find`] looks at one file and its profiles, and may run for many files at once; [`find_in_tree`] looks at all of them;
//! [`settle`] judges what both have found.

use super::config::{Config, Waiver};
use super::context::{FileContext, FileKind, Findings, ProfileContext, TreeContext, walk};
use super::coverage::Coverage;
use super::danger::abstractions;
use super::grants::Grants;
use super::level::{Level, Levels};
use super::registry;
use super::rule::{Group, Needs, RuleInfo};
use super::shown::Shown;
use super::suppress::{self, Suppressions};
use crate::diagnostic::{Diagnostic, Severity};
use crate::glob::{Effort, within};
use crate::policy::{LoadedFile, Policy, ResolvedKind};
use crate::source::{FileId, Location, SourceMap, Span};
use crate::syntax::{Item, SyntaxError};
use crate::vocabulary::Target;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

/// One file that is linted.
#[derive(Debug, Clone)]
pub struct Unit<'a> {
    /// Its tree.
    pub loaded: &'a LoadedFile,
    /// What it means together with what it includes.
    pub policy: &'a Policy,
    /// What it is for. Only a profile means something by itself.
    pub kind: FileKind,
    /// Which rules are on for it.
    pub levels: Levels,
    /// The config that holds for it.
    pub config: &'a Config,
    /// The target that the user named.
    pub target: Option<Target>,
    /// The names of the `abi` files that its includes find; none where nobody looked.
    pub abis: Option<Arc<[String]>>,
    /// The files whose findings count.
    pub shown: Shown,
}

/// What the compiler and the rules find in one file and in its profiles, also where the place is in a file that it includes.
#[must_use]
pub fn find(unit: &Unit<'_>, sources: &SourceMap) -> Vec<Diagnostic> {
    let (mut found, spent) = within(EFFORT, || find_all(unit, sources));
    if spent {
        let place = Location::new(unit.loaded.id, Span::at(0));
        let message = "the rules of this file are too many or too complex to compare all of them";
        found.push(
            Diagnostic::new("limit", Severity::Note, place, message)
                .note("a lint that compares rules may have missed something here; no other is concerned"),
        );
    }
    found
}

/// What comparisons of paths may cost for one file: some five seconds. The largest file seen takes a fiftieth of it.
const EFFORT: Effort = Effort(100_000_000);

fn find_all(unit: &Unit<'_>, sources: &SourceMap) -> Vec<Diagnostic> {
    let mut findings = Findings::default();
    for error in &unit.policy.diagnostics {
        if unit.kind == FileKind::Profile || !needs_context(error, unit) {
            findings.report(error.clone());
        }
    }
    let abis = unit.abis.as_deref();
    let shown = &unit.shown;
    let items: Vec<&Item> = walk(&unit.loaded.file.items).collect();
    let file = FileContext::new(unit.loaded, &items, unit.policy, unit.kind, unit.target);
    let file = FileContext { abis, shown, ..file };
    let rules: Vec<&RuleInfo> = unit.levels.on().collect();
    for rule in &rules {
        rule.rule.check_file(&file, &mut findings);
    }
    if unit.kind == FileKind::Profile {
        for profile in unit.policy.all_profiles() {
            let (grants, coverage) = (Grants::of(profile, shown), Coverage::default());
            let (mut shown_files, mut other_rules) = (Vec::new(), Vec::new());
            for rule in &profile.rules {
                match &rule.kind {
                    ResolvedKind::File(file) if shown.has(file.path.location.file) => {
                        shown_files.push((rule, &**file));
                    }
                    ResolvedKind::File(_) => {}
                    _ => other_rules.push(rule),
                }
            }
            let profile = ProfileContext {
                profile,
                policy: unit.policy,
                other_rules: &other_rules,
                shown_files: &shown_files,
                grants: &grants,
                coverage: &coverage,
                sources,
                target: unit.target,
                shown,
            };
            for rule in &rules {
                rule.rule.check_profile(&profile, &mut findings);
            }
        }
    }
    let found = findings.into_vec();
    if !found.is_empty() {
        // Who settles the findings of all files asks for lines: one after the other, where this may run for many at once.
        unit.loaded.source.lines();
    }
    found
}

/// Would this error of a part perhaps be none where the part is included? Rules stand in a profile there, and variables are declared.
fn needs_context(error: &Diagnostic, unit: &Unit<'_>) -> bool {
    match error.code {
        "undefined-variable" | "duplicate-variable" | "preamble-after-profile" => true,
        "syntax" => {
            let place = error.primary.location;
            let is_own = |own: &SyntaxError| own.span == place.span && own.message == error.message;
            place.file != unit.loaded.id || !unit.loaded.errors.iter().any(is_own)
        }
        _ => false,
    }
}

/// What the rules find in a whole tree.
#[must_use]
pub fn find_in_tree(tree: &TreeContext<'_>, levels: &Levels) -> Vec<Diagnostic> {
    let mut findings = Findings::default();
    for rule in levels.on() {
        // What could not be compared is no finding: there is no one place to tell of it.
        within(EFFORT, || rule.rule.check_tree(tree, &mut findings));
    }
    findings.into_vec()
}

/// What is left of the findings of a run.
#[derive(Debug, Clone, Default)]
pub struct Settled<'a> {
    /// What counts.
    pub findings: Vec<Diagnostic>,
    /// The waivers that accepted something.
    pub waivers: HashSet<&'a Waiver>,
}

/// Of all that was found, what counts, in the order of the units and of their text: with its level, not suppressed, not waived,
/// each once, and with the suppressions that were of no use. `view` is what the rules were shown. Of files that are no unit, only what the compiler refuses counts.
#[must_use]
pub fn settle<'a>(
    units: &[Unit<'a>],
    found: Vec<Diagnostic>,
    view: Needs,
    sources: &SourceMap,
) -> Settled<'a> {
    let mut waivers = HashSet::new();
    let mut by_file: HashMap<FileId, Vec<Diagnostic>> = HashMap::new();
    for finding in found {
        by_file.entry(finding.primary.location.file).or_default().push(finding);
    }
    let mut settled = Vec::new();
    for unit in units {
        let found = by_file.remove(&unit.loaded.id).unwrap_or_default();
        settled.extend(judge(unit, found, view, &mut waivers));
    }
    let mut elsewhere: Vec<Diagnostic> = by_file.into_values().flatten().filter(is_error).collect();
    elsewhere.sort_by_cached_key(|finding| {
        let place = finding.primary.location;
        (sources.get(place.file).path().to_path_buf(), place.span, finding.code, finding.message.clone())
    });
    settled.extend(without_repetition(elsewhere));
    Settled { findings: settled, waivers }
}

/// Does the compiler refuse it?
fn is_error(finding: &Diagnostic) -> bool {
    registry::find(finding.code).is_none_or(|rule| rule.group == Group::Error)
}

/// Of all that was found in one file, what counts.
fn judge<'a>(
    unit: &Unit<'a>,
    found: Vec<Diagnostic>,
    view: Needs,
    waivers: &mut HashSet<&'a Waiver>,
) -> Vec<Diagnostic> {
    let Unit { loaded, levels, .. } = unit;
    let source = &*loaded.source;
    let mut suppressions =
        Suppressions::read(source, loaded.file.comments.iter().map(|comment| comment.span));
    let mut kept: Vec<Diagnostic> = found
        .into_iter()
        .filter_map(|mut finding| {
            finding.severity = severity(&finding, levels.get(finding.code).severity()?);
            if is_told_where_included(&finding, source.path()) {
                finding.severity = finding.severity.min(Severity::Note);
                finding.notes.push(KNOWN.to_owned());
            }
            Some(finding)
        })
        .filter(|finding| !suppressions.silences(source, finding))
        .filter(|finding| {
            let mut accepting = unit.config.waivers_of(finding, source.path()).peekable();
            let is_waived = accepting.peek().is_some();
            waivers.extend(accepting);
            !is_waived
        })
        .collect();
    if let Level::On(severity) = levels.get(suppress::UNUSED) {
        let was_asked = |rule: &RuleInfo| saw_enough(unit, view, rule);
        let unused = suppressions.unused(loaded.id, source, levels, &was_asked);
        kept.extend(unused.into_iter().map(|finding| Diagnostic { severity, ..finding }));
    }
    kept.sort_by(|a, b| {
        (a.primary.location.span, a.code, &a.message).cmp(&(b.primary.location.span, b.code, &b.message))
    });
    without_repetition(kept)
}

/// Does the silence of the waiver's rule mean that there is nothing to accept here? None where the rule is off.
#[must_use]
pub fn is_silence_telling(unit: &Unit<'_>, waiver: &Waiver, view: Needs) -> Option<bool> {
    let rule = registry::find(waiver.rule).filter(|rule| unit.levels.get(rule.id) != Level::Off)?;
    Some(saw_enough(unit, view, rule))
}

/// Does the silence of a rule mean that it has nothing to find? Not when it must see the tree, when includes are missing, or in a
/// part whose profiles may not have been looked at.
fn saw_enough(unit: &Unit<'_>, view: Needs, rule: &RuleInfo) -> bool {
    let is_whole = view == Needs::Tree;
    let has_context = unit.kind == FileKind::Profile && unit.policy.complete;
    is_whole || (has_context && rule.needs == Needs::File)
}

/// What is said of a finding in an abstraction that the tables know by its name.
const KNOWN: &str =
    "the abstraction is there for that: `dangerous-abstraction` tells of the profiles that include it";

/// Is it a grant of an abstraction that grants just that? Who includes it is told, and who wrote it knows.
fn is_told_where_included(finding: &Diagnostic, path: &Path) -> bool {
    let is_security = || registry::find(finding.code).is_some_and(|rule| rule.group == Group::Security);
    let is_abstraction = || path.iter().any(|part| part == "abstractions");
    is_security()
        && is_abstraction()
        && abstractions::ROWS
            .iter()
            .any(|row| row.is_on && path.ends_with(Path::new("abstractions").join(row.name)))
}

/// The level of its rule; a finding that its rule takes less serious than the others stays below them.
fn severity(finding: &Diagnostic, level: Severity) -> Severity {
    let is_lowered = registry::find(finding.code).is_some_and(|rule| finding.severity < rule.severity);
    if is_lowered { finding.severity.min(level) } else { level }
}

/// The same is found again through every profile that includes a file.
fn without_repetition(mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    findings.dedup_by(|a, b| {
        a.code == b.code && a.primary.location == b.primary.location && a.message == b.message
    });
    findings
}
