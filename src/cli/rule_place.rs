//! A rule and where it stands, for answers that name the rules responsible.

use crate::policy::ResolvedRule;
use crate::source::{Location, SourceMap};
use serde::Serialize;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Place {
    /// The file.
    pub(super) path: String,
    /// 1-based.
    pub(super) line: usize,
    /// 1-based, in bytes.
    pub(super) column: usize,
}

impl Place {
    pub(super) fn new(location: Location, sources: &SourceMap) -> Self {
        let file = sources.get(location.file);
        let place = file.line_column(location.span.start as usize);
        Self { path: file.path().display().to_string(), line: place.line, column: place.column }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}:{}", printable(&self.path), self.line, self.column)
    }
}

/// A rule and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct RulePlace {
    /// Where.
    #[serde(flatten)]
    pub(super) place: Place,
    /// The rule on one line.
    pub(super) text: String,
}

impl RulePlace {
    pub(super) fn new(rule: &ResolvedRule, sources: &SourceMap) -> Self {
        let location = rule.origin.location;
        let text = String::from_utf8_lossy(location.span.of(sources.get(location.file).bytes())).into_owned();
        Self {
            place: Place::new(location, sources),
            text: shortened(&text.split_whitespace().collect::<Vec<_>>().join(" ")),
        }
    }
}

impl std::fmt::Display for RulePlace {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Place { path, line, .. } = &self.place;
        write!(formatter, "`{}` ({}:{line})", printable(&self.text), printable(path))
    }
}

/// The most characters of a rule that are shown.
const SHOWN: usize = 160;

/// As much of a text as is shown.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Control characters never reach a terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}
