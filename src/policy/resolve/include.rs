//! The files that an include brings, and what to say of those that are missing.

use super::{Context, MAX_INCLUDE_DEPTH, Scope};
use crate::policy::loader::{IncludedContent, LoadedFile};
use crate::policy::resolved::{IncludeUse, Via};
use crate::policy::tree::ReadError;
use crate::syntax::{Include, SyntaxError, Word};
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

impl Context<'_, '_> {
    /// The files that an include brings, or nothing when it is missing. A file that this scope has had is left out.
    pub(super) fn include(
        &mut self,
        scope: &Scope<'_>,
        include: &Include,
        seen: &mut HashSet<usize>,
    ) -> Option<Vec<(Arc<LoadedFile>, Arc<Via>)>> {
        let location = scope.location(include.keyword.to(include.path.span));
        let mut usage =
            IncludeUse { location, found: None, file: None, repeated: false, via: scope.via.cloned() };
        if self.depth >= MAX_INCLUDE_DEPTH {
            let error = SyntaxError::new(
                include.path.span,
                format!("includes are nested deeper than {MAX_INCLUDE_DEPTH} levels"),
            )
            .code("limit")
            .note("this is a limit of aakit, not of the language");
            self.report_in(scope, &error);
            self.complete = false;
            return None;
        }
        let name = include.path.raw(scope.source());
        let Some(included) = self.loader.included(include.form, name) else {
            self.includes.push(usage);
            if include.if_exists.is_some() {
                return Some(Vec::new());
            }
            self.missing(scope, include.path, "missing-include", "included file", &ReadError::Missing);
            return None;
        };
        if let IncludedContent::Unreadable(error) = &included.content {
            self.missing(scope, include.path, "missing-include", "included file", error);
            self.includes.push(usage);
            return None;
        }
        usage.found = Some(Arc::clone(&included.path));
        usage.repeated = !seen.insert(included.place);
        let via = || Arc::new(Via { include: location, parent: scope.via.cloned() });
        let files = match &included.content {
            _ if usage.repeated => Vec::new(),
            IncludedContent::File(file) => {
                usage.file = Some(file.id);
                vec![(Arc::clone(file), via())]
            }
            _ => self.include_directory(scope, include, &included.path, &via()),
        };
        self.includes.push(usage);
        Some(files)
    }

    fn include_directory(
        &mut self,
        scope: &Scope<'_>,
        include: &Include,
        path: &Path,
        via: &Arc<Via>,
    ) -> Vec<(Arc<LoadedFile>, Arc<Via>)> {
        let mut files = Vec::new();
        match self.loader.list(path) {
            Ok(names) => {
                for name in names.iter() {
                    match self.loader.load(&path.join(name)) {
                        Ok(file) => files.push((file, Arc::clone(via))),
                        Err(error) => self.missing(
                            scope,
                            include.path,
                            "missing-include",
                            "file of the included directory",
                            &error,
                        ),
                    }
                }
            }
            // An empty directory has no files to list in memory.
            Err(ReadError::Missing) => {}
            Err(error) => self.missing(scope, include.path, "missing-include", "included directory", &error),
        }
        files
    }

    pub(super) fn missing(
        &mut self,
        scope: &Scope<'_>,
        path: Word,
        code: &'static str,
        what: &str,
        error: &ReadError,
    ) {
        self.complete = false;
        let text = path.display(scope.source());
        let directories: Vec<String> = self
            .loader
            .include_path()
            .directories()
            .iter()
            .map(|path| format!("`{}`", path.display()))
            .collect();
        let brackets = scope.source().get((path.span.start as usize).wrapping_sub(1)) != Some(&b'"');
        let diagnostic = match error {
            ReadError::Missing if brackets => SyntaxError::new(path.span, format!("the {what} `{text}` does not exist"))
                .note(match directories.len() {
                    0 => "no directory is searched".to_owned(),
                    _ => format!("searched in {}", directories.join(", ")),
                })
                .help(match code {
                    "missing-include" => "correct the name, install the package that has the file, name its directory with `-I`, or write `include if exists`",
                    _ => "name an abi file that this system has, such as `abi/3.0`, or its directory with `-I`",
                }),
            ReadError::Missing => SyntaxError::new(path.span, format!("the {what} `{text}` does not exist"))
                .note("a name in quotes is opened as it is, a relative one from the current folder")
                .help("write `<path>` to look it up in the include directories"),
            error => SyntaxError::new(path.span, format!("the {what} `{text}` cannot be read: {error}")),
        };
        self.report_in(scope, &diagnostic.code(code));
    }
}
