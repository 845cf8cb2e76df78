//! File rules: `/etc/passwd r,`, `r /etc/passwd,`, `/bin/a Px -> b,`, `file,`.

use super::error::{SyntaxError, fail};
use super::input::{Input, Res};
use super::lexical::{
    arrow, found, found_span, is_keyword, keyword, name, path, permissions, space, target_name, trivia,
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
        rule.path = Some(word);
        end = after.offset();
        rest = trivia(after);
        match permissions(rest) {
            Ok((after, word)) => {
                rule.permissions = Some(word);
                end = after.offset();
                rest = trivia(after);
            }
            Err(error) => match no_permissions(rest, word, &rule) {
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

/// Permissions that were left out altogether: the rule goes on behind them.
fn no_permissions(input: Input<'_>, path: Word, rule: &FileRule) -> Option<SyntaxError> {
    let ends = matches!(input.peek(), Some(b',' | b'}') | None) || arrow(input).is_ok();
    if !ends {
        return None;
    }
    let text = path.display(input.source());
    // The comma was swallowed by the path: `/a,r` and the like are one word.
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

/// A path with a blank in it that was not quoted: the line goes on and ends as a rule does.
fn unquoted(input: Input<'_>, path: Word) -> Option<SyntaxError> {
    let start = path.span.start as usize;
    let line = input.source()[start..].split(|byte| *byte == b'\n').next()?;
    let rule = line.trim_ascii_end().strip_suffix(b",")?;
    let blank = rule.iter().rposition(|byte| matches!(byte, b' ' | b'\t'))?;
    let (text, letters) = (rule[..blank].trim_ascii_end(), &rule[blank + 1..]);
    let is_permissions =
        !letters.is_empty() && letters.iter().all(|letter| b"rwalkmxRWLMXiIuUpPcC".contains(letter));
    let is_one_path = !text.iter().any(|byte| matches!(byte, b'"' | b'#' | b',' | b'\\'))
        && text.windows(2).all(|pair| !matches!(pair, [b' ' | b'\t', b'/' | b'@' | b'-' | b' ' | b'\t']));
    if !is_permissions || !is_one_path || start + text.len() <= path.span.end as usize {
        return None;
    }
    let span = Span::new(start, start + text.len());
    let quoted = [b"\"", text, b"\""].concat();
    let shown = String::from_utf8_lossy(text);
    Some(
        SyntaxError::new(span, format!("the path `{shown}` holds a blank and is not quoted"))
            .code("unquoted-value")
            .label("without quotes the path ends at the blank")
            .help(format!("write `\"{shown}\"`"))
            .fix("quote the path", span, quoted),
    )
}

/// Something that is no permission word stands behind the path.
fn bad_permissions(input: Input<'_>, path: Word) -> SyntaxError {
    if let Some(error) = unquoted(input, path) {
        return error;
    }
    let span = found_span(input);
    let word = span.of(input.source());
    let error = SyntaxError::new(
        span,
        format!("expected permissions behind `{}`, found {}", path.display(input.source()), found(input)),
    );
    let letters = word.iter().all(u8::is_ascii_alphabetic) && !word.is_empty() && word.len() <= 8;
    if input.peek() == Some(b'"') {
        return error.help("quote the whole path, from its first character to its last");
    }
    if path.raw(input.source()).first().is_some_and(u8::is_ascii_alphabetic) {
        return error.help(format!(
            "`{}` is no keyword; a path must begin with `/` or a variable",
            path.display(input.source())
        ));
    }
    if letters && !is_keyword(word) {
        let unknown: Vec<String> = word
            .iter()
            .filter(|letter| !b"rwalkmxRWLMXiIuUpPcC".contains(letter))
            .map(|letter| format!("`{}`", char::from(*letter)))
            .collect();
        let error = error.code("invalid-file-perms");
        return if unknown.is_empty() {
            error.help(
                "an exec mode is one of ix, px, Px, cx, Cx, ux, Ux, pix, Pix, cix, Cix, pux, PUx, cux, CUx",
            )
        } else {
            error
                .note(format!("no such permission: {}", unknown.join(", ")))
                .help("the permissions are r, w, a, l, k, m and one exec mode such as ix or Px")
        };
    }
    let word_with_brace = word.ends_with(b"}") || word.ends_with(b";");
    if word_with_brace {
        return error.help("put a blank between the permissions and what follows, and end the rule with `,`");
    }
    error.help("write permission letters such as `r`, then `,`; quote the path if it holds a blank")
}

fn no_path(input: Input<'_>, place: &str) -> SyntaxError {
    let error =
        SyntaxError::new(found_span(input), format!("expected a path {place}, found {}", found(input)));
    error.help("a path begins with `/`, a variable, or a quote before one of them")
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
            if text == b"rlimit" {
                return error.help("write `set rlimit …`");
            }
            if is_keyword(text) {
                return error.help("this word cannot begin a rule");
            }
            error.help("a path must begin with `/` or a variable")
        }
        Err(_) => error.help("a path must begin with `/` or a variable"),
    }
}
