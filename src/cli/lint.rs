//! `aakit lint`: check, and is it good?

use super::analysis::{Analysed, Loaders, Overlay, analyse_with, loader_of};
use super::context::Context;
use super::discover::{self, Walk};
use super::error::Error;
use super::findings::{self, Output};
use super::names::Names;
use super::plan::{Plan, Planned, View, plan};
use super::{CLEAN, FINDINGS, Outcome, common, patch, waivers, write};
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::lint::baseline::Baseline;
use crate::lint::run::{self, Unit};
use crate::lint::{
    Config, FileKind, Group, Level, Levels, Needs, RULES, Selector, Shown, TreeContext, fix, registry,
};
use crate::policy::{DiskTree, Policy, resolve};
use crate::report::{self, Format};
use crate::source::{FileId, Location, SourceFile, SourceMap};
use clap::ValueEnum;
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

/// Check profiles, and find what is wrong, dangerous, useless or not portable in them
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  aakit lint apparmor.d
  aakit lint --select security,missing-abi --fail-on error usr.sbin.ntpd
  aakit lint --fix apparmor.d
  aakit lint --baseline known.txt --update-baseline apparmor.d

`aakit rules` lists the rules, `aakit explain RULE` tells about one.
A finding is accepted with `# aakit: allow(RULE) reason` behind the rule or on the line above.")]
pub(super) struct Args {
    #[command(flatten)]
    input: common::Input,

    #[command(flatten)]
    output: Output,

    /// Run these rules and groups instead of the defaults; `all` is all
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',')]
    select: Option<Vec<Selector>>,

    /// Do not run these rules and groups
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',')]
    ignore: Vec<Selector>,

    /// Exit with 1 from this severity on [default: the config's, else warning]
    #[arg(long, value_name = "SEVERITY", value_enum)]
    fail_on: Option<FailOn>,

    /// Exit with 0 whatever is found
    #[arg(long)]
    exit_zero: bool,

    /// Make the fixes that keep the meaning
    #[arg(long)]
    fix: bool,

    /// Make also the fixes that change the policy; with --fix or --diff, else like --fix
    #[arg(long)]
    unsafe_fixes: bool,

    /// Show what --fix would change, and change nothing
    #[arg(long, conflicts_with = "fix")]
    diff: bool,

    /// Count the findings of each rule instead of showing them
    #[arg(long)]
    statistics: bool,

    /// Do not report the findings that this file knows
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write what is found into the baseline, and report nothing
    #[arg(long, requires = "baseline")]
    update_baseline: bool,
}

/// From which severity on the run fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Note,
}

impl From<FailOn> for Severity {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Error => Self::Error,
            FailOn::Warning => Self::Warning,
            FailOn::Note => Self::Note,
        }
    }
}

/// What is done with fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fixing {
    Nothing,
    Show(Applicability),
    Write(Applicability),
}

impl Args {
    fn fixing(&self) -> Fixing {
        let allowed = if self.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
        match (self.diff, self.fix || self.unsafe_fixes) {
            (true, _) => Fixing::Show(allowed),
            (false, true) => Fixing::Write(allowed),
            (false, false) => Fixing::Nothing,
        }
    }
}

