use crate::lint::danger::report::{self, rated};
use crate::lint::danger::row::Risk;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::ResolvedKind;
use crate::syntax::Decision;

declare_rule! {
    /// Sending every signal to every process.
    ///
    /// `signal,` and `signal send` with neither `set` nor a `peer` that is not any. To receive is harmless.
    ///
    /// # Why
    /// It stops the daemons that watch over the machine, and whatever else the same user or root runs.
    ///
    /// # Bad
    /// ```apparmor rules
    /// signal,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// signal (receive),
    /// signal (send) set=(term) peer=example-helper,
    /// ```
    ///
    /// # Source
    /// signal(7); apparmor.d(5), "Signal rules"
    pub struct SignalWide {
        id: "signal-wide",
        group: Security,
    }
}

const KILLERS: &[&str] = &[
    "systemd",
    "init",
    "kill",
    "killall",
    "pkill",
    "htop",
    "btop",
    "top",
    "systemd-shutdown",
    "earlyoom",
    "systemd-oomd",
    "gnome-system-monitor",
    "fuser",
    "plasma-systemmonitor",
    "ksysguard",
    "ksystemstats",
    "shutdown",
    "skill",
    "sudo",
    "su",
    "xfce4-taskmanager",
    "atop",
    "start-stop-daemon",
];

impl Rule for SignalWide {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        for rule in profile.other_rules {
            let ResolvedKind::Signal(signal) = &rule.kind else { continue };
            let sends = signal.access.contains(&"send");
            if rule.decision != Decision::Allow
                || !sends
                || !signal.signals.is_empty()
                || signal.peer.as_ref().is_some_and(|peer| !peer.glob.matches(b"aakit-any"))
            {
                continue;
            }
            let finding = Self::finding(rule.origin.location, "every signal may be sent to every process")
                .help("name the signals with `set=`, and the profile that gets them with `peer=`");
            findings.report(rated(finding, Risk::Medium, report::is_for(profile.profile, KILLERS)));
        }
    }
}
