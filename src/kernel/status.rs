//! The whole picture: profiles by mode, processes by confinement.

use super::error::LoadError;
use super::loaded::{ProfileEntry, loaded_profiles};
use super::process::{ProcessStatus, processes};
use super::system::System;
use serde::Serialize;

/// How a process that is worth telling of is confined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Confined {
    /// The process.
    #[serde(flatten)]
    pub process: ProcessStatus,
    /// For an unconfined process, the profile that its program has, and which is not in force for it.
    pub profile_on_disk: Option<String>,
}

/// What is loaded, and which processes it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// All loaded profiles, by name.
    pub profiles: Vec<ProfileEntry>,
    /// The processes that are confined, or are not though a profile for their program exists.
    pub processes: Vec<Confined>,
    /// How many processes there are in all.
    pub running: usize,
}

/// Looks at the running system. `profile_for` names the profile that a program has, loaded or on disk.
///
/// # Errors
///
/// When AppArmor is not there or its list may not be read.
pub fn status(system: &System, profile_for: impl Fn(&str) -> Option<String>) -> Result<Status, LoadError> {
    let profiles = loaded_profiles(system)?;
    let all = processes(system);
    let running = all.len();
    let concerned = |process: ProcessStatus| {
        let profile_on_disk = process.label.is_unconfined().then(|| profile_for(&process.exe)).flatten();
        let tell = !process.label.is_unconfined() || profile_on_disk.is_some();
        tell.then_some(Confined { process, profile_on_disk })
    };
    Ok(Status { profiles, processes: all.into_iter().filter_map(concerned).collect(), running })
}
