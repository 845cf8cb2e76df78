//! A set of offsets in a text, as the naive matcher keeps it: one word for the short texts that paths are.

/// Offsets in a text.
pub(super) trait Offsets: Clone + Default {
    /// Adds an offset; `true` when it is new.
    fn insert(&mut self, offset: usize) -> bool;

    /// Adds all offsets from one to the other, both included.
    fn insert_range(&mut self, first: usize, last: usize);

    /// Is it among them?
    fn contains(&self, offset: usize) -> bool;

    /// True when there are none.
    fn is_empty(&self) -> bool;

    /// Ascending.
    fn iter(&self) -> impl Iterator<Item = usize> + '_;

    /// The first of them alone.
    fn start() -> Self {
        let mut start = Self::default();
        start.insert(0);
        start
    }
}

/// Offsets in a text of at most [`Short::LONGEST`] bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Short(u128);

impl Short {
    /// The end of such a text is an offset too.
    pub(super) const LONGEST: usize = 127;
}

impl Offsets for Short {
    fn insert(&mut self, offset: usize) -> bool {
        let is_new = !self.contains(offset);
        self.0 |= 1 << offset;
        is_new
    }

    fn insert_range(&mut self, first: usize, last: usize) {
        self.0 |= (u128::MAX >> (127 - last)) & (u128::MAX << first);
    }

    fn contains(&self, offset: usize) -> bool {
        self.0 & (1 << offset) != 0
    }

    fn is_empty(&self) -> bool {
        self.0 == 0
    }

    fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        bits(self.0)
    }
}

/// Offsets in a text of any length, 128 to a word, as far as there are any.
#[derive(Debug, Clone, Default)]
pub(super) struct Long(Vec<u128>);

impl Offsets for Long {
    fn insert(&mut self, offset: usize) -> bool {
        let is_new = !self.contains(offset);
        if self.0.len() <= offset / 128 {
            self.0.resize(offset / 128 + 1, 0);
        }
        self.0[offset / 128] |= 1 << (offset % 128);
        is_new
    }

    fn insert_range(&mut self, first: usize, last: usize) {
        (first..=last).for_each(|offset| {
            self.insert(offset);
        });
    }

    fn contains(&self, offset: usize) -> bool {
        self.0.get(offset / 128).is_some_and(|word| word & (1 << (offset % 128)) != 0)
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(index, word)| bits(*word).map(move |bit| 128 * index + bit))
    }
}

fn bits(mut word: u128) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros() as usize)?;
        word &= word - 1;
        Some(bit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<O: Offsets>(longest: usize) {
        let mut offsets = O::default();
        assert!(offsets.is_empty() && O::start().iter().eq([0]));
        let some: Vec<usize> =
            [0, 1, 63, 64, 126, 127, 128, 255, 256, 1000].into_iter().filter(|at| *at <= longest).collect();
        for offset in &some {
            assert!(offsets.insert(*offset) && !offsets.insert(*offset) && offsets.contains(*offset));
        }
        assert!(!offsets.contains(2) && !offsets.is_empty());
        assert_eq!(offsets.iter().collect::<Vec<_>>(), some);
        for (first, last) in [(0, 0), (0, 127), (127, 127), (3, 9), (5, 128), (128, 300)] {
            if last <= longest {
                let mut range = O::default();
                range.insert_range(first, last);
                assert!(range.iter().eq(first..=last));
            }
        }
    }

    #[test]
    fn both_kinds_hold_what_is_put_in() {
        check::<Short>(Short::LONGEST);
        check::<Long>(1000);
        assert!(!Long::default().contains(5000));
    }
}
