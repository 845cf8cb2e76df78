//! File rules: `/etc/passwd r,`, `r /etc/passwd,`, `/bin/a Px -> b,`, `file,`.

use super::error::{SyntaxError, fail};
use super::input::{Input, Res};
use super::lexical::{
    arrow, blanks, found, found_span, is_keyword, keyword, name, newline_len, path, permissions, space,
    target_name, trivia,
};
use super::qualifiers::one_of;
use super::rule::end_of_rule;
use super::word::Word;
use crate::source::Span;

/// A file rule. With neither path nor permissions it is the bare `file,`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRule {
    /// The keyword `file`, where it was written.
    pub keyword: Option<Span>,
    /// `safe` or `unsafe` before the path.
    pub safety: Option<(Safety, Span)>,
    /// The path; `None` only in a bare `file,`.
    pub path: Option<Word>,
    /// The permissions; `None` in a bare `file,`, and where they are missing (which is an error).
    pub permissions: Option<Word>,
    /// True when the permissions stand before the path.
    pub permissions_first: bool,
    /// `subset` between leading permissions and the path.
    pub subset: Option<Span>,
    /// `-> NAME` behind it.
    pub target: Option<Target>,
}

/// Is the environment cleaned on exec?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// `safe`: variables such as `LD_PRELOAD` are removed.
    Safe,
    /// `unsafe`: the environment is passed on.
    Unsafe,
}

/// `-> NAME`: a profile to change to, or the target of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The arrow.
    pub arrow: Span,
    /// The name.
    pub name: Word,
}

/// A file rule with its comma.
pub(super) fn file_rule(input: Input<'_>) -> Res<'_, FileRule> {
    let mut rule = FileRule {
        keyword: None,
        safety: None,
        path: None,
        permissions: None,
        permissions_first: false,
        subset: None,
        target: None,
    };
    let mut rest = input;
    let mut end;
    if let Ok((after, span)) = keyword("file")(rest) {
        rule.keyword = Some(span);
        end = after.offset();
        rest = trivia(after);
        if matches!(rest.peek(), Some(b',' | b'}') | None) {
            let (rest, ()) = end_of_rule(input, rest, end, "a path or ")?;
            return Ok((rest, rule));
        }
    }
    if let Some((after, index, span)) = one_of(rest, &["safe", "unsafe"]) {
        rule.safety = Some((if index == 0 { Safety::Safe } else { Safety::Unsafe }, span));
        rest = trivia(after);
    }
    if let Ok((after, word)) = path(rest) {
        let (after, word) = whole_path(after, word);
        rule.path = Some(word);
        end = after.offset();
        rest = trivia(after);
        if let Some(after) = stray_comma(rest, word) {
            rest = after;
            if let Ok((after, permissions)) = permissions(rest)
                && ends_line_in_permissions(rest)
            {
                // The comma stands before the permissions instead of behind them, which is told.
                rule.permissions = Some(permissions);
                return Ok((after, rule));
            }
        }
        match permissions(rest).or_else(|error| before_semicolon(rest).ok_or(error)) {
            Ok((after, word)) => {
                rule.permissions = Some(word);
                end = after.offset();
                rest = trivia(after);
            }
            Err(_) if let Some(late) = permissions_behind_target(rest) => {
                let source = rest.source();
                let (path, letters) = (word.display(source), late.display(source));
                let name = arrow(rest).ok().and_then(|(after, _)| target(after).ok());
                let name = name.map_or_else(String::new, |(_, name)| name.display(source).into_owned());
                return fail(
                    SyntaxError::new(late.span, format!("the permissions `{letters}` stand too late"))
                        .help(format!("write `{path} {letters} -> {name},`")),
                );
            }
            Err(error) => match no_permissions(rest, word, &rule) {
                // A bare word is no path that lacks something, but prose or a slip.
                Some(missing) if word.raw(input.source())[0].is_ascii_alphabetic() => return fail(missing),
                Some(missing) => rest.state.report(missing),
                None => {
                    let nom::Err::Error(_) = error else { return Err(error) };
                    return fail(bad_permissions(rest, word));
                }
            },
        }
    } else if let Ok((after, word)) = permissions(rest) {
        rule.permissions = Some(word);
        rule.permissions_first = true;
        rest = trivia(after);
        if let Ok((after, span)) = keyword("subset")(rest) {
            rule.subset = Some(span);
            rest = trivia(after);
        }
        let (after, word) = match path(rest) {
            Ok(found) => found,
            Err(nom::Err::Failure(failure)) => return Err(nom::Err::Failure(failure)),
            Err(_) => return fail(no_path(rest, "behind the permissions")),
        };
        rule.path = Some(word);
        end = after.offset();
        rest = trivia(after);
    } else {
        if let Err(nom::Err::Failure(failure)) = path(rest) {
            return Err(nom::Err::Failure(failure));
        }
        return fail(no_rule(input, rest));
    }
    if let Ok((after, span)) = arrow(rest) {
        let (after, name) = target(after)?;
        rule.target = Some(Target { arrow: span, name });
        end = after.offset();
        rest = trivia(after);
    }
    let expected = if rule.target.is_none() { "`->` or " } else { "" };
    let (rest, ()) = end_of_rule(input, rest, end, expected)?;
    Ok((rest, rule))
}

/// A path that blanks cut in pieces: the rest of the line shows where it ends. Reports that it must be quoted, and goes on
/// with the whole of it.
fn whole_path<'a>(after: Input<'a>, path: Word) -> (Input<'a>, Word) {
    let source = after.source();
    let whole = match unclosed_group(path.raw(source)) {
        true if after.peek() == Some(b',') => group_end(after),
        _ => blank_in_path(after),
    };
    let Some(whole_end) = whole.filter(|_| !path.is_quoted(source)) else { return (after, path) };
    let span = Span::new(path.span.start as usize, whole_end.offset());
    let text = String::from_utf8_lossy(span.of(source)).into_owned();
    let error = if after.peek() == Some(b',') {
        SyntaxError::new(span, format!("the blank in `{text}` ends the path"))
            .note("a comma with a blank behind it ends a rule, inside `{ }` too")
            .help("remove the blank, or quote the path")
    } else {
        SyntaxError::new(span, format!("the path `{text}` holds a blank and is not quoted"))
            .label("without quotes the path ends at the blank")
            .help(format!("write `\"{text}\"`"))
    };
    after.state.report(error.code("unquoted-value").fix("quote the path", span, format!("\"{text}\"")));
    (whole_end, Word { span })
}

