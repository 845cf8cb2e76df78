//! Formatting speed: `cargo bench --bench format`. The corpus is `$AAKIT_CORPUS` or `../shared/corpus`; without it the installed
//! profiles are used.

use aakit::format::{Style, format};
use divan::counter::{BytesCount, ItemsCount};
use std::path::{Path, PathBuf};

fn main() {
    divan::main();
}

fn files() -> Vec<Vec<u8>> {
    let corpus = std::env::var_os("AAKIT_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let base = corpus.join("apparmor.d");
    let base = if base.is_dir() { base } else { PathBuf::from("/etc/apparmor.d") };
    below(&base).iter().filter_map(|path| std::fs::read(path).ok()).collect()
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    let policy = |path: &PathBuf| !path.ends_with("abi");
    paths.filter(policy).flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}

/// Every file of the base directory, laid out and checked on one core.
#[divan::bench]
fn all(bencher: divan::Bencher<'_, '_>) {
    let files = files();
    let bytes: usize = files.iter().map(Vec::len).sum();
    let style = Style::default();
    bencher.counter(BytesCount::new(bytes)).counter(ItemsCount::new(files.len())).bench(|| {
        for file in &files {
            let _ = divan::black_box(format(file, &style));
        }
    });
}
