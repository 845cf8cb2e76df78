//! Taking profiles and namespaces out of the kernel.

use super::error::LoadError;
use super::load::{check_namespace, permitted};
use super::loaded::{ProfileEntry, canonical, loaded_profiles};
use super::lock::Turn;
use super::process::{ProcessStatus, processes_under};
use super::system::System;
use std::fs::OpenOptions;
use std::io::Write;
use std::time::Duration;

/// What was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// The profile, its children and hats.
    pub profiles: Vec<ProfileEntry>,
    /// The processes that were confined by one of them and go on unconfined.
    pub released: Vec<ProcessStatus>,
}

/// Removes the profile `name` (in full, as the kernel lists it) with its children and hats. Processes that it confines go on
/// without it: who does not want that looks at [`processes`](super::processes) first.
///
/// # Errors
///
/// [`LoadError::NotLoaded`] when it is not there; [`LoadError::KernelRefuses`] when the kernel will not; and when this
/// process may not, or another loader does not finish within `patience`.
pub fn remove_profile(system: &System, name: &str, patience: Duration) -> Result<Removed, LoadError> {
    let name = &canonical(name);
    remove(system, name, name.as_bytes(), patience, |entry| entry.name == *name || entry.is_below(name))
}

/// Removes the namespace `name` with all profiles in it and below it.
///
/// # Errors
///
/// As [`remove_profile`]; [`LoadError::BadNamespace`] when it cannot be a namespace's name.
pub fn remove_namespace(system: &System, name: &str, patience: Duration) -> Result<Removed, LoadError> {
    check_namespace(name)?;
    let (own, below) = (format!(":{name}:"), format!(":{name}//"));
    remove(system, name, format!(":{name}:").as_bytes(), patience, |entry| {
        entry.name.starts_with(&own) || entry.name.starts_with(&below)
    })
}

fn remove(
    system: &System,
    name: &str,
    written: &[u8],
    patience: Duration,
    concerns: impl Fn(&ProfileEntry) -> bool,
) -> Result<Removed, LoadError> {
    system.available()?;
    permitted(system, "remove policy")?;
    let _turn = Turn::wait(system, patience)?;
    let profiles: Vec<_> = loaded_profiles(system)?.into_iter().filter(&concerns).collect();
    let is_namespace = written.starts_with(b":") && written.ends_with(b":");
    if profiles.is_empty() && !is_namespace {
        return Err(LoadError::NotLoaded { profile: name.to_owned() });
    }
    let released = processes_under(system, |label| {
        label.stack().any(|member| profiles.iter().any(|entry| entry.name == member))
    });
    let path = system.apparmor.join(".remove");
    OpenOptions::new().write(true).open(&path).and_then(|mut file| file.write_all(written)).map_err(
        |source| match source.raw_os_error() {
            Some(errno) if errno == rustix::io::Errno::NOENT.raw_os_error() => {
                LoadError::NotLoaded { profile: name.to_owned() }
            }
            Some(errno) => {
                LoadError::KernelRefuses { profile: Some(name.to_owned()), errno, messages: Vec::new() }
            }
            None => LoadError::Read { path: path.clone(), source },
        },
    )?;
    match loaded_profiles(system)?.into_iter().find(concerns) {
        Some(entry) => {
            Err(LoadError::NotInForce { found: format!("still has `{}`", entry.name), messages: Vec::new() })
        }
        None => Ok(Removed { profiles, released }),
    }
}
