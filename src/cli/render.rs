//! `aakit render`: a profile on standard output.

use super::context::Context;
use super::error::Error;
use super::template::{self, Fill};
use super::{CLEAN, Outcome};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Print the default profile of a container engine, as it would be installed on this machine
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  aakit render docker-default > docker-default.profile
  aakit render --hardened --name web docker-default | aakit load --replace -")]
pub(super) struct Args {
    /// docker-default, containerd-default or podman-default
    #[arg(value_name = "TEMPLATE")]
    template: String,

    /// Directory that holds `abstractions/` and `tunables/` [default: /etc/apparmor.d]
    #[arg(short, long, value_name = "DIR")]
    base: Option<PathBuf>,

    #[command(flatten)]
    fill: Fill,
}

pub(super) fn run(args: Args, context: &Context) -> Outcome {
    let engine = template::engine(&args.template)?;
    let profile = args.fill.apply(engine, args.base.as_deref());
    let text = template::text(&profile)?;
    for change in template::changes(&profile) {
        context.note(&change);
    }
    let mut out = context.stdout();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Error::from)?;
    Ok(ExitCode::from(CLEAN))
}
