//! What loading needs, looked at piece by piece, each with what to do when it is missing.

use super::error::LoadError;
use super::load::permitted;
use super::parser_command::ParserCommand;
use super::process::profile_of_self;
use super::scratch::{Place, Scratch};
use super::system::System;
use serde::Serialize;
use std::fs;
use std::path::Path;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// Loading works, yet not as well as it could.
    Warning,
    /// Loading cannot work.
    Missing,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What.
    pub name: &'static str,
    /// How it came out.
    pub verdict: Verdict,
    /// What was found.
    pub found: String,
    /// What to do, in the imperative; empty where nothing is to be done.
    pub help: Option<String>,
}

impl Check {
    fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Ok, found: found.into(), help: None }
    }

    fn warning(name: &'static str, found: impl Into<String>, help: &str) -> Self {
        Self { name, verdict: Verdict::Warning, found: found.into(), help: Some(help.to_owned()) }
    }

    fn missing(name: &'static str, error: &LoadError) -> Self {
        Self { name, verdict: Verdict::Missing, found: error.to_string(), help: error.help() }
    }
}

/// Looks at everything that loading needs, in the order in which it is needed. `parser` is what a load would call.
#[must_use]
pub fn doctor(system: &System, parser: Result<ParserCommand, LoadError>, base: &Path) -> Vec<Check> {
    let mut checks = vec![kernel(system), securityfs(system), privilege(system), confinement(system)];
    match parser {
        Ok(parser) => checks.push(version(&parser)),
        Err(error) => checks.push(Check::missing("apparmor_parser", &error)),
    }
    checks.push(base_directory(base));
    checks.push(scratch(system));
    checks
}

fn kernel(system: &System) -> Check {
    use super::system::Unavailable;
    match system.available() {
        Err(why @ (Unavailable::NotInKernel | Unavailable::Disabled)) => {
            Check::missing("AppArmor", &why.into())
        }
        Ok(()) | Err(Unavailable::SecurityfsMissing) => Check::ok("AppArmor", "enabled in the kernel"),
    }
}

fn securityfs(system: &System) -> Check {
    const NAME: &str = "securityfs";
    if let Err(why) = system.available() {
        return Check::missing(NAME, &why.into());
    }
    let path = system.profiles_file();
    match fs::read(&path) {
        Ok(list) => {
            let count = list.iter().filter(|byte| **byte == b'\n').count();
            Check::ok(NAME, format!("`{}` lists {count} profiles", path.display()))
        }
        Err(source) => Check::missing(NAME, &LoadError::Read { path, source }),
    }
}

fn privilege(system: &System) -> Check {
    match permitted(system, "load policy") {
        Ok(()) => Check::ok("CAP_MAC_ADMIN", "this process has it"),
        Err(error) => Check::missing("CAP_MAC_ADMIN", &error),
    }
}

fn confinement(system: &System) -> Check {
    match profile_of_self(system).as_str() {
        "unconfined" => Check::ok("confinement", "this process is unconfined"),
        profile => Check::warning(
            "confinement",
            format!("this process runs under `{profile}`, which may keep it from loading policy"),
            "run it from an unconfined process",
        ),
    }
}

fn version(parser: &ParserCommand) -> Check {
    const NAME: &str = "apparmor_parser";
    let path = parser.path().display();
    match parser.version() {
        Ok(Some(version)) => Check::ok(NAME, format!("`{path}`, version {version}")),
        Ok(None) => Check::warning(
            NAME,
            format!("`{path}` does not tell its version"),
            "check that this is apparmor_parser",
        ),
        Err(error) => Check::missing(NAME, &error),
    }
}

fn base_directory(base: &Path) -> Check {
    const NAME: &str = "base directory";
    let lacking: Vec<_> = ["abstractions/base", "tunables/global"]
        .into_iter()
        .filter(|file| !base.join(file).is_file())
        .collect();
    if lacking.is_empty() {
        return Check::ok(NAME, format!("`{}` has abstractions and tunables", base.display()));
    }
    let found = format!("`{}` lacks `{}`", base.display(), lacking.join("` and `"));
    Check::warning(NAME, found, "install the package `apparmor`, or name the directory that has them")
}

fn scratch(system: &System) -> Check {
    const NAME: &str = "tmpfs";
    match Scratch::new(system, b"# aakit") {
        Err(error) => Check::missing(NAME, &error),
        Ok(Scratch { place: place @ Place::Tmpfs(_), .. }) => {
            Check::ok(NAME, format!("profiles are handed over on {place}"))
        }
        Ok(Scratch { place: Place::AnonymousMemory(reasons), .. }) => Check::warning(
            NAME,
            format!(
                "no directory on a tmpfs can be used ({}); profiles are handed over in anonymous memory",
                reasons.join("; ")
            ),
            "mount a tmpfs at /run",
        ),
    }
}
