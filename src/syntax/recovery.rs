//! Going on behind an error: where does the next rule begin?

use super::abi::abi;
use super::alias::alias;
use super::block::block;
use super::boolean::boolean_assignment;
use super::error::{Failure, SyntaxError};
use super::file::{ErrorNode, ItemKind};
use super::input::Input;
use super::lexical::{blanks, is_keyword, keyword, name, newline_len, path, permissions, trivia};
use super::rule::simple_rule;
use super::variable::assignment;
use crate::source::Span;

/// How many lines of a broken rule are looked at for a missing comma.
const LINES: usize = 12;

/// How many bytes of a line are searched for the brace that ends it.
const LINE: usize = 512;

/// Records `error` for the item at `input` and finds where to go on. The text between becomes an error node.
pub(super) fn recover(input: Input<'_>, error: SyntaxError) -> (Input<'_>, ItemKind) {
    if input.state.error_count() >= super::MAX_ERRORS {
        input.state.give_up();
    }
    if input.state.has_given_up() {
        // A limit on nesting tells of itself.
        input.state.report(if error.code == "limit" { error } else { too_many_errors(error.span) });
        let end = input.skip(input.rest().len());
        return (end, ItemKind::Error(ErrorNode { span: input.span_to(end) }));
    }
    // Where a carriage return hides the comma, the comma is there.
    if error.code != "carriage-return"
        && let Some((end, next)) = missing_comma(input, &error)
    {
        input.state.report(comma_error(input, end));
        return (next, ItemKind::Error(ErrorNode { span: input.span_to(next) }));
    }
    if let Some((error, next)) = foreign_comment(input) {
        input.state.report(error);
        return (next, ItemKind::Error(ErrorNode { span: input.span_to(next) }));
    }
    let error = include_inside(input, &error).unwrap_or(error);
    // A condition or a head that cannot be read has a block all the same.
    let begins_with_word = input.peek().is_some_and(|byte| byte.is_ascii_alphabetic());
    if let Some(brace) = block_on_line(input)
        && (brace.offset() > error.span.start as usize)
        && (begins_with_word || newline_len(blanks(brace.skip(1)).rest()) > 0)
    {
        input.state.report(error);
        if let Ok((next, _)) = block(brace) {
            let next = if keyword("if")(input).is_ok() { behind_else(next) } else { next };
            return (next, ItemKind::Error(ErrorNode { span: input.span_to(next) }));
        }
        return (brace.skip(1), ItemKind::Error(ErrorNode { span: input.span_to(brace.skip(1)) }));
    }
    let at = (error.span.start as usize).max(input.offset());
    let stuck_on_brace = input.at(at).peek() == Some(b'}');
    input.state.report(error);
    let next = match (stuck_on_brace, is_assignment(input)) {
        (true, _) => input.at(at),
        (_, true) => {
            input.skip(input.rest().iter().position(|byte| *byte == b'\n').unwrap_or(input.rest().len()))
        }
        _ => behind_rule(input, at),
    };
    if next.offset() > input.offset() {
        return (next, ItemKind::Error(ErrorNode { span: input.span_to(next) }));
    }
    let next = input.skip(1);
    (next, ItemKind::Error(ErrorNode { span: input.span_to(next) }))
}

/// A variable, or something like it, with `=` behind it: it ends with its line, however wrong it is.
fn is_assignment(input: Input<'_>) -> bool {
    let line = input.rest().split(|byte| *byte == b'\n').next().unwrap_or_default();
    let name = line.split(|byte| matches!(byte, b' ' | b'\t' | b'=')).next().unwrap_or_default();
    matches!(name.first(), Some(b'@' | b'$')) && line[name.len()..].trim_ascii_start().starts_with(b"=")
}

