//! The words before a rule: `priority=5 audit deny owner`.

use super::error::{SyntaxError, fail};
use super::input::{Input, Res};
use super::lexical::{blanks, character, found, found_span, is_file_of_old, keyword, name, space, trivia};
use super::word::Word;
use crate::source::Span;

/// What stands before a rule or a rule block. Their order is fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Qualifiers {
    /// From the first qualifier through the last; empty when there is none.
    pub span: Span,
    /// `priority=NUMBER`: the number as written.
    pub priority: Option<Word>,
    /// `audit`
    pub audit: Option<Span>,
    /// `allow`, `deny` or `prompt`
    pub decision: Option<(Decision, Span)>,
    /// `owner`, `user` or `other`
    pub ownership: Option<(Ownership, Span)>,
}

impl Qualifiers {
    /// No qualifiers, at `offset`.
    #[must_use]
    pub fn at(offset: usize) -> Self {
        Self { span: Span::at(offset), priority: None, audit: None, decision: None, ownership: None }
    }

    /// True when nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.span.is_empty()
    }
}

/// What a rule does to what it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// `allow`, the default.
    Allow,
    /// `deny`
    Deny,
    /// `prompt`: user space is asked.
    Prompt,
}

/// Whose files a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ownership {
    /// `owner` or `user`: files of the user that the task runs as.
    Owner,
    /// `other`: all other files.
    Other,
}

/// Reads the qualifiers and the blanks and comments behind each; none is fine.
pub(super) fn qualifiers(input: Input<'_>) -> Res<'_, Qualifiers> {
    let mut found = Qualifiers::at(input.offset());
    let mut rest = input;
    // How far along the fixed order we are: priority 1, audit 2, decision 3, owner 4.
    let mut stage = 0;
    let mut last = input;
    while let Ok((after, word)) = name(rest)
        && !is_file_of_old(rest)
    {
        let text = word.raw(rest.source());
        let next = match text {
            b"priority" if matches!(blanks(after).peek(), Some(b'=')) => 1,
            b"audit" => 2,
            b"allow" | b"deny" | b"prompt" => 3,
            b"owner" | b"user" | b"other" => 4,
            _ => break,
        };
        // `owner=` and the like are conditions of something else.
        if next > 1 && blanks(after).peek() == Some(b'=') {
            break;
        }
        if next <= stage {
            return fail(out_of_order(word, rest, &found, next, stage));
        }
        stage = next;
        let mut end = after;
        match text {
            b"priority" => {
                let (after, number) = priority(after)?;
                end = after;
                found.priority = Some(number);
            }
            b"audit" => found.audit = Some(word.span),
            b"allow" => found.decision = Some((Decision::Allow, word.span)),
            b"deny" => found.decision = Some((Decision::Deny, word.span)),
            b"prompt" => found.decision = Some((Decision::Prompt, word.span)),
            b"other" => found.ownership = Some((Ownership::Other, word.span)),
            _ => found.ownership = Some((Ownership::Owner, word.span)),
        }
        last = end;
        rest = trivia(end);
    }
    found.span = input.span_to(last);
    Ok((rest, found))
}

/// `= NUMBER` behind `priority`.
fn priority(input: Input<'_>) -> Res<'_, Word> {
    let (rest, _) = character(b'=')(blanks(input))?;
    let rest = blanks(rest);
    let bytes = rest.rest();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let digits = bytes[sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        return fail(
            SyntaxError::new(
                found_span(rest),
                format!("expected a number behind `priority=`, found {}", found(rest)),
            )
            .help("write a number from -1000 to 1000 on the same line"),
        );
    }
    Ok((rest.skip(sign + digits), Word { span: rest.span(sign + digits) }))
}

fn out_of_order(word: Word, input: Input<'_>, found: &Qualifiers, next: u8, stage: u8) -> SyntaxError {
    let text = word.display(input.source());
    let message = if next == stage {
        let earlier = match next {
            1 => found.priority.map(|word| word.span),
            2 => found.audit,
            3 => found.decision.map(|(_, span)| span),
            _ => found.ownership.map(|(_, span)| span),
        };
        let earlier = earlier.unwrap_or(found.span).of(input.source());
        if earlier == word.raw(input.source()) || next == 1 {
            format!("`{text}` is written twice")
        } else {
            format!("`{text}` contradicts the `{}` before it", String::from_utf8_lossy(earlier))
        }
    } else {
        format!("`{text}` stands too late")
    };
    SyntaxError::new(word.span, message).help(
        "write qualifiers once and in this order: `priority=`, `audit`, `allow`/`deny`/`prompt`, `owner`",
    )
}

/// Reads one of the words that mark a file rule as `safe` or `unsafe`.
pub(super) fn one_of<'a>(input: Input<'a>, words: &[&'static str]) -> Option<(Input<'a>, usize, Span)> {
    words
        .iter()
        .enumerate()
        .find_map(|(index, word)| keyword(word)(input).ok().map(|(rest, span)| (space(rest), index, span)))
}
