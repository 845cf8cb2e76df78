//! Waivers of `aakit.toml` that accept nothing: reported as suppressions in comments are, where the run could tell.

use crate::diagnostic::Diagnostic;
use crate::lint::config::Waiver;
use crate::lint::run::{Unit, is_silence_telling};
use crate::lint::suppress::UNUSED;
use crate::lint::{Config, Level, Needs};
use crate::source::{Location, SourceFile, SourceMap};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The waivers that are not in `used`, though all the files were looked at that they may be about.
pub(super) fn unused<'c>(
    named: &[PathBuf],
    configs: impl Iterator<Item = &'c Arc<Config>>,
    units: &[Unit<'_>],
    used: &HashSet<&Waiver>,
    view: Needs,
    sources: &SourceMap,
) -> Vec<Diagnostic> {
    let mut seen: Vec<&Arc<Config>> = Vec::new();
    for config in configs {
        if !seen.iter().any(|known| Arc::ptr_eq(known, config)) {
            seen.push(config);
        }
    }
    let mut found = Vec::new();
    for config in seen.into_iter().filter(|config| !config.waivers.is_empty()) {
        let own: Vec<&Unit<'_>> = units.iter().filter(|unit| std::ptr::eq(unit.config, &**config)).collect();
        let Some(Level::On(severity)) = own.first().map(|unit| unit.levels.get(UNUSED)) else { continue };
        let is_whole = holds_all(named, config);
        let is_unused = |waiver: &&Waiver| {
            let is_seen =
                is_whole || (!waiver.paths.is_empty() && waiver.paths.iter().all(|path| names_one(path)));
            let is_about = |unit: &&Unit<'_>| config.is_about(waiver, unit.loaded.source.path());
            let silences = |unit: &&Unit<'_>| is_silence_telling(unit, waiver, view);
            let mut told = own.iter().copied().filter(is_about).filter_map(|unit| silences(&unit)).peekable();
            // A waiver for a file that is not there is of no use either, where the rule is on at all.
            let is_gone =
                || is_whole && !own.iter().any(is_about) && own.iter().any(|unit| silences(unit).is_some());
            !used.contains(waiver)
                && is_seen
                && if told.peek().is_some() { told.all(|tells| tells) } else { is_gone() }
        };
        let unused: Vec<&Waiver> = config.waivers.iter().filter(is_unused).collect();
        let Some(bytes) =
            Some(&unused).filter(|unused| !unused.is_empty()).and_then(|_| std::fs::read(&config.file).ok())
        else {
            continue;
        };
        let file = sources.add(SourceFile::new(&config.file, bytes));
        found.extend(unused.into_iter().map(|waiver| {
            let message = format!("this waiver of `{}` accepts nothing", waiver.rule);
            Diagnostic::new(UNUSED, severity, Location::new(file, waiver.span), message)
                .help("remove it, so that it does not hide what comes later")
        }));
    }
    found
}

/// Can the pattern be about one file only?
fn names_one(pattern: &str) -> bool {
    pattern.contains('/') && !pattern.contains(['*', '?']) && !pattern.ends_with('/')
}

/// Were all files named that the config is about?
fn holds_all(named: &[PathBuf], config: &Config) -> bool {
    if named.is_empty() {
        return true;
    }
    let true_path = |path: &Path| std::fs::canonicalize(path).ok();
    let named: Vec<PathBuf> = named.iter().filter_map(|path| true_path(path)).collect();
    let is_named = |path: &PathBuf| {
        true_path(path).is_some_and(|path| named.iter().any(|named| path.starts_with(named)))
    };
    let directory =
        if config.directory.as_os_str().is_empty() { PathBuf::from(".") } else { config.directory.clone() };
    is_named(&directory) || (!config.paths.is_empty() && config.paths.iter().all(is_named))
}
