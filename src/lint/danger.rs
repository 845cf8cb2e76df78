//! What is dangerous to grant: tables, each row with its reason, its source, and the programs for which it is right.
//!
//! A row of files holds paths that stand for all of its files. A rule has to do with a row when its glob matches one
//! of them, so that it is the glob that is judged and not its text. The lint rules that report a row are named in it.

pub mod abstractions;
pub mod bus;
pub mod capabilities;
mod devices;
pub mod facts;
mod kernel;
mod persistence;
pub mod programs;
pub mod report;
pub mod row;
mod secrets;
pub mod sockets;
pub mod sources;
pub mod trees;

use crate::glob::{Dialect, Glob, PatternIndex};
use crate::vocabulary::Permissions;
use row::{Row, RowAccess, State};
use std::sync::OnceLock;

/// All rows of files.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    [kernel::ROWS, devices::ROWS, sockets::ROWS, persistence::ROWS, secrets::ROWS].into_iter().flatten()
}

/// A row that a glob reaches.
#[derive(Debug, Clone, Copy)]
pub struct Hit {
    /// The row.
    pub row: &'static Row,
    /// A path of the row that the glob matches.
    pub path: &'static [u8],
    /// True when the row means this path, false when it means any beside it.
    pub is_exact: bool,
}

/// The rows that a glob with these permissions reaches, whether they are on or not.
#[must_use]
pub fn reached(glob: &Glob, permissions: Permissions) -> Vec<Hit> {
    reached_from(glob, &glob.literal_prefixes(), glob.example().as_deref(), permissions)
}

/// The same where the prefixes of the glob are known, and a path that it matches.
fn reached_from(
    glob: &Glob,
    prefixes: &[Vec<u8>],
    example: Option<&[u8]>,
    permissions: Permissions,
) -> Vec<Hit> {
    let index = index();
    let mut hits = Vec::new();
    // Where the prefixes leave everything open, as those of many alternatives do, the first bytes may not.
    let is_open = prefixes.iter().any(|prefix| prefix.len() <= 1);
    let beginnings = if is_open { &glob.beginnings() } else { prefixes };
    for prefix in beginnings {
        let from = index.samples.partition_point(|sample| sample.path < *prefix);
        let samples = index.samples[from..].iter().take_while(|sample| sample.path.starts_with(prefix));
        let samples = samples
            .filter(|sample| !sample.row.access.of(permissions).is_empty() && glob.matches(&sample.path));
        hits.extend(samples.map(|sample| Hit {
            row: sample.row,
            path: &sample.path,
            is_exact: sample.is_exact,
        }));
    }
    if let Some(example) = example {
        let found = index.patterns.matching(example).into_iter().map(|pattern| &index.rows[pattern]);
        for (row, path) in found {
            let is_known = hits.iter().any(|hit| std::ptr::eq(hit.row, *row));
            if !is_known && !row.access.of(permissions).is_empty() {
                hits.push(Hit { row, path, is_exact: false });
            }
        }
    }
    hits
}

/// A path of a table.
struct Sample {
    path: Vec<u8>,
    row: &'static Row,
    is_exact: bool,
}

/// All tables, made to be searched.
struct Index {
    /// By path.
    samples: Vec<Sample>,
    /// Which rows any path belongs to.
    patterns: PatternIndex,
    /// The row of each pattern, and a path of it.
    rows: Vec<(&'static Row, Vec<u8>)>,
}

/// In the paths of the tables: any name.
const ANY: &str = "aakit";

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut samples = Vec::new();
        let mut globs = Vec::new();
        let mut owners = Vec::new();
        for row in rows() {
            for path in row.paths.iter().flat_map(|path| spellings(path)) {
                let is_pattern = path.contains(['*', '?', '[', '{']);
                let pattern = if is_pattern { Some(path.clone()) } else { generalised(&path) };
                let is_exact = pattern.is_none();
                let text = pattern.unwrap_or_else(|| path.clone());
                if let Ok(glob) = Glob::parse(text.as_bytes(), Dialect::Path) {
                    globs.push(glob);
                    owners.push((row, path.clone().into_bytes()));
                }
                if !is_pattern {
                    samples.push(Sample { path: path.into_bytes(), row, is_exact });
                }
            }
        }
        samples.sort_by(|one, other| one.path.cmp(&other.path));
        Index { samples, patterns: PatternIndex::new(&globs), rows: owners }
    })
}

