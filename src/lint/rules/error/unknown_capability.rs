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
    /// # Fix
    /// Writes the name as AppArmor has it, where it was written as the kernel has it.
    ///
    /// # Source
    /// capabilities(7)
    pub struct UnknownCapability {
        id: "unknown-capability",
        group: Error,
        fix: Safe,
    }
}

/// The compiler itself reports these.
impl Rule for UnknownCapability {}
