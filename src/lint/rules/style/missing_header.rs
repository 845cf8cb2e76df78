use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, FileKind, Findings, Rule};
use crate::source::Span;
use crate::syntax::ItemKind;

declare_rule! {
    /// A file with profiles that does not begin with a comment.
    ///
    /// # Why
    /// Who wrote it, under which licence it is and what it is for is asked of every profile that leaves its author's machine.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// # Example, a program that shows things.
    /// # SPDX-License-Identifier: MIT
    ///
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Source
    /// AppArmor's own profiles
    pub struct MissingHeader {
        id: "missing-header",
        group: Style,
    }
}

impl Rule for MissingHeader {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        let Some(first) = file.file.items.first() else { return };
        if file.kind == FileKind::Profile && !matches!(first.kind, ItemKind::Comment(_)) {
            let start = first.span.start as usize;
            let line =
                file.text(first.span).iter().position(|byte| *byte == b'\n').unwrap_or(first.span.len());
            findings.report(
                Self::finding(
                    file.location(Span::new(start, start + line)),
                    "the file does not begin with a comment",
                )
                .help("say what it is for, who wrote it, and its licence"),
            );
        }
    }
}
