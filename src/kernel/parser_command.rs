//! apparmor_parser: where it is, and how it is called.

use super::child::{self, Failure, Finished};
use super::error::LoadError;
use super::version::ParserVersion;
use super::watch::Watcher;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// The program's name.
const NAME: &str = "apparmor_parser";

/// Where it is looked for when PATH does not have it: root's PATH often lacks these, a user's always.
const DIRECTORIES: &str = "/usr/sbin:/sbin";

/// A found apparmor_parser, and how long it may take.
#[derive(Debug, Clone)]
pub struct ParserCommand {
    path: PathBuf,
    timeout: Duration,
    watcher: Option<Arc<Watcher>>,
}

impl ParserCommand {
    /// How long one call may take unless said otherwise. The largest known profiles need some seconds.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

    /// Finds apparmor_parser: in PATH, then in `/usr/sbin` and `/sbin`.
    ///
    /// # Errors
    ///
    /// [`LoadError::ParserMissing`].
    pub fn find() -> Result<Self, LoadError> {
        let found = which::which(NAME).or_else(|_| which::which_in(NAME, Some(DIRECTORIES), "/"));
        found.map(Self::new).map_err(|_| LoadError::ParserMissing { wanted: None })
    }

    /// The program at `path`, or, when `path` is a bare name, the one that PATH has.
    ///
    /// # Errors
    ///
    /// [`LoadError::ParserMissing`] when there is no such program or it may not be executed.
    pub fn at(path: &Path) -> Result<Self, LoadError> {
        which::which(path)
            .map(Self::new)
            .map_err(|_| LoadError::ParserMissing { wanted: Some(path.to_path_buf()) })
    }

    fn new(path: PathBuf) -> Self {
        Self { path, timeout: Self::DEFAULT_TIMEOUT, watcher: None }
    }

    /// Lets one call take `timeout` at most; then the parser and all that it started is killed.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Has `program` watch over the parser from now on, so that it does not outlive this process, not even when this one is killed by
    /// SIGKILL. The program must call [`run_watch`](super::run_watch) when its first argument is
    /// [`WATCH_WORD`](super::WATCH_WORD).
    #[must_use]
    pub fn watched_by(self, program: &Path) -> Self {
        Self { watcher: Watcher::start(program).map(Arc::new), ..self }
    }

    /// The program.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How long one call may take.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.timeout
    }

    /// Its version; `None` when it does not tell one.
    ///
    /// # Errors
    ///
    /// When it cannot be run, hangs or is killed.
    pub fn version(&self) -> Result<Option<ParserVersion>, LoadError> {
        let finished = self.run([OsStr::new("--version")], Stdio::null())?;
        Ok(ParserVersion::from_output(&String::from_utf8_lossy(&finished.stdout))
            .or_else(|| ParserVersion::from_output(&String::from_utf8_lossy(&finished.stderr))))
    }

    /// Runs it to its end. The words are the program's arguments as they are; no shell sees them.
    pub(super) fn run(
        &self,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
        stdin: Stdio,
    ) -> Result<Finished, LoadError> {
        let mut command = Command::new(&self.path);
        // Its messages are read by program, so they must not be translated.
        command.args(arguments).env("LC_ALL", "C").env_remove("LANGUAGE");
        let finished = child::run(command, stdin, self.timeout, self.watcher.as_deref()).map_err(
            |failure| match failure {
                Failure::Start(source) => LoadError::ParserNotRun { path: self.path.clone(), source },
                Failure::TimedOut => {
                    LoadError::ParserHangs { path: self.path.clone(), timeout: self.timeout }
                }
            },
        )?;
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&finished.status) {
            return Err(LoadError::ParserKilled { path: self.path.clone(), signal });
        }
        Ok(finished)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = ParserCommand::at(Path::new("/nonexistent/parser")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot find the parser `/nonexistent/parser`, or it is not executable"
        );
    }

    #[test]
    fn death_by_a_signal_is_told() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("parser");
        std::fs::write(&path, "#!/bin/sh\nkill -SEGV $$\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let error = ParserCommand::at(&path).unwrap().version().unwrap_err();
        assert!(error.to_string().ends_with("was killed by SIGSEGV"), "{error}");
    }
}
