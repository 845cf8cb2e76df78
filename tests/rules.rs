//! Every rule's documentation is its test: a bad example fires exactly that rule, a good one none, and a fix leaves
//! nothing to find. `docs/rules.md` is those same pages.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use aakit::diagnostic::{Applicability, Diagnostic};
use aakit::lint::run::{self, Unit};
use aakit::lint::{
    Config, Example, FileKind, Group, Level, Levels, Needs, RULES, RuleInfo, Selector, Shown, TreeContext,
    book, fix, registry,
};
use aakit::policy::{DiskTree, IncludePath, Loader, MemoryTree, Policy, resolve};
use aakit::report::{Format, Options, render};
use aakit::source::{FileId, SourceMap};
use aakit::vocabulary::Target;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

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
        render(&mut out, Format::Concise, &self.findings, &self.sources, &Options::default()).unwrap();
        String::from_utf8(out).unwrap()
    }
}

/// The base directory that examples live in: what they may include without bringing it along.
const BASE: &str = "/base";
const BASE_FILES: [(&str, &str); 6] = [
    ("abi/3.0", ""),
    ("abi/4.0", ""),
    ("abi/5.0", ""),
    (
        "tunables/global",
        "@{HOME} = /home/*/ /root/\n@{PROC} = /proc/\n@{run} = /run/ /var/run/\n@{sys} = /sys/\n@{multiarch} = *-linux-gnu*\n@{pid} = [1-9]*\n",
    ),
    ("abstractions/base", "/etc/ld.so.cache mr,\n"),
    ("abstractions/nameservice", "/etc/hosts r,\n"),
];

fn path(name: &str) -> PathBuf {
    Path::new(BASE).join(name)
}

/// Lints files with the default levels and `rule` on. They are taken for a whole tree.
fn lint(rule: &RuleInfo, example: &Example, files: &[(String, Vec<u8>)]) -> Linted {
    let target: Option<Target> =
        example.target.as_ref().map(|name| name.parse().expect("the example's target exists"));
    let mut levels = Levels::defaults(target.is_some());
    levels.set(rule.id, Level::On(rule.severity));
    let sources = SourceMap::new();
    let config = Config::default();
    let (all_files, findings) = {
        let base = BASE_FILES.iter().map(|(name, text)| (path(name), text.as_bytes().to_vec()));
        let own = files.iter().map(|(name, bytes)| (path(name), bytes.clone()));
        let tree = base.chain(own).fold(MemoryTree::new(), |tree, (path, bytes)| tree.with(path, bytes));
        let version = target.unwrap_or_default().version();
        let loader = Loader::new(&tree, &sources, IncludePath::new([], Some(PathBuf::from(BASE))), version);
        let loaded: Vec<_> = files
            .iter()
            .map(|(name, _)| loader.load(&path(name)).expect("the file is in the tree"))
            .collect();
        let policies: Vec<Policy> = loaded.iter().map(|loaded| resolve(&loader, loaded)).collect();
        let units: Vec<Unit> = loaded
            .iter()
            .zip(&policies)
            .map(|(loaded, policy)| {
                let kind = FileKind::of(&loaded.file);
                Unit {
                    loaded,
                    policy,
                    kind,
                    levels: levels.clone(),
                    config: &config,
                    target,
                    abis: None,
                    shown: Shown::all(),
                }
            })
            .collect();
        let mut found: Vec<Diagnostic> = units.iter().flat_map(|unit| run::find(unit, &sources)).collect();
        let profiles: Vec<&Policy> = policies.iter().filter(|policy| !policy.profiles.is_empty()).collect();
        found.extend(run::find_in_tree(
            &TreeContext { policies: &profiles, sources: &sources, target },
            &levels,
        ));
        (
            loaded.iter().map(|loaded| loaded.id).collect(),
            run::settle(&units, found, Needs::Tree, &sources).findings,
        )
    };
    Linted { sources, files: all_files, findings }
}

fn files(example: &Example) -> Vec<(String, Vec<u8>)> {
    let main = ("example".to_owned(), example.file().into_bytes());
    let others = example.files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes()));
    std::iter::once(main).chain(others).collect()
}

