//! Abstractions that grant more than their names say.

use super::row::Risk;
use super::sources::*;

/// One abstraction.
#[derive(Debug)]
pub struct AbstractionRow {
    /// Its name below `abstractions/`.
    pub name: &'static str,
    /// True where it is reported.
    pub is_on: bool,
    /// How much follows from it. Low where the name says as much: who includes it knows.
    pub risk: Risk,
    /// What it grants, as a clause behind a colon.
    pub reason: &'static str,
    /// What to use in its place.
    pub instead: &'static str,
    /// Programs for which it is right.
    pub programs: &'static [&'static str],
}

/// Where all of it is told.
pub const SOURCES: &[Source] = &[ABSTRACTIONS];

macro_rules! abstractions {
    ($($state:ident $risk:ident $name:literal $reason:literal instead $instead:literal for [$($program:literal),* $(,)?];)+) => {
        &[$(AbstractionRow {
            name: $name,
            is_on: abstractions!(@ $state),
            risk: Risk::$risk,
            reason: $reason,
            instead: $instead,
            programs: &[$($program),*],
        }),+]
    };
    (@ On) => { true };
    (@ Off) => { false };
}

/// The abstractions.
pub const ROWS: &[AbstractionRow] = abstractions! {
    On Critical "ubuntu-helpers"
        "its child profile writes every file and starts programs unconfined"
        instead "name the helpers that are started, each with a profile of its own" for [];
    On Critical "ubuntu-browsers"
        "through it programs run in a profile that writes every file and starts others unconfined"
        instead "start browsers through the portal or `xdg-open` with a profile of its own" for [];
    On Critical "ubuntu-email"
        "through it programs run in a profile that writes every file and starts others unconfined"
        instead "start the mail program through `xdg-open` with a profile of its own" for [];
    On Critical "ubuntu-media-players"
        "through it programs run in a profile that writes every file and starts others unconfined"
        instead "start players through `xdg-open` with a profile of its own" for [];
    On Critical "dbus"
        "it is the whole system bus, where services start programs as root"
        instead "include `abstractions/dbus-strict` and name the members that are called" for ["dbus-daemon", "dbus-broker"];
    On High "dbus-session"
        "it is the whole session bus, where services start programs unconfined"
        instead "include `abstractions/dbus-session-strict` and name the members that are called" for ["dbus-daemon", "dbus-broker"];
    On High "dbus-accessibility"
        "it is the whole accessibility bus, which reads and drives other windows"
        instead "include `abstractions/dbus-accessibility-strict`" for ["dbus-daemon", "dbus-broker", "orca"];
    On Low "X"
        "X clients read the keyboard of each other and type for each other"
        instead "use Wayland, or a nested X server" for [];
    On Low "gnome"
        "it includes `X` and `user-tmp`: other windows and all of the user's temporary files"
        instead "include what is needed of it" for [];
    On Low "kde"
        "it includes `X` and `user-tmp`: other windows and all of the user's temporary files"
        instead "include what is needed of it" for [];
    On Medium "user-tmp"
        "it lets the program write and link all of the user's files in `/tmp` and `/var/tmp`, those of other programs too"
        instead "name the files in `/tmp` that the program makes" for [];
    On Medium "user-download"
        "it lets the program write the user's download and desktop directories"
        instead "name the directory that is needed" for ["firefox", "chromium", "chrome", "thunderbird", "transmission", "wget", "curl"];
    On Medium "user-write"
        "it lets the program write most of the user's directories"
        instead "name the directory that is needed" for [];
    On High "authentication"
        "it reads `/etc/shadow` and the host's keytab: right only for programs that check passwords"
        instead "remove it where the program checks no passwords, or let `unix_chkpwd` do it by `Px`"
        for ["login", "su", "sudo", "sshd", "passwd", "cron", "crond", "atd", "dovecot", "auth", "dovecot-auth", "in.ftpd", "ipop2d", "saslauthd", "vsftpd", "proftpd", "gdm-session-worker", "lightdm", "sddm",
             "sddm-helper", "polkit-agent-helper-1", "pkexec", "chfn", "chsh", "newgrp", "runuser", "smbd", "winbindd", "cupsd", "systemd-user", "xscreensaver", "swaylock",
             "useradd", "userdel", "usermod", "groupadd", "groupdel", "groupmod", "chpasswd", "chage", "gpasswd", "unix_chkpwd", "doas", "screen", "kcheckpass", "kscreenlocker_greet",
             "vlock", "xrdp-sesman", "cockpit-session", "systemd-homed", "run0", "systemd-logind", "accounts-daemon", "mysqld", "postgres", "openvpn", "charon", "squid", "slapd",
             "lightdm-session", "dropbear", "in.telnetd", "rshd", "imapd", "ipop3d", "popper", "ppp", "pppd"];
    On High "ssl_keys"
        "it reads the keys of every server on the machine"
        instead "name the one key that is needed" for ["certbot", "update-ca-certificates", "make-ssl-cert", "dovecot", "lmtp", "smtpd", "config", "postgres"];
    On High "gnupg"
        "it reads the user's secret keys"
        instead "run `gpg` in a profile of its own" for ["gpg", "gpg2", "gpg-agent", "seahorse"];
    Off Low "nameservice"
        "beyond look-ups it grants sockets, netlink, the host's keytab and a privileged pipe"
        instead "include `abstractions/nameservice-strict` where there is one" for [];
    Off Low "consoles" "it reads and writes every terminal of the machine" instead "name `owner /dev/pts/*`" for [];
    Off Medium "bash" "it reads and writes the shell's history without `owner`" instead "name what the shell reads" for [];
    Off Low "python" "it maps code below the user's home" instead "name the interpreter's directories" for [];
    Off Low "perl" "it runs the interpreter in the profile" instead "name the interpreter's directories" for [];
    On Low "devices-usb"
        "it is raw access to any USB device, keyboards and disks included"
        instead "name the bus and device, or `include <abstractions/devices-usb-read>`"
        for ["cupsd", "fwupd", "scanimage", "saned", "simple-scan", "lsusb", "usb_modeswitch", "pcscd", "qemu", "libvirtd", "usbguard-daemon", "gvfsd-mtp", "gvfsd-gphoto2", "adb", "usbmuxd",
             "gphoto2", "mtp-probe", "upowerd", "bluetoothd"];
    On Low "disks-write"
        "it writes any file of any profile behind the file system's back"
        instead "include `abstractions/disks-read` where that is enough"
        for ["mkfs", "mke2fs", "fsck", "e2fsck", "fdisk", "sfdisk", "parted", "gparted", "gpartedbin", "cryptsetup", "udisksd", "grub-install", "mkswap", "resize2fs", "tune2fs", "wipefs",
             "sgdisk", "gdisk", "cfdisk", "lvm", "mdadm", "hdparm", "smartctl", "smartd", "fwupd", "badblocks", "blkdiscard", "dumpe2fs", "mkfs-btrfs", "mkntfs", "ntfs-3g",
             "partprobe", "systemd-udevd", "zpool", "zed", "zfs", "btrfs", "fsck-fat", "fsck-btrfs", "fsck-ext4", "mkfs-fat", "mount", "hddtemp", "fatlabel", "fatresize", "lvmpolld",
             "blkdeactivate", "dmsetup", "growpart", "systemd-fsck", "systemd-makefs", "systemd-growfs", "systemd-repart", "swapon", "swaplabel", "sensors", "e2image", "e2scrub"];
    On Low "uinput"
        "it types for the user: opens a terminal and runs anything outside the confinement"
        instead "remove it where the program makes no input devices" for ["bluetoothd", "steam", "ydotoold"];
    On Medium "apparmor_api/change_profile" "it asks for another confinement" instead "remove it where no `change_profile` rule stands beside it" for [];
    Off Medium "samba" "it reads and writes samba's private databases" instead "name what is needed" for ["smbd", "nmbd", "winbindd"];
    On High "snap_browsers"
        "through snapd's socket and systemd it starts programs outside the profile"
        instead "start browsers through the portal" for ["snap"];
    Off Low "video" "it is the camera" instead "" for [];
    Off Low "audio" "it is the microphone" instead "" for [];
};
