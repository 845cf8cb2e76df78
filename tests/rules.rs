//! Every rule's documentation is its test: a bad example fires exactly that rule, a good one none, and a fix leaves
//! nothing to find. `docs/rules.md` is those same pages.

use aakit::diagnostic::{Applicability, Diagnostic};
use aakit::lint::{Config, Example, FileContext, Group, Level, Levels, RULES, RuleInfo, book, fix, run};
use aakit::source::{FileId, SourceFile, SourceMap};
use aakit::syntax::parse;
use std::collections::BTreeSet;
use std::path::Path;

/// What an example's files hold, and what is found in them.
struct Linted {
    sources: SourceMap,
    files: Vec<FileId>,
    findings: Vec<Diagnostic>,
}

impl Linted {
    fn codes(&self) -> BTreeSet<&str> {
        self.findings.iter().map(|finding| finding.code).collect()
    }

    fn messages(&self) -> String {
        let mut out = Vec::new();
        aakit::report::render(
            &mut out,
            aakit::report::Format::Concise,
            &self.findings,
            &self.sources,
            &Default::default(),
        )
        .unwrap();
        String::from_utf8(out).unwrap()
    }
}

/// Lints files with the default levels and `rule` on.
fn lint(rule: &RuleInfo, example: &Example, files: &[(String, Vec<u8>)]) -> Linted {
    let target = example.target.as_ref().map(|name| name.parse().expect("the example's target exists"));
    let mut levels = Levels::defaults(target.is_some());
    levels.set(rule.id, Level::On(rule.severity));
    let sources = SourceMap::new();
    let mut linted = Linted { sources, files: Vec::new(), findings: Vec::new() };
    for (path, bytes) in files {
        let id = linted.sources.add(SourceFile::new(path, bytes.clone()));
        let source = linted.sources.get(id);
        let parsed = parse(bytes);
        let mut findings: Vec<Diagnostic> =
            parsed.errors.iter().map(|error| error.to_diagnostic(id)).collect();
        let context = FileContext::new(id, &source, &parsed.file, target);
        findings.extend(run::check_file(&context, &levels));
        linted.findings.extend(run::judge(&context, findings, &levels, &Config::default()));
        linted.files.push(id);
    }
    linted
}

fn files(example: &Example) -> Vec<(String, Vec<u8>)> {
    let main = ("example".to_owned(), example.file().into_bytes());
    let others = example.files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes()));
    std::iter::once(main).chain(others).collect()
}

#[test]
fn every_bad_example_fires_exactly_its_rule() {
    for rule in RULES {
        for example in &rule.documentation().bad {
            let linted = lint(rule, example, &files(example));
            assert_eq!(
                linted.codes(),
                BTreeSet::from([rule.id]),
                "{}:\n{}{}",
                rule.id,
                example.file(),
                linted.messages()
            );
        }
    }
}

#[test]
fn every_good_example_is_silent() {
    for rule in RULES {
        for example in &rule.documentation().good {
            let linted = lint(rule, example, &files(example));
            assert!(linted.findings.is_empty(), "{}:\n{}{}", rule.id, example.file(), linted.messages());
        }
    }
}

#[test]
fn every_fix_leaves_nothing_to_find() {
    for rule in RULES {
        let mut best = None;
        for example in &rule.documentation().bad {
            let mut files = files(example);
            let mut linted = lint(rule, example, &files);
            let offered =
                linted.findings.iter().flat_map(|finding| &finding.fix).map(|fix| fix.applicability).min();
            best = best.min(offered).or(best).or(offered);
            if offered.is_none() {
                continue;
            }
            for _ in 0..fix::MAX_ROUNDS {
                let mut made = 0;
                for (id, (_, bytes)) in linted.files.iter().zip(&mut files) {
                    if let Some(round) = fix::round(*id, bytes, &linted.findings, Applicability::Unsafe) {
                        *bytes = round.bytes;
                        made += round.made;
                    }
                }
                linted = lint(rule, example, &files);
                if made == 0 {
                    break;
                }
            }
            let text = String::from_utf8_lossy(&files[0].1);
            assert!(linted.findings.is_empty(), "{} after its fix:\n{text}{}", rule.id, linted.messages());
        }
        assert_eq!(best, rule.fix, "{}: what its findings offer is not what it declares", rule.id);
    }
}

#[test]
fn every_page_is_complete() {
    for rule in RULES {
        let page = rule.documentation();
        let id = rule.id;
        assert!(
            page.summary.ends_with('.') && page.summary.len() < 160,
            "{id}: the first paragraph is one short sentence"
        );
        assert!(!page.why.is_empty() && !page.source.is_empty(), "{id}: `# Why` and `# Source` are missing");
        assert!(!page.bad.is_empty() && !page.good.is_empty(), "{id}: `# Bad` and `# Good` are missing");
        assert_eq!(
            !page.fix.is_empty(),
            rule.fix.is_some(),
            "{id}: `# Fix` stands exactly where there is one"
        );
        assert_eq!(page.unknown, [""; 0], "{id}: unknown headings");
        assert_eq!(
            rule.group == Group::Error,
            rule.severity == aakit::diagnostic::Severity::Error,
            "{id}: only errors are errors"
        );
    }
}

#[test]
fn every_file_is_a_registered_rule_of_that_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint/rules");
    let mut found = BTreeSet::new();
    for group in Group::ALL {
        // An empty group has no directory.
        for entry in std::fs::read_dir(root.join(group.name())).into_iter().flatten() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if let Some(name) = name.strip_suffix(".rs") {
                found.insert((group.name(), name.replace('_', "-")));
            }
        }
    }
    let registered: BTreeSet<_> = RULES.iter().map(|rule| (rule.group.name(), rule.id.to_owned())).collect();
    assert_eq!(found, registered);
    assert_eq!(registered.len(), RULES.len(), "a rule is registered twice");
}

#[test]
fn the_book_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    if std::env::var_os("AAKIT_UPDATE_DOCS").is_some() {
        std::fs::write(&path, book::book()).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).is_ok_and(|text| text == book::book()),
        "docs/rules.md is old: run with AAKIT_UPDATE_DOCS=1"
    );
}
