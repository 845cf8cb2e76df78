//! What is loaded, as the kernel tells it in securityfs: the list `profiles` and the tree `policy/`.

use super::error::LoadError;
use super::label::{Mode, parse_label};
use super::system::System;
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};

/// One loaded profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProfileEntry {
    /// Its full name, as `parent//child` or `:namespace:name`.
    pub name: String,
    /// Its mode.
    pub mode: Mode,
}

impl ProfileEntry {
    /// True when it is a child or hat of the profile `parent`, at whatever depth.
    #[must_use]
    pub fn is_below(&self, parent: &str) -> bool {
        self.name.strip_prefix(parent).is_some_and(|rest| rest.starts_with("//") && !rest.starts_with("//&"))
    }
}

/// All loaded profiles of this namespace and those below, sorted by name.
///
/// # Errors
///
/// When AppArmor is not there, or its list cannot be read, which takes root.
pub fn loaded_profiles(system: &System) -> Result<Vec<ProfileEntry>, LoadError> {
    profiles_that(system, |_| true)
}

/// Those that `wanted` takes; the list can be long.
pub(super) fn profiles_that(
    system: &System,
    wanted: impl Fn(&ProfileEntry) -> bool,
) -> Result<Vec<ProfileEntry>, LoadError> {
    system.available()?;
    let path = system.profiles_file();
    let list = fs::read(&path).map_err(|source| LoadError::Read { path, source })?;
    let mut profiles: Vec<_> = String::from_utf8_lossy(&list)
        .lines()
        .map(|line| {
            let label = parse_label(line);
            ProfileEntry { name: canonical(&label.name), mode: label.mode }
        })
        .filter(wanted)
        .collect();
    profiles.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(profiles)
}

/// Is a profile of exactly this name loaded, in whatever mode? `:ns:name` and `:ns://name` are the same name.
///
/// # Errors
///
/// As [`loaded_profiles`].
pub fn is_loaded(system: &System, name: &str) -> Result<bool, LoadError> {
    let name = canonical(name);
    Ok(!profiles_that(system, |entry| entry.name == name)?.is_empty())
}

/// The kernel's own hash over the compiled policy of a profile; `None` where the kernel keeps none.
pub(super) fn hash(system: &System, name: &str) -> Option<String> {
    let dir = directory(system, name)?;
    let text = ["sha256", "sha1"].iter().find_map(|file| fs::read_to_string(dir.join(file)).ok())?;
    Some(text.trim().to_owned())
}

/// A profile's directory in `policy/`.
fn directory(system: &System, name: &str) -> Option<PathBuf> {
    let (namespace, name) = split_namespace(name);
    let mut dir = system.apparmor.join("policy");
    for part in namespace.split("//").filter(|part| !part.is_empty()) {
        dir = dir.join("namespaces").join(part);
    }
    for part in name.split("//") {
        dir = child_directory(&dir.join("profiles"), part)?;
    }
    Some(dir)
}

/// The directory in `profiles` of the profile `name`. The kernel makes directory names from the profile's letters, so only
/// those are opened whose letters fit.
fn child_directory(profiles: &Path, name: &str) -> Option<PathBuf> {
    let wanted = letters(name);
    fs::read_dir(profiles).ok()?.flatten().map(|entry| entry.path()).find(|path| {
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        let stem = file_name.rsplit_once('.').map_or(&*file_name, |(stem, _number)| stem);
        letters(stem) == wanted
            && fs::read_to_string(path.join("name"))
                .is_ok_and(|text| text.trim_end_matches('\n').rsplit("//").next() == Some(name))
    })
}

fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// A profile's name as the kernel lists it: `:namespace:name` and `:namespace://name` are the same.
pub(super) fn canonical(name: &str) -> String {
    match split_namespace(name) {
        ("", bare) => bare.to_owned(),
        (namespace, bare) => format!(":{namespace}:{bare}"),
    }
}

/// `:namespace://name` or `:namespace:name` in its two parts; the namespace is empty for a bare name.
pub(super) fn split_namespace(name: &str) -> (&str, &str) {
    let Some((namespace, rest)) = name.strip_prefix(':').and_then(|rest| rest.split_once(':')) else {
        return ("", name);
    };
    (namespace, rest.strip_prefix("//").unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(dir: &Path) -> System {
        System { apparmor: dir.to_path_buf(), ..System::running() }
    }

    #[test]
    fn the_list_is_read_with_odd_names() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("profiles"), "my (odd) one (enforce)\n:ns://x (complain)\na//hat (kill)\n")
            .unwrap();
        let profiles = loaded_profiles(&system(dir.path())).unwrap();
        let shown: Vec<_> = profiles.iter().map(|p| format!("{}|{}", p.name, p.mode)).collect();
        assert_eq!(shown, [":ns:x|complain", "a//hat|kill", "my (odd) one|enforce"]);
    }

    #[test]
    fn a_childs_hash_is_found_below_its_parent() {
        let dir = tempfile::tempdir().unwrap();
        let child = dir.path().join("policy/profiles/usr.bin.x.12/profiles/a_b.13");
        fs::create_dir_all(&child).unwrap();
        fs::write(child.join("name"), "a_b\n").unwrap();
        fs::write(child.join("sha1"), "abc\n").unwrap();
        fs::write(dir.path().join("policy/profiles/usr.bin.x.12/name"), "/usr/bin/x\n").unwrap();
        // The parent's own name holds single slashes only, so it is one part.
        assert_eq!(hash(&system(dir.path()), "/usr/bin/x//a_b").as_deref(), Some("abc"));
        assert_eq!(hash(&system(dir.path()), "/usr/bin/x//other"), None);
    }

    #[test]
    fn a_stack_is_not_a_child() {
        let entry = |name: &str| ProfileEntry { name: name.to_owned(), mode: Mode::Enforce };
        assert!(
            entry("a//b//c").is_below("a") && !entry("a//&b").is_below("a") && !entry("ab//c").is_below("a")
        );
    }

    #[test]
    fn namespaces_are_split_off() {
        assert_eq!(split_namespace(":ns://a//b"), ("ns", "a//b"));
        assert_eq!(split_namespace(":ns:a"), ("ns", "a"));
        assert_eq!(split_namespace("a"), ("", "a"));
    }
}
