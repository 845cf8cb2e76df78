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
    /// /usr/bin/a Px -> :apps:a,
    /// /usr/bin/b Px -> :apps:b,
    /// /usr/bin/c Px -> :apps:c,
    /// /usr/bin/d Px -> :apps:d,
    /// /usr/bin/e Px -> :apps:e,
    /// /usr/bin/f Px -> :apps:f,
    /// /usr/bin/g Px -> :apps:g,
    /// /usr/bin/h Px -> :apps:h,
    /// /usr/bin/i Px -> :apps:i,
    /// /usr/bin/j Px -> :apps:j,
    /// /usr/bin/k Px -> :apps:k,
    /// /usr/bin/l Px -> :apps:l,
    /// /usr/bin/m Px -> :apps:m,
    /// /usr/bin/n Px -> :apps:n,
    /// /usr/bin/o Px -> :apps:o,
    /// /usr/bin/p Px -> :apps:p,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /usr/bin/a Px -> :apps:one,
    /// /usr/bin/b Px -> :apps:two,
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
