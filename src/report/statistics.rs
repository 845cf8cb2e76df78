//! How many findings each rule has: a table for people, one JSON document for programs, or with `jsonl` one for each rule.

use super::Format;
use crate::diagnostic::{Diagnostic, Severity};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{self, Write};

struct Row {
    rule: &'static str,
    severity: Severity,
    count: usize,
    fixable: usize,
}

pub(super) fn render(out: &mut dyn Write, format: Format, diagnostics: &[Diagnostic]) -> io::Result<()> {
    let rows = rows(diagnostics);
    match format {
        Format::Full | Format::Concise | Format::Github => {
            let width = rows.first().map_or(0, |row| row.count.to_string().len());
            for row in rows {
                let fixable =
                    if row.fixable > 0 { format!(" ({} with a fix)", row.fixable) } else { String::new() };
                writeln!(out, "{:>width$}  {}[{}]{fixable}", row.count, row.severity.name(), row.rule)?;
            }
            Ok(())
        }
        Format::Jsonl => {
            for row in rows {
                let object = json!({ "version": 1, "rule": row.rule, "severity": row.severity.name(), "count": row.count, "fixable": row.fixable });
                serde_json::to_writer(&mut *out, &object)?;
                writeln!(out)?;
            }
            Ok(())
        }
        Format::Json | Format::Sarif => {
            let object = |row: &Row| json!({ "rule": row.rule, "severity": row.severity.name(), "count": row.count, "fixable": row.fixable });
            let document = json!({ "version": 1, "statistics": rows.iter().map(object).collect::<Vec<_>>() });
            serde_json::to_writer_pretty(&mut *out, &document)?;
            writeln!(out)
        }
    }
}

/// Most findings first, then by name.
fn rows(diagnostics: &[Diagnostic]) -> Vec<Row> {
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    for diagnostic in diagnostics {
        let row = rows.entry(diagnostic.code).or_insert(Row {
            rule: diagnostic.code,
            severity: diagnostic.severity,
            count: 0,
            fixable: 0,
        });
        row.count += 1;
        row.fixable += usize::from(diagnostic.fix.is_some());
        row.severity = row.severity.max(diagnostic.severity);
    }
    let mut rows: Vec<Row> = rows.into_values().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.count));
    rows
}
