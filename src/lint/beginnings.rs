//! Does any of many texts begin so? Told by numbers: each beginning of a text has one, found on one way through the text, so
//! that neither the texts nor what they may begin with are compared byte by byte.
//!
//! Two texts may have the same number or bit: who finds one looks at the texts themselves.

/// The number of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Beginning(u64);

impl Beginning {
    /// The number of the whole text.
    #[must_use]
    pub fn of(text: &[u8]) -> Self {
        text.iter().fold(Self::EMPTY, |beginning, byte| beginning.then(*byte))
    }

    /// The numbers of all that a text begins with, from nothing to the whole text.
    pub fn all(text: &[u8]) -> impl Iterator<Item = Self> {
        let longer = text.iter().scan(Self::EMPTY, |beginning, byte| {
            *beginning = beginning.then(*byte);
            Some(*beginning)
        });
        std::iter::once(Self::EMPTY).chain(longer)
    }

    /// Its bit among those of [`Beginnings`].
    fn place(self) -> (usize, u64) {
        // The upper bits of a product are made of more than the lower.
        let bit = self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 50;
        ((bit / 64) as usize % WORDS, 1 << (bit % 64))
    }

    const EMPTY: Self = Self(0xcbf2_9ce4_8422_2325);

    /// FNV-1a, whose value for a longer text follows from that for the shorter.
    fn then(self, byte: u8) -> Self {
        Self((self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }
}

/// All that some texts begin with, as far as one bit for each tells: where many are asked about and few are found, that is fast.
#[derive(Debug)]
pub struct Beginnings([u64; WORDS]);

/// So many that the beginnings of some dozens of paths leave most bits unset.
const WORDS: usize = 256;

impl Beginnings {
    /// What these texts begin with.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t [u8]>) -> Self {
        let mut bits = [0; WORDS];
        for beginning in texts.into_iter().flat_map(Beginning::all) {
            let (word, bit) = beginning.place();
            bits[word] |= bit;
        }
        Self(bits)
    }

    /// May one of the texts begin so? Where the answer is no, none does.
    #[must_use]
    pub fn may_contain(&self, beginning: Beginning) -> bool {
        let (word, bit) = beginning.place();
        self.0[word] & bit != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_found_and_nothing_else() {
        let texts: [&[u8]; 3] = [b"/etc/passwd", b"/usr/", b""];
        let beginnings = Beginnings::of(texts);
        for beginning in [&b""[..], b"/", b"/e", b"/etc/passwd", b"/us", b"/usr/"] {
            assert!(beginnings.may_contain(Beginning::of(beginning)), "{beginning:?}");
        }
        for other in [&b"e"[..], b"/etc/passwd/", b"/usr", b"//", b"/ste", b"\0"] {
            let is_one = texts.iter().any(|text| text.starts_with(other));
            assert_eq!(beginnings.may_contain(Beginning::of(other)), is_one, "{other:?}");
        }
        assert_eq!(Beginning::all(b"/usr").last(), Some(Beginning::of(b"/usr")));
        assert_eq!(Beginning::all(b"/usr").count(), 5);
    }
}
