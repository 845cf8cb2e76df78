//! A file as a list of items, and how it is read.

use super::abi::{Abi, abi};
use super::alias::{Alias, alias};
use super::block::{RuleBlock, rule_block};
use super::boolean::{BooleanAssignment, boolean_assignment};
use super::conditional::{Conditional, conditional};
use super::error::{Failure, SyntaxError, fail};
use super::include::{Include, include};
use super::input::{Input, Res, State};
use super::lexical::{blanks, comment, found, found_span, is_hash_include, is_keyword, name, space};
use super::profile::{Profile, bare_profile, profile};
use super::qualifiers::{Qualifiers, qualifiers};
use super::recovery::{block_on_line, recover};
use super::rule::{Rule, rule};
use super::variable::{Assignment, assignment};
use crate::source::Span;
use crate::vocabulary::Version;

/// A file: its items in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct File {
    /// Everything at the top level.
    pub items: Vec<Item>,
    /// Every comment of the file in order, also those inside rules.
    pub comments: Vec<Comment>,
}

/// What [`parse`] returns: always a tree, and what is wrong with the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parse {
    /// The tree.
    pub file: File,
    /// The errors, in the order of their places.
    pub errors: Vec<SyntaxError>,
}

/// A comment, from `#` up to its line end, which is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// The bytes, `#` included.
    pub span: Span,
}

/// One item: a rule, a directive, a block, or a comment on a line of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// From the first byte through the comma or brace; without the trailing comment.
    pub span: Span,
    /// What it is.
    pub kind: ItemKind,
    /// The comment behind it on the same line.
    pub comment: Option<Comment>,
}

/// What an item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemKind {
    /// A comment on a line of its own.
    Comment(Comment),
    /// `abi <abi/4.0>,`
    Abi(Abi),
    /// `include <abstractions/base>`
    Include(Include),
    /// `@{A} = /a /b`
    Assignment(Assignment),
    /// `${B} = true`
    BooleanAssignment(BooleanAssignment),
    /// `alias /a -> /b,`
    Alias(Alias),
    /// `profile a { … }`, `hat a { … }`, `^a { … }`, `/bin/a { … }`
    Profile(Box<Profile>),
    /// `if … { … } else { … }`
    Conditional(Box<Conditional>),
    /// `audit { … }`
    Block(Box<RuleBlock>),
    /// Any rule that ends in a comma.
    Rule(Box<Rule>),
    /// Text that could not be read; its error is in [`Parse::errors`].
    Error(ErrorNode),
}

impl ItemKind {
    /// The kind in a word; for a rule the keyword that it is known by.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Comment(_) => "comment",
            Self::Abi(_) => "abi",
            Self::Include(_) => "include",
            Self::Assignment(_) => "assignment",
            Self::BooleanAssignment(_) => "boolean assignment",
            Self::Alias(_) => "alias",
            Self::Profile(_) => "profile",
            Self::Conditional(_) => "conditional",
            Self::Block(_) => "block",
            Self::Rule(rule) => rule.kind.name(),
            Self::Error(_) => "error",
        }
    }
}

/// Text that could not be read, kept as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorNode {
    /// The text.
    pub span: Span,
}

/// Reads a file. Never fails: what is wrong is in [`Parse::errors`], and the tree holds the rest.
#[must_use]
pub fn parse(source: &[u8]) -> Parse {
    parse_for(source, Version::NEWEST)
}

