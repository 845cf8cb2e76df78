//! A rule and where it stands, for answers that name the rules responsible.

use crate::policy::ResolvedRule;
use crate::source::SourceMap;
use serde::Serialize;

/// A rule and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct RulePlace {
    /// The file.
    pub(super) path: String,
    /// 1-based.
    pub(super) line: usize,
    /// 1-based, in bytes.
    pub(super) column: usize,
    /// The rule on one line.
    pub(super) text: String,
}

impl RulePlace {
    pub(super) fn new(rule: &ResolvedRule, sources: &SourceMap) -> Self {
        let file = sources.get(rule.origin.location.file);
        let span = rule.origin.location.span;
        let place = file.line_column(span.start as usize);
        let text = String::from_utf8_lossy(span.of(file.bytes())).into_owned();
        Self {
            path: file.path().display().to_string(),
            line: place.line,
            column: place.column,
            text: on_one_line(&text),
        }
    }
}

impl std::fmt::Display for RulePlace {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "`{}` ({}:{})", printable(&self.text), printable(&self.path), self.line)
    }
}

/// The most characters of a rule that are shown.
const SHOWN: usize = 120;

fn on_one_line(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// Control characters never reach a terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}
