use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A profile flag that does not exist.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example flags=(complian) {
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example flags=(complain) {
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Profile Flags"
    pub struct UnknownFlag {
        id: "unknown-flag",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for UnknownFlag {}
