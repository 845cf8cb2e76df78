//! Sockets behind which stands root, or something that starts programs outside the confinement. To connect asks for `w`.

use super::row::{Row, rows};
use super::sources::*;

pub const ROWS: &[Row] = rows! {
    On "container-socket" Write Critical
        ["/run/docker.sock", "/run/docker/docker.sock"]
        "who speaks to it starts a privileged container with `/` mounted: root on the host"
        see [MOBY_1655] for ["docker", "dockerd", "systemd", "docker-compose"];
    On "container-socket" Write Critical
        ["/run/containerd/containerd.sock", "/run/containerd/containerd.sock.ttrpc", "/run/k3s/containerd/containerd.sock", "/run/crio/crio.sock",
         "/run/cri-dockerd.sock", "/run/buildkit/buildkitd.sock"]
        "who speaks to it starts a privileged container with `/` mounted: root on the host"
        see [MOBY_1655] for ["kubelet", "nerdctl", "dockerd", "containerd", "crictl", "ctr", "k3s", "crio", "buildkitd"];
    On "container-socket" Write Critical
        ["/run/podman/podman.sock"]
        "who speaks to it starts a privileged container with `/` mounted: root on the host"
        see [MOBY_1655] for ["podman", "systemd"];
    On "container-socket" Write High
        ["/run/user/1000/podman/podman.sock"]
        "who speaks to it has all rights of the user, outside this profile"
        see [MOBY_1655] for ["podman"];
    On "container-socket" Write Critical
        ["/var/lib/lxd/unix.socket", "/var/snap/lxd/common/lxd/unix.socket", "/run/incus/unix.socket", "/var/lib/incus/unix.socket"]
        "who speaks to it is root: it starts privileged containers with disks of the host"
        see [MOBY_1655] for ["lxc", "incus", "lxd", "incusd"];
    On "container-socket" Write High
        ["/run/snapd.socket"]
        "it installs and connects snaps, as far as the peer's user and polkit allow"
        see [SNAPD] for ["snap", "snapd", "snap-store", "gnome-software", "plasma-discover", "packagekitd", "systemd"];
    Off "container-socket" Write Low
        ["/run/snapd-snap.socket"]
        "it is the restricted interface for snaps"
        see [SNAPD] for [];
    On "control-socket" Write Critical
        ["/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock"]
        "it defines guests with the host's disk; the `-ro` sockets are safe"
        see [man("libvirtd(8)")] for ["virsh", "virt-manager", "libvirtd", "virtqemud", "gnome-boxes", "systemd"];
    On "control-socket" Write Critical
        ["/run/systemd/private"]
        "it is process 1 without D-Bus policy or polkit: it starts programs that nothing of this profile binds"
        see [SYSTEMD_8846] for ["systemctl", "child-systemctl", "machinectl", "systemd", "systemd-shutdown", "init"];
    On "control-socket" Write High
        ["/run/user/1000/systemd/private"]
        "the user's manager starts programs that nothing of this profile binds"
        see [SYSTEMD_37135] for ["systemctl", "systemd"];
    Off "control-socket" Write High
        ["/run/user/1000/bus"]
        "the user's manager on the bus starts programs outside the profile; `dbus` rules decide it where the kernel mediates D-Bus"
        see [SYSTEMD_37135] for ["systemctl"];
    Off "control-socket" Write Medium
        ["/run/systemd/io.systemd.Hostname", "/run/systemd/machine/io.systemd.Machine"]
        "it is another way to the same managers"
        see [man("varlinkctl(1)")] for [];
    On "control-socket" Write High
        ["/run/polkit/agent-helper.socket", "/run/udev/control"]
        "it answers authentication, or reloads udev's rules"
        see [man("polkit(8)"), man("udev(7)")]
        for ["polkitd", "polkit-agent-helper-1", "udevadm", "systemd-udevd", "systemd", "lvm", "cryptsetup", "systemd-tmpfiles", "polkit-gnome-authentication-agent-1", "gnome-shell", "plasmashell", "polkit-kde-authentication-agent-1", "lxqt-policykit-agent"];
    On "control-socket" Write High
        ["/tmp/.X11-unix/X0"]
        "any X client may read the keyboard and type into other windows: a sandbox with X11 is none"
        see [APPARMOR_D_279] for ["Xorg", "Xwayland"];
    Off "control-socket" Write Low
        ["/run/user/1000/wayland-0"]
        "clients are kept apart, unless the compositor offers more"
        see [man("wayland(7)")] for [];
    On "control-socket" Write High
        ["/run/user/1000/keyring/ssh", "/run/user/1000/ssh-agent.socket", "/run/user/1000/gcr/ssh", "/run/user/1000/openssh_agent", "/tmp/ssh-abcdefABCDEF/agent.4242"]
        "it signs as the user to any host, without the key being seen"
        see [man("ssh-agent(1)")] for ["ssh", "ssh-add", "ssh-agent", "git", "scp", "sftp", "gnome-keyring-daemon", "gcr-ssh-agent", "gpg-agent", "sshfs", "rsync", "remmina", "sshd", "ssh-auth"];
    Off "control-socket" Write Medium
        ["/run/user/1000/gnupg/S.gpg-agent", "/home/user/.gnupg/S.gpg-agent"]
        "it decrypts and signs; the user is asked once"
        see [man("gpg-agent(1)")] for ["gpg", "gpg-agent", "gpgsm"];
    On "control-socket" Write High
        ["/run/user/1000/keyring/control"]
        "it unlocks the login keyring"
        see [man("gnome-keyring-daemon(1)")] for ["gnome-keyring-daemon", "gdm-session-worker", "lightdm"];
    On "control-socket" Write High
        ["/var/lib/kubelet/device-plugins/kubelet.sock", "/var/lib/kubelet/pod-resources/kubelet.sock"]
        "it registers devices for pods"
        see [KERNEL_ADMIN] for ["kubelet", "nvidia-device-plugin"];
    On "control-socket" Write High
        ["/tmp/tmux-1000/default", "/run/screen/S-user/4242.pts"]
        "it types into the user's shells"
        see [man("tmux(1)")] for ["tmux", "screen"];
    Off "control-socket" Write Medium
        ["/var/lib/sss/pipes/private/pam", "/run/samba/winbindd_privileged/pipe", "/var/lib/samba/winbindd_privileged/pipe"]
        "it is the privileged half of a name service, in `nameservice` for everyone"
        see [man("sssd(8)")] for ["smbd", "sssd"];
};

/// An abstract socket.
pub struct AbstractSocket {
    /// Addresses, `@` included, as in `peer=(addr=…)`.
    pub addresses: &'static [&'static str],
    /// Why it is dangerous.
    pub reason: &'static str,
    /// Where that is told.
    pub sources: &'static [Source],
}

/// Abstract sockets have no file permissions: who is in the network namespace connects.
pub const ABSTRACT_SOCKETS: &[AbstractSocket] = &[
    AbstractSocket {
        addresses: &["@/containerd-shim/k8s.io/aakit/shim.sock"],
        reason: "before 1.3.9 and 1.4.3 containerd's shim starts programs as root for whom it hears there",
        sources: &[K3S_2618],
    },
    AbstractSocket {
        addresses: &["@/com/ubuntu/upstart"],
        reason: "the init of the machine listens there without a check",
        sources: &[MOBY_14767],
    },
    AbstractSocket {
        addresses: &["@/tmp/.X11-unix/X0"],
        reason: "any X client may read the keyboard and type into other windows: a sandbox with X11 is none",
        sources: &[APPARMOR_D_279],
    },
];
