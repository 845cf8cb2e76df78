//! The outputs, as their readers take them: JSON against the published schema, SARIF against the official one, and
//! whatever bytes a profile holds.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use aakit::diagnostic::{Applicability, Diagnostic, Severity};
use aakit::report::{Format, Options, RuleDescription, render};
use aakit::source::{FileId, Location, SourceFile, SourceMap, Span};
use serde_json::Value;

fn location(file: FileId, source: &[u8], marked: &[u8]) -> Location {
    let start =
        source.windows(marked.len()).position(|window| window == marked).expect("the mark is in the source");
    Location::new(file, Span::new(start, start + marked.len()))
}

const PROFILE: &[u8] =
    b"profile x {\n  include <abstractions/y>\n\t/tmp/\xc3\xa4\xff\x1b[31m r,\n  /etc/passwd r\n}\n";
const ABSTRACTION: &[u8] = b"  /etc/shadow r,\n";

/// A finding of each kind: with a fix, with labels in two files, through an include, over a whole file, at its very end.
fn sample() -> (SourceMap, Vec<Diagnostic>) {
    let sources = SourceMap::new();
    let profile = sources.add(SourceFile::new("dir with space/x", PROFILE));
    let abstraction = sources.add(SourceFile::new("abstractions/y", ABSTRACTION));
    let comma = location(profile, PROFILE, b"/etc/passwd r");
    let mut included = Diagnostic::new(
        "secret-read",
        Severity::Warning,
        location(abstraction, ABSTRACTION, b"/etc/shadow"),
        "reads `/etc/shadow`",
    )
    .label("50% of all\nhashes: here, and there")
    .related(location(profile, PROFILE, b"profile x"), "in this profile")
    .note("the file holds the password hashes")
    .help("drop the rule");
    included.include_chain.push(location(profile, PROFILE, b"include <abstractions/y>"));
    let diagnostics = vec![
        Diagnostic::error("syntax", comma, "expected `,` at the end of the rule")
            .label("here")
            .related(location(profile, PROFILE, b"profile x"), "in this profile")
            .help("add the comma")
            .fix(
                "add the comma",
                Applicability::Safe,
                vec![(Span::at(comma.span.end as usize), b",".to_vec())],
            ),
        included,
        Diagnostic::new(
            "hash-include",
            Severity::Note,
            Location::new(profile, Span::new(0, PROFILE.len())),
            "the whole file",
        ),
        Diagnostic::error(
            "syntax",
            Location::new(profile, Span::at(PROFILE.len())),
            "the end \x1b[31m of the file",
        ),
        Diagnostic::error("bad-glob", location(profile, PROFILE, b"/tmp/\xc3\xa4\xff"), "not UTF-8").fix(
            "replace it",
            Applicability::Unsafe,
            vec![(Span::new(0, 1), b"\xff".to_vec())],
        ),
    ];
    (sources, diagnostics)
}

fn rules() -> Vec<RuleDescription> {
    let rule = |id, group, severity, default| RuleDescription {
        id,
        group,
        summary: format!("about {id}"),
        page: format!("# {id}"),
        severity,
        default,
        fix: None,
    };
    vec![
        rule("syntax", "error", Severity::Error, "on"),
        rule("secret-read", "security", Severity::Warning, "on"),
        rule("hash-include", "style", Severity::Note, "off"),
    ]
}

fn text(format: Format) -> String {
    let (sources, diagnostics) = sample();
    let rules = rules();
    let mut out = Vec::new();
    let options = Options { rules: &rules, root: std::env::current_dir().unwrap(), ..Options::default() };
    render(&mut out, format, &diagnostics, &sources, &options).unwrap();
    String::from_utf8(out).expect("output is UTF-8")
}

