use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A line that ends in CR LF where apparmor_parser takes the CR for a letter.
    ///
    /// In some kinds of rule the CR becomes part of the last word, so that the comma before it does not end the rule.
    ///
    /// # Why
    /// The profile is refused although it looks right in every editor.
    ///
    /// # Bad
    /// ```apparmor rules crlf
    /// network inet tcp,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// network inet tcp,
    /// ```
    ///
    /// # Fix
    /// Ends the line with LF alone.
    ///
    /// # Source
    /// apparmor_parser's scanner, as it behaves
    pub struct CarriageReturn {
        id: "carriage-return",
        group: Error,
        fix: Safe,
    }
}

/// The compiler itself reports these.
impl Rule for CarriageReturn {}
