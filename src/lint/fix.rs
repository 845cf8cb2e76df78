//! Making fixes, in memory: as many at once as do not touch each other, and none that would break the parse or lose a comment.
//! Who calls this lints the result again, until a round makes nothing.

use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix};
use crate::lint::suppress;
use crate::source::{FileId, Span};
use crate::syntax;
use std::collections::HashMap;

/// After so many rounds fixes are taken to chase each other, and the last text stays.
pub const MAX_ROUNDS: usize = 100;

/// What one round of fixes made of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// The new content.
    pub bytes: Vec<u8>,
    /// How many fixes were made.
    pub made: usize,
}

/// Makes the fixes of `findings` that lie in `file`, whose content is `source`; nothing when none can be made. `allowed` is the
/// boldest kind that may be made.
///
/// Fixes that overlap, or insert at the same place, wait for the next round: the first in the file is made. A fix after which
/// the file parses worse, or has lost a comment that the fix was not there to remove, is not made.
#[must_use]
pub fn round<'d>(
    file: FileId,
    source: &[u8],
    findings: impl IntoIterator<Item = &'d Diagnostic>,
    allowed: Applicability,
) -> Option<Round> {
    let candidates = candidates(file, findings, allowed);
    let chosen = without_overlap(&candidates);
    let before = State::of(source);
    let all = apply(source, chosen.iter().flat_map(|candidate| &candidate.fix.edits));
    if all != source && before.allows(&all, &chosen) {
        return Some(Round { bytes: all, made: chosen.len() });
    }
    // One of them does harm: each is tried on top of those that do none.
    let mut made: Vec<Candidate> = Vec::new();
    for candidate in chosen {
        let attempt: Vec<Candidate> = made.iter().copied().chain([candidate]).collect();
        let bytes = apply(source, attempt.iter().flat_map(|candidate| &candidate.fix.edits));
        if bytes != source && before.allows(&bytes, &attempt) {
            made = attempt;
        }
    }
    let bytes = apply(source, made.iter().flat_map(|candidate| &candidate.fix.edits));
    (bytes != source).then_some(Round { bytes, made: made.len() })
}

/// The bytes with `edits` made; they do not overlap.
#[must_use]
pub fn apply<'e>(source: &[u8], edits: impl IntoIterator<Item = &'e Edit>) -> Vec<u8> {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort_by_key(|edit| edit.location.span);
    let mut bytes = Vec::with_capacity(source.len());
    let mut at = 0;
    for edit in edits {
        let span = edit.location.span;
        bytes.extend_from_slice(Span { start: at, end: span.start.max(at) }.of(source));
        bytes.extend_from_slice(&edit.replacement);
        at = span.end.max(at);
    }
    bytes.extend_from_slice(&source[(at as usize).min(source.len())..]);
    bytes
}

#[derive(Clone, Copy)]
struct Candidate<'d> {
    fix: &'d Fix,
    removes_comments: bool,
}

fn candidates<'d>(
    file: FileId,
    findings: impl IntoIterator<Item = &'d Diagnostic>,
    allowed: Applicability,
) -> Vec<Candidate<'d>> {
    let mut found: Vec<Candidate<'d>> = findings
        .into_iter()
        .filter_map(|finding| {
            let fix = finding.fix.as_ref()?;
            let is_here = !fix.edits.is_empty() && fix.edits.iter().all(|edit| edit.location.file == file);
            (is_here && fix.applicability <= allowed)
                .then_some(Candidate { fix, removes_comments: finding.code == suppress::UNUSED })
        })
        .collect();
    found.sort_by_key(|candidate| candidate.fix.edits.iter().map(|edit| edit.location.span).min());
    // The same place can be found through several profiles.
    found.dedup_by(|a, b| a.fix.edits == b.fix.edits);
    found
}

/// Each candidate that touches none chosen before it, nor itself.
fn without_overlap<'d>(candidates: &[Candidate<'d>]) -> Vec<Candidate<'d>> {
    let mut taken: Vec<Span> = Vec::new();
    let mut chosen = Vec::new();
    for candidate in candidates {
        let spans: Vec<Span> = candidate.fix.edits.iter().map(|edit| edit.location.span).collect();
        let is_sound = spans
            .iter()
            .enumerate()
            .all(|(index, span)| spans[..index].iter().all(|other| !touch(*span, *other)));
        if is_sound && spans.iter().all(|span| taken.iter().all(|other| !touch(*span, *other))) {
            taken.extend(spans);
            chosen.push(*candidate);
        }
    }
    chosen
}