/// A path of a table in all the ways in which a file has it: `/var/run` is `/run`, and a home is a user's or root's.
fn spellings(path: &str) -> Vec<String> {
    if let Some(rest) = path.strip_prefix("~/") {
        return vec![format!("/home/user/{rest}"), format!("/root/{rest}")];
    }
    let old = path.strip_prefix("/run/").map(|rest| format!("/var/run/{rest}"));
    std::iter::once(path.to_owned()).chain(old).collect()
}

/// The files that a path stands for where any name will do: all of a directory, or the same file of any name's directory.
fn generalised(path: &str) -> Option<String> {
    let at = path.find(ANY)?;
    let directory = &path[..=path[..at].rfind('/')?];
    let behind = path[at..].find('/').map_or("", |slash| &path[at + slash..]);
    let any = if behind.is_empty() { "**" } else { "*" };
    Some(format!("{}{any}{behind}", directory.replace("/home/user/", "/home/*/")))
}

impl Row {
    /// The word for what the rule lets a program do.
    #[must_use]
    pub fn verb(&self, permissions: Permissions) -> &'static str {
        let permissions = self.access.of(permissions);
        let writes = permissions.intersects(Permissions::WRITE | Permissions::APPEND);
        match (self.access, writes) {
            (RowAccess::Read, _) | (_, false) => "read",
            (RowAccess::ReadOrWrite, true) if permissions.contains(Permissions::READ) => "read and write",
            _ => "write",
        }
    }

    /// Is it reported for a rule?
    #[must_use]
    pub fn is_reported(&self, owner: bool) -> bool {
        match self.state {
            State::On => true,
            State::Unowned => !owner,
            State::Off => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn rules(text: &str, letters: &str) -> BTreeSet<&'static str> {
        let glob = Glob::parse(text.as_bytes(), Dialect::Path).unwrap();
        let permissions = letters.bytes().filter_map(Permissions::from_letter).collect();
        reached(&glob, permissions)
            .into_iter()
            .filter(|hit| hit.row.is_reported(false))
            .map(|hit| hit.row.rule)
            .collect()
    }

    #[test]
    fn a_row_is_found_by_globs_by_literals_and_under_every_spelling() {
        assert_eq!(rules("/{,var/}run/docker{,-*}.sock", "rw"), BTreeSet::from(["container-socket"]));
        assert_eq!(rules("/var/run/d*", "rw"), BTreeSet::from(["container-socket"]));
        assert_eq!(rules("/run/docker.sock", "r"), BTreeSet::new());
        assert_eq!(rules("/etc/cron.d/backup", "w"), BTreeSet::from(["persistence-path"]));
        assert_eq!(rules("/home/*/.bashrc", "a"), BTreeSet::from(["persistence-path"]));
        assert_eq!(rules("/dev/sdb", "r"), BTreeSet::from(["raw-device"]));
        assert_eq!(rules("/usr/share/doc/**", "r"), BTreeSet::new());
    }

    #[test]
    fn every_path_can_be_found_and_every_row_is_whole() {
        for row in rows() {
            assert!(!row.reason.ends_with('.') && !row.sources.is_empty(), "{row:?}");
            assert!(crate::lint::registry::find(row.rule).is_some(), "`{}` is no rule", row.rule);
            for path in row.paths.iter().flat_map(|path| spellings(path)) {
                let glob = Glob::parse(path.as_bytes(), Dialect::Path).unwrap();
                assert!(glob.matches(path.as_bytes()) || path.contains(['*', '[', '{']), "{path}");
            }
        }
    }
}
