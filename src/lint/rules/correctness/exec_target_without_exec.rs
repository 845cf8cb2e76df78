use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};

declare_rule! {
    /// A target behind `->` in a rule that lets neither execute nor link.
    ///
    /// # Why
    /// apparmor_parser accepts it and nothing comes of it. Most often the exec mode was forgotten, and the program is not executed at all.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /usr/bin/tool r -> helper,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /usr/bin/tool rPx -> example,
    /// ```
    ///
    /// # Source
    /// found with apparmor_parser 3.0.8 and 6.0
    pub struct ExecTargetWithoutExec {
        id: "exec-target-without-exec",
        group: Correctness,
    }
}

impl Rule for ExecTargetWithoutExec {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, _, rule, _) in file.file_rules() {
            let (Some(target), Some(permissions)) = (rule.target, rule.permissions) else { continue };
            let letters = permissions.raw(file.bytes());
            if letters.iter().any(|letter| b"xXlL".contains(letter)) {
                continue;
            }
            let shown = String::from_utf8_lossy(letters);
            findings.report(
                Self::finding(
                    file.location(target.arrow.to(target.name.span)),
                    format!("a target has no meaning for `{shown}`"),
                )
                .related(file.location(permissions.span), "neither an exec mode nor `l`")
                .help("add an exec mode such as `Px`, or remove the target"),
            );
        }
    }
}
