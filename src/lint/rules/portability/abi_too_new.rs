use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::syntax::{IncludeForm, ItemKind};

declare_rule! {
    /// An `abi` file that the target release does not ship.
    ///
    /// # Why
    /// On that release apparmor_parser refuses the profile, and with it whatever service loads all profiles at boot.
    ///
    /// # Bad
    /// ```apparmor target=debian-12
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor target=debian-12
    /// abi <abi/3.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Source
    /// the releases' package archives; CollaboraOnline/online issue 9945
    pub struct AbiTooNew {
        id: "abi-too-new",
        group: Portability,
    }
}

impl Rule for AbiTooNew {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        let Some(target) = file.target else { return };
        for item in file.items() {
            let ItemKind::Abi(abi) = &item.kind else { continue };
            let path = file.show(&abi.path);
            let Some(name) = path.strip_prefix("abi/").filter(|_| abi.form == IncludeForm::Search) else {
                continue;
            };
            // A file that AppArmor does not ship is the user's own.
            let is_shipped = crate::vocabulary::AbiFile::from_name(name.as_bytes()).is_some();
            if !is_shipped || target.abi_files().contains(&name) {
                continue;
            }
            let finding =
                Self::finding(file.location(abi.path.span), format!("{target} does not have `{path}`"));
            let newest = target.abi_files().iter().rfind(|name| !name.contains('-'));
            findings.report(match newest {
                Some(newest) => finding.help(format!("write `abi <abi/{newest}>,`, the newest that it has")),
                None => finding.help("remove the line for this target: it has no `abi` files"),
            });
        }
    }
}
