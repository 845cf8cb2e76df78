//! The parts of a glob to the regular expression that apparmor_parser compiles it to, byte for byte: with the
//! element that may not be empty after `/`, and with wildcards that are expanded even within a class.

use super::Dialect;
use super::text::{Part, Spanned};

/// A regular expression, and for each of its bytes the offset in the glob that it comes from.
#[derive(Debug, Default)]
pub(super) struct Translation {
    pub(super) regex: Vec<u8>,
    pub(super) origins: Vec<usize>,
}

/// Writes the regular expression of `parts`.
pub(super) fn translate(parts: &[Spanned], dialect: Dialect) -> Translation {
    let mut translation = Translation::default();
    translation.parts(parts, dialect, Place::Outside);
    translation
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    InClass,
}

impl Translation {
    fn parts(&mut self, parts: &[Spanned], dialect: Dialect, place: Place) {
        for Spanned { part, at } in parts {
            match part {
                Part::Byte { byte, escaped } => self.byte(*byte, *escaped, place, at.start),
                Part::Nul => self.push(br"\x00", at.start),
                Part::Any => self.push(any(dialect), at.start),
                Part::Stars { count, ends_element } => {
                    // An element of a path is never empty, so a wildcard that is a whole element takes a byte more.
                    if *ends_element && self.regex.last() == Some(&b'/') {
                        self.push(any(dialect), at.start);
                    }
                    for _ in 0..count / 2 {
                        self.push(star_star(dialect), at.start);
                    }
                    if count % 2 == 1 {
                        self.push(any(dialect), at.start);
                        self.push(b"*", at.start);
                    }
                }
                Part::Class(content) => {
                    self.push(b"[", at.start);
                    self.parts(content, dialect, Place::InClass);
                    self.push(b"]", at.end - 1);
                }
                Part::Group(alternatives) => {
                    self.push(b"(", at.start);
                    for (index, alternative) in alternatives.iter().enumerate() {
                        if index > 0 {
                            self.push(b"|", at.start);
                        }
                        self.parts(alternative, dialect, Place::Outside);
                    }
                    self.push(b")", at.end - 1);
                }
            }
        }
    }

    fn byte(&mut self, byte: u8, escaped: bool, place: Place, origin: usize) {
        let kept = match byte {
            b'.' | b'+' | b'|' | b'(' | b')' => true,
            // Within a class the backslash is lost: `[\^a]` is what `[^a]` is.
            b'^' | b'$' => place == Place::Outside,
            b'*' | b'[' | b']' | b'{' | b'}' | b'\\' => escaped,
            _ => false,
        };
        if kept {
            self.push(b"\\", origin);
        }
        self.push(&[byte], origin);
    }

    fn push(&mut self, bytes: &[u8], origin: usize) {
        self.regex.extend_from_slice(bytes);
        self.origins.resize(self.regex.len(), origin);
    }
}

fn any(dialect: Dialect) -> &'static [u8] {
    if dialect.matches_nul() { b"[^/]" } else { br"[^/\x00]" }
}

fn star_star(dialect: Dialect) -> &'static [u8] {
    if dialect.matches_nul() { b".*" } else { br"[^\x00]*" }
}
