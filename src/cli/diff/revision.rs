//! The files of a git revision, as git itself tells them; nothing is checked out.

use super::super::configs::Configs;
use super::super::discover;
use super::super::error::Error;
use super::super::plan::Planned;
use super::Args;
use crate::policy::{DiskTree, FileTree, IncludePath, ReadError};
use crate::source::{MAX_FILE_SIZE, without_detours};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// A revision of the repository around the current directory. Paths outside the repository are those of the disk.
#[derive(Debug)]
pub(super) struct Revision {
    name: String,
    root: PathBuf,
    /// What of it is meant, as a path within the repository.
    inside: PathBuf,
    entries: BTreeMap<PathBuf, Entry>,
    objects: Mutex<Objects>,
}

#[derive(Debug)]
struct Entry {
    object: String,
    is_link: bool,
}

/// `git cat-file --batch`, which hands out one object after the other.
#[derive(Debug)]
struct Objects {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Revision {
    /// The revision of `REV:PATH`.
    ///
    /// # Errors
    /// When there is no git, no repository, or no such revision or path.
    pub(super) fn open(name: &str) -> Result<Self, Error> {
        let (revision, path) = name.split_once(':').unwrap_or((name, ""));
        if revision.is_empty() || revision.starts_with('-') {
            return Err(Error::other(format!("`{revision}` is no revision"))
                .with_help("write REV:PATH, for instance `HEAD~1:apparmor.d`"));
        }
        let root = PathBuf::from(line(&git(&["rev-parse", "--show-toplevel"])?));
        let wanted = format!("{revision}^{{tree}}");
        let tree = git(&["rev-parse", "--verify", "--quiet", &wanted]).map_err(|_| {
            Error::other(format!("there is neither a file `{name}` nor a git revision `{revision}`"))
                .with_help("name a file, a directory, or REV:PATH")
        })?;
        let listing = git(&["ls-tree", "-r", "-z", "--full-tree", &line(&tree)])?;
        let inside = match path.strip_prefix("./") {
            // As git has it: such a path begins in the current directory, any other at the top.
            Some(rest) => {
                let here = std::env::current_dir().map_err(|error| Error::read(".", error))?;
                here.strip_prefix(&root).unwrap_or(Path::new("")).join(rest)
            }
            None => PathBuf::from(path),
        };
        let mut child = Command::new("git")
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| no_git(&error))?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Error::other("git does not talk to aakit"));
        };
        let objects = Mutex::new(Objects { child, stdin, stdout: BufReader::new(stdout) });
        let entries = listing.split(|byte| *byte == 0).filter_map(entry).collect();
        let inside = without_detours(&inside);
        Ok(Self { name: revision.to_owned(), root, inside, entries, objects })
    }

    /// The revision as the user wrote it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The repository's folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The files that hold profiles, with where their includes are searched.
    ///
    /// # Errors
    /// When there is nothing of that name.
    pub(super) fn plan(&self, args: &Args) -> Result<Vec<Planned>, Error> {
        let config = Configs::new(args.config.clone()).here()?;
        let target = args.search.target()?.or(config.target);
        let planned = |path: &Path| {
            let base =
                args.search.base.clone().or_else(|| self.base_of(path).map(|base| self.root.join(base)));
            let base = base.or_else(|| config.base.clone()).unwrap_or_else(|| discover::DEFAULT_BASE.into());
            let includes = args.search.include.iter().chain(&config.includes).cloned();
            Planned {
                path: self.root.join(path),
                bytes: None,
                config: config.clone(),
                target,
                include_path: IncludePath::new(includes, Some(base)),
            }
        };
        if self.entries.contains_key(&self.inside) {
            return Ok(vec![planned(&self.inside)]);
        }
        let below = self.entries.keys().filter(|path| path.starts_with(&self.inside));
        let files: Vec<&PathBuf> = below.collect();
        if files.is_empty() {
            return Err(Error::other(format!(
                "there is no `{}` in the git revision `{}`",
                self.inside.display(),
                self.name
            ))
            .with_help("name it from the top of the repository, or begin it with `./`"));
        }
        Ok(files.into_iter().filter(|path| self.holds_profiles(path)).map(|path| planned(path)).collect())
    }

    fn holds_profiles(&self, path: &Path) -> bool {
        match self.base_of(path) {
            Some(base) => path.strip_prefix(base).is_ok_and(discover::is_walked),
            None => {
                discover::is_walked(path)
                    && self
                        .read(&self.root.join(path))
                        .is_ok_and(|bytes| discover::text_looks_like_policy(path, &bytes))
            }
        }
    }

    /// The nearest folder above that is laid out like `/etc/apparmor.d`.
    fn base_of(&self, path: &Path) -> Option<PathBuf> {
        let holds = |folder: &Path| {
            let from = self.entries.range(folder.to_path_buf()..).next();
            from.is_some_and(|(first, _)| first.starts_with(folder))
        };
        let is_base = |folder: &&Path| holds(&folder.join("abstractions")) || holds(&folder.join("tunables"));
        path.ancestors().skip(1).find(is_base).map(Path::to_path_buf)
    }

    fn object(&self, id: &str) -> std::io::Result<Vec<u8>> {
        let mut objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(objects.stdin, "{id}")?;
        objects.stdin.flush()?;
        let mut header = String::new();
        objects.stdout.read_line(&mut header)?;
        let size = header.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
        let size = size.ok_or_else(|| std::io::Error::other("git has lost an object"))?;
        let mut bytes = Vec::new();
        (&mut objects.stdout).take(size + 1).read_to_end(&mut bytes)?;
        bytes.pop();
        Ok(bytes)
    }

    /// The file that a path names within the repository, links followed.
    fn resolved(&self, inside: PathBuf) -> Result<&Entry, ReadError> {
        let mut inside = inside;
        for _ in 0..MOST_LINKS {
            let Some(entry) = self.entries.get(&inside) else {
                let is_directory = self.entries.keys().any(|file| file.starts_with(&inside));
                return Err(if is_directory { ReadError::Directory } else { ReadError::Missing });
            };
            if !entry.is_link {
                return Ok(entry);
            }
            let target = self.object(&entry.object).map_err(|error| ReadError::Failed(error.to_string()))?;
            let target = PathBuf::from(String::from_utf8_lossy(&target).into_owned());
            inside = without_detours(&inside.parent().unwrap_or(Path::new("")).join(target));
        }
        Err(ReadError::Missing)
    }

    fn within(&self, path: &Path) -> Option<PathBuf> {
        let absolute = std::path::absolute(path).ok()?;
        without_detours(&absolute).strip_prefix(&self.root).map(Path::to_path_buf).ok()
    }
}

