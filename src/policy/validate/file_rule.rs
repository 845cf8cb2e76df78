//! `/bin/a rPx -> b,`: permissions, exec modes and where they lead.

use super::Check;
use crate::syntax::{Decision, FileRule, Qualifiers, Safety, SyntaxError, Word};
use crate::vocabulary::{ExecMode, Permissions, Version};

/// How a permission word says that a file may be executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exec<'a> {
    /// Not at all.
    None,
    /// A plain `x`.
    Plain,
    /// A mode such as `Px`, as written.
    Mode(&'a [u8]),
    /// Two different modes.
    Conflict(&'a [u8], &'a [u8]),
}

impl Check<'_> {
    pub(super) fn file_rule(&mut self, rule: &FileRule, qualifiers: &Qualifiers) {
        let denies = matches!(qualifiers.decision, Some((Decision::Deny, _)));
        let Some(permissions) = rule.permissions else {
            if rule.path.is_none()
                && let (Some((Decision::Deny, span)), Some(keyword)) = (qualifiers.decision, rule.keyword)
            {
                self.report(
                    SyntaxError::new(
                        span.to(keyword),
                        "`file` includes the exec mode `ix`, which a deny rule cannot have",
                    )
                    .code("deny-exec-qualifier")
                    .help("write `deny /{**,} rwmlkx,` to deny every access to every file"),
                );
            }
            return;
        };
        let raw = permissions.raw(self.source);
        let exec = exec(raw);
        self.letters(permissions);
        self.exec(rule, permissions, exec, denies);
        self.safety(rule, exec, denies);
        self.leading_form(rule, permissions, exec);
    }

    fn letters(&mut self, permissions: Word) {
        let set: Permissions =
            without_exec(permissions.raw(self.source)).filter_map(Permissions::from_letter).collect();
        if set.contains(Permissions::WRITE | Permissions::APPEND) {
            let shown = self.show(permissions);
            self.report(
                SyntaxError::new(permissions.span, format!("`{shown}` has both `w` and `a`"))
                    .code("invalid-file-perms")
                    .note("write includes append")
                    .help("keep `w` to write anywhere in the file, or `a` to append only"),
            );
        }
    }

    fn exec(&mut self, rule: &FileRule, permissions: Word, exec: Exec<'_>, denies: bool) {
        let shown = self.show(permissions);
        let error = match exec {
            Exec::Conflict(first, second) => {
                let [first, second] = [first, second].map(String::from_utf8_lossy);
                SyntaxError::new(
                    permissions.span,
                    format!("`{shown}` has two exec modes, `{first}` and `{second}`"),
                )
                .code("invalid-file-perms")
                .help("keep one of them")
            }
            Exec::Mode(mode) if denies => {
                let mode_text = String::from_utf8_lossy(mode);
                let error = SyntaxError::new(
                    permissions.span,
                    format!("a deny rule cannot say how to execute: `{mode_text}`"),
                )
                .code("deny-exec-qualifier");
                let plain = with_plain_x(permissions.raw(self.source));
                let plain_text = String::from_utf8_lossy(&plain).into_owned();
                match rule.target {
                    None => error
                        .help(format!("write `{plain_text}`"))
                        .fix(format!("write `{plain_text}`"), permissions.span, plain),
                    Some(_) => error.help(format!("write `{plain_text}` and remove the target")),
                }
            }
            Exec::Plain if !denies && !self.passed_without_mode(rule) => {
                SyntaxError::new(permissions.span, match permissions.span.len() {
                        1 => format!("`{shown}` does not say how to execute"),
                        _ => format!("`x` in `{shown}` does not say how to execute"),
                    })
                    .code("invalid-file-perms")
                    .note("a plain `x` is for deny rules")
                    .help(
                        "write `ix` to stay in this profile, `Px` for the program's own profile, `Cx` for a child profile, or `Ux` for none",
                    )
            }
            _ => return,
        };
        self.report(error);
    }

    /// `unsafe` stands in for the exec mode, and before 4.0 a target did.
    fn passed_without_mode(&self, rule: &FileRule) -> bool {
        matches!(rule.safety, Some((Safety::Unsafe, _)))
            || (self.version < Version::V4_0 && rule.target.is_some())
    }

    fn safety(&mut self, rule: &FileRule, exec: Exec<'_>, denies: bool) {
        let Some((safety, span)) = rule.safety else { return };
        let word = if safety == Safety::Safe { "safe" } else { "unsafe" };
        if exec == Exec::None {
            self.report(
                SyntaxError::new(span, format!("`{word}` needs an exec permission"))
                    .code("qualifier-not-allowed")
                    .help(format!("remove `{word}`, or add an exec mode such as `px`")),
            );
        } else if denies && exec == Exec::Plain && safety == Safety::Unsafe {
            self.report(
                SyntaxError::new(span, format!("`{word}` cannot stand in a deny rule"))
                    .code("qualifier-not-allowed")
                    .help(format!("remove `{word}`: nothing is executed")),
            );
        }
    }

    /// Permissions before the path: `l` and an exec mode then both claim the arrow.
    fn leading_form(&mut self, rule: &FileRule, permissions: Word, exec: Exec<'_>) {
        let raw = permissions.raw(self.source);
        let links = without_exec(raw).any(|letter| letter.eq_ignore_ascii_case(&b'l'));
        if let Some(subset) = rule.subset
            && (exec != Exec::None || !without_exec(raw).all(|letter| letter.eq_ignore_ascii_case(&b'l')))
        {
            let shown = self.show(permissions);
            self.report(
                SyntaxError::new(subset, format!("`subset` goes with `l` alone, not with `{shown}`"))
                    .code("qualifier-not-allowed")
                    .help(
                        "write `link subset NAME -> TARGET,` and a rule of its own for the other permissions",
                    ),
            );
        }
        let (Some(target), true, true) = (rule.target, rule.permissions_first, links) else { return };
        if exec != Exec::None {
            self.report(
                SyntaxError::new(
                    target.arrow.to(target.name.span),
                    "this target could be of the link or of the exec",
                )
                .code("link-and-exec-target")
                .related(permissions.span, "both need one")
                .help("write two rules: one with the exec mode, one with `link`"),
            );
        } else if namespaced(&self.text(target.name)) {
            self.report(
                SyntaxError::new(
                    target.name.span,
                    "the target of a link is a path, not a profile in a namespace",
                )
                .code("link-and-exec-target")
                .help("write the path of the existing file behind `->`"),
            );
        }
    }
}

