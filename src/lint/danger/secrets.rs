//! Files that hold secrets.

use super::row::{Row, rows};
use super::sources::*;

pub const ROWS: &[Row] = rows! {
    On "secret-read" Read High
        ["/etc/shadow", "/etc/gshadow", "/etc/shadow-", "/etc/gshadow-", "/var/backups/shadow.bak", "/etc/security/opasswd"]
        "password hashes are there"
        see [man("shadow(5)")]
        for ["login", "su", "sudo", "sshd", "passwd", "chpasswd", "useradd", "userdel", "usermod", "groupadd", "groupdel", "groupmod", "gpasswd", "chage", "chfn", "chsh",
             "newusers", "newgrp", "sg", "vipw", "unix_chkpwd", "unix_update", "systemd-sysusers", "pwck", "grpck", "pwconv", "grpconv", "expiry", "accounts-daemon",
             "gdm-session-worker", "lightdm", "sddm", "sddm-helper", "polkit-agent-helper-1", "pkexec", "cron", "crond", "atd", "dovecot", "saslauthd", "vsftpd", "proftpd",
             "swaylock", "xscreensaver", "kcheckpass", "systemd-user", "nscd", "nsncd", "systemd-homed", "getent", "systemd-firstboot", "chgpasswd", "xtables-addons", "slapd", "winbindd", "systemd-userdbd", "sulogin", "adduser", "smbldap-useradd", "auth", "dovecot-auth"];
    On "secret-read" Read High
        ["/home/user/.ssh/id_ed25519", "/home/user/.ssh/id_rsa", "/root/.ssh/id_ed25519"]
        "private keys of the user are there"
        see [man("ssh(1)"), PRIVATE_FILES] for ["ssh", "ssh-add", "ssh-agent", "ssh-keygen", "git", "scp", "sftp", "sshfs", "gnome-keyring-daemon", "seahorse", "gcr-ssh-agent", "sshd", "rsync", "putty"];
    On "secret-read" Read High
        ["/etc/ssh/ssh_host_ed25519_key", "/etc/ssh/ssh_host_rsa_key"]
        "with it a stranger is this host"
        see [man("sshd(8)")] for ["sshd", "sshd-session", "sshd-auth", "ssh-keygen", "ssh-keysign"];
    On "secret-read" Read High
        ["~/.gnupg/private-keys-v1.d/aakit.key", "~/.gnupg/secring.gpg"]
        "private keys of the user are there"
        see [man("gpg(1)"), PRIVATE_FILES] for ["gpg", "gpg2", "gpg-agent", "gpgsm", "gpgconf", "seahorse", "thunderbird", "kleopatra", "scdaemon", "keyboxd", "debsign", "dpkg-buildpackage", "fwknopd"];
    On "secret-read" Read High
        ["~/.local/share/keyrings/login.keyring", "~/.local/share/kwalletd/kdewallet.kwl"]
        "all saved passwords are there"
        see [PRIVATE_FILES] for ["gnome-keyring-daemon", "kwalletd5", "kwalletd6", "kwalletd", "seahorse", "ksecretd"];
    On "secret-read" Read High
        ["~/.aws/credentials", "~/.azure/accessTokens.json", "~/.kube/config", "~/.oci/config", "~/.config/gcloud/credentials.db", "~/.config/doctl/config.yaml",
         "~/.config/gh/hosts.yml", "~/.config/hub", "~/.config/rclone/rclone.conf", "~/.config/op/config"]
        "it opens the user's cloud account"
        see [PRIVATE_FILES] for ["aws", "az", "kubectl", "helm", "oci", "gcloud", "doctl", "gh", "hub", "rclone", "op", "terraform", "k9s"];
    On "secret-read" Read Critical
        ["/run/secrets/kubernetes.io/serviceaccount/token", "/var/lib/kubelet/pki/kubelet-client-current.pem", "/etc/kubernetes/pki/ca.key", "/etc/kubernetes/admin.conf",
         "/etc/rancher/k3s/k3s.yaml"]
        "it is the pod's token, or the administrator's of the cluster"
        see [MOBY_1655] for ["kubelet", "kube-apiserver", "kubeadm", "kubectl", "k3s"];
    On "secret-read" Read High
        ["~/.docker/config.json", "~/.config/containers/auth.json", "/run/user/1000/containers/auth.json"]
        "registry log-ins are there"
        see [man("containers-auth.json(5)")] for ["docker", "podman", "skopeo", "buildah", "docker-compose"];
    On "secret-read" Read High
        ["~/.mozilla/firefox/aakit.default/key4.db", "~/.mozilla/firefox/aakit.default/logins.json", "~/.mozilla/firefox/aakit.default/cookies.sqlite",
         "~/.config/google-chrome/Default/Login Data", "~/.config/chromium/Default/Cookies", "~/.config/BraveSoftware/Brave-Browser/Default/Login Data",
         "~/.config/microsoft-edge/Default/Cookies", "~/.thunderbird/aakit.default/key4.db"]
        "sessions and saved passwords are there"
        see [PRIVATE_FILES] for ["firefox", "firefox-esr", "chromium", "chrome", "google-chrome", "brave", "msedge", "thunderbird", "librewolf", "opera", "vivaldi", "torbrowser"];
    On "secret-read" Read High
        ["/home/*/**.kdbx", "~/.password-store/aakit.gpg", "~/.config/Bitwarden/data.json", "~/.config/keepassxc/keepassxc.ini", "~/.config/1Password/settings/settings.json",
         "~/.bitcoin/wallet.dat"]
        "passwords or money are there"
        see [PRIVATE_FILES] for ["keepassxc", "pass", "browserpass", "gopass", "bitwarden", "1password", "bitcoind", "bitcoin-qt", "keepass2"];
    On "secret-read" Read High
        ["/etc/ssl/private/aakit.key", "/etc/letsencrypt/live/aakit/privkey.pem", "/etc/letsencrypt/archive/aakit/privkey1.pem", "/etc/pki/tls/private/aakit.key"]
        "keys of the machine's servers are there"
        see [man("openssl(1)")]
        for ["nginx", "apache2", "httpd", "lighttpd", "dovecot", "exim4", "postfix", "master", "smtpd", "certbot", "slapd", "postgres", "mysqld", "mariadbd", "haproxy", "caddy", "named", "cupsd",
             "prosody", "ejabberd", "openvpn", "charon", "znc", "murmurd", "unbound", "stunnel4", "proftpd", "vsftpd", "xrdp", "cockpit-tls", "tor", "imap-login", "pop3-login", "mosquitto"];
    On "secret-read" Read High
        ["/etc/wireguard/wg0.conf", "/etc/openvpn/client.key", "/etc/ipsec.secrets", "/etc/NetworkManager/system-connections/home.nmconnection", "/etc/netplan/50-cloud-init.yaml",
         "/etc/wpa_supplicant/wpa_supplicant.conf", "/var/lib/iwd/home.psk"]
        "VPN keys or Wi-Fi passwords are there"
        see [man("nm-settings(5)")]
        for ["wg", "wg-quick", "openvpn", "charon", "ipsec", "stroke", "NetworkManager", "netplan", "wpa_supplicant", "iwd", "nm-openvpn-service", "netplan.script", "cloud-init", "swanctl",
             "starter", "nm-initrd-generator", "charon-systemd"];
    On "secret-read" Read Medium
        ["~/.bash_history", "~/.zsh_history", "~/.python_history", "~/.lesshst", "~/.viminfo"]
        "passwords that were typed as arguments are there"
        see [PRIVATE_FILES] for ["bash", "zsh", "python3", "less", "vim", "sh", "lesspipe", "pager", "psql", "mysql"];
    On "secret-read" Read High
        ["~/.netrc", "~/.pgpass", "~/.my.cnf", "~/.git-credentials", "~/.npmrc", "~/.pypirc", "~/.msmtprc", "~/.fetchmailrc", "~/.muttrc"]
        "passwords are there in clear"
        see [PRIVATE_FILES]
        for ["curl", "wget", "ftp", "tnftp", "lftp", "psql", "pg_dump", "postgres", "mysql", "mysqldump", "mariadb", "git", "npm", "twine", "msmtp", "fetchmail", "mutt", "neomutt"];
    On "secret-read" Read High
        ["/run/credentials/aakit.service/key", "/etc/credstore/aakit", "/etc/credstore.encrypted/aakit", "/var/lib/systemd/credential.secret", "/var/lib/systemd/random-seed"]
        "credentials of services are there"
        see [man("systemd-creds(1)")]
        for ["systemd", "systemd-creds", "systemd-random-seed", "systemd-executor", "systemd-sysctl", "systemd-sysusers", "systemd-tmpfiles", "systemd-journald", "bootctl",
             "systemd-tmpfiles-setup", "systemd-networkd", "systemd-resolved", "systemd-udevd", "systemd-vconsole-setup", "systemd-hostnamed", "agetty", "login"];
    On "secret-read" Read High
        ["/etc/krb5.keytab", "/tmp/krb5cc_1000", "/run/user/1000/krb5cc_1000"]
        "it is the identity of the host or of a user"
        see [man("kerberos(7)")]
        for ["sshd", "sssd", "sssd_be", "krb5_child", "ldap_child", "smbd", "winbindd", "nmbd", "rpc.gssd", "gssproxy", "kinit", "klist", "net", "httpd", "apache2", "named", "slapd", "cupsd", "rpc.svcgssd", "msmtp", "kerberosclient"];
    On "secret-read" Read High
        ["/var/lib/samba/private/secrets.tdb", "/var/lib/sss/secrets/secrets.ldb", "/var/lib/sss/db/cache_aakit.ldb", "/etc/mysql/debian.cnf", "/etc/postfix/sasl_passwd",
         "/etc/ppp/chap-secrets", "/etc/ppp/pap-secrets"]
        "it is the account of the machine or of a service"
        see [man("smbd(8)"), man("sssd(8)")]
        for ["smbd", "nmbd", "winbindd", "samba", "smbldap-useradd", "samba-dcerpcd", "samba-bgqd", "rpcd_classic", "rpcd_lsad", "rpcd_winreg", "rpcd_spoolss", "sssd", "sssd_be",
             "mysqld", "mariadbd", "mysqld_akonadi", "mariadbd_akonadi", "mysql", "mysqladmin", "debian-sys-maint", "postfix", "master", "smtp", "cleanup", "smtpd", "postmap", "pppd", "net", "smbpasswd", "pdbedit", "xl2tpd"];
    On "secret-read" Read Critical
        ["/crypto_keyfile.bin", "/etc/luks-keys/root.key", "/etc/luks/root.key"]
        "it is the key of the disk"
        see [man("crypttab(5)")] for ["mkinitcpio", "mkinitramfs", "dracut", "update-initramfs", "cryptsetup", "systemd-cryptsetup"];
    Off "secret-read" Read Medium
        ["/var/log/auth.log", "/var/log/journal/aakit/system.journal", "/var/spool/mail/user", "/var/mail/user", "~/.Xauthority"]
        "it is mail, the log of log-ins, or the key to the screen"
        see [PRIVATE_FILES] for [];
};
