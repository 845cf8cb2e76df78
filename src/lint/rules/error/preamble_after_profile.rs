use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A variable, alias or `abi` behind the beginning of a profile.
    ///
    /// They stand before the first profile, in the preamble.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// profile example /usr/bin/example {
    /// }
    ///
    /// alias /usr/ -> /mnt/usr/,
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// alias /usr/ -> /mnt/usr/,
    ///
    /// profile example /usr/bin/example {
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "FORMAT"
    pub struct PreambleAfterProfile {
        id: "preamble-after-profile",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for PreambleAfterProfile {}
