//! `change_profile unsafe /bin/x -> profile,`

use super::error::{SyntaxError, fail};
use super::file_rule::{Safety, Target, target};
use super::input::{Input, Res};
use super::lexical::{arrow, found, glued_comma, keyword, space, target_name};
use super::qualifiers::one_of;
use super::rule::end_of_clause;
use super::word::Word;
use crate::source::Span;

/// A change_profile rule; without anything it is about every profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeProfileRule {
    /// The keyword.
    pub keyword: Span,
    /// `safe` or `unsafe` before the program.
    pub safety: Option<(Safety, Span)>,
    /// The program at whose exec the change happens.
    pub exec: Option<Word>,
    /// The profile.
    pub target: Option<Target>,
}

/// A change_profile rule with its comma.
pub(super) fn change_profile(input: Input<'_>) -> Res<'_, ChangeProfileRule> {
    let (mut end, span) = keyword("change_profile")(input)?;
    let mut rule = ChangeProfileRule { keyword: span, safety: None, exec: None, target: None };
    let mut rest = space(end);
    // Glued to the path they would be a part of it.
    let is_word = |end: u32| {
        target_name(input.at(end as usize)).is_err() || input.at(end as usize).peek() == Some(b'"')
    };
    if let Some((after, index, span)) =
        one_of(rest, &["safe", "unsafe"]).filter(|(_, _, span)| is_word(span.end))
    {
        rule.safety = Some((if index == 0 { Safety::Safe } else { Safety::Unsafe }, span));
        rest = after;
    }
    match target_name(rest) {
        Ok((after, word)) if word.raw(input.source()) != b"->" => {
            let starts_right = matches!(word.text(input.source()).first(), Some(b'/' | b'@'));
            if !starts_right && let Some(name) = glued_arrow(word, input.source()) {
                return fail(
                    SyntaxError::new(word.span, "a blank is missing behind `->`")
                        .help(format!("write `-> {name}`"))
                        .fix("add the blank", Span::at(word.span.start as usize + 2), *b" "),
                );
            }
            if !starts_right && matches!(word.raw(input.source()), b"=>" | b">" | b"-->" | b"-" | b"~>") {
                return fail(
                    SyntaxError::new(word.span, format!("expected `->`, found {}", found(rest)))
                        .help("write the arrow as `->`, without a blank in it"),
                );
            }
            if !starts_right {
                let name = word.display(input.source());
                let help = match (&*name, target_name(space(after))) {
                    ("to" | "into", Ok(_)) => format!("write `->` in place of `{name}`"),
                    _ => format!("to name a profile, write `change_profile -> {name},`"),
                };
                let message = format!("expected a program's path or `->`, found `{name}`");
                return fail(SyntaxError::new(word.span, message).help(help));
            }
            rule.exec = Some(word);
            end = after;
        }
        Err(nom::Err::Failure(failure)) => return Err(nom::Err::Failure(failure)),
        _ => {
            if let Some((_, span)) = rule.safety {
                return fail(
                    SyntaxError::new(span, "`safe` and `unsafe` need a program's path behind them")
                        .help("write `change_profile unsafe /path/of/program -> PROFILE,`"),
                );
            }
        }
    }
    if let Ok((after, span)) = arrow(space(end)) {
        // Here, unlike in a file rule, `->NAME` is one word.
        if after.peek() != Some(b'"') && target_name(after).is_ok() {
            return fail(
                SyntaxError::new(span, "a blank is missing behind `->`").help("write `-> NAME`").fix(
                    "add the blank",
                    Span::at(after.offset()),
                    *b" ",
                ),
            );
        }
        let (after, name) = target(after)?;
        rule.target = Some(Target { arrow: span, name });
        end = after;
    }
    glued_comma(space(end))?;
    let expected = if rule.target.is_none() { "`->` or " } else { "" };
    let (rest, ()) = end_of_clause(input, space(end), end.offset(), expected, std::iter::empty())?;
    Ok((rest, rule))
}

/// The name behind an arrow without a blank.
fn glued_arrow(word: Word, source: &[u8]) -> Option<String> {
    let name = word.raw(source).strip_prefix(b"->").filter(|name| !name.is_empty())?;
    Some(String::from_utf8_lossy(name).into_owned())
}
