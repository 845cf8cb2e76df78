//! What to load and how.

use super::loaded::split_namespace;
use std::ffi::OsString;
use std::path::PathBuf;

/// May profiles of the same names be loaded already?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadMode {
    /// No: fail when one is.
    Add,
    /// Yes: the new policy takes the place of the old in one step.
    Replace,
}

/// How the profiles shall act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Enforcement {
    /// As their flags say.
    #[default]
    AsWritten,
    /// All in complain mode: allow, and log what would have been refused.
    Complain,
}

/// Is the kernel to be changed?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effect {
    /// Yes.
    #[default]
    Load,
    /// No: compile, and tell what would happen. Needs neither root nor AppArmor in the kernel.
    DryRun,
}

/// What to load and how.
#[derive(Debug, Clone)]
pub struct LoadRequest<'a> {
    /// The profiles' text. Includes in quotes are relative to the current directory, as with apparmor_parser itself.
    pub text: &'a [u8],
    /// The profiles' names where they are known; else the parser is asked, which does not expand variables in names.
    pub names: Option<Vec<String>>,
    /// Add or replace.
    pub mode: LoadMode,
    /// As written or in complain mode.
    pub enforcement: Enforcement,
    /// Put every profile into this namespace, which is made if need be.
    pub namespace: Option<String>,
    /// The base directory for includes, in place of apparmor_parser's own (`/etc/apparmor.d`).
    pub base: Option<PathBuf>,
    /// Directories that are searched for includes before the base.
    pub includes: Vec<PathBuf>,
    /// For real or not.
    pub effect: Effect,
}

impl<'a> LoadRequest<'a> {
    /// Add `text`, which must not be loaded yet.
    #[must_use]
    pub fn add(text: &'a [u8]) -> Self {
        Self {
            text,
            names: None,
            mode: LoadMode::Add,
            enforcement: Enforcement::AsWritten,
            namespace: None,
            base: None,
            includes: Vec::new(),
            effect: Effect::Load,
        }
    }

    /// Put `text` in the place of what is loaded under its names, if anything is.
    #[must_use]
    pub fn replace(text: &'a [u8]) -> Self {
        Self { mode: LoadMode::Replace, ..Self::add(text) }
    }

    /// How the kernel's list shows the profile `name` of this request.
    pub(super) fn listed_name(&self, name: &str) -> String {
        in_namespace(name, self.namespace.as_deref())
    }

    /// The parser's arguments that say where to search includes.
    pub(super) fn search_arguments(&self) -> Vec<OsString> {
        let mut arguments = Vec::new();
        for (option, dir) in
            self.includes.iter().map(|dir| ("-I", dir)).chain(self.base.iter().map(|dir| ("-b", dir)))
        {
            arguments.extend([OsString::from(option), dir.clone().into_os_string()]);
        }
        arguments
    }

    /// All arguments but the file. Each value is a word of its own behind its option, so it cannot be one itself.
    pub(super) fn arguments(&self) -> Vec<OsString> {
        let action = match (self.effect, self.mode) {
            (Effect::Load, LoadMode::Replace) => "-Kr",
            (Effect::Load, LoadMode::Add) => "-Ka",
            (Effect::DryRun, _) => "-QK",
        };
        let mut arguments = vec![OsString::from(action)];
        if self.enforcement == Enforcement::Complain {
            arguments.push("-C".into());
        }
        if let Some(namespace) = &self.namespace {
            arguments.extend(["-n".into(), namespace.into()]);
        }
        arguments.extend(self.search_arguments());
        arguments
    }
}

/// The name under which the kernel lists `name` once it is loaded into `namespace`.
fn in_namespace(name: &str, namespace: Option<&str>) -> String {
    let (own, bare) = split_namespace(name);
    match namespace.unwrap_or(own) {
        "" => bare.to_owned(),
        namespace => format!(":{namespace}:{bare}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_namespace_overrides_the_names_own() {
        assert_eq!(in_namespace("a//b", None), "a//b");
        assert_eq!(in_namespace(":x:a", None), ":x:a");
        assert_eq!(in_namespace(":x:a", Some("y")), ":y:a");
    }
}
