//! The check before the load: as the parser that will read them, are the profiles without errors, and what are their names?

use super::super::discover::DEFAULT_BASE;
use super::Args;
use super::source::Profile;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kernel::ParserVersion;
use crate::policy::{DiskTree, IncludePath, Loader, ResolvedProfile, resolve};
use crate::source::{FileId, Location, SourceFile, SourceMap};
use crate::vocabulary::Version;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

/// A profile with what the check found.
pub(super) struct Checked {
    /// The profile.
    pub(super) profile: Profile,
    /// Its file in the source map.
    pub(super) file: FileId,
    /// The names of its profiles, children and hats, where the whole text was understood.
    pub(super) names: Option<Vec<String>>,
    /// What the parser would refuse.
    pub(super) errors: Vec<Diagnostic>,
}

/// Checks all profiles; included files are read once.
pub(super) fn check(
    profiles: Vec<Profile>,
    args: &Args,
    version: Option<ParserVersion>,
    sources: &SourceMap,
) -> Vec<Checked> {
    let mut loaders: Vec<(PathBuf, Loader<'_>)> = Vec::new();
    let mut checked = Vec::new();
    let mut first_of: HashMap<String, Location> = HashMap::new();
    for profile in profiles {
        let base =
            args.base.as_deref().or(profile.base.as_deref()).unwrap_or(Path::new(DEFAULT_BASE)).to_path_buf();
        let at = loaders.iter().position(|(known, _)| *known == base).unwrap_or_else(|| {
            let path = IncludePath::new(args.include.iter().cloned(), Some(base.clone()));
            loaders.push((base, Loader::new(&DiskTree, sources, path, judged_as(version))));
            loaders.len() - 1
        });
        let loader = &loaders[at].1;
        let root = loader.add(SourceFile::new(&profile.name, profile.text.clone()));
        let policy = resolve(loader, &root);
        let names = (policy.complete && !policy.fragment)
            .then(|| policy.all_profiles().map(|profile| profile.display_name()).collect());
        let mut errors: Vec<_> =
            policy.diagnostics.into_iter().filter(|found| found.severity == Severity::Error).collect();
        // Which of the two is in force would depend on the order of the files. Those of one file are in the policy's errors.
        for profile in &policy.profiles {
            match first_of.entry(profile.display_name()) {
                Entry::Occupied(first) if first.get().file != profile.location.file => {
                    errors.push(twice(profile, *first.get()));
                }
                entry => {
                    entry.or_insert(profile.location);
                }
            }
        }
        checked.push(Checked { profile, file: root.id, names, errors });
    }
    checked
}

fn twice(profile: &ResolvedProfile, first: Location) -> Diagnostic {
    let message = format!("another of these files has a profile `{}` too", profile.display_name());
    Diagnostic::error("duplicate-profile", profile.location, message)
        .related(first, "the other one")
        .note("the one that is loaded last would take the place of the other")
        .help("load one of the two files, or give one of the profiles another name")
}

/// The version of the language that a parser reads.
fn judged_as(version: Option<ParserVersion>) -> Version {
    let Some(ParserVersion { major, minor, .. }) = version else { return Version::NEWEST };
    match (major, minor) {
        (..=2, _) => Version::V2_13,
        (3, _) => Version::V3_0,
        (4, 0) => Version::V4_0,
        (4, _) => Version::V4_1,
        (5, _) => Version::V5_0,
        (6.., _) => Version::NEWEST,
    }
}