/// Fails with all complaints at once: a run of this test takes its time.
fn fail_with(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn every_bad_example_fires_exactly_its_rule() {
    let mut complaints = Vec::new();
    for rule in RULES {
        for example in &rule.documentation().bad {
            let linted = lint(rule, example, &files(example));
            if linted.codes() != BTreeSet::from([rule.id]) {
                complaints.push(format!(
                    "{} is not what this fires:\n{}{}",
                    rule.id,
                    example.file(),
                    linted.messages()
                ));
            }
        }
    }
    fail_with(&complaints);
}

#[test]
fn every_good_example_is_silent() {
    let mut complaints = Vec::new();
    for rule in RULES {
        for example in &rule.documentation().good {
            let linted = lint(rule, example, &files(example));
            if !linted.findings.is_empty() {
                complaints.push(format!(
                    "{}: this is not silent:\n{}{}",
                    rule.id,
                    example.file(),
                    linted.messages()
                ));
            }
        }
    }
    fail_with(&complaints);
}

#[test]
fn every_fix_leaves_nothing_to_find() {
    let mut complaints = Vec::new();
    for rule in RULES {
        let mut offered = None;
        for example in &rule.documentation().bad {
            let mut files = files(example);
            let mut linted = lint(rule, example, &files);
            let offers =
                linted.findings.iter().flat_map(|finding| &finding.fix).map(|fix| fix.applicability).min();
            offered = offered.into_iter().chain(offers).min();
            if offers.is_none() {
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
            if !linted.findings.is_empty() {
                let text = String::from_utf8_lossy(&files[0].1);
                complaints.push(format!("{}: its fix leaves this:\n{text}{}", rule.id, linted.messages()));
            }
        }
        if offered != rule.fix {
            complaints.push(format!(
                "{}: it declares {:?}, and its examples' findings offer {offered:?}",
                rule.id, rule.fix
            ));
        }
    }
    fail_with(&complaints);
}

/// Every code that the compiler reports has a page.
#[test]
fn every_error_of_the_compiler_is_a_rule() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut directories = vec![root.join("syntax"), root.join("policy")];
    let mut complaints = Vec::new();
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for (at, call) in
                [".code(", "Diagnostic::error(", ".unknown("].iter().flat_map(|call| text.match_indices(call))
            {
                let argument = text[at + call.len()..].trim_start();
                let code = argument.strip_prefix('"').and_then(|rest| rest.split('"').next());
                if code.is_some_and(|code| registry::find(code).is_none()) {
                    complaints.push(format!("{}: `{}` is no rule", path.display(), code.unwrap_or_default()));
                }
            }
        }
    }
    fail_with(&complaints);
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
    let complaints: Vec<String> = found
        .difference(&registered)
        .map(|(group, id)| {
            let name = id.replace('-', "_");
            format!("src/lint/rules/{group}/{name}.rs: no rule `{id}` of group {group} is in the list of src/lint/rules.rs")
        })
        .chain(registered.difference(&found).map(|(group, id)| {
            format!("`{id}` of group {group} belongs into src/lint/rules/{group}/{}.rs", id.replace('-', "_"))
        }))
        .collect();
    fail_with(&complaints);
    assert_eq!(registered.len(), RULES.len(), "a rule is registered twice");
}

/// What is silent because it did not see the tree must not make a suppression look useless.
#[test]
fn a_rule_that_looks_at_trees_says_that_it_needs_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint/rules");
    for rule in RULES {
        let path = root.join(rule.group.name()).join(rule.id.replace('-', "_")).with_extension("rs");
        let looks_at_trees = std::fs::read_to_string(path).unwrap().contains("fn check_tree");
        assert_eq!(rule.needs == Needs::Tree, looks_at_trees, "{}: `needs: Tree` in declare_rule!", rule.id);
    }
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

/// The profile that the README begins with: each of its mistakes is found, at its line.
#[test]
fn each_mistake_of_the_tutorial_profile_is_found() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/httpd.profile");
    let text = std::fs::read(path).unwrap();
    let example = Example::default();
    let rule = RULES.iter().find(|rule| rule.id == "syntax").unwrap();
    let linted = lint(rule, &example, &[("httpd.profile".to_owned(), text)]);
    let found: BTreeSet<(&str, usize)> = linted
        .findings
        .iter()
        .map(|finding| (finding.code, linted.sources.line_column(finding.primary.location).line))
        .collect();
    for mistake in [
        ("missing-abi", 3),
        ("missing-tunables", 3),
        ("path-as-profile-name", 3),
        ("network-not-port", 18),
        ("deny-overrides-allow", 21),
        ("missing-permissions", 27),
        ("missing-permissions", 28),
        ("missing-permissions", 29),
        ("syntax", 30),
    ] {
        assert!(found.contains(&mistake), "{mistake:?} is not among:\n{}", linted.messages());
    }
    let errors: Vec<_> =
        found.iter().filter(|(code, _)| ["syntax", "missing-permissions"].contains(code)).collect();
    assert_eq!(errors.len(), 4, "{}", linted.messages());
}

/// Of profiles with all that they include: what is not shown may spare rules their work, and changes nothing of what is.
#[test]
fn what_is_not_shown_changes_nothing_of_what_is() {
    let Some(corpus) = common::corpus("what_is_not_shown_changes_nothing_of_what_is") else { return };
    let base = corpus.join("apparmor.d");
    let sources = SourceMap::new();
    let include_path = IncludePath::new([], Some(base.clone()));
    let loader = Loader::new(&DiskTree, &sources, include_path, Target::default().version());
    let mut levels = Levels::defaults(true);
    levels.apply(&[Selector::All], &[]);
    let config = Config::default();
    let mut files: Vec<_> = std::fs::read_dir(&base).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.is_file());
    files.sort();
    let mut compared = 0;
    for file in files.iter().step_by(4) {
        let loaded = loader.load(file).unwrap();
        let policy = resolve(&loader, &loaded);
        let find = |shown: Shown| {
            let unit = Unit {
                loaded: &loaded,
                policy: &policy,
                kind: FileKind::of(&loaded.file),
                levels: levels.clone(),
                config: &config,
                target: None,
                abis: None,
                shown,
            };
            let mut found = run::find(&unit, &sources);
            found.retain(|finding| finding.primary.location.file == loaded.id);
            found
        };
        let found = find(Shown::all());
        assert_eq!(find(Shown::only([loaded.id])), found, "{}", file.display());
        compared += found.len();
    }
    assert!(compared > 100, "only {compared} findings were compared");
}
