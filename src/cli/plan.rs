//! What a run looks at: each file with its config, its target, and where its includes are searched.

use super::common;
use super::configs::Configs;
use super::context::Context;
use super::discover::{self, How, Input, Walk};
use super::error::Error;
use crate::lint::Config;
use crate::policy::IncludePath;
use crate::source::SourceFile;
use crate::vocabulary::{Target, Version};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// All files of a run.
#[derive(Debug)]
pub(super) struct Plan {
    /// The files, in the order of the command line.
    pub(super) files: Vec<Planned>,
    /// Files of the same tree that are looked at so that rules see it whole, but not reported on.
    pub(super) rest: Vec<Planned>,
    /// True when the files are a whole tree, so that what is not there is missing.
    pub(super) is_tree: bool,
    /// True when something that was named cannot be looked at.
    pub(super) has_failed: bool,
}

/// One file of a run.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    /// Its name.
    pub(super) path: PathBuf,
    /// Its content, where it was read already: standard input can be read only once.
    pub(super) bytes: Option<Arc<[u8]>>,
    /// Its config.
    pub(super) config: Arc<Config>,
    /// The target that was named.
    pub(super) target: Option<Target>,
    /// Where its includes are searched.
    pub(super) include_path: IncludePath,
}

impl Planned {
    /// Judge as this version of apparmor_parser.
    pub(super) fn version(&self) -> Version {
        self.target.unwrap_or_default().version()
    }

    /// Is it standard input?
    pub(super) fn is_stdin(&self) -> bool {
        self.bytes.is_some()
    }

    /// The source, for a file that was read already.
    pub(super) fn source(&self) -> Option<SourceFile> {
        self.bytes.as_ref().map(|bytes| SourceFile::new(&self.path, bytes.to_vec()))
    }
}

/// Whether rules want to see the whole tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// Each file alone.
    Files,
    /// The tree that the config names, when only files of it are given.
    Tree,
}

/// Makes the plan. What cannot be looked at is told, and the rest goes on.
///
/// # Errors
/// When a config or the target is wrong.
pub(super) fn plan(args: &common::Input, walk: Walk, view: View, context: &Context) -> Result<Plan, Error> {
    let mut configs = Configs::new(args.config.clone());
    let target = args.search.target()?;
    let here = configs.here()?;
    let named = if args.paths.is_empty() { default_paths(&here) } else { args.paths.clone() };
    let (inputs, errors) = discover::find(&named, args.stdin_filename.as_deref(), walk);
    let mut plan =
        Plan { files: Vec::new(), rest: Vec::new(), is_tree: false, has_failed: !errors.is_empty() };
    errors.iter().for_each(|error| context.error(error));
    if inputs.is_empty() && errors.is_empty() {
        let names: Vec<String> = named.iter().map(|path| format!("`{}`", path.display())).collect();
        context.warn(&format!("there are no profiles in {}", names.join(", ")));
    }
    let mut planner = Planner { configs, args: &args.search, target };
    for input in inputs {
        plan.is_tree |= matches!(input, Input::File { how: How::Found, .. });
        let bytes = match &input {
            Input::Stdin { .. } => match input.read() {
                Ok(bytes) => Some(bytes.into()),
                Err(error) => {
                    context.error(&error);
                    plan.has_failed = true;
                    continue;
                }
            },
            Input::File { .. } => None,
        };
        plan.files.push(planner.planned(input.name(), bytes)?);
    }
    if view == View::Tree && !plan.is_tree {
        planner.add_rest(&mut plan)?;
    }
    Ok(plan)
}

/// What is looked at when nothing is named: what the config says, else the current directory.
fn default_paths(config: &Config) -> Vec<PathBuf> {
    if config.paths.is_empty() { vec![PathBuf::from(".")] } else { config.paths.clone() }
}

struct Planner<'a> {
    configs: Configs,
    args: &'a common::Search,
    target: Option<Target>,
}

impl Planner<'_> {
    fn planned(&mut self, path: &Path, bytes: Option<Arc<[u8]>>) -> Result<Planned, Error> {
        let config = self.configs.of_file(path)?;
        let base = self.args.base.clone().or_else(|| config.base.clone()).or_else(|| discover::base_of(path));
        let base = base.unwrap_or_else(|| PathBuf::from(discover::DEFAULT_BASE));
        let includes = self.args.include.iter().chain(&config.includes).cloned();
        Ok(Planned {
            path: path.to_path_buf(),
            bytes,
            target: self.target.or(config.target),
            include_path: IncludePath::new(includes, Some(base)),
            config,
        })
    }

    /// The tree that the config names, without the files that are looked at anyway.
    fn add_rest(&mut self, plan: &mut Plan) -> Result<(), Error> {
        let Some(first) = plan.files.first() else { return Ok(()) };
        let config = Arc::clone(&first.config);
        let roots: Vec<PathBuf> = if config.paths.is_empty() {
            config.base.iter().cloned().collect()
        } else {
            config.paths.clone()
        };
        if roots.is_empty() {
            return Ok(());
        }
        let same = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let known: std::collections::HashSet<PathBuf> =
            plan.files.iter().map(|file| same(&file.path)).collect();
        // What of the tree cannot be read is told when it is looked at itself.
        let (inputs, _) = discover::find(&roots, None, Walk::Profiles);
        for input in inputs {
            if !known.contains(&same(input.name())) {
                plan.rest.push(self.planned(input.name(), None)?);
            }
        }
        plan.is_tree = true;
        Ok(())
    }
}
