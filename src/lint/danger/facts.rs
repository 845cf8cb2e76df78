//! What can be told of a glob once, however many profiles have a rule with it.
//!
//! A run meets the same globs again and again, through abstractions above all: what is known of one is kept as long as
//! the glob itself lives.

use super::trees::{self, Tree};
use super::{Hit, reached_from};
use crate::glob::Glob;
use crate::lint::beginnings::Beginning;
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
    /// The tree that it covers whole, and a path that shows it.
    pub tree: Option<(&'static Tree, &'static str)>,
    hits: OnceLock<Vec<Hit>>,
}

impl Facts {
    fn of(glob: &Glob) -> Self {
        let prefixes = glob.literal_prefixes();
        let tree = trees::covered(glob, &prefixes);
        let example = glob.example();
        let beginnings = prefixes.iter().map(|prefix| Beginning::of(prefix)).collect();
        Self { example, prefixes, beginnings, tree, hits: OnceLock::new() }
    }

    /// The rows that the glob, whose facts these are, reaches with one permission or another; none where it covers a tree.
    pub fn hits(&self, glob: &Glob) -> &[Hit] {
        self.hits.get_or_init(|| match self.tree {
            Some(_) => Vec::new(),
            None => reached_from(glob, &self.prefixes, self.example.as_deref(), Permissions::ALL),
        })
    }

    /// May it match the path, as far as the beginning tells?
    #[must_use]
    pub fn may_match(&self, path: &[u8]) -> bool {
        self.prefixes.iter().any(|prefix| path.starts_with(prefix))
    }

    /// May both match one path, as far as their beginnings tell?
    #[must_use]
    pub fn may_meet(&self, other: &Self) -> bool {
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