pub(super) fn run(args: Args, context: &Context) -> Outcome {
    let format = args.output.format(context);
    if args.statistics && matches!(format, Format::Sarif | Format::Github) {
        return Err(Error::Other {
            message: "`--statistics` has no form for that output format: it counts, and has no places"
                .to_owned(),
            help: Some("use `--output-format full`, `concise`, `json` or `jsonl`".to_owned()),
        });
    }
    let plan = plan(&args.input, Walk::Everything, View::Tree, context)?;
    let baseline =
        args.baseline.as_deref().filter(|_| !args.update_baseline).map(read_baseline).transpose()?;
    let tree = Overlay::new(DiskTree);
    let linter = Linter { args: &args, plan: &plan, tree: &tree, context };
    let mut results = match args.fixing() {
        Fixing::Nothing => linter.lint(&plan.files),
        Fixing::Show(allowed) | Fixing::Write(allowed) => linter.fix(allowed),
    };
    let mut has_failed = plan.has_failed || results.has_failed;
    if let Some(path) = args.baseline.as_deref().filter(|_| args.update_baseline) {
        let text = Baseline::write(&results.findings, &results.sources, directory_of(path));
        std::fs::write(path, text).map_err(|source| Error::Write { path: path.to_path_buf(), source })?;
        context.note(&format!("`{}` knows {} findings now", path.display(), results.findings.len()));
        return Ok(findings::exit_code(&[], Severity::Error, has_failed));
    }
    if let Some(baseline) = baseline {
        let is_gone = |path: &Path| !path.exists();
        results.findings = baseline.new_among(results.findings, &results.sources, &is_gone);
    }
    let mut out = context.stdout();
    let mut differs = false;
    match args.fixing() {
        Fixing::Nothing => {}
        Fixing::Show(_) => {
            let patches: Vec<u8> = results
                .changed
                .iter()
                .flat_map(|change| patch::unified(&change.path, &change.old, &change.new))
                .collect();
            differs = !patches.is_empty();
            match format {
                Format::Full | Format::Concise => out.write_all(&patches)?,
                // Standard output belongs to the machine that reads it.
                _ => std::io::stderr().write_all(&patches)?,
            }
        }
        Fixing::Write(_) => has_failed |= write_changes(&results.changed, &mut out, context)?,
    }
    // The fixed text of standard input goes where the text went, so what is left to say goes aside.
    let has_text = matches!(args.fixing(), Fixing::Write(_)) && plan.files.iter().any(Planned::is_stdin);
    if has_text && args.statistics {
        report::statistics(&mut std::io::stderr(), format, &results.findings)?;
    } else if has_text {
        findings::show(&mut std::io::stderr(), format, &results.findings, &results.sources, context)?;
    } else if args.statistics {
        report::statistics(&mut out, format, &results.findings)?;
    } else {
        findings::show(&mut out, format, &results.findings, &results.sources, context)?;
    }
    out.flush()?;
    if format == Format::Full && !results.findings.is_empty() {
        context.note(&findings::summary(&results.findings));
    }
    let fail_on =
        args.fail_on.map(Severity::from).or_else(|| plan.files.first().and_then(|file| file.config.fail_on));
    Ok(match findings::exit_code(&results.findings, fail_on.unwrap_or(Severity::Warning), has_failed) {
        _ if args.exit_zero && !has_failed => ExitCode::from(CLEAN),
        _ if differs && !has_failed => ExitCode::from(FINDINGS),
        code => code,
    })
}

fn read_baseline(path: &Path) -> Result<Baseline, Error> {
    let text = std::fs::read_to_string(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => Error::other(format!("there is no baseline `{}`", path.display()))
            .with_help("write one with `--update-baseline`"),
        _ => Error::read(path, source),
    })?;
    Baseline::parse(&text, directory_of(path))
        .map_err(|error| Error::other(format!("`{}` cannot be used: {error}", path.display())))
}

/// The directory in which a file is.
fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes what the fixes made; `true` when a file could not be written, which is told, and the rest goes on.
fn write_changes(changes: &[Change], out: &mut dyn Write, context: &Context) -> Result<bool, Error> {
    let mut has_failed = false;
    let mut made = 0;
    for change in changes {
        if change.is_stdin {
            out.write_all(&change.new)?;
        } else if change.made == 0 {
            continue;
        } else if let Err(error) = write::replace(&change.path, &change.old, &change.new) {
            context.error(&error);
            has_failed = true;
            continue;
        }
        made += change.made;
    }
    if made > 0 {
        context.note(&format!("made {made} {}", if made == 1 { "fix" } else { "fixes" }));
    }
    Ok(has_failed)
}

/// What a run found.
struct Results {
    sources: SourceMap,
    findings: Vec<Diagnostic>,
    /// What fixes made of the files, and every standard input.
    changed: Vec<Change>,
    has_failed: bool,
}

/// What fixes made of a file.
struct Change {
    path: PathBuf,
    is_stdin: bool,
    old: Arc<[u8]>,
    new: Arc<[u8]>,
    made: usize,
}

struct Linter<'a> {
    args: &'a Args,
    plan: &'a Plan,
    tree: &'a Overlay<DiskTree>,
    context: &'a Context,
}

