use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::syntax::{IncludeForm, ItemKind};
use crate::vocabulary::did_you_mean;

declare_rule! {
    /// A profile whose include of `local/` is named after another file.
    ///
    /// The names that count as its own: the file's, and those of the profiles in it. An include that only resembles one of them is a slip.
    ///
    /// # Why
    /// An administrator puts additions into `local/` under the name of the profile's file. They are never read.
    ///
    /// # Bad
    /// ```apparmor rules
    /// include if exists <local/exmaple>
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// include if exists <local/example>
    /// ```
    ///
    /// # Source
    /// the README of `/etc/apparmor.d/local`
    pub struct ProfileNameMismatch {
        id: "profile-name-mismatch",
        group: Correctness,
    }
}

impl Rule for ProfileNameMismatch {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        let mut own: Vec<String> =
            file.profiles().map(|(_, profile)| file.show(&profile.name).into_owned()).collect();
        if own.is_empty() {
            return;
        }
        own.extend(file.source.path().file_name().map(|name| name.to_string_lossy().into_owned()));
        for item in file.items() {
            let ItemKind::Include(include) = &item.kind else { continue };
            let path = file.show(&include.path);
            let Some(name) = path.strip_prefix("local/").filter(|_| include.form == IncludeForm::Search)
            else {
                continue;
            };
            if own.iter().any(|known| known == name || name.starts_with(&format!("{known}_"))) {
                continue;
            }
            let Some(similar) = did_you_mean(name, own.iter().map(String::as_str)) else { continue };
            findings.report(
                Self::finding(
                    file.location(include.path.span),
                    format!("`local/{name}` is named after no profile of this file"),
                )
                .help(format!("did you mean `local/{similar}`?")),
            );
        }
    }
}
