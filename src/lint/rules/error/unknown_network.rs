use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A network family, socket type or protocol that does not exist, or stands in the wrong place.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor rules
    /// network inett stream,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// network inet stream,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Network Rules"
    pub struct UnknownNetwork {
        id: "unknown-network",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for UnknownNetwork {}
