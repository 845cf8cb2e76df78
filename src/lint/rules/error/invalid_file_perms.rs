use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// Permission letters that do not exist or do not go together.
    ///
    /// Among them `w` with `a`, two exec modes in one rule, and a bare `x` outside a deny rule.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /var/log/x wa,
    /// ```
    /// ```apparmor rules
    /// /usr/bin/x x,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /var/log/x w,
    /// ```
    /// ```apparmor rules
    /// /usr/bin/x ix,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "File Permission Access Modes"
    pub struct InvalidFilePerms {
        id: "invalid-file-perms",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for InvalidFilePerms {}
