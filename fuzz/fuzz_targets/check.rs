//! A small tree in memory, its files separated by `\n---\n`: resolving it never panics or hangs.

#![no_main]

use aakit::policy::{IncludePath, Loader, MemoryTree, resolve};
use aakit::source::SourceMap;
use aakit::vocabulary::Version;
use libfuzzer_sys::fuzz_target;
use std::path::{Path, PathBuf};

fuzz_target!(|data: &[u8]| {
    let mut files: Vec<&[u8]> = vec![data];
    while let Some(at) = files[files.len() - 1].windows(5).position(|window| window == b"\n---\n") {
        let last = files.len() - 1;
        let whole = files[last];
        files[last] = &whole[..=at];
        files.push(&whole[at + 5..]);
    }
    let mut tree = MemoryTree::new();
    for (index, file) in files.iter().enumerate() {
        tree = tree.with(format!("/base/{index}"), *file);
    }
    let sources = SourceMap::new();
    for version in [Version::V3_0, Version::NEWEST] {
        let path = IncludePath::new([], Some(PathBuf::from("/base")));
        let loader = Loader::new(&tree, &sources, path, version);
        let Ok(root) = loader.load(Path::new("/base/0")) else { return };
        let policy = resolve(&loader, &root);
        for diagnostic in &policy.diagnostics {
            let place = diagnostic.primary.location;
            assert!(place.span.end as usize <= sources.get(place.file).bytes().len());
        }
    }
});
