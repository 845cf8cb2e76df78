//! One of the two policies: files on the disk, or of a git revision.

use super::super::analysis::analyse;
use super::super::common;
use super::super::context::Context;
use super::super::discover::Walk;
use super::super::error::Error;
use super::super::plan::{Planned, View, plan};
use super::Args;
use super::revision::Revision;
use crate::policy::{DiskTree, FileTree, Policy, resolve};
use crate::source::SourceMap;
use crate::vocabulary::Version;
use std::path::{Path, PathBuf};

/// What was read of one side.
pub(super) struct Side {
    pub(super) policies: Vec<Policy>,
    pub(super) version: Version,
    /// True when something of it could not be read.
    pub(super) has_failed: bool,
    /// As the user wrote it.
    name: String,
    /// The repository's folder, and what stands for it in messages.
    shown: Option<(PathBuf, String)>,
}

impl Side {
    /// Reads the files, directory or revision of that name.
    pub(super) fn read(
        name: &str,
        args: &Args,
        sources: &SourceMap,
        context: &Context,
    ) -> Result<Self, Error> {
        if Path::new(name).exists() || !name.contains(':') {
            let input = common::Input {
                paths: vec![PathBuf::from(name)],
                stdin_filename: None,
                search: args.search.clone(),
                config: args.config.clone(),
            };
            let plan = plan(&input, Walk::Profiles, View::Files, context)?;
            let files = (plan.files.as_slice(), plan.has_failed);
            return Self::resolve(name, files, &DiskTree, None, sources, context);
        }
        let revision = Revision::open(name)?;
        let files = revision.plan(args)?;
        let shown = Some((revision.root().to_path_buf(), format!("{}:", revision.name())));
        Self::resolve(name, (&files, false), &revision, shown, sources, context)
    }

    fn resolve(
        name: &str,
        (files, has_failed): (&[Planned], bool),
        tree: &dyn FileTree,
        shown: Option<(PathBuf, String)>,
        sources: &SourceMap,
        context: &Context,
    ) -> Result<Self, Error> {
        let version = files.first().map_or(Version::NEWEST, Planned::version);
        let (analysed, some_failed) = analyse(files, tree, sources, resolve, context);
        let policies: Vec<Policy> = analysed.into_iter().map(|one| one.policy).collect();
        if policies.iter().all(|policy| policy.profiles.is_empty()) {
            return Err(Error::other(format!("there is no profile in `{name}`")).with_help(
                "name files that hold profiles; what an abstraction changes shows in the profiles that include it",
            ));
        }
        Ok(Self { policies, version, has_failed: has_failed || some_failed, name: name.to_owned(), shown })
    }

    /// Says so when rules may be missing.
    pub(super) fn warn_if_incomplete(&self, context: &Context) {
        let broken =
            self.policies.iter().filter(|policy| !policy.complete || !policy.diagnostics.is_empty()).count();
        if broken > 0 {
            context.warn(&format!(
                "{broken} of {} files of `{}` have errors or miss an include, so rules may be missing from the comparison; `aakit check` tells them",
                self.policies.len(),
                self.name
            ));
        }
    }

    /// A path as the user would name it.
    pub(super) fn shown(&self, path: &str) -> String {
        match &self.shown {
            Some((root, prefix)) => match Path::new(path).strip_prefix(root) {
                Ok(inside) => format!("{prefix}{}", inside.display()),
                Err(_) => path.to_owned(),
            },
            None => path.to_owned(),
        }
    }
}
