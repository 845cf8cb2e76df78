//! The layers of `ARCHITECTURE.md`, kept: a module uses only lower ones, and an outside crate only the modules
//! that it is meant for.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Lowest first; a module may use those before it.
const LAYERS: [&str; 15] = [
    "source",
    "diagnostic",
    "vocabulary",
    "syntax",
    "glob",
    "policy",
    "format",
    "expand",
    "template",
    "query",
    "diff",
    "lint",
    "kernel",
    "report",
    "cli",
];

/// Outside crates and the modules that may use them. `serde` and `thiserror` derive, and may do so anywhere.
const CRATES: [(&str, &[&str]); 18] = [
    ("nom", &["syntax", "glob"]),
    ("regex_automata", &["glob"]),
    // A fast hasher, for the caches of a run.
    ("foldhash", &["glob", "policy", "lint"]),
    // Line differences, for `--diff`.
    ("similar", &["diff", "format", "cli"]),
    ("toml", &["lint", "cli"]),
    ("tempfile", &["kernel", "cli"]),
    ("which", &["kernel"]),
    // `cli` asks for terminals and copies extended attributes.
    ("rustix", &["kernel", "cli"]),
    ("miette", &["report"]),
    ("serde_json", &["report", "template", "cli"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("anstream", &["cli"]),
    ("rayon", &["cli"]),
    ("ignore", &["cli"]),
    ("indicatif", &["cli"]),
    ("thiserror", &LAYERS),
];

/// What a source file uses: modules of the crate, and outside crates.
struct Uses {
    path: PathBuf,
    module: String,
    modules: BTreeSet<String>,
    crates: BTreeSet<String>,
}

fn sources() -> Vec<Uses> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut directories = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let relative = path.strip_prefix(&root).unwrap().to_path_buf();
                let first =
                    relative.components().next().unwrap().as_os_str().to_string_lossy().replace(".rs", "");
                if first != "main" && first != "lib" {
                    found.push(uses(relative, first, &std::fs::read_to_string(&path).unwrap()));
                }
            }
        }
    }
    found
}

fn uses(path: PathBuf, module: String, text: &str) -> Uses {
    // Unit tests may look anywhere; they stand at the end of a file.
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut uses = Uses { path, module, modules: BTreeSet::new(), crates: BTreeSet::new() };
    for line in lines {
        uses.modules.extend(words_behind(line, "crate::").filter(|word| LAYERS.contains(&word.as_str())));
        for (name, _) in CRATES {
            let is_path = line.match_indices(&format!("{name}::")).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                !before.is_some_and(|character| character.is_alphanumeric() || matches!(character, '_' | ':'))
            });
            if is_path || line.trim_start().starts_with(&format!("use {name};")) {
                uses.crates.insert(name.to_owned());
            }
        }
    }
    uses
}

/// The words that directly follow `prefix`, those of `prefix{a, b}` too.
fn words_behind<'t>(line: &'t str, prefix: &'static str) -> impl Iterator<Item = String> + 't {
    line.match_indices(prefix).flat_map(move |(at, _)| {
        let rest = &line[at + prefix.len()..];
        let list = rest.strip_prefix('{').and_then(|list| list.split('}').next());
        let words: Vec<&str> =
            list.map_or_else(|| vec![rest], |list| list.split(',').map(str::trim).collect());
        words
            .into_iter()
            .map(|word| {
                word.chars()
                    .take_while(|character| character.is_alphanumeric() || *character == '_')
                    .collect()
            })
            .collect::<Vec<String>>()
    })
}

fn height(module: &str) -> usize {
    LAYERS
        .iter()
        .position(|layer| *layer == module)
        .unwrap_or_else(|| panic!("`{module}` is no layer of ARCHITECTURE.md"))
}

#[test]
fn a_module_uses_only_modules_below_it() {
    for uses in sources() {
        for used in &uses.modules {
            assert!(
                height(used) <= height(&uses.module),
                "src/{} uses `{used}`, which is a higher layer",
                uses.path.display()
            );
        }
    }
}

#[test]
fn an_outside_crate_stays_in_its_modules() {
    for uses in sources() {
        for (name, modules) in CRATES {
            let may = modules.contains(&uses.module.as_str());
            assert!(
                may || !uses.crates.contains(name),
                "src/{} uses the crate `{name}`",
                uses.path.display()
            );
        }
    }
}

#[test]
fn every_dependency_has_its_place() {
    let manifest = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let dependencies = manifest.split("[dependencies]\n").nth(1).unwrap().split("\n[").next().unwrap();
    let names: BTreeSet<String> = dependencies
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name.replace('-', "_"))
        .collect();
    let placed: BTreeSet<String> =
        CRATES.iter().map(|(name, _)| (*name).to_owned()).chain(["serde".to_owned()]).collect();
    assert_eq!(names, placed);
}

#[test]
fn the_library_lists_the_layers_in_order() {
    let library = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let listed: Vec<&str> =
        library.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert_eq!(listed, LAYERS);
}

#[test]
fn a_use_of_a_higher_layer_would_be_seen() {
    let text = "use crate::{source, cli::x};\nlet a = crate::report::b(); // crate::kernel\n// crate::lint\nnom::x(); mynom::y();";
    let found = uses("x.rs".into(), "source".into(), text);
    assert!(
        ["source", "cli", "report"].iter().all(|module| found.modules.contains(*module)),
        "{:?}",
        found.modules
    );
    assert!(!found.modules.contains("lint"));
    assert_eq!(found.crates, BTreeSet::from(["nom".to_owned()]));
}
