//! Arguments that several verbs share.

use super::error::Error;
use crate::vocabulary::Target;
use std::path::PathBuf;

/// What to look at, and where includes are searched.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct Input {
    /// Files, directories, or `-` for standard input [default: the config's, else the current directory]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    /// Name of the file that standard input stands for
    #[arg(long, value_name = "PATH")]
    pub(super) stdin_filename: Option<PathBuf>,

    #[command(flatten)]
    pub(super) search: Search,

    #[command(flatten)]
    pub(super) config: ConfigFile,
}

/// Where includes are searched, and whose verdict counts.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct Search {
    /// Directory that holds `abstractions/` and `tunables/` [default: found beside or above the profile, else /etc/apparmor.d]
    #[arg(short, long, value_name = "DIR")]
    pub(super) base: Option<PathBuf>,

    /// Search this directory for includes before the base directory; may be given several times
    #[arg(short = 'I', long, value_name = "DIR")]
    pub(super) include: Vec<PathBuf>,

    /// Judge as this parser or release would: `3.0`, `4.1`, `debian-12`, `ubuntu-24.04` … [default: the newest]
    #[arg(long, value_name = "VERSION|RELEASE")]
    pub(super) target: Option<String>,
}

impl Search {
    /// The target that was named.
    ///
    /// # Errors
    /// When there is none of that name.
    pub(super) fn target(&self) -> Result<Option<Target>, Error> {
        let parse = |name: &String| {
            name.parse().map_err(|error: crate::vocabulary::UnknownTarget| Error::other(error.to_string()))
        };
        self.target.as_ref().map(parse).transpose()
    }
}

/// Which `aakit.toml` counts.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct ConfigFile {
    /// Use this config file instead of searching `aakit.toml` upwards from each profile
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(super) config: Option<PathBuf>,

    /// Use no config file
    #[arg(long)]
    pub(super) no_config: bool,
}
