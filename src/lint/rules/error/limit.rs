use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// Something larger than aakit takes.
    ///
    /// Files, nesting and the values of variables have limits, so that no profile makes aakit run for ever. The message
    /// names the limit.
    ///
    /// # Why
    /// apparmor_parser would often need very long and much memory there, or fail too.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// @{digit} = 0 1 2 3 4 5 6 7 8 9
    /// @{number} = @{digit}@{digit}@{digit}@{digit}@{digit}@{digit}@{digit}@{digit}
    ///
    /// profile example /usr/bin/example {
    ///   /srv/@{number} r,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /etc/x r,
    /// ```
    ///
    /// # Source
    /// aakit's own limits
    pub struct Limit {
        id: "limit",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for Limit {}
