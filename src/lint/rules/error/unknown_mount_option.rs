use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A mount option that does not exist.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor rules
    /// mount options=(ro, nosiud) /dev/sdb1 -> /mnt/,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// mount options=(ro, nosuid) fstype=ext4 /dev/sdb1 -> /mnt/,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Mount Rules"
    pub struct UnknownMountOption {
        id: "unknown-mount-option",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for UnknownMountOption {}
