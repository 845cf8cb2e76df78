//! Fixes of the redundancy rules remove what adds nothing: apparmor_parser compiles the same bytes before and after.

mod common;

use aakit::diagnostic::Applicability;
use aakit::lint::run::{self, Unit};
use aakit::lint::{Config, FileKind, Level, Levels, fix};
use aakit::policy::{DiskTree, IncludePath, Loader, resolve};
use aakit::source::{SourceFile, SourceMap};
use aakit::vocabulary::Version;
use std::path::{Path, PathBuf};
use std::process::Command;

const RULES: [&str; 6] = [
    "duplicate-rule",
    "mergeable-rules",
    "redundant-alternation",
    "subsumed-rule",
    "unused-alias",
    "unused-include",
];

/// Makes the safe fixes of these rules until nothing changes; the new text, and how many were made.
fn fixed(path: &Path, base: &Path) -> (Vec<u8>, usize) {
    let mut bytes = std::fs::read(path).expect("the profile can be read");
    let mut total = 0;
    let mut levels = Levels::defaults(false);
    levels.apply(&[], &[]);
    for rule in aakit::lint::RULES {
        levels.set(rule.id, if RULES.contains(&rule.id) { Level::On(rule.severity) } else { Level::Off });
    }
    let config = Config::default();
    for _ in 0..fix::MAX_ROUNDS {
        let sources = SourceMap::new();
        let include_path = IncludePath::new([], Some(base.to_path_buf()));
        let loader = Loader::new(&DiskTree, &sources, include_path, Version::V3_0);
        let loaded = loader.add(SourceFile::new(path, bytes.clone()));
        let policy = resolve(&loader, &loaded);
        let unit = Unit {
            loaded: &loaded,
            policy: &policy,
            kind: FileKind::of(&loaded.file),
            levels: levels.clone(),
            config: &config,
            target: None,
        };
        let found = run::find(&unit, &sources);
        let Some(round) = fix::round(loaded.id, &bytes, &found, Applicability::Safe) else { break };
        bytes = round.bytes;
        total += round.made;
    }
    (bytes, total)
}

/// The compiled policy of a text; nothing when this parser refuses it.
fn compiled(parser: &Path, base: &Path, corpus: &Path, text: &[u8]) -> Option<Vec<u8>> {
    let mut command = Command::new(parser);
    command.args(["-QKS", "-M"]).arg(corpus.join("features.all")).arg("-b").arg(base).arg("-I").arg(base);
    let output = common::run_with_input(&mut command, text).expect("the parser runs");
    output.status.success().then_some(output.stdout)
}

/// The profiles of a base directory, by name.
fn profiles(base: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(base).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

#[test]
fn fixes_never_change_what_is_compiled() {
    const TEST: &str = "fixes_never_change_what_is_compiled";
    let (Some(parser), Some(corpus)) = (common::parser(TEST), common::corpus(TEST)) else { return };
    let (mut made, mut compared) = (0, 0);
    for base in [PathBuf::from("/etc/apparmor.d"), corpus.join("apparmor.d")] {
        for path in profiles(&base) {
            let old = std::fs::read(&path).unwrap();
            let (new, count) = fixed(&path, &base);
            if count == 0 {
                continue;
            }
            let Some(before) = compiled(&parser, &base, &corpus, &old) else { continue };
            let after = compiled(&parser, &base, &corpus, &new);
            assert!(
                after.as_ref() == Some(&before),
                "{}:\n{}",
                path.display(),
                String::from_utf8_lossy(&new)
            );
            made += count;
            compared += 1;
        }
    }
    println!("{made} fixes in {compared} profiles left the compiled policy as it was");
    assert!(compared > 0, "nothing was compared");
}

#[test]
fn a_rule_that_is_not_covered_would_be_noticed() {
    const TEST: &str = "a_rule_that_is_not_covered_would_be_noticed";
    let (Some(parser), Some(corpus)) = (common::parser(TEST), common::corpus(TEST)) else { return };
    let base = corpus.join("apparmor.d");
    let compile = |rules: &str| {
        compiled(&parser, &base, &corpus, format!("profile x {{\n{rules}\n}}\n").as_bytes()).unwrap()
    };
    assert_eq!(compile("/etc/* r, /etc/foo r,"), compile("/etc/* r,"));
    assert_ne!(compile("/etc/* r, /etc/foo rw,"), compile("/etc/* r,"));
    assert_ne!(compile("/etc/* r, audit /etc/foo r,"), compile("/etc/* r,"));
    assert_ne!(compile("owner /etc/* r, /etc/foo r,"), compile("owner /etc/* r,"));
}
