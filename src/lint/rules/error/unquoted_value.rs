use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A path or value with a blank in it that is not quoted.
    ///
    /// # Why
    /// The whole file is refused: none of its profiles is loaded, and what they would confine runs unconfined.
    /// apparmor_parser takes what follows the blank for the permissions and complains about those.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /srv/shared files/report r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// "/srv/shared files/report" r,
    /// ```
    ///
    /// # Fix
    /// Puts the quotes around the path.
    ///
    /// # Source
    /// apparmor.d(5), "FORMAT"; canonical/snapd pull request 17502
    pub struct UnquotedValue {
        id: "unquoted-value",
        group: Error,
        fix: Safe,
    }
}

/// The parser itself reports these.
impl Rule for UnquotedValue {}