fn unclosed_group(path: &[u8]) -> bool {
    let count = |wanted: u8| path.iter().filter(|byte| **byte == wanted).count();
    count(b'{') > count(b'}')
}

/// Behind the brace that closes a group, when permissions follow on the same line.
fn group_end(input: Input<'_>) -> Option<Input<'_>> {
    let line = input.rest().split(|byte| *byte == b'\n').next()?;
    let close = line.iter().position(|byte| *byte == b'}')?;
    let word = line[close..].iter().position(|byte| matches!(byte, b' ' | b'\t'))?;
    let end = input.skip(close + word);
    ends_in_permissions(end).then_some(end)
}

/// The end of a path of several words: the last word of the line that has permissions and the comma behind it.
fn blank_in_path(input: Input<'_>) -> Option<Input<'_>> {
    let start = blanks(input);
    if start.offset() == input.offset() || permissions(start).is_ok() {
        return None;
    }
    let mut rest = start;
    // Further words: neither keywords nor paths, which would rather be rules of their own.
    while let Ok((after, word)) = target_name(rest) {
        let text = word.raw(input.source());
        // A brace that closes a block has no letters glued to it.
        let closes = text[0] == b'}' && !text.get(1).is_some_and(u8::is_ascii_alphanumeric);
        let is_part = !is_keyword(text)
            && !closes
            && !matches!(text[0], b'/' | b'@' | b'"' | b'-' | b'{' | b'#' | b'(' | b':' | b'&')
            && !text.ends_with(b"{")
            && !text.ends_with(b";")
            && !text.contains(&b'=');
        if !is_part {
            return None;
        }
        if ends_in_permissions(after) {
            return Some(after);
        }
        rest = blanks(after);
        if rest.offset() == after.offset() {
            return None;
        }
    }
    None
}

/// Do permissions and the end of a rule stand here, on this line?
fn ends_in_permissions(input: Input<'_>) -> bool {
    let start = blanks(input);
    start.offset() > input.offset()
        && permissions(start).is_ok_and(|(after, _)| {
            let after = blanks(after);
            after.peek() == Some(b',') || arrow(after).is_ok()
        })
}

/// A comma between a path and its permissions. Reports it and goes on behind it.
fn stray_comma<'a>(input: Input<'a>, path: Word) -> Option<Input<'a>> {
    let behind = input.peek().filter(|byte| *byte == b',').map(|_| input.skip(1))?;
    let is_path = path.text(input.source()).first().is_some_and(|byte| matches!(byte, b'/' | b'@'));
    if !is_path || !(ends_in_permissions(behind) || ends_line_in_permissions(behind)) {
        return None;
    }
    let comma = input.span(1);
    input.state.report(
        SyntaxError::new(
            comma,
            format!("a comma stands between `{}` and its permissions", path.display(input.source())),
        )
        .label("this comma ends the rule")
        .help("remove the comma")
        .fix("remove the comma", comma, *b""),
    );
    Some(blanks(behind))
}

