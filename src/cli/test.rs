//! `aakit test`: assertions over policy, written in TOML beside it.

mod junit;
mod suite;

use super::analysis::analyse;
use super::context::Context;
use super::discover::{DEFAULT_BASE, Walk};
use super::error::Error;
use super::plan::{Plan, Planned, View, plan};
use super::rule_place::{RulePlace, printable};
use super::template::{self, Fill};
use super::{CLEAN, FINDINGS, Outcome, common};
use crate::policy::{DiskTree, Policy, resolve};
use crate::query::{Demand, Judge, Violation, World};
use crate::source::SourceMap;
use crate::template::Engine;
use crate::vocabulary::Version;
use clap::ValueEnum;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use suite::{Case, Suite};

/// Test assertions over policy: what profiles must be allowed, must be denied, and must never reach
#[derive(Debug, clap::Args)]
#[command(after_help = "An assertion, in TOML:
  policy = [\"apparmor.d\"]

  [[never]]
  name = \"nothing reaches the password hashes\"
  profiles = [\"web**\"]
  requests = [\"r /etc/shadow\"]

docs/assertions.md tells all keys; `examples/docker-default.test.toml` is a suite.

Exit codes: 0 all hold, 1 some do not, 2 could not tell")]
pub(super) struct Args {
    /// Files of assertions
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// How to tell it
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Text)]
    output_format: OutputFormat,

    /// Write the results as JUnit XML to this file too
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,

    #[command(flatten)]
    search: common::Search,

    #[command(flatten)]
    config: common::ConfigFile,
}

/// How the results are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// For people
    Text,
    /// XML, for CI
    Junit,
}

/// What became of an assertion.
struct Outcomes {
    name: String,
    demand: Demand,
    /// What does not hold, in lines.
    failures: Vec<String>,
    /// What an exception excuses.
    excused: usize,
    /// Exceptions that excuse nothing, by their reason.
    idle: Vec<String>,
}

/// What became of a file of assertions.
struct Tested {
    file: PathBuf,
    outcomes: Vec<Outcomes>,
}

pub(super) fn run(args: Args, context: &Context) -> Outcome {
    let mut tested = Vec::new();
    for file in &args.files {
        tested.push(test(file, &args, context)?);
    }
    let mut out = context.stdout();
    match args.output_format {
        OutputFormat::Text => text(&mut out, &tested)?,
        OutputFormat::Junit => junit::write(&mut out, &tested)?,
    }
    out.flush()?;
    if let Some(path) = &args.junit {
        let mut page = Vec::new();
        junit::write(&mut page, &tested)?;
        std::fs::write(path, page).map_err(|source| Error::Write { path: path.clone(), source })?;
    }
    let fails = tested.iter().flat_map(|tested| &tested.outcomes).any(|outcome| !outcome.failures.is_empty());
    Ok(ExitCode::from(if fails { FINDINGS } else { CLEAN }))
}

fn test(file: &Path, args: &Args, context: &Context) -> Result<Tested, Error> {
    let suite = Suite::read(file)?;
    let plan = policy_of(&suite, file, args, context)?;
    let sources = SourceMap::new();
    let (analysed, some_failed) = analyse(&plan.files, &DiskTree, &sources, resolve, context);
    if some_failed || plan.has_failed {
        return Err(Error::other(format!("the policy of `{}` cannot be read wholly", file.display())));
    }
    let version = plan.files.first().map_or(Version::NEWEST, Planned::version);
    let policies: Vec<Policy> = analysed.into_iter().map(|one| one.policy).collect();
    // What is missing cannot be shown to be refused.
    if let Some(broken) = policies.iter().find(|policy| !policy.complete) {
        let path = sources.get(broken.root).path().display().to_string();
        return Err(Error::other(format!(
            "`{path}` has errors or misses an include, so nothing can be asserted of it"
        ))
        .with_help("see what `aakit check` says of it"));
    }
    let world = World::new(&policies, version);
    let judge = Judge::new(&world, version);
    let outcomes = suite.cases.iter().map(|case| judged(case, &judge, &sources)).collect();
    Ok(Tested { file: file.to_path_buf(), outcomes })
}

