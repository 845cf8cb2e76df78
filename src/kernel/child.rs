//! One child process: no shell, a process group of its own, bounded output, bounded time, and the whole group ended
//! afterwards, whatever it started.

use super::watch::Watcher;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// The most that is kept of each output stream, in bytes; the rest is read and dropped.
const KEPT: usize = 1 << 20;

/// How long the output streams may stay open once the child is gone (something that left its group may hold them).
const GRACE: Duration = Duration::from_millis(500);

/// What a child that ended by itself left.
#[derive(Debug)]
pub(super) struct Finished {
    /// Its exit code or the signal that ended it.
    pub(super) status: ExitStatus,
    /// At most [`KEPT`] bytes of its standard output.
    pub(super) stdout: Vec<u8>,
    /// At most [`KEPT`] bytes of its standard error.
    pub(super) stderr: Vec<u8>,
}

/// Why there is no [`Finished`].
#[derive(Debug)]
pub(super) enum Failure {
    /// It could not be started.
    Start(io::Error),
    /// It did not end in time, and was ended with all that it had started.
    TimedOut,
}

/// Runs `command` to its end, `timeout` at most; should this process die meanwhile, `watcher` ends it.
pub(super) fn run(
    mut command: Command,
    stdin: Stdio,
    timeout: Duration,
    watcher: Option<&Watcher>,
) -> Result<Finished, Failure> {
    let deadline = Instant::now() + timeout;
    command.process_group(0).stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(Failure::Start)?;
    // The command holds the other end of what the child reads and writes.
    drop(command);
    watcher.inspect(|watcher| watcher.started(child.id()));
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let ended = wait_until(&child, deadline);
    // The leader is not reaped yet, so its group's number cannot have become another's.
    if let Some(group) = Pid::from_raw(i32::try_from(child.id()).unwrap_or(0)) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let status = child.wait().map_err(Failure::Start)?;
    watcher.inspect(|watcher| watcher.ended(child.id()));
    if !ended {
        return Err(Failure::TimedOut);
    }
    let kept = |stream: Receiver<Vec<u8>>| stream.recv_timeout(GRACE).unwrap_or_default();
    Ok(Finished { status, stdout: kept(stdout), stderr: kept(stderr) })
}

/// Waits until the child has ended, without reaping it. False when the deadline came first.
fn wait_until(child: &Child, deadline: Instant) -> bool {
    let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else { return false };
    let mut pause = Duration::from_micros(200);
    loop {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        match waitid(WaitId::Pid(pid), options) {
            Ok(None) | Err(rustix::io::Errno::INTR) => {}
            Ok(Some(_)) | Err(_) => return true,
        }
        if Instant::now() >= deadline {
            return false;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}

/// Reads a stream to its end on a thread of its own, and keeps its beginning.
fn collect(stream: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        if let Some(mut stream) = stream {
            let mut buffer = [0; 8192];
            loop {
                match stream.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(count) => kept.extend_from_slice(&buffer[..count.min(KEPT - kept.len())]),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
        }
        // The one who waited may have given up.
        let _ = sender.send(kept);
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, timeout: Duration) -> Result<Finished, Failure> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        run(command, Stdio::null(), timeout, None)
    }

    #[test]
    fn output_and_status_come_back() {
        let finished = shell("echo out; echo err >&2; exit 7", Duration::from_secs(10)).unwrap();
        assert_eq!((finished.stdout.as_slice(), finished.stderr.as_slice()), (&b"out\n"[..], &b"err\n"[..]));
        assert_eq!(finished.status.code(), Some(7));
    }

    #[test]
    fn a_flood_is_read_to_its_end_but_not_kept() {
        let finished = shell("head -c 5000000 /dev/zero >&2", Duration::from_secs(20)).unwrap();
        assert!(finished.status.success());
        assert_eq!(finished.stderr.len(), KEPT);
    }

    #[test]
    fn what_hangs_is_ended_with_its_children() {
        let begun = Instant::now();
        let dir = tempfile::tempdir().unwrap();
        let mark = dir.path().join("mark");
        let script = format!("(sleep 1.2; touch {0}) & sleep 60", mark.display());
        assert!(matches!(shell(&script, Duration::from_millis(200)), Err(Failure::TimedOut)));
        assert!(begun.elapsed() < Duration::from_secs(1));
        std::thread::sleep(Duration::from_millis(1500));
        assert!(!mark.exists(), "a grandchild went on");
    }

    #[test]
    fn a_background_job_of_a_child_that_ended_does_not_keep_us() {
        let begun = Instant::now();
        let finished = shell("sleep 60 & exit 3", Duration::from_secs(30)).unwrap();
        assert_eq!(finished.status.code(), Some(3));
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}