/// Reads a file as that version of apparmor_parser does. What came later is read all the same, so that an error can say what
/// it needs; only where the older version reads the same text as something else is it followed: to 3.0, `userns r,` is about a
/// file.
#[must_use]
pub fn parse_for(source: &[u8], version: Version) -> Parse {
    let state = State::new(version);
    let mut input = Input::new(source, &state);
    let mut items = Vec::new();
    if source.starts_with(b"\xef\xbb\xbf") {
        let mark = input.span(3);
        state.report(
            SyntaxError::new(mark, "the file begins with a byte order mark")
                .help("save the file as UTF-8 without a byte order mark")
                .fix("remove the mark", mark, *b""),
        );
        items.push(error_item(mark));
        input = input.skip(3);
    }
    loop {
        input = items_until_close(input, &mut items);
        if input.peek().is_none() {
            break;
        }
        // A `}` that closes nothing: it is said once for a run of them.
        let mut after = input.skip(1);
        while space(after).peek() == Some(b'}') {
            after = space(after).skip(1);
        }
        state.report(match state.closed_early() {
            Some(early) => SyntaxError::new(input.span(1), "this `}` closes nothing")
                .related(early.close, "this `}` stands further in than the block that it closes")
                .help("remove the `}` that is too many"),
            None => SyntaxError::new(input.span(1), "this `}` closes nothing")
                .help("remove it, or look above for a block that was closed too early"),
        });
        items.push(error_item(input.span_to(after)));
        input = after;
    }
    let (mut errors, comments) = state.into_parts();
    errors.sort_by_key(|error| error.span);
    errors.dedup();
    Parse { file: File { items, comments }, errors }
}

/// Reads items up to a `}`, which is left, or to the end of the file.
pub(super) fn items_until_close<'a>(mut input: Input<'a>, items: &mut Vec<Item>) -> Input<'a> {
    loop {
        input = space(input);
        if let Ok((rest, comment)) = comment(input) {
            items.push(Item { span: comment.span, kind: ItemKind::Comment(comment), comment: None });
            input = rest;
            continue;
        }
        if matches!(input.peek(), None | Some(b'}')) {
            return input;
        }
        let (rest, kind) = match item(input) {
            Ok(read) => read,
            Err(error) => {
                let error = match error {
                    nom::Err::Failure(Failure::Syntax(error)) | nom::Err::Error(Failure::Syntax(error)) => {
                        *error
                    }
                    _ => unexpected(input),
                };
                let (rest, kind) = recover(input, error);
                rest.state.swallow(input.span_to(rest).of(rest.source()));
                (rest, kind)
            }
        };
        let span = input.span_to(rest);
        let (rest, comment) = trailing_comment(rest);
        items.push(Item { span, kind, comment });
        input = rest;
    }
}

/// The comment behind an item on the same line.
pub(super) fn trailing_comment(input: Input<'_>) -> (Input<'_>, Option<Comment>) {
    match comment(blanks(input)) {
        Ok((rest, comment)) => (rest, Some(comment)),
        Err(_) => (input, None),
    }
}

/// An item that keeps text which could not be read.
pub(super) fn error_item(span: Span) -> Item {
    Item { span, kind: ItemKind::Error(ErrorNode { span }), comment: None }
}

