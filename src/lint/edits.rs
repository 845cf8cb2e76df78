//! Edits that several rules make.

use crate::policy::{ResolvedKind, ResolvedProfile, ResolvedRule};
use crate::source::Span;

/// What goes with a rule or a directive: its line where it stands alone, but never a comment. Nothing where a comment is
/// inside it.
#[must_use]
pub fn removal(source: &[u8], item: Span) -> Option<Span> {
    if item.of(source).contains(&b'#') && !item.of(source).starts_with(b"#include") {
        return None;
    }
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let (start, end) = (item.start as usize, item.end as usize);
    let before = source[..start].iter().rev().take_while(|byte| is_blank(byte)).count();
    let behind = source[end..].iter().take_while(|byte| is_blank(byte)).count();
    let line_start = start - before;
    let is_first = line_start == 0 || source[line_start - 1] == b'\n';
    let rest = &source[end + behind..];
    let line_end = match rest {
        [b'\r', b'\n', ..] => Some(2),
        [b'\n', ..] => Some(1),
        [] => Some(0),
        _ => None,
    };
    Some(match line_end {
        Some(length) if is_first => Span::new(line_start, end + behind + length),
        // What stands before it on the line keeps its place, and so does a comment behind it.
        Some(_) => Span::new(line_start, end),
        None => Span::new(start, end + behind),
    })
}

/// The words of a text, one blank between them.
#[must_use]
pub fn words(text: &[u8]) -> Vec<u8> {
    let words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(&b' ')
}

/// Does it compile to the same bytes without `rule`, which another covers? apparmor_parser numbers the names behind `->` as it
/// meets them: where rules that name the same stand apart, without one of them others may get its number.
#[must_use]
pub fn keeps_numbers(profile: &ResolvedProfile, rule: &ResolvedRule) -> bool {
    let target = |rule: &ResolvedRule| match &rule.kind {
        ResolvedKind::File(file) => file.exec_target.clone(),
        _ => None,
    };
    let Some(own) = target(rule) else { return true };
    let targets: Vec<bool> =
        profile.transitions.iter().map(|at| target(&profile.rules[*at]).as_ref() == Some(&own)).collect();
    let first = targets.iter().position(|is_own| *is_own).unwrap_or(0);
    let last = targets.iter().rposition(|is_own| *is_own).unwrap_or(0);
    targets.get(first..=last).is_none_or(|between| between.iter().all(|is_own| *is_own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_and_a_comment_stays() {
        let removed = |text: &str, item: &str| {
            let start = text.find(item).unwrap();
            let span = removal(text.as_bytes(), Span::new(start, start + item.len()))?;
            Some(format!("{}{}", &text[..span.start as usize], &text[span.end as usize..]))
        };
        assert_eq!(removed("{\n  /a r,\n  /b r,\n}", "/a r,").unwrap(), "{\n  /b r,\n}");
        assert_eq!(removed("{\n  /a r, # why\n}", "/a r,").unwrap(), "{\n  # why\n}");
        assert_eq!(removed("{ /a r, /b r, }", "/a r,").unwrap(), "{ /b r, }");
        assert_eq!(removed("{\n /a # why\n r,\n}", "/a # why\n r,"), None);
    }
}
