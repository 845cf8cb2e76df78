//! How the strings of a set begin, in numbers that are compared at once: most sets of a profile begin differently, and have
//! nothing in common then.

use super::expression::Expression;
use std::cmp::Ordering;
use std::sync::Arc;

/// So many bytes of a beginning are looked at, fewer where that takes too long.
const LONGEST: usize = 16;

/// So many steps are taken to find them.
const MOST_STEPS: usize = 2048;

/// A class of more bytes ends a beginning.
const MOST_BYTES: usize = 8;

/// Beginnings of which each string of a set has one: ascending, and none begins with another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Beginnings(Vec<Beginning>);

/// The first bytes of a string, the first of them the highest of the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Beginning {
    bytes: u128,
    length: usize,
}

impl Beginning {
    fn of(text: &[u8]) -> Self {
        let length = text.len().min(LONGEST);
        let mut bytes = [0; LONGEST];
        bytes[..length].copy_from_slice(&text[..length]);
        Self { bytes: u128::from_be_bytes(bytes), length }
    }

    /// Which of two comes first; equal when one begins with the other.
    fn compare(self, other: Self) -> Ordering {
        let unlike = (self.bytes ^ other.bytes).leading_zeros() as usize / 8;
        match unlike >= self.length.min(other.length) {
            true => Ordering::Equal,
            false => self.bytes.cmp(&other.bytes),
        }
    }
}

impl Beginnings {
    /// Those of what any of the expressions matches.
    pub(super) fn of(expressions: &[Arc<Expression>]) -> Self {
        let lengths = [LONGEST, LONGEST / 2, LONGEST / 4];
        let found = lengths.into_iter().find_map(|longest| Search::run(expressions, longest));
        let mut found = found.unwrap_or_else(|| vec![Beginning::of(b"")]);
        found.sort_unstable();
        found.dedup_by(|next, kept| next.compare(*kept) == Ordering::Equal);
        Self(found)
    }

    /// As texts.
    pub(super) fn texts(&self) -> impl Iterator<Item = Vec<u8>> {
        self.0.iter().map(|beginning| beginning.bytes.to_be_bytes()[..beginning.length].to_vec())
    }

    /// May a string be in both sets?
    pub(super) fn meet(&self, other: &Self) -> bool {
        let (mut these, mut those) = (self.0.iter(), other.0.iter());
        let (mut this, mut that) = (these.next(), those.next());
        while let (Some(one), Some(other)) = (this, that) {
            match one.compare(*other) {
                Ordering::Equal => return true,
                // All that come behind the other are greater still.
                Ordering::Less => this = these.next(),
                Ordering::Greater => that = those.next(),
            }
        }
        false
    }
}

struct Search {
    longest: usize,
    left: usize,
    found: Vec<Beginning>,
}

impl Search {
    /// The beginnings in any order; `None` when it takes too long.
    fn run(expressions: &[Arc<Expression>], longest: usize) -> Option<Vec<Beginning>> {
        let mut search = Self { longest, left: MOST_STEPS, found: Vec::new() };
        for expression in expressions {
            search.follow(&mut Vec::new(), &[&**expression]);
        }
        (search.left > 0).then_some(search.found)
    }

    /// Finds how `head` goes on with the parts, of which the last comes next.
    fn follow(&mut self, head: &mut Vec<u8>, behind: &[&Expression]) {
        self.left = self.left.saturating_sub(1);
        let next = if head.len() < self.longest && self.left > 0 { behind.split_last() } else { None };
        let Some((next, behind)) = next else { return self.found.push(Beginning::of(head)) };
        let length = head.len();
        match next {
            Expression::Bytes(bytes) => {
                head.extend_from_slice(bytes);
                self.follow(head, behind);
            }
            Expression::Class(set) if set.len() <= MOST_BYTES => {
                for byte in set.iter() {
                    head.push(byte);
                    self.follow(head, behind);
                    head.truncate(length);
                }
            }
            Expression::Class(_) | Expression::Star(_) => self.found.push(Beginning::of(head)),
            Expression::Sequence(parts) => {
                let parts: Vec<&Expression> = behind.iter().copied().chain(parts.iter().rev()).collect();
                self.follow(head, &parts);
            }
            Expression::Either(alternatives) => {
                let mut parts = behind.to_vec();
                for alternative in alternatives {
                    parts.push(alternative);
                    self.follow(head, &parts);
                    parts.pop();
                }
            }
        }
        head.truncate(length);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Dialect, Glob};
    use super::*;

    fn beginnings(text: &str) -> Beginnings {
        let glob = Glob::parse(text.as_bytes(), Dialect::Path).unwrap();
        Beginnings::of(&[Arc::clone(glob.expression())])
    }

    #[test]
    fn sets_that_begin_differently_do_not_meet() {
        let many: Vec<String> = (0..90).map(|number| format!("/{{,usr/}}bin/tool{number}")).collect();
        let many = format!("{{{}}}", many.join(","));
        for (one, other, meet) in [
            ("/home/.private/**", &*many, false),
            ("/usr/bin/**", &many, true),
            ("/usr/lib*/**", &many, false),
            ("/{a,ab}c", "/abc", true),
            ("/{a,ab}c", "/abd", false),
            ("/[ab]x", "/{b,c}x", true),
            ("/[ab]x", "/{c,d}x", false),
            ("/a", "/a/**", true),
            ("/a*", "/a/**", true),
            ("/the-same-for-long/a", "/the-same-for-long/b", true),
            ("", "/a", true),
        ] {
            assert_eq!(beginnings(one).meet(&beginnings(other)), meet, "{one} {other}");
            assert_eq!(beginnings(other).meet(&beginnings(one)), meet, "{other} {one}");
        }
    }

    #[test]
    fn a_set_of_very_many_is_begun_only() {
        let text = "{a,b}".repeat(14);
        let found = beginnings(&text);
        assert!(found.0.len() <= MOST_STEPS);
        assert!(found.meet(&beginnings("babababababa*")) && !found.meet(&beginnings("c*")));
    }
}
