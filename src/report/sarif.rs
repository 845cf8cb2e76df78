//! SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>), which code scanning services read: all rules
//! with their pages, paths relative to the checkout, fixes.

use super::{Options, RuleDescription};
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::source::{FileId, Location, SourceMap, normalized};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

const SCHEMA: &str =
    "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/main/sarif-2.1/schema/sarif-schema-2.1.0.json";

/// The name of the checkout's root in `uriBaseId`, as GitHub's own tools have it.
const ROOT: &str = "%SRCROOT%";

pub(super) fn render(
    out: &mut dyn Write,
    diagnostics: &[Diagnostic],
    sources: &SourceMap,
    options: &Options<'_>,
) -> io::Result<()> {
    let root = normalized(&options.root);
    let places = Places { sources, root: &root };
    let indexes: BTreeMap<&str, usize> =
        options.rules.iter().enumerate().map(|(index, rule)| (rule.id, index)).collect();
    let results: Vec<Value> =
        diagnostics.iter().map(|diagnostic| result(diagnostic, &indexes, &places)).collect();
    let mut root_uri = format!("file://{}", encoded(root.as_os_str()));
    if !root_uri.ends_with('/') {
        root_uri.push('/');
    }
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "aakit",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": options.rules.iter().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { ROOT: { "uri": root_uri } },
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn rule(rule: &RuleDescription) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.summary },
        "help": { "text": rule.page, "markdown": rule.page },
        "defaultConfiguration": {
            "enabled": rule.default == "on",
            "level": level(rule.severity),
        },
        "properties": { "tags": [rule.group, "apparmor"] },
    })
}

fn level(severity: Severity) -> &'static str {
    severity.name()
}

fn result(diagnostic: &Diagnostic, rules: &BTreeMap<&str, usize>, places: &Places) -> Value {
    let mut text = diagnostic.message.clone();
    for note in &diagnostic.notes {
        let _ = write!(text, "\n{note}");
    }
    if let Some(help) = &diagnostic.help {
        let _ = write!(text, "\nhelp: {help}");
    }
    let chain = diagnostic
        .include_chain
        .iter()
        .map(|include| Label { location: *include, message: "included from here".to_owned() });
    let related: Vec<Value> =
        diagnostic.related.iter().cloned().chain(chain).map(|label| places.related(&label)).collect();
    let mut result = json!({
        "ruleId": diagnostic.code,
        "level": level(diagnostic.severity),
        "message": { "text": text },
        "locations": [places.location(diagnostic.primary.location)],
    });
    if let Some(index) = rules.get(diagnostic.code) {
        result["ruleIndex"] = json!(index);
    }
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    if let Some(fix) = diagnostic.fix.as_ref().and_then(|repair| places.fix(repair)) {
        result["fixes"] = json!([fix]);
    }
    result
}

/// Locations as SARIF has them.
struct Places<'a> {
    sources: &'a SourceMap,
    root: &'a Path,
}

impl Places<'_> {
    fn location(&self, location: Location) -> Value {
        json!({ "physicalLocation": { "artifactLocation": self.artifact(location.file), "region": self.region(location) } })
    }

    fn related(&self, label: &Label) -> Value {
        let mut location = self.location(label.location);
        let message = if label.message.is_empty() { "see also" } else { &label.message };
        location["message"] = json!({ "text": message });
        location
    }

    fn region(&self, location: Location) -> Value {
        let file = self.sources.get(location.file);
        let start = file.line_column(location.span.start as usize);
        let end = file.line_column(location.span.end as usize);
        json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
            "byteOffset": location.span.start,
            "byteLength": location.span.len(),
        })
    }

    /// A path below the root is relative to it; any other is absolute.
    fn artifact(&self, file: FileId) -> Value {
        let source = self.sources.get(file);
        let path = normalized(source.path());
        match path.strip_prefix(self.root) {
            Ok(relative) => json!({ "uri": encoded(relative.as_os_str()), "uriBaseId": ROOT }),
            Err(_) => json!({ "uri": format!("file://{}", encoded(path.as_os_str())) }),
        }
    }

    /// SARIF's replacement is text, so a fix whose text is not UTF-8 is left out rather than spoilt.
    fn fix(&self, fix: &Fix) -> Option<Value> {
        let mut changes: BTreeMap<FileId, Vec<Value>> = BTreeMap::new();
        for edit in &fix.edits {
            let text = std::str::from_utf8(&edit.replacement).ok()?;
            changes.entry(edit.location.file).or_default().push(
                json!({ "deletedRegion": self.region(edit.location), "insertedContent": { "text": text } }),
            );
        }
        let changes: Vec<Value> = changes
            .into_iter()
            .map(|(file, replacements)| json!({ "artifactLocation": self.artifact(file), "replacements": replacements }))
            .collect();
        (!changes.is_empty())
            .then(|| json!({ "description": { "text": fix.title }, "artifactChanges": changes }))
    }
}

/// Percent-encoded as RFC 3986 wants a path; bytes that are not UTF-8 survive.
fn encoded(path: &OsStr) -> String {
    path.as_bytes().iter().fold(String::new(), |mut uri, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' | b'~' => {
                uri.push(char::from(*byte))
            }
            other => {
                let _ = write!(uri, "%{other:02X}");
            }
        }
        uri
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_encoded() {
        assert_eq!(encoded(OsStr::from_bytes(b"a b/\xff%")), "a%20b/%FF%25");
    }
}
