use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A socket type or protocol that netlink does not have.
    ///
    /// Netlink sockets are `dgram` or `raw`.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor rules
    /// network netlink tcp,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// network netlink raw,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Network Rules"
    pub struct NetlinkType {
        id: "netlink-type",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for NetlinkType {}
