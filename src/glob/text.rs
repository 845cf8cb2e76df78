//! The text of a glob to its parts: wildcards, classes, groups and characters (apparmor.d(5), "Globbing").
//! What the parts mean is left to [`translate`](super::translate).

use super::error::{GlobError, GlobErrorKind};
use super::escape;
use nom::Parser;
use nom::bytes::complete::take_while1;
use nom::error::{ErrorKind, ParseError};
use std::ops::Range;

/// The deepest nesting of groups that apparmor_parser takes.
const DEEPEST: usize = 49;

/// One part of a glob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Characters outside of classes that stand for themselves, none of them with a backslash.
    Run(Box<[u8]>),
    /// One character.
    Byte {
        /// The character.
        byte: u8,
        /// Had it a backslash in front?
        escaped: bool,
    },
    /// NUL, written as a number.
    Nul,
    /// `?`
    Any,
    /// A run of stars.
    Stars {
        /// How many.
        count: usize,
        /// Does a `/` or the end of the whole text follow?
        ends_element: bool,
    },
    /// `[...]`: what is between the brackets.
    Class(Vec<Spanned>),
    /// `{...,...}`: the alternatives.
    Group(Vec<Vec<Spanned>>),
}

/// A part and the bytes of the text that it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spanned {
    pub(super) part: Part,
    pub(super) at: Range<usize>,
}

/// Reads the whole text.
pub(super) fn parse(text: &[u8]) -> Result<Vec<Spanned>, GlobError> {
    let context = Context { text };
    match context.sequence(text, 0) {
        Ok((rest, parts)) => match rest.first() {
            None => Ok(parts),
            Some(_) => Err(context.error(GlobErrorKind::UnopenedGroup, rest, 1)),
        },
        Err(nom::Err::Failure(Failure(error)) | nom::Err::Error(Failure(error))) => Err(error),
        Err(nom::Err::Incomplete(_)) => Err(context.error(GlobErrorKind::UnclosedGroup, text, text.len())),
    }
}

/// Is it certain, by one look at each byte, that the text can be read, and what it stands for too? `false` says nothing: escapes and
/// odd classes are left to [`parse`].
pub(super) fn is_sound(text: &[u8]) -> bool {
    // For each group that is open, innermost last, a bit: has it a comma? More than fit are left to the parser.
    let (mut depth, mut commas) = (0, 0u64);
    let mut rest = text;
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        match byte {
            b'\\' | b']' => return false,
            b'{' if depth == DEEPEST => return false,
            b'{' => {
                depth += 1;
                commas <<= 1;
            }
            b',' if depth > 0 => commas |= 1,
            b'}' if depth == 0 || commas & 1 == 0 => return false,
            b'}' => {
                depth -= 1;
                commas >>= 1;
            }
            b'[' => match sound_class(behind) {
                0 => return false,
                length => rest = &behind[length..],
            },
            _ => {}
        }
    }
    depth == 0
}

/// The length of a class of ordinary characters and ranges of them through its `]`; 0 for any other.
fn sound_class(text: &[u8]) -> usize {
    let is_plain =
        |byte: u8| !matches!(byte, 0 | b'[' | b']' | b'{' | b'}' | b'\\' | b'*' | b'?' | b',' | b'-' | b'^');
    let start = usize::from(text.first() == Some(&b'^'));
    let mut at = start;
    loop {
        match text[at..] {
            [b']', ..] if at > start => return at + 1,
            [first, b'-', last, ..] if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() => {
                at += 3
            }
            [first, ..] if is_plain(first) => at += 1,
            // In front a hyphen stands for itself.
            [b'-', next, ..] if at == start && is_plain(next) => at += 1,
            _ => return 0,
        }
    }
}

type Parsed<'a, T> = Result<(&'a [u8], T), nom::Err<Failure>>;

/// The error type that nom carries around.
#[derive(Debug)]
struct Failure(GlobError);

impl ParseError<&[u8]> for Failure {
    fn from_error_kind(input: &[u8], _: ErrorKind) -> Self {
        Self(GlobError { kind: GlobErrorKind::UnclosedGroup, at: 0..input.len() })
    }

    fn append(_: &[u8], _: ErrorKind, other: Self) -> Self {
        other
    }
}

