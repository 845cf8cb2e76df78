use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::vocabulary::{Keyword, Word as _, did_you_mean};

declare_rule! {
    /// A file rule whose path is a word that begins with neither `/` nor a variable.
    ///
    /// # Why
    /// apparmor_parser takes any word that is no keyword for a path. Most often it is a misspelt keyword, and the rule grants nothing of
    /// what it should: no path of the kernel begins with a letter.
    ///
    /// # Bad
    /// ```apparmor rules
    /// ptarce r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// ptrace r,
    /// ```
    ///
    /// # Source
    /// found with apparmor_parser 3.0.8 and 6.0
    pub struct WordAsPath {
        id: "word-as-path",
        group: Correctness,
    }
}

impl Rule for WordAsPath {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, _, _, path) in file.file_rules() {
            let text = path.text(file.bytes());
            if !text.first().is_some_and(u8::is_ascii_alphabetic) {
                continue;
            }
            let word = file.show(&path);
            let finding =
                Self::finding(file.location(path.span), format!("`{word}` is read as the path of a file"))
                    .note("no path begins with a letter, so the rule grants nothing");
            findings.report(match did_you_mean(&word, Keyword::names()) {
                Some(keyword) => finding.help(format!("did you mean `{keyword}`?")),
                None => finding.help("begin the path with `/`, or correct the keyword"),
            });
        }
    }
}
