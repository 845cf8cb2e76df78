//! Is the printed text the same profile? Both texts are taken apart again and compared: the words, the tree over them,
//! and the comments. What stands between the words must be nothing but blanks, line ends and list commas, so that a word
//! that the parser lost would be seen too.

use crate::source::Span;
use crate::syntax::{self, File, Role, Step};

/// What a defect of the formatter would have changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    /// The result does not parse.
    #[error("the result would not parse")]
    Unreadable,
    /// Words are lost, added or in another order. The byte offset in the source.
    #[error("the words would differ from byte {0} on")]
    Words(usize),
    /// A comment is lost, added, changed, or stands on its own line in one of the two only.
    #[error("the comments would differ")]
    Comments,
    /// There is text that is neither word, blank nor comment. The byte offset in that text.
    #[error("byte {0} belongs to no word")]
    Uncovered(usize),
}

/// Compares the text that was read with the text that would be written.
///
/// # Errors
/// The first difference.
pub(super) fn same(source: &[u8], read: &File, text: &[u8]) -> Result<(), Difference> {
    let written = syntax::parse(text);
    if !written.errors.is_empty() {
        return Err(Difference::Unreadable);
    }
    let before = Outline::new(source, read)?;
    let after = Outline::new(text, &written.file)?;
    let differs = before.steps.iter().zip(&after.steps).find(|((left, _), (right, _))| left != right);
    if let Some(((_, at), _)) = differs {
        return Err(Difference::Words(*at));
    }
    if before.steps.len() != after.steps.len() {
        return Err(Difference::Words(source.len()));
    }
    if before.comments != after.comments { Err(Difference::Comments) } else { Ok(()) }
}

/// A text without its layout.
struct Outline<'a> {
    /// What is passed on a walk over the tree, and where.
    steps: Vec<(Mark<'a>, usize)>,
    /// Each comment without the blanks at its end, and whether it has its line for itself.
    comments: Vec<(&'a [u8], Place)>,
}

#[derive(Debug, PartialEq, Eq)]
enum Mark<'a> {
    Enter(&'static str),
    Word(Role, &'a [u8]),
    Leave,
}

#[derive(Debug, PartialEq, Eq)]
enum Place {
    OwnLine,
    Behind,
}

impl<'a> Outline<'a> {
    fn new(text: &'a [u8], file: &File) -> Result<Self, Difference> {
        let mut steps = Vec::with_capacity(text.len() / 4);
        let mut spans = Vec::with_capacity(text.len() / 4);
        let mut in_comment = false;
        file.walk(text, &mut |step| match step {
            // Comments may move behind a brace, so they are compared by themselves.
            Step::Enter("comment") => in_comment = true,
            Step::Leave if in_comment => in_comment = false,
            Step::Comment(_) => {}
            Step::Enter(name) => steps.push((Mark::Enter(name), spans.last().map_or(0, span_end))),
            Step::Leave => steps.push((Mark::Leave, spans.last().map_or(0, span_end))),
            Step::Token(token) => {
                steps.push((Mark::Word(token.role, token.span.of(text)), token.span.start as usize));
                spans.push((token.span, Some(token.role)));
            }
        });
        spans.extend(file.comments.iter().map(|comment| (comment.span, None)));
        spans.sort_by_key(|(span, _)| *span);
        check_gaps(text, &spans)?;
        let comments = file.comments.iter().map(|comment| {
            let start = comment.span.start as usize;
            let line = text[..start].rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
            let own = line.iter().all(|byte| matches!(byte, b' ' | b'\t'));
            (trim_end(comment.span.of(text)), if own { Place::OwnLine } else { Place::Behind })
        });
        Ok(Self { steps, comments: comments.collect() })
    }
}

/// Nothing but blanks, line ends, the commas of lists and line continuations stands between words and comments.
fn check_gaps(text: &[u8], spans: &[(Span, Option<Role>)]) -> Result<(), Difference> {
    let mut at = 0;
    let mut lists = 0usize;
    let end = (Span::at(text.len()), None);
    for (span, role) in spans.iter().chain([&end]) {
        let start = span.start as usize;
        if start < at {
            return Err(Difference::Uncovered(start));
        }
        let gap = &text[at..start];
        let strange = |(index, byte): (usize, &u8)| match byte {
            b' ' | b'\t' | b'\n' | b'\r' => false,
            b',' => lists == 0,
            b'\\' => gap.get(index + 1) != Some(&b'\n'),
            _ => true,
        };
        if let Some(index) = gap.iter().enumerate().position(strange) {
            return Err(Difference::Uncovered(at + index));
        }
        match role {
            Some(Role::OpenList) => lists += 1,
            Some(Role::CloseList) => lists = lists.saturating_sub(1),
            _ => {}
        }
        at = span.end as usize;
    }
    Ok(())
}

fn span_end((span, _): &(Span, Option<Role>)) -> usize {
    span.end as usize
}

/// A comment's text without blanks at its end.
pub(super) fn trim_end(comment: &[u8]) -> &[u8] {
    let kept = comment.iter().rposition(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
    &comment[..kept.map_or(0, |last| last + 1)]
}
