use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// Something that the target's apparmor_parser does not know.
    ///
    /// It is an error only with a target: without one, the newest version counts.
    ///
    /// # Why
    /// The profile is refused there.
    ///
    /// # Bad
    /// ```apparmor rules target=debian-12
    /// userns create,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// userns create,
    /// ```
    ///
    /// # Source
    /// the release notes of AppArmor 4.0 and later
    pub struct FeatureNeedsVersion {
        id: "feature-needs-version",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for FeatureNeedsVersion {}