/// The whole text, to tell offsets from what is left of it.
#[derive(Clone, Copy)]
struct Context<'a> {
    text: &'a [u8],
}

impl<'a> Context<'a> {
    /// Parts up to the end of the text, or within a group up to its comma or end.
    fn sequence(self, mut input: &'a [u8], depth: usize) -> Parsed<'a, Vec<Spanned>> {
        let mut parts = Vec::new();
        loop {
            match input.first() {
                None | Some(b'}') => return Ok((input, parts)),
                Some(b',') if depth > 0 => return Ok((input, parts)),
                Some(_) => {}
            }
            let is_special =
                |byte: &u8| matches!(byte, b'*' | b'?' | b'[' | b']' | b'{' | b'}' | b',' | b'\\');
            let run = input.iter().position(is_special).unwrap_or(input.len());
            let (rest, part) = match run {
                0 => self.part(input, depth)?,
                _ => (&input[run..], Part::Run(input[..run].into())),
            };
            parts.push(Spanned { part, at: self.offset(input)..self.offset(rest) });
            input = rest;
        }
    }

    fn part(self, input: &'a [u8], depth: usize) -> Parsed<'a, Part> {
        match input.first() {
            Some(b'[') => self.class(input),
            Some(b']') => Err(self.failure(GlobErrorKind::UnopenedClass, input, 1)),
            Some(b'{') => self.group(input, depth + 1),
            _ => self.simple(input),
        }
    }

    fn group(self, input: &'a [u8], depth: usize) -> Parsed<'a, Part> {
        if depth > DEEPEST {
            return Err(self.failure(GlobErrorKind::TooDeep, input, 1));
        }
        let mut alternatives = Vec::new();
        let mut rest = &input[1..];
        loop {
            let (behind, parts) = self.sequence(rest, depth)?;
            alternatives.push(parts);
            match behind.first() {
                None => return Err(self.failure(GlobErrorKind::UnclosedGroup, input, 1)),
                Some(b',') => rest = &behind[1..],
                Some(_) if alternatives.len() < 2 => {
                    let length = input.len() - behind.len() + 1;
                    return Err(self.failure(GlobErrorKind::LoneAlternative, input, length));
                }
                Some(_) => return Ok((&behind[1..], Part::Group(alternatives))),
            }
        }
    }

    fn class(self, input: &'a [u8]) -> Parsed<'a, Part> {
        let mut parts = Vec::new();
        let mut rest = &input[1..];
        loop {
            match rest.first() {
                None => return Err(self.failure(GlobErrorKind::UnclosedClass, input, 1)),
                Some(b']') => return Ok((&rest[1..], Part::Class(parts))),
                Some(_) => {}
            }
            let (behind, part) = self.simple(rest)?;
            parts.push(Spanned { part, at: self.offset(rest)..self.offset(behind) });
            rest = behind;
        }
    }

    /// What stands in a class as well as outside of one.
    fn simple(self, input: &'a [u8]) -> Parsed<'a, Part> {
        match input {
            [b'*', ..] => {
                let (rest, run) = take_while1(|byte| byte == b'*').parse(input)?;
                let ends_element = matches!(rest.first(), None | Some(b'/'));
                Ok((rest, Part::Stars { count: run.len(), ends_element }))
            }
            [b'?', rest @ ..] => Ok((rest, Part::Any)),
            [b'\\'] => Err(self.failure(GlobErrorKind::TrailingBackslash, input, 1)),
            [b'\\', byte, rest @ ..] => match escape::number(&input[1..]) {
                Ok((behind, 0)) => Ok((behind, Part::Nul)),
                _ => Ok((rest, Part::Byte { byte: *byte, escaped: true })),
            },
            [byte, rest @ ..] => Ok((rest, Part::Byte { byte: *byte, escaped: false })),
            [] => Err(self.failure(GlobErrorKind::UnclosedGroup, input, 0)),
        }
    }

    fn offset(self, rest: &[u8]) -> usize {
        self.text.len() - rest.len()
    }

    fn error(self, kind: GlobErrorKind, from: &[u8], length: usize) -> GlobError {
        let start = self.offset(from);
        GlobError { kind, at: start..start + length }
    }

    fn failure(self, kind: GlobErrorKind, from: &[u8], length: usize) -> nom::Err<Failure> {
        nom::Err::Failure(Failure(self.error(kind, from, length)))
    }
}
