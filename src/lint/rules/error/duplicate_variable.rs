use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A variable that is declared twice with `=`, or gets more values before it is declared.
    ///
    /// # Why
    /// The profile is refused. More values are added with `+=`, behind the declaration.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// @{dirs} = /a
    /// @{dirs} = /b
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
    /// @{dirs} = /a
    /// @{dirs} += /b
    ///
    /// profile example /usr/bin/example {
    ///   @{dirs}/x r,
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Variables"
    pub struct DuplicateVariable {
        id: "duplicate-variable",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for DuplicateVariable {}
