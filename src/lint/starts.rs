//! Do texts start alike? Told by one bit for each start, at the cost of one comparison: most pairs of rules are told apart so.

/// How some texts start, as bits. Those of texts that are too short to tell are all set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Starts(u64);

impl Starts {
    /// How one text starts.
    #[must_use]
    pub fn of(text: &[u8]) -> Self {
        match text {
            // As far as most directories at the root are told apart, and some below `/usr`.
            [a, b, c, d, e, f, ..] => {
                let start = u64::from_le_bytes([*a, *b, *c, *d, *e, *f, 0, 0]);
                // The upper bits of a product are made of all bytes.
                Self(1 << (start.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58))
            }
            _ => Self(u64::MAX),
        }
    }

    /// May a text of these begin with one of the others, or one of the others with one of these? Where the answer is no, none does.
    #[must_use]
    pub fn may_meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl<'t> FromIterator<&'t [u8]> for Starts {
    fn from_iter<T: IntoIterator<Item = &'t [u8]>>(texts: T) -> Self {
        Self(texts.into_iter().fold(0, |bits, text| bits | Self::of(text).0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_which_one_begins_with_the_other_meet() {
        let texts: [&[u8]; 7] =
            [b"", b"/", b"/home", b"/home/", b"/home/user/", b"/etc/passwd", b"/var/lib/"];
        for one in texts {
            for other in texts {
                let is_start = one.starts_with(other) || other.starts_with(one);
                assert!(!is_start || Starts::of(one).may_meet(Starts::of(other)), "{one:?} {other:?}");
            }
        }
        assert!(!Starts::of(texts[4]).may_meet(Starts::from_iter([texts[5], texts[6]])));
        assert!(!Starts::default().may_meet(Starts::of(b"")));
    }
}
