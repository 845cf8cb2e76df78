//! The comment that tells which file a group of rules comes from, and by which include.

use crate::policy::{Origin, Via};
use crate::source::{FileId, Location, SourceMap};
use std::path::Path;

/// Which group was last told.
#[derive(Debug, Default)]
pub(super) struct Marker {
    last: Option<(FileId, Vec<Location>)>,
}

impl Marker {
    /// The comment, where the origin is another than that of the item before.
    pub(super) fn comment(&mut self, origin: &Origin, sources: &SourceMap) -> Option<String> {
        let chain = Via::chain(origin.via.as_ref());
        let group = (origin.location.file, chain);
        if self.last.as_ref() == Some(&group) {
            return None;
        }
        let mut comment = format!("# from {}", printable(sources.get(group.0).path()));
        for include in group.1.iter().rev() {
            let line = sources.line_column(*include).line;
            let path = printable(sources.get(include.file).path());
            comment.push_str(&format!(", included at {path}:{line}"));
        }
        self.last = Some(group);
        Some(comment)
    }

    /// A block begins or ends: the next item is told of again.
    pub(super) fn forget(&mut self) {
        self.last = None;
    }
}

/// A path as it can stand in a comment: a line end in it would end the comment.
pub(super) fn printable(path: &Path) -> String {
    let text = path.to_string_lossy();
    text.chars()
        .map(|letter| if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter })
        .collect()
}