/// The policy that the suite names: paths beside it, or containers' default profiles.
fn policy_of(suite: &Suite, file: &Path, args: &Args, context: &Context) -> Result<Plan, Error> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut paths = Vec::new();
    let mut engines = Vec::new();
    for name in &suite.policy {
        let path = folder.join(name);
        match Engine::from_template_name(name) {
            Some(engine) if !path.exists() => engines.push(engine),
            _ => paths.push(path),
        }
    }
    if paths.is_empty() && engines.is_empty() {
        paths.push(args.search.base.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_BASE)));
    }
    let input = |paths: Vec<PathBuf>| common::Input {
        paths,
        stdin_filename: None,
        search: args.search.clone(),
        config: args.config.clone(),
    };
    let mut all = match paths.is_empty() {
        true => Plan { files: Vec::new(), rest: Vec::new(), is_tree: false, has_failed: false },
        false => plan(&input(paths), Walk::Profiles, View::Files, context)?,
    };
    for engine in engines {
        let text = template::text(&Fill::default().apply(engine, args.search.base.as_deref())?)?;
        let mut configs = super::configs::Configs::new(args.config.clone());
        let config = configs.here()?;
        let base = args.search.base.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_BASE));
        all.files.push(Planned {
            path: PathBuf::from(engine.template_name()),
            bytes: Some(text.into_bytes().into()),
            target: args.search.target()?.or(config.target),
            include_path: crate::policy::IncludePath::new(args.search.include.clone(), Some(base)),
            config,
        });
    }
    Ok(all)
}

fn judged(case: &Case, judge: &Judge<'_, '_>, sources: &SourceMap) -> Outcomes {
    let mut failures = Vec::new();
    let mut used = vec![false; case.exceptions.len()];
    let mut excused = 0;
    if judge.subjects(&case.assertion).next().is_none() {
        failures.push(format!("no profile is named like {}", case.written_profiles.join(", ")));
    }
    for violation in judge.violations(&case.assertion) {
        let excusing = case.exceptions.iter().position(|exception| exception.excuses(&violation));
        match excusing {
            Some(index) => {
                used[index] = true;
                excused += 1;
            }
            None => failures.push(told(&violation, case.assertion.demand, judge, sources)),
        }
    }
    let idle = case.exceptions.iter().zip(&used).filter(|(_, used)| !**used);
    Outcomes {
        name: case.name.clone(),
        demand: case.assertion.demand,
        failures,
        excused,
        idle: idle.map(|(exception, _)| exception.reason.clone()).collect(),
    }
}

/// A violation in lines: who, what, by which chain and which rules.
fn told(violation: &Violation, demand: Demand, judge: &Judge<'_, '_>, sources: &SourceMap) -> String {
    let may = if demand == Demand::Allow { "may not" } else { "may" };
    let mut text = format!("`{}` {may} {}", printable(&violation.profile), printable(&violation.request));
    let asked = violation.request.split(' ').next().unwrap_or_default();
    if !violation.words.is_empty()
        && violation.words.len() < asked.len()
        && violation.words.iter().all(|word| word.len() == 1)
    {
        text += &format!(", of which `{}`", violation.words.concat());
    }
    let place = |profile: &str, rule: usize| {
        let query = judge.query(profile)?;
        Some(RulePlace::new(query.profile().rules.get(rule)?, sources))
    };
    for edge in &violation.chain {
        let on = if edge.on.is_empty() { String::new() } else { format!(" {}", printable(&edge.on)) };
        text +=
            &format!("\n  from `{}` to `{}` by {}{on}", printable(&edge.from), printable(&edge.to), edge.by);
        if let Some(place) = edge.rule.and_then(|rule| place(&edge.from, rule)) {
            text += &format!(", rule {place}");
        }
    }
    let places: Vec<RulePlace> =
        violation.rules.iter().filter_map(|(profile, rule)| place(profile, *rule)).collect();
    for place in &places {
        text += &format!("\n  rule {place}");
    }
    if places.is_empty() {
        text +=
            if demand == Demand::Allow { "\n  no rule allows it" } else { "\n  nothing confines it in this" };
    }
    text
}

fn text(out: &mut dyn Write, tested: &[Tested]) -> io::Result<()> {
    let (mut count, mut failed, mut excused) = (0, 0, 0);
    for one in tested {
        for outcome in &one.outcomes {
            count += 1;
            excused += outcome.excused;
            let fails = !outcome.failures.is_empty();
            failed += usize::from(fails);
            let word = if fails { "FAILED" } else { "ok" };
            writeln!(
                out,
                "{word}: {} ({}, {})",
                printable(&outcome.name),
                demand(outcome.demand),
                one.file.display()
            )?;
            for failure in &outcome.failures {
                writeln!(out, "  {}", failure.replace('\n', "\n  "))?;
            }
            for reason in &outcome.idle {
                writeln!(out, "  note: an exception is needed no more: {}", printable(reason))?;
            }
        }
    }
    let excepted = if excused == 0 { String::new() } else { format!(", {excused} excepted") };
    writeln!(out, "{count} assertions, {failed} failed{excepted}")
}

fn demand(demand: Demand) -> &'static str {
    match demand {
        Demand::Allow => "allow",
        Demand::Deny => "deny",
        Demand::Never => "never",
    }
}
