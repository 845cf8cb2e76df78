//! All that is not about files: which rules of a profile speak of a request, and what they come to.

use super::ladder::{self, Candidate, Outcome};
use super::old_mount;
use super::request::{MountRequest, Request};
use crate::policy::{
    DbusAccess, MountAccess, MqueueAccess, NetworkAccess, Pattern, ResolvedKind, ResolvedProfile,
    ResolvedRule, SignalAccess, UnixAccess,
};
use crate::syntax::{Decision, MountOperation};
use crate::vocabulary::mount_flag::{BIND, MOVE, REC, REMOUNT, SILENT, SPREAD};
use crate::vocabulary::{
    self, AccessTable, AddressFamily, Feature, MountKind, MountOption, Protocol, SocketType, Version,
    Word as _,
};
use std::net::IpAddr;

/// The single accesses that a request is about, and the bits of each in the outcome; and the feature without which
/// the kernel decides nothing of the kind.
pub(super) struct Asked {
    pub(super) words: Vec<&'static str>,
    pub(super) feature: Option<Feature>,
    table: Vec<&'static str>,
}

impl Asked {
    fn of(table: AccessTable, access: &[&'static str], feature: Feature) -> Self {
        let table: Vec<_> = table.preferred().collect();
        let words = if access.is_empty() { table.clone() } else { access.to_vec() };
        Self { words, feature: Some(feature), table }
    }

    fn single(word: &'static str, feature: Option<Feature>) -> Self {
        Self { words: vec![word], feature, table: vec![word] }
    }

    pub(super) fn bit(&self, word: &str) -> u32 {
        self.bits(&[word])
    }

    fn bits(&self, words: &[&str]) -> u32 {
        let named = self.table.iter().enumerate().filter(|(_, word)| words.contains(word));
        named.fold(0, |bits, (index, _)| bits | 1 << index)
    }
}

/// What is asked of, for a request that is not about files; `None` for one that is.
pub(super) fn asked(request: &Request) -> Option<Asked> {
    Some(match request {
        Request::File { .. }
        | Request::Link { .. }
        | Request::ChangeProfile { .. }
        | Request::Rlimit { .. } => return None,
        Request::Capability(_) => Asked::single("capability", None),
        Request::Network { access, .. } => Asked::of(vocabulary::NETWORK, access, Feature::Network),
        Request::Signal { access, .. } => Asked::of(vocabulary::SIGNAL, access, Feature::Signal),
        Request::Ptrace { access, .. } => Asked::of(vocabulary::PTRACE, access, Feature::Ptrace),
        Request::Mount(_) => Asked::single("mount", Some(Feature::Mount)),
        Request::Umount { .. } => Asked::single("umount", Some(Feature::Mount)),
        Request::PivotRoot { .. } => Asked::single("pivot_root", Some(Feature::Mount)),
        Request::Dbus { access, .. } => Asked::of(vocabulary::DBUS, access, Feature::Dbus),
        Request::Unix { access, .. } => Asked::of(vocabulary::UNIX, access, Feature::Unix),
        Request::Mqueue { access, .. } => Asked::of(vocabulary::MQUEUE, access, Feature::Mqueue),
        Request::Userns => Asked::of(vocabulary::USERNS, &[], Feature::Userns),
        Request::IoUring { access } => Asked::of(vocabulary::IO_URING, access, Feature::IoUring),
    })
}

/// What the profile's rules come to; winners are named by their place among them.
pub(super) fn decide(
    profile: &ResolvedProfile,
    request: &Request,
    asked: &Asked,
    version: Version,
    addresses: Addresses,
) -> Outcome {
    let denied_sockets = matches!(request, Request::Unix { .. }).then(|| DeniedSockets::of(profile));
    let is_left_out =
        |rule: &ResolvedRule| denied_sockets.as_ref().is_some_and(|denied| denied.leave_out(rule));
    let candidates: Vec<Candidate> = profile
        .rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| !is_left_out(rule))
        .filter_map(|(id, rule)| {
            let bits = match (request, &denied_sockets) {
                (Request::Unix { socket_type, .. }, Some(denied)) if is_network(rule) => {
                    let granted = denied.granted_by(rule);
                    // Who names no type asks for one that is granted whole.
                    let fits = match socket_type {
                        None => !granted.is_empty(),
                        named => granted.contains(&None) || granted.contains(named),
                    };
                    when(fits, or_all(asked, &[]))
                }
                _ => bits(rule, request, asked, version, addresses),
            };
            // Capabilities are sets of bits: the parser takes a priority and ignores it.
            let priority = if matches!(request, Request::Capability(_)) { 0 } else { rule.priority };
            (bits != 0).then_some(Candidate {
                id,
                bits,
                dominant: 0,
                decision: rule.decision,
                audit: rule.audit,
                priority,
            })
        })
        .collect();
    ladder::decide(&candidates)
}

