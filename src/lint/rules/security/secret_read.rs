use crate::lint::danger::{self, report, row::State};
use crate::lint::grants::Grant;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::Via;
use crate::syntax::Decision;
use crate::vocabulary::Permissions;

declare_rule! {
    /// Reading passwords, keys or tokens.
    ///
    /// A rule that names them, and a rule for every home that no `deny` keeps away from them.
    ///
    /// # Why
    /// What a program may read, who takes it over may send away. A rule for a whole home was meant for documents, and takes in
    /// the keys beside them. The abstractions `private-files` and `private-files-strict` deny the worst of them.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /etc/shadow r,
    /// ```
    /// ```apparmor rules
    /// owner /home/*/** r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// owner /home/*/Documents/** r,
    /// ```
    ///
    /// # Source
    /// upstream's `private-files` and `private-files-strict`; shadow(5), ssh(1), gpg(1)
    pub struct SecretRead {
        id: "secret-read",
        group: Security,
    }
}

impl Rule for SecretRead {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        report::report(&Self::INFO, profile, findings);
        // A rule for homes that writes too is told by `wide-glob`, as a whole.
        let mut wide = profile.grants.shown().filter(|grant| reads_homes(grant)).peekable();
        if wide.peek().is_none() || keeps_secrets(profile) {
            return;
        }
        for grant in wide {
            let secrets = secrets(profile, grant);
            let Some((first, more)) = secrets.split_first() else { continue };
            let pattern = &grant.file.path;
            let message =
                format!("`{}` takes in secrets: `{first}` may be read", profile.written(pattern.location));
            let mut finding = Self::finding(pattern.location, message);
            if !more.is_empty() {
                let list: Vec<String> = more.iter().map(|path| format!("`{path}`")).collect();
                finding = finding.note(format!("and so may {}", list.join(" and ")));
            }
            findings.report(finding.help(
                "name the directories that are needed, or `include <abstractions/private-files-strict>`, which denies the secrets",
            ));
        }
    }
}

/// Abstractions that deny what is secret in a home: who includes one has looked at that.
const KEEPERS: [&str; 2] = ["abstractions/private-files", "abstractions/deny-sensitive-home"];

fn keeps_secrets(profile: &ProfileContext<'_>) -> bool {
    profile.profile.rules.iter().filter(|rule| rule.decision == Decision::Deny).any(|rule| {
        Via::chain(rule.origin.via.as_ref()).iter().any(|include| {
            let name = profile.written(*include);
            KEEPERS.iter().any(|keeper| name.contains(keeper))
        })
    })
}

fn reads_homes(grant: &Grant<'_>) -> bool {
    let permissions = grant.file.permissions;
    grant.tree().is_some()
        && grant.file.path.glob.matches(b"/home/user/aakit-any/aakit")
        && permissions.contains(Permissions::READ)
        && !permissions.intersects(Permissions::WRITE | Permissions::EXEC)
}

/// At most three secrets in homes that the rule reaches.
fn secrets(profile: &ProfileContext<'_>, grant: &Grant<'_>) -> Vec<&'static str> {
    const MOST_TOLD: usize = 3;
    let glob = &grant.file.path.glob;
    danger::reached(glob, Permissions::READ)
        .into_iter()
        .filter(|hit| hit.row.rule == SecretRead::INFO.id && hit.row.state == State::On)
        .filter(|hit| hit.path.starts_with(b"/home/"))
        .filter(|hit| !profile.grants.denied(grant.rule, Permissions::READ, hit.path))
        .filter_map(|hit| std::str::from_utf8(hit.path).ok())
        .take(MOST_TOLD)
        .collect()
}