/// Do permissions stand here, and nothing more on this line?
fn ends_line_in_permissions(input: Input<'_>) -> bool {
    permissions(blanks(input)).is_ok_and(|(after, _)| newline_len(blanks(after).rest()) > 0)
}

/// Permissions with `;` glued to them, which [`end_of_rule`] then reports.
fn before_semicolon(input: Input<'_>) -> Option<(Input<'_>, Word)> {
    let length = input.rest().iter().position(|byte| !byte.is_ascii_alphabetic())?;
    let word = &input.rest()[..length];
    let is_permissions = length > 0 && word.iter().all(|letter| b"rwalkmxRWLMXiIuUpPcC".contains(letter));
    (is_permissions && input.rest()[length] == b';')
        .then(|| (input.skip(length), Word { span: input.span(length) }))
}

/// The name behind an arrow.
pub(super) fn target(input: Input<'_>) -> Res<'_, Word> {
    let rest = space(input);
    match target_name(rest) {
        Err(nom::Err::Error(_)) => fail(
            SyntaxError::new(found_span(rest), format!("expected a name behind `->`, found {}", found(rest)))
                .help("write the name of a profile, or the target of the link"),
        ),
        result => result,
    }
}

/// `-> NAME px,`: the permissions behind a target instead of before it.
fn permissions_behind_target(input: Input<'_>) -> Option<Word> {
    let (after, _) = arrow(input).ok()?;
    let (after, _) = target(after).ok()?;
    let (after, word) = permissions(trivia(after)).ok()?;
    (trivia(after).peek() == Some(b',')).then_some(word)
}

/// Permissions that were left out altogether: the rule goes on behind them.
fn no_permissions(input: Input<'_>, path: Word, rule: &FileRule) -> Option<SyntaxError> {
    let ends = matches!(input.peek(), Some(b',' | b'}') | None) || arrow(input).is_ok();
    if !ends {
        return None;
    }
    let text = path.display(input.source());
    if let Some(error) = swallowed_comma(path, input.source()) {
        return Some(error);
    }
    let is_bare = path.raw(input.source())[0].is_ascii_alphabetic();
    if rule.keyword.is_none() && is_bare && arrow(input).is_err() {
        let plain = || {
            SyntaxError::new(path.span, format!("unknown word `{text}`"))
                .label("no rule begins like this")
                .help("a path begins with `/` or a variable, a comment with `#`")
        };
        return Some(unknown_word(path, input.source()).unwrap_or_else(plain));
    }
    if let Some(error) = unknown_word(path, input.source()).filter(|_| rule.keyword.is_none()) {
        return Some(error);
    }
    if arrow(input).is_ok() {
        return Some(
            SyntaxError::new(path.span, format!("permissions are missing between `{text}` and `->`"))
                .code("missing-permissions")
                .help("write an exec mode such as `Px` before `->`, or `l` for a link"),
        );
    }
    let raw = path.raw(input.source());
    if let Some(at) = raw.windows(2).position(|pair| pair == b"\xc2\xa0") {
        let start = path.span.start as usize + at;
        return Some(
            SyntaxError::new(path.span, format!("permissions are missing behind `{text}`"))
                .code("missing-permissions")
                .label("a no-break space stands in it, which ends no word")
                .help("replace it by a space")
                .fix("replace it by a space", Span::new(start, start + 2), *b" "),
        );
    }
    if !path.is_quoted(input.source())
        && let Some(at) =
            raw.windows(2).position(|pair| pair == b"\\ ").filter(|at| are_permissions(&raw[at + 2..]))
    {
        let (stem, letters) = (String::from_utf8_lossy(&raw[..at]), String::from_utf8_lossy(&raw[at + 2..]));
        return Some(
            SyntaxError::new(path.span, format!("permissions are missing behind `{text}`"))
                .code("missing-permissions")
                .label("the backslash keeps the blank inside the path")
                .help(format!("write `{stem} {letters}`")),
        );
    }
    if let Some(sign) = raw.iter().rposition(|byte| matches!(byte, b'=' | b':'))
        && raw.starts_with(b"/")
        && are_permissions(&raw[sign + 1..])
    {
        let (stem, letters) =
            (String::from_utf8_lossy(&raw[..sign]), String::from_utf8_lossy(&raw[sign + 1..]));
        return Some(
            SyntaxError::new(path.span, format!("permissions are missing behind `{text}`"))
                .code("missing-permissions")
                .label("without a blank, all of it is the path")
                .help(format!("write `{stem} {letters}`")),
        );
    }
    if let Some(stem) = glued_permissions(raw) {
        let (stem, letters) = (String::from_utf8_lossy(&raw[..stem]), String::from_utf8_lossy(&raw[stem..]));
        return Some(
            SyntaxError::new(path.span, format!("permissions are missing behind `{text}`"))
                .code("missing-permissions")
                .label("without a blank, the letters belong to the path")
                .help(format!("write `{stem} {letters}`")),
        );
    }
    // The comma was swallowed by the path: `/a,b` and the like are one word.
    if text.contains(',') && !text.contains('{') && rule.keyword.is_none() {
        return Some(
            SyntaxError::new(path.span, format!("permissions are missing behind `{text}`"))
                .code("missing-permissions")
                .label("read as one path: a comma glued to the next letter belongs to it")
                .help("put a blank or a line end behind the comma"),
        );
    }
    Some(
        SyntaxError::new(path.span, format!("permissions are missing behind `{text}`"))
            .code("missing-permissions")
            .label("what about this path is meant?")
            .help("add permission letters, such as `r`, `rw` or `ix`; to deny all of them write `rwmlkx`"),
    )
}

/// `/a,r`: what looks like permissions behind a comma is a part of the path.
fn swallowed_comma(path: Word, source: &[u8]) -> Option<SyntaxError> {
    let raw = path.raw(source);
    let comma = raw.iter().rposition(|byte| *byte == b',')?;
    let letters = &raw[comma + 1..];
    if comma == 0 || path.is_quoted(source) || !are_permissions(letters) {
        return None;
    }
    let (stem, letters) = (String::from_utf8_lossy(&raw[..comma]), String::from_utf8_lossy(letters));
    Some(
        SyntaxError::new(path.span, format!("the comma in `{stem},{letters}` is read as a part of the path"))
            .code("missing-permissions")
            .label("a comma ends a rule only before a blank or a line end")
            .help(format!("write `{stem} {letters},`")),
    )
}

/// Where the letters begin when a path ends in a wildcard and permissions.
fn glued_permissions(raw: &[u8]) -> Option<usize> {
    let star = raw.iter().rposition(|byte| *byte == b'*')?;
    are_permissions(&raw[star + 1..]).then_some(star + 1)
}

fn are_permissions(letters: &[u8]) -> bool {
    !letters.is_empty()
        && letters.len() <= 6
        && letters.iter().all(|letter| b"rwalkmxiuUpPcC".contains(letter))
}

/// The words that begin rules, for slips.
const RULE_WORDS: [&str; 24] = [
    "abi",
    "alias",
    "allow",
    "audit",
    "capability",
    "change_profile",
    "dbus",
    "deny",
    "file",
    "include",
    "io_uring",
    "link",
    "mount",
    "mqueue",
    "network",
    "owner",
    "pivot_root",
    "profile",
    "ptrace",
    "remount",
    "signal",
    "umount",
    "unix",
    "userns",
];

/// The conditions that rules have, for one that a comma has cut off.
const CONDITIONS: [&str; 13] = [
    "addr",
    "bus",
    "fstype",
    "interface",
    "label",
    "member",
    "name",
    "options",
    "path",
    "peer",
    "set",
    "type",
    "ip",
];

/// What people write for a permission, and its letter.
const LONG_WORDS: [(&str, &str); 9] = [
    ("read", "r"),
    ("write", "w"),
    ("append", "a"),
    ("link", "l"),
    ("lock", "k"),
    ("mmap", "m"),
    ("exec", "ix"),
    ("execute", "ix"),
    ("all", "rwlkm"),
];

/// Words of other languages and tools, and what stands for them here.
const SYNONYMS: [(&str, &str); 14] = [
    ("cap", "capability"),
    ("caps", "capability"),
    ("forbid", "deny"),
    ("grant", "allow"),
    ("hardlink", "link"),
    ("import", "include"),
    ("ln", "link"),
    ("permit", "allow"),
    ("refuse", "deny"),
    ("reject", "deny"),
    ("require", "include"),
    ("source", "include"),
    ("symlink", "link"),
    ("userns_create", "userns create"),
];

/// A bare word in the place of a path that was meant for a keyword.
fn unknown_word(path: Word, source: &[u8]) -> Option<SyntaxError> {
    let text = path.display(source);
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let error =
        SyntaxError::new(path.span, format!("unknown word `{text}`")).label("no rule begins like this");
    if let Some((_, meant)) = SYNONYMS.iter().find(|(word, _)| *word == text) {
        return Some(error.help(format!("write `{meant}`")));
    }
    let meant = crate::vocabulary::did_you_mean(&text, RULE_WORDS)?;
    Some(error.help(format!("did you mean `{meant}`?")))
}

/// `(rw),`: permissions that stand in parentheses, and what is between them.
pub(super) fn permissions_in_parentheses(input: Input<'_>) -> Option<Word> {
    let length = input.rest().iter().take(12).position(|byte| *byte == b')')?;
    let inner = input.rest().get(1..length).filter(|letters| are_permissions(letters))?;
    let behind = trivia(input.skip(length + 1));
    (behind.peek() == Some(b',') || arrow(behind).is_ok())
        .then(|| Word { span: input.skip(1).span(inner.len()) })
}

/// Something that is no permission word stands behind the path.
fn bad_permissions(input: Input<'_>, path: Word) -> SyntaxError {
    let span = found_span(input);
    let word = span.of(input.source());
    let error = SyntaxError::new(
        span,
        format!("expected permissions behind `{}`, found {}", path.display(input.source()), found(input)),
    );
    let path_text = path.raw(input.source());
    if path.is_quoted(input.source())
        && let Some(line) = path_text.iter().position(|byte| *byte == b'\n')
    {
        let start = path.span.start as usize;
        let line = path_text[..line].trim_ascii_end().len();
        return SyntaxError::new(Span::new(start, start + line), "this quote is not closed on its line")
            .label("the quote opens here")
            .help("close it with `\"` behind the path");
    }
    let names_file = matches!(input.rest(), [b'<', letter, ..] if letter.is_ascii_alphabetic())
        || path_text == b"@include";
    if names_file && path_text.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'@') {
        return SyntaxError::new(path.span, format!("unknown word `{}`", path.display(input.source())))
            .help("write `include`")
            .fix("write `include`", path.span, *b"include");
    }
    if let Some(error) = unknown_word(path, input.source()) {
        return error;
    }
    if let Some((_, letter)) = LONG_WORDS.iter().find(|(long, _)| long.as_bytes() == word) {
        return SyntaxError::new(span, format!("`{}` is no permission", String::from_utf8_lossy(word)))
            .code("invalid-file-perms")
            .note("the permissions of files are single letters")
            .help(format!("write `{letter}`"));
    }
    if path_text == b"change_hat" {
        return SyntaxError::new(path.span, "there is no `change_hat` rule")
            .help("remove it: a task may change to every hat of its profile, written `^NAME { … }`");
    }
    if matches!(path_text, b"elif" | b"elsif" | b"elseif") {
        return SyntaxError::new(path.span, format!("unknown word `{}`", path.display(input.source())))
            .help("write `else if`");
    }
    if path_text.iter().all(u8::is_ascii_alphanumeric)
        && input.at(path.span.end as usize).peek() == Some(b'/')
    {
        let whole = path.span.to(span);
        let text = String::from_utf8_lossy(whole.of(input.source())).into_owned();
        return SyntaxError::new(whole, format!("the path `{text}` does not begin with `/`"))
            .code("relative-path")
            .help(format!("write `/{text}`, or begin it with a variable"));
    }
    if let Some(error) = swallowed_comma(path, input.source()) {
        return error;
    }
    if let Some(inner) = permissions_in_parentheses(input) {
        let list = input.span(inner.span.len() + 2);
        let inner = inner.display(input.source()).into_owned();
        return SyntaxError::new(list, "permissions stand without parentheses")
            .help(format!("write `{inner}`"))
            .fix("remove the parentheses", list, inner);
    }
    if let Some(at) =
        word.windows(2).position(|pair| pair == b"->").filter(|at| are_permissions(&word[..*at]))
    {
        let text = String::from_utf8_lossy(word);
        let (letters, name) = (&text[..at], &text[at + 2..]);
        return SyntaxError::new(span, "a blank is missing before `->`")
            .label("read as one word")
            .help(format!("write `{letters} -> {name}`"))
            .fix("add the blanks", span, format!("{letters} -> {name}"));
    }
    if crate::syntax::variable::is_set_variable(path_text) && input.state.depth() == 0 {
        let name = path.display(input.source());
        return SyntaxError::new(span, format!("expected `=` behind `{name}`, found {}", found(input)))
            .help(format!("to declare the variable write `{name} = VALUES`"));
    }
    let letters = word.iter().all(u8::is_ascii_alphabetic) && !word.is_empty() && word.len() <= 8;
    if is_meant_as_permissions(path_text) && begins_path(input.rest()) {
        let path_behind = target_name(input)
            .map_or_else(|_| found(input), |(_, behind)| format!("`{}`", behind.display(input.source())));
        let message = format!(
            "expected permissions in front of {path_behind}, found `{}`",
            path.display(input.source())
        );
        return no_such_letters(SyntaxError::new(path.span, message), path_text);
    }
    if input.peek() == Some(b'"') {
        return error.help("quote the whole path, from its first character to its last");
    }
    if path.raw(input.source()).first().is_some_and(u8::is_ascii_alphabetic) {
        let text = path.display(input.source());
        let is_prose = word.iter().all(u8::is_ascii_alphabetic) && !are_permissions(word);
        return error.help(match is_prose {
            true => format!("`{text}` is no keyword; begin the line with `#` if it is a comment"),
            false if word.starts_with(b"/") => {
                format!("`{text}` is no keyword: remove it, so that the rule begins with its path")
            }
            false => format!("`{text}` is no keyword; a path must begin with `/` or a variable"),
        });
    }
    if letters && !is_keyword(word) {
        return no_such_letters(error, word);
    }
    let word_with_brace = word.ends_with(b"}") || word.ends_with(b";");
    if word_with_brace {
        return error.help("put a blank between the permissions and what follows, and end the rule with `,`");
    }
    error.help("write permission letters such as `r`, then `,`; quote the path if it holds a blank")
}

