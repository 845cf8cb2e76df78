use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// More different exec targets than the kernel's table holds.
    ///
    /// A profile has room for a dozen names behind `->`.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /usr/bin/a px -> a,
    /// /usr/bin/b px -> b,
    /// /usr/bin/c px -> c,
    /// /usr/bin/d px -> d,
    /// /usr/bin/e px -> e,
    /// /usr/bin/f px -> f,
    /// /usr/bin/g px -> g,
    /// /usr/bin/h px -> h,
    /// /usr/bin/i px -> i,
    /// /usr/bin/j px -> j,
    /// /usr/bin/k px -> k,
    /// /usr/bin/l px -> l,
    /// /usr/bin/m px -> m,
    /// /usr/bin/n px -> n,
    /// /usr/bin/o px -> o,
    /// /usr/bin/p px -> p,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /usr/bin/a px -> one,
    /// /usr/bin/b px -> two,
    /// ```
    ///
    /// # Source
    /// security/apparmor/include/file.h, the index of the exec table
    pub struct TooManyTargets {
        id: "too-many-targets",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for TooManyTargets {}
