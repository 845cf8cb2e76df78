use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A signal that does not exist.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor rules
    /// signal send set=(trem) peer=other,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// signal send set=(term) peer=other,
    /// ```
    ///
    /// # Source
    /// signal(7)
    pub struct UnknownSignal {
        id: "unknown-signal",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for UnknownSignal {}
