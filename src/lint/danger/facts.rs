//! What can be told of a glob once, however many profiles have a rule with it.
//!
//! A run meets the same globs again and again, through abstractions above all: what is known of one is kept as long as
//! the glob itself lives.

use super::row::RowAccess;
use super::trees::{self, Tree};
use super::{Hit, reached_from};
use crate::glob::Glob;
use crate::lint::beginnings::Beginning;
use crate::lint::starts::Starts;
use crate::vocabulary::Permissions;
use std::cmp::Ordering;
use std::sync::OnceLock;

/// What is known of a glob.
#[derive(Debug)]
pub struct Facts {
    /// A path that it matches, one of the shortest; `None` when it matches none.
    pub example: Option<Vec<u8>>,
    /// Texts of which every match begins with one, ascending, none of which begins with another.
    pub prefixes: Vec<Vec<u8>>,
    /// The same as numbers.
    pub beginnings: Vec<Beginning>,
    /// How they start.
    pub starts: Starts,
    /// The tree that it covers whole, and a path that shows it.
    pub tree: Option<(&'static Tree, &'static str)>,
    /// What is reached by reading, by writing, and by both.
    hits: [OnceLock<Vec<Hit>>; 3],
}

impl Facts {
    fn of(glob: &Glob) -> Self {
        let prefixes = glob.literal_prefixes();
        let tree = trees::covered(glob, &prefixes);
        let example = glob.example();
        let beginnings = prefixes.iter().map(|prefix| Beginning::of(prefix)).collect();
        let starts = prefixes.iter().map(Vec::as_slice).collect();
        Self { example, prefixes, beginnings, starts, tree, hits: Default::default() }
    }

    /// The rows that the glob, whose facts these are, reaches with these permissions; none where it covers a tree.
    pub fn hits(&self, glob: &Glob, permissions: Permissions) -> &[Hit] {
        let [reading, writing] = [RowAccess::Read, RowAccess::Write].map(|access| access.of(permissions));
        let known = match (reading.is_empty(), writing.is_empty()) {
            _ if self.tree.is_some() => return &[],
            (true, true) => return &[],
            (false, true) => &self.hits[0],
            (true, false) => &self.hits[1],
            (false, false) => &self.hits[2],
        };
        // Which of the permissions to write it is decides nothing.
        known.get_or_init(|| reached_from(glob, &self.prefixes, self.example.as_deref(), permissions))
    }

    /// May it match the path, as far as the beginning tells?
    #[must_use]
    pub fn may_match(&self, path: &[u8]) -> bool {
        self.prefixes.iter().any(|prefix| path.starts_with(prefix))
    }

    /// May both match one path, as far as their beginnings tell?
    #[must_use]
    pub fn may_meet(&self, other: &Self) -> bool {
        if !self.starts.may_meet(other.starts) {
            return false;
        }
        let (mut these, mut those) = (self.prefixes.iter(), other.prefixes.iter());
        let (mut this, mut that) = (these.next(), those.next());
        while let (Some(one), Some(other)) = (this, that) {
            let length = one.len().min(other.len());
            match one[..length].cmp(&other[..length]) {
                Ordering::Equal => return true,
                // All that come behind the other are greater still.
                Ordering::Less => this = these.next(),
                Ordering::Greater => that = those.next(),
            }
        }
        false
    }
}

/// What is known of the glob, found out at the first question.
#[must_use]
pub fn facts(glob: &Glob) -> &Facts {
    glob.note(Facts::of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::glob::Dialect;

    #[test]
    fn beginnings_meet_where_one_begins_with_another() {
        let facts = |text: &str| Facts::of(&Glob::parse(text.as_bytes(), Dialect::Path).unwrap());
        let texts =
            ["/{a,bc,d}", "/{ab,b,e}", "/{c,da}/*", "/{b,bd}?", "/**", "/a*", "/f{g,h}", "{,x}", "/[a-f]g"];
        for one in texts.map(facts) {
            for other in texts.map(facts) {
                let meets = |one: &Vec<u8>, other: &Vec<u8>| one.starts_with(other) || other.starts_with(one);
                let any = one.prefixes.iter().any(|one| other.prefixes.iter().any(|other| meets(one, other)));
                assert_eq!(one.may_meet(&other), any, "{:?} {:?}", one.prefixes, other.prefixes);
            }
        }
    }
}
