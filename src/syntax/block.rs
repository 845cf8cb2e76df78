//! `{ … }`, and the rule blocks `audit deny { … }`.

use super::error::SyntaxError;
use super::file::{Comment, Item, check_depth, items_until_close, trailing_comment};
use super::input::{Askew, Input, Res};
use super::lexical::character;
use super::qualifiers::Qualifiers;
use crate::source::Span;

/// What is said of a block without an end.
pub(super) const UNCLOSED_BLOCK: &str = "this block is never closed";

/// Items in braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// `{`
    pub open: Span,
    /// The comment behind `{` on its line.
    pub comment: Option<Comment>,
    /// What is inside.
    pub items: Vec<Item>,
    /// `}`; empty where it is missing.
    pub close: Span,
}

/// Rules that share qualifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleBlock {
    /// What stands before the brace.
    pub qualifiers: Qualifiers,
    /// The rules.
    pub body: Block,
}

/// A block from its `{` through its `}`.
pub(super) fn block(input: Input<'_>) -> Res<'_, Block> {
    let (rest, open) = character(b'{')(input)?;
    check_depth(input)?;
    let (rest, comment) = trailing_comment(rest);
    let mut items = Vec::new();
    let rest = rest.state.nested(|| items_until_close(rest, &mut items));
    if rest.peek() == Some(b'}') {
        note_indentation(open, rest);
        return Ok((rest.skip(1), Block { open, comment, items, close: rest.span(1) }));
    }
    if rest.state.has_given_up() {
        return Ok((rest, Block { open, comment, items, close: rest.span(0) }));
    }
    if rest.state.takes_swallowed_close() || rest.state.tells_of_unclosed_block() {
        // The innermost block is told; the blocks around it lack their ends for the same reason.
        return Ok((rest, Block { open, comment, items, close: rest.span(0) }));
    }
    rest.state.report(match rest.state.lacks_close(open.start as usize) {
        Some(inner) => SyntaxError::new(inner.open, UNCLOSED_BLOCK)
            .label("opened here")
            .related(inner.close, "this `}` closes it instead of the block that it stands under")
            .help("close it with `}` before that line"),
        None => SyntaxError::new(open, UNCLOSED_BLOCK)
            .label("opened here")
            .related(rest.span(0), "the file ends here")
            .help("close it with `}`"),
    });
    Ok((rest, Block { open, comment, items, close: rest.span(0) }))
}

/// How far into a line indentation is looked at.
const MARGIN: usize = 256;

/// Notes a block whose `}` does not stand under the line of its `{`, where both have their places as people write them.
fn note_indentation(open: Span, close: Input<'_>) {
    let source = close.source();
    let indentation = |at: usize| {
        let near = &source[at.saturating_sub(MARGIN)..at];
        let line = match near.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => &near[end + 1..],
            None if near.len() < MARGIN => near,
            None => return None,
        };
        let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        Some((blanks, blanks == line.len()))
    };
    let behind = &source[open.end as usize..];
    let mut behind = behind.iter().take(MARGIN).filter(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
    let ends_line = matches!(behind.next(), Some(b'\n' | b'#'));
    let (Some((opened, _)), Some((closed, begins_line)), true) =
        (indentation(open.start as usize), indentation(close.offset()), ends_line)
    else {
        return;
    };
    if begins_line && opened != closed {
        close.state.note_askew(Askew { open, close: close.span(1), closes_further_in: closed > opened });
    }
}

/// A block whose `{` is missing, which is told already.
pub(super) fn unopened_block(input: Input<'_>) -> (Input<'_>, Block) {
    let mut items = Vec::new();
    let rest = input.state.nested(|| items_until_close(input, &mut items));
    let close = if rest.peek() == Some(b'}') { rest.span(1) } else { rest.span(0) };
    (rest.skip(close.len()), Block { open: input.span(0), comment: None, items, close })
}

/// A rule block behind its qualifiers.
pub(super) fn rule_block(input: Input<'_>, qualifiers: Qualifiers) -> Res<'_, RuleBlock> {
    let (rest, body) = block(input)?;
    Ok((rest, RuleBlock { qualifiers, body }))
}
