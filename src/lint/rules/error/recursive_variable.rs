use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A variable that stands in its own values.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// @{dirs} = /a @{dirs}/b
    ///
    /// profile example /usr/bin/example {
    ///   @{dirs}/x r,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// @{dirs} = /a /a/b
    ///
    /// profile example /usr/bin/example {
    ///   @{dirs}/x r,
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Variables"
    pub struct RecursiveVariable {
        id: "recursive-variable",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for RecursiveVariable {}
