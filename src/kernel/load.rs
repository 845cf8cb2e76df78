//! Handing a profile to the kernel by way of apparmor_parser, and seeing that it is there.

use super::error::LoadError;
use super::label::Mode;
use super::loaded::{ProfileEntry, hash, loaded_profiles, profiles_that};
use super::lock::Turn;
use super::messages::{self, ParserMessage};
use super::names::profile_names;
use super::parser_command::ParserCommand;
use super::process::profile_of_self;
use super::request::{Effect, Enforcement, LoadMode, LoadRequest};
use super::scratch::{Place, Scratch, handed};
use super::system::System;
use rustix::thread::CapabilitySet;
use serde::Serialize;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

/// What happened to one profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was not loaded before.
    Added,
    /// It took the place of another.
    Replaced,
    /// The same policy was in force already, by the kernel's own hash.
    Unchanged,
    /// A child that was loaded earlier and is not in the new text; the kernel keeps it.
    LeftOver,
    /// Dry run: it would be added.
    WouldAdd,
    /// Dry run: it would take the place of another.
    WouldReplace,
}

impl Outcome {
    /// The words for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Replaced => "replaced",
            Self::Unchanged => "unchanged",
            Self::LeftOver => "left from an earlier load",
            Self::WouldAdd => "would be added",
            Self::WouldReplace => "would be replaced",
        }
    }
}

/// One profile of a load.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoadedProfile {
    /// Its full name, as the kernel lists it.
    pub name: String,
    /// The mode that the kernel shows; `None` after a dry run.
    pub mode: Option<Mode>,
    /// What happened to it.
    pub outcome: Outcome,
}

/// What a load came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The profiles, their children and hats, sorted by name.
    pub profiles: Vec<LoadedProfile>,
    /// What the parser warned of.
    pub warnings: Vec<ParserMessage>,
    /// Where the text lay while the parser read it.
    pub place: Place,
}

/// Loads the profiles of `request`: the text goes into a nameless file on a tmpfs, `apparmor_parser -Kr` (or `-Ka`) reads
/// it from there, and the kernel's list must then have every profile, in complain mode where that was asked for.
///
/// # Errors
///
/// [`LoadError`]. Unless it is [`LoadError::NotInForce`], or [`LoadError::KernelRefuses`] for the second or a later profile of
/// the text, the policy in force is what it was.
pub fn load(system: &System, parser: &ParserCommand, request: &LoadRequest<'_>) -> Result<Loaded, LoadError> {
    if let Some(name) = &request.namespace {
        check_namespace(name)?;
    }
    if request.effect == Effect::Load {
        may_load(system)?;
    }
    let names = match &request.names {
        Some(names) => names.iter().map(|name| request.listed_name(name)).collect(),
        None => profile_names(system, parser, request)?,
    };
    if names.is_empty() {
        return Err(LoadError::NoProfile);
    }
    match request.effect {
        Effect::Load => load_for_real(system, parser, request, &names),
        Effect::DryRun => dry_run(system, parser, request, &names),
    }
}

/// Fails where there is nothing to load into, or this process may not.
///
/// # Errors
///
/// [`LoadError::Unavailable`] or [`LoadError::NotPermitted`].
pub fn may_load(system: &System) -> Result<(), LoadError> {
    system.available()?;
    permitted(system, "load policy")
}

/// Fails unless this process may administer policy.
pub(super) fn permitted(system: &System, task: &'static str) -> Result<(), LoadError> {
    let may = rustix::thread::capabilities(None)
        .is_ok_and(|sets| sets.effective.contains(CapabilitySet::MAC_ADMIN));
    if may {
        return Ok(());
    }
    let profile = Some(profile_of_self(system)).filter(|name| name != "unconfined");
    Err(LoadError::NotPermitted { task, profile, uid: rustix::process::geteuid().as_raw() })
}

pub(super) fn check_namespace(name: &str) -> Result<(), LoadError> {
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !matches!(c, ':' | '/' | '&' | '"');
    if !name.is_empty() && !name.starts_with(['-', '.']) && name.chars().all(plain) {
        return Ok(());
    }
    Err(LoadError::BadNamespace { name: name.to_owned() })
}

