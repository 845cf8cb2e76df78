//! What `--hardened` changes in an engine's profile, and why.

/// As the engine ships it, or with its known hole closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Hardening {
    /// The same policy as the engine's own.
    #[default]
    Upstream,
    /// Writes to `/proc/sys/kernel` are refused but for `shm*`, as upstream's comment intends.
    Closed,
}

/// One difference between the hardened profile and the engine's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The rule that upstream has.
    pub upstream: &'static str,
    /// What stands in its place.
    pub hardened: &'static str,
    /// What upstream's rule lets through.
    pub reason: &'static str,
}

const UPSTREAM: &str = "deny @{PROC}/sys/kernel/{?,??,[^s][^h][^m]**} w,";
const CLOSED: &str = "deny @{PROC}/sys/kernel/{?,??,[^s]**,s[^h]**,sh[^m]**} w,";

impl Hardening {
    /// The rule that guards `/proc/sys/kernel`.
    pub(super) fn proc_sys_kernel(self) -> &'static str {
        match self {
            Self::Upstream => UPSTREAM,
            Self::Closed => CLOSED,
        }
    }

    /// What is different from upstream; empty for [`Hardening::Upstream`].
    #[must_use]
    pub fn changes(self) -> &'static [Change] {
        match self {
            Self::Upstream => &[],
            Self::Closed => &[Change {
                upstream: UPSTREAM,
                hardened: CLOSED,
                reason: "the chain of classes is meant as \"all but `shm*`\", yet it lets through every name that shares \
                         one letter in its place with `shm`: `sysrq`, `sched_*`, `threads-max`, `domainname`, `yama/ptrace_scope`",
            }],
        }
    }
}