impl Linter<'_> {
    /// Lints `files`, which are the plan's with the content that they have by now.
    fn lint(&self, files: &[Planned]) -> Results {
        self.lint_with_ids(files).0
    }

    fn lint_with_ids(&self, files: &[Planned]) -> (Results, Vec<(usize, FileId)>) {
        let sources = SourceMap::new();
        let mut loaders = Loaders::new();
        let (analysed, has_failed) =
            analyse_with(&mut loaders, files, self.tree, &sources, resolve, self.context);
        let (rest, _) =
            analyse_with(&mut loaders, &self.plan.rest, self.tree, &sources, resolve, self.context);
        let mut names = Names::new(analysed.iter().map(|one| &*one.loaded), &sources);
        let own: HashSet<FileId> = analysed.iter().map(|one| one.loaded.id).collect();
        let shown = Shown::only(sources.ids().filter(|file| own.contains(&names.of(*file))));
        let abis = AbiFiles::default();
        let unit = |one| self.unit(one, &shown, &abis);
        let units: Vec<Unit<'_>> = match &analysed[..] {
            // To start threads takes longer than to lint one file.
            [one] => vec![unit(one)],
            analysed => analysed.par_iter().map(unit).collect(),
        };
        let find = |unit: &Unit<'_>| run::find(unit, &sources);
        let mut found: Vec<Diagnostic> = match &units[..] {
            [unit] => find(unit),
            units => units.par_iter().flat_map_iter(find).collect(),
        };
        found.extend(find_in_lone_parts(&analysed, &units, &loaders, &sources));
        if self.plan.is_tree {
            found.extend(self.find_in_tree(&analysed, &rest, &sources));
        }
        rename(&mut found, &mut names);
        let view = if self.plan.is_tree { Needs::Tree } else { Needs::File };
        let run::Settled { mut findings, waivers } = run::settle(&units, found, view, &sources);
        let configs = files.iter().map(|file| &file.config);
        findings.extend(waivers::unused(&self.args.input.paths, configs, &units, &waivers, view, &sources));
        let positions: HashMap<*const Planned, usize> =
            files.iter().enumerate().map(|(position, file)| (std::ptr::from_ref(file), position)).collect();
        let position = |one: &Analysed| positions.get(&std::ptr::from_ref(one.planned)).copied();
        let ids = analysed.iter().filter_map(|one| Some((position(one)?, one.loaded.id))).collect();
        drop(units);
        if self.args.fixing() == Fixing::Nothing {
            // The process ends soon, and its memory at once with it: to free each piece takes longer.
            std::mem::forget((analysed, rest, loaders));
        }
        (Results { sources, findings, changed: Vec::new(), has_failed }, ids)
    }

    fn unit<'u>(&self, one: &'u Analysed<'_>, shown: &Shown, abis: &AbiFiles) -> Unit<'u> {
        // Where a file names one, nothing is proposed.
        let is_asked = one.policy.abi.is_none() && !one.policy.profiles.is_empty();
        Unit {
            abis: is_asked.then(|| abis.of(one.planned.include_path.directories())),
            loaded: &one.loaded,
            policy: &one.policy,
            kind: kind(one),
            levels: self.levels(&one.planned.config, &one.planned.path, one.planned.target.is_some()),
            config: &one.planned.config,
            target: one.planned.target,
            shown: shown.clone(),
        }
    }

    fn levels(&self, config: &Config, path: &Path, has_target: bool) -> Levels {
        config.levels(path, has_target, self.args.select.as_deref(), &self.args.ignore)
    }

    fn find_in_tree(&self, analysed: &[Analysed], rest: &[Analysed], sources: &SourceMap) -> Vec<Diagnostic> {
        let Some(first) = analysed.first() else { return Vec::new() };
        let is_profile = |one: &&Analysed| kind(one) == FileKind::Profile;
        let policies: Vec<&Policy> =
            analysed.iter().chain(rest).filter(is_profile).map(|one| &one.policy).collect();
        let target = first.planned.target;
        let tree = TreeContext { policies: &policies, sources, target };
        // Which rules are off for a file is judged when it is known where their findings are.
        run::find_in_tree(&tree, &self.levels(&first.planned.config, &first.planned.path, target.is_some()))
    }

    /// Lints and fixes in turn until nothing changes; what is left is found in the last content.
    fn fix(&self, allowed: Applicability) -> Results {
        let mut files = self.plan.files.clone();
        let mut changed: HashMap<usize, Change> = HashMap::new();
        let mut has_failed = false;
        let (mut results, mut ids) = self.lint_with_ids(&files);
        for _ in 0..fix::MAX_ROUNDS {
            has_failed |= results.has_failed;
            let mut made = 0;
            for (position, id) in &ids {
                let source = results.sources.get(*id);
                let file = &mut files[*position];
                let change = || Change {
                    path: file.path.clone(),
                    is_stdin: file.is_stdin(),
                    old: source.bytes().into(),
                    new: source.bytes().into(),
                    made: 0,
                };
                if file.is_stdin() {
                    changed.entry(*position).or_insert_with(change);
                }
                let here = results.findings.iter().filter(|finding| finding.primary.location.file == *id);
                let Some(round) = fix::round(*id, source.bytes(), here, allowed) else { continue };
                let change = changed.entry(*position).or_insert_with(change);
                change.new = round.bytes.into();
                change.made += round.made;
                made += round.made;
                if file.is_stdin() {
                    file.bytes = Some(Arc::clone(&change.new));
                } else {
                    self.tree.set(&file.path, Arc::clone(&change.new));
                }
            }
            if made == 0 {
                break;
            }
            (results, ids) = self.lint_with_ids(&files);
        }
        let mut changed: Vec<(usize, Change)> = changed.into_iter().collect();
        changed.sort_by_key(|(position, _)| *position);
        Results { changed: changed.into_iter().map(|(_, change)| change).collect(), has_failed, ..results }
    }
}

