use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A qualifier where the language has none.
    ///
    /// `owner` goes with rules about files only, and `audit`, `deny` and `priority` not with everything.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor rules
    /// owner capability kill,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// capability kill,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "FORMAT"
    pub struct QualifierNotAllowed {
        id: "qualifier-not-allowed",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for QualifierNotAllowed {}
