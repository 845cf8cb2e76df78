use crate::diagnostic::Applicability;
use crate::glob::{Dialect, Glob, PathSet};
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::policy::Policy;
use crate::source::Span;
use crate::syntax::{RuleKind, Word};

declare_rule! {
    /// An alternative in braces that matches nothing more than the others.
    ///
    /// # Why
    /// It looks as if it meant something: most often another text was meant.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /etc/example{,} r,
    /// ```
    /// ```apparmor rules
    /// /srv/{data,data,logs}/* r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /etc/example{,.d/*} r,
    /// ```
    ///
    /// # Fix
    /// Removes the alternative, and the braces where one is left. What is compiled stays the same.
    ///
    /// # Source
    /// apparmor.d(5), "Globbing"
    pub struct RedundantAlternation {
        id: "redundant-alternation",
        group: Redundancy,
        fix: Safe,
    }
}

impl Rule for RedundantAlternation {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, rule) in file.rules() {
            let RuleKind::File(access) = &rule.kind else { continue };
            let Some(path) = access.path else { continue };
            if let Some((alternative, edit)) = redundant(file.text(path.span)) {
                if may_change_alias(
                    file.policy,
                    path.text(file.bytes()),
                    &file.text(path.span)[..edit.0.start],
                ) {
                    continue;
                }
                let at = |range: std::ops::Range<usize>| {
                    let start = path.span.start as usize;
                    Span::new(start + range.start, start + range.end)
                };
                let shown = String::from_utf8_lossy(&file.text(path.span)[alternative.clone()]).into_owned();
                let message = match shown.as_str() {
                    "" => "the empty alternative adds nothing".to_owned(),
                    shown => format!("the alternative `{shown}` adds nothing"),
                };
                let place = if alternative.is_empty() { at(edit.0.clone()) } else { at(alternative) };
                findings.report(
                    Self::finding(file.location(place), message)
                        .help(format!("remove it from `{}`", show(file, path)))
                        .fix("remove the alternative", Applicability::Safe, vec![(at(edit.0), edit.1)]),
                );
            }
        }
    }
}

/// Whether an alias fits a rule is told by the text: may one fit better or worse when it changes behind `head`?
fn may_change_alias(policy: &Policy, text: &[u8], head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\"").unwrap_or(head);
    // What a variable stands for is not looked at.
    let has_variables = text.windows(2).any(|pair| pair == b"@{");
    policy.aliases.iter().any(|(from, _, _)| has_variables || from.starts_with(head))
}

fn show(file: &FileContext<'_>, path: Word) -> String {
    file.show(&path).into_owned()
}

type Edit = (std::ops::Range<usize>, Vec<u8>);

/// Longer texts are left alone.
const MOST_BYTES: usize = 200;

/// The first alternative that adds nothing, and the group without it.
fn redundant(text: &[u8]) -> Option<(std::ops::Range<usize>, Edit)> {
    if text.len() > MOST_BYTES || !text.contains(&b'{') || text.contains(&b'\\') {
        return None;
    }
    let has_variables = text.contains(&b'@');
    let whole = if has_variables { None } else { Some(PathSet::from(&glob(text)?)) };
    for group in groups(text) {
        for (index, alternative) in group.alternatives.iter().enumerate() {
            let is_repeated = group.alternatives[..index]
                .iter()
                .any(|earlier| text[earlier.clone()] == text[alternative.clone()]);
            let edit = group.without(text, index);
            let less = [&text[..edit.0.start], &edit.1, &text[edit.0.end..]].concat();
            let is_same = |whole: &PathSet| {
                let less = glob(&less).map(|less| PathSet::from(&less));
                let both = |less: &PathSet| Some(less.includes(whole).ok()? && whole.includes(less).ok()?);
                less.as_ref().and_then(both).unwrap_or(false)
            };
            // What variables stand for is not looked at: then only the same text adds nothing for sure.
            let adds_nothing = whole.as_ref().map_or(is_repeated, is_same);
            if adds_nothing && !joins(&less, edit.0.start) && !joins(&less, edit.0.start + edit.1.len()) {
                return Some((alternative.clone(), edit));
            }
        }
    }
    None
}

/// Would the bytes on both sides of `at` mean something else together: `*` and `*`, or `/` and `/`?
fn joins(text: &[u8], at: usize) -> bool {
    matches!(at.checked_sub(1).and_then(|before| text.get(before..=at)), Some(b"**" | b"//"))
}

fn glob(text: &[u8]) -> Option<Glob> {
    let text = text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(text);
    Glob::parse(text, Dialect::Path).ok()
}

/// A group in braces.
struct Group {
    /// With its braces.
    span: std::ops::Range<usize>,
    alternatives: Vec<std::ops::Range<usize>>,
}

impl Group {
    /// The group's new text when one alternative is gone.
    fn without(&self, text: &[u8], index: usize) -> Edit {
        let rest: Vec<&[u8]> = self
            .alternatives
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index)
            .map(|(_, range)| &text[range.clone()])
            .collect();
        let new = match rest.as_slice() {
            [one] => one.to_vec(),
            rest => [b"{", rest.join(&b',').as_slice(), b"}"].concat(),
        };
        (self.span.clone(), new)
    }
}

/// The groups of a text, `@{…}` left out.
fn groups(text: &[u8]) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut open: Vec<Option<(usize, Vec<usize>)>> = Vec::new();
    let mut in_class = false;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'[' => in_class = true,
            b']' => in_class = false,
            _ if in_class => {}
            b'{' if at > 0 && text[at - 1] == b'@' => open.push(None),
            b'{' => open.push(Some((at, Vec::new()))),
            b',' => {
                if let Some(Some((_, commas))) = open.last_mut() {
                    commas.push(at);
                }
            }
            b'}' => {
                if let Some(Some((start, commas))) = open.pop()
                    && !commas.is_empty()
                {
                    let starts = std::iter::once(start + 1).chain(commas.iter().map(|comma| comma + 1));
                    let ends = commas.iter().copied().chain([at]);
                    groups.push(Group {
                        span: start..at + 1,
                        alternatives: starts.zip(ends).map(|(from, to)| from..to).collect(),
                    });
                }
            }
            _ => {}
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str) -> Option<String> {
        let (_, (range, new)) = redundant(text.as_bytes())?;
        let parts = [&text.as_bytes()[..range.start], &new, &text.as_bytes()[range.end..]];
        Some(String::from_utf8(parts.concat()).unwrap())
    }

    #[test]
    fn what_stays_the_same_is_shorter() {
        assert_eq!(without("/a{b,b}c").as_deref(), Some("/abc"));
        assert_eq!(without("/a{b,*,c}").as_deref(), Some("/a{*,c}"));
        assert_eq!(without("@{A}/{b,b}").as_deref(), Some("@{A}/b"));
    }

    /// `/a/*{*,*}` became `/a/**`, which holds much more.
    #[test]
    fn no_two_stars_or_slashes_are_joined() {
        for text in ["/a/*{*,*}", "/a/*{,}*", "/a/{*,*}*", "@{A}/*{*,*}", "@{A}/{/b,/b}", "@{A}{/,/}/b"] {
            assert_eq!(without(text), None, "{text}");
        }
    }

    #[test]
    fn braces_in_a_class_are_letters() {
        assert_eq!(without("/a[{b,b}]"), None);
        assert_eq!(without("@{A}[{b,b}]"), None);
    }
}
