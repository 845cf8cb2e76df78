use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::vocabulary::ExecFallback;

declare_rule! {
    /// Executing a program in this profile when its own is not loaded.
    ///
    /// `pix`, `cix` and their kin. Those that fall back to no confinement are told by `unconfined-exec`.
    ///
    /// # Why
    /// What the program may do depends on what happens to be loaded: it runs in a profile that was not made for it, without a
    /// word in the log, and the environment is passed on whatever the case of the letter.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /usr/bin/helper Pix,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /usr/bin/helper Px,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Execute rules"
    pub struct ExecFallbackRule {
        id: "exec-fallback",
        group: Security,
    }
}

impl Rule for ExecFallbackRule {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        for grant in &profile.grants.files {
            let Some(mode) = grant.file.exec else { continue };
            if mode.fallback != ExecFallback::Inherit {
                continue;
            }
            let location = grant.file.path.location;
            let written = profile.written(location);
            findings.report(
                Self::finding(
                    location,
                    format!(
                        "`{written}` runs in this profile when the one that it should have is not loaded"
                    ),
                )
                .help("write `Px` or `Cx` where it has a profile, `ix` where it has none"),
            );
        }
    }
}