fn validator(schema: &str) -> jsonschema::Validator {
    let path = format!("{}/{schema}", env!("CARGO_MANIFEST_DIR"));
    // The official schema has one pattern with an unbalanced bracket, which later editions mend.
    let text = std::fs::read_to_string(path)
        .unwrap()
        .replace("^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::validator_for(&schema).expect("the schema is one")
}

fn errors(validator: &jsonschema::Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn json_keeps_the_published_schema() {
    let schema = validator("docs/diagnostics.schema.json");
    let mut document: Value = serde_json::from_str(&text(Format::Json)).unwrap();
    assert_eq!(errors(&schema, &document), [""; 0]);
    assert_eq!(document["summary"]["errors"], 3);
    assert_eq!(document["diagnostics"][0]["location"]["start"]["line"], 4);
    assert_eq!(document["diagnostics"][0]["location"]["start"]["column"], 3);
    assert_eq!(document["diagnostics"][0]["fix"]["edits"][0]["replacement"], ",");
    assert_eq!(document["diagnostics"][4]["fix"]["edits"][0]["replacement_bytes"][0], 255);
    document["diagnostics"][0]["severity"] = "fatal".into();
    assert!(!errors(&schema, &document).is_empty(), "the schema accepts anything");
}

#[test]
fn each_line_of_jsonl_keeps_the_published_schema() {
    let schema = validator("docs/diagnostics.schema.json");
    let text = text(Format::Jsonl);
    assert_eq!(text.lines().count(), 5);
    for line in text.lines() {
        assert_eq!(errors(&schema, &serde_json::from_str(line).unwrap()), [""; 0]);
    }
}

#[test]
fn sarif_keeps_the_official_schema() {
    let schema = validator("tests/data/sarif-2.1.0-rtm.5.json");
    let mut log: Value = serde_json::from_str(&text(Format::Sarif)).unwrap();
    assert_eq!(errors(&schema, &log), [""; 0]);
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), 3);
    let artifact = &run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(artifact["uri"], "dir%20with%20space/x");
    assert_eq!(
        run["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"],
        ","
    );
    assert_eq!(run["results"][4]["fixes"], Value::Null);
    log["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!errors(&schema, &log).is_empty(), "the schema accepts anything");
}

#[test]
fn github_annotations_stay_one_line_each() {
    let text = text(Format::Github);
    assert_eq!(text.lines().count(), 5);
    assert_eq!(
        text.lines().next().unwrap(),
        "::error file=dir with space/x,line=4,endLine=4,col=3,endColumn=16,title=aakit%3A syntax::expected `,` at the end of the rule%0Ahelp: add the comma"
    );
    assert!(text.lines().nth(1).unwrap().starts_with("::warning file=abstractions/y,line=1"));
    assert!(!text.lines().nth(2).unwrap().contains("col="));
}

#[test]
fn concise_is_what_editors_parse() {
    let text = text(Format::Concise);
    assert_eq!(
        text.lines().next().unwrap(),
        "dir with space/x:4:3: error[syntax]: expected `,` at the end of the rule"
    );
    assert_eq!(text.lines().count(), 5);
}

#[test]
fn text_for_people_never_commands_the_terminal() {
    for format in [Format::Full, Format::Concise] {
        assert!(!text(format).contains('\x1b'));
    }
}

#[test]
fn full_shows_source_chain_help_and_fix() {
    insta::assert_snapshot!(text(Format::Full));
}

#[test]
fn a_long_line_is_shown_around_the_mark_only() {
    let sources = SourceMap::new();
    let line =
        format!("profile x {{ {} /marked r, {} }}\n", "/\u{e4} r, ".repeat(2000), "/b r, ".repeat(2000));
    let file = sources.add(SourceFile::new("x", line.clone()));
    let diagnostic = Diagnostic::error("syntax", location(file, line.as_bytes(), b"/marked"), "here");
    let mut out = Vec::new();
    render(&mut out, Format::Full, &[diagnostic], &sources, &Options::default()).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("/marked r,") && text.len() < 1500, "{text}");
}
