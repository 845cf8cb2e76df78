//! Each file read and parsed once a run.

use super::beginning::Beginning;
use super::include_path::{IncludePath, is_skipped};
use super::resolved::ResolvedKind;
use super::tree::{FileTree, ReadError};
use super::validate::validate;
use crate::glob::{Dialect, Glob, GlobError};
use crate::source::{FileId, SourceFile, SourceMap};
use crate::syntax::{File, IncludeForm, Item, ItemKind, SyntaxError, parse_for};
use crate::vocabulary::Version;
use foldhash::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A file, parsed.
#[derive(Debug)]
pub struct LoadedFile {
    /// Its name in the source map.
    pub id: FileId,
    /// Its name and bytes.
    pub source: Arc<SourceFile>,
    /// Its tree.
    pub file: File,
    /// Its errors, so far as they do not depend on other files.
    pub errors: Vec<SyntaxError>,
    /// The version of apparmor_parser as which it was read.
    pub version: Version,
    /// What its rules come to under each set of shared declarations.
    lowered: Mutex<Vec<(usize, Arc<Lowered>)>>,
}

/// What the rules of an included file come to wherever variables are the same.
#[derive(Debug)]
pub(super) struct Lowered {
    /// The resolved form of each item that is a rule and means the same in every profile: found when first needed.
    kinds: Box<[OnceLock<ResolvedKind>]>,
    /// The places of the items that matter to who wants the errors alone, once all rules are known.
    notable: OnceLock<Box<[usize]>>,
}

impl Lowered {
    /// The place for the resolved form of an item.
    pub(super) fn kind(&self, index: usize) -> Option<&OnceLock<ResolvedKind>> {
        self.kinds.get(index)
    }

    /// The places of the items that matter to who wants the errors alone, as far as that is known.
    pub(super) fn notable(&self) -> Option<&[usize]> {
        self.notable.get().map(|places| &**places)
    }

    /// Notes which items matter, where each rule is known by now: all but comments and rules that `concerns` is not true of.
    pub(super) fn note(&self, items: &[Item], concerns: impl Fn(&ResolvedKind) -> bool) {
        let is_known = |(item, kind): (&Item, &OnceLock<ResolvedKind>)| {
            !matches!(item.kind, ItemKind::Rule(_)) || kind.get().is_some()
        };
        if !items.iter().zip(&self.kinds).all(is_known) {
            return;
        }
        let matters = |(_, (item, kind)): &(usize, (&Item, &OnceLock<ResolvedKind>))| match item.kind {
            ItemKind::Comment(_) => false,
            ItemKind::Rule(_) => kind.get().is_none_or(&concerns),
            _ => true,
        };
        let notable = items.iter().zip(&self.kinds).enumerate().filter(matters).map(|(index, _)| index);
        // Another thread may have been first, with the same result.
        let _ = self.notable.set(notable.collect());
    }
}

impl LoadedFile {
    /// The places for what the rules at the top level come to under that set of shared declarations.
    pub(super) fn lowered(&self, piece: usize) -> Arc<Lowered> {
        let mut lowered = self.lowered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, places)) = lowered.iter().find(|(known, _)| *known == piece) {
            return Arc::clone(places);
        }
        let kinds = self.file.items.iter().map(|_| OnceLock::new()).collect();
        let places = Arc::new(Lowered { kinds, notable: OnceLock::new() });
        lowered.push((piece, Arc::clone(&places)));
        places
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.source.bytes()
    }
}

/// What an include directive finds, the same wherever it stands.
#[derive(Debug)]
pub(super) struct Included {
    /// Where it is.
    pub(super) path: Arc<Path>,
    /// A number for that path: what was included in a scope is remembered by it.
    pub(super) place: usize,
    /// What is there.
    pub(super) content: IncludedContent,
}

/// What is at the path of an include.
#[derive(Debug)]
pub(super) enum IncludedContent {
    /// A file.
    File(Arc<LoadedFile>),
    /// A directory, whose files are included.
    Directory,
    /// Something that cannot be read.
    Unreadable(ReadError),
}

type Slot<T> = Arc<OnceLock<T>>;
type Loaded = Result<Arc<LoadedFile>, ReadError>;
type Listing = Result<Arc<[PathBuf]>, ReadError>;
/// By their text.
type Globs = HashMap<Box<[u8]>, Result<Arc<Glob>, GlobError>>;
/// What the directives find, by the form and the name that they are written with; `None` when nothing is there.
type Includes = HashMap<IncludeForm, HashMap<Box<[u8]>, Option<Arc<Included>>>>;

