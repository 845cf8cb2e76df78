use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// Text that apparmor_parser cannot read.
    ///
    /// The place is the one where the mistake is, not the one where the parser noticed it, and reading goes on behind it, so
    /// that one run shows every mistake.
    ///
    /// # Why
    /// The whole file is refused: none of its profiles is loaded, and what they would confine runs unconfined.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /etc/passwd r
    /// /etc/group r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /etc/passwd r,
    /// /etc/group r,
    /// ```
    ///
    /// # Fix
    /// Adds what is missing where only one thing can be: a comma at the end of a rule.
    ///
    /// # Source
    /// apparmor.d(5), "FORMAT"
    pub struct Syntax {
        id: "syntax",
        group: Error,
        fix: Safe,
    }
}

/// The parser itself reports these.
impl Rule for Syntax {}
