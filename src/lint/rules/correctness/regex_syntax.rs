use crate::lint::rule::declare_rule;
use crate::lint::signs::{Sign, SignKind, signs};
use crate::lint::{FileContext, Findings, Rule};
use crate::source::Span;

declare_rule! {
    /// A sign of regular expressions that AppArmor reads as a plain character.
    ///
    /// # Why
    /// The rule matches a path with that very character in it, which no file has, and not what was meant.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /var/lib/example/[0-9]+ r,
    /// /var/lib/example/(a|b) r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /var/lib/example/[0-9]* r,
    /// /var/lib/example/{a,b} r,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Globbing (AARE)"
    pub struct RegexSyntax {
        id: "regex-syntax",
        group: Correctness,
    }
}

impl Rule for RegexSyntax {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, _, _, path) in file.file_rules() {
            if !path.text(file.bytes()).iter().any(|byte| b"\\+$^(".contains(byte)) {
                continue;
            }
            if let Some((span, help)) = habit(&signs(path, file.bytes()), file.bytes()) {
                let text = String::from_utf8_lossy(file.text(span));
                findings.report(
                    Self::finding(file.location(span), format!("`{text}` has no special meaning in a path"))
                        .note("AppArmor's expressions know `*`, `**`, `?`, `[…]` and `{…,…}`, and read other signs as they are")
                        .help(help),
                );
            }
        }
    }
}

/// The first sign that only makes sense in a regular expression, and what to write.
fn habit(signs: &[Sign], source: &[u8]) -> Option<(Span, String)> {
    let byte = |at: usize| match signs.get(at).map(|sign| sign.kind) {
        Some(SignKind::Byte(byte)) => Some(byte),
        _ => None,
    };
    for (at, sign) in signs.iter().enumerate() {
        let next = signs.get(at + 1).map(|sign| sign.span);
        match sign.kind {
            SignKind::Class { .. } if byte(at + 1) == Some(b'+') && at_end_of_element(signs, at + 2) => {
                let class = String::from_utf8_lossy(sign.span.of(source)).into_owned();
                return Some((
                    next?,
                    format!("write `{class}*` for one such character and anything behind it"),
                ));
            }
            SignKind::Escape(letter @ (b'd' | b'w' | b's'))
                if !byte(at + 1).is_some_and(|byte| byte.is_ascii_digit()) =>
            {
                let class = if letter == b'd' { "[0-9]" } else { "a class such as [a-z0-9]" };
                return Some((sign.span, format!("write `{class}`")));
            }
            // `.*` alone is the end of a name as often; `.+` is no name.
            SignKind::Byte(b'.')
                if byte(at + 1) == Some(b'+')
                    && at_end_of_element(signs, at + 2)
                    && at > 0
                    && byte(at - 1) == Some(b'/') =>
            {
                return Some((sign.span.to(next?), "write `*` for any characters".to_owned()));
            }
            SignKind::Escape(b'.') => {
                return Some((sign.span, "write `.`: a dot means itself".to_owned()));
            }
            SignKind::Byte(b'$') if at > 0 && at + 1 == signs.len() => {
                return Some((
                    sign.span,
                    "remove it: a path expression always matches to the end".to_owned(),
                ));
            }
            SignKind::Byte(b'^') if at == 0 => {
                return Some((
                    sign.span,
                    "remove it: a path expression always matches from the beginning".to_owned(),
                ));
            }
            SignKind::Byte(b'(') => {
                let close = (at..signs.len()).find(|at| byte(*at) == Some(b')'))?;
                if (at..close).any(|at| byte(at) == Some(b'|')) {
                    let span = sign.span.to(signs[close].span);
                    let text = String::from_utf8_lossy(span.of(source)).into_owned();
                    let inner = text.trim_start_matches('(').trim_end_matches(')').replace('|', ",");
                    return Some((span, format!("write `{{{inner}}}`")));
                }
            }
            _ => {}
        }
    }
    None
}

/// A `+` inside a name, as in `[0-9]+deb12u1`, is one of the name.
fn at_end_of_element(signs: &[Sign], at: usize) -> bool {
    matches!(
        signs.get(at).map(|sign| sign.kind),
        None | Some(SignKind::Byte(b'/' | b'.') | SignKind::Comma | SignKind::Close)
    )
}
