//! Which files a run tells of. Profiles are judged together with what they include, but what is found in a file that nobody asked
//! about is dropped, unless the compiler refuses it: rules that look for it need not.

use crate::source::FileId;
use foldhash::HashSet;
use std::sync::Arc;

/// The files whose findings count.
#[derive(Debug, Clone, Default)]
pub struct Shown(Option<Arc<HashSet<FileId>>>);

impl Shown {
    /// All files.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// These, under every id that they have.
    #[must_use]
    pub fn only(files: impl IntoIterator<Item = FileId>) -> Self {
        Self(Some(Arc::new(files.into_iter().collect())))
    }

    /// Does a finding in that file count?
    #[must_use]
    pub fn has(&self, file: FileId) -> bool {
        self.0.as_ref().is_none_or(|files| files.contains(&file))
    }
}