/// One item; the next byte decides what is tried.
pub(super) fn item(input: Input<'_>) -> Res<'_, ItemKind> {
    match input.peek() {
        Some(b'@') => or_else(input, |input| boxed(input, assignment, ItemKind::Assignment), path_item),
        Some(b'$') => boxed(input, boolean_assignment, ItemKind::BooleanAssignment),
        Some(b'/' | b'"' | b':' | b'&') => path_item(input),
        Some(b'^') => boxed(input, profile, |profile| ItemKind::Profile(Box::new(profile))),
        Some(b'{') if let Some(error) = variable_without_sigil(input) => fail(error),
        Some(b'{') => boxed(
            input,
            |input| rule_block(input, Qualifiers::at(input.offset())),
            |block| ItemKind::Block(Box::new(block)),
        ),
        Some(b'#') if is_hash_include(input.rest()) => {
            boxed(input, |input| include(input, Qualifiers::at(input.offset())), ItemKind::Include)
        }
        Some(byte) if byte.is_ascii_alphabetic() => word_item(input),
        _ => fail(unexpected(input)),
    }
}

/// `{HOME}/x`: a path that begins with a variable whose `@` is missing.
fn variable_without_sigil(input: Input<'_>) -> Option<SyntaxError> {
    let (after, _) = name(input.skip(1)).ok()?;
    if !after.rest().starts_with(b"}/") {
        return None;
    }
    let span = found_span(after.skip(1));
    let whole = Span::new(input.offset(), span.end as usize);
    let text = String::from_utf8_lossy(whole.of(input.source())).into_owned();
    let error = SyntaxError::new(whole, format!("expected a rule, found `{text}`"));
    Some(error.help(format!("write `@{text}` if a variable is meant")))
}

/// An item that begins with a word.
fn word_item(input: Input<'_>) -> Res<'_, ItemKind> {
    let (_, word) = name(input)?;
    match word.raw(input.source()) {
        b"abi" => boxed(input, abi, ItemKind::Abi),
        b"alias" | b"rewrite" => boxed(input, alias, ItemKind::Alias),
        b"profile" | b"hat" => boxed(input, profile, |profile| ItemKind::Profile(Box::new(profile))),
        b"if" => boxed(input, conditional, |conditional| ItemKind::Conditional(Box::new(conditional))),
        b"include" => boxed(input, |input| include(input, Qualifiers::at(input.offset())), ItemKind::Include),
        // A word and the rest of a head: a profile that lacks the keyword.
        _ if block_on_line(input).is_some() => or_else(
            input,
            |input| boxed(input, bare_profile, |profile| ItemKind::Profile(Box::new(profile))),
            qualified_item,
        ),
        _ => qualified_item(input),
    }
}

/// A path begins a file rule, or a profile without the keyword: what follows the path decides.
fn path_item(input: Input<'_>) -> Res<'_, ItemKind> {
    or_else(
        input,
        |input| boxed(input, bare_profile, |profile| ItemKind::Profile(Box::new(profile))),
        |input| {
            boxed(
                input,
                |input| rule(input, Qualifiers::at(input.offset())),
                |rule| ItemKind::Rule(Box::new(rule)),
            )
        },
    )
}

/// A rule, a rule block or an include, with the qualifiers before it.
fn qualified_item(input: Input<'_>) -> Res<'_, ItemKind> {
    let (rest, qualifiers) = qualifiers(input)?;
    if rest.peek() == Some(b'{') {
        return boxed(rest, |rest| rule_block(rest, qualifiers), |block| ItemKind::Block(Box::new(block)));
    }
    if let Ok((_, word)) = name(rest) {
        match word.raw(rest.source()) {
            b"include" => return boxed(rest, |rest| include(rest, qualifiers), ItemKind::Include),
            keyword @ (b"profile" | b"hat" | b"if" | b"abi") if !qualifiers.span.is_empty() => {
                let keyword = String::from_utf8_lossy(keyword);
                return fail(
                    SyntaxError::new(qualifiers.span, format!("a qualifier cannot stand before `{keyword}`"))
                        .code("qualifier-not-allowed")
                        .help("remove it, or put it before the rules inside"),
                );
            }
            _ => {}
        }
    }
    if is_hash_include(rest.rest()) {
        return boxed(rest, |rest| include(rest, qualifiers), ItemKind::Include);
    }
    boxed(rest, |rest| rule(rest, qualifiers), |rule| ItemKind::Rule(Box::new(rule)))
}

/// Maps the result of a parser.
fn boxed<'a, T>(
    input: Input<'a>,
    parser: impl FnOnce(Input<'a>) -> Res<'a, T>,
    wrap: impl FnOnce(T) -> ItemKind,
) -> Res<'a, ItemKind> {
    parser(input).map(|(rest, value)| (rest, wrap(value)))
}

/// The first parser, or the second where the first says that it is something else.
fn or_else<'a, T>(
    input: Input<'a>,
    first: impl FnOnce(Input<'a>) -> Res<'a, T>,
    second: impl FnOnce(Input<'a>) -> Res<'a, T>,
) -> Res<'a, T> {
    match first(input) {
        Err(nom::Err::Error(_)) => second(input),
        result => result,
    }
}

/// What is said where nothing can begin.
fn unexpected(input: Input<'_>) -> SyntaxError {
    let span = found_span(input);
    let error = SyntaxError::new(span, format!("expected a rule or `}}`, found {}", found(input)));
    let rest = input.rest();
    if rest.first() == Some(&b',') {
        return SyntaxError::new(span, "this `,` ends nothing")
            .help("remove the comma: includes, assignments and blocks end without one")
            .fix("remove the comma", span, *b"");
    }
    if let Some(help) = foreign_mark(input) {
        return error.help(help);
    }
    match rest.first() {
        Some(b'\r') => error.help("end lines with LF or CR LF; a carriage return alone is no line end"),
        Some(b';') => error.help("remove it: rules end with `,`, includes and blocks with nothing; comments begin with `#`"),
        Some(b'"') => error.help("a quoted path must begin with `/`, `@{…}`, `:` or `&` inside the quotes"),
        Some(b'(' | b')') => error.help("nothing begins with a parenthesis: remove it"),
        Some(b'~') => error.help("a path knows no `~`; write `@{HOME}`, which `tunables/global` declares"),
        Some(b'*' | b'[' | b'{' | b'.' | b'\\') => error.help("a path must begin with `/` or a variable"),
        _ if rest.starts_with(b"\xef\xbb\xbf") => error.help("save the file without a byte order mark"),
        // Curly quotation marks, single and double.
        _ if matches!(rest, [0xe2, 0x80, 0x98..=0x9f, ..]) => {
            error.help("write `\"`: curly quotation marks come from word processors and web pages, and quote nothing here")
        }
        _ if rest.starts_with(b"\xc2\xa0") => error.help("replace the no-break space by a space"),
        _ if is_keyword(span.of(input.source())) => error.help("this word cannot begin a rule"),
        _ => error,
    }
}

/// What web pages, patches and merges leave in a file.
fn foreign_mark(input: Input<'_>) -> Option<&'static str> {
    let line = input.rest().split(|byte| *byte == b'\n').next().unwrap_or_default();
    let begins_line = input.source()[..input.offset()].last().is_none_or(|byte| *byte == b'\n');
    let begins = |mark: &[u8]| line.starts_with(mark);
    if begins(b"```") || begins(b"~~~") {
        Some("remove the line: it is Markdown, and no part of the profile")
    } else if begins(b"<<<<<<<") || begins(b"=======") || begins(b">>>>>>>") {
        Some("a merge was left unfinished: keep one of the two sides, and remove its three marks")
    } else if begins(b"...") || begins("…".as_bytes()) {
        Some("remove the dots: they stand for rules that are not shown")
    } else if begins_line && (begins(b"+") || begins(b"-")) {
        Some("remove the sign: a patch has it before its lines, a profile does not")
    } else if begins_line && line.first().is_some_and(u8::is_ascii_digit) {
        Some("remove the number: lines of a profile are not numbered")
    } else if ["\u{200b}", "\u{200c}", "\u{200d}", "\u{2060}"].iter().any(|mark| begins(mark.as_bytes())) {
        Some("remove the character, which cannot be seen")
    } else {
        None
    }
}

/// The limit on nesting, checked before a block is entered.
pub(super) fn check_depth(input: Input<'_>) -> Result<(), nom::Err<Failure>> {
    if input.state.depth() < super::MAX_NESTING {
        return Ok(());
    }
    input.state.give_up();
    fail(
        SyntaxError::new(
            input.span(1),
            format!("blocks are nested deeper than {} levels", super::MAX_NESTING),
        )
        .code("limit")
        .note("this is a limit of aakit, not of the language; nothing behind this place was read"),
    )
}