/// Two edits touch when they share a byte, or when one inserts within or at the edge of the other: then their order would matter.
fn touch(a: Span, b: Span) -> bool {
    if a.is_empty() || b.is_empty() {
        a.start <= b.end && b.start <= a.end
    } else {
        a.start < b.end && b.start < a.end
    }
}

/// What a fix must leave as good as it was.
struct State {
    errors: usize,
    comments: HashMap<Vec<u8>, usize>,
}

impl State {
    fn of(source: &[u8]) -> Self {
        let parse = syntax::parse(source);
        let mut comments: HashMap<Vec<u8>, usize> = HashMap::new();
        for comment in &parse.file.comments {
            // A fix may put a blank behind `#`.
            let text = comment.span.of(source);
            let words = text.strip_prefix(b"#").unwrap_or(text).trim_ascii();
            *comments.entry(words.to_vec()).or_default() += 1;
        }
        Self { errors: parse.errors.len(), comments }
    }

    fn allows(&self, after: &[u8], fixes: &[Candidate]) -> bool {
        let after = Self::of(after);
        let may_lose = fixes.iter().filter(|fix| fix.removes_comments).count();
        let lost: usize = self
            .comments
            .iter()
            .map(|(text, count)| count.saturating_sub(after.comments.get(text).copied().unwrap_or_default()))
            .sum();
        after.errors <= self.errors && lost <= may_lose
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::source::{Location, SourceFile, SourceMap};

    fn finding(file: FileId, edits: &[(usize, usize, &str)]) -> Diagnostic {
        let edits = edits
            .iter()
            .map(|(start, end, text)| (Span::new(*start, *end), text.as_bytes().to_vec()))
            .collect();
        Diagnostic::new("rule", Severity::Warning, Location::new(file, Span::at(0)), "message").fix(
            "mend",
            Applicability::Safe,
            edits,
        )
    }

    fn fixed(source: &str, edits: &[&[(usize, usize, &str)]]) -> Option<(String, usize)> {
        let sources = SourceMap::new();
        let file = sources.add(SourceFile::new("x", source));
        let findings: Vec<Diagnostic> = edits.iter().map(|edits| finding(file, edits)).collect();
        round(file, source.as_bytes(), &findings, Applicability::Safe)
            .map(|round| (String::from_utf8(round.bytes).unwrap(), round.made))
    }

    const PROFILE: &str = "profile x {\n  /a r,\n  /b r, # why\n}\n";

    #[test]
    fn fixes_that_touch_wait_for_the_next_round() {
        let first: &[(usize, usize, &str)] = &[(14, 16, "/c")];
        let second: &[(usize, usize, &str)] = &[(15, 16, "d")];
        let third: &[(usize, usize, &str)] = &[(22, 24, "/e")];
        let (text, made) = fixed(PROFILE, &[first, second, third]).unwrap();
        assert_eq!((text.as_str(), made), ("profile x {\n  /c r,\n  /e r, # why\n}\n", 2));
    }

    #[test]
    fn the_same_fix_found_twice_is_made_once() {
        let insert: &[(usize, usize, &str)] = &[(0, 0, "abi <abi/4.0>,\n")];
        assert_eq!(fixed(PROFILE, &[insert, insert]).unwrap().1, 1);
    }

    #[test]
    fn a_fix_that_breaks_the_parse_is_not_made_and_the_others_are() {
        let good: &[(usize, usize, &str)] = &[(14, 16, "/c")];
        let bad: &[(usize, usize, &str)] = &[(26, 27, "")];
        let (text, made) = fixed(PROFILE, &[good, bad]).unwrap();
        assert_eq!((text.as_str(), made), ("profile x {\n  /c r,\n  /b r, # why\n}\n", 1));
    }

    #[test]
    fn a_fix_that_loses_a_comment_is_not_made() {
        assert_eq!(fixed(PROFILE, &[&[(22, 33, "")]]), None);
    }
}
