use crate::glob::{Dialect, Glob, PathSet};
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};

declare_rule! {
    /// A profile whose attachment matches no path at all.
    ///
    /// # Why
    /// The profile is never attached: the program that it was written for runs unconfined. apparmor_parser looks only at the first
    /// character that is written, not at the value of the variable.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// @{program} = example
    ///
    /// profile example @{program} {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// @{program} = /usr/bin/example
    ///
    /// profile example @{program} {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Source
    /// found with apparmor_parser 6.0
    pub struct AttachmentMatchesNothing {
        id: "attachment-matches-nothing",
        group: Correctness,
    }
}

impl Rule for AttachmentMatchesNothing {
    fn check_profile(&self, context: &ProfileContext<'_>, findings: &mut Findings) {
        let Some(attachment) = &context.profile.attachment else { return };
        // Most begin as they should, and need no automaton.
        let text = &attachment.pattern.text;
        if text.starts_with(b"/") && !text.starts_with(b"//") && !text.starts_with(b"/{/") {
            return;
        }
        let Ok(programs) = Glob::parse(b"/[^/]**", Dialect::Path) else { return };
        let pattern = &attachment.pattern;
        if pattern.glob.example().is_some_and(|example| programs.matches(&example)) {
            return;
        }
        if !matches!(PathSet::from(&*pattern.glob).overlap(&PathSet::from(&programs)), Ok(None)) {
            return;
        }
        let text: String = String::from_utf8_lossy(&pattern.text).chars().take(120).collect();
        let mut finding = Self::finding(pattern.location, "this attachment matches no path");
        if pattern.has_variables {
            finding = finding.note(format!("with its variables replaced it is `{text}`"));
        }
        findings.report(finding.help("write an absolute path: it begins with one `/`"));
    }
}
