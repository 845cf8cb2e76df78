//! `aakit man`: manual pages, generated from the arguments themselves.

use super::context::Context;
use super::error::Error;
use super::{CLEAN, Outcome};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Print the manual page, or write all pages into a directory
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  aakit man | man -l -\n  aakit man lint | man -l -\n  aakit man --dir /usr/local/share/man/man1"
)]
pub(super) struct Args {
    /// The page of this verb instead of the program's
    #[arg(value_name = "VERB", conflicts_with = "dir")]
    verb: Option<String>,

    /// Write the pages of the program and of each verb into this directory
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(super) fn run(args: Args, context: &Context) -> Outcome {
    let mut program = super::command().disable_help_subcommand(true);
    program.build();
    if let Some(dir) = args.dir {
        std::fs::create_dir_all(&dir).map_err(|source| Error::Write { path: dir.clone(), source })?;
        for page in std::iter::once(&program).chain(program.get_subcommands()) {
            let path = dir.join(format!("{}.1", page.get_display_name().unwrap_or("aakit")));
            std::fs::write(&path, render(page)?).map_err(|source| Error::Write { path, source })?;
        }
        return Ok(ExitCode::from(CLEAN));
    }
    let page = match &args.verb {
        None => &program,
        Some(verb) => program.find_subcommand(verb).ok_or_else(|| {
            Error::other(format!("`{verb}` is not a verb of aakit"))
                .with_help("see `aakit --help` for the verbs")
        })?,
    };
    let mut out = context.stdout();
    out.write_all(&render(page)?)?;
    out.flush()?;
    Ok(ExitCode::from(CLEAN))
}

fn render(page: &clap::Command) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    clap_mangen::Man::new(page.clone()).render(&mut bytes)?;
    Ok(bytes)
}
