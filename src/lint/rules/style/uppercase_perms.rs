use crate::diagnostic::Applicability;
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::vocabulary::ExecMode;

declare_rule! {
    /// Permission letters in capitals.
    ///
    /// The first letter of an exec mode is left alone: there capitals have a meaning.
    ///
    /// # Why
    /// They mean the same as small ones, and look as if they meant more. apparmor_parser calls them deprecated.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /etc/passwd R,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /etc/passwd r,
    /// /usr/bin/tool rPx,
    /// ```
    ///
    /// # Fix
    /// Writes small letters.
    ///
    /// # Source
    /// apparmor_parser's own warning of the class `deprecated`
    pub struct UppercasePerms {
        id: "uppercase-perms",
        group: Style,
        fix: Safe,
    }
}

impl Rule for UppercasePerms {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, _, rule, _) in file.file_rules() {
            let Some(permissions) = rule.permissions else { continue };
            let raw = permissions.raw(file.bytes());
            if !raw.iter().any(u8::is_ascii_uppercase) {
                continue;
            }
            let small = small(raw);
            if small == raw {
                continue;
            }
            let text = String::from_utf8_lossy(&small).into_owned();
            findings.report(
                Self::finding(file.location(permissions.span), "permissions are written in small letters")
                    .help(format!("write `{text}`"))
                    .fix(format!("write `{text}`"), Applicability::Safe, vec![(permissions.span, small)]),
            );
        }
    }
}

/// The same with capitals only where they count: in the letters before the `x` of an exec mode.
fn small(raw: &[u8]) -> Vec<u8> {
    let mut written = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        let longest = (raw.len() - at).min(3);
        let mode = (2..=longest)
            .rev()
            .find_map(|length| Some((length, ExecMode::from_name(&raw[at..at + length])?)));
        match mode {
            Some((length, mode)) => {
                let spelling = &raw[at..at + length];
                // `IX` and `PX` have a capital that does not count; `Pux` has none.
                match spelling.ends_with(b"X") || spelling.starts_with(b"I") {
                    true => written.extend_from_slice(mode.name().as_bytes()),
                    false => written.extend_from_slice(spelling),
                }
                at += length;
            }
            None => {
                written.push(raw[at].to_ascii_lowercase());
                at += 1;
            }
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::small;

    #[test]
    fn capitals_that_count_stay() {
        for (raw, expected) in
            [("RW", "rw"), ("rPx", "rPx"), ("MRIX", "mrix"), ("rPUX", "rPUx"), ("Pux", "Pux"), ("X", "x")]
        {
            assert_eq!(small(raw.as_bytes()), expected.as_bytes(), "{raw}");
        }
    }
}
