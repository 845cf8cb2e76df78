use crate::diagnostic::Applicability;
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::syntax::{IncludeForm, ItemKind};

declare_rule! {
    /// An include that is written `#include`.
    ///
    /// # Why
    /// It looks like a comment, and readers and tools pass over it. AppArmor 3 takes `include` everywhere.
    ///
    /// # Bad
    /// ```apparmor rules
    /// #include <abstractions/base>
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// include <abstractions/base>
    /// ```
    ///
    /// # Fix
    /// Drops the `#`.
    ///
    /// # Source
    /// apparmor.d(5), "#include mechanism"
    pub struct HashInclude {
        id: "hash-include",
        group: Style,
        fix: Safe,
    }
}

impl Rule for HashInclude {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for item in file.items() {
            let ItemKind::Include(include) = &item.kind else { continue };
            if !include.hash {
                continue;
            }
            let finding = Self::finding(file.location(include.keyword), "this include looks like a comment")
                .help("write `include`");
            findings.report(match include.form {
                // `#include name` and `include name` do not end alike.
                IncludeForm::Bare => finding,
                IncludeForm::Search | IncludeForm::Quoted => {
                    // `#include<x>` is read, `include<x>` is not.
                    let is_close =
                        !file.bytes().get(include.keyword.end as usize).is_some_and(u8::is_ascii_whitespace);
                    let word: &[u8] = if is_close { b"include " } else { b"include" };
                    finding.fix("drop the `#`", Applicability::Safe, vec![(include.keyword, word.to_vec())])
                }
            });
        }
    }
}
