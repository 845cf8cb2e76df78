//! Formatting changes no meaning: real profiles compile to the same bytes before and after, and a second run changes nothing.

mod common;

use aakit::format::{FormatError, Style, format};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
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

/// Policy, not a kernel feature file or a link that switches something off.
fn is_policy(path: &Path) -> bool {
    let skipped = ["abi", "disable", "cache", "force-complain"];
    let inside = |part: std::path::Component<'_>| skipped.iter().any(|name| part.as_os_str() == *name);
    !path.components().any(inside) && path.file_name().is_some_and(|name| name != "README")
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
        if !is_policy(relative) {
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

/// The compiled bytes of a file, or `None` when apparmor_parser refuses it or takes too long.
fn compile(parser: &Path, base: &Path, include: &Path, file: &Path, features: &Path) -> Option<Vec<u8>> {
    let mut command = Command::new("timeout");
    command
        .arg("20")
        .arg(parser)
        .args(["-QKS", "-M"])
        .arg(features)
        .arg("-b")
        .arg(base)
        .arg("-I")
        .arg(include);
    let output = command.arg(file).output().ok()?;
    output.status.success().then_some(output.stdout)
}

/// Compiles `names` with both trees and returns those that compile before, and those whose bytes differ after.
fn compare(parser: &Path, trees: (&Path, &Path), names: &[PathBuf], features: &Path) -> (usize, Vec<String>) {
    let next = AtomicUsize::new(0);
    let compiled = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    let work = || {
        while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
            let of = |tree: &Path| compile(parser, tree, tree, &tree.join(name), features);
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

fn top_level(tree: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(tree) else { return Vec::new() };
    let files = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file());
    files.filter_map(|path| path.file_name().map(PathBuf::from)).filter(|name| is_policy(name)).collect()
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
    let Some(parser) = common::parser(name) else { return };
    let names = top_level(&tree);
    let (compiled, wrong) = compare(&parser, (&tree, target.path()), &names, &corpus.join("features.all"));
    println!("{compiled} of {} compile", names.len());
    assert!(wrong.is_empty(), "the meaning differs: {wrong:?}");
}
