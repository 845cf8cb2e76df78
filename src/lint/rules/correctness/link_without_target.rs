use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::syntax::Decision;

declare_rule! {
    /// A rule that lets make hard links without saying to what.
    ///
    /// Off by default: the kernel then asks that the link grants no more than its target does, which is mostly enough.
    ///
    /// # Why
    /// Any file that the rules below the link's name cover as well can be linked there, and a set-uid program or another user's file
    /// gets a second name.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /srv/spool/* rwl,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /srv/spool/* rw,
    /// link /srv/spool/* -> /srv/incoming/*,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Link rules"
    pub struct LinkWithoutTarget {
        id: "link-without-target",
        group: Correctness,
        severity: Note,
        default: Off,
    }
}

impl Rule for LinkWithoutTarget {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, rule, file_rule, _) in file.file_rules() {
            let Some(permissions) = file_rule.permissions else { continue };
            let denies = matches!(rule.qualifiers.decision, Some((Decision::Deny, _)));
            let links = permissions.raw(file.bytes()).iter().any(|letter| letter.eq_ignore_ascii_case(&b'l'));
            if links && !denies && file_rule.target.is_none() {
                findings.report(
                    Self::finding(file.location(permissions.span), "`l` lets link to any file")
                        .help("name the target: `link NAME -> TARGET,`"),
                );
            }
        }
    }
}
