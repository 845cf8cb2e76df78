//! Files by whose change a program comes to run again, or to run as someone else.

use super::row::{Row, rows};
use super::sources::*;

pub const ROWS: &[Row] = rows! {
    On "persistence-path" Write Critical
        ["/etc/shadow", "/etc/gshadow", "/etc/shadow-", "/etc/gshadow-", "/etc/shadow+"]
        "it sets any user's password"
        see [man("shadow(5)")]
        for ["passwd", "chpasswd", "useradd", "userdel", "usermod", "groupadd", "groupdel", "groupmod", "gpasswd", "chage", "chfn", "chsh", "newusers",
             "vipw", "sshd", "systemd-sysusers", "pwconv", "grpconv", "pwck", "grpck", "unix_chkpwd", "unix_update", "chgpasswd", "shadowconfig", "accounts-daemon", "systemd-firstboot"];
    On "persistence-path" Write Critical
        ["/etc/passwd", "/etc/group"]
        "a line with user id 0 is root"
        see [man("passwd(5)")]
        for ["passwd", "chpasswd", "useradd", "userdel", "usermod", "groupadd", "groupdel", "groupmod", "gpasswd", "chage", "chfn", "chsh", "newusers",
             "vipw", "systemd-sysusers", "pwconv", "grpconv", "pwck", "grpck", "accounts-daemon", "systemd-firstboot"];
    On "persistence-path" Write Medium
        ["/etc/subuid", "/etc/subgid"]
        "it gives away id ranges of others"
        see [man("subuid(5)")] for ["useradd", "userdel", "usermod", "newusers", "adduser", "deluser"];
    On "persistence-path" Write Critical
        ["/etc/sudoers", "/etc/sudoers.d/aakit", "/etc/doas.conf"]
        "it makes anyone root without a password"
        see [man("sudoers(5)")] for ["visudo"];
    On "persistence-path" Write Critical
        ["/etc/pam.d/aakit", "/etc/pam.conf", "/etc/security/pam_env.conf", "/etc/security/limits.conf", "/etc/environment"]
        "it puts a module or a variable into every login"
        see [man("pam.d(5)")] for ["pam-auth-update"];
    On "persistence-path" Write Critical
        ["/etc/ld.so.preload", "/etc/ld.so.conf", "/etc/ld.so.conf.d/aakit.conf", "/etc/ld.so.cache"]
        "it puts a library into every process, set-uid ones too"
        see [man("ld.so(8)")] for ["ldconfig", "dpkg", "rpm", "pacman"];
    On "persistence-path" Write Critical
        ["/usr/lib/x86_64-linux-gnu/libc.so.6", "/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib64/libc.so.6", "/usr/bin/aakit", "/bin/sh", "/usr/bin/sudo", "/usr/sbin/sshd",
         "/usr/local/bin/aakit", "/usr/local/sbin/aakit", "/usr/local/lib/libaakit.so",
         "/{usr/,usr/local/,}{s,}bin/**", "/{usr/,}lib{,32,64}/{*-linux-gnu/,}*.so*", "/usr/local/lib/*.so*"]
        "it replaces programs and libraries of the system"
        see [man("file-hierarchy(7)")] for ["dpkg", "dpkg-deb", "apt", "rpm", "dnf", "pacman", "dkms", "update-alternatives", "ldconfig"];
    On "persistence-path" Write Critical
        ["/etc/init.d/aakit", "/etc/rc.local", "/etc/rc2.d/S01aakit", "/etc/inittab", "/etc/cron.d/aakit", "/etc/cron.daily/aakit", "/etc/crontab",
         "/etc/anacrontab", "/var/spool/cron/crontabs/root", "/var/spool/cron/root", "/var/spool/at/a0000101aaaaaa", "/var/spool/cron/atjobs/a0000101aaaaaa"]
        "root runs it unconfined"
        see [man("cron(8)")] for ["crontab", "at", "atd", "update-rc.d", "cron", "crond"];
    On "persistence-path" Write Critical
        ["/etc/systemd/system/aakit.service", "/etc/systemd/system.conf", "/usr/lib/systemd/system/aakit.service", "/lib/systemd/system/aakit.service",
         "/run/systemd/system/aakit.service", "/run/systemd/generator/aakit.service", "/run/systemd/generator.early/aakit.service",
         "/run/systemd/transient/aakit.service", "/run/systemd/system-generators/aakit"]
        "root runs what a unit names, unconfined"
        see [man("systemd.unit(5)")]
        for ["systemctl", "systemd", "dpkg", "rpm", "pacman", "deb-systemd-helper", "systemd-fstab-generator", "systemd-gpt-auto-generator",
             "systemd-cryptsetup-generator", "systemd-getty-generator", "systemd-sysv-generator", "systemd-debug-generator", "snapd-generator",
             "netplan", "cloud-init", "openvpn-generator", "postgresql-generator", "zfs-mount-generator", "snapd"];
    On "persistence-path" Write High
        ["/etc/systemd/user/aakit.service", "~/.config/systemd/user/aakit.service", "~/.local/share/systemd/user/aakit.service"]
        "the user's manager runs it unconfined"
        see [man("systemd.unit(5)")] for ["systemctl", "child-systemctl", "deb-systemd-helper", "deb-systemd-invoke", "systemd"];
    On "persistence-path" Write Critical
        ["/etc/profile", "/etc/profile.d/aakit.sh", "/etc/bash.bashrc", "/etc/zsh/zshrc", "/etc/csh.cshrc", "/etc/csh.login", "/etc/fish/config.fish", "/etc/update-motd.d/00-aakit"]
        "root's shell reads it as commands"
        see [man("bash(1)"), PRIVATE_FILES] for [];
    On "persistence-path" Write High
        ["~/.bashrc", "~/.profile", "~/.bash_profile", "~/.bash_login", "~/.bash_aliases", "~/.zshrc", "~/.zshenv", "~/.zprofile", "~/.login", "~/.xprofile",
         "~/.xsessionrc", "~/.xinitrc", "~/.pam_environment", "~/.config/fish/config.fish", "~/.config/environment.d/aakit.conf"]
        "the user's next shell or session runs it unconfined"
        see [man("bash(1)"), PRIVATE_FILES] for ["chezmoi", "stow", "vim", "nvim", "emacs"];
    On "persistence-path" Write High
        ["~/.config/autostart/aakit.desktop", "/etc/xdg/autostart/aakit.desktop", "~/.config/plasma-workspace/env/aakit.sh", "~/.kde/Autostart/aakit", "~/.kde/env/aakit.sh"]
        "the next session runs it unconfined"
        see [man("xdg-autostart(5)"), PRIVATE_FILES] for ["gnome-tweaks", "gnome-session-binary", "gnome-session-properties"];
    On "persistence-path" Write High
        ["~/.local/share/applications/aakit.desktop", "~/.local/share/dbus-1/services/aakit.service", "~/.local/share/thumbnailers/aakit.thumbnailer"]
        "a launcher or bus service takes the name of a trusted one"
        see [PRIVATE_FILES] for ["gnome-software", "plasma-discover", "steam", "xdg-settings", "xdg-desktop-menu", "flatpak", "snap", "update-desktop-database", "gtk-launch"];
    On "persistence-path" Write High
        ["~/bin/aakit", "~/.local/bin/aakit", "~/.local/lib/python3.13/site-packages/aakit.py", "~/.cargo/bin/aakit", "~/go/bin/aakit"]
        "it is first on the user's search path"
        see [PRIVATE_FILES] for ["pip", "pip3", "pipx", "cargo", "rustup", "go", "uv", "npm"];
    On "persistence-path" Write Medium
        ["~/.gitconfig", "~/.vimrc", "~/.inputrc", "~/.emacs", "~/.emacs.d/init.el", "~/.config/git/config", "~/.config/nvim/init.lua",
         "~/.config/Code/User/settings.json", "/home/*/**/.git/hooks/**"]
        "its hooks and commands run as the user"
        see [man("git-config(1)")] for ["git", "vim", "nvim", "emacs", "code"];
    On "persistence-path" Write Critical
        ["/root/.ssh/authorized_keys", "/root/.ssh/config"]
        "it lets others log in as root, or runs a program at the next connection"
        see [man("sshd(8)")] for ["ssh-copy-id", "ssh-keygen"];
    On "persistence-path" Write High
        ["/home/user/.ssh/authorized_keys", "/home/user/.ssh/rc", "/home/user/.ssh/config", "/home/user/.ssh/environment", "/etc/ssh/sshd_config"]
        "it lets others log in as the user, or runs a program at the next connection"
        see [man("sshd(8)"), man("ssh_config(5)")] for ["ssh-copy-id", "ssh-keygen", "git", "ssh", "seahorse"];
    On "persistence-path" Write Critical
        ["/etc/udev/rules.d/99-aakit.rules", "/run/udev/rules.d/99-aakit.rules", "/usr/lib/udev/rules.d/99-aakit.rules", "/lib/udev/rules.d/99-aakit.rules"]
        "`RUN+=` in a rule runs programs as root"
        see [man("udev(7)")] for ["dpkg", "rpm", "pacman", "udevd", "systemd-udevd", "systemd-hwdb", "snapd"];
    On "persistence-path" Write Critical
        ["/etc/modprobe.d/aakit.conf", "/etc/modules", "/etc/modules-load.d/aakit.conf", "/usr/lib/modules/6.1.0/kernel/aakit.ko", "/lib/modules/6.1.0/kernel/aakit.ko", "/{usr/,}lib/modules/**"]
        "an `install` line runs commands as root, and a module is the kernel"
        see [man("modprobe.d(5)")] for ["depmod", "dkms", "kmod", "dpkg", "rpm", "pacman", "mkinitcpio", "kernel", "kernel-install"];
    On "persistence-path" Write Critical
        ["/etc/sysctl.d/99-aakit.conf", "/etc/sysctl.conf", "/etc/tmpfiles.d/aakit.conf", "/etc/sysusers.d/aakit.conf", "/etc/binfmt.d/aakit.conf", "/run/sysctl.d/aakit.conf",
         "/run/tmpfiles.d/aakit.conf", "/run/sysusers.d/aakit.conf", "/run/binfmt.d/aakit.conf"]
        "at the next boot it sets what only the administrator may set"
        see [man("sysctl.d(5)"), man("tmpfiles.d(5)")] for ["kmod-static-nodes", "kmod"];
    On "policy-write" Write Critical
        ["/etc/apparmor.d/aakit", "/etc/apparmor.d/local/aakit", "/etc/apparmor/parser.conf", "/var/lib/snapd/apparmor/profiles/aakit"]
        "it rewrites policy, its own too"
        see [man("apparmor.d(5)"), PRIVATE_FILES]
        for ["snapd", "aa-complain", "aa-enforce", "aa-disable", "aa-logprof", "aa-genprof", "aa-audit", "aa-autodep", "aa-cleanprof", "aa-mergeprof",
             "aa-unconfined", "virt-aa-helper", "dpkg", "rpm", "pacman"];
    On "policy-write" Write Critical
        ["/var/cache/apparmor/aakit", "/etc/apparmor.d/cache/aakit", "/etc/apparmor.d/cache.d/aakit"]
        "compiled policy is loaded at boot without a look at its source"
        see [man("apparmor_parser(8)")] for ["apparmor_parser", "snapd"];
    On "persistence-path" Write Critical
        ["/etc/polkit-1/rules.d/aakit.rules", "/usr/share/polkit-1/actions/aakit.policy", "/run/polkit-1/rules.d/aakit.rules", "/var/lib/polkit-1/localauthority/aakit.pkla",
         "/etc/dbus-1/system.d/aakit.conf", "/usr/share/dbus-1/system-services/aakit.service", "/run/dbus-1/system-services/aakit.service"]
        "it answers yes for any action, or starts programs as root"
        see [man("polkit(8)"), man("dbus-daemon(1)")] for ["dpkg", "rpm", "pacman", "snapd"];
    On "persistence-path" Write Critical
        ["/etc/apt/apt.conf.d/99aakit", "/etc/dpkg/dpkg.cfg.d/aakit", "/var/lib/dpkg/info/aakit.postinst", "/etc/kernel/postinst.d/aakit", "/etc/initramfs-tools/hooks/aakit"]
        "its hooks run as root at the next upgrade"
        see [man("apt.conf(5)")] for ["dpkg", "apt", "debconf", "synaptic", "unattended-upgrade", "software-properties-dbus", "dpkg-divert", "dpkg-statoverride"];
    On "persistence-path" Write High
        ["/etc/apt/sources.list", "/etc/apt/sources.list.d/aakit.list", "/etc/apt/trusted.gpg.d/aakit.gpg", "/etc/apt/keyrings/aakit.gpg", "/usr/share/keyrings/aakit.gpg"]
        "it says whose upgrades are installed"
        see [man("sources.list(5)")]
        for ["software-properties-gtk", "software-properties-dbus", "synaptic", "add-apt-repository", "apt-key", "apt", "dpkg", "do-release-upgrade", "packagekitd"];
    On "persistence-path" Write Critical
        ["/usr/lib/python3/dist-packages/aakit.py", "/usr/local/lib/python3.13/dist-packages/aakit.py", "/usr/share/perl5/Aakit.pm", "/usr/lib/ruby/vendor_ruby/aakit.rb",
         "/usr/lib/node_modules/aakit/index.js"]
        "root's tools import it"
        see [man("python3(1)")] for ["dpkg", "rpm", "pacman", "pip", "pip3", "py3compile", "pycompile", "npm"];
    On "persistence-path" Write Critical
        ["/boot/vmlinuz", "/boot/grub/grub.cfg", "/boot/efi/EFI/BOOT/BOOTX64.EFI", "/efi/loader/loader.conf", "/etc/default/grub", "/etc/grub.d/40_aakit", "/etc/kernel/cmdline"]
        "it is the next kernel, or what that is told"
        see [man("bootup(7)")]
        for ["bootctl", "grub-install", "grub-mkconfig", "update-grub", "mkinitcpio", "dracut", "mkinitramfs", "update-initramfs", "kernel-install", "sbctl", "fwupd",
             "dpkg", "linux-version", "installkernel", "kdump-config", "grub-editenv", "grub-set-default", "grub-reboot", "systemd-bless-boot"];
    On "persistence-path" Write Critical
        ["/etc/NetworkManager/dispatcher.d/aakit", "/etc/network/if-up.d/aakit", "/etc/dhcp/dhclient-exit-hooks.d/aakit", "/etc/ppp/ip-up.d/aakit"]
        "root runs it when a link comes up"
        see [man("NetworkManager-dispatcher(8)")] for [];
    On "persistence-path" Write Medium
        ["/etc/logrotate.d/aakit", "/etc/fstab", "/etc/crypttab", "/etc/exports", "/etc/hosts", "/etc/nsswitch.conf", "/etc/alternatives/aakit", "/etc/ssl/certs/aakit.pem"]
        "it redirects root's tools: scripts, mounts, names or trust"
        see [man("file-hierarchy(7)")]
        for ["update-alternatives", "update-ca-certificates", "genfstab", "systemd-fstab-generator", "NetworkManager", "resolvconf", "trust", "ca-certificates-java", "c_rehash", "openssl", "exportfs", "gnome-disks", "udisksd", "calamares"];
    On "persistence-path" Write Critical
        ["/etc/kubernetes/manifests/aakit.yaml", "/etc/cni/net.d/10-aakit.conf", "/opt/cni/bin/aakit", "/etc/docker/daemon.json"]
        "static pods and plugins run as root"
        see [MOBY_1655] for ["kubelet", "kubeadm", "dockerd"];
    Off "persistence-path" Write Medium
        ["/var/log/wtmp", "/var/log/btmp", "/var/log/lastlog", "/var/log/auth.log", "/var/log/audit/audit.log", "/var/log/journal/aakit/system.journal"]
        "it wipes traces"
        see [man("wtmp(5)")] for ["login", "rsyslogd", "auditd", "systemd-journald", "sshd"];
};
