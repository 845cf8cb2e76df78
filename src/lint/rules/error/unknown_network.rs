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
    /// ```apparmor rules
    /// network stream inet,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// network inet stream,
    /// ```
    ///
    /// # Fix
    /// Swaps family and type where they stand in the wrong order.
    ///
    /// # Source
    /// apparmor.d(5), "Network Rules"
    pub struct UnknownNetwork {
        id: "unknown-network",
        group: Error,
        fix: Safe,
    }
}

/// The compiler itself reports these.
impl Rule for UnknownNetwork {}
