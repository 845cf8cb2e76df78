use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::syntax::ItemKind;

declare_rule! {
    /// A qualifier before an include.
    ///
    /// # Why
    /// An include is text that is put in its place: the qualifier goes to the first rule of the file, and to no other.
    ///
    /// # Bad
    /// ```apparmor rules
    /// deny include <abstractions/base>
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// include <abstractions/base>
    /// ```
    ///
    /// # Source
    /// found with apparmor_parser 3.0.8 and 6.0
    pub struct QualifiedInclude {
        id: "qualified-include",
        group: Correctness,
    }
}

impl Rule for QualifiedInclude {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for item in file.items() {
            let ItemKind::Include(include) = &item.kind else { continue };
            if include.qualifiers.is_empty() {
                continue;
            }
            let words = String::from_utf8_lossy(file.text(include.qualifiers.span));
            findings.report(
                Self::finding(
                    file.location(include.qualifiers.span),
                    format!("`{words}` holds for the first rule of the included file only"),
                )
                .help("write the rules out with their qualifiers, or remove these"),
            );
        }
    }
}
