use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A variable that nothing declares.
    ///
    /// Most are declared by `include <tunables/global>`, which stands before the first profile.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor rules
    /// @{no_such_dir}/x r,
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    ///   @{HOME}/x r,
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Variables"
    pub struct UndefinedVariable {
        id: "undefined-variable",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for UndefinedVariable {}
