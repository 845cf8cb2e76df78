use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A D-Bus rule whose permissions do not go with its conditions.
    ///
    /// `bind` goes with a `name`, `send` and `receive` with a path, interface, member or peer, `eavesdrop` with a bus
    /// alone.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor rules
    /// dbus bind bus=session path=/org/example,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// dbus bind bus=session name=org.example,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "DBus rules"
    pub struct DbusWrongPerms {
        id: "dbus-wrong-perms",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for DbusWrongPerms {}
