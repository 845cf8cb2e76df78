//! A word as it was written, and a list of words in parentheses.

use crate::source::Span;
use std::borrow::Cow;

/// A word of the source: a path, a name, a value. Holds its place; the text is taken from the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word {
    /// The bytes as written, quotes included.
    pub span: Span,
}

impl Word {
    /// The text as written, quotes included.
    #[must_use]
    pub fn raw<'s>(&self, source: &'s [u8]) -> &'s [u8] {
        self.span.of(source)
    }

    /// True when it was written in quotes.
    #[must_use]
    pub fn is_quoted(&self, source: &[u8]) -> bool {
        let raw = self.raw(source);
        raw.len() >= 2 && raw.starts_with(b"\"") && raw.ends_with(b"\"")
    }

    /// The text without its quotes. Escapes are still as written.
    #[must_use]
    pub fn text<'s>(&self, source: &'s [u8]) -> &'s [u8] {
        let raw = self.raw(source);
        if self.is_quoted(source) { &raw[1..raw.len() - 1] } else { raw }
    }

    /// The text for a message: without quotes, bytes that are not UTF-8 replaced.
    #[must_use]
    pub fn display<'s>(&self, source: &'s [u8]) -> Cow<'s, str> {
        String::from_utf8_lossy(self.text(source))
    }
}

/// Words in parentheses, separated by commas, blanks or line ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// From `(` through `)`.
    pub span: Span,
    /// The words between.
    pub items: Vec<Word>,
}

/// What a rule lets do, or the value of a condition: one word, or a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    /// `send`
    Word(Word),
    /// `(send, receive)`
    List(List),
}

impl Words {
    /// The words, in the order written.
    #[must_use]
    pub fn words(&self) -> &[Word] {
        match self {
            Self::Word(word) => std::slice::from_ref(word),
            Self::List(list) => &list.items,
        }
    }

    /// The bytes, parentheses included.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Word(word) => word.span,
            Self::List(list) => list.span,
        }
    }
}
