//! What apparmor_parser prints, read back into messages about the user's file. The forms are those of 3.0 to 6.0 (the
//! same but for few words); token names of its grammar are put into words.

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{FileId, Location, SourceFile, SourceMap, Span};
use std::path::{Path, PathBuf};

/// Which file a message is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The text that was handed over.
    Profile,
    /// A file that it includes.
    Include(PathBuf),
}

/// One message of apparmor_parser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParserMessage {
    /// An error stopped it; a warning did not.
    pub severity: Severity,
    /// The file.
    pub origin: Origin,
    /// The line where the parser noticed, from 1; it is often the one after the fault.
    pub line: Option<usize>,
    /// What it said, in words.
    pub text: String,
    /// A piece of the profile that the message quotes, which tells the place where no line does.
    pub quoted: Option<String>,
}

/// Reads the parser's standard error. `handed` is the name by which it got the text.
pub(super) fn parse(stderr: &str, handed: &Path) -> Vec<ParserMessage> {
    let mut messages: Vec<ParserMessage> = Vec::new();
    for line in stderr.lines() {
        let line = line.trim_end();
        if line.is_empty() || is_noise(line) {
            continue;
        }
        if line.starts_with(char::is_whitespace)
            && let Some(last) = messages.last_mut()
        {
            last.text = format!("{} {}", last.text, line.trim());
            continue;
        }
        let line = without_program(line);
        if let Some(quoted) =
            line.strip_prefix("Unable to parse input line '").and_then(|rest| rest.strip_suffix('\''))
            && let Some(last) = messages.last_mut()
        {
            last.text = format!("{} in `{quoted}`", last.text);
            last.quoted = Some(quoted.to_owned());
            continue;
        }
        let follows_an_error = messages.last().is_some_and(|last| last.severity == Severity::Error);
        if follows_an_error && line.starts_with("ERROR ") && line.ends_with("failed to load") {
            continue;
        }
        messages.push(message(line, handed));
    }
    messages
}

/// A message as a diagnostic about the user's own file, `file` of `sources`; an included file is read and added.
#[must_use]
pub fn to_diagnostic(message: &ParserMessage, sources: &SourceMap, file: FileId) -> Diagnostic {
    let mut text = format!("apparmor_parser: {}", message.text);
    let file = match &message.origin {
        Origin::Profile => file,
        Origin::Include(path) => match std::fs::read(path) {
            Ok(bytes) => sources.add(SourceFile::new(path, bytes)),
            Err(_) => {
                text = format!("{text} (in `{}`)", path.display());
                file
            }
        },
    };
    let source = sources.get(file);
    let bytes = source.bytes();
    let quoted = message.quoted.as_deref().and_then(|quoted| find(bytes, quoted.as_bytes()));
    let span = match message.line {
        Some(line) => trimmed(source.lines().line_span(line, bytes), bytes),
        None => quoted.unwrap_or(Span::at(0)),
    };
    let diagnostic = Diagnostic::new("parser", message.severity, Location::new(file, span), text);
    match message.line {
        Some(line) if line > 1 && message.severity == Severity::Error => {
            diagnostic.note("the parser names the line where it noticed; the fault may stand before it")
        }
        _ => diagnostic,
    }
}

fn message(line: &str, handed: &Path) -> ParserMessage {
    if let Some((place, number, text)) = line.strip_prefix("AppArmor parser error").and_then(error_place) {
        let origin = place.map_or(Origin::Profile, |path| origin(path, handed));
        return ParserMessage {
            severity: Severity::Error,
            origin,
            line: Some(number),
            text: in_words(text),
            quoted: None,
        };
    }
    if let Some((place, number, text)) = line.strip_prefix("Warning from ").and_then(warning_place) {
        let origin = origin(place, handed);
        let line = Some(number);
        return ParserMessage {
            severity: Severity::Warning,
            origin,
            line,
            text: in_words(text),
            quoted: None,
        };
    }
    let warning = ["Warning", "Ignoring:", "Skipping"].iter().any(|word| line.starts_with(word));
    let severity = if warning { Severity::Warning } else { Severity::Error };
    let text = line.strip_prefix("Warning: ").or_else(|| line.strip_prefix("Error: ")).unwrap_or(line);
    ParserMessage { severity, origin: Origin::Profile, line: None, quoted: named(text), text: in_words(text) }
}

