//! D-Bus services that do for their callers what the profile forbids.

use super::row::Risk;
use super::sources::*;

/// A service.
#[derive(Debug)]
pub struct ServiceRow {
    /// Its names on the bus.
    pub names: &'static [&'static str],
    /// Members that are dangerous; any, where none is named.
    pub members: &'static [&'static str],
    /// How much follows from it.
    pub risk: Risk,
    /// What follows, as a clause behind a colon.
    pub reason: &'static str,
    /// Where that is told.
    pub sources: &'static [Source],
    /// Programs for which it is right.
    pub programs: &'static [&'static str],
}

/// The services.
pub const SERVICES: &[ServiceRow] = &[
    ServiceRow {
        names: &["org.freedesktop.systemd1"],
        members: &[
            "StartTransientUnit",
            "StartUnit",
            "RestartUnit",
            "EnableUnitFiles",
            "LinkUnitFiles",
            "SetUnitProperties",
            "SetEnvironment",
        ],
        risk: Risk::Critical,
        reason: "it decides what is started next, and nothing of this profile binds that",
        sources: &[SYSTEMD_8846, SYSTEMD_37135],
        programs: &[
            "systemctl",
            "systemd",
            "systemd-run",
            "flatpak",
            "gnome-session-binary",
            "gnome-shell",
            "systemd-logind",
            "dbus-daemon",
            "dbus-broker-launch",
            "snap",
            "systemd-user-runtime-dir",
            "machinectl",
            "systemd-machined",
            "libvirtd",
            "crun",
            "runc",
            "podman",
        ],
    },
    ServiceRow {
        names: &["org.freedesktop.PolicyKit1"],
        members: &[
            "AuthenticationAgentResponse",
            "AuthenticationAgentResponse2",
            "RegisterAuthenticationAgent",
        ],
        risk: Risk::High,
        reason: "it answers for the user when a password is asked",
        sources: &[man("polkit(8)")],
        programs: &[
            "polkit-gnome-authentication-agent-1",
            "polkit-kde-authentication-agent-1",
            "polkit-agent-helper-1",
            "gnome-shell",
            "pkttyagent",
            "mate-polkit",
            "lxpolkit",
            "systemctl",
            "pkexec",
        ],
    },
    ServiceRow {
        names: &[
            "org.freedesktop.PackageKit",
            "org.freedesktop.UDisks2",
            "org.freedesktop.machine1",
            "org.freedesktop.import1",
            "org.freedesktop.portable1",
            "org.freedesktop.sysext1",
            "org.freedesktop.Accounts",
            "org.freedesktop.home1",
            "org.freedesktop.fwupd",
            "org.rpm.dnf.v0",
            "io.snapcraft.SnapDaemon",
            "org.fedoraproject.FirewallD1",
        ],
        members: &[],
        risk: Risk::High,
        reason: "it changes the system as root where polkit lets an active user",
        sources: &[POLKIT_TOUR],
        programs: &[
            "gnome-software",
            "plasma-discover",
            "udisksctl",
            "gvfs-udisks2-volume-monitor",
            "gnome-control-center",
            "accounts-daemon",
            "fwupdmgr",
            "machinectl",
            "packagekitd",
            "udisksd",
            "gdm",
            "gnome-shell",
            "homectl",
            "fwupd",
        ],
    },
    ServiceRow {
        names: &["org.freedesktop.secrets"],
        members: &[],
        risk: Risk::High,
        reason: "it reads the user's keyring",
        sources: &[FLATPAK_2787],
        programs: &[
            "gnome-keyring-daemon",
            "seahorse",
            "kwalletd5",
            "kwalletd6",
            "secret-tool",
            "chromium",
            "chrome",
            "evolution",
            "goa-daemon",
        ],
    },
    ServiceRow {
        names: &["org.freedesktop.portal.Flatpak", "org.kde.klauncher5", "org.gnome.Terminal"],
        members: &[],
        risk: Risk::High,
        reason: "it starts programs outside the profile",
        sources: &[FLATPAK_2787],
        programs: &["flatpak", "gnome-terminal", "gnome-terminal-server", "nautilus", "gnome-shell"],
    },
    ServiceRow {
        names: &["org.gnome.Shell"],
        members: &["Eval"],
        risk: Risk::High,
        reason: "it runs code in the desktop shell",
        sources: &[FLATPAK_2787],
        programs: &["gnome-shell", "gnome-extensions"],
    },
];
