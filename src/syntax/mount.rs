//! `mount fstype=ext4 options=(ro, nosuid) /dev/sda1 -> /mnt/,` and `remount`, `umount`.

use super::clause::{Condition, bare_word, conditions};
use super::error::{SyntaxError, fail};
use super::input::{Input, Res};
use super::lexical::{arrow, found, found_span, name, rule_word, space};
use super::rule::end_of_clause;
use super::word::Word;
use crate::source::Span;

/// Which of the three a mount rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MountOperation {
    /// `mount`
    Mount,
    /// `remount`
    Remount,
    /// `umount` or `unmount`
    Umount,
}

/// A mount rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MountRule {
    /// The keyword.
    pub keyword: Span,
    /// What it says.
    pub operation: MountOperation,
    /// `fstype=`, `options=` and the like.
    pub conditions: Vec<Condition>,
    /// What is mounted; in a `remount` or `umount` rule there is none.
    pub source: Option<Word>,
    /// `->`
    pub arrow: Option<Span>,
    /// Where it is mounted.
    pub mountpoint: Option<Word>,
}

/// A mount rule with its comma.
pub(super) fn mount(input: Input<'_>) -> Res<'_, MountRule> {
    let (rest, word) = name(input)?;
    let operation = match word.raw(input.source()) {
        b"mount" => MountOperation::Mount,
        b"remount" => MountOperation::Remount,
        _ => MountOperation::Umount,
    };
    let (mut end, conditions) = conditions(rest)?;
    let mut rule =
        MountRule { keyword: word.span, operation, conditions, source: None, arrow: None, mountpoint: None };
    let first = bare_word(space(end))?;
    if let Some((after, word)) = first {
        end = after;
        match operation {
            MountOperation::Mount => rule.source = Some(word),
            MountOperation::Remount | MountOperation::Umount => rule.mountpoint = Some(word),
        }
    }
    if operation == MountOperation::Mount
        && let Ok((after, span)) = arrow(space(end))
    {
        // Glued, `->/b` is one word.
        if after.peek() != Some(b'"') && rule_word(space(end)).is_ok() {
            return fail(
                SyntaxError::new(span, "a blank is missing behind `->`").help("write `-> MOUNTPOINT`").fix(
                    "add the blank",
                    Span::at(after.offset()),
                    *b" ",
                ),
            );
        }
        rule.arrow = Some(span);
        let Some((after, word)) = bare_word(space(after))? else {
            let next = space(after);
            return fail(
                SyntaxError::new(
                    found_span(next),
                    format!("expected a mount point behind `->`, found {}", found(next)),
                )
                .help("conditions stand before the source; write `mount options=(…) SOURCE -> MOUNTPOINT,`"),
            );
        };
        rule.mountpoint = Some(word);
        end = after;
    }
    let expected = match (operation, rule.source.is_some(), rule.arrow.is_some(), rule.mountpoint.is_some()) {
        (MountOperation::Mount, false, false, _) => "a condition, a source, `->` or ",
        (MountOperation::Mount, true, false, _) => "`->` or ",
        (MountOperation::Mount, ..) | (_, _, _, true) => "",
        _ => "a condition, a mount point or ",
    };
    let (rest, ()) = end_of_clause(input, space(end), end.offset(), expected, std::iter::empty())?;
    Ok((rest, rule))
}
