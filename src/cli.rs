//! Arguments to calls to an exit code. One file for each verb, named for it; what verbs share is in `common`
//! (arguments), `context` (output and colour), `discover` (which files) and `error` (why a run could not be made).
//!
//! A verb is registered by its one line in `Command` and its one line in `dispatch`.

mod analysis;
mod check;
mod common;
mod completions;
mod configs;
mod context;
mod diff;
mod discover;
mod error;
mod explain;
mod findings;
mod fmt;
mod graph;
mod lint;
mod load;
mod man;
mod names;
mod patch;
mod plan;
mod query;
mod render;
mod rule_place;
mod rules;
mod status;
mod template;
mod test;
mod waivers;
mod write;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use context::{ColorWhen, Context};
use error::Error;
use std::ffi::OsString;
use std::panic::PanicHookInfo;
use std::process::ExitCode;

/// Clean: no findings, or none that count.
const CLEAN: u8 = 0;
/// Findings, would reformat, differs, denied, assertion failed.
const FINDINGS: u8 = 1;
/// The run could not be made: bad usage, unreadable file, broken config, no parser, not permitted.
const FAILED: u8 = 2;

/// The AppArmor toolkit: check, lint, format, load, query and diff AppArmor profiles.
#[derive(Debug, Parser)]
#[command(name = "aakit", version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 clean, 1 findings or differences, 2 could not run")]
struct Cli {
    /// Colour the output: only on a terminal, always, or never (NO_COLOR is honoured)
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = ColorWhen::Auto)]
    color: ColorWhen,

    #[command(subcommand)]
    command: Command,
}

/// Only the arguments of the verb at hand are put together (`defer`): those of all verbs would be half of what a run on a small
/// file costs.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Command {
    Check(check::Args),
    Lint(lint::Args),
    Fmt(fmt::Args),
    Render(render::Args),
    Load(load::Args),
    Status(status::Args),
    Query(query::Args),
    Diff(diff::Args),
    Test(test::Args),
    Graph(graph::Args),
    Explain(explain::Args),
    Rules(rules::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// What a verb comes to: the exit code, or why it could not run.
type Outcome = Result<ExitCode, Error>;

fn dispatch(command: Command, context: &Context) -> Outcome {
    match command {
        Command::Check(args) => check::run(args, context),
        Command::Lint(args) => lint::run(args, context),
        Command::Fmt(args) => fmt::run(args, context),
        Command::Render(args) => render::run(args, context),
        Command::Load(args) => load::run(args, context),
        Command::Status(args) => status::run(args, context),
        Command::Query(args) => query::run(args, context),
        Command::Diff(args) => diff::run(args, context),
        Command::Test(args) => test::run(args, context),
        Command::Graph(args) => graph::run(args, context),
        Command::Explain(args) => explain::run(args, context),
        Command::Rules(args) => rules::run(args, context),
        Command::Completions(args) => completions::run(args, context),
        Command::Man(args) => man::run(args, context),
    }
}

/// Runs the program on the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    if let Some(code) = load::watch() {
        return code;
    }
    std::panic::set_hook(Box::new(report_panic));
    std::panic::catch_unwind(|| match parse(std::env::args_os().collect()) {
        Ok(cli) => run(cli),
        Err(error) => usage(&error),
    })
    .unwrap_or(ExitCode::from(FAILED))
}

/// Reads the arguments, the program's name first. All verbs are put together only where none comes first, since the help may then
/// list them with their summaries.
fn parse(arguments: Vec<OsString>) -> Result<Cli, clap::Error> {
    let mut command = command();
    if arguments.get(1).is_none_or(|first| command.find_subcommand(first).is_none()) {
        command.build();
    }
    let mut matches = command.try_get_matches_from_mut(arguments)?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

/// The command line as clap sees it, for completions and man pages; the verbs have their arguments once it is built.
fn command() -> clap::Command {
    Cli::command()
}

fn run(cli: Cli) -> ExitCode {
    let context = Context::new(cli.color);
    let outcome = dispatch(cli.command, &context);
    outcome.unwrap_or_else(|error| {
        context.error(&error);
        ExitCode::from(FAILED)
    })
}

/// Help and version are answers (exit 0); anything else that clap says is bad usage (exit 2).
fn usage(error: &clap::Error) -> ExitCode {
    // A closed pipe (`aakit --help | head -1`) is no reason to fail, and there is no one left to tell.
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { FAILED } else { CLEAN })
}

/// A defect in aakit, told as one: never a raw backtrace in the middle of the findings.
fn report_panic(info: &PanicHookInfo) {
    use std::io::Write;
    let payload = info.payload();
    let message = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let _ = writeln!(
        std::io::stderr(),
        "error: aakit itself failed: {} ({place})\nhelp: this is a bug in aakit {}, not in your profile; report it with the command line, and the profile if you may share it",
        message.unwrap_or("no reason given"),
        env!("CARGO_PKG_VERSION"),
    );
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        super::command().debug_assert();
    }
}
