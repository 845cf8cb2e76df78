//! `aakit check`: would apparmor_parser accept it?

use super::analysis::analyse;
use super::context::Context;
use super::discover::Walk;
use super::findings::{self, Output};
use super::plan::{View, plan};
use super::{Outcome, common};
use crate::diagnostic::{Diagnostic, Severity};
use crate::policy::DiskTree;
use crate::report::Format;
use crate::source::SourceMap;
use std::collections::HashSet;
use std::io::Write;

/// Check whether apparmor_parser would accept profiles, without it and without root
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  aakit check /etc/apparmor.d
  aakit check --target debian-12 apparmor.d/usr.sbin.ntpd
  aakit render docker-default | aakit check -")]
pub(super) struct Args {
    #[command(flatten)]
    input: common::Input,

    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: Args, context: &Context) -> Outcome {
    let plan = plan(&args.input, Walk::Profiles, View::Files, context)?;
    let sources = SourceMap::new();
    let (analysed, has_failed) = analyse(&plan.files, &DiskTree, &sources, context);
    let mut seen = HashSet::new();
    // An error in an abstraction is found again through every profile that includes it, and told once.
    let found: Vec<Diagnostic> = analysed
        .iter()
        .flat_map(|one| &one.policy.diagnostics)
        .filter(|error| seen.insert((error.code, error.primary.location, error.message.clone())))
        .cloned()
        .collect();
    let format = args.output.format(context);
    let mut out = context.stdout();
    findings::show(&mut out, format, &found, &sources, context)?;
    out.flush()?;
    if format == Format::Full && !found.is_empty() {
        context.note(&findings::summary(&found));
    }
    Ok(findings::exit_code(&found, Severity::Error, plan.has_failed || has_failed))
}
