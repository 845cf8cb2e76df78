//! Diagnostics to text for people, one-line text, JSON, SARIF and GitHub annotations. One file for each format.
//!
//! It decides nothing: which findings are shown, in which order and with which severity is settled before.
//! Whatever a profile or a path holds, the output is printable: control characters never reach a terminal.

mod concise;
mod full;
mod github;
mod json;
mod sarif;
mod statistics;
mod system;
mod text;
mod tree;

pub use system::{checks, loads, processes, removals, status, unavailable};
pub use text::one_line;
pub use tree::tree;

use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::source::SourceMap;
use std::io::{self, Write};
use std::path::PathBuf;

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// With the source, labels and help: for people.
    Full,
    /// `path:line:column: severity[rule]: message`, one line each: for editors and grep.
    Concise,
    /// One JSON document, see `docs/diagnostics.schema.json`.
    Json,
    /// One JSON object a line, each as in [`Format::Json`].
    Jsonl,
    /// SARIF 2.1.0, for code scanning services.
    Sarif,
    /// Workflow commands that GitHub shows as annotations.
    Github,
}

impl Format {
    /// All formats, in the order of the documentation.
    pub const ALL: [Self; 6] =
        [Self::Full, Self::Concise, Self::Json, Self::Jsonl, Self::Sarif, Self::Github];

    /// The word on the command line and in `aakit.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::Github => "github",
        }
    }
}

/// What SARIF tells of each rule, found or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleDescription {
    /// The id, e.g. `missing-abi`.
    pub id: &'static str,
    /// The group, e.g. `portability`.
    pub group: &'static str,
    /// One sentence: what it finds.
    pub summary: String,
    /// The whole page, as Markdown.
    pub page: String,
    /// How bad its findings are, without a config.
    pub severity: Severity,
    /// When it is on without a config: `on`, `with-target` or `off`.
    pub default: &'static str,
    /// Whether it has a fix, and of which kind.
    pub fix: Option<Applicability>,
}

/// How the output looks.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// Colour the full format.
    pub color: Color,
    /// The width at which text wraps, in columns.
    pub width: usize,
    /// The directory to which SARIF's paths are relative: the root of the checkout.
    pub root: PathBuf,
    /// All rules that the program has, for SARIF.
    pub rules: &'a [RuleDescription],
}

/// Are colours wanted?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// Yes.
    Colored,
    /// No.
    Plain,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { color: Color::Plain, width: 100, root: PathBuf::from("."), rules: &[] }
    }
}

/// Writes `diagnostics`, in their order, as `format` has it.
///
/// # Errors
/// When `out` cannot be written to.
pub fn render(
    out: &mut dyn Write,
    format: Format,
    diagnostics: &[Diagnostic],
    sources: &SourceMap,
    options: &Options<'_>,
) -> io::Result<()> {
    match format {
        Format::Full => full::render(out, diagnostics, sources, options),
        Format::Concise => concise::render(out, diagnostics, sources),
        Format::Json => json::render(out, diagnostics, sources),
        Format::Jsonl => json::render_lines(out, diagnostics, sources),
        Format::Sarif => sarif::render(out, diagnostics, sources, options),
        Format::Github => github::render(out, diagnostics, sources),
    }
}

/// Writes how many findings each rule has, most first.
///
/// # Errors
/// When `out` cannot be written to.
pub fn statistics(out: &mut dyn Write, format: Format, diagnostics: &[Diagnostic]) -> io::Result<()> {
    statistics::render(out, format, diagnostics)
}

/// Writes what is known of each rule as one JSON document.
///
/// # Errors
/// When `out` cannot be written to.
pub fn rules(out: &mut dyn Write, rules: &[RuleDescription]) -> io::Result<()> {
    json::render_rules(out, rules)
}

/// How many there are of each severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

impl Count {
    /// Counts `diagnostics`.
    #[must_use]
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let number =
            |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        Self {
            errors: number(Severity::Error),
            warnings: number(Severity::Warning),
            notes: number(Severity::Note),
        }
    }
}

impl std::fmt::Display for Count {
    /// "2 errors, 1 warning"; "nothing" when there is none.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<String> = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")]
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| format!("{number} {word}{}", if number == 1 { "" } else { "s" }))
            .collect();
        f.write_str(if parts.is_empty() { "nothing" } else { "" })?;
        f.write_str(&parts.join(", "))
    }
}
