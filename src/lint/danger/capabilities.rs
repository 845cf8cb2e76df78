//! Capabilities that undo a confinement, alone or with another rule, and why others are not reported.

use super::row::Risk;
use super::sources::*;

/// What makes a capability matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum With {
    /// It matters alone.
    Alone,
    /// With a rule that covers a whole tree for writing.
    WideWrite,
    /// With a rule that covers a whole tree for reading.
    WideRead,
    /// With a rule for writing programs of the system.
    Programs,
    /// With a rule for writing any name in some directory.
    AnyNewFile,
    /// It is known, and not worth a finding.
    Never,
    /// With the capability of that name.
    Capability(&'static str),
}

/// One capability.
#[derive(Debug)]
pub struct CapabilityRow {
    /// Its name.
    pub name: &'static str,
    /// What must stand beside it.
    pub with: With,
    /// How much follows from it.
    pub risk: Risk,
    /// What follows, as a clause behind a colon.
    pub reason: &'static str,
    /// Programs for which it is right.
    pub programs: &'static [&'static str],
}

/// Where all of it is told.
pub const SOURCES: &[Source] = &[man("capabilities(7)")];

/// The capabilities.
pub const CAPABILITIES: &[CapabilityRow] = &[
    CapabilityRow {
        name: "sys_module",
        with: With::Alone,
        risk: Risk::Critical,
        reason: "it loads code into the kernel, and no rule says from which file",
        programs: &[
            "kmod",
            "modprobe",
            "insmod",
            "NetworkManager",
            "dockerd",
            "wg-quick",
            "systemd-modules-load",
            "libvirtd",
        ],
    },
    CapabilityRow {
        name: "sys_rawio",
        with: With::Alone,
        risk: Risk::Critical,
        reason: "it reaches memory, I/O ports and disks directly",
        programs: &[
            "Xorg",
            "dmidecode",
            "hdparm",
            "smartctl",
            "smartd",
            "fwupd",
            "hwinfo",
            "lspci",
            "udisksd",
            "systemd-udevd",
        ],
    },
    CapabilityRow {
        name: "sys_admin",
        with: With::Alone,
        risk: Risk::High,
        reason: "it mounts, enters namespaces, loads BPF and types into terminals; with a mount rule every path rule falls",
        programs: &[
            "mount",
            "umount",
            "systemd",
            "bwrap",
            "runc",
            "crun",
            "snap-confine",
            "libvirtd",
            "dockerd",
            "containerd",
            "unshare",
            "nsenter",
            "fusermount",
            "fusermount3",
            "udisksd",
            "chromium",
            "chrome",
        ],
    },
    CapabilityRow {
        name: "sys_ptrace",
        with: With::Alone,
        risk: Risk::High,
        reason: "it writes the memory of other processes and takes their files, as far as ptrace rules let it",
        programs: &[
            "gdb",
            "strace",
            "ps",
            "top",
            "htop",
            "btop",
            "lsof",
            "ss",
            "netstat",
            "fuser",
            "pidof",
            "pgrep",
            "systemd-coredump",
            "apport",
            "needrestart",
            "killall",
            "pkill",
        ],
    },
    CapabilityRow {
        name: "bpf",
        with: With::Alone,
        risk: Risk::High,
        reason: "it loads programs into the kernel; with `perfmon` they read its memory",
        programs: &["bpftrace", "bpftool", "cilium-agent", "systemd", "systemd-networkd"],
    },
    CapabilityRow {
        name: "sys_boot",
        with: With::Alone,
        risk: Risk::Medium,
        reason: "it stops the machine, or starts another kernel through kexec",
        programs: &["systemd", "init", "shutdown", "systemd-shutdown", "kexec", "reboot", "runc"],
    },
    CapabilityRow {
        name: "dac_override",
        with: With::WideWrite,
        risk: Risk::High,
        reason: "with a rule that lets it write a whole tree, file permissions hold nothing back",
        programs: &["dpkg", "rpm", "pacman", "rsync", "tar"],
    },
    CapabilityRow {
        name: "dac_read_search",
        with: With::WideRead,
        risk: Risk::High,
        reason: "with a rule that lets it read a whole tree, file permissions hide nothing",
        programs: &[
            "updatedb",
            "updatedb.mlocate",
            "plocate",
            "rsync",
            "tar",
            "borg",
            "restic",
            "freshclam",
            "clamd",
            "clamscan",
            "find",
            "du",
        ],
    },
    CapabilityRow {
        name: "setfcap",
        with: With::Programs,
        risk: Risk::High,
        reason: "with a rule that lets it write programs, it gives them any capability",
        programs: &["dpkg", "rpm", "pacman", "setcap", "dockerd", "containerd"],
    },
    CapabilityRow {
        name: "mknod",
        with: With::AnyNewFile,
        risk: Risk::High,
        reason: "with a directory that it may write, it makes a device for the disk there, past every rule for `/dev`",
        programs: &[
            "systemd-udevd",
            "udevd",
            "dpkg",
            "runc",
            "crun",
            "dockerd",
            "containerd",
            "systemd-tmpfiles",
            "lvm",
            "dmsetup",
            "cpio",
            "kmod",
            "mknod",
            "tar",
            "rsync",
        ],
    },
    CapabilityRow {
        name: "perfmon",
        with: With::Capability("bpf"),
        risk: Risk::Critical,
        reason: "with `bpf`, programs in the kernel read and alter its memory",
        programs: &["bpftrace", "bpftool", "perf"],
    },
    CapabilityRow {
        name: "chown",
        with: With::Never,
        risk: Risk::Low,
        reason: "alone it follows file rules; it makes `owner` no border between users",
        programs: &[],
    },
    CapabilityRow {
        name: "fowner",
        with: With::Never,
        risk: Risk::Low,
        reason: "alone it follows file rules",
        programs: &[],
    },
    CapabilityRow {
        name: "setuid",
        with: With::Never,
        risk: Risk::Low,
        reason: "alone it follows file rules; it makes `owner` no border between users",
        programs: &[],
    },
    CapabilityRow {
        name: "setgid",
        with: With::Never,
        risk: Risk::Low,
        reason: "alone it follows file rules",
        programs: &[],
    },
    CapabilityRow {
        name: "fsetid",
        with: With::Never,
        risk: Risk::Low,
        reason: "it keeps set-id bits on files that rules let it write",
        programs: &[],
    },
    CapabilityRow {
        name: "setpcap",
        with: With::Never,
        risk: Risk::Low,
        reason: "it changes its own bounding set",
        programs: &[],
    },
    CapabilityRow {
        name: "net_admin",
        with: With::Never,
        risk: Risk::Low,
        reason: "asked for needlessly by many programs; `raw-network` looks at what makes it matter",
        programs: &[],
    },
    CapabilityRow {
        name: "net_raw",
        with: With::Never,
        risk: Risk::Low,
        reason: "`raw-network` reports the rule that it needs",
        programs: &[],
    },
    CapabilityRow {
        name: "sys_chroot",
        with: With::Never,
        risk: Risk::Low,
        reason: "`pivot-or-chroot-escape` looks at what makes it matter",
        programs: &[],
    },
    CapabilityRow {
        name: "mac_admin",
        with: With::Never,
        risk: Risk::Low,
        reason: "`policy-write` reports it",
        programs: &[],
    },
    CapabilityRow {
        name: "mac_override",
        with: With::Never,
        risk: Risk::Low,
        reason: "AppArmor ignores it",
        programs: &[],
    },
    CapabilityRow {
        name: "checkpoint_restore",
        with: With::Never,
        risk: Risk::Low,
        reason: "it chooses process ids and reads `map_files` of others",
        programs: &[],
    },
    CapabilityRow {
        name: "linux_immutable",
        with: With::Never,
        risk: Risk::Low,
        reason: "it lifts append-only and immutable",
        programs: &[],
    },
    CapabilityRow {
        name: "audit_control",
        with: With::Never,
        risk: Risk::Low,
        reason: "it switches auditing off",
        programs: &[],
    },
];
