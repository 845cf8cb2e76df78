use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A resource limit that does not exist.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor rules
    /// set rlimit nofiles <= 1024,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// set rlimit nofile <= 1024,
    /// ```
    ///
    /// # Source
    /// setrlimit(2)
    pub struct UnknownRlimit {
        id: "unknown-rlimit",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for UnknownRlimit {}
