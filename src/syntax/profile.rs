//! Profiles, children and hats: `profile a /bin/a flags=(complain) { … }`, `hat b { … }`, `^b { … }`, `/bin/a { … }`.

use super::block::{Block, block, unopened_block};
use super::clause::{Condition, condition_list};
use super::error::{Failure, SyntaxError, fail, miss};
use super::file::check_depth;
use super::file_rule::permissions_in_parentheses;
use super::input::{Input, Res};
use super::lexical::{
    blanks, character, found, found_span, keyword, line_feeds, list, list_word, missing_parenthesis, name,
    newline_len, path, separators, target_name, trivia,
};
use super::recovery::{begins_item, block_on_line};
use super::rule::simple_rule;
use super::word::{List, Word};
use crate::source::Span;
use crate::vocabulary::{ProfileFlag, Word as _, did_you_mean};

/// A profile of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// How it begins.
    pub kind: ProfileKind,
    /// `profile`, `hat` or `^`.
    pub keyword: Option<Span>,
    /// The name.
    pub name: Word,
    /// The attachment: which programs it is for.
    pub attachment: Option<Word>,
    /// `xattrs=(…)`
    pub xattrs: Option<Xattrs>,
    /// Each `+identities=(…)`.
    pub identities: Vec<Identities>,
    /// `flags=(…)`, or the list without the word.
    pub flags: Option<Flags>,
    /// The rules.
    pub body: Block,
}

impl Profile {
    /// One with nothing between its name and its rules.
    fn plain(kind: ProfileKind, keyword: Option<Span>, name: Word, body: Block) -> Self {
        let (attachment, xattrs, flags) = (None, None, None);
        Self { kind, keyword, name, attachment, xattrs, identities: Vec::new(), flags, body }
    }
}

/// How a profile begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProfileKind {
    /// `profile NAME`
    Profile,
    /// `hat NAME` or `^NAME`
    Hat,
    /// A path or namespace without a keyword: only at the top level.
    Bare,
}

/// `xattrs=(…)`: extended attributes that the program's file must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Xattrs {
    /// From the word through `)`.
    pub span: Span,
    /// Name and value of each.
    pub conditions: Vec<Condition>,
}

/// `+identities=(…)`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identities {
    /// From `+` through `)`.
    pub span: Span,
    /// The names.
    pub list: List,
}

/// `flags=(…)` or `(…)`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flags {
    /// From the word, or from `(`, through `)`.
    pub span: Span,
    /// The word `flags`, where it was written.
    pub keyword: Option<Span>,
    /// The flags.
    pub list: List,
}

