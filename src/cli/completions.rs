//! `aakit completions SHELL`: a completion script on standard output.

use super::context::Context;
use super::{CLEAN, Outcome};
use clap_complete::Shell;
use std::io::Write;
use std::process::ExitCode;

/// Print a shell's completion script
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: aakit completions bash > ~/.local/share/bash-completion/completions/aakit")]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

pub(super) fn run(args: Args, context: &Context) -> Outcome {
    // Written at once: clap_complete panics when a write fails.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "aakit", &mut script);
    let mut out = context.stdout();
    out.write_all(&script)?;
    out.flush()?;
    Ok(ExitCode::from(CLEAN))
}
