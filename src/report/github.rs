//! Workflow commands that GitHub shows as annotations, escaped as GitHub's own toolkit does
//! (<https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts>).

use super::text;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::SourceMap;
use std::io::{self, Write};
use std::path::Path;

pub(super) fn render(out: &mut dyn Write, diagnostics: &[Diagnostic], sources: &SourceMap) -> io::Result<()> {
    for diagnostic in diagnostics {
        let location = diagnostic.primary.location;
        let file = sources.get(location.file);
        let start = file.line_column(location.span.start as usize);
        let end = file.line_column(location.span.end as usize);
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        write!(out, "::{command} file={},line={}", property(&name(file.path())), start.line)?;
        // GitHub takes columns only where the annotation is on one line.
        if start.line == end.line {
            write!(out, ",endLine={},col={},endColumn={}", end.line, start.column, end.column)?;
        } else {
            write!(out, ",endLine={}", end.line)?;
        }
        let mut message = diagnostic.message.clone();
        for note in &diagnostic.notes {
            message.push_str("\nnote: ");
            message.push_str(note);
        }
        if let Some(help) = &diagnostic.help {
            message.push_str("\nhelp: ");
            message.push_str(help);
        }
        writeln!(out, ",title={}::{}", property(&format!("aakit: {}", diagnostic.code)), data(&message))?;
    }
    Ok(())
}

/// The file's name, by which GitHub looks for it: line ends are a part of it, and escaped.
fn name(path: &Path) -> String {
    let lossy = path.to_string_lossy();
    let pieces: Vec<String> = lossy.split_inclusive(['\n', '\r', '\t']).map(piece).collect();
    pieces.concat()
}

/// The text made printable, but for the white space at its end.
fn piece(text: &str) -> String {
    let stem = text.trim_end_matches(['\n', '\r', '\t']);
    format!("{}{}", text::one_line(stem), &text[stem.len()..])
}

/// The text behind `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a `key=value`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_the_command_is_escaped() {
        assert_eq!(data("50% of a::b,\nc"), "50%25 of a::b,%0Ac");
        assert_eq!(property("a:b,c%d"), "a%3Ab%2Cc%25d");
        assert_eq!(property(&name(Path::new("a\nb\tc\x1b[d"))), "a%0Ab\tc?[d");
    }
}
