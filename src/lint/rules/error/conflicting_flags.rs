use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// Flags or mount options that exclude each other.
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
    /// profile example /usr/bin/example flags=(complain, enforce) {
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
    pub struct ConflictingFlags {
        id: "conflicting-flags",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for ConflictingFlags {}
