use crate::diagnostic::Applicability;
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::source::Span;
use crate::syntax::{IncludeForm, ItemKind};

declare_rule! {
    /// A line that looks like a comment and is an include: `#includefoo`, `#included by base`.
    ///
    /// # Why
    /// apparmor_parser takes every line that begins with `#include` for an include. The words behind it become the name of a file: the
    /// profile is refused when there is none, and takes in a file that nobody meant when there is one.
    ///
    /// # Bad
    /// ```apparmor rules
    /// #include/base/others
    /// ```
    /// ```apparmor file=others
    /// /etc/passwd r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// # included by base
    /// /etc/passwd r,
    /// ```
    ///
    /// # Fix
    /// Puts a blank behind `#`, which makes it the comment that it looks like. What it includes is lost, so it is made only when unsafe
    /// fixes are allowed.
    ///
    /// # Source
    /// found with apparmor_parser 3.0.8 and 6.0
    pub struct HiddenInclude {
        id: "hidden-include",
        group: Correctness,
        fix: Unsafe,
    }
}

impl Rule for HiddenInclude {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for item in file.items() {
            let ItemKind::Include(include) = &item.kind else { continue };
            // `#include "x"` and `#include <x>` are known for what they are.
            if !include.hash || include.form != IncludeForm::Bare {
                continue;
            }
            let behind_hash = Span::at(include.keyword.start as usize + 1);
            findings.report(
                Self::finding(
                    file.location(include.keyword.to(include.path.span)),
                    "this is an include, not a comment",
                )
                .note(format!("apparmor_parser opens the file `{}`", file.show(&include.path)))
                .help("for a comment put a blank behind `#`; for an include write `include <file>`")
                .fix(
                    "make it a comment",
                    Applicability::Unsafe,
                    vec![(behind_hash, b" ".to_vec())],
                ),
            );
        }
    }
}
