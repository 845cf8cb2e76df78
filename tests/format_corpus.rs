//! Formatting changes no meaning: real profiles compile to the same bytes before and after, and a second run changes nothing.

mod common;

use aakit::format::{FormatError, Style, format};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What became of the lines of a tree.
#[derive(Default)]
struct Changes {
    files: usize,
    changed_files: usize,
    lines: usize,
    changed_lines: usize,
}

impl Changes {
    fn add(&mut self, before: &[u8], after: &[u8]) {
        self.files += 1;
        self.lines += before.iter().filter(|byte| **byte == b'\n').count();
        if before == after {
            return;
        }
        self.changed_files += 1;
        let diff = similar::TextDiff::from_lines(before, after);
        let tags: Vec<_> = diff.iter_all_changes().map(|change| change.tag()).collect();
        let count = |tag| tags.iter().filter(|other| **other == tag).count();
        self.changed_lines += count(similar::ChangeTag::Delete).max(count(similar::ChangeTag::Insert));
    }

    fn share(&self) -> f64 {
        100.0 * self.changed_lines as f64 / self.lines.max(1) as f64
    }
}

/// Formats the tree `from` into `to`; what is no policy is copied.
fn format_tree(from: &Path, to: &Path) -> Changes {
    let mut changes = Changes::default();
    let mut wrong = Vec::new();
    for path in common::files(from) {
        let relative = path.strip_prefix(from).expect("it was found there");
        let bytes = fs::read(&path).expect("it was just listed");
        let target = to.join(relative);
        fs::create_dir_all(target.parent().expect("it is below `to`")).expect("a temporary directory");
        if !common::is_policy(relative) {
            fs::write(target, bytes).expect("a temporary directory");
            continue;
        }
        match formatted_twice(&bytes) {
            Ok(text) => {
                changes.add(&bytes, &text);
                fs::write(target, text).expect("a temporary directory");
            }
            Err(error) => wrong.push(format!("{}: {error}", path.display())),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    changes
}

/// The formatted text, which a second run must leave alone.
fn formatted_twice(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let told = |error: FormatError| format!("{error:?}");
    let once = format(bytes, &Style::default()).map_err(told)?;
    let twice = format(&once, &Style::default()).map_err(told)?;
    if once == twice { Ok(once) } else { Err("a second run changes it".to_owned()) }
}

/// Compiles `names` with both trees and returns those that compile before, and those whose bytes differ after.
fn compare(parser: &Path, trees: (&Path, &Path), names: &[PathBuf], features: &Path) -> (usize, Vec<String>) {
    let next = AtomicUsize::new(0);
    let compiled = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    let work = || {
        while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
            let of = |tree: &Path| common::compile_file(parser, tree, tree, &tree.join(name), features);
            let Some(before) = of(trees.0) else { continue };
            compiled.fetch_add(1, Ordering::Relaxed);
            if of(trees.1).as_ref() != Some(&before) {
                wrong.lock().expect("no thread panics").push(name.display().to_string());
            }
        }
    };
    std::thread::scope(|scope| {
        let count = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        (0..count).for_each(|_| drop(scope.spawn(work)));
    });
    (compiled.into_inner(), wrong.into_inner().expect("no thread panics"))
}

#[test]
fn the_profile_corpus_changes_little_and_keeps_its_meaning() {
    let name = "the_profile_corpus_changes_little_and_keeps_its_meaning";
    let Some(corpus) = common::corpus(name) else { return };
    let tree = corpus.join("apparmor.d");
    let target = tempfile::tempdir().expect("a temporary directory");
    let changes = format_tree(&tree, target.path());
    println!("{} of {} files, {:.2} % of lines", changes.changed_files, changes.files, changes.share());
    assert!(changes.files > 900, "only {} files", changes.files);
    assert!(changes.share() < 5.0, "{:.2} % of lines change", changes.share());
    let Some(parser) = common::parser(name) else { return };
    let names = common::sample(common::top_level(&tree));
    let (compiled, wrong) = compare(&parser, (&tree, target.path()), &names, &corpus.join("features.all"));
    println!("{compiled} of {} compile", names.len());
    assert!(compiled * 2 > names.len(), "only {compiled} of {} compile", names.len());
    assert!(wrong.is_empty(), "the meaning differs: {wrong:?}");
}

#[test]
fn every_installed_profile_keeps_its_meaning() {
    let name = "every_installed_profile_keeps_its_meaning";
    let Some(parser) = common::parser(name) else { return };
    let features = Path::new("/etc/apparmor.d/abi/3.0");
    let installed = Path::new("/etc/apparmor.d");
    let target = tempfile::tempdir().expect("a temporary directory");
    let changes = format_tree(installed, target.path());
    println!("{} of {} files, {:.2} % of lines", changes.changed_files, changes.files, changes.share());
    let (compiled, wrong) =
        compare(&parser, (installed, target.path()), &common::top_level(installed), features);
    assert!(wrong.is_empty(), "the meaning differs: {wrong:?}");
    let extra = Path::new("/usr/share/apparmor/extra-profiles");
    if !extra.is_dir() {
        return;
    }
    // The extra profiles include from the base directory: a formatted one beside the formatted base.
    let extra_target = tempfile::tempdir().expect("a temporary directory");
    let changes = format_tree(extra, extra_target.path());
    println!("{} of {} files, {:.2} % of lines", changes.changed_files, changes.files, changes.share());
    let mut wrong = Vec::new();
    let mut extra_compiled = 0;
    for profile in common::top_level(extra) {
        let before = common::compile_file(&parser, installed, installed, &extra.join(&profile), features);
        let after = common::compile_file(
            &parser,
            target.path(),
            target.path(),
            &extra_target.path().join(&profile),
            features,
        );
        extra_compiled += usize::from(before.is_some());
        if before != after {
            wrong.push(profile);
        }
    }
    println!("{compiled} and {extra_compiled} compile");
    assert!(compiled + extra_compiled > 50, "only {compiled} and {extra_compiled} compile");
    assert!(wrong.is_empty(), "the meaning differs: {wrong:?}");
}

#[test]
fn accepted_parser_cases_keep_their_meaning() {
    let name = "accepted_parser_cases_keep_their_meaning";
    let Some(corpus) = common::corpus(name) else { return };
    let table = fs::read_to_string(corpus.join("simple_tests.tsv")).expect("the table is part of the corpus");
    let mut cases = Vec::new();
    let mut wrong = Vec::new();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let &[case, newest, old, ..] = &cells[..] else { continue };
        let bytes = fs::read(corpus.join("simple_tests").join(case)).expect("listed in the table");
        let bytes = common::without_headers(&bytes);
        match formatted_twice(&bytes) {
            Ok(text) if old == "accept" => cases.push((case.to_owned(), bytes, text)),
            Err(error) if newest == "accept" => wrong.push(format!("{case}: {error}")),
            Ok(_) | Err(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() > 300, "only {} cases", cases.len());
    let Some(parser) = common::parser(name) else { return };
    let features = corpus.join("features.all");
    let of = |text: &[u8]| common::compile_text(&parser, &corpus, &features, text);
    let differs = |(case, before, after): &(String, Vec<u8>, Vec<u8>)| {
        (before != after && of(before) != of(after)).then(|| case.clone())
    };
    let wrong: Vec<String> = cases.iter().filter_map(differs).collect();
    assert!(wrong.is_empty(), "the meaning differs: {wrong:?}");
}

/// The comparison of bytes sees what a formatter could do wrong.
#[test]
fn a_lost_word_is_seen_in_the_bytes() {
    let name = "a_lost_word_is_seen_in_the_bytes";
    let (Some(corpus), Some(parser)) = (common::corpus(name), common::parser(name)) else { return };
    let of =
        |text: &str| common::compile_text(&parser, &corpus, &corpus.join("features.all"), text.as_bytes());
    let good = "@{A} = /a\n@{A} += /b\nprofile t {\n  audit @{A}/x r,\n}\n";
    assert!(of(good).is_some());
    for wrong in [
        good.replace("audit ", ""),
        good.replace("/b", ""),
        good.replace("@{A} = /a\n@{A} += /b", "@{A} = /a @{A} += /b"),
        good.replace("@{A} = /a\n@{A} += /b", "@{A} += /b\n@{A} = /a"),
    ] {
        assert_ne!(of(&wrong), of(good), "{wrong}");
    }
}
