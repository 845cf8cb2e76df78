//! Runs the rules, and drops what does not count: what is off, suppressed or waived.

use super::config::Config;
use super::context::{FileContext, Findings};
use super::level::{Level, Levels};
use super::rules::RULES;
use super::suppress::{self, Suppressions};
use crate::diagnostic::Diagnostic;

/// What the rules find in one file as it is written, with the severities of `levels`.
#[must_use]
pub fn check_file(file: &FileContext<'_>, levels: &Levels) -> Vec<Diagnostic> {
    let mut findings = Findings::default();
    for rule in RULES.iter().filter(|rule| levels.get(rule.id) != Level::Off) {
        rule.rule.check_file(file, &mut findings);
    }
    findings.into_vec()
}

/// Of all that was found in one file, by rules and by the compiler, what counts: with its level, not suppressed, not waived, each
/// once, in the order of the text, and with the suppressions that were of no use.
#[must_use]
pub fn judge(
    file: &FileContext<'_>,
    findings: Vec<Diagnostic>,
    levels: &Levels,
    config: &Config,
) -> Vec<Diagnostic> {
    let mut suppressions =
        Suppressions::read(file.source, file.comments().iter().map(|comment| comment.span));
    let mut kept: Vec<Diagnostic> = findings
        .into_iter()
        .filter_map(|mut finding| {
            finding.severity = levels.get(finding.code).severity()?;
            Some(finding)
        })
        .filter(|finding| {
            !suppressions.silences(file.source, finding) && !config.waives(finding, file.source.path())
        })
        .collect();
    if let Level::On(severity) = levels.get(suppress::UNUSED) {
        kept.extend(
            suppressions
                .unused(file.id, file.source, levels)
                .into_iter()
                .map(|finding| Diagnostic { severity, ..finding }),
        );
    }
    kept.sort_by(|a, b| {
        (a.primary.location.span, a.code, &a.message).cmp(&(b.primary.location.span, b.code, &b.message))
    });
    kept.dedup_by(|a, b| a.code == b.code && a.primary == b.primary && a.message == b.message);
    kept
}
