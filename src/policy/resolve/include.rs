//! The files that an include brings, and what to say of those that are missing.

use super::{Context, MAX_INCLUDE_DEPTH, Scope};
use crate::policy::loader::{IncludedContent, LoadedFile};
use crate::policy::resolved::{IncludeUse, Via};
use crate::policy::tree::ReadError;
use crate::syntax::{Include, IncludeForm, SyntaxError, Word};
use crate::vocabulary::did_you_mean;
use foldhash::HashSet;
use std::path::Path;
use std::sync::Arc;

/// The folders of a base directory that files are included from.
const FOLDERS: [&str; 3] = ["abstractions", "tunables", "local"];

/// In a folder of more names than this no name is looked for that may have been meant.
const MAX_NAMES: usize = 4096;

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
            self.note_include(usage);
            if include.if_exists.is_some() {
                return Some(Vec::new());
            }
            self.missing(
                scope,
                (include.form, include.path),
                "missing-include",
                "included file",
                &ReadError::Missing,
            );
            return None;
        };
        if let IncludedContent::Unreadable(error) = &included.content {
            self.missing(scope, (include.form, include.path), "missing-include", "included file", error);
            self.note_include(usage);
            return None;
        }
        usage.found = Some(Arc::clone(&included.path));
        usage.repeated = !seen.insert(included.place);
        let via = || Arc::new(Via { include: location, parent: scope.via.cloned() });
        if let IncludedContent::File(file) = &included.content {
            usage.file = Some(file.id);
        }
        let files = match &included.content {
            _ if usage.repeated => Vec::new(),
            IncludedContent::File(file) => vec![(Arc::clone(file), via())],
            _ => self.include_directory(scope, include, &included.path, &via(), seen),
        };
        self.note_include(usage);
        Some(files)
    }

    fn include_directory(
        &mut self,
        scope: &Scope<'_>,
        include: &Include,
        path: &Path,
        via: &Arc<Via>,
        seen: &mut HashSet<usize>,
    ) -> Vec<(Arc<LoadedFile>, Arc<Via>)> {
        let mut files = Vec::new();
        match self.loader.list(path) {
            Ok(names) => {
                for name in names.iter() {
                    let mut spelt = path.as_os_str().to_owned();
                    spelt.push("/");
                    spelt.push(name);
                    if !seen.insert(self.loader.place(&spelt)) {
                        continue;
                    }
                    match self.loader.load(&path.join(name)) {
                        Ok(file) => files.push((file, Arc::clone(via))),
                        Err(error) => self.missing(
                            scope,
                            (include.form, include.path),
                            "missing-include",
                            "file of the included directory",
                            &error,
                        ),
                    }
                }
            }
            // An empty directory has no files to list in memory.
            Err(ReadError::Missing) => {}
            Err(error) => self.missing(
                scope,
                (include.form, include.path),
                "missing-include",
                "included directory",
                &error,
            ),
        }
        files
    }

    /// Says that a file which is named at `path` cannot be had.
    pub(super) fn missing(
        &mut self,
        scope: &Scope<'_>,
        (form, path): (IncludeForm, Word),
        code: &'static str,
        what: &str,
        error: &ReadError,
    ) {
        self.complete = false;
        let text = path.display(scope.source());
        let diagnostic = SyntaxError::new(path.span, format!("the {what} `{text}` does not exist"));
        let diagnostic = match (error, form) {
            (ReadError::Missing, IncludeForm::Search) => {
                let directories = self.loader.include_path().directories();
                let directories: Vec<_> =
                    directories.iter().map(|path| format!("`{}`", path.display())).collect();
                let diagnostic = diagnostic.note(match directories.len() {
                    0 => "no directory is searched".to_owned(),
                    _ => format!("searched in {}", directories.join(", ")),
                });
                // The abi that an author wrote for is not the one with a name like it.
                let is_include = code == "missing-include";
                match self.nearest_name(&text).filter(|_| is_include) {
                    Some(meant) => diagnostic.help(format!("did you mean `<{meant}>`?")),
                    None if is_include => diagnostic.help(
                        "correct the name, install the package that has the file, name its directory with `-I`, or write `include if exists`",
                    ),
                    None => diagnostic
                        .help("name an abi file that this system has, such as `abi/3.0`, or its directory with `-I`"),
                }
            }
            (ReadError::Missing, IncludeForm::Bare) if text.starts_with("&lt;") => {
                let name = text.trim_start_matches("&lt;").trim_end_matches("&gt;");
                diagnostic
                    .note("`&lt;` and `&gt;` are how a web page is told of `<` and `>`")
                    .help(format!("write `<{name}>`"))
            }
            (ReadError::Missing, IncludeForm::Quoted | IncludeForm::Bare) => {
                let bare = if form == IncludeForm::Bare { "without brackets" } else { "in quotes" };
                diagnostic
                    .note(format!("a name {bare} is opened as it is, a relative one from the current folder"))
                    .help(match self.loader.included(IncludeForm::Search, path.raw(scope.source())) {
                        Some(_) => format!(
                            "write `<{text}>`: names in `<…>` are looked up in the include directories"
                        ),
                        None if self
                            .loader
                            .included(IncludeForm::Search, format!("abi/{text}").as_bytes())
                            .is_some() =>
                        {
                            format!("write `<abi/{text}>`")
                        }
                        None => "write `<path>` to look it up in the include directories".to_owned(),
                    })
            }
            (error, _) => SyntaxError::new(path.span, format!("the {what} `{text}` cannot be read: {error}")),
        };
        self.report_in(scope, &diagnostic.code(code));
    }

    /// The name under an include directory that was probably meant: the file or its folder a slip away, or the whole name in one
    /// of the folders that every base directory has.
    fn nearest_name(&self, name: &str) -> Option<String> {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let mut folders = vec![folder.to_owned()];
        match folder.split_once('/').map_or((folder, None), |(first, rest)| (first, Some(rest))) {
            ("", _) => folders.extend(FOLDERS.map(str::to_owned)),
            (first, rest) => folders.extend(
                did_you_mean(first, FOLDERS)
                    .map(|first| rest.map_or(first.to_owned(), |rest| format!("{first}/{rest}"))),
            ),
        }
        let directories = self.loader.include_path().directories();
        directories.iter().find_map(|directory| {
            folders.iter().find_map(|folder| {
                let listed = self
                    .loader
                    .list(&directory.join(folder))
                    .ok()
                    .filter(|names| names.len() <= MAX_NAMES)?;
                let names: Vec<&str> = listed.iter().filter_map(|name| name.to_str()).collect();
                let file = if names.contains(&file) { file } else { did_you_mean(file, names)? };
                Some(if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") })
            })
        })
    }
}