/// Behind the `else` branches that belong to a conditional which could not be read.
fn behind_else(mut input: Input<'_>) -> Input<'_> {
    loop {
        let branch = trivia(input);
        let brace = keyword("else")(branch).ok().and_then(|_| block_on_line(branch));
        match brace.map(block) {
            Some(Ok((next, _))) => input = next,
            _ => return input,
        }
    }
}

/// A comment as other languages write it: its line is left out.
fn foreign_comment(item: Input<'_>) -> Option<(SyntaxError, Input<'_>)> {
    let length = item.rest().iter().position(|byte| *byte == b'\n').unwrap_or(item.rest().len());
    let line = item.rest()[..length].trim_ascii_end();
    let begins = [&b"// "[..], b"//\t", b"-- ", b"/* "].into_iter().any(|mark| line.starts_with(mark));
    (begins && (line[1] != b'*' || line.ends_with(b"*/"))).then(|| {
        let error = SyntaxError::new(item.span(line.len()), "a comment begins with `#`")
            .help("write `# …`")
            .fix("write `#`", item.span(2), *b"#");
        (error, item.skip(length))
    })
}

/// An include that stands where a rule has not ended yet. apparmor_parser would go on with the rule in the included file; a rule
/// of which each half is in a file of its own can neither be told of nor formatted, and is hardly ever meant.
fn include_inside(item: Input<'_>, error: &SyntaxError) -> Option<SyntaxError> {
    let at = item.at(error.span.start as usize);
    let length = ["include", "#include"].map(str::len).into_iter().find(|length| {
        let word = at.rest().get(..*length).is_some_and(|word| word.ends_with(b"include"));
        word && at.rest().get(*length).is_some_and(|next| matches!(next, b' ' | b'\t'))
    })?;
    // On a line of its own it is the next item: what comes before it is the slip.
    let before = &item.source()[item.offset()..at.offset()];
    (!before.is_empty() && !before.contains(&b'\n')).then(|| {
        SyntaxError::new(at.span(length), "an `include` stands inside another rule or head")
            .label("what stands before it has not ended")
            .note("apparmor_parser would go on with the rule in the included file; aakit does not follow it there")
            .help("end the rule before it with `,` and give the include a line of its own")
    })
}

/// Each error costs a search for the place to go on from, so that a file of nothing else would take time as the square of its
/// length.
fn too_many_errors(at: Span) -> SyntaxError {
    SyntaxError::new(at, format!("there are more than {} errors in this file", super::MAX_ERRORS))
        .code("limit")
        .note("this is a limit of aakit; nothing behind this place was read")
        .help("see that this is a profile at all, or mend the errors before this one first")
}

/// The `{` that ends this line, when one does and the line has the length of one that a person writes: a file of one long line
/// would be searched anew for each of its rules.
pub(super) fn block_on_line(input: Input<'_>) -> Option<Input<'_>> {
    let near = &input.rest()[..input.rest().len().min(LINE)];
    let line = match near.iter().position(|byte| *byte == b'\n') {
        Some(end) => &near[..end],
        None if near.len() < LINE => near,
        None => return None,
    };
    let opens = |at: &usize| {
        let before = at.checked_sub(1).map(|before| line[before]);
        let after = line.get(at + 1);
        before.is_none_or(|byte| matches!(byte, b' ' | b'\t' | b')'))
            && after.is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'#'))
    };
    let mut braces = line.iter().enumerate().rev().filter(|(_, byte)| **byte == b'{').map(|(at, _)| at);
    let at = braces.find(opens)?;
    Some(input.skip(at))
}

/// Is the error one that a comma at the end of an earlier line would cure? Then the rest of the rule, from the start of a
/// later line on, is a rule of its own. Returns the end of the text that lacks the comma and where that rule begins.
fn missing_comma<'a>(input: Input<'a>, error: &SyntaxError) -> Option<(usize, Input<'a>)> {
    let source = input.source();
    // A comment in the way is not what was wrong.
    let found = trivia(input.at((error.span.start as usize).max(input.offset())));
    let limit = (error.span.end as usize).max(found.offset());
    let mut line = input;
    for _ in 0..LINES {
        let length = line.rest().iter().position(|byte| *byte == b'\n')? + 1;
        line = line.skip(length);
        let start = blanks(line);
        if start.offset() > limit {
            return None;
        }
        let end = text_end(source, input.offset(), line.offset());
        // Where what was found begins the line, it need not be free of slips of its own.
        let is_next =
            |start| begins_item(start) || (start.offset() == limit.min(found.offset()) && begins_rule(start));
        let cured = input.state.speculate(|| is_next(start) && completes(input, end));
        if cured {
            return Some((end, start));
        }
    }
    None
}

/// Would the text from `input` to `end` be a rule, an abi line or an alias if a comma stood behind it?
fn completes(input: Input<'_>, end: usize) -> bool {
    let read = match name(input).map_or(&b""[..], |(_, word)| word.raw(input.source())) {
        b"abi" => abi(input).map(|(rest, _)| rest),
        b"alias" | b"rewrite" => alias(input).map(|(rest, _)| rest),
        _ => simple_rule(input).map(|(rest, _)| rest),
    };
    match read {
        Ok(rest) => rest.offset() == end,
        Err(nom::Err::Failure(Failure::Syntax(error))) => error.span.start as usize >= end,
        Err(_) => false,
    }
}

/// Does a rule, a directive, a declaration or a block begin here, complete in itself?
pub(super) fn begins_item(input: Input<'_>) -> bool {
    match input.peek() {
        Some(b'}' | b'^') => return true,
        Some(b'#') if input.rest().starts_with(b"#include") => return true,
        Some(b'@') if assignment(input).is_ok() => return true,
        Some(b'$') => return boolean_assignment(input).is_ok(),
        Some(b'/' | b'@') if block_on_line(input).is_some() => return true,
        _ => {}
    }
    match name(input).map_or(&b""[..], |(_, word)| word.raw(input.source())) {
        b"profile" | b"hat" | b"include" | b"if" | b"abi" | b"alias" => true,
        _ => simple_rule(input).is_ok(),
    }
}

