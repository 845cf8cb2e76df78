use crate::diagnostic::Applicability;
use crate::format::{self, Style};
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::source::Span;

declare_rule! {
    /// A file that `aakit fmt` would lay out otherwise: indentation, tabs, blanks at line ends, lists.
    ///
    /// Off by default: `aakit fmt --check` says the same. The layout is the default one, whatever `[fmt]` of the config says.
    ///
    /// # Why
    /// In a tree of one layout a difference between two versions is a difference in policy.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example
    /// {
    ///     /etc/passwd   r,
    /// }
    /// ```
    ///
    /// # Good
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
    /// # Fix
    /// Lays the file out. No word changes.
    ///
    /// # Source
    /// `aakit fmt`
    pub struct Unformatted {
        id: "unformatted",
        group: Style,
        fix: Safe,
    }
}

impl Rule for Unformatted {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        // What cannot be read is not laid out.
        let (old, style) = (file.bytes(), Style::default());
        let formatted = match file.is_plain {
            true => format::format_tree(old, file.file, &style),
            false => format::format(old, &style),
        };
        let Ok(formatted) = formatted else { return };
        if formatted == old {
            return;
        }
        let same = |(one, other): &(&u8, &u8)| one == other;
        let before = old.iter().zip(&formatted).take_while(same).count();
        let most = old.len().min(formatted.len()) - before;
        let behind = old.iter().rev().zip(formatted.iter().rev()).take(most).take_while(same).count();
        let span = Span::new(before, old.len() - behind);
        let replacement = formatted[before..formatted.len() - behind].to_vec();
        let line_end =
            old[before..].iter().position(|byte| *byte == b'\n').map_or(old.len(), |at| before + at);
        let mark = Span::new(before, line_end.min(old.len() - behind).max(before));
        findings.report(
            Self::finding(
                file.location(mark),
                "this file is not laid out as usual; the first difference is here",
            )
            .help("run `aakit fmt`")
            .fix("lay the file out", Applicability::Safe, vec![(span, replacement)]),
        );
    }
}
