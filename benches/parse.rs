//! Parsing and checking speed: `cargo bench --bench parse`. The corpus is `$AAKIT_CORPUS` or `../shared/corpus`; without it
//! a profile of this repository's own is used.

use aakit::policy::{DiskTree, IncludePath, Loader, resolve};
use aakit::source::SourceMap;
use aakit::vocabulary::Version;
use divan::counter::BytesCount;
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

fn below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    let abi = |path: &PathBuf| !path.ends_with("abi");
    paths.filter(abi).flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}

/// Every file of the base directory, parsed on one core.
#[divan::bench]
fn parse(bencher: divan::Bencher<'_, '_>) {
    let files: Vec<Vec<u8>> = below(&base()).iter().filter_map(|path| std::fs::read(path).ok()).collect();
    let bytes: usize = files.iter().map(Vec::len).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        for file in &files {
            divan::black_box(aakit::syntax::parse(file));
        }
    });
}

/// Every profile of the base directory checked, on one core.
#[divan::bench(sample_count = 5)]
fn check() -> usize {
    let base = base();
    let sources = SourceMap::new();
    let loader = Loader::new(&DiskTree, &sources, IncludePath::new([], Some(base.clone())), Version::NEWEST);
    let Ok(entries) = std::fs::read_dir(&base) else { return 0 };
    let profiles = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file());
    let policies = profiles.filter_map(|path| loader.load(&path).ok()).map(|file| resolve(&loader, &file));
    policies.map(|policy| policy.diagnostics.len()).sum()
}
