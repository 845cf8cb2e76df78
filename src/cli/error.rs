//! Why a run could not be made. Each of these is exit code 2; findings are not errors.

use crate::kernel::{LoadError, Unavailable};
use std::io;
use std::path::{Path, PathBuf};

/// Why a verb could not do its work.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// A file or directory cannot be read.
    #[error("cannot read `{}`: {}", path.display(), reason(source))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write `{}`: {}", path.display(), reason(source))]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Neither file nor directory: reading a FIFO or a device may never end.
    #[error("`{}` is {kind}, not a file", path.display())]
    NotAFile {
        /// What was named.
        path: PathBuf,
        /// What it is, with its article.
        kind: &'static str,
    },
    /// Larger than [`crate::source::MAX_FILE_SIZE`].
    #[error("`{}` is larger than the limit of {} MiB for a profile", path.display(), crate::source::MAX_FILE_SIZE >> 20)]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// Standard output cannot be written to (a closed pipe is not an error, see `context`).
    #[error("cannot write the output: {}", reason(.0))]
    Output(#[from] io::Error),
    /// Anything else, with what to do about it.
    #[error("{message}")]
    Other {
        /// What went wrong.
        message: String,
        /// What to do, in the imperative.
        help: Option<String>,
    },
}

impl From<LoadError> for Error {
    fn from(error: LoadError) -> Self {
        Self::Other { message: error.to_string(), help: help_in_options(&error).or_else(|| error.help()) }
    }
}

/// What to do about an error of the kernel's in the words of this command line, where it has some.
fn help_in_options(error: &LoadError) -> Option<String> {
    let help = match error {
        LoadError::Unavailable(Unavailable::NotInKernel) => {
            "boot a kernel with CONFIG_SECURITY_APPARMOR, or use `aakit check` and `aakit load --dry-run`, which need none"
        }
        LoadError::NotPermitted { profile: None, uid: 0, .. } => {
            "root in a container is not enough: give it `--cap-add MAC_ADMIN`, or do it on the host"
        }
        LoadError::ParserMissing { wanted: None } => {
            "install the package `apparmor`, or name the program with `--parser PATH`"
        }
        LoadError::ParserHangs { .. } => {
            "give it more time with `--timeout SECONDS`, or look for what holds it up"
        }
        LoadError::AlreadyLoaded { .. } => "use `--replace` to put this one in its place",
        LoadError::NotLoaded { .. } => "`aakit status` lists what is loaded",
        LoadError::Busy { .. } => "wait for it, or allow more time with `--timeout SECONDS`",
        LoadError::KernelRefuses { .. } => {
            let help = error.help().filter(|help| help.contains("container"))?;
            return Some(format!("{help}; `aakit status --doctor` shows what is missing"));
        }
        _ => return None,
    };
    Some(help.to_owned())
}

impl Error {
    /// An error in the words of `message`.
    pub(super) fn other(message: impl Into<String>) -> Self {
        Self::Other { message: message.into(), help: None }
    }

    /// Says what to do about it; only for [`Error::Other`].
    #[must_use]
    pub(super) fn with_help(self, help: impl Into<String>) -> Self {
        match self {
            Self::Other { message, .. } => Self::Other { message, help: Some(help.into()) },
            other => other,
        }
    }

    /// Says which of several files it is about.
    #[must_use]
    pub(super) fn about(self, path: &Path) -> Self {
        let help = self.help().map(str::to_owned);
        Self::Other { message: format!("`{}`: {self}", path.display()), help }
    }

    /// A file that cannot be read.
    pub(super) fn read(path: impl AsRef<Path>, source: io::Error) -> Self {
        Self::Read { path: path.as_ref().to_path_buf(), source }
    }

    /// What to do about it, in the imperative.
    pub(super) fn help(&self) -> Option<&str> {
        match self {
            Self::NotAFile { .. } => Some("name a regular file, a directory, or `-` to read standard input"),
            Self::TooLarge { .. } => Some("split the profile, or check that this is a profile at all"),
            Self::Other { help, .. } => help.as_deref(),
            _ => None,
        }
    }
}

/// The system's reason in the words of our messages: "no such file or directory".
pub(super) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_named_here_and_not_in_the_library() {
        let patience = std::time::Duration::from_secs(1);
        for (error, option) in [
            (LoadError::Busy { patience }, "--timeout"),
            (LoadError::ParserMissing { wanted: None }, "--parser"),
            (LoadError::Unavailable(Unavailable::NotInKernel), "--dry-run"),
        ] {
            assert!(error.help().is_some_and(|help| !help.contains("--")), "{error:?}");
            assert!(Error::from(error).help().is_some_and(|help| help.contains(option)), "{option}");
        }
    }

    #[test]
    fn reasons_are_in_our_words() {
        assert_eq!(reason(&io::Error::from_raw_os_error(2)), "no such file or directory");
    }
}
