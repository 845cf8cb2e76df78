//! The container templates on the command line: `render` prints one, `load --template` loads one.

use super::discover::DEFAULT_BASE;
use super::error::Error;
use crate::kernel::{System, profile_of_self};
use crate::template::{BaseFiles, ContainerDefault, Engine, Hardening};
use std::path::Path;

/// What fills a template in.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Template")]
pub(super) struct Fill {
    /// Give the profile this name [default: the engine's own]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Close the hole that the engine's profile leaves in /proc/sys/kernel, and say what changed
    #[arg(long)]
    hardened: bool,

    /// Let processes under this profile signal the container (not Podman's) [default: the profile that aakit runs under]
    #[arg(long, value_name = "NAME")]
    daemon_profile: Option<String>,

    /// Let rootlesskit under this profile signal the container (containerd only)
    #[arg(long, value_name = "NAME")]
    rootlesskit_profile: Option<String>,

    /// Version of containers/common, which is part of the name of Podman's profile
    #[arg(long, value_name = "VERSION")]
    podman_version: Option<String>,
}

impl Fill {
    /// The template of `engine`, filled in for this machine and the files in `base`.
    ///
    /// # Errors
    /// When an option was given that this engine's profile has no place for.
    pub(super) fn apply(&self, engine: Engine, base: Option<&Path>) -> Result<ContainerDefault, Error> {
        let foreign = [
            ("--daemon-profile", self.daemon_profile.is_some() && engine == Engine::Podman),
            ("--rootlesskit-profile", self.rootlesskit_profile.is_some() && engine != Engine::Containerd),
            ("--podman-version", self.podman_version.is_some() && engine != Engine::Podman),
        ];
        if let Some((option, _)) = foreign.into_iter().find(|(_, given)| *given) {
            let template = engine.template_name();
            return Err(Error::other(format!("`{option}` would change nothing in `{template}`"))
                .with_help("leave it out, or name the template that it is for"));
        }
        let base = base.unwrap_or(Path::new(DEFAULT_BASE));
        Ok(ContainerDefault {
            engine,
            name: self.name.clone().unwrap_or_else(|| engine.profile_name(self.podman_version.as_deref())),
            daemon_profile: self
                .daemon_profile
                .clone()
                .unwrap_or_else(|| profile_of_self(&System::running())),
            rootlesskit_profile: self.rootlesskit_profile.clone(),
            base: BaseFiles {
                abi: base.join("abi/3.0").is_file(),
                tunables: base.join("tunables/global").is_file(),
                abstraction: base.join("abstractions/base").is_file(),
            },
            hardening: if self.hardened { Hardening::Closed } else { Hardening::Upstream },
        })
    }

    /// True when any of these was given: they mean nothing without a template.
    pub(super) fn is_given(&self) -> bool {
        self.name.is_some()
            || self.hardened
            || self.daemon_profile.is_some()
            || self.rootlesskit_profile.is_some()
            || self.podman_version.is_some()
    }
}

/// The engine whose template goes by `name`.
pub(super) fn engine(name: &str) -> Result<Engine, Error> {
    let names = Engine::ALL.map(|engine| format!("`{}`", engine.template_name())).join(", ");
    Engine::from_template_name(name).ok_or_else(|| {
        Error::other(format!("there is no template `{name}`")).with_help(format!("use one of {names}"))
    })
}

/// The profile's text.
pub(super) fn text(profile: &ContainerDefault) -> Result<String, Error> {
    profile.render().map_err(|error| Error::other(error.to_string()))
}

/// What differs from the engine's own profile, a line each, for people.
pub(super) fn changes(profile: &ContainerDefault) -> Vec<String> {
    profile
        .hardening
        .changes()
        .iter()
        .map(|change| {
            format!("changed `{}`\n     to `{}`\n  since {}", change.upstream, change.hardened, change.reason)
        })
        .collect()
}
