use crate::diagnostic::Applicability;
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::source::Span;

declare_rule! {
    /// A sentence in a comment that is glued to its `#`.
    ///
    /// A rule that is switched off (`#/etc/passwd r,`) and comments for tools (`#aa:…`) are left alone.
    ///
    /// # Why
    /// A blank behind `#` tells prose from a rule that is switched off, and keeps `#include…` from becoming an include.
    ///
    /// # Bad
    /// ```apparmor rules
    /// #The users of this system
    /// /etc/passwd r,
    /// ```
    /// ```apparmor rules
    /// #needed for the list of users
    /// /etc/passwd r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// # The users of this system
    /// /etc/passwd r,
    /// #/etc/shadow r,
    /// ```
    ///
    /// # Fix
    /// Adds the blank.
    ///
    /// # Source
    /// 80 to 90 of 100 comments in AppArmor's own profiles
    pub struct CommentSpace {
        id: "comment-space",
        group: Style,
        fix: Safe,
    }
}

impl Rule for CommentSpace {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for comment in file.comments() {
            let text = file.text(comment.span);
            if !is_prose(text) {
                continue;
            }
            let at = Span::at(comment.span.start as usize + 1);
            findings.report(
                Self::finding(file.location(comment.span), "a blank is missing behind `#`")
                    .help("write `# …`")
                    .fix("add the blank", Applicability::Safe, vec![(at, b" ".to_vec())]),
            );
        }
    }
}

/// Is it a sentence, and neither a rule that is switched off nor a line for a tool?
fn is_prose(comment: &[u8]) -> bool {
    let Some(text) = comment.strip_prefix(b"#").map(<[u8]>::trim_ascii_end) else { return false };
    if text.ends_with(b",") || text.ends_with(b"{") || !text.contains(&b' ') {
        return false;
    }
    match text {
        [first, second, ..] if first.is_ascii_uppercase() => second.is_ascii_lowercase(),
        // In small letters, plain words alone, of which a rule has two at most.
        [first, ..] if first.is_ascii_lowercase() => {
            let words = text.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
            words.clone().count() >= 2
                && !text.starts_with(b"include ")
                && words
                    .clone()
                    .all(|word| word.iter().all(|byte| byte.is_ascii_alphabetic() || b".'".contains(byte)))
        }
        _ => false,
    }
}
