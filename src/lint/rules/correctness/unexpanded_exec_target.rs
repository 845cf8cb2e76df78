use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};

declare_rule! {
    /// A variable in the target of an exec rule.
    ///
    /// # Why
    /// Variables are replaced everywhere but there: the kernel looks for a profile whose name is the reference itself, and the exec fails.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /usr/bin/tool Px -> tool-@{pid},
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /usr/bin/tool Px -> example,
    /// ```
    ///
    /// # Source
    /// found with apparmor_parser 3.0.8 and 6.0
    pub struct UnexpandedExecTarget {
        id: "unexpanded-exec-target",
        group: Correctness,
    }
}

impl Rule for UnexpandedExecTarget {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, _, rule, _) in file.file_rules() {
            let (Some(target), Some(permissions)) = (rule.target, rule.permissions) else { continue };
            let name = target.name.text(file.bytes());
            let executes =
                permissions.raw(file.bytes()).iter().any(|letter| letter.eq_ignore_ascii_case(&b'x'));
            if !executes || !name.windows(2).any(|pair| pair == b"@{") {
                continue;
            }
            let shown = file.show(&target.name);
            findings.report(
                Self::finding(
                    file.location(target.name.span),
                    format!("the variable in `{shown}` is not replaced"),
                )
                .note("the target of an exec rule is taken as it is written")
                .help("write the name of the profile"),
            );
        }
    }
}
