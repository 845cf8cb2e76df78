//! Where an include is looked for, and which files of an included directory count.

use std::path::{Path, PathBuf};

/// The directories in which `<path>` is looked up, in order: every `-I`, then the base directory. `"path"` is opened as it
/// is, a relative one from the current folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IncludePath {
    directories: Vec<PathBuf>,
}

impl IncludePath {
    /// The search path of these include directories and this base.
    #[must_use]
    pub fn new(includes: impl IntoIterator<Item = PathBuf>, base: Option<PathBuf>) -> Self {
        let mut directories: Vec<PathBuf> = includes.into_iter().collect();
        directories.extend(base);
        Self { directories }
    }

    /// The directories.
    #[must_use]
    pub fn directories(&self) -> &[PathBuf] {
        &self.directories
    }

    /// Where `<path>` may be, in the order of search. A leading `/` does not make it absolute.
    pub fn candidates<'a>(&'a self, path: &'a Path) -> impl Iterator<Item = PathBuf> + 'a {
        self.directories.iter().map(move |directory| {
            let mut candidate = directory.clone().into_os_string();
            candidate.push("/");
            candidate.push(path);
            PathBuf::from(candidate)
        })
    }
}

/// The endings of files in an included directory that are left out: package managers' and editors' leftovers.
const SKIPPED: [&str; 12] = [
    ".dpkg-new",
    ".dpkg-old",
    ".dpkg-dist",
    ".dpkg-bak",
    ".dpkg-remove",
    ".pacsave",
    ".pacnew",
    ".rpmnew",
    ".rpmsave",
    ".orig",
    ".rej",
    "~",
];

/// Is a file of this name left out when its directory is included (or given to apparmor_parser)?
#[must_use]
pub fn is_skipped(name: &Path) -> bool {
    let name = name.as_os_str().as_encoded_bytes();
    name.is_empty()
        || name.starts_with(b".")
        || name == b"README"
        || SKIPPED.iter().any(|ending| name.ends_with(ending.as_bytes()))
}
