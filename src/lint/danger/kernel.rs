//! Hooks by which the kernel runs programs or is changed, and what of `/proc` and `/sys` tells or alters too much.

use super::row::{Row, rows};
use super::sources::*;

pub const ROWS: &[Row] = rows! {
    // What runs programs.
    On "kernel-exec-hook-write" Write Critical
        ["/proc/sys/kernel/core_pattern"]
        "a value that begins with a pipe names a program that the kernel runs as root, outside every namespace and unconfined, at the next crash"
        see [KERNEL_SYSCTL, man("core(5)"), RUNC_2025]
        for ["systemd-coredump", "apport", "systemd-sysctl", "sysctl"];
    Off "kernel-exec-hook-write" Write Low
        ["/proc/sys/kernel/core_pipe_limit", "/proc/sys/kernel/core_uses_pid"]
        "it decides how crashes are dumped"
        see [KERNEL_SYSCTL] for ["systemd-coredump", "apport", "systemd-sysctl", "sysctl"];
    On "kernel-exec-hook-write" Write Critical
        ["/proc/sys/kernel/modprobe"]
        "it names the program that the kernel runs as root when it wants a module, which any user can provoke"
        see [KERNEL_MODPROBE] for ["sysctl", "systemd-sysctl"];
    On "kernel-exec-hook-write" Write Critical
        ["/proc/sys/kernel/hotplug", "/proc/sys/kernel/poweroff_cmd", "/sys/kernel/uevent_helper"]
        "it names a program that the kernel runs as root, for every device event or at power-off"
        see [KERNEL_SYSCTL] for [];
    On "kernel-exec-hook-write" Write High
        ["/proc/sys/kernel/usermodehelper/bset", "/proc/sys/kernel/usermodehelper/inheritable"]
        "it sets the capabilities of every program that the kernel itself runs"
        see [KERNEL_SYSCTL] for [];
    On "kernel-exec-hook-write" Write Critical
        ["/proc/sys/fs/binfmt_misc/register", "/proc/sys/fs/binfmt_misc/status", "/proc/sys/fs/binfmt_misc/qemu-arm"]
        "it registers interpreters; with flag `C` one runs with the rights of a set-uid file"
        see [BINFMT] for ["systemd-binfmt", "qemu-user", "update-binfmts"];
    On "kernel-exec-hook-write" Write Critical
        ["/sys/fs/cgroup/memory/release_agent", "/sys/fs/cgroup/rdma/x/release_agent", "/sys/fs/cgroup/**/release_agent"]
        "it names a program that runs as root on the host when the group empties"
        see [CVE_2022_0492] for ["systemd", "runc", "crun", "lxc-start", "dockerd", "containerd"];

    // What changes the kernel.
    On "proc-sys-write" Write High
        ["/proc/sysrq-trigger"]
        "it crashes or reboots the machine, kills all tasks or dumps registers at once"
        see [CONTAINERD_1600, KERNEL_ADMIN] for [];
    On "proc-sys-write" Write Medium
        ["/proc/sys/kernel/sysrq"]
        "it enables the keyboard's way to crash and reboot the machine"
        see [KERNEL_SYSCTL] for ["sysctl", "systemd-sysctl"];
    On "proc-sys-write" Write Medium
        ["/proc/sys/kernel/modules_disabled", "/proc/sys/kernel/kexec_load_disabled", "/sys/kernel/kexec_crash_size"]
        "it is a one-way switch for the whole machine"
        see [KERNEL_SYSCTL] for ["sysctl", "systemd-sysctl", "kdump-config"];
    On "policy-write" Write Critical
        ["/sys/module/apparmor/parameters/mode", "/sys/module/apparmor/parameters/audit"]
        "it turns AppArmor's mode or its log off for the whole machine"
        see [KERNEL_ADMIN] for [];
    On "proc-sys-write" Write High
        ["/sys/module/usbcore/parameters/autosuspend", "/sys/module/kvm/parameters/halt_poll_ns", "/sys/module/*/parameters/**"]
        "it changes a driver while it runs"
        see [KERNEL_ADMIN] for ["tlp", "mdadm", "zed", "vconsole-setup", "systemd-vconsole-setup"];
    On "proc-sys-write" Write Critical
        ["/sys/kernel/debug/aakit", "/sys/kernel/debug/x86/mce/fake_panic"]
        "debug files have no stable contract or checks, and some write kernel memory"
        see [KERNEL_ADMIN] for [];
    Off "proc-sys-write" Write Low
        ["/sys/kernel/tracing/trace_marker", "/sys/kernel/debug/tracing/trace_marker"]
        "it adds lines to the trace and does no more"
        see [KERNEL_ADMIN] for [];
    On "proc-sys-write" Write Critical
        ["/sys/kernel/tracing/kprobe_events", "/sys/kernel/debug/tracing/kprobe_events", "/sys/kernel/{debug/,}tracing/**"]
        "its probes watch any process, and alter what it sees"
        see [KERNEL_ADMIN] for ["trace-cmd", "perf", "bpftrace"];
    On "proc-mem" Read Medium
        ["/sys/kernel/tracing/trace", "/sys/kernel/debug/tracing/trace", "/sys/kernel/debug/aakit"]
        "it holds kernel addresses and data of other processes"
        see [KERNEL_ADMIN] for ["trace-cmd", "perf", "bpftrace", "libvirtd"];
    On "proc-sys-write" Write High
        ["/sys/fs/bpf/map", "/sys/fs/bpf/**"]
        "programs and maps that others pinned can be swapped, and network or security policy with them"
        see [KERNEL_ADMIN] for ["cilium-agent", "systemd-nsresourced", "systemd", "snap-confine"];
    On "proc-sys-write" Write High
        ["/sys/firmware/efi/efivars/BootOrder-8be4df61-93ca-11d2-aa0d-00e098032b8c", "/sys/firmware/efi/vars/BootOrder/data",
         "/sys/firmware/efi/{efivars,vars}/**"]
        "it holds the boot order and the secure-boot keys"
        see [KERNEL_ADMIN] for ["bootctl", "grub-install", "fwupd", "fwupdmgr", "sbctl", "efibootmgr", "systemd-logind"];
    On "proc-sys-write" Write Medium
        ["/sys/power/state", "/sys/power/disk", "/sys/power/resume", "/sys/power/wake_lock"]
        "it suspends the machine; `resume` points at an image to boot"
        see [KERNEL_ADMIN] for ["systemd-sleep", "systemd-hibernate-resume"];
    On "proc-sys-write" Write High
        ["/sys/kernel/livepatch/patch/enabled", "/sys/kernel/livepatch/**"]
        "it turns a security patch off"
        see [KERNEL_ADMIN] for ["kpatch", "canonical-livepatchd"];
    On "proc-sys-write" Write Critical
        ["/sys/bus/pci/rescan", "/sys/bus/pci/drivers/vfio-pci/bind", "/sys/bus/pci/drivers/vfio-pci/unbind",
         "/sys/bus/pci/drivers/vfio-pci/new_id", "/sys/devices/pci0000:00/0000:00:02.0/resource0", "/sys/devices/pci0000:00/0000:00:02.0/config",
         "/sys/bus/pci/drivers/*/{bind,unbind,new_id}", "/sys/devices/pci**/{resource[0-9]*,config}"]
        "it hands a device to another driver, or reaches memory through its registers"
        see [KERNEL_ADMIN] for ["Xorg", "setpci", "libvirtd", "lspci"];
    On "proc-sys-write" Write Medium
        ["/sys/devices/virtual/block/loop0/uevent", "/sys/class/net/uevent", "/sys/devices/pci0000:00/0000:00:02.0/uevent",
         "/sys/**/uevent"]
        "it fakes device events, on which udev runs its rules as root"
        see [man("udev(7)")] for ["udisksd", "gparted", "systemd-logind", "udevadm", "systemd-udevd", "systemd-udev-trigger"];
    On "proc-sys-write" Write Medium
        ["/sys/kernel/config/usb_gadget/g1", "/sys/kernel/config/**"]
        "it creates USB gadgets, storage and network targets"
        see [KERNEL_ADMIN] for ["targetcli", "iscsi-target"];
    On "proc-sys-write" Write High
        ["/proc/sys/kernel/yama/ptrace_scope", "/proc/sys/kernel/kptr_restrict", "/proc/sys/kernel/dmesg_restrict",
         "/proc/sys/kernel/perf_event_paranoid", "/proc/sys/kernel/unprivileged_bpf_disabled", "/proc/sys/kernel/unprivileged_userns_clone",
         "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "/proc/sys/kernel/randomize_va_space", "/proc/sys/kernel/io_uring_disabled",
         "/proc/sys/vm/mmap_min_addr", "/proc/sys/vm/unprivileged_userfaultfd", "/proc/sys/fs/protected_symlinks", "/proc/sys/fs/protected_hardlinks",
         "/proc/sys/fs/suid_dumpable", "/proc/sys/user/max_user_namespaces", "/proc/sys/user/max_mnt_namespaces"]
        "it switches a hardening off for every process"
        see [KERNEL_SYSCTL] for ["sysctl", "systemd-sysctl", "apport", "bwrap", "unshare", "flatpak"];
    On "proc-sys-write" Write Medium
        ["/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv4/conf/eth0/rp_filter", "/proc/sys/net/ipv6/conf/eth0/accept_ra",
         "/proc/sys/net/core/somaxconn", "/proc/sys/net/aakit"]
        "it decides routing and forwarding of this network namespace"
        see [KERNEL_SYSCTL]
        for ["NetworkManager", "systemd-networkd", "dockerd", "ufw", "wpa_supplicant", "dhclient", "libvirtd", "sysctl", "systemd-sysctl", "connmand", "tailscaled", "iwd", "charon", "charon-systemd",
             "zebra", "nhrpd"];
    On "proc-sys-write" Write High
        ["/proc/sys/kernel/aakit", "/proc/sys/vm/aakit", "/proc/sys/fs/aakit", "/proc/sys/dev/aakit", "/proc/sys/user/aakit", "/proc/sys/kernel/pid_max",
         "/proc/sys/kernel/hostname", "/proc/sys/kernel/domainname", "/proc/sys/vm/drop_caches", "/proc/sys/vm/swappiness", "/proc/sys/vm/overcommit_memory",
         "/proc/sys/fs/file-max", "/proc/sys/kernel/printk", "/proc/sys/kernel/shmmax"]
        "a sysctl changes the whole machine"
        see [KERNEL_SYSCTL] for ["sysctl", "systemd-sysctl", "systemd", "rpc.statd", "systemd-udevd", "haveged", "rngd", "iotop", "iotop-c"];

    // What tells or alters too much of other processes.
    On "proc-mem" Read Critical
        ["/proc/kcore"]
        "it is all of the machine's memory"
        see [man("proc(5)"), OCI_MASKED] for ["crash"];
    On "proc-mem" Read Medium
        ["/proc/kallsyms", "/proc/modules"]
        "it tells kernel addresses where `kptr_restrict` is 0, which defeats their randomisation"
        see [man("proc(5)")] for ["klogd", "kmod", "lsmod", "modprobe", "perf", "nvidia", "nvidia-strict", "nvidia-modprobe", "nvidia_modprobe", "dkms", "systemd-udevd"];
    On "proc-mem" Write Critical
        ["/proc/4242/mem"]
        "it is the memory of other processes, as far as ptrace rules let it"
        see [man("proc(5)")] for ["gdb", "strace"];
    On "proc-mem" Read High
        ["/proc/4242/mem"]
        "keys and passwords are in the memory of other processes"
        see [man("proc(5)")] for ["gdb", "strace", "chromium", "chrome", "electron", "systemd-coredump"];
    Unowned "proc-mem" Read High
        ["/proc/4242/environ"]
        "the environment of other processes holds passwords and tokens"
        see [man("proc(5)")] for ["systemd-detect-virt", "needrestart", "htop", "ps", "pgrep", "pkill", "top", "lsof", "systemd-coredump", "apport", "gdb"];
    Off "proc-mem" Read Low
        ["/proc/4242/maps", "/proc/4242/smaps", "/proc/4242/numa_maps", "/proc/4242/auxv"]
        "it tells the address layout of other processes; `base` grants it to all"
        see [man("proc(5)")] for [];
    On "proc-mem" Read Medium
        ["/proc/4242/pagemap", "/proc/kpagecount", "/proc/kpageflags"]
        "physical addresses make attacks on memory practical"
        see [man("proc(5)")] for [];
    On "proc-mem" ReadOrWrite High
        ["/proc/4242/root/etc/shadow", "/proc/4242/cwd/aakit"]
        "it is another process's view of the files, in which other paths lead to them"
        see [man("proc(5)")] for ["cron-debsums", "steam"];
    Unowned "proc-mem" ReadOrWrite High
        ["/proc/4242/fd/5", "/proc/[0-9]*/fd/*"]
        "it is a file that another process has open, whatever its path"
        see [man("proc(5)")] for ["cron-debsums", "steam"];
    On "proc-mem" Read Medium
        ["/proc/4242/ns/mnt"]
        "it is the handle by which a namespace is entered"
        see [man("setns(2)")] for ["snap-confine", "nsenter", "lsns", "runc", "systemd"];
    On "proc-mem" Write Medium
        ["/proc/4242/uid_map", "/proc/4242/gid_map", "/proc/4242/setgroups"]
        "it builds user namespaces"
        see [man("user_namespaces(7)")] for ["chromium", "chrome", "electron", "firefox", "bwrap", "newuidmap", "newgidmap", "unshare", "runc", "crun", "flatpak"];
    Unowned "attr-write" Write High
        ["/proc/4242/attr/current", "/proc/4242/attr/exec", "/proc/4242/attr/apparmor/current", "/proc/4242/attr/apparmor/exec",
         "/proc/4242/attr/fscreate", "/proc/4242/attr/keycreate", "/proc/4242/attr/sockcreate"]
        "it asks for another confinement, and without `owner` not for its own tasks alone"
        see [man("aa_change_profile(2)"), LXC_BSA_108]
        for ["apache2", "httpd", "php-fpm", "dovecot", "imap", "pop3", "lmtp", "runc", "crun", "snap-confine", "aa-exec", "lxc-start", "containerd"];
    On "proc-mem" Write Medium
        ["/proc/4242/loginuid"]
        "it forges the identity that the audit log shows"
        see [man("pam_loginuid(8)")]
        for ["login", "sshd", "cron", "crond", "gdm", "gdm3", "lightdm", "sddm", "su", "sudo", "systemd", "atd", "systemd-user"];
    On "proc-mem" Read Medium
        ["/proc/keys", "/proc/key-users"]
        "it describes the keys of others, in all namespaces"
        see [OCI_MASKED] for ["gdm-session-worker"];
    Off "proc-mem" Read Low
        ["/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/latency_stats"]
        "it tells names and timing of processes, across containers"
        see [OCI_MASKED] for [];
    Off "proc-mem" Read Low
        ["/proc/interrupts", "/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count"]
        "its timing is a side channel"
        see [CONTAINERD_14090] for ["irqbalance", "sensors"];
    On "proc-mem" Read Medium
        ["/sys/devices/virtual/powercap/intel-rapl/intel-rapl:0/energy_uj"]
        "energy counters are a side channel on keys"
        see [OCI_MASKED] for ["thermald", "btop"];
    On "proc-sys-write" Write High
        ["/proc/acpi/wakeup", "/proc/scsi/scsi", "/proc/bus/pci/00/02.0", "/proc/mtrr", "/proc/irq/7/smp_affinity",
         "/proc/{acpi,scsi,bus,irq}/**"]
        "it controls hardware directly"
        see [OCI_MASKED] for ["Xorg", "irqbalance", "libvirtd", "virtnodedevd"];
    On "proc-mem" Read Medium
        ["/proc/kmsg", "/dev/kmsg"]
        "the kernel's log has addresses and paths of others"
        see [man("proc(5)")] for ["rsyslogd", "syslogd", "syslog-ng", "klogd", "dmesg", "journald", "systemd-journald", "plymouthd", "systemd"];
    Off "proc-mem" Read Low
        ["/proc/vmallocinfo", "/proc/slabinfo", "/proc/pagetypeinfo", "/proc/iomem", "/proc/ioports", "/proc/config.gz", "/sys/kernel/notes",
         "/sys/kernel/vmcoreinfo", "/sys/module/kvm/sections/.text"]
        "it tells the layout of memory, which helps exploits"
        see [man("proc(5)")] for ["hw-probe", "lspci", "Xorg"];
    Off "proc-mem" Read Low
        ["/sys/firmware/acpi/tables/MSDM", "/sys/firmware/dmi/tables/DMI"]
        "tables hold licence keys and iSCSI secrets"
        see [CONTAINERD_1600] for ["dmidecode", "fwupd", "lscpu"];
    On "policy-write" Write Critical
        ["/sys/kernel/security/apparmor/.load", "/sys/kernel/security/apparmor/.replace", "/sys/kernel/security/apparmor/.remove",
         "/sys/kernel/security/apparmor/policy/namespaces/aakit", "/sys/kernel/security/apparmor/policy/.load"]
        "it loads and removes policy; the kernel's own check of who may do so has been walked round"
        see [CRACKARMOR, ELASTIC] for ["apparmor_parser", "snapd", "systemd-tmpfiles", "aa-remove-unknown"];
    On "policy-write" Write Critical
        ["/sys/kernel/security/lockdown", "/sys/kernel/security/ima/policy", "/sys/kernel/security/tomoyo/manager",
         "/sys/kernel/security/smackfs/load", "/sys/kernel/security/loadpin/dm-verity", "/sys/kernel/security/safesetid/uid_allowlist_policy"]
        "it is the policy of another security module"
        see [KERNEL_ADMIN] for ["systemd"];
    Off "policy-write" Read Low
        ["/sys/kernel/security/apparmor/profiles"]
        "it lists all profiles; `raw_data` is the compiled policy"
        see [ELASTIC] for ["aa-status", "libvirtd"];
    On "proc-sys-write" Write Medium
        ["/sys/fs/cgroup/system.slice/aakit.service/cgroup.procs", "/sys/fs/cgroup/memory.max",
         // Not `memory.pressure` and its like, by which a service hears of want.
         "/sys/fs/cgroup/{**[^e],**[^r]e}"]
        "it leaves limits, and freezes or starves others; of cgroup v1, `devices.allow` is every device"
        see [man("cgroups(7)")]
        for ["systemd", "runc", "crun", "lxc-start", "dockerd", "containerd", "podman", "libvirtd", "snapd", "snap-confine", "snap-update-ns", "kubelet", "sshd", "systemd-logind", "systemd-oomd"];
    Off "proc-mem" Read Low
        ["/proc/4242/cmdline", "/proc/4242/mountinfo", "/proc/4242/stat", "/proc/4242/status", "/proc/4242/cgroup", "/proc/4242/net/tcp"]
        "everyone reads it and little follows"
        see [man("proc(5)")] for [];
};
