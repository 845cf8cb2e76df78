//! JSON for programs: one document, or one object a line. `docs/diagnostics.schema.json` describes both, and a test
//! validates what is written here against it.

use super::RuleDescription;
use crate::diagnostic::{Diagnostic, Edit, Fix, Label};
use crate::source::{Location, SourceMap};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// Grows when a field changes its meaning or goes; new fields may come without.
const SCHEMA_VERSION: u32 = 1;

pub(super) fn render(out: &mut dyn Write, diagnostics: &[Diagnostic], sources: &SourceMap) -> io::Result<()> {
    let count = super::Count::of(diagnostics);
    let document = json!({
        "version": SCHEMA_VERSION,
        "tool": { "name": "aakit", "version": env!("CARGO_PKG_VERSION") },
        "diagnostics": diagnostics.iter().map(|diagnostic| object(diagnostic, sources)).collect::<Vec<_>>(),
        "summary": { "errors": count.errors, "warnings": count.warnings, "notes": count.notes },
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

pub(super) fn render_lines(
    out: &mut dyn Write,
    diagnostics: &[Diagnostic],
    sources: &SourceMap,
) -> io::Result<()> {
    for diagnostic in diagnostics {
        let mut line = Map::from_iter([("version".to_owned(), json!(SCHEMA_VERSION))]);
        line.append(&mut object(diagnostic, sources));
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)?;
    }
    Ok(())
}

pub(super) fn render_rules(out: &mut dyn Write, rules: &[RuleDescription]) -> io::Result<()> {
    let object = |rule: &RuleDescription| {
        json!({
            "id": rule.id,
            "group": rule.group,
            "severity": rule.severity.name(),
            "default": rule.default,
            "fix": rule.fix,
            "summary": rule.summary,
            "page": rule.page,
        })
    };
    let document = json!({
        "version": SCHEMA_VERSION,
        "tool": { "name": "aakit", "version": env!("CARGO_PKG_VERSION") },
        "rules": rules.iter().map(object).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn object(diagnostic: &Diagnostic, sources: &SourceMap) -> Map<String, Value> {
    let fields = [
        ("rule", json!(diagnostic.code)),
        ("severity", json!(diagnostic.severity.name())),
        ("message", json!(diagnostic.message)),
        ("label", json!(diagnostic.primary.message)),
        ("location", location(diagnostic.primary.location, sources)),
        ("related", diagnostic.related.iter().map(|related| label(related, sources)).collect()),
        ("notes", json!(diagnostic.notes)),
        ("help", json!(diagnostic.help)),
        ("fix", diagnostic.fix.as_ref().map_or(Value::Null, |repair| fix(repair, sources))),
        (
            "included_from",
            diagnostic.include_chain.iter().map(|include| location(*include, sources)).collect(),
        ),
    ];
    fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn label(label: &Label, sources: &SourceMap) -> Value {
    json!({ "message": label.message, "location": location(label.location, sources) })
}

fn fix(fix: &Fix, sources: &SourceMap) -> Value {
    json!({
        "title": fix.title,
        "applicability": fix.applicability,
        "edits": fix.edits.iter().map(|change| edit(change, sources)).collect::<Vec<_>>(),
    })
}

/// The replacement is text where it is UTF-8, and the numbers of its bytes where it is not: nothing is ever lost.
fn edit(edit: &Edit, sources: &SourceMap) -> Value {
    let (key, replacement) = match std::str::from_utf8(&edit.replacement) {
        Ok(text) => ("replacement", json!(text)),
        Err(_) => ("replacement_bytes", json!(edit.replacement)),
    };
    json!({ "location": location(edit.location, sources), key: replacement })
}

fn location(location: Location, sources: &SourceMap) -> Value {
    let file = sources.get(location.file);
    let start = file.line_column(location.span.start as usize);
    let end = file.line_column(location.span.end as usize);
    json!({
        "path": file.path().to_string_lossy(),
        "bytes": { "start": location.span.start, "end": location.span.end },
        "start": { "line": start.line, "column": start.column },
        "end": { "line": end.line, "column": end.column },
    })
}