/// How many parts the cache of globs has, so that threads seldom wait for each other.
const SHARDS: usize = 16;

/// Reads and parses files, each once, for as many compilations as there are; shared between threads.
pub struct Loader<'a> {
    tree: &'a dyn FileTree,
    sources: &'a SourceMap,
    include_path: IncludePath,
    version: Version,
    files: Mutex<HashMap<PathBuf, Slot<Loaded>>>,
    directories: Mutex<HashMap<PathBuf, Slot<Listing>>>,
    includes: Mutex<Includes>,
    /// The number of each path that an include has found.
    places: Mutex<HashMap<OsString, usize>>,
    /// Files that only need to be there, such as those of an `abi` line.
    readable: Mutex<HashMap<PathBuf, Slot<Result<(), ReadError>>>>,
    /// What preambles begin with, by the name of their first include.
    beginnings: Mutex<HashMap<Box<[u8]>, Arc<Beginning>>>,
    /// How many of them were made: their ids.
    pieces: AtomicUsize,
    globs: [Mutex<HashMap<Dialect, Globs>>; SHARDS],
}

impl std::fmt::Debug for Loader<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Loader").field("include_path", &self.include_path).finish_non_exhaustive()
    }
}

impl<'a> Loader<'a> {
    /// A loader that reads from `tree`, names files in `sources`, and judges as that version of apparmor_parser.
    #[must_use]
    pub fn new(
        tree: &'a dyn FileTree,
        sources: &'a SourceMap,
        include_path: IncludePath,
        version: Version,
    ) -> Self {
        Self {
            tree,
            sources,
            include_path,
            version,
            files: Mutex::default(),
            directories: Mutex::default(),
            includes: Mutex::default(),
            places: Mutex::default(),
            readable: Mutex::default(),
            beginnings: Mutex::default(),
            pieces: AtomicUsize::new(0),
            globs: Default::default(),
        }
    }

