//! The aliases of a preamble, and which of them a path is under.

use crate::source::Location;
use std::collections::BTreeMap;
use std::ops::Bound;

/// An alias: the prefix as rules have it, the one that stands for it, and where it is written.
pub type Alias = (Vec<u8>, Vec<u8>, Location);

/// Aliases in the order in which they are read. A site may have hundreds, and a path is under few: they are found by how it
/// begins.
#[derive(Debug, Clone, Default)]
pub struct Aliases {
    list: Vec<Alias>,
    /// Their places in the list by their left side.
    by_from: BTreeMap<Vec<u8>, Vec<usize>>,
}

impl Aliases {
    /// Adds one behind the others.
    pub(super) fn push(&mut self, alias: Alias) {
        self.by_from.entry(alias.0.clone()).or_default().push(self.list.len());
        self.list.push(alias);
    }

    /// The aliases whose left side the text begins with, in the order in which they are read.
    pub fn of(&self, text: &[u8]) -> impl Iterator<Item = &Alias> {
        let mut found = Vec::new();
        let mut common = text;
        // The last that is not greater begins the text; or what does is within what both have in common.
        while let Some((from, places)) = self.up_to(common) {
            let length = common.iter().zip(from).take_while(|(one, other)| one == other).count();
            if length == from.len() {
                found.extend_from_slice(places);
                let Some(shorter) = length.checked_sub(1) else { break };
                common = &common[..shorter];
            } else {
                common = &common[..length];
            }
        }
        found.sort_unstable();
        found.into_iter().map(|place| &self.list[place])
    }

    /// The last left side that is not greater than the text.
    fn up_to(&self, text: &[u8]) -> Option<(&Vec<u8>, &Vec<usize>)> {
        self.by_from.range::<[u8], _>((Bound::Unbounded, Bound::Included(text))).next_back()
    }
}

impl std::ops::Deref for Aliases {
    type Target = [Alias];

    fn deref(&self) -> &[Alias] {
        &self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, SourceMap, Span};

    #[test]
    fn those_that_a_text_begins_with_are_found_in_order() {
        let location = Location::new(SourceMap::new().add(SourceFile::new("f", "")), Span::at(0));
        let lefts = ["/usr/", "/a", "", "/usr/bin/x", "/usr/", "/usr/bin/y", "/u", "/usr/lib"];
        let mut aliases = Aliases::default();
        for (number, left) in lefts.iter().enumerate() {
            aliases.push((left.as_bytes().to_vec(), number.to_string().into_bytes(), location));
        }
        for text in ["/usr/bin/xy", "/usr/bin/", "/usr/", "/usr", "/", "", "/b", "/usr/zzz", "x"] {
            let found: Vec<&Alias> = aliases.of(text.as_bytes()).collect();
            let expected: Vec<&Alias> =
                aliases.iter().filter(|(from, ..)| text.as_bytes().starts_with(from)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
