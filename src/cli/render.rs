//! `aakit render`: a profile on standard output: a container engine's default, or a file in its canonical text, as a tree, or with
//! everything in it that its includes, conditionals and variables bring.

mod file;

use super::common;
use super::context::Context;
use super::error::Error;
use super::template::{self, Fill};
use super::{CLEAN, Outcome};
use crate::template::Engine;
use clap::ValueEnum;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Print a profile: the default of a container engine, as it would be installed on this machine, or a file in its canonical text
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  aakit render docker-default > docker-default.profile
  aakit render --hardened --name web docker-default | aakit load --replace -
  aakit render --expand /etc/apparmor.d/usr.sbin.ntpd
  aakit render --output-format json usr.sbin.ntpd

With --expand the profile needs no other file: rules of included files stand below a comment that names the file \
and the lines of the includes, variables are replaced, branches that are not taken are left out. It compiles to \
the same policy. abi lines and aliases stay.

Exit codes: 0 printed; 1 the file has errors; 2 it could not be read")]
pub(super) struct Args {
    /// docker-default, containerd-default, podman-default, or a file (`-` is standard input)
    #[arg(value_name = "TEMPLATE|FILE")]
    template: String,

    /// Print a file with its includes, conditionals and variables resolved
    #[arg(long)]
    expand: bool,

    /// Print a file as text, or its tree as JSON (docs/ast.schema.json)
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    output_format: OutputFormat,

    /// Name of the file that standard input stands for
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<PathBuf>,

    #[command(flatten)]
    search: common::Search,

    #[command(flatten)]
    config: common::ConfigFile,

    #[command(flatten)]
    fill: Fill,
}

/// How a file is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum OutputFormat {
    /// The canonical text
    #[default]
    Text,
    /// The tree
    Json,
}

pub(super) fn run(args: Args, context: &Context) -> Outcome {
    let path = Path::new(&args.template);
    // A template's name is never taken for a file: `./docker-default` is one.
    let is_template = Engine::from_template_name(&args.template).is_some();
    if !is_template && (args.template == "-" || path.exists() || args.template.contains('/')) {
        if args.fill.is_given() {
            return Err(Error::other("a template's options were given, but a file is to be printed")
                .with_help("leave them out, or name a template"));
        }
        return file::run(args, context);
    }
    let engine = template::engine(&args.template).map_err(|error| match is_template {
        true => error,
        false => Error::other(format!("there is neither a file nor a template `{}`", args.template))
            .with_help(error.help().unwrap_or_default()),
    })?;
    let of_file =
        [("--output-format json", args.output_format == OutputFormat::Json), ("--expand", args.expand)];
    if let Some((option, _)) = of_file.iter().find(|(_, is_given)| *is_given) {
        return Err(Error::other(format!("`{option}` is for files, and `{}` is a template", args.template))
            .with_help(format!("pipe the template into `aakit render {option} -`")));
    }
    let profile = args.fill.apply(engine, args.search.base.as_deref())?;
    let text = template::text(&profile)?;
    for change in template::changes(&profile) {
        context.note(&change);
    }
    let mut out = context.stdout();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Error::from)?;
    Ok(ExitCode::from(CLEAN))
}
