//! The ids of other tools' checks, and ours that find the same. Their comments are honoured so that nobody has to
//! rewrite a tree; what has no counterpart here suppresses nothing.

/// apparmor.d's own checks (`#aa:lint ignore=ID`), from its documentation's page "Linter".
pub(super) const APPARMOR_D: &[(&str, &[&str])] = &[
    ("abi", &["missing-abi"]),
    ("abstractions", &["dangerous-abstraction"]),
    ("bin", &["prefer-variable", "merged-usr"]),
    ("directory-mark", &["directory-slash"]),
    ("equivalent", &["merged-usr"]),
    ("header", &["missing-header"]),
    ("include", &["local-include-position"]),
    ("indentation", &["unformatted"]),
    ("profile", &["path-as-profile-name", "profile-name-mismatch"]),
    ("sbin", &["prefer-variable", "merged-usr"]),
    ("tabs", &["unformatted"]),
    (
        "too-wide",
        &["wide-glob", "write-and-exec", "secret-read", "persistence-path", "missing-owner", "raw-device"],
    ),
    ("trailing", &["unformatted"]),
    ("transition", &["exec-fallback", "interpreter-inherit", "unconfined-exec", "unscrubbed-exec"]),
    ("tunables", &["prefer-variable"]),
    ("useless", &["subsumed-rule"]),
];

/// The upstream language server's diagnostics (`# apparmor-lint: ignore=CODE`), from the table in its README.
pub(super) const LANGUAGE_SERVER: &[(&str, &[&str])] = &[
    ("abstraction-available", &["abstraction-available"]),
    ("bare-proc-wildcard", &["pid-wildcard"]),
    ("broad-home-access", &["secret-read", "wide-glob"]),
    ("dangerous-exec", &["unconfined-exec"]),
    ("duplicate-capability", &["duplicate-rule", "subsumed-rule"]),
    ("duplicate-permission", &["duplicate-rule"]),
    ("duplicate-signal-name", &["duplicate-rule"]),
    ("file-rule-consolidatable", &["mergeable-rules"]),
    ("file-rule-subsumed", &["subsumed-rule", "duplicate-rule"]),
    ("inline-comment-missing-space", &["comment-space"]),
    ("missing-abi-declaration", &["missing-abi"]),
    ("missing-local-include", &["local-include-position"]),
    ("missing-owner-qualifier", &["missing-owner"]),
    ("prefer-attach-disconnected-path", &["attach-disconnected"]),
    ("profile-name-mismatch", &["profile-name-mismatch"]),
    ("regex-syntax-in-aare", &["regex-syntax"]),
    ("rule-consolidatable", &["mergeable-rules"]),
    ("rule-subsumed", &["subsumed-rule", "duplicate-rule"]),
    ("suggest-variable", &["prefer-variable"]),
    ("unused-include", &["unused-include"]),
    ("unused-variable", &["unused-variable"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::registry;

    #[test]
    fn every_counterpart_is_a_rule() {
        for (id, rules) in APPARMOR_D.iter().chain(LANGUAGE_SERVER) {
            for rule in *rules {
                assert!(registry::find(rule).is_some(), "`{id}` stands for `{rule}`, which is none");
            }
        }
    }
}
