use crate::diagnostic::Applicability;
use crate::lint::rule::declare_rule;
use crate::lint::signs::{SignKind, signs};
use crate::lint::{FileContext, Findings, Rule};
use crate::source::Span;

declare_rule! {
    /// A wildcard in `/proc` where a process id is meant.
    ///
    /// # Why
    /// `/proc/*/status` also matches below every other directory of `/proc`. `@{pid}` matches numbers alone, and says what is meant.
    ///
    /// # Bad
    /// ```apparmor rules
    /// @{PROC}/*/status r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// @{PROC}/@{pid}/status r,
    /// ```
    ///
    /// # Fix
    /// Writes `@{pid}`. The rule then matches less, so it is made only when unsafe fixes are allowed.
    ///
    /// # Source
    /// `tunables/kernelvars`
    pub struct PidWildcard {
        id: "pid-wildcard",
        group: Style,
        fix: Unsafe,
    }
}

/// What may stand before a process id.
const PREFIXES: [&str; 2] = ["/proc/", "@{PROC}/"];

impl Rule for PidWildcard {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        if !file.policy.variables.is_set(b"pid") {
            return;
        }
        for (_, _, _, path) in file.file_rules() {
            let text = path.text(file.bytes());
            let Some(prefix) = PREFIXES.iter().find(|prefix| text.starts_with(prefix.as_bytes())) else {
                continue;
            };
            let start = path.span.start as usize + usize::from(path.is_quoted(file.bytes())) + prefix.len();
            let signs = signs(path, file.bytes());
            let element: Vec<_> = signs
                .iter()
                .skip_while(|sign| (sign.span.start as usize) < start)
                .take_while(|sign| sign.kind != SignKind::Byte(b'/'))
                .collect();
            let is_wildcard = match element.as_slice() {
                [stars] => stars.kind == SignKind::Stars && stars.span.len() == 1,
                [class, stars] => {
                    matches!(class.kind, SignKind::Class { negated: false })
                        && matches!(class.span.of(file.bytes()), b"[0-9]" | b"[1-9]")
                        && stars.kind == SignKind::Stars
                        && stars.span.len() == 1
                }
                _ => false,
            };
            let (Some(first), Some(last)) = (element.first(), element.last()) else { continue };
            let is_inside = file.bytes().get(last.span.end as usize) == Some(&b'/');
            if !is_wildcard || !is_inside {
                continue;
            }
            let span: Span = first.span.to(last.span);
            findings.report(
                Self::finding(
                    file.location(span),
                    "a process id is meant here, and this matches other names too",
                )
                .help("write `@{pid}`")
                .fix(
                    "write `@{pid}`",
                    Applicability::Unsafe,
                    vec![(span, b"@{pid}".to_vec())],
                ),
            );
        }
    }
}
