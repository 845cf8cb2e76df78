use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A capability that does not exist, or not yet in the target.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor rules
    /// capability sys_admn,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// capability sys_nice,
    /// ```
    ///
    /// # Source
    /// capabilities(7)
    pub struct UnknownCapability {
        id: "unknown-capability",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for UnknownCapability {}
