//! A parser that does not outlive its caller. The standard library runs no code of ours between fork and exec without
//! `unsafe`, so a second process of the same program watches over the parser's process group: it reads a pipe from the
//! caller, and when that closes while a parser runs, as it does when the caller is killed, it ends the parser's group.
//!
//! `aakit` does so by itself. A library user whose program calls [`run_watch`] first thing when its first argument is
//! [`WATCH_WORD`] may name itself with [`ParserCommand::watched_by`](super::ParserCommand::watched_by).

use rustix::process::{Pid, Signal, kill_process_group};
use std::collections::BTreeSet;
use std::io::{BufRead, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::{Mutex, PoisonError};

/// The first argument that makes a program watch.
pub const WATCH_WORD: &str = "__watch-parser";

/// Watches, until the caller is gone. The caller writes a line when a parser starts, `+` and its group, and one when it
/// has ended, `-` and its group.
#[must_use]
pub fn run_watch() -> ExitCode {
    let mut running = BTreeSet::new();
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { break };
        let Some((sign, group)) = line.split_at_checked(1) else { continue };
        match (sign, group.parse::<i32>()) {
            ("+", Ok(group)) => running.insert(group),
            (_, Ok(group)) => running.remove(&group),
            (_, Err(_)) => continue,
        };
    }
    for group in running.into_iter().filter_map(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    ExitCode::SUCCESS
}

/// A watching process, from the caller's side; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Watcher(Mutex<Child>);

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
        command.spawn().ok().map(|child| Self(Mutex::new(child)))
    }

    /// Tells it that this group is to end with us.
    pub(super) fn started(&self, group: u32) {
        self.tell(&format!("+{group}\n"));
    }

    /// Tells it that the group has ended.
    pub(super) fn ended(&self, group: u32) {
        self.tell(&format!("-{group}\n"));
    }

    fn tell(&self, line: &str) {
        let mut child = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pipe) = &mut child.stdin {
            let _ = pipe.write_all(line.as_bytes());
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let child = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        drop(child.stdin.take());
        let _ = child.wait();
    }
}
