use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{ProfileMode, ResolvedKind, ResolvedProfile, ResolvedRule};
use crate::syntax::Decision;
use crate::vocabulary::Permissions;

declare_rule! {
    /// A hat that its profile may not change to, or that does not let the program come back.
    ///
    /// A program changes its hat by writing to `attr/current` of its own directory in `/proc`, and that is a file rule like any other. A
    /// hat that a rule leads to (`Cx -> HAT`, `change_profile`) is left alone. A hat without a way back is a note: programs that log users
    /// in stay in theirs.
    ///
    /// # Why
    /// The call fails at run time with "permission denied", and the program stops, or goes on with the rights of its profile.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    ///   /srv/example/** r,
    ///
    ///   ^upload {
    ///     /srv/example/upload/** rw,
    ///   }
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
    ///   /srv/example/** r,
    ///   owner @{PROC}/@{pid}/attr/{apparmor/,}current w,
    ///
    ///   ^upload {
    ///     /srv/example/upload/** rw,
    ///     owner @{PROC}/@{pid}/attr/{apparmor/,}current w,
    ///   }
    /// }
    /// ```
    ///
    /// # Source
    /// aa_change_hat(2); `abstractions/apache2-common`
    pub struct HatWithoutChangeHat {
        id: "hat-without-change-hat",
        group: Correctness,
    }
}

impl Rule for HatWithoutChangeHat {
    fn check_profile(&self, context: &ProfileContext<'_>, findings: &mut Findings) {
        let profile = context.profile;
        if !profile.children.iter().any(ResolvedProfile::is_hat) || !is_bound(profile) {
            return;
        }
        let may_enter = may_change(profile);
        for hat in profile.children.iter().filter(|child| child.is_hat() && child.complete) {
            if leads_to(profile, hat) {
                continue;
            }
            let name = String::from_utf8_lossy(&hat.name);
            let help = "write `owner @{PROC}/@{pid}/attr/{apparmor/,}current w,`";
            if !may_enter {
                let profile = profile.display_name();
                findings.report(
                    Self::finding(hat.location, format!("`{profile}` may not change to its hat `{name}`"))
                        .note("a program changes its hat by writing to `attr/current` in `/proc`")
                        .help(format!("{help} into the profile")),
                );
            }
        }
    }
}

/// Do its rules hold anything back?
fn is_bound(profile: &ResolvedProfile) -> bool {
    profile.complete && matches!(profile.mode, ProfileMode::Enforce | ProfileMode::Kill)
}

/// May it write where the hat is changed?
fn may_change(profile: &ResolvedProfile) -> bool {
    const FILES: [&[u8]; 2] = [b"/proc/4242/attr/current", b"/proc/4242/attr/apparmor/current"];
    let grants = |rule: &ResolvedRule| match &rule.kind {
        ResolvedKind::All => true,
        ResolvedKind::File(file) => {
            file.permissions.intersects(Permissions::WRITE | Permissions::APPEND)
                && FILES.iter().any(|path| file.path.glob.matches(path))
        }
        _ => false,
    };
    profile.rules.iter().any(|rule| rule.decision != Decision::Deny && grants(rule))
}

/// Is there a rule that enters the hat by name?
fn leads_to(profile: &ResolvedProfile, hat: &ResolvedProfile) -> bool {
    profile.rules.iter().any(|rule| match &rule.kind {
        ResolvedKind::File(file) => {
            file.exec_target.as_ref().is_some_and(|target| *target == hat.name || *target == hat.full_name)
        }
        ResolvedKind::ChangeProfile(change) if rule.decision != Decision::Deny => {
            change.target.as_ref().is_none_or(|target| target.glob.matches(&hat.full_name))
        }
        _ => false,
    })
}
