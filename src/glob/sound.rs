//! The tree of a text without escapes and odd classes, read at once: most globs of a policy are of that kind, and the way through
//! apparmor_parser's regular expression costs several times as much. What the text is has been told by
//! [`is_sound`](super::text::is_sound); the tree is the same as that of the long way.

use super::Dialect;
use super::byte_set::ByteSet;
use super::expression::Expression;

/// The tree of a sound text.
pub(super) fn expression(text: &[u8], dialect: Dialect) -> Expression {
    Reader { rest: text, dialect }.sequence(0)
}

/// Is a sound text exact: without wildcards and negated classes, and without any class where those count?
pub(super) fn is_exact(text: &[u8], classes_are_exact: bool) -> bool {
    let mut bytes = text.iter().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'*' | b'?' => return false,
            b'[' if !classes_are_exact || bytes.peek() == Some(&&b'^') => return false,
            _ => {}
        }
    }
    true
}

struct Reader<'t> {
    rest: &'t [u8],
    dialect: Dialect,
}

impl Reader<'_> {
    /// The parts up to the end, or within a group up to a comma or the group's end.
    fn sequence(&mut self, depth: usize) -> Expression {
        let mut parts = Vec::new();
        loop {
            let is_special = |byte: &u8| match byte {
                b'*' | b'?' | b'[' | b'{' => true,
                b',' | b'}' => depth > 0,
                _ => false,
            };
            let run = self.rest.iter().position(is_special).unwrap_or(self.rest.len());
            let (plain, rest) = self.rest.split_at(run);
            self.rest = rest;
            if run > 0 {
                parts.push(Expression::Bytes(plain.to_vec()));
            }
            match rest {
                [b'*', ..] => self.stars(plain.ends_with(b"/"), &mut parts),
                [b'?', rest @ ..] => {
                    self.rest = rest;
                    parts.push(self.any());
                }
                [b'[', rest @ ..] => {
                    self.rest = rest;
                    parts.push(self.class());
                }
                [b'{', rest @ ..] => {
                    self.rest = rest;
                    parts.push(self.group(depth + 1));
                }
                _ => break,
            }
        }
        match parts.len() {
            0 => Expression::Bytes(Vec::new()),
            1 => parts.remove(0),
            _ => Expression::Sequence(parts),
        }
    }

    fn group(&mut self, depth: usize) -> Expression {
        let mut alternatives = vec![self.sequence(depth)];
        while let [b',', rest @ ..] = self.rest {
            self.rest = rest;
            alternatives.push(self.sequence(depth));
        }
        self.rest = self.rest.get(1..).unwrap_or_default();
        Expression::Either(alternatives)
    }

    fn stars(&mut self, after_slash: bool, parts: &mut Vec<Expression>) {
        let count = self.rest.iter().take_while(|byte| **byte == b'*').count();
        self.rest = &self.rest[count..];
        // An element of a path is never empty, so a wildcard that is a whole element takes a byte more.
        if after_slash && matches!(self.rest.first(), None | Some(b'/')) {
            parts.push(self.any());
        }
        let all = if self.dialect.matches_nul() { ByteSet::ALL } else { ByteSet::all_but(b"\0") };
        let star = |class| Expression::Star(Box::new(class));
        parts.extend((0..count / 2).map(|_| star(Expression::Class(all))));
        if count % 2 == 1 {
            parts.push(star(self.any()));
        }
    }

    fn any(&self) -> Expression {
        Expression::Class(ByteSet::all_but(if self.dialect.matches_nul() { b"/" } else { b"/\0" }))
    }

    /// What is behind the bracket. A hyphen in front stands for itself.
    fn class(&mut self) -> Expression {
        let (is_negated, mut rest) = match self.rest {
            [b'^', rest @ ..] => (true, rest),
            _ => (false, self.rest),
        };
        let mut set = ByteSet::EMPTY;
        loop {
            rest = match rest {
                [b']', rest @ ..] => {
                    self.rest = rest;
                    break;
                }
                [first, b'-', last, rest @ ..] if *first != b'-' => {
                    set.insert_range(*first, *last);
                    rest
                }
                [byte, rest @ ..] => {
                    set.insert(*byte);
                    rest
                }
                [] => {
                    self.rest = rest;
                    break;
                }
            };
        }
        Expression::Class(if is_negated { set.complement() } else { set })
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::is_sound;
    use super::super::{Glob, Reading};
    use super::*;
    use crate::vocabulary::Version;

    /// Texts of the signs that mean something, most of them no globs at all.
    fn texts() -> impl Iterator<Item = Vec<u8>> {
        let signs = b"aab/**?[]^-{{,,}}0.+|()$\0";
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = move |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state >> 33).unwrap() % below
        };
        (0..400_000).map(move |_| (0..1 + random(12)).map(|_| signs[random(signs.len())]).collect())
    }

    #[test]
    fn both_ways_lead_to_the_same() {
        let mut compared = 0;
        for text in texts().filter(|text| is_sound(text)) {
            for dialect in [Dialect::Label, Dialect::Value] {
                let long = Reading::of(&text, dialect).unwrap();
                let shown = String::from_utf8_lossy(&text);
                assert_eq!(expression(&text, dialect), *long.expression, "{shown}");
                for version in [Version::V3_0, Version::V4_0] {
                    let exact = Glob::with_reading(&text, dialect, long.clone()).exact(version);
                    assert_eq!(is_exact(&text, version > Version::V3_0), exact, "{shown}");
                }
            }
            compared += 1;
        }
        assert!(compared > 20_000, "{compared}");
    }
}
