//! `include <abstractions/base>`, `#include if exists <local/x>`

use super::error::{SyntaxError, fail, miss};
use super::input::{Input, Res};
use super::lexical::{blanks, found, found_span, newline_len, quoted, space};
use super::qualifiers::Qualifiers;
use super::word::Word;
use crate::source::Span;

/// An include directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// Qualifiers before it: they hold for the first rule of the included file only.
    pub qualifiers: Qualifiers,
    /// `include` or `#include`.
    pub keyword: Span,
    /// True for `#include`.
    pub hash: bool,
    /// `if exists`
    pub if_exists: Option<Span>,
    /// How the file is named.
    pub form: IncludeForm,
    /// The file's name without brackets, quotes and the blanks inside brackets.
    pub path: Word,
}

/// How the file of an include is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IncludeForm {
    /// `<path>`: looked up in the search path.
    Search,
    /// `"path"`: opened as it is.
    Quoted,
    /// `path`: opened as it is.
    Bare,
}

/// An include. It has no comma.
pub(super) fn include<'a>(input: Input<'a>, qualifiers: Qualifiers) -> Res<'a, Include> {
    let hash = input.peek() == Some(b'#');
    let word = if hash { &b"#include"[..] } else { &b"include"[..] };
    if !input.rest().starts_with(word) {
        return miss();
    }
    let keyword = input.span(word.len());
    let behind = input.skip(word.len());
    // A line end may stand before the name, but not right behind the word `include`.
    let mut rest = space(behind);
    if newline_len(behind.rest()) > 0 && !hash {
        return fail(
            SyntaxError::new(keyword, "the name of the included file is missing")
                .help("write `include <abstractions/base>`"),
        );
    }
    if blanks(behind).offset() == behind.offset() && !hash {
        return fail(
            SyntaxError::new(found_span(input), "a blank is missing behind `include`")
                .help("write `include <file>`")
                .fix("add the blank", Span::at(behind.offset()), *b" "),
        );
    }
    if rest.peek().is_none() {
        return fail(
            SyntaxError::new(keyword, "the name of the included file is missing")
                .help("write `include <abstractions/base>`"),
        );
    }
    let mut if_exists = None;
    // Glued to `#include`, or on another line, `if` is the name of a file.
    if rest.offset() > behind.offset()
        && rest.offset() == blanks(behind).offset()
        && let Some((after, span)) = exists(rest)
    {
        if_exists = Some(span);
        rest = after;
    }
    let (rest, (form, path)) = match include_target(rest) {
        Err(nom::Err::Error(_)) => {
            return fail(
                SyntaxError::new(
                    found_span(rest),
                    format!("expected the name of a file, found {}", found(rest)),
                )
                .help("write `include <abstractions/base>` or `include \"/absolute/path\"`"),
            );
        }
        result => result?,
    };
    if form == IncludeForm::Bare
        && let Some(error) = misplaced_bracket(rest, path)
    {
        return fail(error);
    }
    Ok((rest, Include { qualifiers, keyword, hash, if_exists, form, path }))
}

/// A bare name with a bracket behind it: one that should be around it, or another name.
fn misplaced_bracket(behind: Input<'_>, path: Word) -> Option<SyntaxError> {
    let bracket = blanks(behind);
    let text = path.display(behind.source());
    let line = bracket.rest().split(|byte| *byte == b'\n').next().unwrap_or_default();
    match (bracket.peek()?, path.raw(behind.source())) {
        (b'>', _) => Some(
            SyntaxError::new(path.span.to(bracket.span(1)), "`<` is missing before the name of the file")
                .help(format!("write `<{text}>`"))
                .fix("add the bracket", Span::at(path.span.start as usize), *b"<"),
        ),
        (b'<', b"if" | b"exists") if line.contains(&b'>') => Some(
            SyntaxError::new(
                path.span,
                format!("expected `if exists` or the name of a file, found `{text}`"),
            )
            .help("write `include if exists <…>`"),
        ),
        (b'<', _) => Some(
            SyntaxError::new(
                path.span.to(bracket.span(line.trim_ascii_end().len())),
                "an include names one file",
            )
            .help("write `include <…>`, one line for each file"),
        ),
        _ => None,
    }
}

