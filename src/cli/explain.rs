//! `aakit explain RULE`: a rule's page.

use super::context::Context;
use super::error::Error;
use super::{CLEAN, Outcome};
use crate::lint::{book, registry};
use std::io::Write;
use std::process::ExitCode;

/// Show a lint rule's page: what it finds, why it matters, what to write instead
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The rule's id, as findings show it
    #[arg(required = true, value_name = "RULE")]
    rules: Vec<String>,
}

pub(super) fn run(args: Args, context: &Context) -> Outcome {
    let mut out = context.stdout();
    for (index, id) in args.rules.iter().enumerate() {
        let rule = registry::find(id).ok_or_else(|| {
            Error::other(format!("no rule is called `{id}`")).with_help(registry::suggest(id).map_or_else(
                || "see `aakit rules` for the names".to_owned(),
                |meant| format!("did you mean `{meant}`?"),
            ))
        })?;
        let gap = if index == 0 { "" } else { "\n" };
        write!(out, "{gap}# {id}\n\n{}", book::page(rule))?;
    }
    out.flush()?;
    Ok(ExitCode::from(CLEAN))
}