/// Letters that are no permission word: which of them are none, or that they are no exec mode.
fn no_such_letters(error: SyntaxError, word: &[u8]) -> SyntaxError {
    let unknown: Vec<String> = word
        .iter()
        .filter(|letter| !is_permission_letter(letter))
        .map(|letter| format!("`{}`", char::from(*letter)))
        .collect();
    let error = error.code("invalid-file-perms");
    if unknown.is_empty() {
        error
            .help("an exec mode is one of ix, px, Px, cx, Cx, ux, Ux, pix, Pix, cix, Cix, pux, PUx, cux, CUx")
    } else {
        error
            .note(format!("no such permission: {}", unknown.join(", ")))
            .help("the permissions are r, w, a, l, k, m and one exec mode such as ix or Px")
    }
}

fn is_permission_letter(letter: &u8) -> bool {
    b"rwalkmxRWLMXiIuUpPcC".contains(letter)
}

/// A short word that begins like permissions do: `rq`, where `dir`, a word of prose or a misspelt keyword does not.
fn is_meant_as_permissions(word: &[u8]) -> bool {
    let known = word.iter().filter(|letter| is_permission_letter(letter)).count();
    (1..=5).contains(&word.len())
        && word.iter().all(u8::is_ascii_alphabetic)
        && word.first().is_some_and(is_permission_letter)
        && known + 1 >= word.len()
}

