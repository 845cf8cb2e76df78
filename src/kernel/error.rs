//! Why a profile could not be loaded or removed, one clear reason each.

use super::messages::ParserMessage;
use super::system::Unavailable;
use super::words;
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use thiserror::Error;

/// Why something could not be done to the running system.
#[derive(Debug, Error)]
pub enum LoadError {
    /// There is no AppArmor to load into.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The process has no right to administer policy.
    #[error("not permitted to {task}: this process lacks CAP_MAC_ADMIN{}", under(profile.as_deref()))]
    NotPermitted {
        /// What was to be done, as in "load policy".
        task: &'static str,
        /// The profile that confines the process, which then may be what withholds the capability.
        profile: Option<String>,
        /// The effective user.
        uid: u32,
    },
    /// apparmor_parser is not installed, or not where the caller said.
    #[error("{}", missing(wanted.as_ref()))]
    ParserMissing {
        /// Where the caller said it was.
        wanted: Option<PathBuf>,
    },
    /// The system would not run it.
    #[error("cannot run `{}`: {}", path.display(), words::of_io(source))]
    ParserNotRun {
        /// The program.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It took too long and was killed, with all that it had started.
    #[error("`{}` did not end within {} and was killed", path.display(), seconds(*timeout))]
    ParserHangs {
        /// The program.
        path: PathBuf,
        /// How long it had.
        timeout: Duration,
    },
    /// Someone or something killed it, or it crashed.
    #[error("`{}` was killed by {}", path.display(), words::of_signal(*signal))]
    ParserKilled {
        /// The program.
        path: PathBuf,
        /// The signal's number.
        signal: i32,
    },
    /// It does not accept the profile.
    #[error("`{}` does not accept the profile (exit code {code})", path.display())]
    Rejected {
        /// The program.
        path: PathBuf,
        /// Its exit code.
        code: i32,
        /// What it said.
        messages: Vec<ParserMessage>,
    },
    /// The kernel does not take the policy that the parser made.
    #[error("the kernel refuses {}: {}", profile_or_policy(profile.as_deref()), words::of_errno(*errno))]
    KernelRefuses {
        /// The profile, where it is known.
        profile: Option<String>,
        /// The error's number.
        errno: i32,
        /// What the parser said.
        messages: Vec<ParserMessage>,
    },
    /// A profile of that name is there already, and it was to be added.
    #[error("profile `{profile}` is already loaded")]
    AlreadyLoaded {
        /// Its name.
        profile: String,
    },
    /// No profile of that name is loaded.
    #[error("no profile `{profile}` is loaded")]
    NotLoaded {
        /// Its name.
        profile: String,
    },
    /// The parser said that all is well, but the kernel's list does not have the profile, or in another mode.
    #[error("no error was reported, but the kernel's list {found}")]
    NotInForce {
        /// What the list shows instead.
        found: String,
        /// What the parser said all the same.
        messages: Vec<ParserMessage>,
    },
    /// Nothing that can be loaded.
    #[error("there is no profile in it")]
    NoProfile,
    /// Not a namespace's name.
    #[error("`{name}` cannot be a namespace's name")]
    BadNamespace {
        /// The name.
        name: String,
    },
    /// Another loader is at work.
    #[error("another load did not finish within {}", seconds(*patience))]
    Busy {
        /// How long it was waited for.
        patience: Duration,
    },
    /// The text could not be put where the parser can read it.
    #[error("nowhere to put the profile's text for the parser ({reasons}): {}", words::of_io(source))]
    Scratch {
        /// Why no tmpfs would take it.
        reasons: String,
        /// Why anonymous memory would not.
        source: io::Error,
    },
    /// One of the kernel's files cannot be read.
    #[error("cannot read `{}`: {}", path.display(), words::of_io(source))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl LoadError {
    /// What to do about it, in the imperative; in no words of any command line.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::Unavailable(why) => why.help().to_owned(),
            Self::NotPermitted { profile: Some(_), .. } => "run it from an unconfined process".to_owned(),
            Self::NotPermitted { uid: 0, .. } => {
                "root in a container is not enough: give the container CAP_MAC_ADMIN, or do it on the host".to_owned()
            }
            Self::NotPermitted { .. } => "run it as root, for example with `sudo`".to_owned(),
            Self::ParserMissing { wanted: None } => {
                "install the package `apparmor`, or name the program".to_owned()
            }
            Self::ParserHangs { .. } => "give it more time, or look for what holds it up".to_owned(),
            Self::KernelRefuses { errno, .. } => match rustix::io::Errno::from_raw_os_error(*errno) {
                rustix::io::Errno::PROTO | rustix::io::Errno::PROTONOSUPPORT => {
                    "pin the feature set with an `abi` rule that this kernel knows, or use the parser of this system"
                }
                rustix::io::Errno::NOENT => "load a child together with its parent, in one file",
                rustix::io::Errno::PERM | rustix::io::Errno::ACCESS => {
                    "load it outside of any profile and container"
                }
                _ => return None,
            }
            .to_owned(),
            Self::AlreadyLoaded { .. } => "replace it, or remove it first".to_owned(),
            Self::NotLoaded { .. } => "look in the list of what is loaded for its name".to_owned(),
            Self::Busy { .. } => "wait for it, or allow more time".to_owned(),
            Self::Read { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                "run it as root, for example with `sudo`".to_owned()
            }
            _ => return None,
        })
    }

    /// What the parser said, where it had a say.
    #[must_use]
    pub fn messages(&self) -> &[ParserMessage] {
        match self {
            Self::Rejected { messages, .. }
            | Self::KernelRefuses { messages, .. }
            | Self::NotInForce { messages, .. } => messages,
            _ => &[],
        }
    }
}

fn missing(wanted: Option<&PathBuf>) -> String {
    match wanted {
        Some(path) => format!("cannot find the parser `{}`, or it is not executable", path.display()),
        None => "cannot find `apparmor_parser` in PATH, /usr/sbin or /sbin".to_owned(),
    }
}

fn under(profile: Option<&str>) -> String {
    profile.map(|name| format!(" under the profile `{name}`")).unwrap_or_default()
}

fn profile_or_policy(profile: Option<&str>) -> String {
    profile.map_or_else(|| "the policy".to_owned(), |name| format!("profile `{name}`"))
}

fn seconds(time: Duration) -> String {
    match time.as_millis() {
        1000 => "1 second".to_owned(),
        millis if millis % 1000 == 0 => format!("{} seconds", millis / 1000),
        _ => format!("{} seconds", time.as_secs_f64()),
    }
}