/// A profile that begins with `profile`, `hat` or `^`.
pub(super) fn profile(input: Input<'_>) -> Res<'_, Profile> {
    let (kind, rest, span) = if let Ok((rest, span)) = character(b'^')(input) {
        (ProfileKind::Hat, rest, span)
    } else if let Ok((rest, span)) = keyword("hat")(input) {
        (ProfileKind::Hat, blanks(rest), span)
    } else {
        let (rest, span) = keyword("profile")(input)?;
        (ProfileKind::Profile, blanks(rest), span)
    };
    if input.peek() != Some(b'^') && rest.peek() == Some(b'=') {
        return fail(
            SyntaxError::new(rest.span(1), "expected a name, found `=`")
                .help("a name that begins with `=` must stand in quotes"),
        );
    }
    let (rest, name) = match target_name(rest) {
        Err(nom::Err::Error(_)) => {
            let word = String::from_utf8_lossy(span.of(input.source())).into_owned();
            let message = format!("expected a name behind `{word}`, found {}", found(rest));
            if let Ok((_, name)) = target_name(blanks(rest)) {
                let blank = Span::new(rest.offset(), name.span.start as usize);
                let name = name.display(input.source());
                return fail(
                    SyntaxError::new(blank, "a blank stands between `^` and the name of the hat")
                        .help(format!("write `^{name}`"))
                        .fix("remove the blank", blank, *b""),
                );
            }
            return fail(match newline_len(rest.rest()) {
                0 => SyntaxError::new(found_span(rest), message),
                _ => SyntaxError::new(span, message).help("the name must stand on the same line"),
            });
        }
        result => result?,
    };
    if name.raw(input.source()) == b"{" && trivia(rest).peek() != Some(b'{') {
        let word = String::from_utf8_lossy(span.of(input.source())).into_owned();
        return fail(
            SyntaxError::new(span, format!("expected a name behind `{word}`, found `{{`"))
                .help(format!("write `{word} NAME {{`")),
        );
    }
    head(input, rest, kind, Some(span), name)
}

/// A profile that begins with a path: misses where it is a file rule.
pub(super) fn bare_profile(input: Input<'_>) -> Res<'_, Profile> {
    let (rest, name) = path(input)?;
    if !begins_head(trivia(rest)) {
        return miss();
    }
    let (rest, profile) = head(input, rest, ProfileKind::Bare, None, name)?;
    if input.state.depth() > 0 {
        let text = name.display(input.source()).into_owned();
        input.state.report(
            SyntaxError::new(name.span, "a profile inside another needs the keyword `profile`")
                .help(format!("write `profile {text} {{`"))
                .fix("add the keyword", Span::at(name.span.start as usize), *b"profile "),
        );
    }
    Ok((rest, profile))
}

/// Does what follows a path make it the head of a profile?
fn begins_head(input: Input<'_>) -> bool {
    match input.peek() {
        Some(b'(') => permissions_in_parentheses(input).is_none(),
        Some(b'{' | b'+') => true,
        Some(b'/' | b'@' | b'"' | b':' | b'&') => path(input).is_ok_and(|(rest, _)| {
            // Two paths in a row: a head, if a brace or flags follow.
            let rest = trivia(rest);
            matches!(rest.peek(), Some(b'{' | b'(' | b'+')) || is_clause_word(rest)
        }),
        _ => is_clause_word(input),
    }
}

/// `flags =`, `xattrs =`
fn is_clause_word(input: Input<'_>) -> bool {
    match name(input) {
        Ok((rest, word)) => {
            matches!(word.raw(input.source()), b"flags" | b"xattrs") && blanks(rest).peek() == Some(b'=')
        }
        Err(_) => false,
    }
}

/// What follows the name.
fn head<'a>(
    start: Input<'a>,
    rest: Input<'a>,
    kind: ProfileKind,
    keyword: Option<Span>,
    name: Word,
) -> Res<'a, Profile> {
    check_depth(start)?;
    if let Some((name, brace)) = glued_brace(rest, name) {
        let (rest, body) = block(brace)?;
        return Ok((rest, Profile::plain(kind, keyword, name, body)));
    }
    match clauses(start, rest, kind, keyword, name) {
        Ok((brace, mut profile)) => {
            let (rest, body) = if brace.peek() == Some(b'{') { block(brace)? } else { unopened_block(brace) };
            profile.body = body;
            Ok((rest, profile))
        }
        // What follows the name cannot be read, but the block can.
        Err(nom::Err::Failure(Failure::Syntax(error))) => {
            let brace = block_on_line(rest).or_else(|| brace_at_line_end(rest));
            let Some(brace) = brace.filter(|brace| brace.offset() >= error.span.start as usize) else {
                return Err(nom::Err::Failure(Failure::Syntax(error)));
            };
            let attachment = attachment_before(rest, brace.offset());
            start.state.report(*error);
            let (rest, body) = block(brace)?;
            Ok((rest, Profile { attachment, ..Profile::plain(kind, keyword, name, body) }))
        }
        Err(error) => Err(error),
    }
}

/// A brace that ends the line, glued to what cannot be read.
fn brace_at_line_end(head: Input<'_>) -> Option<Input<'_>> {
    let line = head.rest().split(|byte| *byte == b'\n').next()?.trim_ascii_end();
    line.ends_with(b"{").then(|| head.skip(line.len() - 1))
}

/// The attachment of a head that cannot be read: the rules inside may name it as `@{exec_path}`.
fn attachment_before(head: Input<'_>, brace: usize) -> Option<Word> {
    let mut rest = trivia(head);
    while rest.offset() < brace {
        if let Ok((after, word)) = path(rest)
            && after.offset() <= brace
            && matches!(word.text(head.source()).first(), Some(b'/' | b'@'))
        {
            return Some(word);
        }
        rest = trivia(target_name(rest).map_or(rest.skip(1), |(after, _)| after));
    }
    None
}

/// A word that has swallowed the `{` behind it. Reports the missing blank; returns the word without it, and the place of
/// the brace.
fn glued_brace<'a>(after: Input<'a>, word: Word) -> Option<(Word, Input<'a>)> {
    let stem = word.raw(after.source()).strip_suffix(b"{").filter(|stem| !stem.is_empty())?;
    if trivia(after).peek() == Some(b'{') || begins_head(trivia(after)) {
        return None;
    }
    let start = word.span.start as usize;
    let brace = after.at(start + stem.len());
    after.state.report(
        SyntaxError::new(brace.span(1), "a blank is missing before `{`")
            .label("glued to the name, the brace belongs to it")
            .help("put a blank before `{`")
            .fix("add the blank", Span::at(brace.offset()), *b" "),
    );
    Some((Word { span: Span::new(start, brace.offset()) }, brace))
}

