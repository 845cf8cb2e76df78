//! A parser that does not outlive its caller. The standard library runs no code of ours between fork and exec without
//! `unsafe`, so the program starts itself again with [`GUARD_WORD`], asks there to be killed with its parent, and becomes the
//! parser. A library user whose program does the same may name itself with
//! [`ParserCommand::guarded_by`](super::ParserCommand::guarded_by).

use rustix::process::{Signal, getppid, set_parent_process_death_signal};
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};

/// The first argument that makes a program a guard; followed by its parent's process id, the parser, and its arguments.
pub const GUARD_WORD: &str = "__run-parser";

/// What a guard prints before the error number when the parser cannot be run.
const FAILED: &str = "aakit-guard: cannot run: ";

/// Becomes the parser that `arguments` name (those behind [`GUARD_WORD`]). Returns only when that fails.
#[must_use]
pub fn run_guarded(mut arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let parent = arguments.next().and_then(|word| word.to_str()?.parse::<i32>().ok());
    let Some(parser) = arguments.next() else { return ExitCode::from(2) };
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    // The parent may have died before the request was made.
    if getppid().map(rustix::process::Pid::as_raw_pid) != parent {
        return ExitCode::from(2);
    }
    let error = Command::new(parser).args(arguments).exec();
    eprintln!("{FAILED}{}", error.raw_os_error().unwrap_or(0));
    ExitCode::from(127)
}

/// The command that runs `parser` under the guard.
pub(super) fn command(guard: &Path, parser: &Path) -> Command {
    let mut command = Command::new(guard);
    command.arg(GUARD_WORD).arg(std::process::id().to_string()).arg(parser);
    command
}

/// The error for which a guard could not run the parser, from what it wrote.
pub(super) fn failure(stderr: &[u8]) -> Option<std::io::Error> {
    let number = stderr.strip_prefix(FAILED.as_bytes())?;
    let number = str::from_utf8(number).ok()?.trim().parse().ok()?;
    Some(std::io::Error::from_raw_os_error(number))
}
