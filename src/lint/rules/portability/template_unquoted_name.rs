use crate::diagnostic::Applicability;
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::source::Span;

declare_rule! {
    /// A placeholder of a template as the name of a profile or of a peer, without quotes.
    ///
    /// The placeholders are `{{.Name}}`, `%s` and `${NAME}`. That a template with braces is no profile yet is told besides by
    /// `bad-glob`.
    ///
    /// # Why
    /// What is filled in is somebody else's text: a name with a blank or a comma breaks the profile, and one with `flags=(…)` or a `{`
    /// in it changes what it means.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile %s flags=(attach_disconnected.path=/att) {
    ///   signal (send) peer=%s,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile "%s" flags=(attach_disconnected.path=/att) {
    ///   signal (send) peer="%s",
    /// }
    /// ```
    ///
    /// # Fix
    /// Puts the quotes around the placeholder.
    ///
    /// # Source
    /// apparmor.d(5), "FORMAT"; the templates of moby and containerd
    pub struct TemplateUnquotedName {
        id: "template-unquoted-name",
        group: Portability,
        default: On,
        fix: Safe,
    }
}

impl Rule for TemplateUnquotedName {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        let bytes = file.bytes();
        // No profile that is one has such a text anywhere: most files are done here.
        if !holds_placeholder(bytes) {
            return;
        }
        let names = file.profiles().map(|(_, profile)| profile.name.span);
        let rules = file.rules().flat_map(|(item, _)| values(item.span, bytes));
        for span in names.chain(rules) {
            let text = span.of(bytes);
            if text.starts_with(b"\"") || !holds_placeholder(text) {
                continue;
            }
            let shown = String::from_utf8_lossy(text).into_owned();
            findings.report(
                Self::finding(
                    file.location(span),
                    format!("`{shown}` may become any text, and is not quoted"),
                )
                .help(format!("write `\"{shown}\"`"))
                .fix(
                    "quote it",
                    Applicability::Safe,
                    vec![(span, format!("\"{shown}\"").into_bytes())],
                ),
            );
        }
    }
}

/// What begins a placeholder.
const MARKS: [&[u8; 2]; 3] = [b"{{", b"%s", b"${"];

fn holds_placeholder(text: &[u8]) -> bool {
    text.windows(2).any(|pair| MARKS.iter().any(|mark| pair == *mark))
}

/// The values of `peer=` and `label=` in a rule.
fn values(rule: Span, bytes: &[u8]) -> Vec<Span> {
    let text = rule.of(bytes);
    let mut found = Vec::new();
    for key in [&b"peer="[..], b"label="] {
        for at in (0..text.len()).filter(|at| text[*at..].starts_with(key)) {
            let start = at + key.len();
            let is_end = |byte: &u8| byte.is_ascii_whitespace() || b",()".contains(byte);
            let length = text[start..].iter().position(is_end).unwrap_or(text.len() - start);
            let start = rule.start as usize + start;
            found.push(Span::new(start, start + length));
        }
    }
    found
}