/// `if exists` and a blank behind it.
fn exists(input: Input<'_>) -> Option<(Input<'_>, Span)> {
    let rest = blanks(input.rest().strip_prefix(b"if").map(|_| input.skip(2))?);
    rest.rest().strip_prefix(b"exists")?;
    let after = rest.skip(6);
    let separated = rest.offset() > input.offset() + 2 && blanks(after).offset() > after.offset();
    separated.then(|| (space(after), input.span_to(after)))
}

/// `<path>`, `"path"` or `path`.
pub(super) fn include_target(input: Input<'_>) -> Res<'_, (IncludeForm, Word)> {
    let rest = input.rest();
    match rest.first() {
        Some(b'<') => {
            let length = rest.iter().position(|byte| matches!(byte, b'>' | b'\n')).unwrap_or(rest.len());
            if rest.get(length) != Some(&b'>') {
                let line = rest[..length].strip_suffix(b"\r").unwrap_or(&rest[..length]);
                return fail(
                    SyntaxError::new(input.span(line.len()), "`<` is never closed").help("write `<path>`"),
                );
            }
            let inner = &rest[1..length];
            let trimmed = inner.trim_ascii_end().len();
            let start = trimmed - inner[..trimmed].trim_ascii_start().len();
            let text = &inner[start..trimmed];
            let quote = usize::from(
                text.len() == inner.len()
                    && text.len() >= 2
                    && text.starts_with(b"\"")
                    && text.ends_with(b"\""),
            );
            let path = Span::new(input.offset() + 1 + start + quote, input.offset() + 1 + trimmed - quote);
            // Quotes stand right inside the brackets or nowhere, and without them only spaces are blanks.
            let name = if quote > 0 { &text[1..text.len() - 1] } else { inner };
            let bad = name.iter().position(|byte| *byte == b'"' || (*byte == b'\t' && quote == 0));
            if let Some(bad) = bad {
                let at = input.offset() + 1 + quote + bad;
                let what = if name[bad] == b'"' { "a quote" } else { "a tab" };
                return fail(
                    SyntaxError::new(
                        Span::new(at, at + 1),
                        format!("{what} cannot stand between `<` and `>` here"),
                    )
                    .help("write `<path>`, or `<\"path\">` without blanks outside the quotes"),
                );
            }
            if path.is_empty() && quote == 0 {
                return fail(SyntaxError::new(
                    input.span(length + 1),
                    "the name between `<` and `>` is missing",
                ));
            }
            Ok((input.skip(length + 1), (IncludeForm::Search, Word { span: path })))
        }
        Some(b'"') => {
            let (after, word) = quoted(input)?;
            let path = Span::new(word.span.start as usize + 1, word.span.end as usize - 1);
            Ok((after, (IncludeForm::Quoted, Word { span: path })))
        }
        _ => match bare_len(rest) {
            0 => miss(),
            length => Ok((input.skip(length), (IncludeForm::Bare, Word { span: input.span(length) }))),
        },
    }
}

/// The length of a name without quotes or brackets. A comma belongs to it when it is glued to more of it.
fn bare_len(rest: &[u8]) -> usize {
    let ends = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'!' | b'<' | b'>');
    let mut index = 0;
    while let Some(byte) = rest.get(index) {
        match (byte, rest.get(index + 1)) {
            (b'\\', Some(b' ' | b'\t' | b'"' | b'!' | b',')) => index += 2,
            (b',', next) if next.is_none_or(|next| ends(*next) || *next == b',') => break,
            (byte, _) if ends(*byte) => break,
            _ => index += 1,
        }
    }
    index
}
