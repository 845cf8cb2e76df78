//! The words, blanks and comments of each scanner mode.
//!
//! The default mode knows comments, keywords, paths and permission words. In the mode of a rule (`network`, `mount`, …),
//! behind `->`, in a list and behind `=` only the words of that mode exist: a `#` is a character there like any other.

use super::error::{SyntaxError, fail, miss};
use super::file::Comment;
use super::input::{Input, Res};
use super::word::{List, Word, Words};
use crate::source::Span;
use crate::vocabulary::{Keyword, Version, Word as _};
use nom::Parser;
use nom::bytes::complete::{take_while, take_while1};

const ID: u8 = 1;
const NAME: u8 = 2;
const BLANK: u8 = 4;
const ALPHA: u8 = 8;

/// What each byte may be part of.
static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let c = byte as u8;
        let mut class = 0;
        if !matches!(c, b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'!' | b',') {
            class |= ID;
        }
        if c.is_ascii_alphanumeric() || c == b'_' {
            class |= NAME;
        }
        if c.is_ascii_alphabetic() {
            class |= ALPHA;
        }
        if matches!(c, b' ' | b'\t') {
            class |= BLANK;
        }
        table[byte] = class;
        byte += 1;
    }
    table
}

#[inline]
fn is(byte: u8, class: u8) -> bool {
    CLASS[byte as usize] & class != 0
}

#[inline]
fn at(bytes: &[u8], index: usize) -> Option<u8> {
    bytes.get(index).copied()
}

/// What a backslash keeps inside a word although it would end it.
fn is_escapable(byte: Option<u8>) -> bool {
    matches!(byte, Some(b' ' | b'\t' | b'"' | b'!' | b','))
}

/// True for a keyword of the default mode (case counts).
#[must_use]
pub fn is_keyword(word: &[u8]) -> bool {
    Keyword::of(word).is_some()
}

/// True for what is a keyword to the version that the file is read for: to an older one it is an ordinary word.
fn is_keyword_here(word: &[u8], input: Input<'_>) -> bool {
    Keyword::of(word).is_some_and(|keyword| keyword.since() <= input.state.version())
}

/// Does a word stand here that only newer versions know as a keyword, in the place of a path? To the version that the file
/// is read for, `userns r,` is about a file.
pub(super) fn is_file_of_old(input: Input<'_>) -> bool {
    if input.state.version() >= Version::V5_0 {
        return false;
    }
    let Ok((after, word)) = name(input) else { return false };
    let text = word.raw(input.source());
    if text == b"all" {
        return input.state.version() < Version::V4_0 && path(trivia(after)).is_ok();
    }
    !is_keyword_here(text, input)
        && is_keyword(text)
        && permissions(trivia(after)).is_ok_and(|(after, _)| {
            let after = trivia(after);
            after.peek() == Some(b',') || arrow(after).is_ok()
        })
}

/// True when the bytes are one bare word: a letter, then letters, digits and `_`.
#[must_use]
pub fn is_word(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|byte| is(*byte, ALPHA)) && bytes.iter().all(|byte| is(*byte, NAME))
}

