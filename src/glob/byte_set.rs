//! A set of bytes, as a class or a wildcard of a glob stands for.

/// Some of the 256 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ByteSet([u64; 4]);

impl ByteSet {
    /// No byte.
    pub const EMPTY: Self = Self([0; 4]);
    /// Every byte.
    pub const ALL: Self = Self([u64::MAX; 4]);

    /// Every byte but those of `bytes`.
    #[must_use]
    pub fn all_but(bytes: &[u8]) -> Self {
        let mut set = Self::EMPTY;
        bytes.iter().for_each(|byte| set.insert(*byte));
        set.complement()
    }

    /// Adds a byte.
    pub fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    /// Adds all bytes from one to the other, both included; the ends may come in either order.
    pub fn insert_range(&mut self, one: u8, other: u8) {
        let (first, last) = (one.min(other), one.max(other));
        for word in first >> 6..=last >> 6 {
            let from = if word == first >> 6 { first & 63 } else { 0 };
            let to = if word == last >> 6 { last & 63 } else { 63 };
            self.0[usize::from(word)] |= (u64::MAX << from) & (u64::MAX >> (63 - to));
        }
    }

    /// Is the byte in the set?
    #[must_use]
    pub fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] & (1 << (byte & 63)) != 0
    }

    /// The bytes that are not in the set.
    #[must_use]
    pub fn complement(self) -> Self {
        Self(self.0.map(|word| !word))
    }

    /// The bytes that are in one of the two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }

    /// Are all bytes of the other set in this one?
    #[must_use]
    pub fn contains_all(self, other: Self) -> bool {
        self.or(other) == self
    }

    /// Is a byte in both?
    #[must_use]
    pub fn intersects(self, other: Self) -> bool {
        self.0.iter().zip(other.0).any(|(one, other)| one & other != 0)
    }

    /// Number of bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// True when no byte is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }

    /// The first byte from `from` on that is in the set, or that is not.
    fn next(&self, from: u8, is_in: bool) -> Option<u8> {
        let flip = if is_in { 0 } else { u64::MAX };
        let first = from >> 6;
        (first..4).find_map(|word| {
            let skipped = if word == first { from & 63 } else { 0 };
            let bits = (self.0[usize::from(word)] ^ flip) & (u64::MAX << skipped);
            // A word has 64 bits, so that the sum is below 256.
            (bits != 0).then(|| word << 6 | bits.trailing_zeros() as u8)
        })
    }

    /// The bytes, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u8> + '_ {
        std::iter::successors(self.next(0, true), |byte| self.next(byte.checked_add(1)?, true))
    }

    /// The bytes as ranges with both ends included, ascending and not touching each other.
    #[must_use]
    pub fn ranges(&self) -> Vec<(u8, u8)> {
        let mut ranges = Vec::new();
        let mut from = self.next(0, true);
        while let Some(start) = from {
            let behind = self.next(start, false);
            ranges.push((start, behind.map_or(u8::MAX, |behind| behind - 1)));
            from = behind.and_then(|behind| self.next(behind, true));
        }
        ranges
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_join_neighbours_up_to_the_last_byte() {
        let mut set = ByteSet::EMPTY;
        set.insert_range(b'c', b'a');
        set.insert(0xfe);
        set.insert(0xff);
        assert_eq!(set.ranges(), [(b'a', b'c'), (0xfe, 0xff)]);
        assert_eq!(set.len(), 5);
        assert_eq!(set.complement().complement(), set);
        assert_eq!(ByteSet::all_but(b"/").len(), 255);
        for (first, last) in [(0, 255), (63, 64), (5, 5), (64, 127), (70, 200)] {
            let mut set = ByteSet::EMPTY;
            set.insert_range(first, last);
            assert!(set.iter().eq(first..=last) && set.ranges() == [(first, last)]);
        }
    }
}
