use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A unix rule with a peer for an access that has none.
    ///
    /// `bind`, `listen`, `create` and the like concern the own end of a socket alone.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor rules
    /// unix bind type=stream peer=(label=other),
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// unix bind type=stream,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Unix socket rules"
    pub struct UnixBindPeer {
        id: "unix-bind-peer",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for UnixBindPeer {}