/// What stands between the name and the block, up to the brace.
fn clauses<'a>(
    start: Input<'a>,
    rest: Input<'a>,
    kind: ProfileKind,
    keyword: Option<Span>,
    name: Word,
) -> Res<'a, Profile> {
    let body = Block { open: rest.span(0), comment: None, items: Vec::new(), close: rest.span(0) };
    let mut end = rest;
    let mut rest = trivia(rest);
    let mut attachment = None;
    let is_rule = end.span_to(rest).of(start.source()).contains(&b'\n')
        && rest.state.speculate(|| simple_rule(rest).is_ok());
    if let Ok((after, word)) = path(rest)
        && !is_rule
    {
        let text = word.text(start.source());
        if !matches!(text.first(), Some(b'/' | b'@')) {
            return fail(bad_attachment(rest, word));
        }
        if let Some((word, brace)) = glued_brace(after, word) {
            let attachment = Some(word);
            let profile = Profile {
                kind,
                keyword,
                name,
                attachment,
                xattrs: None,
                identities: Vec::new(),
                flags: None,
                body,
            };
            return Ok((brace, profile));
        }
        attachment = Some(word);
        end = after;
        rest = trivia(after);
    }
    let (after, xattrs) = xattrs(rest)?;
    if xattrs.is_some() {
        end = after;
        rest = trivia(after);
    }
    let mut identities = Vec::new();
    while rest.peek() == Some(b'+') {
        let (after, identity) = identity(rest)?;
        identities.push(identity);
        end = after;
        rest = trivia(after);
    }
    let (after, flags) = flags(rest)?;
    if flags.is_some() {
        end = after;
        rest = trivia(after);
    }
    if rest.peek() != Some(b'{') {
        if begins_next_line(end, rest) {
            let open = Span::new(end.offset(), end.offset());
            rest.state.report(
                SyntaxError::new(start.span_to(end), "`{` is missing behind the head of this profile")
                    .help("put ` {` behind the head")
                    .fix("add the brace", open, *b" {"),
            );
            return Ok((end, Profile { kind, keyword, name, attachment, xattrs, identities, flags, body }));
        }
        return fail(no_brace(start, rest, end));
    }
    Ok((rest, Profile { kind, keyword, name, attachment, xattrs, identities, flags, body }))
}

/// Does something that is no brace begin on a later line? Then the block has begun without its brace.
fn begins_next_line(end: Input<'_>, rest: Input<'_>) -> bool {
    rest.peek().is_some_and(|byte| byte != b'}')
        && end.span_to(rest).of(end.source()).contains(&b'\n')
        && rest.state.speculate(|| begins_item(rest))
}

fn bad_attachment(input: Input<'_>, word: Word) -> SyntaxError {
    let text = word.display(input.source());
    let behind = input.at(word.span.end as usize);
    if let Ok((end, rest)) = path(behind) {
        let all = input.at(word.span.start as usize).span_to(end);
        let text = format!("{text}{}", rest.display(input.source()));
        return SyntaxError::new(all, format!("the attachment `{text}` does not begin with `/`"))
            .code("relative-path")
            .help(format!("write `/{text}`: an attachment is an absolute path, or begins with a variable"));
    }
    let error =
        SyntaxError::new(word.span, format!("expected an attachment, `flags=(…)` or `{{`, found `{text}`"));
    if ProfileFlag::from_name(text.as_bytes()).is_some() {
        return error.help(format!("write flags as a list: `flags=({text})`"));
    }
    error.help("an attachment begins with `/` or a variable; a name with blanks must be quoted")
}

