use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::ResolvedKind;
use crate::syntax::Decision;

declare_rule! {
    /// A profile that allows every file, and denies some.
    ///
    /// # Why
    /// A list of what is forbidden is never complete: a link, a mount or a new name leads to the same file past the denials, and
    /// what is installed tomorrow is allowed. Container escapes used the gaps between such denials.
    ///
    /// # Bad
    /// ```apparmor rules
    /// file,
    /// deny /etc/shadow r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /etc/example.conf r,
    /// /var/lib/example/** rw,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Rule Qualifiers"; CVE-2025-52881; moby issue 39791
    pub struct DenyAsDenylist {
        id: "deny-as-denylist",
        group: Security,
    }
}

impl Rule for DenyAsDenylist {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        if profile.grants.denials().next().is_none() {
            return;
        }
        let wide = profile.grants.files.iter().filter(|grant| profile.grants.is_denylist(grant));
        let files = wide.map(|grant| grant.rule);
        let all = profile
            .other_rules
            .iter()
            .copied()
            .filter(|rule| matches!(rule.kind, ResolvedKind::All) && rule.decision == Decision::Allow);
        let found = files.chain(all).find_map(|rule| Some((rule, profile.grants.meant_denial(rule)?)));
        let Some((rule, denial)) = found else { return };
        findings.report(
            Self::finding(rule.origin.location, "everything is allowed here, and only what is denied is not")
                .related(denial.origin.location, "the first of the denials")
                .help("allow what the program needs instead; start in complain mode and let `aa-logprof` list it"),
        );
    }
}
