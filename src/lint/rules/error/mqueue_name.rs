use crate::lint::Rule;
use crate::lint::rule::declare_rule;

declare_rule! {
    /// A message queue whose name does not fit its type.
    ///
    /// A POSIX queue is a path, a System V queue a number.
    ///
    /// # Why
    /// The profile is refused.
    ///
    /// # Bad
    /// ```apparmor rules
    /// mqueue (read) type=posix 123,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// mqueue (read) type=posix /queue,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Message Queue rules"
    pub struct MqueueName {
        id: "mqueue-name",
        group: Error,
    }
}

/// The compiler itself reports these.
impl Rule for MqueueName {}