/// ` for FILE in profile CURRENT at line N: TEXT`, with or without the names: CURRENT, N and TEXT.
fn error_place(rest: &str) -> Option<(Option<&str>, usize, &str)> {
    let (names, number, text) = split_at_line(rest, " at line ")?;
    let current =
        names.split_once(" in profile ").map(|(_, current)| current).or_else(|| names.strip_prefix(" for "));
    Some((current, number, text))
}

/// `FILE (CURRENT line N): TEXT`: CURRENT, N and TEXT.
fn warning_place(rest: &str) -> Option<(&str, usize, &str)> {
    let (names, number, text) = split_at_line(rest, " line ")?;
    let (_, current) = names.split_once(" (")?;
    Some((current, number, text))
}

/// Splits at the first `WORD` that a number and a colon (perhaps behind a parenthesis) follow.
fn split_at_line<'a>(text: &'a str, word: &str) -> Option<(&'a str, usize, &'a str)> {
    text.match_indices(word).find_map(|(at, _)| {
        let rest = &text[at + word.len()..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number = rest[..digits].parse().ok()?;
        let rest = rest[digits..].trim_start_matches(')');
        Some((&text[..at], number, rest.strip_prefix(": ").or_else(|| rest.strip_prefix(':'))?))
    })
}

fn origin(path: &str, handed: &Path) -> Origin {
    if Path::new(path) == handed || path == "stdin" {
        Origin::Profile
    } else {
        Origin::Include(PathBuf::from(path))
    }
}

/// What is said whatever the profile: it has no bearing on it.
fn is_noise(line: &str) -> bool {
    line.starts_with("Cache read/write disabled")
        || line.starts_with("Use --subdomainfs to override")
        || line.starts_with("Warning: unable to find a suitable fs in")
}

/// The parser starts some lines with its own path.
fn without_program(line: &str) -> &str {
    match line.split_once(": ") {
        Some((program, rest)) if program.ends_with("apparmor_parser") && !program.contains(' ') => rest,
        _ => line,
    }
}

/// The profile or variable that a message without a line names.
fn named(text: &str) -> Option<String> {
    let behind = |start: &str, end: &str| {
        let (_, rest) = text.split_once(start)?;
        let (name, _) = rest.split_once(end)?;
        (!name.is_empty()).then(|| name.to_owned())
    };
    behind("has merged rule ", " with conflicting")
        .or_else(|| behind("reference to variable ", ",").map(|name| format!("@{{{name}}}")))
        .or_else(|| behind("Failed to find declaration for: ", "\n"))
        .or_else(|| behind("Multiple definitions for profile ", " exist"))
        .or_else(|| behind("for profile ", ","))
}

/// A message without the names of grammar tokens, in lower case, without a full stop.
fn in_words(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("TOK_") {
        words.push_str(&rest[..at]);
        let length = rest[at..].bytes().take_while(|byte| byte.is_ascii_uppercase() || *byte == b'_').count();
        words.push_str(&token(&rest[at..at + length]));
        rest = &rest[at + length..];
    }
    words.push_str(rest);
    let words = words
        .replace("syntax error, unexpected ", "syntax error: unexpected ")
        .replace(", expecting ", ", expected ");
    let mut characters = words.chars();
    match characters.next() {
        // A name or a shouted word stays as it is.
        Some(first) if !characters.as_str().starts_with(|c: char| c.is_ascii_uppercase()) => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => words,
    }
}

/// What a token of the parser's grammar looks like in a profile.
fn token(name: &str) -> String {
    let written = match name {
        "TOK_ID" => return "a name or path".to_owned(),
        "TOK_MODE" => return "permissions".to_owned(),
        "TOK_VALUE" => return "a value".to_owned(),
        "TOK_SET_VAR" | "TOK_BOOL_VAR" => return "a variable".to_owned(),
        "TOK_CONDID" | "TOK_CONDLISTID" => return "a condition".to_owned(),
        "TOK_END_OF_RULE" | "TOK_COMMA" => ",",
        "TOK_OPEN" => "{",
        "TOK_CLOSE" => "}",
        "TOK_OPENPAREN" => "(",
        "TOK_CLOSEPAREN" => ")",
        "TOK_ARROW" => "->",
        "TOK_EQUALS" => "=",
        "TOK_ADD_ASSIGN" => "+=",
        "TOK_LE" => "<=",
        "TOK_COLON" => ":",
        "TOK_CARET" => "^",
        "TOK_PIVOTROOT" => "pivot_root",
        other => {
            let word = other.trim_start_matches("TOK_").to_ascii_lowercase();
            return format!("`{}`", word.strip_prefix("rlimit_").unwrap_or(&word));
        }
    };
    format!("`{written}`")
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<Span> {
    let at = bytes.windows(wanted.len().max(1)).position(|window| window == wanted)?;
    Some(Span::new(at, at + wanted.len()))
}

/// The span without the white space around its text.
fn trimmed(span: Span, bytes: &[u8]) -> Span {
    let line = span.of(bytes);
    let before = line.len() - line.trim_ascii_start().len();
    Span::new(span.start as usize + before, span.start as usize + before + line.trim_ascii().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HANDED: &str = "/proc/self/fd/0";

    #[track_caller]
    fn one(stderr: &str) -> ParserMessage {
        let mut messages = parse(stderr, Path::new(HANDED));
        assert_eq!(messages.len(), 1, "{messages:?}");
        messages.remove(0)
    }

    #[test]
    fn the_temporary_file_is_the_users_file() {
        let message = one(&format!(
            "AppArmor parser error for {HANDED} in profile {HANDED} at line 3: syntax error, unexpected TOK_CLOSE, expecting TOK_END_OF_RULE\n"
        ));
        assert_eq!((message.origin, message.line), (Origin::Profile, Some(3)));
        assert_eq!(message.text, "syntax error: unexpected `}`, expected `,`");
    }

    #[test]
    fn standard_input_and_included_files_are_told_apart() {
        assert_eq!(one("AppArmor parser error at line 2: Could not open 'nope'").origin, Origin::Profile);
        let message =
            one(&format!("AppArmor parser error for {HANDED} in profile /etc/a b at line 2: syntax error"));
        assert_eq!((message.origin, message.line), (Origin::Include("/etc/a b".into()), Some(2)));
    }

    #[test]
    fn a_pattern_without_a_line_is_found_by_its_text() {
        let stderr = "Cache read/write disabled: interface file missing. (Kernel needs AppArmor 2.4 compatibility patch.)\n\
            /usr/sbin/apparmor_parser: Regex grouping error: Invalid number of items between {}\n\
            /usr/sbin/apparmor_parser: Unable to parse input line '/a{b}'\n\
            ERROR processing regexs for profile x, failed to load\n";
        let message = one(stderr);
        assert_eq!(message.text, "regex grouping error: Invalid number of items between {} in `/a{b}`");
        let sources = SourceMap::new();
        let file = sources.add(SourceFile::new("p", "profile x {\n  /a{b} r,\n}\n"));
        let diagnostic = to_diagnostic(&message, &sources, file);
        assert_eq!(diagnostic.primary.location.span, Span::new(14, 19));
    }

    #[test]
    fn warnings_keep_their_place_and_their_second_line() {
        let message = one(&format!(
            "Warning from {HANDED} (/etc/apparmor.d/abstractions/base line 13): features abi differs\n  unsupported mount options\n"
        ));
        assert_eq!(message.severity, Severity::Warning);
        assert_eq!(message.origin, Origin::Include("/etc/apparmor.d/abstractions/base".into()));
        assert_eq!(
            (message.line, message.text.as_str()),
            (Some(13), "features abi differs unsupported mount options")
        );
    }

    #[test]
    fn a_line_is_marked_without_its_indentation() {
        let sources = SourceMap::new();
        let file = sources.add(SourceFile::new("p", "profile x {\n  /a r\n}\n"));
        let message =
            one(&format!("AppArmor parser error for {HANDED} in profile {HANDED} at line 2: syntax error"));
        assert_eq!(to_diagnostic(&message, &sources, file).primary.location.span, Span::new(14, 18));
    }
}
