use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A deny rule with an exec mode such as `ix` or `px`.
    ///
    /// What is denied has no mode: write `x`.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor rules
    /// deny /bin/sh ix,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// deny /bin/sh x,
    /// ```
    ///
    /// # Fix
    /// Writes `x`.
    ///
    /// # Source
    /// apparmor.d(5), "Execute Mode"
    pub struct DenyExecQualifier {
        id: "deny-exec-qualifier",
        group: Error,
        fix: Safe,
    }
}

/// The compiler itself reports these.
impl Rule for DenyExecQualifier {}
