//! Reads and resolves the files of a plan, on all cores, each file once however many profiles include it.

use super::context::Context;
use super::error::Error;
use super::plan::Planned;
use crate::policy::{FileTree, IncludePath, LoadedFile, Loader, Policy, ReadError, resolve};
use crate::source::SourceMap;
use crate::vocabulary::Version;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// One file, read and resolved.
pub(super) struct Analysed<'p> {
    /// The file.
    pub(super) planned: &'p Planned,
    /// Its tree.
    pub(super) loaded: Arc<LoadedFile>,
    /// What it means.
    pub(super) policy: Policy,
}

/// From so many files on a run shows its progress, on a terminal.
const SHOWS_PROGRESS: usize = 200;

/// What of a policy is wanted once it is resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// Its errors alone: the profiles of a large tree are many megabytes.
    Errors,
    /// All of it.
    Everything,
}

/// Reads and resolves `files`. One that cannot be read is told and left out; the second value is true then.
pub(super) fn analyse<'p>(
    files: &'p [Planned],
    tree: &dyn FileTree,
    sources: &SourceMap,
    keep: Keep,
    context: &Context,
) -> (Vec<Analysed<'p>>, bool) {
    let mut loaders: Vec<(IncludePath, Version, Loader<'_>)> = Vec::new();
    let mut jobs: Vec<(&Planned, usize)> = Vec::with_capacity(files.len());
    for file in files {
        let same = |(path, version, _): &(IncludePath, Version, Loader)| {
            *path == file.include_path && *version == file.version()
        };
        let index = loaders.iter().position(same).unwrap_or_else(|| {
            let loader = Loader::new(tree, sources, file.include_path.clone(), file.version());
            loaders.push((file.include_path.clone(), file.version(), loader));
            loaders.len() - 1
        });
        jobs.push((file, index));
    }
    let bar = progress(files.len());
    let results: Vec<Result<Analysed<'p>, Error>> = jobs
        .into_par_iter()
        .map(|(planned, index)| {
            let loader = &loaders[index].2;
            let loaded = match planned.source() {
                Some(source) => loader.add(source),
                None => loader.load(&planned.path).map_err(|error| unreadable(&planned.path, &error))?,
            };
            let mut policy = resolve(loader, &loaded);
            if keep == Keep::Errors {
                policy.profiles = Vec::new();
                policy.includes = Vec::new();
            }
            bar.inc(1);
            Ok(Analysed { planned, loaded, policy })
        })
        .collect();
    bar.finish_and_clear();
    let mut has_failed = false;
    let mut analysed = Vec::with_capacity(results.len());
    for result in results {
        match result {
            Ok(one) => analysed.push(one),
            Err(error) => {
                context.error(&error);
                has_failed = true;
            }
        }
    }
    (analysed, has_failed)
}

fn unreadable(path: &Path, error: &ReadError) -> Error {
    Error::other(format!("cannot read `{}`: {error}", path.display()))
}

/// A bar on standard error; nothing is drawn when that is no terminal.
fn progress(length: usize) -> ProgressBar {
    if length < SHOWS_PROGRESS {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length as u64);
    match ProgressStyle::with_template("{bar:30} {pos}/{len} files") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// A tree in which some files have other content than on the disk: what fixes have made so far. A file is the same by whatever
/// path it is reached.
#[derive(Debug)]
pub(super) struct Overlay<T> {
    below: T,
    changed: RwLock<HashMap<PathBuf, Arc<[u8]>>>,
}

impl<T: FileTree> Overlay<T> {
    /// The tree as it is.
    pub(super) fn new(below: T) -> Self {
        Self { below, changed: RwLock::default() }
    }

    /// Gives a file another content.
    pub(super) fn set(&self, path: &Path, bytes: Arc<[u8]>) {
        self.changed.write().unwrap_or_else(PoisonError::into_inner).insert(true_path(path), bytes);
    }
}

impl<T: FileTree> FileTree for Overlay<T> {
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        let changed = self.changed.read().unwrap_or_else(PoisonError::into_inner);
        let content = if changed.is_empty() { None } else { changed.get(&true_path(path)) };
        content.map_or_else(|| self.below.read(path), |bytes| Ok(bytes.to_vec()))
    }

    fn list(&self, directory: &Path) -> Result<Vec<PathBuf>, ReadError> {
        self.below.list(directory)
    }
}

fn true_path(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}
