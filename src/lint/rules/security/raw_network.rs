use crate::diagnostic::Diagnostic;
use crate::lint::danger::report::{self, rated};
use crate::lint::danger::row::Risk;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{NetworkAccess, ResolvedKind};
use crate::syntax::Decision;
use crate::vocabulary::{SocketType, Word as _};

declare_rule! {
    /// Raw sockets, rarely used address families, or all of the network.
    ///
    /// Netlink is left out: the resolver of libc uses it.
    ///
    /// # Why
    /// Raw and packet sockets see and forge the traffic of others, where the program holds `net_raw`. Rarely used families are kernel
    /// code that few have looked at, and a usual start of attacks on the kernel.
    ///
    /// # Bad
    /// ```apparmor rules
    /// network packet,
    /// ```
    /// ```apparmor rules
    /// network,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// network inet stream,
    /// network netlink raw,
    /// ```
    ///
    /// # Source
    /// packet(7), raw(7), capabilities(7); moby's default profile, which denies `alg`
    pub struct RawNetwork {
        id: "raw-network",
        group: Security,
    }
}

/// So many rules of one kind are one matter.
const MOST_ALIKE: usize = 2;

const SNIFFERS: &[&str] = &[
    "ping",
    "ping6",
    "dhclient",
    "dhcpcd",
    "dumpcap",
    "tcpdump",
    "arping",
    "traceroute",
    "mtr",
    "mtr-packet",
    "nmap",
    "NetworkManager",
    "systemd-networkd",
    "wpa_supplicant",
    "dnsmasq",
    "dhcpd",
    "radvd",
    "hostapd",
    "iwd",
    "keepalived",
    "fping",
    "arp-scan",
    "bluetoothd",
    "avahi-autoipd",
    "pppoe",
    "nm-initrd-generator",
    "iptables",
    "nft",
    "connmand",
    "dhcpcd5",
    "udhcpc",
    "nethogs",
    "iftop",
    "xtables-nft-multi",
    "xtables-legacy-multi",
    "ip",
    "iw",
    "ethtool",
    "pppd",
    "zerotier-one",
    "tailscaled",
    "strongswan",
    "charon",
    "rdisc6",
    "dockerd",
    "libvirtd",
    "socat",
    "blueman",
    "btmon",
    "hcitool",
    "obexd",
    "pulseaudio",
    "hciconfig",
    "bluemoon",
    "rfcomm",
    "cups-browsed",
    "netdiscover",
    "wireshark",
    "tshark",
    "lldpd",
    "unix_chkpwd",
    "sntp",
    "ebtables",
    "arptables",
    "ndppd",
    "arpwatch",
    "fwknopd",
    "gpsd",
    "iked",
    "swanctl",
    "kea-dhcp4",
    "kea-dhcp6",
    "charon-systemd",
    "fnettrace",
    "fnettrace-dns",
    "fnettrace-icmp",
    "fnettrace-sni",
    "passt",
    "pasta",
];

/// Families that few programs need.
const RARE: &[&str] = &[
    "alg",
    "vsock",
    "bluetooth",
    "tipc",
    "rds",
    "kcm",
    "xdp",
    "can",
    "ax25",
    "rose",
    "smc",
    "qipcrtr",
    "netrom",
    "x25",
    "phonet",
    "caif",
    "ieee802154",
    "llc",
    "appletalk",
    "key",
];

impl Rule for RawNetwork {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        let mut found = Vec::new();
        for rule in profile.other_rules {
            let ResolvedKind::Network(network) = &rule.kind else { continue };
            if rule.decision != Decision::Allow {
                continue;
            }
            let Some((what, risk)) = judge(profile, network) else { continue };
            let kind = what.rsplit('`').next().unwrap_or_default().to_owned();
            found.push((kind, finding(profile, Self::finding(rule.origin.location, what), risk)));
        }
        report::report_folded(found, MOST_ALIKE, findings);
    }
}

fn finding(profile: &ProfileContext<'_>, finding: Diagnostic, risk: Risk) -> Diagnostic {
    let finding =
        finding.help("name the families and types that the program needs, such as `network inet stream`");
    rated(finding, risk, report::is_for(profile.profile, SNIFFERS))
}

/// What is wrong with the rule, and how much follows.
fn judge(profile: &ProfileContext<'_>, network: &NetworkAccess) -> Option<(String, Risk)> {
    let is_narrowed = !network.conditions.is_empty() || !network.peer.is_empty();
    let family = network.family.map(|family| family.name());
    let raw_risk = if holds_net_raw(profile) { Risk::Medium } else { Risk::Low };
    match (family, network.socket_type) {
        _ if is_narrowed => None,
        (None, None) => Some((
            "every address family is allowed, raw sockets and rarely used kernel code too".to_owned(),
            Risk::Medium,
        )),
        (Some("netlink"), _) => None,
        (Some("packet"), _) => Some((
            "packet sockets see and forge all traffic where the program holds `net_raw`".to_owned(),
            raw_risk,
        )),
        (Some(family), _) if RARE.contains(&family) => Some((
            format!(
                "`{family}` is kernel code that few programs use, and a usual start of attacks on the kernel"
            ),
            Risk::Medium,
        )),
        (_, Some(SocketType::Raw | SocketType::Packet)) => {
            Some(("raw sockets see and forge traffic where the program holds `net_raw`".to_owned(), raw_risk))
        }
        _ => None,
    }
}

/// Without the capability the kernel refuses such sockets.
fn holds_net_raw(profile: &ProfileContext<'_>) -> bool {
    profile.other_rules.iter().any(|rule| match &rule.kind {
        ResolvedKind::Capability { capabilities, all } => {
            rule.decision == Decision::Allow
                && (*all || capabilities.iter().any(|capability| capability.name() == "net_raw"))
        }
        _ => false,
    })
}
