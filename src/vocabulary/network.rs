//! Address families, socket types and protocols of network and unix rules.

use crate::vocabulary::{Version, Word, word_in_table};

/// An address family, `AF_…`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressFamily(u8);

impl AddressFamily {
    /// Its number in the kernel's `include/linux/socket.h`.
    #[must_use]
    pub fn number(self) -> u16 {
        self.row().number
    }

    /// True for `inet` and `inet6`, the families that may have `ip=` and `port=` conditions.
    #[must_use]
    pub fn is_internet(self) -> bool {
        matches!(self.number(), 2 | 10)
    }
}

struct Family {
    name: &'static str,
    number: u16,
    since: Version,
}

const fn family(number: u16, name: &'static str) -> Family {
    Family { name, number, since: Version::V2_13 }
}

/// By number; 12 (decnet) is no word of the language. All are old: a parser takes what the headers it was built with name.
static FAMILIES: [Family; 45] = [
    family(0, "unspec"),
    family(1, "unix"),
    family(2, "inet"),
    family(3, "ax25"),
    family(4, "ipx"),
    family(5, "appletalk"),
    family(6, "netrom"),
    family(7, "bridge"),
    family(8, "atmpvc"),
    family(9, "x25"),
    family(10, "inet6"),
    family(11, "rose"),
    family(13, "netbeui"),
    family(14, "security"),
    family(15, "key"),
    family(16, "netlink"),
    family(17, "packet"),
    family(18, "ash"),
    family(19, "econet"),
    family(20, "atmsvc"),
    family(21, "rds"),
    family(22, "sna"),
    family(23, "irda"),
    family(24, "pppox"),
    family(25, "wanpipe"),
    family(26, "llc"),
    family(27, "ib"),
    family(28, "mpls"),
    family(29, "can"),
    family(30, "tipc"),
    family(31, "bluetooth"),
    family(32, "iucv"),
    family(33, "rxrpc"),
    family(34, "isdn"),
    family(35, "phonet"),
    family(36, "ieee802154"),
    family(37, "caif"),
    family(38, "alg"),
    family(39, "nfc"),
    family(40, "vsock"),
    family(41, "kcm"),
    family(42, "qipcrtr"),
    family(43, "smc"),
    family(44, "xdp"),
    family(45, "mctp"),
];

word_in_table!(AddressFamily, Family, FAMILIES);

/// A socket type, `SOCK_…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SocketType {
    /// `none`, only in `unix type=`.
    None,
    /// `stream`
    Stream,
    /// `dgram`
    Dgram,
    /// `raw`
    Raw,
    /// `rdm`
    Rdm,
    /// `seqpacket`
    Seqpacket,
    /// `dccp`, only in `unix type=`.
    Dccp,
    /// `packet`
    Packet,
}

impl SocketType {
    /// Its number in the kernel's `include/linux/net.h`.
    #[must_use]
    pub fn number(self) -> u16 {
        match self {
            Self::None => 0,
            Self::Stream => 1,
            Self::Dgram => 2,
            Self::Raw => 3,
            Self::Rdm => 4,
            Self::Seqpacket => 5,
            Self::Dccp => 6,
            Self::Packet => 10,
        }
    }

    /// May it stand in a network rule? (In `unix type=` all may.)
    #[must_use]
    pub fn in_network_rule(self) -> bool {
        !matches!(self, Self::None | Self::Dccp)
    }
}

impl Word for SocketType {
    fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Stream => "stream",
            Self::Dgram => "dgram",
            Self::Raw => "raw",
            Self::Rdm => "rdm",
            Self::Seqpacket => "seqpacket",
            Self::Dccp => "dccp",
            Self::Packet => "packet",
        }
    }

    fn since(self) -> Version {
        Version::V2_13
    }

    fn all() -> impl Iterator<Item = Self> {
        use SocketType::{Dccp, Dgram, None, Packet, Raw, Rdm, Seqpacket, Stream};
        [None, Stream, Dgram, Raw, Rdm, Seqpacket, Dccp, Packet].into_iter()
    }
}

/// A protocol of a network rule. It only stands for families and a type; the kernel is not told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// `tcp`
    Tcp,
    /// `udp`
    Udp,
    /// `icmp`
    Icmp,
}

impl Protocol {
    /// The type that it stands for.
    #[must_use]
    pub fn socket_type(self) -> SocketType {
        match self {
            Self::Tcp => SocketType::Stream,
            Self::Udp => SocketType::Dgram,
            Self::Icmp => SocketType::Raw,
        }
    }

    /// The names of the families that it may follow, and that it stands for when none is written.
    #[must_use]
    pub fn families(self) -> &'static [&'static str] {
        match self {
            Self::Tcp | Self::Udp => &["inet", "inet6"],
            Self::Icmp => &["inet"],
        }
    }
}

impl Word for Protocol {
    fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Icmp => "icmp",
        }
    }

    fn since(self) -> Version {
        Version::V2_13
    }

    fn all() -> impl Iterator<Item = Self> {
        [Self::Tcp, Self::Udp, Self::Icmp].into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_in_the_order_of_their_numbers() {
        assert!(FAMILIES.is_sorted_by_key(|family| family.number));
        let number = |name: &[u8]| AddressFamily::from_name(name).map(AddressFamily::number);
        assert_eq!(number(b"netlink"), Some(16));
        assert_eq!(number(b"mctp"), Some(45));
        assert_eq!(number(b"local"), None);
    }
}
