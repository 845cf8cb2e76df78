use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::syntax::ProfileKind;

declare_rule! {
    /// A profile whose name is a path.
    ///
    /// # Why
    /// The name is then also the attachment: the profile cannot move to another path without becoming another profile, and rules of
    /// others that name it (`peer=`, `->`) break when it does. apparmor_parser calls it deprecated.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// /usr/bin/example {
    ///   /etc/passwd r,
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
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor_parser's own warning of the class `deprecated`; apparmor.d(5), "Profile names"
    pub struct PathAsProfileName {
        id: "path-as-profile-name",
        group: Style,
        default: On,
    }
}

impl Rule for PathAsProfileName {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, profile) in file.profiles() {
            let text = profile.name.text(file.bytes());
            // A hat has no attachment, and is named by the program that changes to it.
            if !text.starts_with(b"/") || profile.attachment.is_some() || profile.kind == ProfileKind::Hat {
                continue;
            }
            let path = file.show(&profile.name);
            let stem = stem(text);
            findings.report(
                Self::finding(
                    file.location(profile.name.span),
                    format!("the path `{path}` is the profile's name"),
                )
                .note("the name is the attachment too; apparmor_parser calls this deprecated")
                .help(if stem.is_empty() {
                    format!("give it a name and an attachment: `profile NAME {path} {{`")
                } else {
                    format!("give it a name and an attachment: `profile {stem} {path} {{`")
                }),
            );
        }
    }
}

/// The last element of a path, when it is a plain word.
fn stem(path: &[u8]) -> String {
    let last = path.rsplit(|byte| *byte == b'/').find(|part| !part.is_empty()).unwrap_or_default();
    let is_plain =
        last.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+'));
    if is_plain { String::from_utf8_lossy(last).into_owned() } else { String::new() }
}
