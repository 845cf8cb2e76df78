use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A file rule without permission letters.
    ///
    /// # Why
    /// The profile is refused, with a message about tokens. A deny rule needs letters too: it says what is denied.
    ///
    /// # Bad
    /// ```apparmor rules
    /// deny /bin/**,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// deny /bin/** rwmlkx,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "File Rules"
    pub struct MissingPermissions {
        id: "missing-permissions",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for MissingPermissions {}
