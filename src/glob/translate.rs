//! The parts of a glob to the regular expression that apparmor_parser compiles it to, byte for byte: with the
//! element that may not be empty after `/`, and with wildcards that are expanded even within a class.

use super::Dialect;
use super::text::{Part, Spanned};

/// The regular expression of `parts`.
pub(super) fn translate(parts: &[Spanned], dialect: Dialect) -> Vec<u8> {
    let mut translation = Translation { regex: Vec::new(), origins: None };
    translation.parts(parts, dialect, Place::Outside);
    translation.regex
}

/// For each byte of that expression the offset in the glob that it comes from: for errors.
pub(super) fn origins(parts: &[Spanned], dialect: Dialect) -> Vec<usize> {
    let mut translation = Translation { regex: Vec::new(), origins: Some(Vec::new()) };
    translation.parts(parts, dialect, Place::Outside);
    translation.origins.unwrap_or_default()
}

struct Translation {
    regex: Vec<u8>,
    /// Where each byte comes from, when that is asked.
    origins: Option<Vec<usize>>,
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
                Part::Run(bytes) => {
                    for (index, byte) in bytes.iter().enumerate() {
                        self.byte(*byte, false, place, at.start + index);
                    }
                }
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
        if let Some(origins) = &mut self.origins {
            origins.resize(self.regex.len(), origin);
        }
    }
}

fn any(dialect: Dialect) -> &'static [u8] {
    if dialect.matches_nul() { b"[^/]" } else { br"[^/\x00]" }
}

fn star_star(dialect: Dialect) -> &'static [u8] {
    if dialect.matches_nul() { b".*" } else { br"[^\x00]*" }
}
