//! Finding `aakit.toml`: upwards from each file, each read once a run.

use super::common::ConfigFile;
use super::error::Error;
use crate::lint::Config;
use crate::lint::config::FILE_NAME;
use crate::report::{Format, Options, render};
use crate::source::{SourceFile, SourceMap};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The configs of a run.
#[derive(Debug)]
pub(super) struct Configs {
    choice: ConfigFile,
    /// What counts in each directory that was asked about.
    known: HashMap<PathBuf, Arc<Config>>,
    /// Those that were read, by their files.
    read: HashMap<PathBuf, Arc<Config>>,
}

impl Configs {
    /// The configs that the command line chooses.
    pub(super) fn new(choice: ConfigFile) -> Self {
        Self { choice, known: HashMap::new(), read: HashMap::new() }
    }

    /// The config for a file: the one that the command line names, or the nearest in or above the file's directory.
    ///
    /// # Errors
    /// When the config cannot be read, or is wrong.
    pub(super) fn of_file(&mut self, path: &Path) -> Result<Arc<Config>, Error> {
        let absolute = std::path::absolute(path).map_err(|source| Error::read(path, source))?;
        self.of_directory(absolute.parent().unwrap_or(Path::new("/")))
    }

    /// The config for the current directory, which says what is looked at when nothing is named.
    ///
    /// # Errors
    /// As [`Configs::of_file`].
    pub(super) fn here(&mut self) -> Result<Arc<Config>, Error> {
        let directory = std::env::current_dir().map_err(|source| Error::read(".", source))?;
        self.of_directory(&directory)
    }

    fn of_directory(&mut self, directory: &Path) -> Result<Arc<Config>, Error> {
        if let Some(config) = self.known.get(directory) {
            return Ok(Arc::clone(config));
        }
        let file = match &self.choice {
            ConfigFile { no_config: true, .. } => None,
            ConfigFile { config: Some(file), .. } => Some(file.clone()),
            _ => directory.ancestors().map(|above| above.join(FILE_NAME)).find(|file| file.is_file()),
        };
        // One without a file counts as one of no name.
        let file = file.unwrap_or_default();
        let config = match self.read.get(&file) {
            Some(config) => Arc::clone(config),
            None if file.as_os_str().is_empty() => Arc::new(Config::default()),
            None => Arc::new(read(&as_seen_from_here(&file))?),
        };
        self.read.insert(file, Arc::clone(&config));
        self.known.insert(directory.to_path_buf(), Arc::clone(&config));
        Ok(config)
    }
}

/// The path without the current directory in front, as a user would write it.
fn as_seen_from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).map_or_else(|_| path.to_path_buf(), Path::to_path_buf)
}

fn read(path: &Path) -> Result<Config, Error> {
    let bytes = fs::read(path).map_err(|source| Error::read(path, source))?;
    let sources = SourceMap::new();
    let id = sources.add(SourceFile::new(path, bytes));
    Config::parse(&sources.get(id), id).map_err(|errors| {
        let mut page = Vec::new();
        // Writing into memory does not fail.
        let _ = render(&mut page, Format::Full, &errors, &sources, &Options::default());
        let page = String::from_utf8_lossy(&page);
        Error::other(format!("`{}` cannot be used\n\n{}", path.display(), page.trim_end()))
    })
}