/// `:NAMESPACE:NAME`
fn namespaced(name: &[u8]) -> bool {
    name.strip_prefix(b":").is_some_and(|rest| rest.contains(&b':'))
}

/// The words of a permission token: exec modes, plain `x` and single letters, in order.
fn pieces(raw: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = raw;
    std::iter::from_fn(move || {
        let longest = rest.len().min(3);
        let mode = (2..=longest).find(|length| ExecMode::from_name(&rest[..*length]).is_some());
        let (piece, after) = rest.split_at_checked(mode.unwrap_or(1))?;
        rest = after;
        Some(piece)
    })
}

fn without_exec(raw: &[u8]) -> impl Iterator<Item = u8> {
    pieces(raw).filter(|piece| piece.len() == 1).map(|piece| piece[0])
}

fn exec(raw: &[u8]) -> Exec<'_> {
    let mut found = Exec::None;
    for piece in pieces(raw) {
        match (found, ExecMode::from_name(piece)) {
            (Exec::None, Some(_)) => found = Exec::Mode(piece),
            // A plain `x` before `ix` is taken for the same.
            (Exec::Plain, Some(ExecMode::INHERIT)) => found = Exec::Mode(piece),
            (Exec::Plain, Some(_)) => return Exec::Conflict(b"x", piece),
            (Exec::Mode(first), mode @ Some(_)) if ExecMode::from_name(first) != mode => {
                return Exec::Conflict(first, piece);
            }
            (Exec::None, None) if piece.eq_ignore_ascii_case(b"x") => found = Exec::Plain,
            _ => {}
        }
    }
    found
}

/// The exec mode in a permission word, as written.
pub(super) fn exec_mode(raw: &[u8]) -> Option<&[u8]> {
    match exec(raw) {
        Exec::Mode(mode) | Exec::Conflict(mode, _) => Some(mode),
        Exec::None | Exec::Plain => None,
    }
}

/// Is there an exec permission without a mode?
pub(super) fn is_plain_exec(raw: &[u8]) -> bool {
    exec(raw) == Exec::Plain
}

/// The same permissions with a plain `x`.
fn with_plain_x(raw: &[u8]) -> Vec<u8> {
    let mut letters: Vec<u8> =
        without_exec(raw).filter(|letter| !letter.eq_ignore_ascii_case(&b'x')).collect();
    letters.push(b'x');
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_word_falls_into_pieces() {
        let pieces = |raw: &'static str| -> Vec<String> {
            pieces(raw.as_bytes()).map(|piece| String::from_utf8_lossy(piece).into_owned()).collect()
        };
        assert_eq!(pieces("rPixw"), ["r", "Pix", "w"]);
        assert_eq!(pieces("pxpx"), ["px", "px"]);
        assert_eq!(pieces("mrix"), ["m", "r", "ix"]);
    }

    #[test]
    fn exec_of_a_word() {
        assert_eq!(exec(b"rw"), Exec::None);
        assert_eq!(exec(b"rx"), Exec::Plain);
        assert_eq!(exec(b"pxpx"), Exec::Mode(b"px"));
        assert_eq!(exec(b"pxx"), Exec::Mode(b"px"));
        assert_eq!(exec(b"pxPx"), Exec::Conflict(b"px", b"Px"));
        assert_eq!(exec(b"xpx"), Exec::Conflict(b"x", b"px"));
        assert_eq!(exec(b"xix"), Exec::Mode(b"ix"));
        assert_eq!(with_plain_x(b"rPixw"), b"rwx");
    }
}
