//! `aakit check`: would apparmor_parser accept it?

use super::analysis::{Analysed, Loaders, analyse_with};
use super::context::Context;
use super::discover::Walk;
use super::findings::{self, Output};
use super::plan::{View, plan};
use super::{Outcome, common};
use crate::diagnostic::{Diagnostic, Severity};
use crate::policy::{self, DiskTree};
use crate::report::Format;
use crate::source::SourceMap;
use std::collections::HashSet;
use std::io::Write;
use std::mem::ManuallyDrop;

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

    /// Exit with 0 whatever is found
    #[arg(long)]
    exit_zero: bool,
}

pub(super) fn run(args: Args, context: &Context) -> Outcome {
    let plan = plan(&args.input, Walk::Profiles, View::Files, context)?;
    let sources = SourceMap::new();
    // Nothing of what is read is freed: the process ends here, and its memory at once with it.
    let mut loaders = ManuallyDrop::new(Loaders::new());
    let (analysed, has_failed) =
        analyse_with(&mut loaders, &plan.files, &DiskTree, &sources, policy::errors, context);
    let analysed = ManuallyDrop::new(analysed);
    let found = errors(&analysed, &sources);
    let format = args.output.format(context);
    let mut out = context.stdout();
    findings::show(&mut out, format, &found, &sources, context)?;
    out.flush()?;
    if format == Format::Full && !found.is_empty() {
        context.note(&findings::summary(&found));
    }
    let counting: &[Diagnostic] = if args.exit_zero { &[] } else { &found };
    Ok(findings::exit_code(counting, Severity::Error, plan.has_failed || has_failed))
}

/// What the compiler refuses: of each file given its own errors first, in the order of the text, then those of what it includes. An
/// error in an abstraction is found again through every profile that includes it, and told once.
fn errors(analysed: &[Analysed<'_, Vec<Diagnostic>>], sources: &SourceMap) -> Vec<Diagnostic> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for one in analysed {
        let mut errors: Vec<&Diagnostic> = one.policy.iter().collect();
        errors.sort_by_cached_key(|error| {
            let place = error.primary.location;
            (place.file != one.loaded.id, sources.get(place.file).path().to_path_buf(), place.span)
        });
        let is_new =
            |error: &&&Diagnostic| seen.insert((error.code, error.primary.location, error.message.clone()));
        found.extend(errors.iter().filter(is_new).map(|error| (*error).clone()));
    }
    found
}
