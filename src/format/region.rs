//! `# aakit: fmt off` and `# aakit: fmt on`: what stands between them stays as it is. Each is a comment on its own line; a
//! region that is not switched on again ends with its block. What follows the word is a reason.

use crate::source::Span;
use crate::syntax::{Item, ItemKind};

/// Does the item switch the formatter off?
pub(super) fn switches_off(item: &Item, source: &[u8]) -> bool {
    directive(item, source) == Some(b"off")
}

/// The region behind `items[off]`: the index of the item that switches on again (or behind the last), and the lines between.
/// `end` is where the block ends.
pub(super) fn region(items: &[Item], off: usize, end: usize, source: &[u8]) -> (usize, Span) {
    let on = items[off + 1..]
        .iter()
        .position(|item| directive(item, source) == Some(b"on"))
        .map_or(items.len(), |at| off + 1 + at);
    let comment_end = items[off].span.end as usize;
    let line = source[comment_end..].iter().position(|byte| *byte == b'\n');
    let start = line.map_or(source.len(), |at| comment_end + at + 1);
    let end = items.get(on).map_or(end, |item| item.span.start as usize);
    let blanks = source[..end].iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let line_start = end - blanks;
    let starts_line = line_start == 0 || source[line_start - 1] == b'\n';
    (on, Span::new(start, if starts_line { line_start } else { end }.max(start)))
}

fn directive<'s>(item: &Item, source: &'s [u8]) -> Option<&'s [u8]> {
    let ItemKind::Comment(comment) = item.kind else { return None };
    let text = comment.span.of(source).strip_prefix(b"#")?.trim_ascii();
    let text = text.strip_prefix(b"aakit:")?.trim_ascii_start();
    let word = text.strip_prefix(b"fmt")?;
    // A reason may follow.
    let order = word.trim_ascii().split(u8::is_ascii_whitespace).next();
    order.filter(|_| word.trim_ascii_start().len() < word.len())
}