fn begins_path(text: &[u8]) -> bool {
    matches!(text.strip_prefix(b"\"").unwrap_or(text), [b'/', ..] | [b'@', b'{', ..])
}

fn no_path(input: Input<'_>, place: &str) -> SyntaxError {
    let error =
        SyntaxError::new(found_span(input), format!("expected a path {place}, found {}", found(input)));
    if input.peek() == Some(b',') {
        return error.help(
            "write a path with the permissions; if they belong to the rule before, make one word of both: `rw`",
        );
    }
    error.help("a path begins with `/`, a variable, or a quote before one of them")
}

/// A quote without a second one on its line.
fn is_lone_quote(input: Input<'_>) -> bool {
    let line = input.rest().split(|byte| *byte == b'\n').next().unwrap_or_default();
    line.first() == Some(&b'"') && !line[1..].contains(&b'"')
}

/// Neither a path nor permissions: a misspelt keyword, or text that is no rule.
fn no_rule(rule: Input<'_>, input: Input<'_>) -> SyntaxError {
    let started = rule.offset() != input.offset();
    if started {
        return no_path(input, "or permissions here");
    }
    let span = found_span(input);
    let error = SyntaxError::new(span, format!("expected a rule, found {}", found(input)));
    match name(input) {
        Ok((_, word)) => {
            let text = word.raw(input.source());
            if text == b"else" {
                return error.help("`else` must follow the `}` of an `if`");
            }
            let behind = blanks(input.at(word.span.end as usize));
            if behind.peek() == Some(b'=') && !is_keyword(text) {
                let shown = word.display(input.source());
                return if CONDITIONS.contains(&&*shown) {
                    SyntaxError::new(word.span, format!("`{shown}=` stands in no rule"))
                        .label("the rule before it ends at its comma")
                        .help("separate the conditions of a rule by blanks: remove the comma before it")
                } else {
                    error.help(format!(
                        "to declare a variable write `@{{{shown}}} = …` before the first profile"
                    ))
                };
            }
            if text == b"priority" {
                return error.help("write `priority=NUMBER`, with `=`");
            }
            if text == b"rlimit" {
                return error.help("write `set rlimit …`");
            }
            let long = LONG_WORDS.iter().find(|(long, _)| long.as_bytes() == text);
            if let (Some((_, letter)), Ok((_, path))) = (long, path(behind)) {
                let path = path.display(input.source());
                return error.help(format!("the permissions of files are letters: write `{path} {letter},`"));
            }
            if is_keyword(text) {
                return error.help("this word cannot begin a rule");
            }
            error.help("a path must begin with `/` or a variable")
        }
        Err(_) if input.rest().starts_with(b"@{") && !span.of(input.source()).contains(&b'}') => {
            error.help("close the variable's name: `@{NAME}`")
        }
        Err(_) if input.rest().starts_with(b"@{") => {
            error.help("the name of a variable begins with a letter, and holds letters, digits and `_` alone")
        }
        Err(_) if is_lone_quote(input) => {
            SyntaxError::new(span, "this quote is not closed on its line").help("close it, or remove it")
        }
        Err(_) => error.help("a path must begin with `/` or a variable"),
    }
}
