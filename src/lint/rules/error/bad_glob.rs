use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A path expression that AppArmor cannot read.
    ///
    /// Braces and brackets must be closed, braces need at least two alternatives, a class something in it, and a
    /// backslash something behind it.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /srv/{a/** r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /srv/{a,b}/** r,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Globbing"
    pub struct BadGlob {
        id: "bad-glob",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for BadGlob {}
