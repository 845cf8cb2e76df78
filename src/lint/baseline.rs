//! A baseline: findings that are known and not reported again, so that a linter can be turned on in a tree that has many.
//!
//! The file is text, one finding a line, sorted, made to be kept in version control: the rule, the path, and the marked
//! line's text, separated by tabs. Line numbers are not in it, so a finding stays known when lines are added above it; a
//! finding on a changed line, and a second finding of the same kind, are new. Paths are relative to the baseline, so that it serves
//! from any directory; what is known of a file that is gone counts for the file that it has become.

use crate::diagnostic::Diagnostic;
use crate::source::{SourceMap, normalized};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

const HEADER: &str = "# aakit baseline 1: known findings as rule, path and line, see `aakit lint --help`";

/// Findings that are known, and how often each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    /// Where the file is, from which its paths go.
    directory: PathBuf,
    known: BTreeMap<Entry, usize>,
}

/// A finding as the baseline knows it. In order by rule, then path, then line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    rule: String,
    path: String,
    line: String,
}

/// The file is no baseline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is no finding of a baseline")]
pub struct BrokenBaseline {
    /// The line, from 1.
    pub line: usize,
}

impl Baseline {
    /// Reads a baseline that lies in `directory`.
    ///
    /// # Errors
    /// When a line is neither a comment nor a finding.
    pub fn parse(text: &str, directory: &Path) -> Result<Self, BrokenBaseline> {
        let mut known = BTreeMap::new();
        for (index, line) in
            text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        {
            let parts: Vec<&str> = line.split('\t').collect();
            let [rule, path, line] = parts[..] else { return Err(BrokenBaseline { line: index + 1 }) };
            let entry = Entry { rule: rule.to_owned(), path: path.to_owned(), line: line.to_owned() };
            *known.entry(entry).or_default() += 1;
        }
        Ok(Self { directory: normalized(directory), known })
    }

    /// The findings that are new. Each entry knows one finding; `is_gone` tells of a path whether no file has it any more.
    #[must_use]
    pub fn new_among(
        mut self,
        findings: Vec<Diagnostic>,
        sources: &SourceMap,
        is_gone: &dyn Fn(&Path) -> bool,
    ) -> Vec<Diagnostic> {
        let entries: Vec<Entry> =
            findings.iter().map(|finding| entry(finding, sources, &self.directory)).collect();
        let unknown: Vec<bool> = entries.iter().map(|entry| !self.take(entry)).collect();
        let mut moved: BTreeMap<(String, String), usize> = BTreeMap::new();
        for (entry, left) in self.known {
            if left > 0 && is_gone(&self.directory.join(&entry.path)) {
                *moved.entry((entry.rule, entry.line)).or_default() += left;
            }
        }
        let pairs = findings.into_iter().zip(entries).zip(unknown);
        pairs
            .filter(|((_, entry), is_unknown)| {
                let place = moved.get_mut(&(entry.rule.clone(), entry.line.clone()));
                match place.filter(|left| *is_unknown && **left > 0) {
                    Some(left) => {
                        *left -= 1;
                        false
                    }
                    None => *is_unknown,
                }
            })
            .map(|((finding, _), _)| finding)
            .collect()
    }

    /// Is the entry known? It is then known once less.
    fn take(&mut self, entry: &Entry) -> bool {
        match self.known.get_mut(entry) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }

    /// The text of a baseline in `directory` that knows `findings`.
    #[must_use]
    pub fn write(findings: &[Diagnostic], sources: &SourceMap, directory: &Path) -> String {
        let directory = normalized(directory);
        let mut entries: Vec<Entry> =
            findings.iter().map(|finding| entry(finding, sources, &directory)).collect();
        entries.sort();
        let lines = entries.into_iter().map(|Entry { rule, path, line }| format!("{rule}\t{path}\t{line}\n"));
        format!("{HEADER}\n{}", lines.collect::<String>())
    }
}

fn entry(finding: &Diagnostic, sources: &SourceMap, directory: &Path) -> Entry {
    let file = sources.get(finding.primary.location.file);
    let line = file.lines().line(finding.primary.location.span.start as usize);
    let line = file.lines().line_span(line, file.bytes()).of(file.bytes()).trim_ascii();
    let clean = |text: &str| text.replace(char::is_control, " ");
    Entry {
        rule: finding.code.to_owned(),
        path: clean(&seen_from(directory, &normalized(file.path())).to_string_lossy()),
        line: clean(&String::from_utf8_lossy(line)),
    }
}

/// The way from a directory to a path, both without detours.
fn seen_from(directory: &Path, path: &Path) -> PathBuf {
    let shared = directory.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let up = directory.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(path.components().skip(shared)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::source::{FileId, Location, SourceFile, Span};

    fn finding(file: FileId, start: usize) -> Diagnostic {
        let place = Location::new(file, Span::new(start, start + 1));
        Diagnostic::new("rule", Severity::Warning, place, "message")
    }

    /// How many are new.
    fn new(text: &str, findings: &[Diagnostic], sources: &SourceMap, is_gone: bool) -> usize {
        let baseline = Baseline::parse(text, Path::new("/tree/ci")).unwrap();
        baseline.new_among(findings.to_vec(), sources, &|_| is_gone).len()
    }

    #[test]
    fn a_known_finding_stays_known_when_lines_move_and_a_second_is_new() {
        let sources = SourceMap::new();
        let old = sources.add(SourceFile::new("/tree/x", b"/a r,\n".to_vec()));
        let moved = sources.add(SourceFile::new("/tree/ci/../x", b"# moved\n\t/a r,\n".to_vec()));
        let text = Baseline::write(&[finding(old, 0)], &sources, Path::new("/tree/ci"));
        assert_eq!(text.lines().nth(1), Some("rule\t../x\t/a r,"));
        assert_eq!(new(&text, &[finding(moved, 9)], &sources, false), 0);
        assert_eq!(new(&text, &[finding(moved, 9), finding(moved, 9)], &sources, false), 1);
        assert_eq!(Baseline::parse("# x\nrule only\n", Path::new("/")), Err(BrokenBaseline { line: 2 }));
    }

    #[test]
    fn a_finding_moves_with_its_file_and_only_with_it() {
        let sources = SourceMap::new();
        let old = sources.add(SourceFile::new("/tree/x", b"/a r,\n".to_vec()));
        let renamed = sources.add(SourceFile::new("/tree/y", b"/a r,\n".to_vec()));
        let text = Baseline::write(&[finding(old, 0)], &sources, Path::new("/tree/ci"));
        assert_eq!(new(&text, &[finding(renamed, 0)], &sources, true), 0);
        assert_eq!(new(&text, &[finding(renamed, 0)], &sources, false), 1);
        assert_eq!(new(&text, &[finding(old, 0), finding(renamed, 0)], &sources, true), 1);
    }
}