/// The condition of a request for raw sockets other than those of `icmp`. No user writes it.
pub(crate) const OTHER_PROTOCOL: (&str, &[u8]) = ("protocol", b"other");

/// What `ip=` and `port=` of network rules come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addresses {
    /// A rule with them speaks only of what they name.
    Decide,
    /// The ABI does not know them: the rule speaks of all addresses. (Found by what apparmor_parser 4.1 compiles for `abi/4.0`.)
    Ignored,
}

impl Addresses {
    /// Is there a condition that counts?
    #[must_use]
    pub fn count_in(self, rule: &NetworkAccess) -> bool {
        let mut conditions = rule.conditions.iter().chain(&rule.peer);
        let is_address = |name: &[u8]| matches!(name, b"ip" | b"port");
        conditions.any(|(name, _)| self == Self::Decide || !is_address(name))
    }

    /// Do the conditions of a rule hold for what is asked? One that is not asked about does not.
    fn fit(self, rule: &NetworkAccess, asked: &[(&'static str, Vec<u8>)]) -> bool {
        let holds = |end: &[(Vec<u8>, Vec<u8>)], [ip, port]: [&str; 2]| {
            let value = |key: &str| asked.iter().find(|(name, _)| *name == key).map(|(_, value)| value);
            end.iter().all(|(name, wanted)| match (name.as_slice(), self) {
                (b"ip" | b"port", Self::Ignored) => true,
                (b"ip", Self::Decide) => value(ip).is_some_and(|ip| address(ip) == address(wanted)),
                (b"port", Self::Decide) => value(port).is_some_and(|port| {
                    port_number(port)
                        .zip(ports(wanted))
                        .is_some_and(|(port, (from, to))| (from..=to).contains(&port))
                }),
                _ => false,
            })
        };
        // `icmp` is raw sockets of one protocol, where the ABI knows protocols. (Found by compiled rules; `tcp` and `udp` are
        // all of `stream` and `dgram`.)
        let is_left_out = self == Self::Decide
            && rule.protocol == Some(Protocol::Icmp)
            && asked.iter().any(|(name, value)| *name == OTHER_PROTOCOL.0 && *value == OTHER_PROTOCOL.1);
        !is_left_out && holds(&rule.conditions, ["ip", "port"]) && holds(&rule.peer, ["peer_ip", "peer_port"])
    }
}

/// An address in one spelling: `::1` and `0:0:0:0:0:0:0:1` are one.
fn address(text: &[u8]) -> Option<IpAddr> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The first and the last port that `port=` names.
#[must_use]
pub fn ports(text: &[u8]) -> Option<(u16, u16)> {
    let mut ends = text.splitn(2, |byte| *byte == b'-').map(port_number);
    let from = ends.next()??;
    Some((from, ends.next().unwrap_or(Some(from))?))
}

fn port_number(text: &[u8]) -> Option<u16> {
    std::str::from_utf8(text).ok()?.trim_start().trim_start_matches('+').parse().ok()
}

/// The network rules that deny sockets of a family and type: apparmor_parser leaves out the unix rules for them. (Found by what
/// apparmor_parser 3.0, 4.1 and 5.0 compile.)
pub(super) struct DeniedSockets<'p>(Vec<&'p NetworkAccess>);

impl<'p> DeniedSockets<'p> {
    pub(super) fn of(profile: &'p ResolvedProfile) -> Self {
        let denying = profile.rules.iter().filter(|rule| rule.decision == Decision::Deny);
        let sockets = denying.filter_map(|rule| match &rule.kind {
            ResolvedKind::Network(network) if network.access.is_empty() => Some(&**network),
            _ => None,
        });
        Self(sockets.collect())
    }

    pub(super) fn leave_out(&self, rule: &ResolvedRule) -> bool {
        let ResolvedKind::Unix(unix) = &rule.kind else { return false };
        self.0.iter().any(|network| match unix.socket_type {
            Some(socket_type) => covers_unix(network, socket_type),
            // Only that which denies all sockets denies those of every type.
            None => is_bare(network),
        })
    }

