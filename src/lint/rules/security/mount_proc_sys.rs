use crate::lint::danger::report::{self, rated};
use crate::lint::danger::row::Risk;
use crate::lint::danger::sources::{LXC_BSA_108, RUNC_2019};
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{MountAccess, ResolvedKind};
use crate::syntax::{Decision, MountOperation};
use crate::vocabulary::MountKind;

declare_rule! {
    /// Mounting a kernel file system elsewhere than at its usual place.
    ///
    /// proc, sysfs, securityfs, debugfs, tracefs, bpf and cgroup file systems, and `/proc/` and `/sys/` bound or moved elsewhere.
    ///
    /// # Why
    /// Rules for `/proc/…` and `/sys/…` say nothing of `/mnt/sysrq-trigger`: behind another name the kernel's files are open to
    /// every rule for that name. Container runtimes were left through mounts over and of `/proc`.
    ///
    /// # Bad
    /// ```apparmor rules
    /// mount fstype=proc proc -> /mnt/**,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// mount fstype=proc proc -> /proc/,
    /// mount fstype=cgroup2 -> /sys/fs/cgroup/**,
    /// mount fstype=tmpfs tmpfs -> /mnt/example/,
    /// ```
    ///
    /// # Source
    /// CVE-2019-16884, CVE-2015-1334; apparmor.d(5), "Mount Rules"
    pub struct MountProcSys {
        id: "mount-proc-sys",
        group: Security,
    }
}

/// Each file system, and where it is mounted everywhere.
const FILE_SYSTEMS: &[(&str, &[&str])] = &[
    ("proc", &["/proc/", "/proc"]),
    ("sysfs", &["/sys/", "/sys"]),
    ("securityfs", &["/sys/kernel/security/", "/sys/kernel/security"]),
    ("debugfs", &["/sys/kernel/debug/", "/sys/kernel/debug"]),
    ("tracefs", &["/sys/kernel/tracing/", "/sys/kernel/debug/tracing/", "/sys/kernel/tracing"]),
    ("bpf", &["/sys/fs/bpf/", "/sys/fs/bpf"]),
    ("cgroup", &["/sys/fs/cgroup/", "/sys/fs/cgroup"]),
    ("cgroup2", &["/sys/fs/cgroup/", "/sys/fs/cgroup/unified/", "/sys/fs/cgroup"]),
];

const MOUNTERS: &[&str] = &[
    "bwrap",
    "runc",
    "crun",
    "lxc-start",
    "systemd",
    "systemd-nspawn",
    "snap-confine",
    "unshare",
    "mount",
    "dockerd",
    "containerd",
    "flatpak",
];

/// The kernel's tree that a bind or move gives another name.
fn moved(mount: &MountAccess) -> Option<&'static str> {
    let options = || mount.options.iter().chain(&mount.options_in).flatten();
    if !options().any(|option| matches!(option.kind(), MountKind::Bind | MountKind::Move)) {
        return None;
    }
    let source = mount.source.as_ref()?;
    let stays = |place: &[u8]| {
        let prefixes = mount.mountpoint.as_ref().map(|target| target.glob.literal_prefixes());
        prefixes.is_some_and(|prefixes| prefixes.iter().all(|prefix| prefix.starts_with(place)))
    };
    [("proc", &b"/proc/"[..]), ("sysfs", b"/sys/")]
        .into_iter()
        .find(|(_, place)| source.glob.matches(place) && !stays(place))
        .map(|(name, _)| name)
}

/// Is what begins so the place itself, or in it?
fn is_in(place: &str, prefix: &[u8]) -> bool {
    prefix.strip_prefix(place.as_bytes()).is_some_and(|rest| place.ends_with('/') || rest.is_empty())
}

impl Rule for MountProcSys {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        for rule in profile.other_rules {
            let ResolvedKind::Mount(mount) = &rule.kind else { continue };
            if rule.decision != Decision::Allow || mount.operation != MountOperation::Mount {
                continue;
            }
            let mut named = FILE_SYSTEMS.iter().filter(|(name, places)| {
                let is_meant = mount.fstype.iter().any(|fstype| fstype.glob.matches(name.as_bytes()));
                let is_usual = || {
                    mount.mountpoint.as_ref().is_some_and(|target| {
                        // Also the directories in it, as cgroups have one for each controller.
                        let prefixes = target.glob.literal_prefixes();
                        !prefixes.is_empty()
                            && prefixes.iter().all(|prefix| places.iter().any(|place| is_in(place, prefix)))
                    })
                };
                is_meant && !is_usual()
            });
            let Some(name) = named.next().map(|(name, _)| *name).or_else(|| moved(mount)) else { continue };
            let place = match &mount.mountpoint {
                Some(target) => format!("at `{}`", profile.written(target.location)),
                None => "anywhere".to_owned(),
            };
            let message =
                format!("`{name}` may be mounted {place}, where rules for its usual place do not hold");
            let finding = Self::finding(rule.origin.location, message)
                .note(report::see(&[RUNC_2019, LXC_BSA_108]))
                .help(
                    "name the usual place as the target; in a new root, as sandboxes make it, name that root",
                );
            findings.report(rated(finding, Risk::High, report::is_for(profile.profile, MOUNTERS)));
        }
    }
}