/// The names of the files in `abi` directories, looked up once for each list of directories that holds them.
#[derive(Debug, Default)]
struct AbiFiles(Mutex<HashMap<Vec<PathBuf>, Arc<[String]>>>);

impl AbiFiles {
    fn of(&self, directories: &[PathBuf]) -> Arc<[String]> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(names) = known.get(directories) {
            return Arc::clone(names);
        }
        let entries = |directory: &PathBuf| std::fs::read_dir(directory.join("abi")).into_iter().flatten();
        let entries = directories.iter().flat_map(entries).flatten();
        let names: Arc<[String]> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        known.insert(directories.to_vec(), Arc::clone(&names));
        names
    }
}

/// What the rules of a part grant is judged where a profile includes it. A part that none of the files includes is judged as
/// if one did that has nothing else.
fn find_in_lone_parts(
    analysed: &[Analysed<'_>],
    units: &[Unit<'_>],
    loaders: &Loaders<'_>,
    sources: &SourceMap,
) -> Vec<Diagnostic> {
    let true_path = |path: &Path| std::fs::canonicalize(path).ok();
    let is_security = |id: &str| registry::find(id).is_some_and(|rule| rule.group == Group::Security);
    let is_part = |unit: &Unit<'_>| unit.kind == FileKind::Part;
    if !units.iter().any(is_part) {
        return Vec::new();
    }
    let profiles = units.iter().filter(|unit| unit.kind == FileKind::Profile);
    let includes = profiles.flat_map(|unit| &unit.policy.includes);
    let included: HashSet<PathBuf> =
        includes.filter_map(|include| true_path(include.found.as_deref()?)).collect();
    let mut found = Vec::new();
    for (part, one) in units.iter().zip(analysed).filter(|(unit, _)| is_part(unit)) {
        let path = true_path(part.loaded.source.path()).filter(|path| !included.contains(path));
        let (false, Some(path)) = (one.planned.is_stdin(), path) else { continue };
        let Some(text) = path.to_str().filter(|path| !path.contains(['"', '\n', '\\'])) else { continue };
        let text = format!("include if exists <tunables/global>\nprofile any {{\n  include \"{text}\"\n}}\n");
        let Some(loader) = loader_of(loaders, one.planned) else { continue };
        let loaded = loader.add(SourceFile::new("(a profile)", text.into_bytes()));
        let policy = resolve(loader, &loaded);
        let mut levels = part.levels.clone();
        for rule in RULES.iter().filter(|rule| rule.group != Group::Security) {
            levels.set(rule.id, Level::Off);
        }
        // What is read now has ids that nobody knows.
        let shown = Shown::all();
        let around =
            Unit { loaded: &loaded, policy: &policy, kind: FileKind::Profile, levels, shown, ..part.clone() };
        found.extend(run::find(&around, sources).into_iter().filter(|finding| is_security(finding.code)));
    }
    found
}

/// What a file is for: told by where it stands, else by what is in it.
fn kind(one: &Analysed) -> FileKind {
    if discover::is_part(&one.planned.path) {
        FileKind::of_part(&one.loaded.file)
    } else {
        FileKind::of(&one.loaded.file)
    }
}

/// Findings get the ids under which the files of the run are told.
fn rename(found: &mut [Diagnostic], names: &mut Names<'_>) {
    for finding in found {
        let mut rename = |location: &mut Location| location.file = names.of(location.file);
        rename(&mut finding.primary.location);
        finding.related.iter_mut().for_each(|label| rename(&mut label.location));
        finding.include_chain.iter_mut().for_each(&mut rename);
        finding.fix.iter_mut().flat_map(|fix| &mut fix.edits).for_each(|edit| rename(&mut edit.location));
    }
}
