use crate::lint::danger::report::{self, rated};
use crate::lint::danger::row::Risk;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::ResolvedKind;
use crate::syntax::Decision;

declare_rule! {
    /// Tracing any process, or unconfined ones.
    ///
    /// `ptrace,` and `ptrace trace` without a `peer`, or with one that takes in `unconfined`. To read others is not reported.
    ///
    /// # Why
    /// Who traces a process writes its memory: the program does in it whatever that one may. Of unconfined processes, some
    /// are root's.
    ///
    /// # Bad
    /// ```apparmor rules
    /// ptrace,
    /// ```
    /// ```apparmor rules
    /// ptrace (trace) peer=unconfined,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// ptrace (read),
    /// ptrace (trace) peer=@{profile_name},
    /// ```
    ///
    /// # Source
    /// ptrace(2); apparmor.d(5), "PTrace rules"
    pub struct PtraceWide {
        id: "ptrace-wide",
        group: Security,
    }
}

const DEBUGGERS: &[&str] = &[
    "gdb",
    "gdbserver",
    "strace",
    "ltrace",
    "libvirtd",
    "lldb",
    "systemd-coredump",
    "apport",
    "rr",
    "perf",
    "criu",
];

impl Rule for PtraceWide {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        for rule in profile.other_rules {
            let ResolvedKind::Ptrace(clause) = &rule.kind else { continue };
            if rule.decision != Decision::Allow || !clause.access.contains(&"trace") {
                continue;
            }
            let who = match &clause.peer {
                None => "any process",
                Some(peer) if peer.glob.matches(b"unconfined") => "unconfined processes",
                Some(_) => continue,
            };
            let finding = Self::finding(rule.origin.location, format!("{who} may be traced, and so rewritten"))
                .help("name the profile that is traced with `peer=`; to look at processes `ptrace (read)` is enough");
            findings.report(rated(finding, Risk::Critical, report::is_for(profile.profile, DEBUGGERS)));
        }
    }
}
