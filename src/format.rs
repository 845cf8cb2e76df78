//! One file's bytes to its canonical layout. The one principle: blanks, line breaks and list commas move, no word changes.
//! So the meaning cannot change, and what was printed can be checked against what was read: [`format()`] parses its own
//! result, compares the words, the tree and the comments, and gives nothing rather than something else.
//!
//! What rewrites words (`#include`, the order of letters, needless quotes) is a lint with a fix. Reading and writing files
//! is left to `cli`.
//!
//! `line` puts the words of one item on lines, `body` the items of a block below each other, `columns` decides which
//! blanks line something up, `verify` holds the result against the source.

mod body;
mod columns;
mod line;
mod region;
mod style;
mod verify;

pub use style::{Align, Style, StyleError};
pub use verify::Difference;

use crate::source::Span;
use crate::syntax::{self, File, ItemKind, Parse, SyntaxError};

/// Why a file is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// It does not parse.
    #[error("the file has syntax errors")]
    Syntax(Vec<SyntaxError>),
    /// It ends in an assignment with a `#` and lacks the last line end: what looks like a comment is read as values,
    /// and would be a comment with the line end.
    #[error("the file ends in a comment without a line end, which apparmor_parser reads as values")]
    Unfinished(Span),
    /// The result was not the same profile: a defect of aakit.
    #[error("{0}")]
    Changed(Difference),
}

/// The canonical layout of `source`.
///
/// # Errors
/// When the file has syntax errors, or when the result is not what was read, which is a defect of this function.
pub fn format(source: &[u8], style: &Style) -> Result<Vec<u8>, FormatError> {
    let parse = syntax::parse(source);
    if !parse.errors.is_empty() {
        return match without_carriage_returns(source, &parse) {
            Some(repaired) => format(&repaired, style),
            None => Err(FormatError::Syntax(parse.errors)),
        };
    }
    format_tree(source, &parse.file, style)
}

/// The same for a file that was read without errors, as the newest version reads it.
///
/// # Errors
/// As [`format()`].
pub fn format_tree(source: &[u8], file: &File, style: &Style) -> Result<Vec<u8>, FormatError> {
    if let Some(at) = nul(source, file) {
        let error = SyntaxError::new(Span::new(at, at + 1), "the file holds a NUL byte")
            .note("apparmor_parser would silently cut a word at this byte")
            .help("remove it, or save the file as plain text");
        return Err(FormatError::Syntax(vec![error]));
    }
    if let Some(span) = unfinished_comment(source, file) {
        return Err(FormatError::Unfinished(span));
    }
    let text = body::print(source, file, style);
    if text == source {
        return Ok(text);
    }
    verify::same(source, file, &text).map_err(FormatError::Changed)?;
    Ok(text)
}

/// The first NUL outside of comments.
fn nul(source: &[u8], file: &File) -> Option<usize> {
    if !source.contains(&0) {
        return None;
    }
    let in_comment =
        |at: usize| file.comments.iter().any(|comment| comment.span.contains(Span::new(at, at + 1)));
    (0..source.len()).find(|at| source[*at] == 0 && !in_comment(*at))
}

/// A file whose only errors are line ends of CR LF where apparmor_parser reads the CR as a letter, without those CRs.
fn without_carriage_returns(source: &[u8], parse: &Parse) -> Option<Vec<u8>> {
    let mut repaired = source.to_vec();
    for error in parse.errors.iter().rev() {
        let (_, span, _) = error.fix.as_ref().filter(|_| error.code == "carriage-return")?;
        repaired.drain(std::ops::Range::from(*span));
    }
    (repaired.len() < source.len()).then_some(repaired)
}

/// The `#` that a final line end would turn into a comment.
fn unfinished_comment(source: &[u8], file: &File) -> Option<Span> {
    if source.ends_with(b"\n") {
        return None;
    }
    let ItemKind::Assignment(assignment) = &file.items.last()?.kind else { return None };
    let hash = assignment.values.iter().find(|value| value.raw(source).starts_with(b"#"))?;
    Some(hash.span)
}

#[cfg(test)]
mod tests;
