//! `aakit diff`: what one policy allows that another does not.

mod revision;
mod side;
mod tell;

use super::context::Context;
use super::error::Error;
use super::{CLEAN, FAILED, FINDINGS, Outcome, common};
use crate::diff::pair_up;
use crate::policy::Policy;
use crate::source::SourceMap;
use clap::ValueEnum;
use rayon::prelude::*;
use side::Side;
use std::io::Write;
use std::process::ExitCode;
use tell::{Report, ToldProfile};

/// Tell what a new policy allows that the old one did not, and the other way round
#[derive(Debug, clap::Args)]
#[command(
    after_help = "What rules mean is compared, never their text: a rule that was split, merged, moved to an abstraction or got \
a variable is no difference.

Examples:
  aakit diff old.profile new.profile
  aakit diff /etc/apparmor.d ./apparmor.d
  aakit diff main:apparmor.d apparmor.d --output-format markdown
  aakit diff HEAD~1:profiles/web profiles/web --fail-on widened

Exit codes: 0 the same policy, 1 different (with --fail-on widened: only when more may be allowed), 2 could not tell"
)]
pub(super) struct Args {
    /// A file, a directory, or REV:PATH of the git repository around here
    #[arg(value_name = "OLD")]
    old: String,

    /// The same, for the policy that is to be
    #[arg(value_name = "NEW")]
    new: String,

    /// What makes the exit code 1
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = FailOn::Different)]
    fail_on: FailOn,

    /// How to tell it
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Text)]
    output_format: OutputFormat,

    #[command(flatten)]
    search: common::Search,

    #[command(flatten)]
    config: common::ConfigFile,
}

/// What makes the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Any difference
    Different,
    /// Something more may be allowed, or could not be decided
    Widened,
}

/// How the differences are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For a comment on a merge request
    Markdown,
}

pub(super) fn run(args: Args, context: &Context) -> Outcome {
    let sources = SourceMap::new();
    let old = Side::read(&args.old, &args, &sources, context)?;
    let new = Side::read(&args.new, &args, &sources, context)?;
    for side in [&old, &new] {
        side.warn_if_incomplete(context);
    }
    let before: Vec<&Policy> = old.policies.iter().collect();
    let after: Vec<&Policy> = new.policies.iter().collect();
    let pairs = pair_up(&before, &after);
    let compared = pairs.len();
    let version = new.version.max(old.version);
    let profiles: Vec<ToldProfile> = pairs
        .into_par_iter()
        .filter_map(|pair| ToldProfile::new(&pair, version, [&old, &new], &sources))
        .collect();
    let report = Report::new(compared, profiles);
    let mut out = context.stdout();
    match args.output_format {
        OutputFormat::Text => report.text(&mut out)?,
        OutputFormat::Json => report.json(&mut out)?,
        OutputFormat::Markdown => report.markdown(&mut out, &args.old, &args.new)?,
    }
    out.flush().map_err(Error::from)?;
    let fails = match args.fail_on {
        FailOn::Different => !report.same,
        FailOn::Widened => report.may_widen,
    };
    let code = match (old.has_failed || new.has_failed, fails) {
        (true, _) => FAILED,
        (false, true) => FINDINGS,
        (false, false) => CLEAN,
    };
    Ok(ExitCode::from(code))
}
