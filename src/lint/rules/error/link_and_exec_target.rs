use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A target behind `->` that could be the link's or the exec's.
    ///
    /// # Why
    /// The profile is refused. Two rules say which is meant.
    ///
    /// # Bad
    /// ```apparmor rules
    /// lPx /usr/bin/x -> y,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /usr/bin/x Px -> example,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Link rules"
    pub struct LinkAndExecTarget {
        id: "link-and-exec-target",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for LinkAndExecTarget {}
