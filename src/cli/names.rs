//! A file that is named in one way and included in another is read under two ids. Which of them is the one that a run tells of?

use crate::policy::LoadedFile;
use crate::source::{FileId, SourceMap};
use std::collections::HashMap;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The ids under which the files of a run are told.
pub(super) struct Names<'s> {
    sources: &'s SourceMap,
    paths: TruePaths,
    /// The files of the run by where they really are.
    named: HashMap<PathBuf, FileId>,
    known: HashMap<FileId, FileId>,
}

impl<'s> Names<'s> {
    /// The files of a run.
    pub(super) fn new<'f>(files: impl Iterator<Item = &'f LoadedFile>, sources: &'s SourceMap) -> Self {
        let (mut named, mut known, mut paths) = (HashMap::new(), HashMap::new(), TruePaths::default());
        for file in files {
            named.insert(paths.of(file.source.path()), file.id);
            known.insert(file.id, file.id);
        }
        Self { sources, paths, named, known }
    }

    /// The id under which the file is told: its own, if it is not one of the run.
    pub(super) fn of(&mut self, file: FileId) -> FileId {
        if let Some(name) = self.known.get(&file) {
            return *name;
        }
        let source = self.sources.get(file);
        let name = self.named.get(&self.paths.of(source.path())).copied();
        // Places are only the same where the text is.
        let name = name.filter(|name| self.sources.get(*name).bytes() == source.bytes()).unwrap_or(file);
        self.known.insert(file, name);
        name
    }
}

/// Where files really are, symbolic links followed. Most files stand in few directories, and of each directory that is asked once.
#[derive(Default)]
struct TruePaths {
    directories: HashMap<PathBuf, Option<PathBuf>>,
}

impl TruePaths {
    /// The path as the system has it; where there is no file, as it is.
    fn of(&mut self, path: &Path) -> PathBuf {
        self.plain(path).or_else(|| std::fs::canonicalize(path).ok()).unwrap_or_else(|| path.to_path_buf())
    }

    /// The same for a file that is no link itself.
    fn plain(&mut self, path: &Path) -> Option<PathBuf> {
        let name: OsString = path.file_name()?.to_owned();
        let is_link =
            std::fs::read_link(path).err().is_none_or(|error| error.kind() != ErrorKind::InvalidInput);
        if is_link {
            return None;
        }
        let directory =
            path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !self.directories.contains_key(directory) {
            self.directories.insert(directory.to_path_buf(), std::fs::canonicalize(directory).ok());
        }
        self.directories.get(directory)?.as_ref().map(|directory| directory.join(name))
    }
}
