use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// An error name that does not exist.
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
    /// profile example /usr/bin/example flags=(error=EPERN) {
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example flags=(error=EPERM) {
    /// }
    /// ```
    ///
    /// # Source
    /// errno(3)
    pub struct UnknownErrno {
        id: "unknown-errno",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for UnknownErrno {}
