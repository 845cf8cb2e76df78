use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// An include of a file that is not there.
    ///
    /// Files are searched in the directories of `--include`, then in the base directory. `include if exists` accepts
    /// that there is none.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor rules
    /// include <abstractions/no-such-file>
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// include <abstractions/base>
    /// include if exists <local/no-such-file>
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "#include mechanism"
    pub struct MissingInclude {
        id: "missing-include",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for MissingInclude {}