/// Does this look like the start of a rule, and not like a condition on a line of its own?
fn begins_rule(input: Input<'_>) -> bool {
    let is_condition = name(input).is_ok_and(|(rest, _)| blanks(rest).peek() == Some(b'='));
    !is_condition && begins_like_item(input)
}

/// The end of the text between `start` and `end` without the blanks and comments behind it.
fn text_end(source: &[u8], start: usize, end: usize) -> usize {
    let mut last = start;
    let mut line_start = start;
    while line_start < end {
        let line_end =
            source[line_start..end].iter().position(|byte| *byte == b'\n').map_or(end, |at| line_start + at);
        let line = &source[line_start..line_end];
        let code = match line.windows(2).position(|pair| matches!(pair, b" #" | b"\t#")) {
            Some(at) => &line[..at],
            None if line.starts_with(b"#") => &line[..0],
            None => line,
        };
        let trimmed = code.trim_ascii_end();
        if !trimmed.trim_ascii_start().is_empty() && !trimmed.trim_ascii_start().starts_with(b"#") {
            last = line_start + trimmed.len();
        }
        line_start = line_end + 1;
    }
    last
}

/// The error for a rule whose text ends at `end` without a comma.
pub(super) fn comma_error(rule: Input<'_>, end: usize) -> SyntaxError {
    let source = rule.source();
    let line_start = source[..end].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let indent = source[line_start..end].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let start = (line_start + indent).max(rule.offset()).min(end);
    SyntaxError::new(Span::new(start, end), "missing `,` at the end of the rule")
        .label("this rule is not ended")
        .help("end the rule with `,`")
        .fix("add the comma", Span::at(end), *b",")
}

/// The start of the next item behind a broken rule: behind its comma, or at a line that begins like an item.
fn behind_rule(input: Input<'_>, error: usize) -> Input<'_> {
    let rest = input.rest();
    let from = error - input.offset();
    let mut index = from;
    let mut braces = 0usize;
    let mut parentheses = 0usize;
    // The end of the line that was looked at for a `)`, and the last `)` on it.
    let (mut line_end, mut last_close) = (0, None);
    while index < rest.len() {
        match rest[index] {
            b'"' => {
                // A quoted text is passed over when it is closed on its line.
                let line = rest[index + 1..].iter().position(|byte| matches!(byte, b'"' | b'\n'));
                if let Some((at, b'"')) = line.map(|at| (at, rest[index + 1 + at])) {
                    index += at + 1;
                }
            }
            b'(' => {
                if index >= line_end {
                    line_end = index
                        + rest[index..].iter().position(|byte| *byte == b'\n').unwrap_or(rest.len() - index);
                    last_close =
                        rest[index..line_end].iter().rposition(|byte| *byte == b')').map(|at| index + at);
                }
                // One that is not closed on its line encloses nothing.
                if last_close.is_some_and(|close| close > index) {
                    parentheses += 1;
                }
            }
            b')' => parentheses = parentheses.saturating_sub(1),
            b'{' => braces += 1,
            b'}' if braces > 0 => braces -= 1,
            b'}' if index == 0 || matches!(rest[index - 1], b' ' | b'\t' | b'\n') => {
                return input.skip(index);
            }
            b',' if parentheses == 0
                && rest
                    .get(index + 1)
                    .is_none_or(|next| matches!(next, b' ' | b'\t' | b'\r' | b'\n' | b'#')) =>
            {
                return input.skip(index + 1);
            }
            b'#' if index > 0 && matches!(rest[index - 1], b' ' | b'\t') => {
                let line = rest[index..].iter().position(|byte| *byte == b'\n').unwrap_or(rest.len() - index);
                index += line;
                continue;
            }
            b'\n' => {
                let next = blanks(input.skip(index + 1));
                if newline_len(next.rest()) > 0 || begins_like_item(next) {
                    return input.skip(index);
                }
            }
            _ => {}
        }
        index += 1;
    }
    input.skip(rest.len())
}

/// Does this line look like the start of an item? Looser than parsing it: used only to find a place to go on.
fn begins_like_item(input: Input<'_>) -> bool {
    match input.peek() {
        None | Some(b'}' | b'#' | b'^' | b'@' | b'$') => return true,
        _ => {}
    }
    if let Ok((rest, _)) = path(input) {
        return permissions(trivia(rest)).is_ok() || trivia(rest).peek() == Some(b'{');
    }
    match name(input) {
        Ok((_, word)) => is_keyword(word.raw(input.source())),
        Err(_) => false,
    }
}
