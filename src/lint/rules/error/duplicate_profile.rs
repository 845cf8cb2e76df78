use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// Two profiles of the same name in one file.
    ///
    /// # Why
    /// The profile is refused: the second would replace the first.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/a {
    /// }
    ///
    /// profile example /usr/bin/b {
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example-a /usr/bin/a {
    /// }
    ///
    /// profile example-b /usr/bin/b {
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor_parser(8)
    pub struct DuplicateProfile {
        id: "duplicate-profile",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for DuplicateProfile {}
