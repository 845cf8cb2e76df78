use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};

declare_rule! {
    /// A target behind `->` in a rule with both an exec mode and `l`.
    ///
    /// With the permissions in front of the path apparmor_parser refuses such a rule, which `link-and-exec-target` tells; behind it, the
    /// target is the exec's.
    ///
    /// # Why
    /// The target looks as if it bound the link, which may lead to any file.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /usr/bin/tool lPx -> example,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /usr/bin/tool Px -> example,
    /// link /usr/bin/tool -> /usr/lib/example/tool,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Link rules"; found with apparmor_parser 3.0.8 and 5.0
    pub struct ExecTargetBesideLink {
        id: "exec-target-beside-link",
        group: Correctness,
    }
}

impl Rule for ExecTargetBesideLink {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, _, rule, _) in file.file_rules() {
            let (Some(target), Some(permissions)) = (rule.target, rule.permissions) else { continue };
            let letters = permissions.raw(file.bytes());
            let has = |wanted: u8| letters.iter().any(|letter| letter.eq_ignore_ascii_case(&wanted));
            // Behind `ix` it is the target that is wrong, which `unexpanded-exec-target` looks at.
            let is_transition = has(b'x') && (has(b'p') || has(b'c') || has(b'u'));
            if rule.permissions_first || !is_transition || !has(b'l') {
                continue;
            }
            findings.report(
                Self::finding(
                    file.location(target.arrow.to(target.name.span)),
                    "this target is the exec's alone: `l` lets link to any file",
                )
                .related(file.location(permissions.span), "both an exec mode and `l`")
                .help("write two rules: one with the exec mode, and `link NAME -> TARGET,`"),
            );
        }
    }
}
