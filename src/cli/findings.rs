//! Showing findings, and what they mean for the exit code.

use super::context::Context;
use super::{CLEAN, FAILED, FINDINGS};
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::{self, Color, Count, Format, Options};
use crate::source::SourceMap;
use clap::ValueEnum;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OutputFormat {
    /// With source, labels and help
    Full,
    /// path:line:col: severity[rule]: message
    #[allow(rustdoc::broken_intra_doc_links, reason = "the help shows the line as it is")]
    Concise,
    /// One document, see docs/diagnostics.schema.json
    Json,
    /// One object a line
    Jsonl,
    /// SARIF 2.1.0
    Sarif,
    /// GitHub annotations
    Github,
}

impl From<OutputFormat> for Format {
    fn from(format: OutputFormat) -> Self {
        match format {
            OutputFormat::Full => Self::Full,
            OutputFormat::Concise => Self::Concise,
            OutputFormat::Json => Self::Json,
            OutputFormat::Jsonl => Self::Jsonl,
            OutputFormat::Sarif => Self::Sarif,
            OutputFormat::Github => Self::Github,
        }
    }
}

/// The arguments about it.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct Output {
    /// How findings are written [default: full on a terminal, else concise]
    #[arg(long, value_name = "FORMAT", value_enum)]
    output_format: Option<OutputFormat>,
}

impl Output {
    /// The format that was chosen, or fits where the output goes.
    pub(super) fn format(&self, context: &Context) -> Format {
        match self.output_format {
            Some(format) => format.into(),
            None if context.stdout_is_terminal() => Format::Full,
            None => Format::Concise,
        }
    }
}

/// Writes findings as they were asked for.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn show(
    out: &mut dyn Write,
    format: Format,
    findings: &[Diagnostic],
    sources: &SourceMap,
    context: &Context,
) -> io::Result<()> {
    let rules = if format == Format::Sarif { super::rules::descriptions() } else { Vec::new() };
    let options = Options {
        color: if context.colors_stdout() { Color::Colored } else { Color::Plain },
        width: width(),
        root: root(),
        rules: &rules,
    };
    report::render(out, format, findings, sources, &options)
}

/// One line for people that says what was found.
pub(super) fn summary(findings: &[Diagnostic]) -> String {
    let fixable = findings.iter().filter(|finding| finding.fix.is_some()).count();
    let mut text = format!("found {}", Count::of(findings));
    if fixable > 0 {
        text.push_str(&format!("; {fixable} can be fixed, see `--fix` and `--unsafe-fixes`"));
    }
    text
}

/// The exit code: 2 when something could not be looked at, 1 when a finding is at or over `fail_on`.
pub(super) fn exit_code(findings: &[Diagnostic], fail_on: Severity, has_failed: bool) -> ExitCode {
    let counts = findings.iter().any(|finding| finding.severity >= fail_on);
    ExitCode::from(if has_failed {
        FAILED
    } else if counts {
        FINDINGS
    } else {
        CLEAN
    })
}

/// The width of the terminal, in columns; 100 where there is none.
fn width() -> usize {
    rustix::termios::tcgetwinsize(io::stdout()).map_or(100, |size| usize::from(size.ws_col)).clamp(60, 140)
}

/// The root of the checkout that the current directory lies in, to which SARIF's paths are relative.
fn root() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    here.ancestors().find(|directory| directory.join(".git").exists()).unwrap_or(&here).to_path_buf()
}
