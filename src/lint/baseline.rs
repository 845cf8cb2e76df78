//! A baseline: findings that are known and not reported again, so that a linter can be turned on in a tree that has many.
//!
//! The file is text, one finding a line, sorted, made to be kept in version control: the rule, the path, and the marked
//! line's text, separated by tabs. Line numbers are not in it, so a finding stays known when lines are added above it; a
//! finding on a changed line, and a second finding of the same kind, are new.

use crate::diagnostic::Diagnostic;
use crate::source::SourceMap;
use std::collections::HashMap;

const HEADER: &str = "# aakit baseline 1: known findings as rule, path and line, see `aakit lint --help`";

/// Findings that are known, and how often each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline(HashMap<String, usize>);

/// The file is no baseline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is no finding of a baseline")]
pub struct BrokenBaseline {
    /// The line, from 1.
    pub line: usize,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// When a line is neither a comment nor a finding.
    pub fn parse(text: &str) -> Result<Self, BrokenBaseline> {
        let mut known = HashMap::new();
        for (index, line) in
            text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        {
            if line.matches('\t').count() != 2 {
                return Err(BrokenBaseline { line: index + 1 });
            }
            *known.entry(line.to_owned()).or_default() += 1;
        }
        Ok(Self(known))
    }

    /// Is the finding known? Each entry knows one finding.
    pub fn knows(&mut self, finding: &Diagnostic, sources: &SourceMap) -> bool {
        match self.0.get_mut(&entry(finding, sources)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }

    /// The text of a baseline that knows `findings`.
    #[must_use]
    pub fn write(findings: &[Diagnostic], sources: &SourceMap) -> String {
        let mut entries: Vec<String> = findings.iter().map(|finding| entry(finding, sources)).collect();
        entries.sort();
        entries.insert(0, HEADER.to_owned());
        entries.join("\n") + "\n"
    }
}

fn entry(finding: &Diagnostic, sources: &SourceMap) -> String {
    let file = sources.get(finding.primary.location.file);
    let line = file.lines().line(finding.primary.location.span.start as usize);
    let line = file.lines().line_span(line, file.bytes()).of(file.bytes()).trim_ascii();
    let clean = |text: &str| text.replace(char::is_control, " ");
    format!(
        "{}\t{}\t{}",
        finding.code,
        clean(&file.path().to_string_lossy()),
        clean(&String::from_utf8_lossy(line))
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::source::{Location, SourceFile, Span};

    #[test]
    fn a_known_finding_stays_known_when_lines_move_and_a_second_is_new() {
        let sources = SourceMap::new();
        let old = sources.add(SourceFile::new("x", b"/a r,\n".to_vec()));
        let new = sources.add(SourceFile::new("x", b"# moved\n\t/a r,\n".to_vec()));
        let finding = |file, start| {
            Diagnostic::new(
                "rule",
                Severity::Warning,
                Location::new(file, Span::new(start, start + 1)),
                "message",
            )
        };
        let text = Baseline::write(&[finding(old, 0)], &sources);
        let mut baseline = Baseline::parse(&text).unwrap();
        assert!(baseline.knows(&finding(new, 9), &sources));
        assert!(!baseline.knows(&finding(new, 9), &sources));
        assert_eq!(Baseline::parse("# x\nrule only\n"), Err(BrokenBaseline { line: 2 }));
    }
}
