use crate::diagnostic::Applicability;
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::source::Span;

declare_rule! {
    /// Quotes around a path that needs none.
    ///
    /// # Why
    /// Quotes tell the reader to look for a blank in the path.
    ///
    /// # Bad
    /// ```apparmor rules
    /// "/etc/passwd" r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /etc/passwd r,
    /// "/srv/shared files/index" r,
    /// ```
    ///
    /// # Fix
    /// Removes the quotes.
    ///
    /// # Source
    /// apparmor.d(5), "FORMAT"
    pub struct NeedlessQuote {
        id: "needless-quote",
        group: Style,
        fix: Safe,
    }
}

impl Rule for NeedlessQuote {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, _, _, path) in file.file_rules() {
            if !path.is_quoted(file.bytes()) || !is_plain(path.text(file.bytes())) {
                continue;
            }
            let (start, end) = (path.span.start as usize, path.span.end as usize);
            let quotes =
                vec![(Span::new(start, start + 1), Vec::new()), (Span::new(end - 1, end), Vec::new())];
            findings.report(
                Self::finding(file.location(path.span), "this path needs no quotes").help("remove them").fix(
                    "remove the quotes",
                    Applicability::Safe,
                    quotes,
                ),
            );
        }
    }
}

/// Is it one word without its quotes?
fn is_plain(text: &[u8]) -> bool {
    let is_plain_byte = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-+@{}[]*?:,~^".contains(byte);
    let is_variable_alone = text.starts_with(b"@") && text.ends_with(b"}");
    // A comma at the end, or two in a row, would end the word.
    let has_safe_commas = !text.ends_with(b",") && !text.windows(2).any(|pair| pair == b",,");
    matches!(text.first(), Some(b'/' | b'@'))
        && !is_variable_alone
        && text.iter().all(is_plain_byte)
        && has_safe_commas
}