/// So many links are followed in a row.
const MOST_LINKS: usize = 8;

impl FileTree for Revision {
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        let Some(inside) = self.within(path) else { return DiskTree.read(path) };
        let entry = self.resolved(inside)?;
        let bytes = self.object(&entry.object).map_err(|error| ReadError::Failed(error.to_string()))?;
        if bytes.len() as u64 > MAX_FILE_SIZE { Err(ReadError::TooLarge) } else { Ok(bytes) }
    }

    fn list(&self, directory: &Path) -> Result<Vec<PathBuf>, ReadError> {
        let Some(inside) = self.within(directory) else { return DiskTree.list(directory) };
        let below = self.entries.keys().filter(|file| file.parent() == Some(&inside));
        let names: Vec<PathBuf> = below.filter_map(|file| file.file_name().map(PathBuf::from)).collect();
        if names.is_empty() { Err(ReadError::Missing) } else { Ok(names) }
    }
}

impl Drop for Revision {
    fn drop(&mut self) {
        let objects = self.objects.get_mut().unwrap_or_else(PoisonError::into_inner);
        // It ends by itself with its input; what it says then does not matter.
        let _ = objects.child.kill();
        let _ = objects.child.wait();
    }
}

/// A line of `git ls-tree -z`: `MODE TYPE OBJECT<tab>PATH`.
fn entry(line: &[u8]) -> Option<(PathBuf, Entry)> {
    use std::os::unix::ffi::OsStrExt as _;
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let head = std::str::from_utf8(&line[..tab]).ok()?;
    let mut words = head.split(' ');
    let (mode, kind, object) = (words.next()?, words.next()?, words.next()?);
    let path = PathBuf::from(std::ffi::OsStr::from_bytes(&line[tab + 1..]));
    (kind == "blob").then(|| (path, Entry { object: object.to_owned(), is_link: mode == "120000" }))
}

/// What git says on standard output.
fn git(args: &[&str]) -> Result<Vec<u8>, Error> {
    let output =
        Command::new("git").args(args).stdin(Stdio::null()).output().map_err(|error| no_git(&error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or_default().trim_start_matches("fatal: ").to_owned();
    Err(Error::other(format!("git cannot read the revision: {said}")))
}

fn no_git(error: &std::io::Error) -> Error {
    Error::other(format!("cannot run `git`: {}", super::super::error::reason(error)))
        .with_help("install git, or name files and directories")
}

fn line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches('\n').to_owned()
}
