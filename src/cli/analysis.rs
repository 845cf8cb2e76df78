//! Reads and resolves the files of a plan, on all cores, each file once however many profiles include it.

use super::context::Context;
use super::error::Error;
use super::plan::Planned;
use crate::policy::{FileTree, IncludePath, LoadedFile, Loader, Policy, ReadError};
use crate::source::SourceMap;
use crate::vocabulary::Version;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// One file, read and judged.
pub(super) struct Analysed<'p, J = Policy> {
    /// The file.
    pub(super) planned: &'p Planned,
    /// Its tree.
    pub(super) loaded: Arc<LoadedFile>,
    /// What it means, or what else was asked.
    pub(super) policy: J,
}

/// From so many files on a run shows its progress, on a terminal.
const SHOWS_PROGRESS: usize = 200;

/// What has been read, with the search path and the version that it was read for.
pub(super) type Loaders<'t> = Vec<(IncludePath, Version, Loader<'t>)>;

/// Reads `files` and lets `judge` look at each, such as [`resolve`](crate::policy::resolve). One that cannot be read is told
/// and left out; the second value is true then.
pub(super) fn analyse<'p, J: Send>(
    files: &'p [Planned],
    tree: &dyn FileTree,
    sources: &SourceMap,
    judge: impl Fn(&Loader<'_>, &Arc<LoadedFile>) -> J + Sync,
    context: &Context,
) -> (Vec<Analysed<'p, J>>, bool) {
    analyse_with(&mut Loaders::new(), files, tree, sources, judge, context)
}

/// The same, where what is read stays in `loaders`.
pub(super) fn analyse_with<'p, 't, J: Send>(
    loaders: &mut Loaders<'t>,
    files: &'p [Planned],
    tree: &'t dyn FileTree,
    sources: &'t SourceMap,
    judge: impl Fn(&Loader<'_>, &Arc<LoadedFile>) -> J + Sync,
    context: &Context,
) -> (Vec<Analysed<'p, J>>, bool) {
    let mut jobs: Vec<(&Planned, usize)> = Vec::with_capacity(files.len());
    for file in files {
        let index = position(loaders, file).unwrap_or_else(|| {
            let loader = Loader::new(tree, sources, file.include_path.clone(), file.version());
            loaders.push((file.include_path.clone(), file.version(), loader));
            loaders.len() - 1
        });
        jobs.push((file, index));
    }
    let bar = progress(files.len());
    let read = |(planned, index): (&'p Planned, usize)| {
        let loader = &loaders[index].2;
        let loaded = match planned.source() {
            Some(source) => loader.add(source),
            None => loader.load(&planned.path).map_err(|error| unreadable(&planned.path, &error))?,
        };
        let policy = judge(loader, &loaded);
        bar.inc(1);
        Ok(Analysed { planned, loaded, policy })
    };
    // To start threads takes longer than to read one file.
    let results: Vec<Result<Analysed<'p, J>, Error>> = match jobs.len() {
        0 | 1 => jobs.into_iter().map(read).collect(),
        _ => {
            start_threads();
            jobs.into_par_iter().map(read).collect()
        }
    };
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

/// Lets this thread work too, not only wait for others: one thread less is started, and the system is asked for memory more
/// seldom, since it gives this one larger pieces.
fn start_threads() {
    // Threads that are there already stay as they are.
    let _ = rayon::ThreadPoolBuilder::new().use_current_thread().build_global();
}

/// The loader that has read `file`.
pub(super) fn loader_of<'l, 't>(loaders: &'l Loaders<'t>, file: &Planned) -> Option<&'l Loader<'t>> {
    position(loaders, file).map(|index| &loaders[index].2)
}

fn position(loaders: &Loaders<'_>, file: &Planned) -> Option<usize> {
    loaders.iter().position(|(path, version, _)| *path == file.include_path && *version == file.version())
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
