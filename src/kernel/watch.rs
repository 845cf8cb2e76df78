//! A parser that does not outlive its caller. The standard library runs no code of ours between fork and exec without
//! `unsafe`, so a second process of the same program watches over the parser's process group: it reads a pipe from the
//! caller, and when that closes without a word, as it does when the caller is killed, it ends the group.
//!
//! `aakit` does so by itself. A library user whose program calls [`run_watch`] first thing when its first argument is
//! [`WATCH_WORD`] may name itself with [`ParserCommand::watched_by`](super::ParserCommand::watched_by).

use rustix::process::{Pid, Signal, kill_process_group};
use std::io::{BufRead, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};

/// The first argument that makes a program watch.
pub const WATCH_WORD: &str = "__watch-parser";

/// What the caller writes when the group has ended.
const ENDED: &[u8] = b".";

/// Watches, until the caller says that all is over or is gone.
#[must_use]
pub fn run_watch() -> ExitCode {
    let mut caller = std::io::stdin().lock();
    let mut group = String::new();
    if caller.read_line(&mut group).is_err() {
        return ExitCode::FAILURE;
    }
    let Some(group) = group.trim().parse().ok().and_then(Pid::from_raw) else { return ExitCode::SUCCESS };
    let mut word = Vec::new();
    let _ = caller.read_to_end(&mut word);
    if word != ENDED {
        let _ = kill_process_group(group, Signal::KILL);
    }
    ExitCode::SUCCESS
}

/// A watching process, from the caller's side.
#[derive(Debug)]
pub(super) struct Watcher(Child);

impl Watcher {
    /// Starts `program` as a watcher; without one the parser runs all the same.
    pub(super) fn start(program: &Path) -> Option<Self> {
        let mut command = Command::new(program);
        // A group of its own: what ends the caller from a terminal must not end the watcher first.
        command
            .arg(WATCH_WORD)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        command.spawn().ok().map(Self)
    }

    /// Tells it which group to end.
    pub(super) fn watch(&mut self, group: u32) {
        if let Some(pipe) = &mut self.0.stdin {
            let _ = writeln!(pipe, "{group}");
        }
    }

    /// Tells it that the group has ended, and waits for it.
    pub(super) fn dismiss(mut self) {
        if let Some(mut pipe) = self.0.stdin.take() {
            let _ = pipe.write_all(ENDED);
        }
        let _ = self.0.wait();
    }
}
