//! A set of offsets in a text, as the naive matcher keeps it: one word for the short texts that paths are.

/// Offsets in a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Offsets {
    /// Those below 128.
    low: u128,
    /// Those from there on, 64 to a word, as far as there are any.
    high: Vec<u64>,
}

impl Offsets {
    /// The first of them alone.
    pub(super) fn start() -> Self {
        Self { low: 1, high: Vec::new() }
    }

    /// Adds an offset; `true` when it is new.
    pub(super) fn insert(&mut self, offset: usize) -> bool {
        if offset < 128 {
            let is_new = self.low & (1 << offset) == 0;
            self.low |= 1 << offset;
            return is_new;
        }
        let (word, bit) = ((offset - 128) / 64, 1 << (offset % 64));
        if self.high.len() <= word {
            self.high.resize(word + 1, 0);
        }
        let is_new = self.high[word] & bit == 0;
        self.high[word] |= bit;
        is_new
    }

    /// Adds all offsets from one to the other, both included.
    pub(super) fn insert_range(&mut self, first: usize, last: usize) {
        if last < 128 {
            self.low |= (u128::MAX >> (127 - last)) & (u128::MAX << first);
        } else {
            (first..=last).for_each(|offset| {
                self.insert(offset);
            });
        }
    }

    pub(super) fn contains(&self, offset: usize) -> bool {
        match offset {
            0..128 => self.low & (1 << offset) != 0,
            _ => self.high.get((offset - 128) / 64).is_some_and(|word| word & (1 << (offset % 64)) != 0),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.low == 0 && self.high.is_empty()
    }

    /// Ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        let low = bits(self.low);
        let high = self.high.iter().enumerate();
        low.chain(high.flat_map(|(index, word)| bits((*word).into()).map(move |bit| 128 + 64 * index + bit)))
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

    #[test]
    fn a_range_is_its_offsets() {
        for (first, last) in [(0, 0), (0, 127), (127, 127), (3, 9), (5, 128), (128, 300)] {
            let mut range = Offsets::default();
            range.insert_range(first, last);
            assert_eq!(range.iter().collect::<Vec<_>>(), (first..=last).collect::<Vec<_>>());
        }
    }

    #[test]
    fn offsets_on_both_sides_of_the_first_word() {
        let mut offsets = Offsets::default();
        assert!(offsets.is_empty());
        for offset in [0, 127, 128, 191, 192, 1000] {
            assert!(offsets.insert(offset) && !offsets.insert(offset) && offsets.contains(offset));
        }
        assert!(!offsets.contains(1) && !offsets.contains(999) && !offsets.contains(5000));
        assert_eq!(offsets.iter().collect::<Vec<_>>(), [0, 127, 128, 191, 192, 1000]);
    }
}