    /// The files.
    #[must_use]
    pub fn sources(&self) -> &'a SourceMap {
        self.sources
    }

    /// The search path.
    #[must_use]
    pub fn include_path(&self) -> &IncludePath {
        &self.include_path
    }

    /// The version of apparmor_parser whose verdict is asked.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The file of that path.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn load(&self, path: &Path) -> Loaded {
        let slot = slot(&self.files, path);
        slot.get_or_init(|| {
            let bytes = self.tree.read(path)?;
            Ok(self.add(SourceFile::new(path, bytes)))
        })
        .clone()
    }

    /// A file whose bytes are at hand: standard input, or a rendered template.
    pub fn add(&self, source: SourceFile) -> Arc<LoadedFile> {
        let parse = parse_for(source.bytes(), self.version);
        let errors = self.errors(parse.errors, &parse.file, source.bytes());
        let id = self.sources.add(source);
        let source = self.sources.get(id);
        let version = self.version;
        Arc::new(LoadedFile { id, source, file: parse.file, errors, version, lowered: Mutex::default() })
    }

    /// What a preamble that begins with this include declares, if one was read before.
    pub(super) fn beginning(&self, include: &[u8]) -> Option<Arc<Beginning>> {
        self.beginnings.lock().unwrap_or_else(PoisonError::into_inner).get(include).cloned()
    }

    /// Keeps what a preamble declares that begins with this include; where another thread was first, its result is taken.
    pub(super) fn keep_beginning(&self, include: &[u8], beginning: Beginning) -> Arc<Beginning> {
        let mut beginnings = self.beginnings.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(beginnings.entry(include.into()).or_insert_with(|| Arc::new(beginning)))
    }

    /// A number for a set of shared declarations.
    pub(super) fn next_piece(&self) -> usize {
        self.pieces.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The errors of the text itself.
    fn errors(&self, mut errors: Vec<SyntaxError>, file: &File, source: &[u8]) -> Vec<SyntaxError> {
        errors.extend(validate(file, source, self.version));
        errors.sort_by_key(|error| error.span);
        one_for_line_ends(&mut errors, source);
        errors
    }

    /// The names of the files in a directory that an include of it takes, in the order in which they are read: the last
    /// first, as apparmor_parser has it.
    ///
    /// # Errors
    /// When it is no directory, or cannot be read.
    pub fn list(&self, directory: &Path) -> Listing {
        let slot = slot(&self.directories, directory);
        slot.get_or_init(|| {
            let mut names = self.tree.list(directory)?;
            names.retain(|name| !is_skipped(name));
            names.sort_by(|one, other| other.as_os_str().cmp(one.as_os_str()));
            Ok(names.into())
        })
        .clone()
    }

    /// What an include of that form and name finds: the first of the search path that is there. The same name is searched once a run.
    pub(super) fn included(&self, form: IncludeForm, name: &[u8]) -> Option<Arc<Included>> {
        let lock = || self.includes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&form).and_then(|names| names.get(name)) {
            return known.clone();
        }
        // Not under the lock: files are read and parsed. Of two threads that search the same, both find the same.
        let path = path_of(name);
        let found = match form {
            IncludeForm::Search => self.include_path.candidates(path).find_map(|path| self.look_at(&path)),
            IncludeForm::Quoted | IncludeForm::Bare => self.look_at(path),
        };
        let found = found.map(Arc::new);
        lock().entry(form).or_default().entry(name.into()).or_insert(found).clone()
    }

    fn look_at(&self, path: &Path) -> Option<Included> {
        let content = match self.load(path) {
            Ok(file) => IncludedContent::File(file),
            Err(ReadError::Directory) => IncludedContent::Directory,
            Err(ReadError::Missing) => return None,
            Err(error) => IncludedContent::Unreadable(error),
        };
        Some(Included { path: path.into(), place: self.place(path.as_os_str()), content })
    }

    /// A number for a path as it is spelt: to apparmor_parser `a//b` and `a/b` are two files.
    pub(super) fn place(&self, path: &OsStr) -> usize {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let next = places.len();
        *places.entry(path.to_owned()).or_insert(next)
    }

    /// Is there a file of that path that can be read? Nothing when there is none.
    pub(super) fn exists(&self, path: &Path) -> Option<Result<(), ReadError>> {
        let slot = slot(&self.readable, path);
        match slot.get_or_init(|| self.tree.read(path).map(drop)).clone() {
            Err(ReadError::Missing) => None,
            result => Some(result),
        }
    }

    /// The glob of a text whose variables are replaced. The same text is read once a run.
    ///
    /// # Errors
    /// What is wrong with the glob.
    pub fn glob(&self, text: &[u8], dialect: Dialect) -> Result<Arc<Glob>, GlobError> {
        // Texts differ at their ends.
        let ends = text.iter().rev().take(8);
        let shard =
            ends.fold(text.len(), |sum, byte| sum.wrapping_mul(31).wrapping_add((*byte).into())) % SHARDS;
        let mut globs = self.globs[shard].lock().unwrap_or_else(PoisonError::into_inner);
        let globs = globs.entry(dialect).or_default();
        if let Some(known) = globs.get(text) {
            return known.clone();
        }
        let glob = Glob::parse(text, dialect).map(Arc::new);
        globs.insert(text.into(), glob.clone());
        glob
    }
}

/// A path as the source spells it.
pub(super) fn path_of(name: &[u8]) -> &Path {
    use std::os::unix::ffi::OsStrExt;
    Path::new(std::ffi::OsStr::from_bytes(name))
}

/// A file with the line ends of Windows has one mistake, not one on each line: the first error stands for all, and repairs all.
fn one_for_line_ends(errors: &mut Vec<SyntaxError>, source: &[u8]) {
    let is_line_end = |error: &SyntaxError| error.code == "carriage-return";
    let mut spans = errors.iter().filter(|error| is_line_end(error)).map(|error| error.span);
    let (Some(first), more) = (spans.next(), spans.clone().count()) else { return };
    let Some(last) = spans.next_back() else { return };
    let mut seen = false;
    errors.retain(|error| !is_line_end(error) || !std::mem::replace(&mut seen, true));
    let Some(error) = errors.iter_mut().find(|error| is_line_end(error)) else { return };
    let all = first.to(last);
    let mut repaired = all.of(source).to_vec();
    repaired.retain(|byte| *byte != b'\r');
    error.fix = Some(("remove the carriage returns".to_owned(), all, repaired));
    error.label = match more {
        1 => "and so does one more line of this file".to_owned(),
        _ => format!("and so do {more} more lines of this file"),
    };
}

/// The slot of a path in a cache, made at the first question.
fn slot<T>(cache: &Mutex<HashMap<PathBuf, Slot<T>>>, path: &Path) -> Slot<T> {
    let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(slot) = cache.get(path) {
        return Arc::clone(slot);
    }
    Arc::clone(cache.entry(path.to_owned()).or_default())
}
