//! The one way in which the core reads files.

use crate::source::MAX_FILE_SIZE;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is nothing of that name.
    #[error("no such file or directory")]
    Missing,
    /// It is a directory.
    #[error("it is a directory")]
    Directory,
    /// It is a FIFO, a device or a socket: reading it might never end.
    #[error("not a regular file")]
    NotRegular,
    /// It is larger than aakit takes.
    #[error("larger than {} MiB, the most that aakit reads", MAX_FILE_SIZE >> 20)]
    TooLarge,
    /// The system refused.
    #[error("{0}")]
    Failed(String),
}

/// Where files come from: a disk, or a map in memory for tests, editors and library users.
pub trait FileTree: Sync {
    /// The bytes of a regular file.
    ///
    /// # Errors
    /// As [`ReadError`] says.
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError>;

    /// The names in a directory, in any order, of those entries that are regular files (symbolic links followed).
    ///
    /// # Errors
    /// [`ReadError::Missing`] when it is no directory.
    fn list(&self, directory: &Path) -> Result<Vec<PathBuf>, ReadError>;
}

/// The file system.
#[derive(Debug, Clone, Copy, Default)]
pub struct DiskTree;

fn failed(error: &std::io::Error) -> ReadError {
    match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => ReadError::Missing,
        std::io::ErrorKind::IsADirectory => ReadError::Directory,
        _ => {
            ReadError::Failed(error.to_string().split(" (os error").next().unwrap_or_default().to_lowercase())
        }
    }
}

impl FileTree for DiskTree {
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        // The kind is asked before the file is opened: opening a FIFO would wait for a writer.
        let metadata = std::fs::metadata(path).map_err(|error| failed(&error))?;
        if metadata.is_dir() {
            return Err(ReadError::Directory);
        }
        if !metadata.is_file() {
            return Err(ReadError::NotRegular);
        }
        if metadata.len() > MAX_FILE_SIZE {
            return Err(ReadError::TooLarge);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default() + 1);
        let file = std::fs::File::open(path).map_err(|error| failed(&error))?;
        file.take(MAX_FILE_SIZE + 1).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
        if bytes.len() as u64 > MAX_FILE_SIZE { Err(ReadError::TooLarge) } else { Ok(bytes) }
    }

    fn list(&self, directory: &Path) -> Result<Vec<PathBuf>, ReadError> {
        let entries = std::fs::read_dir(directory).map_err(|error| failed(&error))?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| failed(&error))?;
            let is_file = match entry.file_type() {
                Ok(kind) if kind.is_symlink() => {
                    std::fs::metadata(entry.path()).is_ok_and(|target| target.is_file())
                }
                Ok(kind) => kind.is_file(),
                Err(_) => false,
            };
            if is_file {
                names.push(PathBuf::from(entry.file_name()));
            }
        }
        Ok(names)
    }
}

/// Files in memory, by their path.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl MemoryTree {
    /// An empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same tree with one more file.
    #[must_use]
    pub fn with(mut self, path: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.into(), bytes.into());
        self
    }
}

impl FileTree for MemoryTree {
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        if let Some(bytes) = self.files.get(path) {
            return Ok(bytes.clone());
        }
        let is_directory = self.files.keys().any(|file| file.starts_with(path));
        Err(if is_directory { ReadError::Directory } else { ReadError::Missing })
    }

    fn list(&self, directory: &Path) -> Result<Vec<PathBuf>, ReadError> {
        let inside = |file: &&PathBuf| file.parent() == Some(directory);
        let names: Vec<PathBuf> =
            self.files.keys().filter(inside).filter_map(|file| file.file_name().map(PathBuf::from)).collect();
        if names.is_empty() { Err(ReadError::Missing) } else { Ok(names) }
    }
}
