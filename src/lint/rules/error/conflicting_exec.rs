use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// Two rules that give one program different exec modes or targets.
    ///
    /// Rules for an exact path win over rules with globs; two that are equally exact must agree. The message names a
    /// path that both match.
    ///
    /// # Why
    /// The profile is refused: the kernel would not know which profile the program gets.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /usr/bin/tool* ix,
    /// /usr/bin/*-daemon Px,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /usr/bin/tool* ix,
    /// /usr/bin/tool-daemon Px,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Execute Mode"
    pub struct ConflictingExec {
        id: "conflicting-exec",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for ConflictingExec {}
