use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::syntax::{IncludeForm, ItemKind};
use crate::vocabulary::Version;

declare_rule! {
    /// An include of a file that the target release does not ship.
    ///
    /// Only files of AppArmor itself are known. A profile that brings its own copy along may be waived.
    ///
    /// # Why
    /// On that release apparmor_parser refuses the profile.
    ///
    /// # Bad
    /// ```apparmor rules target=3.0
    /// include <abstractions/nameservice-strict>
    /// ```
    /// ```apparmor file=abstractions/nameservice-strict
    /// /etc/hosts r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules target=3.0
    /// include <abstractions/nameservice>
    /// include if exists <abstractions/nameservice-strict>
    /// ```
    ///
    /// # Source
    /// the file list of Debian 12's package `apparmor` 3.0.8, and of AppArmor 6.0; roddhjav/apparmor.d issue 762
    pub struct IncludeNotEverywhere {
        id: "include-not-everywhere",
        group: Portability,
    }
}

/// Files of AppArmor's own tree, and the version up to which they are missing.
const NEW_FILES: &[(&str, Version)] = &[
    ("abstractions/alts", Version::V3_0),
    ("abstractions/authd", Version::V3_0),
    ("abstractions/devices-usb", Version::V3_0),
    ("abstractions/devices-usb-read", Version::V3_0),
    ("abstractions/frr", Version::V3_0),
    ("abstractions/frr-snmp", Version::V3_0),
    ("abstractions/glycin", Version::V3_0),
    ("abstractions/golang", Version::V3_0),
    ("abstractions/groff", Version::V3_0),
    ("abstractions/libnuma", Version::V3_0),
    ("abstractions/nameservice-strict", Version::V3_0),
    ("abstractions/opengl", Version::V3_0),
    ("abstractions/psi-read", Version::V3_0),
    ("abstractions/psi-read-poll", Version::V3_0),
    ("abstractions/qt6", Version::V3_0),
    ("abstractions/qt6-compose-cache-write", Version::V3_0),
    ("abstractions/qt6-settings-write", Version::V3_0),
    ("abstractions/transmission-common", Version::V3_0),
    ("abstractions/trash", Version::V3_0),
    ("tunables/system", Version::V3_0),
    ("tunables/etc", Version::V2_13),
    ("tunables/run", Version::V2_13),
];

impl Rule for IncludeNotEverywhere {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        let Some(target) = file.target else { return };
        for item in file.items() {
            let ItemKind::Include(include) = &item.kind else { continue };
            let path = file.show(&include.path);
            let is_missing = NEW_FILES.iter().any(|(name, last)| *name == path && target.version() <= *last);
            if !is_missing || include.if_exists.is_some() || include.form != IncludeForm::Search {
                continue;
            }
            findings.report(
                Self::finding(file.location(include.path.span), format!("{target} does not have `{path}`"))
                    .help("write out the rules that you need, bring the file along, or write `include if exists`"),
            );
        }
    }
}
