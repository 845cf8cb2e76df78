use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// An `abi` line that names a file which is not there.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/99.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Feature ABI"
    pub struct MissingAbiFile {
        id: "missing-abi-file",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for MissingAbiFile {}