fn no_brace(start: Input<'_>, rest: Input<'_>, end: Input<'_>) -> SyntaxError {
    let error = match rest.peek() {
        None => SyntaxError::new(start.span_to(end), "this profile has no block")
            .help("put its rules in `{ … }` behind the name"),
        _ => SyntaxError::new(found_span(rest), format!("expected `{{`, found {}", found(rest)))
            .help("the head is: name, attachment, `xattrs=(…)`, `flags=(…)`, then `{`"),
    };
    let meant = name(rest).ok().and_then(|(after, word)| {
        let is_clause = blanks(after).peek() == Some(b'=');
        did_you_mean(&word.display(rest.source()), ["flags", "xattrs"]).filter(|_| is_clause)
    });
    let flag = name(rest)
        .ok()
        .map(|(_, word)| word.raw(rest.source()))
        .filter(|word| ProfileFlag::from_name(word).is_some());
    if let Some(flag) = flag {
        return error.help(format!("write flags as a list: `flags=({})`", String::from_utf8_lossy(flag)));
    }
    match (rest.rest(), meant) {
        (_, Some(meant)) => error.help(format!("did you mean `{meant}=(…)`?")),
        ([b'f', b'l', b'a', b'g', b's', ..], _) => {
            error.help("write the flags in parentheses: `flags=(complain)`")
        }
        ([b',', ..], _) => error.help(
            "a profile's head takes no comma; several attachments are one pattern, such as `/bin/{a,b}`",
        ),
        ([b'/' | b'@', ..], _) => error
            .help("a profile has one attachment: write several paths as one pattern, such as `/bin/{a,b}`"),
        _ => error,
    }
}

/// `xattrs=(…)`
fn xattrs(input: Input<'_>) -> Res<'_, Option<Xattrs>> {
    let Some(rest) = clause(input, "xattrs") else { return Ok((input, None)) };
    let rest = blanks(rest);
    if rest.peek() != Some(b'(') {
        return fail(no_list(rest, "xattrs"));
    }
    let (rest, conditions) = condition_list(rest)?;
    Ok((rest, Some(Xattrs { span: input.span_to(rest), conditions })))
}

/// `+identities=(…)`
fn identity(input: Input<'_>) -> Res<'_, Identities> {
    let Some(rest) = clause(blanks(input.skip(1)), "identities") else {
        return fail(
            SyntaxError::new(input.span(1), "expected `+identities=(…)`, `flags=(…)` or `{`")
                .help("remove the `+`"),
        );
    };
    let (rest, ()) = line_feeds(rest)?;
    if rest.peek() != Some(b'(') {
        return fail(no_list(rest, "+identities"));
    }
    let (rest, list) = list(rest)?;
    Ok((rest, Identities { span: input.span_to(rest), list }))
}

/// `flags=(…)` or the list alone.
fn flags(input: Input<'_>) -> Res<'_, Option<Flags>> {
    let (rest, keyword) = match clause(input, "flags") {
        Some(rest) => (line_feeds(rest)?.0, Some(input.span(5))),
        None if input.peek() == Some(b'(') => (input, None),
        None => return Ok((input, None)),
    };
    if rest.peek() != Some(b'(') {
        let error = no_list(rest, "flags");
        return fail(match target_name(rest) {
            Ok((_, word)) => {
                let shown = word.display(input.source());
                let list = format!("({})", shown.trim_matches(['[', ']', '{', '}']));
                error.fix("put it in parentheses", word.span, list)
            }
            Err(_) => error,
        });
    }
    let (rest, list) = match list_before_brace(rest) {
        Some(read) => read,
        None => list(rest)?,
    };
    let span = input.span_to(rest);
    if list.items.is_empty() {
        return fail(
            SyntaxError::new(span, "the list of flags is empty").help("name a flag, or remove the list"),
        );
    }
    Ok((rest, Some(Flags { span, keyword, list })))
}

/// A list without its `)`, which the brace of the block then ends. Reports it.
fn list_before_brace(input: Input<'_>) -> Option<(Input<'_>, List)> {
    let brace = block_on_line(input)?;
    if input.span_to(brace).of(input.source()).contains(&b')') {
        return None;
    }
    let mut items = Vec::new();
    let mut rest = separators(input.skip(1));
    while rest.offset() < brace.offset() {
        let (after, word) = list_word(rest).ok()?;
        items.push(word);
        rest = separators(after);
    }
    let end = items.last().map_or(input.offset() + 1, |word: &Word| word.span.end as usize);
    input.state.report(missing_parenthesis(input.span(1), end));
    let rest = input.at(end);
    Some((rest, List { span: input.span_to(rest), items }))
}

/// The position behind `WORD =`, if that stands here.
fn clause<'a>(input: Input<'a>, word: &'static str) -> Option<Input<'a>> {
    let (rest, _) = keyword(word)(input).ok()?;
    let rest = blanks(rest);
    (rest.peek() == Some(b'=')).then(|| rest.skip(1))
}

fn no_list(input: Input<'_>, word: &str) -> SyntaxError {
    let error =
        SyntaxError::new(found_span(input), format!("expected `(` behind `{word}=`, found {}", found(input)));
    error.help(format!("write `{word}=(…)`"))
}
