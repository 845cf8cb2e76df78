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
            // A sentence begins with a capital and goes on with a small letter.
            let is_prose = matches!(text, [b'#', first, second, ..] if first.is_ascii_uppercase() && second.is_ascii_lowercase())
                && text.contains(&b' ')
                && !text.trim_ascii_end().ends_with(b",");
            if !is_prose {
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