    /// The types of unix sockets of which a network rule grants everything, whatever their addresses and peers, `None` for any type:
    /// apparmor_parser writes a unix rule for each. (Found by what 3.0, 4.1 and 5.0 compile: `network unix stream` and `unix
    /// type=stream` are the same bytes, `network` holds all of `unix`.)
    pub(super) fn granted_by(&self, rule: &ResolvedRule) -> Vec<Option<SocketType>> {
        let ResolvedKind::Network(network) = &rule.kind else { return Vec::new() };
        if rule.decision != Decision::Allow {
            return Vec::new();
        }
        let is_granted = |kind: &SocketType| {
            kind.in_network_rule()
                && covers_unix(network, *kind)
                && !self.0.iter().any(|denied| covers_unix(denied, *kind))
        };
        let is_any = is_bare(network) && !self.0.iter().any(|denied| is_bare(denied));
        SocketType::all().filter(is_granted).map(Some).chain(is_any.then_some(None)).collect()
    }
}

/// Does the rule speak of all sockets?
fn is_bare(network: &NetworkAccess) -> bool {
    network.family.is_none()
        && network.socket_type.is_none()
        && network.protocol.is_none()
        && network.conditions.is_empty()
        && network.peer.is_empty()
}

/// Does the network rule speak of unix sockets of that type?
fn covers_unix(network: &NetworkAccess, socket_type: SocketType) -> bool {
    let unix = AddressFamily::from_name(b"unix");
    unix.is_some_and(|unix| covers(network, unix, socket_type, Addresses::Decide))
}

/// Is the request about what no kernel decides? The parser leaves out rules about queues of System V. (Found by what apparmor_parser
/// 4.1 and 5.0 compile.)
pub(super) fn is_never_decided(request: &Request) -> bool {
    matches!(request, Request::Mqueue { name, .. } if !name.starts_with(b"/"))
}

/// Does `audit deny umount` leave the kernel nothing to decide about mounts by? Up to 3.0 a bare one takes away the mark that
/// they are mediated, so that everything about them is allowed where no other rule grants or quietly denies anything.
pub(super) fn frees_mounts(profile: &ResolvedProfile, version: Version) -> bool {
    if version > Version::V3_0 {
        return false;
    }
    let about_mounts = || {
        let kinds = |rule: &&ResolvedRule| {
            matches!(rule.kind, ResolvedKind::Mount(_) | ResolvedKind::PivotRoot(_) | ResolvedKind::All)
        };
        profile.rules.iter().filter(kinds)
    };
    let is_loud = |rule: &ResolvedRule| rule.decision == Decision::Deny && rule.audit;
    let is_bare = |rule: &ResolvedRule| {
        matches!(&rule.kind, ResolvedKind::Mount(mount)
            if mount.operation == MountOperation::Umount && mount.mountpoint.is_none())
    };
    about_mounts().all(is_loud) && about_mounts().any(is_bare)
}

/// The accesses of the request that the rule speaks of.
fn bits(
    rule: &ResolvedRule,
    request: &Request,
    asked: &Asked,
    version: Version,
    addresses: Addresses,
) -> u32 {
    let all = or_all(asked, &[]);
    match (&rule.kind, request) {
        (ResolvedKind::All, _) => all,
        (ResolvedKind::Capability { capabilities, all: every }, Request::Capability(capability)) => {
            when(*every || capabilities.contains(capability), all)
        }
        (ResolvedKind::Network(network), Request::Network { family, socket_type, conditions, .. }) => {
            let fits = is_about(network, *family, *socket_type) && addresses.fit(network, conditions);
            when(fits, or_all(asked, &network.access))
        }
        (ResolvedKind::Unix(unix), Request::Network { family, socket_type, .. }) => {
            folded_unix(unix, rule.decision, *family, *socket_type, asked, version)
        }
        (ResolvedKind::Signal(access), Request::Signal { signal, peer, .. }) => {
            when(signal_fits(access, *signal, peer.as_deref()), asked.bits(&access.access))
        }
        (ResolvedKind::Ptrace(clause), Request::Ptrace { peer, .. }) => {
            when(fits(clause.peer.as_ref(), peer.as_deref()), asked.bits(&clause.access))
        }
        (ResolvedKind::Mount(mount), Request::Mount(call)) => when(permits(mount, call, version), all),
        (ResolvedKind::Mount(mount), Request::Umount { mountpoint }) => {
            let unmounts = mount.operation == MountOperation::Umount;
            when(unmounts && fits(mount.mountpoint.as_ref(), Some(mountpoint)), all)
        }
        (ResolvedKind::PivotRoot(pivot), Request::PivotRoot { new_root, old_root }) => {
            let from_old = fits(pivot.old_root.as_ref(), Some(old_root));
            when(from_old && fits(pivot.new_root.as_ref(), Some(new_root)), all)
        }
        (ResolvedKind::Dbus(dbus), Request::Dbus { conditions, .. }) => {
            when(dbus_fits(dbus, conditions), asked.bits(&dbus.access))
        }
        (ResolvedKind::Unix(unix), Request::Unix { socket_type, conditions, .. }) => {
            when(unix_fits(unix, *socket_type, conditions), or_all(asked, &unix.access))
        }
        (ResolvedKind::Mqueue(queue), Request::Mqueue { name, .. }) => {
            when(queue_fits(queue, name), asked.bits(&queue.access))
        }
        (ResolvedKind::Userns, Request::Userns) => all,
        (ResolvedKind::IoUring(ring), Request::IoUring { .. }) => {
            // A label restricts only whose credentials are taken over.
            let restricted: &[&str] = if ring.label.is_some() { &["override_creds"] } else { &[] };
            asked.bits(&ring.access) & !asked.bits(restricted)
        }
        _ => 0,
    }
}

fn is_network(rule: &ResolvedRule) -> bool {
    matches!(rule.kind, ResolvedKind::Network(_))
}

fn when(applies: bool, bits: u32) -> u32 {
    if applies { bits } else { 0 }
}

fn or_all(asked: &Asked, access: &[&str]) -> u32 {
    if access.is_empty() { u32::MAX >> (32 - asked.table.len()) } else { asked.bits(access) }
}

/// Does a value fit a condition? One that is not asked about fits only where there is no condition, or one
/// that everything fits.
fn fits(condition: Option<&Pattern>, asked: Option<&[u8]>) -> bool {
    match (condition, asked) {
        (None, _) => true,
        (Some(pattern), Some(value)) => pattern.glob.matches(value),
        (Some(pattern), None) => *pattern.text == *b"**",
    }
}

/// Does the rule speak of all sockets of a family and a type? One with further conditions does not.
fn covers(
    rule: &NetworkAccess,
    family: AddressFamily,
    socket_type: SocketType,
    addresses: Addresses,
) -> bool {
    !addresses.count_in(rule) && is_about(rule, family, socket_type)
}

/// Is the rule about sockets of that family and type, whatever else it says?
fn is_about(rule: &NetworkAccess, family: AddressFamily, socket_type: SocketType) -> bool {
    let families = match (rule.family, rule.protocol) {
        (Some(named), _) => named == family,
        (None, Some(protocol)) => protocol.families().contains(&family.name()),
        (None, None) => true,
    };
    let wanted = rule.protocol.map(|protocol| protocol.socket_type()).or(rule.socket_type);
    families && wanted.is_none_or(|wanted| wanted == socket_type)
}

/// Kernels that do not tell unix sockets apart by address take a unix rule for a network rule, and drop one that denies.
fn folded_unix(
    rule: &UnixAccess,
    decision: Decision,
    family: AddressFamily,
    socket_type: SocketType,
    asked: &Asked,
    version: Version,
) -> u32 {
    let matching = family.name() == "unix" && rule.socket_type.is_none_or(|wanted| wanted == socket_type);
    match matching && decision != Decision::Deny {
        false => 0,
        // Up to 3.0 a network rule cannot name accesses: whatever the unix rule names, all is granted.
        true if version <= Version::V3_0 => or_all(asked, &[]),
        true => or_all(asked, &rule.access),
    }
}

fn signal_fits(rule: &SignalAccess, signal: vocabulary::Signal, peer: Option<&[u8]>) -> bool {
    (rule.signals.is_empty() || rule.signals.contains(&signal)) && fits(rule.peer.as_ref(), peer)
}

fn queue_fits(rule: &MqueueAccess, name: &[u8]) -> bool {
    let kind: &[u8] = if name.starts_with(b"/") { b"posix" } else { b"sysv" };
    rule.queue_type.as_deref().is_none_or(|written| written == kind)
        && rule.label.is_none()
        && fits(rule.name.as_ref(), Some(name))
}

fn dbus_fits(rule: &DbusAccess, conditions: &[(&'static str, Vec<u8>)]) -> bool {
    let value =
        |name: &str| conditions.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_slice());
    [
        ("bus", &rule.bus),
        ("path", &rule.path),
        ("interface", &rule.interface),
        ("member", &rule.member),
        ("name", &rule.name),
        ("peer", &rule.peer_name),
        ("label", &rule.peer_label),
    ]
    .into_iter()
    .all(|(name, condition)| fits(condition.as_ref(), value(name)))
}

fn unix_fits(
    rule: &UnixAccess,
    socket_type: Option<SocketType>,
    conditions: &[(&'static str, Vec<u8>)],
) -> bool {
    let value =
        |name: &str| conditions.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_slice());
    let typed = match (rule.socket_type, socket_type) {
        (None, _) => true,
        (Some(wanted), asked) => asked == Some(wanted),
    };
    typed
        && fits(rule.address.as_ref(), value("addr"))
        && fits(rule.peer_address.as_ref(), value("peer"))
        && fits(rule.peer_label.as_ref(), value("label"))
}

/// The kind of a mount call and the flags that count for it, as the kernel picks them: the first that applies of
/// remount, bind, change of propagation and move.
pub(super) fn kind_of(flags: u32) -> (MountKind, u32) {
    if flags & REMOUNT != 0 {
        (MountKind::Remount, flags)
    } else if flags & BIND != 0 {
        (MountKind::Bind, flags & (BIND | REC))
    } else if flags & SPREAD != 0 {
        (MountKind::Propagation, flags & (SPREAD | REC | SILENT))
    } else if flags & MOVE != 0 {
        (MountKind::Move, MOVE)
    } else {
        (MountKind::Plain, flags)
    }
}

/// Does a mount or remount rule speak of this call?
fn permits(rule: &MountAccess, call: &MountRequest, version: Version) -> bool {
    let (kind, flags) = kind_of(call.flags);
    speaks_of_kind(rule, kind, version)
        && fits(rule.mountpoint.as_ref(), Some(&call.mountpoint))
        && flags_fit(rule, kind, flags, version)
        && names_fit(rule, kind, call)
}

/// Does a rule's keyword speak of calls of this kind? Up to 3.0 it does not tell.
pub(super) fn speaks_of_kind(rule: &MountAccess, kind: MountKind, version: Version) -> bool {
    match rule.operation {
        MountOperation::Umount => false,
        MountOperation::Remount => version <= Version::V3_0 || kind == MountKind::Remount,
        MountOperation::Mount => true,
    }
}

/// Does the kernel look at the source of such a call?
fn has_source(kind: MountKind) -> bool {
    matches!(kind, MountKind::Plain | MountKind::Bind | MountKind::Move)
}

/// A type says that a new mount is meant; a source is told for new mounts, binds and moves only.
fn names_fit(rule: &MountAccess, kind: MountKind, call: &MountRequest) -> bool {
    let of_type = rule.fstype.is_empty()
        || (kind == MountKind::Plain && rule.fstype.iter().any(|pattern| pattern.glob.matches(&call.fstype)));
    let of_source =
        rule.source.is_none() || (has_source(kind) && fits(rule.source.as_ref(), Some(&call.source)));
    of_type && of_source
}

/// `options=` names exactly the flags that are set, `options in` those that may be; without either any are fine.
pub(super) fn flags_fit(rule: &MountAccess, kind: MountKind, flags: u32, version: Version) -> bool {
    if version <= Version::V3_0 {
        return old_mount::flags_fit(rule, flags, has_source(kind) || rule.source.is_none());
    }
    let set = |options: &Vec<MountOption>| options.iter().fold(0, |flags, option| flags | option.sets());
    let implied = if rule.operation == MountOperation::Remount { REMOUNT } else { 0 };
    if rule.options.is_empty() && rule.options_in.is_empty() {
        return match kind {
            MountKind::Remount => implied != 0 || rule.source.is_none(),
            MountKind::Move => rule.source.is_none(),
            _ => true,
        };
    }
    let wanted = |flags: u32| match kind {
        MountKind::Bind => flags & (BIND | REC),
        MountKind::Propagation => flags & (SPREAD | REC | SILENT),
        MountKind::Move => flags & MOVE,
        MountKind::Remount | MountKind::Plain => flags,
    };
    let exact: Vec<u32> =
        if rule.options.is_empty() { vec![0] } else { rule.options.iter().map(set).collect() };
    let optional: Vec<u32> =
        if rule.options_in.is_empty() { vec![0] } else { rule.options_in.iter().map(set).collect() };
    exact.iter().any(|exact| {
        optional.iter().any(|optional| {
            let exact = exact | implied;
            let same_kind =
                kind == MountKind::Plain || kind_of(exact | optional).0 == kind || (optional & flags) != 0;
            let needed = wanted(exact) & !optional;
            same_kind && flags & !wanted(exact | optional) == 0 && needed & !flags == 0
        })
    })
}