/// Skips blanks: spaces and tabs.
#[inline]
pub(super) fn blanks(input: Input<'_>) -> Input<'_> {
    let rest = input.rest();
    input.skip(rest.iter().position(|byte| !is(*byte, BLANK)).unwrap_or(rest.len()))
}

/// The length of a line end at the start of `rest`, or 0. A carriage return alone is none.
#[inline]
pub(super) fn newline_len(rest: &[u8]) -> usize {
    match rest {
        [b'\n', ..] => 1,
        [b'\r', b'\n', ..] => 2,
        _ => 0,
    }
}

/// Skips blanks and line ends, but no comments: what may stand between the words of a rule mode.
#[inline]
pub(super) fn space(mut input: Input<'_>) -> Input<'_> {
    loop {
        input = blanks(input);
        match newline_len(input.rest()) {
            0 => return input,
            length => input = input.skip(length),
        }
    }
}

/// Skips blanks, line ends and comments: what may stand between the words of the default mode.
#[inline]
pub(super) fn trivia(mut input: Input<'_>) -> Input<'_> {
    loop {
        input = space(input);
        if input.peek() != Some(b'#') {
            return input;
        }
        match comment(input) {
            Ok((rest, _)) => input = rest,
            Err(_) => return input,
        }
    }
}

/// True where `#include` starts a directive, not a comment.
pub(super) fn is_hash_include(rest: &[u8]) -> bool {
    rest.starts_with(b"#include") && rest.contains(&b'\n')
}

/// A comment up to its line end, which is left.
pub(super) fn comment(input: Input<'_>) -> Res<'_, Comment> {
    let rest = input.rest();
    if at(rest, 0) != Some(b'#') || is_hash_include(rest) {
        return miss();
    }
    let end = rest.iter().position(|byte| *byte == b'\n');
    let text = &rest[..end.unwrap_or(rest.len())];
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let comment = Comment { span: input.span(text.len()) };
    if input.state.comment(comment) && end.is_none() {
        input.state.report(
            SyntaxError::new(comment.span, "the file ends in a comment without a line end")
                .label("apparmor_parser does not take this as a comment")
                .help("end the file with a line feed")
                .fix("add the line feed", Span::at(input.offset() + rest.len()), *b"\n"),
        );
    }
    Ok((input.skip(text.len()), comment))
}

/// A bare word of letters, digits and `_` that starts with a letter.
pub(super) fn name(input: Input<'_>) -> Res<'_, Word> {
    if !input.peek().is_some_and(|byte| is(byte, ALPHA)) {
        return miss();
    }
    let (rest, _) = take_while1(|byte| is(byte, NAME)).parse(input)?;
    Ok((rest, Word { span: input.span_to(rest) }))
}

/// The keyword `word`, whole: `profilefoo` is not `profile`.
pub(super) fn keyword<'a>(word: &'static str) -> impl Fn(Input<'a>) -> Res<'a, Span> {
    move |input| {
        let rest = input.rest();
        if rest.starts_with(word.as_bytes()) && !at(rest, word.len()).is_some_and(|byte| is(byte, NAME)) {
            Ok((input.skip(word.len()), input.span(word.len())))
        } else {
            miss()
        }
    }
}

/// The one character `byte`.
pub(super) fn character<'a>(byte: u8) -> impl Fn(Input<'a>) -> Res<'a, Span> {
    move |input| if input.peek() == Some(byte) { Ok((input.skip(1), input.span(1))) } else { miss() }
}

/// The arrow `->`.
pub(super) fn arrow(input: Input<'_>) -> Res<'_, Span> {
    if input.rest().starts_with(b"->") { Ok((input.skip(2), input.span(2))) } else { miss() }
}

/// A string in quotes. A quote behind a backslash closes it only when no later quote can.
pub(super) fn quoted(input: Input<'_>) -> Res<'_, Word> {
    let rest = input.rest();
    if at(rest, 0) != Some(b'"') {
        return miss();
    }
    let mut last_escaped = None;
    for (index, byte) in rest.iter().enumerate().skip(1) {
        match byte {
            b'"' if rest[index - 1] == b'\\' && index > 1 => last_escaped = Some(index),
            b'"' => return Ok((input.skip(index + 1), Word { span: input.span(index + 1) })),
            0 => break,
            _ => {}
        }
    }
    if let Some(index) = last_escaped {
        return Ok((input.skip(index + 1), Word { span: input.span(index + 1) }));
    }
    let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    fail(
        SyntaxError::new(input.span(line), "a quoted text is never closed")
            .label("the quote opens here")
            .help("close it with `\"`"),
    )
}

/// The length of a run of word characters: any but blanks, line ends, `"`, `!` and `,`; a comma glued to a further
/// word character belongs to the word, and a backslash takes what would end it.
#[inline]
fn run(rest: &[u8]) -> usize {
    run_from(rest, 0)
}

fn run_from(rest: &[u8], mut index: usize) -> usize {
    while let Some(byte) = at(rest, index) {
        match byte {
            b'\\' if is_escapable(at(rest, index + 1)) => index += 2,
            b',' if index > 0 && at(rest, index + 1).is_some_and(|next| is(next, ID)) => index += 1,
            _ if is(byte, ID) => index += 1,
            _ => break,
        }
    }
    index
}

/// The name behind `profile`, `hat`, `^` and `->`, and the bare value behind `NAME=`: any run of word characters, or
/// a quoted string.
pub(super) fn target_name(input: Input<'_>) -> Res<'_, Word> {
    if input.peek() == Some(b'"') {
        return quoted(input);
    }
    // A comma begins a name when it is glued to it.
    let rest = input.rest();
    let comma = usize::from(at(rest, 0) == Some(b',') && at(rest, 1).is_some_and(|next| is(next, ID)));
    match run(&rest[comma..]) {
        0 => miss(),
        length => Ok((input.skip(comma + length), Word { span: input.span(comma + length) })),
    }
}

/// Where a name may stand, a comma that is glued to the next word is the first letter of a name, and ends nothing.
pub(super) fn glued_comma(input: Input<'_>) -> Result<(), nom::Err<super::error::Failure>> {
    if input.peek() != Some(b',') || !input.rest().get(1).is_some_and(|next| is(*next, ID)) {
        return Ok(());
    }
    fail(
        SyntaxError::new(input.span(1), "a blank is missing behind the comma")
            .label("read as the first letter of a name")
            .help("put a blank or a line end behind it")
            .fix("add the blank", Span::at(input.offset() + 1), *b" "),
    )
}

fn variable_len(rest: &[u8], sigil: u8) -> usize {
    if at(rest, 0) != Some(sigil) {
        return 0;
    }
    let braced = at(rest, 1) == Some(b'{');
    let start = 1 + usize::from(braced);
    if !at(rest, start).is_some_and(|byte| is(byte, ALPHA)) {
        return 0;
    }
    let length = rest[start..].iter().position(|byte| !is(*byte, NAME)).unwrap_or(rest.len() - start);
    match (braced, at(rest, start + length)) {
        (false, _) => start + length,
        (true, Some(b'}')) => start + length + 1,
        (true, _) => 0,
    }
}

/// A set variable on its own: `@{NAME}` or `@NAME`.
pub(super) fn set_variable(input: Input<'_>) -> Res<'_, Word> {
    match variable_len(input.rest(), b'@') {
        0 => miss(),
        length => Ok((input.skip(length), Word { span: input.span(length) })),
    }
}

/// The length of a set variable at the start, or 0.
pub(super) fn set_variable_len(rest: &[u8]) -> usize {
    variable_len(rest, b'@')
}

/// A boolean variable on its own: `${NAME}` or `$NAME`.
pub(super) fn boolean_variable(input: Input<'_>) -> Res<'_, Word> {
    match variable_len(input.rest(), b'$') {
        0 => miss(),
        length => Ok((input.skip(length), Word { span: input.span(length) })),
    }
}

/// Does a variable stand here without braces whose name has two letters or more?
pub(super) fn is_long_bare_variable(rest: &[u8]) -> bool {
    at(rest, 1) != Some(b'{') && variable_len(rest, b'@') > 2
}

/// The length of a path-like token at the start: `/…`, `@{VAR}…`, `:…`, `&…`; 0 when it is none or a variable alone.
/// Without braces, a name of two letters or more is one whatever follows it: its last letter is no more the variable's. Before 5.0,
/// which has the operators `:=` and `?=`, a colon begins a path whatever follows it, and `?` may follow a variable.
fn label_len(rest: &[u8], version: Version) -> usize {
    let ends_variable = |byte: u8| {
        let is_operator = matches!(byte, b'=' | b'+') || (byte == b'?' && version >= Version::V5_0);
        is_operator && !is_long_bare_variable(rest)
    };
    let start = match at(rest, 0) {
        Some(b'/' | b'&') => 1,
        Some(b':') if version < Version::V5_0 => 1,
        // Its second character stands for itself: a backslash escapes nothing there.
        Some(b':') => match (at(rest, 1), at(rest, 2)) {
            (Some(b','), Some(next)) if is(next, ID) && next != b'=' => return run_from(rest, 1),
            (Some(next), _) if is(next, ID) && next != b'=' => return run_from(rest, 2),
            _ => return 0,
        },
        Some(b'@') => match variable_len(rest, b'@') {
            0 => return 0,
            // A comma belongs to it only when it is glued to what may follow a variable.
            length if at(rest, length) == Some(b',') => match at(rest, length + 1) {
                Some(next) if is(next, ID) && !ends_variable(next) => length,
                _ => return 0,
            },
            length => match at(rest, length) {
                None | Some(b' ' | b'\t' | b'\n' | b'"' | b'!') => return 0,
                // Right behind a variable a carriage return is a letter. One that ends a line is left to be a blank, which says the
                // same of what stands before it.
                Some(b'\r') if at(rest, length + 1) == Some(b'\n') => return 0,
                Some(b'\r') => return run_from(rest, length + 1),
                Some(next) if ends_variable(next) => return 0,
                Some(_) => length,
            },
        },
        _ => return 0,
    };
    // From the first character on, so that a comma right behind it can count as inside the word.
    start - 1 + run(&rest[start - 1..]).max(1)
}

/// The length of a permission word at the start, or 0: it must be followed by a blank, a line end or a comma.
fn permissions_len(rest: &[u8]) -> usize {
    let mut index = 0;
    loop {
        match at(rest, index) {
            Some(b'r' | b'w' | b'a' | b'l' | b'k' | b'm' | b'x' | b'R' | b'W' | b'L' | b'M' | b'X') => {
                index += 1
            }
            Some(b'p' | b'P' | b'c' | b'C') => match (at(rest, index + 1), at(rest, index + 2)) {
                (Some(b'x' | b'X'), _) => index += 2,
                (Some(b'i' | b'I' | b'u' | b'U'), Some(b'x' | b'X')) => index += 3,
                _ => return 0,
            },
            Some(b'i' | b'I' | b'u' | b'U') if matches!(at(rest, index + 1), Some(b'x' | b'X')) => index += 2,
            Some(b' ' | b'\t' | b'\n' | b',') => return index,
            Some(b'\r') if at(rest, index + 1) == Some(b'\n') => return index,
            _ => return 0,
        }
    }
}

/// The permissions of a file rule, `rw` or `Px`.
pub(super) fn permissions(input: Input<'_>) -> Res<'_, Word> {
    let rest = input.rest();
    match permissions_len(rest) {
        0 => miss(),
        length if &rest[..length] == b"all" && is_keyword_here(b"all", input) => miss(),
        length => Ok((input.skip(length), Word { span: input.span(length) })),
    }
}

/// A path of the default mode: `/…`, `@{VAR}…`, `:…`, `&…`, the same quoted, a variable alone, or a bare word that is
/// neither keyword nor permission word.
pub(super) fn path(input: Input<'_>) -> Res<'_, Word> {
    let rest = input.rest();
    match at(rest, 0) {
        Some(b'"') => match at(rest, 1) {
            Some(b'/' | b'@' | b':' | b'&') => quoted(input),
            _ => miss(),
        },
        Some(byte) if is(byte, ALPHA) => {
            if permissions_len(rest) > 0 {
                return miss();
            }
            let (after, word) = name(input)?;
            let is_condition = blanks(after).peek() == Some(b'=');
            if is_keyword_here(word.raw(input.source()), input) || is_condition {
                miss()
            } else {
                Ok((after, word))
            }
        }
        _ => match label_len(rest, input.state.version()) {
            0 => {
                let (after, word) = set_variable(input)?;
                if after.rest().starts_with(b",\r") {
                    return fail(carriage_return(
                        after.skip(1).span(1),
                        "behind a variable apparmor_parser reads CR as a letter, so the comma does not end the rule",
                    ));
                }
                Ok((after, word))
            }
            length => Ok((input.skip(length), Word { span: input.span(length) })),
        },
    }
}

/// The length of a word of a rule mode: an identifier, or a path-like token where that is longer.
pub(super) fn rule_word_len(rest: &[u8], version: Version) -> usize {
    let label = match label_len(rest, version) {
        0 => variable_len(rest, b'@'),
        length => length,
    };
    label.max(identifier_len(rest))
}

/// The length of an identifier of a rule mode or of a condition, or 0. There a carriage return is a word character, and a
/// backslash keeps nothing inside: only a path-like word holds `\ `.
pub(super) fn identifier_len(rest: &[u8]) -> usize {
    let id = |byte: u8| is(byte, ID) || byte == b'\r';
    let inner = |byte: u8| id(byte) && !matches!(byte, b'=' | b')' | b':');
    let mut index = match (at(rest, 0), at(rest, 1)) {
        (None | Some(b'=' | b'(' | b')' | b'+' | b'&' | b','), _) | (Some(b'\r'), Some(b'\n')) => return 0,
        (Some(b':'), Some(next)) if inner(next) => 2,
        (Some(b':'), _) => return 0,
        (Some(byte), _) if id(byte) => 1,
        _ => return 0,
    };
    loop {
        match (at(rest, index), at(rest, index + 1)) {
            (Some(b',' | b':'), Some(next)) if inner(next) => index += 2,
            (Some(byte), _) if inner(byte) => index += 1,
            _ => return index,
        }
    }
}

/// A word of a rule mode (`network`, `unix`, `dbus`, `signal`, `ptrace`, `mount`, `mqueue`), or a quoted string.
/// The arrow `->` is no word.
pub(super) fn rule_word(input: Input<'_>) -> Res<'_, Word> {
    if input.peek() == Some(b'"') {
        return quoted(input);
    }
    let rest = input.rest();
    match rule_word_len(rest, input.state.version()) {
        0 => miss(),
        length if &rest[..length] == b"->" => miss(),
        length if rest[..length].ends_with(b",\r") => fail(carriage_return(
            input.skip(length - 1).span(1),
            "in this kind of rule apparmor_parser reads CR as a letter, so the comma does not end the rule",
        )),
        length => Ok((input.skip(length), Word { span: input.span(length) })),
    }
}

/// A word of a list: cut at commas, blanks and parentheses.
pub(super) fn list_word(input: Input<'_>) -> Res<'_, Word> {
    list_run(input, |byte| matches!(byte, b'(' | b')'), b"")
}

fn list_run<'a>(input: Input<'a>, stops: impl Fn(u8) -> bool, escapable: &[u8]) -> Res<'a, Word> {
    if input.peek() == Some(b'"') {
        return quoted(input);
    }
    let rest = input.rest();
    let mut index = 0;
    while let Some(byte) = at(rest, index) {
        match byte {
            b'\\' if is_escapable(at(rest, index + 1)) => index += 2,
            b'\\' if at(rest, index + 1).is_some_and(|next| escapable.contains(&next)) => index += 2,
            _ if is(byte, ID) && !stops(byte) => index += 1,
            _ => break,
        }
    }
    if index == 0 { miss() } else { Ok((input.skip(index), Word { span: input.span(index) })) }
}

/// May this byte be a part of a name in `peer=(…)` or `xattrs=(…)`? An opening parenthesis may.
pub(super) fn is_list_name(byte: u8) -> bool {
    is(byte, ID) && !matches!(byte, b'=' | b')')
}

/// A value inside `peer=(…)` or `xattrs=(…)`: cut at a comma, a blank and a parenthesis that no backslash stands before. It may
/// stand in parentheses of its own.
pub(super) fn peer_value<'a>(input: Input<'a>) -> Res<'a, Words> {
    let value = |input: Input<'a>| list_run(input, |byte| matches!(byte, b'(' | b')'), b"()");
    if input.peek() != Some(b'(') {
        let (rest, word) = value(input)?;
        return Ok((rest, Words::Word(word)));
    }
    let inner = |input: Input<'a>| match value(input) {
        Ok((_, word)) if word.raw(input.source()) == b"\"\"" => miss(),
        result => result,
    };
    let blank = || take_while(|byte| is(byte, BLANK));
    let (rest, (_, _, word, _, _)) =
        (character(b'('), blank(), inner, blank(), character(b')')).parse(input)?;
    Ok((rest, Words::List(List { span: input.span_to(rest), items: vec![word] })))
}

/// Skips blanks and line feeds: behind `NAME=`, apparmor_parser does not take CR LF for a line end.
pub(super) fn line_feeds(input: Input<'_>) -> Res<'_, ()> {
    let rest = space(input);
    no_carriage_return(input, rest)?;
    Ok((rest, ()))
}

fn no_carriage_return(from: Input<'_>, to: Input<'_>) -> Result<(), nom::Err<super::error::Failure>> {
    let skipped = from.span_to(to).of(from.source());
    let Some(at) = skipped.iter().position(|byte| *byte == b'\r') else { return Ok(()) };
    let at = from.offset() + at;
    fail(carriage_return(
        Span::new(at, at + 1),
        "in a list and behind `=` apparmor_parser reads CR as a letter",
    ))
}

/// A line end CR LF where apparmor_parser takes the carriage return for a character of the word; `why` says where that is.
pub(super) fn carriage_return(span: Span, why: &str) -> SyntaxError {
    SyntaxError::new(span, "this line ends in CR LF, which apparmor_parser cannot read here")
        .code("carriage-return")
        .note(why)
        .help("end the lines of the file with LF alone: `aakit fmt` does it")
        .fix("remove the carriage return", span, *b"")
}

/// Words in parentheses.
pub(super) fn list(input: Input<'_>) -> Res<'_, List> {
    let (mut rest, open) = character(b'(').parse(input)?;
    let mut items = Vec::new();
    loop {
        if rest.peek() == Some(b'\r')
            && items.last().is_some_and(|word: &Word| !word.is_quoted(input.source()))
        {
            return fail(carriage_return(
                rest.span(1),
                "in a list apparmor_parser reads CR as a letter of the word",
            ));
        }
        rest = separators(rest);
        match rest.peek() {
            Some(b')') => return Ok((rest.skip(1), List { span: input.span_to(rest.skip(1)), items })),
            None => return unclosed(input, open, rest, &items),
            _ => match list_word(rest) {
                Ok((after, word)) => {
                    items.push(word);
                    rest = after;
                }
                Err(nom::Err::Error(_)) => return unclosed(input, open, rest, &items),
                Err(error) => return Err(error),
            },
        }
    }
}

/// A list that does not end as lists do. When its first line ends in a comma, the `)` is missing there: that is reported, and
/// the list is taken to end there.
fn unclosed<'a>(input: Input<'a>, open: Span, stuck: Input<'a>, items: &[Word]) -> Res<'a, List> {
    let source = input.source();
    let on_line: Vec<Word> = items
        .iter()
        .take_while(|word| {
            let start = word.span.start as usize;
            let text = word.raw(source);
            let is_operand = text.starts_with(b"/") || text.starts_with(b"@{") || text == b"->";
            !source[input.offset()..start].contains(&b'\n') && !text.contains(&b'=') && !is_operand
        })
        .copied()
        .collect();
    let (Some(end), Some(last)) = (comma_at_line_end(input), on_line.last()) else {
        return fail(if stuck.peek().is_none() {
            unclosed_list(open, stuck)
        } else {
            unexpected_in_list(open, stuck)
        });
    };
    if stuck.offset() < end {
        return fail(unexpected_in_list(open, stuck));
    }
    let at = last.span.end as usize;
    input.state.report(missing_parenthesis(open, at));
    let rest = input.at(at);
    Ok((rest, List { span: input.span_to(rest), items: on_line }))
}

/// The offset of the comma that ends this line.
pub(super) fn comma_at_line_end(input: Input<'_>) -> Option<usize> {
    let line = input.rest().split(|byte| *byte == b'\n').next()?.trim_ascii_end();
    line.ends_with(b",").then(|| input.offset() + line.len() - 1)
}

pub(super) fn missing_parenthesis(open: Span, at: usize) -> SyntaxError {
    SyntaxError::new(open, "this `(` is never closed")
        .label("the list begins here")
        .help("close the list with `)`")
        .fix("close the list", Span::at(at), *b")")
}

/// Skips what may stand between the words of a list.
pub(super) fn separators(mut input: Input<'_>) -> Input<'_> {
    loop {
        input = space(input);
        if input.peek() != Some(b',') {
            return input;
        }
        input = input.skip(1);
    }
}

pub(super) fn unclosed_list(open: Span, end: Input<'_>) -> SyntaxError {
    SyntaxError::new(open, "a list is never closed")
        .label("the parenthesis opens here")
        .related(end.span(0), "the file ends here")
        .help("close it with `)`")
}

pub(super) fn unexpected_in_list(open: Span, input: Input<'_>) -> SyntaxError {
    SyntaxError::new(found_span(input), format!("expected a word or `)`, found {}", found(input)))
        .related(open, "in this list")
        .help("separate words by commas, close the list with `)`")
}

/// The next thing as a person would name it.
pub(super) fn found(input: Input<'_>) -> String {
    let rest = input.rest();
    if newline_len(rest) > 0 {
        return "the end of the line".to_owned();
    }
    match at(rest, 0) {
        None => "the end of the file".to_owned(),
        Some(byte @ (0..=0x1f | 0x7f)) => format!("a control character (0x{byte:02x})"),
        Some(_) if rest.starts_with(b"\xef\xbb\xbf") => "a byte order mark".to_owned(),
        Some(_) if rest.starts_with(b"\xc2\xa0") => "a no-break space".to_owned(),
        Some(_) if rest.starts_with("\u{200b}".as_bytes()) => "a blank of no width".to_owned(),
        Some(_) => format!("`{}`", String::from_utf8_lossy(found_span(input).of(input.source()))),
    }
}

/// The bytes of the next thing, for a mark: a word, or one character.
pub(super) fn found_span(input: Input<'_>) -> Span {
    let rest = input.rest();
    if rest.is_empty() || newline_len(rest) > 0 {
        return input.span(0);
    }
    // Punctuation that opens or ends something stands for itself; a long thing is cut, never inside a character.
    let length = if matches!(rest[0], b'{' | b'}' | b'(' | b')') { 1 } else { run(rest).max(1) };
    let mut length = length.min(60);
    while length > 1 && length < rest.len() && rest[length] & 0xc0 == 0x80 {
        length -= 1;
    }
    input.span(length)
}