fn load_for_real(
    system: &System,
    parser: &ParserCommand,
    request: &LoadRequest<'_>,
    names: &[String],
) -> Result<Loaded, LoadError> {
    let _turn = Turn::wait(system, parser.patience())?;
    let before = Snapshot::take(system, names)?;
    if request.mode == LoadMode::Add
        && let Some(present) = names.iter().find(|name| before.entries.contains_key(*name))
    {
        return Err(LoadError::AlreadyLoaded { profile: present.clone() });
    }
    let (place, warnings) = run(system, parser, request)?;
    let after = Snapshot::take(system, names)?;
    match verified(names, request.enforcement, &before, &after) {
        Ok(profiles) => Ok(Loaded { profiles, warnings, place }),
        Err(found) => Err(LoadError::NotInForce { found, messages: warnings }),
    }
}

fn dry_run(
    system: &System,
    parser: &ParserCommand,
    request: &LoadRequest<'_>,
    names: &[String],
) -> Result<Loaded, LoadError> {
    let (place, warnings) = run(system, parser, request)?;
    // Where the list may not be read, nothing counts as loaded.
    let present = loaded_profiles(system).unwrap_or_default();
    let mut profiles = Vec::new();
    for name in names {
        let outcome = match (present.iter().any(|entry| entry.name == *name), request.mode) {
            (false, _) => Outcome::WouldAdd,
            (true, LoadMode::Replace) => Outcome::WouldReplace,
            (true, LoadMode::Add) => return Err(LoadError::AlreadyLoaded { profile: name.clone() }),
        };
        profiles.push(LoadedProfile { name: name.clone(), mode: None, outcome });
    }
    Ok(Loaded { profiles, warnings, place })
}

/// Runs the parser over the text; its warnings when it succeeds.
fn run(
    system: &System,
    parser: &ParserCommand,
    request: &LoadRequest<'_>,
) -> Result<(Place, Vec<ParserMessage>), LoadError> {
    let mut scratch = Scratch::new(system, request.text)?;
    let handed = handed(system);
    let mut arguments = request.arguments();
    arguments.extend(handed.iter().map(OsString::from));
    let reader =
        scratch.reader(system).map_err(|source| LoadError::Scratch { reasons: String::new(), source })?;
    let finished = parser.run(arguments, reader.into())?;
    let stderr = String::from_utf8_lossy(&finished.stderr);
    let messages = messages::parse(&stderr, handed.as_deref().unwrap_or(Path::new("stdin")));
    if finished.status.success() {
        return Ok((scratch.place, messages));
    }
    Err(failure(parser, request, finished.status.code().unwrap_or(-1), messages))
}

/// Whether the parser or the kernel did not want the policy.
fn failure(
    parser: &ParserCommand,
    request: &LoadRequest<'_>,
    code: i32,
    messages: Vec<ParserMessage>,
) -> LoadError {
    let refusal = messages.iter().find(|message| {
        let text = message.text.to_ascii_lowercase();
        [
            "unable to add \"",
            "unable to replace \"",
            "could not load profile",
            "could not replace profile",
            "policy admin privileges",
            "while confined",
        ]
        .iter()
        .any(|part| text.contains(part))
    });
    let Some(refusal) = refusal else {
        return LoadError::Rejected { path: parser.path().to_path_buf(), code, messages };
    };
    let profile = refusal.text.split('"').nth(1).map(|name| request.listed_name(name));
    if request.mode == LoadMode::Add && refusal.text.contains("already exists") {
        return LoadError::AlreadyLoaded { profile: profile.unwrap_or_default() };
    }
    LoadError::KernelRefuses { profile, errno: errno(code), messages }
}

/// The error number in the exit code of a load that the kernel refused: the parser exits with the number or, before 4.0,
/// with its negative (`exit status 243` is EACCES).
fn errno(code: i32) -> i32 {
    if code > 127 { 256 - code } else { code }
}

/// What the kernel has under some names.
struct Snapshot {
    entries: BTreeMap<String, (Mode, Option<String>)>,
}

