use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A path that does not begin with `/` or a variable.
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
    /// profile example /usr/bin/example flags=(attach_disconnected.path=att/example) {
    /// }
    /// ```
    /// ```apparmor rules
    /// etc/example.conf r,
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example flags=(attach_disconnected.path=/att/example) {
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "FORMAT"
    pub struct RelativePath {
        id: "relative-path",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for RelativePath {}
