//! Speed of answers: `cargo bench --bench query`. The corpus is `$AAKIT_CORPUS` or `../shared/corpus`; without it the installed
//! profiles are used. One core, everything in memory but for the files themselves.

use aakit::diff::{compare, pair_up};
use aakit::policy::{DiskTree, IncludePath, Loader, Policy, resolve};
use aakit::query::{Half, Query, Request};
use aakit::source::SourceMap;
use aakit::vocabulary::Version;
use divan::counter::ItemsCount;
use std::path::{Path, PathBuf};

fn main() {
    divan::main();
}

fn base() -> PathBuf {
    let corpus = std::env::var_os("AAKIT_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let base = corpus.join("apparmor.d");
    if base.is_dir() { base } else { PathBuf::from("/etc/apparmor.d") }
}

/// The files of the base directory that hold profiles, the largest first.
fn files() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(base()).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort_by_key(|path| std::cmp::Reverse(std::fs::metadata(path).map_or(0, |metadata| metadata.len())));
    files
}

fn policies(files: &[PathBuf]) -> Vec<Policy> {
    let sources = SourceMap::new();
    let loader = Loader::new(&DiskTree, &sources, IncludePath::new([], Some(base())), Version::NEWEST);
    let loaded = files.iter().filter_map(|path| loader.load(path).ok());
    loaded.map(|file| resolve(&loader, &file)).filter(|policy| !policy.profiles.is_empty()).collect()
}

fn request() -> Request {
    Request::parse(&["rw", "/etc/passwd"]).expect("it is a request")
}

/// From nothing to the first answer of the largest profile: reading, resolving, asking.
#[divan::bench(sample_count = 20, sample_size = 1, max_time = 20)]
fn first_answer(bencher: divan::Bencher<'_, '_>) {
    let largest: Vec<PathBuf> = files().into_iter().take(1).collect();
    let request = request();
    bencher.bench(|| {
        let policies = policies(&largest);
        let Some(policy) = policies.first() else { return false };
        let query = Query::new(policy, &policy.profiles[0], Version::NEWEST);
        query.ask(&request, Half::Owner).parts.iter().all(|part| part.granted())
    });
}

/// A thousand answers of one profile that was asked before.
#[divan::bench(sample_count = 50, sample_size = 1, max_time = 20)]
fn batch(bencher: divan::Bencher<'_, '_>) {
    let policies = policies(&files()[..1]);
    let policy = &policies[0];
    let query = Query::new(policy, &policy.profiles[0], Version::NEWEST);
    let paths: Vec<Vec<u8>> =
        (0..1000).map(|number| format!("/usr/lib/x86_64-linux-gnu/lib{number}.so").into_bytes()).collect();
    bencher
        .counter(ItemsCount::new(paths.len()))
        .bench(|| paths.iter().filter(|path| !query.files().ask_both(path)[0].allowed().is_empty()).count());
}

/// Twenty large profiles against themselves with one rule less.
#[divan::bench(sample_count = 3, sample_size = 1, max_time = 60)]
fn diff(bencher: divan::Bencher<'_, '_>) {
    let files: Vec<PathBuf> = files().into_iter().take(20).collect();
    let (old, mut new) = (policies(&files), policies(&files));
    for policy in &mut new {
        policy.profiles[0].rules.pop();
    }
    let (old, new): (Vec<&Policy>, Vec<&Policy>) = (old.iter().collect(), new.iter().collect());
    let pairs = pair_up(&old, &new);
    bencher.counter(ItemsCount::new(pairs.len())).bench(|| {
        let both = pairs.iter().filter_map(|pair| Some((pair.old?, pair.new?)));
        both.map(|(old, new)| compare(old, new, Version::NEWEST).changes.len()).sum::<usize>()
    });
}
