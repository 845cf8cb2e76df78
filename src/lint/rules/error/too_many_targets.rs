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
    /// /usr/bin/a Px -> a,
    /// /usr/bin/b Px -> b,
    /// /usr/bin/c Px -> c,
    /// /usr/bin/d Px -> d,
    /// /usr/bin/e Px -> e,
    /// /usr/bin/f Px -> f,
    /// /usr/bin/g Px -> g,
    /// /usr/bin/h Px -> h,
    /// /usr/bin/i Px -> i,
    /// /usr/bin/j Px -> j,
    /// /usr/bin/k Px -> k,
    /// /usr/bin/l Px -> l,
    /// /usr/bin/m Px -> m,
    /// /usr/bin/n Px -> n,
    /// /usr/bin/o Px -> o,
    /// /usr/bin/p Px -> p,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /usr/bin/a Px -> one,
    /// /usr/bin/b Px -> two,
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
