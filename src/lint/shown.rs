//! Which files a run tells of. Profiles are judged together with what they include, but what is found in a file that nobody asked
//! about is dropped, unless the compiler refuses it: rules that look for it need not.

use crate::source::FileId;
use std::sync::Arc;

/// The files whose findings count.
#[derive(Debug, Clone, Default)]
pub struct Shown(Option<Arc<[bool]>>);

impl Shown {
    /// All files.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// These, under every id that they have.
    #[must_use]
    pub fn only(files: impl IntoIterator<Item = FileId>) -> Self {
        let mut shown = Vec::new();
        for file in files {
            shown.resize(shown.len().max(file.index() + 1), false);
            shown[file.index()] = true;
        }
        Self(Some(shown.into()))
    }

    /// Does a finding in that file count?
    #[must_use]
    pub fn has(&self, file: FileId) -> bool {
        self.0.as_ref().is_none_or(|files| files.get(file.index()).is_some_and(|shown| *shown))
    }
}
