use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A suppression comment that suppresses nothing.
    ///
    /// It names a rule that finds nothing there, or that does not exist, or it begins with `# aakit:` and goes on in words that
    /// aakit does not know. A rule that is off is not missed.
    ///
    /// # Why
    /// A suppression that is left behind hides the next finding of its rule, which nobody has looked at.
    ///
    /// # Bad
    /// ```apparmor rules
    /// # aakit: allow(missing-abi) the header has it
    /// /etc/passwd r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /etc/passwd r,
    /// ```
    ///
    /// # Fix
    /// Removes the comment, or the rule's name from it.
    ///
    /// # Source
    /// This program's own comments, see `lint/suppress.rs`
    pub struct UnusedSuppression {
        id: "unused-suppression",
        group: Redundancy,
        fix: Safe,
    }
}

/// Who applies the suppressions reports these.
impl Rule for UnusedSuppression {}
