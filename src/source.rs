//! Bytes and places. Knows nothing of AppArmor and does no IO: who reads a file hands its
//! bytes to a [`SourceMap`] and gets a [`FileId`]; everything later speaks of [`Location`]s.

use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, RwLock};

/// The largest file that is taken, in bytes (32 MiB). Real profiles stay under 1 MiB; the limit keeps
/// memory bounded and every offset within a `u32`.
pub const MAX_FILE_SIZE: u64 = 32 << 20;

/// A range of bytes of one file: `start` is the first byte's offset, `end` the offset behind the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte, from 0.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// A span from `start` to `end`, both byte offsets.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Self { start: offset(start), end: offset(end) }
    }

    /// The empty span at `at`.
    #[must_use]
    pub fn at(at: usize) -> Self {
        Self::new(at, at)
    }

    /// Number of bytes.
    #[must_use]
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// True when the span holds no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The bytes of `source` that the span covers; a span that lies outside yields what is inside.
    #[must_use]
    pub fn of(self, source: &[u8]) -> &[u8] {
        let end = (self.end as usize).min(source.len());
        &source[(self.start as usize).min(end)..end]
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// True when `other` lies wholly inside.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

impl From<Span> for std::ops::Range<usize> {
    fn from(span: Span) -> Self {
        span.start as usize..span.end as usize
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Names one file of a [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

impl FileId {
    /// The place of the file in the order in which the files of its map were added, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A place: some bytes of some file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file.
    pub file: FileId,
    /// The bytes.
    pub span: Span,
}

impl Location {
    /// The bytes `span` of `file`.
    #[must_use]
    pub fn new(file: FileId, span: Span) -> Self {
        Self { file, span }
    }
}

/// A line and a column as people count them, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1. A byte that is not part of valid UTF-8 counts as one character.
    pub column: usize,
}

/// Where each line of a file starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the line starts of `bytes`.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        // Lines are some forty bytes long.
        let mut starts = Vec::with_capacity(bytes.len() / 32 + 1);
        starts.push(0);
        for (at, byte) in bytes.iter().enumerate() {
            if *byte == b'\n' {
                starts.push(offset(at + 1));
            }
        }
        Self { starts }
    }

    /// The line of the byte at `offset`, from 1.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start as usize <= offset)
    }

    /// The bytes of a line (from 1), without its line feed; empty behind the last line.
    #[must_use]
    pub fn line_span(&self, line: usize, source: &[u8]) -> Span {
        let start = self.starts.get(line.saturating_sub(1)).map_or(source.len(), |start| *start as usize);
        let end = self.starts.get(line).map_or(source.len(), |next| *next as usize - 1);
        Span::new(start, end.max(start))
    }

    /// Number of lines; a final line feed starts one more, empty, line.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }
}

/// One file: its name as the user gave it or as an include found it, and its bytes.
#[derive(Debug)]
pub struct SourceFile {
    path: PathBuf,
    bytes: Vec<u8>,
    lines: std::sync::OnceLock<LineIndex>,
}

impl SourceFile {
    /// A file of that name and content.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), bytes: bytes.into(), lines: std::sync::OnceLock::new() }
    }

    /// The name, for messages.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The content.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The line starts, found at the first question.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.bytes))
    }

    /// Line and column of a byte offset; an offset behind the end gives the end.
    #[must_use]
    pub fn line_column(&self, offset: usize) -> LineColumn {
        let offset = offset.min(self.bytes.len());
        let line = self.lines().line(offset);
        let start = self.lines().line_span(line, &self.bytes).start as usize;
        let before = &self.bytes[start.min(offset)..offset];
        let column = before
            .utf8_chunks()
            .map(|chunk| chunk.valid().chars().count() + chunk.invalid().len())
            .sum::<usize>();
        LineColumn { line, column: column + 1 }
    }
}

/// All files of a run. Files are only ever added, also from several threads at once.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: RwLock<Vec<Arc<SourceFile>>>,
}

impl SourceMap {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and names it.
    pub fn add(&self, file: SourceFile) -> FileId {
        let mut files = self.files.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        files.push(Arc::new(file));
        FileId(offset(files.len() - 1))
    }

    /// The file of that name.
    ///
    /// # Panics
    /// When the id comes from another map.
    #[must_use]
    pub fn get(&self, id: FileId) -> Arc<SourceFile> {
        let files = self.files.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        Arc::clone(&files[id.0 as usize])
    }

    /// The files by now.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        let files = self.files.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        (0..offset(files.len())).map(FileId)
    }

    /// Line and column of a location's first byte.
    #[must_use]
    pub fn line_column(&self, location: Location) -> LineColumn {
        self.get(location.file).line_column(location.span.start as usize)
    }
}

/// The absolute path without `.` and `..`, by its words alone: the file need not exist.
#[must_use]
pub fn normalized(path: &Path) -> PathBuf {
    without_detours(&std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()))
}

/// The path without `.` and `..`, by its words alone.
#[must_use]
pub fn without_detours(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut done, part| {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(done.pop()),
            other => done.push(other),
        }
        done
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_normalized_path_has_no_detours() {
        assert_eq!(normalized(Path::new("/a/./b/../c")), Path::new("/a/c"));
        assert!(normalized(Path::new("x")).is_absolute());
    }

    #[test]
    fn columns_count_characters_and_stray_bytes() {
        let file = SourceFile::new("f", b"a\n\xc3\xa4\xffb\n".to_vec());
        assert_eq!(file.line_column(2), LineColumn { line: 2, column: 1 });
        assert_eq!(file.line_column(4), LineColumn { line: 2, column: 2 });
        assert_eq!(file.line_column(5), LineColumn { line: 2, column: 3 });
        assert_eq!(file.line_column(99), LineColumn { line: 3, column: 1 });
    }

    #[test]
    fn a_line_span_leaves_the_line_feed_out() {
        let text = b"one\ntwo\n";
        let lines = LineIndex::new(text);
        assert_eq!(lines.line_span(2, text).of(text), b"two");
        assert_eq!(lines.line_span(3, text).of(text), b"");
        assert_eq!(lines.count(), 3);
    }
}