impl Snapshot {
    fn take(system: &System, names: &[String]) -> Result<Self, LoadError> {
        let open = names.iter().any(|name| name.contains("@{"));
        let concerns = |entry: &ProfileEntry| {
            open || names.iter().any(|name| entry.name == *name || entry.is_below(name))
        };
        let entries = profiles_that(system, concerns)?
            .into_iter()
            .map(|entry| {
                let hash = hash(system, &entry.name);
                (entry.name, (entry.mode, hash))
            })
            .collect();
        Ok(Self { entries })
    }
}

/// The profiles as the kernel shows them after the load, or what is amiss.
fn verified(
    names: &[String],
    enforcement: Enforcement,
    before: &Snapshot,
    after: &Snapshot,
) -> Result<Vec<LoadedProfile>, String> {
    let (open, known): (Vec<_>, Vec<_>) = names.iter().partition(|name| name.contains("@{"));
    for name in known {
        let Some((mode, _)) = after.entries.get(name) else {
            return Err(format!("does not have `{name}`"));
        };
        if enforcement == Enforcement::Complain && *mode != Mode::Complain {
            return Err(format!("shows `{name}` in {mode} mode"));
        }
    }
    let mut profiles = Vec::new();
    for (name, now) in &after.entries {
        let outcome = match before.entries.get(name) {
            None => Outcome::Added,
            Some(then) if then == now && now.1.is_some() => Outcome::Unchanged,
            Some(_) => Outcome::Replaced,
        };
        let wanted = names.contains(name);
        let outcome = match outcome {
            // A name with a variable in it may be any of them: what changed is what was loaded.
            Outcome::Unchanged if !wanted && !open.is_empty() => continue,
            Outcome::Added | Outcome::Replaced if wanted || !open.is_empty() => outcome,
            Outcome::Unchanged if wanted => outcome,
            _ => Outcome::LeftOver,
        };
        profiles.push(LoadedProfile { name: name.clone(), mode: Some(now.0.clone()), outcome });
    }
    Ok(profiles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_behind_their_options() {
        let mut request = LoadRequest::replace(b"");
        request.base = Some("-r".into());
        request.includes = vec!["/a b".into()];
        request.namespace = Some("ns".into());
        request.enforcement = Enforcement::Complain;
        assert_eq!(
            request.arguments(),
            ["-Kr", "-C", "-n", "ns", "-I", "/a b", "-b", "-r"].map(OsString::from)
        );
    }

    #[test]
    fn exit_codes_of_old_and_new_parsers_are_the_same_error() {
        assert_eq!((errno(243), errno(13), errno(254)), (13, 13, 2));
    }

    #[test]
    fn a_namespace_is_one_plain_word() {
        for name in ["", "-r", "a b", "a:b", "a/b", "../x", "a\n", "&a"] {
            assert!(check_namespace(name).is_err(), "{name:?}");
        }
        assert!(check_namespace("my-ns_1.x").is_ok());
    }

    #[test]
    fn what_changed_is_told_for_each_profile() {
        let entry = |mode: Mode, hash: &str| (mode, Some(hash.to_owned()));
        let before = Snapshot {
            entries: BTreeMap::from([
                ("a".to_owned(), entry(Mode::Enforce, "1")),
                ("a//old".to_owned(), entry(Mode::Enforce, "2")),
                ("a//same".to_owned(), entry(Mode::Enforce, "3")),
            ]),
        };
        let mut after = Snapshot { entries: before.entries.clone() };
        after.entries.insert("a".to_owned(), entry(Mode::Enforce, "9"));
        after.entries.insert("a//new".to_owned(), entry(Mode::Enforce, "4"));
        let names = ["a", "a//new", "a//same"].map(str::to_owned);
        let profiles = verified(&names, Enforcement::AsWritten, &before, &after).unwrap();
        let outcomes: Vec<_> = profiles.iter().map(|p| (p.name.as_str(), p.outcome)).collect();
        assert_eq!(
            outcomes,
            [
                ("a", Outcome::Replaced),
                ("a//new", Outcome::Added),
                ("a//old", Outcome::LeftOver),
                ("a//same", Outcome::Unchanged)
            ]
        );
        assert!(verified(&names, Enforcement::Complain, &before, &after).is_err());
        assert!(verified(&["gone".to_owned()], Enforcement::AsWritten, &before, &after).is_err());
    }
}
