//! A path expression as it is written, cut into its signs: for rules about its spelling. What it matches is told by `glob`.

use crate::source::Span;
use crate::syntax::Word;

/// One sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sign {
    /// What it is.
    pub(super) kind: SignKind,
    /// Where it stands in the file.
    pub(super) span: Span,
}

/// What a sign is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SignKind {
    /// A byte that means itself.
    Byte(u8),
    /// A backslash and what it escapes.
    Escape(u8),
    /// `?`
    Any,
    /// A run of `*`.
    Stars,
    /// `[…]`, and whether it begins with `^`.
    Class { negated: bool },
    /// `{`
    Open,
    /// `,` between alternatives.
    Comma,
    /// `}`
    Close,
    /// `@{NAME}`
    Variable,
}

/// The signs of a word, its quotes left out.
pub(super) fn signs(word: Word, source: &[u8]) -> Vec<Sign> {
    let text = word.text(source);
    let start = word.span.start as usize + usize::from(word.is_quoted(source));
    let mut signs = Vec::new();
    let mut depth = 0usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let (kind, length) = match rest {
            [b'\\', escaped, ..] => (SignKind::Escape(*escaped), 2),
            [b'@', b'{', name @ ..] if variable_length(name).is_some() => {
                (SignKind::Variable, variable_length(name).unwrap_or_default() + 2)
            }
            [b'*', ..] => (SignKind::Stars, rest.iter().take_while(|byte| **byte == b'*').count()),
            [b'?', ..] => (SignKind::Any, 1),
            [b'[', content @ ..] => match class_length(content) {
                Some(length) => (SignKind::Class { negated: content.first() == Some(&b'^') }, length + 1),
                None => (SignKind::Byte(b'['), 1),
            },
            [b'{', ..] => {
                depth += 1;
                (SignKind::Open, 1)
            }
            [b'}', ..] if depth > 0 => {
                depth -= 1;
                (SignKind::Close, 1)
            }
            [b',', ..] if depth > 0 => (SignKind::Comma, 1),
            _ => (SignKind::Byte(rest[0]), 1),
        };
        signs.push(Sign { kind, span: Span::new(start + at, start + at + length) });
        at += length;
    }
    signs
}

/// Does the text hold the two bytes? One look at it spares most words to be cut.
pub(super) fn contains(text: &[u8], two: &[u8; 2]) -> bool {
    text.windows(2).any(|pair| pair == two)
}

/// The length of `NAME}`.
fn variable_length(text: &[u8]) -> Option<usize> {
    let name = text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    (name > 0 && text.get(name) == Some(&b'}')).then_some(name + 1)
}

/// The length of the content of a class and its `]`.
fn class_length(content: &[u8]) -> Option<usize> {
    let mut at = 0;
    while at < content.len() {
        match content[at] {
            b'\\' => at += 2,
            b']' if at > 0 => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_cover_the_word() {
        let source = br#""/a\ b/@{X}{c,[^d]}**?""#;
        let word = Word { span: Span::new(0, source.len()) };
        let signs = signs(word, source);
        let kinds: Vec<SignKind> = signs.iter().map(|sign| sign.kind).skip(2).collect();
        use SignKind::{Any, Byte, Class, Close, Comma, Escape, Open, Stars, Variable};
        assert_eq!(
            kinds,
            [
                Escape(b' '),
                Byte(b'b'),
                Byte(b'/'),
                Variable,
                Open,
                Byte(b'c'),
                Comma,
                Class { negated: true },
                Close,
                Stars,
                Any
            ]
        );
        assert_eq!(signs.first().map(|sign| sign.span.start), Some(1));
        assert_eq!(signs.last().map(|sign| sign.span.end as usize), Some(source.len() - 1));
        assert!(signs.windows(2).all(|pair| pair[0].span.end == pair[1].span.start));
    }
}
