//! The policy that is asked, read as far as a question needs it.

use super::super::analysis::analyse;
use super::super::context::Context;
use super::super::discover::{DEFAULT_BASE, Walk, is_skipped};
use super::super::error::Error;
use super::super::plan::{Plan, Planned, View, plan};
use super::{Args, common};
use crate::policy::{DiskTree, Policy, resolve};
use crate::query::World;
use crate::source::SourceMap;
use crate::vocabulary::Version;
use rayon::prelude::*;
use std::path::PathBuf;

/// What was read, and how it is judged.
pub(super) struct Tree {
    pub(super) policies: Vec<Policy>,
    pub(super) sources: SourceMap,
    pub(super) version: Version,
}

impl Tree {
    /// All of it.
    ///
    /// # Errors
    /// When there is none, or a config is wrong.
    pub(super) fn all(args: &Args, context: &Context) -> Result<Self, Error> {
        let plan = planned(roots(args), args, context)?;
        Ok(Self::read(&plan, &plan.files, context))
    }

    /// What holds the profiles of these names. Files that are called like them come first, then those that spell the names,
    /// since it takes much longer to resolve a whole tree; that is done where these do not have them all.
    ///
    /// # Errors
    /// As [`Tree::all`].
    pub(super) fn with(names: &[&str], args: &Args, context: &Context) -> Result<Self, Error> {
        let tops: Vec<&str> = names.iter().map(|name| top_level(name)).collect();
        let has_all = |tree: &Self| {
            let world = World::new(&tree.policies, tree.version);
            names.iter().all(|name| world.find(name).is_some())
        };
        if args.files.is_empty()
            && let Some(mut files) =
                tops.iter().map(|name| file_called(name, args)).collect::<Option<Vec<_>>>()
        {
            files.sort();
            files.dedup();
            let plan = planned(files, args, context)?;
            let tree = Self::read(&plan, &plan.files, context);
            if has_all(&tree) {
                return Ok(tree);
            }
        }
        let plan = planned(roots(args), args, context)?;
        let spells = |file: &&Planned| {
            let read = || std::fs::read(&file.path).ok();
            let bytes = file.bytes.as_ref().map(|bytes| bytes.to_vec()).or_else(read).unwrap_or_default();
            tops.iter().any(|name| contains(&bytes, name))
        };
        let likely: Vec<Planned> = plan.files.par_iter().filter(spells).cloned().collect();
        let tree = Self::read(&plan, &likely, context);
        if likely.len() == plan.files.len() || has_all(&tree) {
            return Ok(tree);
        }
        Ok(Self::read(&plan, &plan.files, context))
    }

    /// The same for as long as the program runs, which is one question long: to give back the memory piece by piece would be a tenth of
    /// the time that a small one takes.
    pub(super) fn kept(self) -> &'static Self {
        Box::leak(Box::new(self))
    }

    fn read(plan: &Plan, files: &[Planned], context: &Context) -> Self {
        let sources = SourceMap::new();
        let (analysed, _) = analyse(files, &DiskTree, &sources, resolve, context);
        let policies = analysed.into_iter().map(|one| one.policy).collect();
        Self { policies, sources, version: plan.files[0].version() }
    }
}

fn roots(args: &Args) -> Vec<PathBuf> {
    if args.files.is_empty() { vec![base(args)] } else { args.files.clone() }
}

fn base(args: &Args) -> PathBuf {
    args.search.base.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_BASE))
}

/// A plan that has at least one file.
fn planned(paths: Vec<PathBuf>, args: &Args, context: &Context) -> Result<Plan, Error> {
    let input = common::Input {
        paths,
        stdin_filename: None,
        search: args.search.clone(),
        config: args.config.clone(),
    };
    let plan = plan(&input, Walk::Profiles, View::Files, context)?;
    match plan.files.is_empty() {
        true => Err(Error::other("there is no policy to ask")
            .with_help("name the files with --file, or the directory with --base")),
        false => Ok(plan),
    }
}

/// The name at the top, without namespace and children.
fn top_level(name: &str) -> &str {
    let first = name.trim_start_matches(':').split("//").next().unwrap_or_default();
    first.rsplit(':').next().unwrap_or_default()
}

/// The file of the base directory that is called like the profile: `man`, `usr.bin.man` for `/usr/bin/man`.
fn file_called(name: &str, args: &Args) -> Option<PathBuf> {
    let name = name.trim_start_matches('/').replace('/', ".");
    let file = base(args).join(&name);
    (!name.is_empty() && !is_skipped(&name) && file.is_file()).then_some(file)
}

fn contains(bytes: &[u8], part: &str) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.contains(part),
        Err(_) => part.is_empty() || bytes.windows(part.len()).any(|window| window == part.as_bytes()),
    }
}
