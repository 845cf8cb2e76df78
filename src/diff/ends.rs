//! Requests that stand for all that a network rule with addresses and ports speaks of, so far as other rules tell it apart.

use crate::policy::NetworkAccess;
use crate::query::{Request, ports};
use crate::vocabulary::{AddressFamily, SocketType, Word as _};

/// The most requests that a rule is asked with.
const MOST_REQUESTS: usize = 1 << 14;

/// One request for each set of rules that speaks of some part of what `rule` does; `None` when there are too many.
pub(super) fn requests<'r>(rule: &'r NetworkAccess, all: &[&'r NetworkAccess]) -> Option<Vec<Request>> {
    let families = AddressFamily::all().filter(|family| match (rule.family, rule.protocol) {
        (Some(named), _) => named == *family,
        (None, Some(protocol)) => protocol.families().contains(&family.name()),
        (None, None) => family.is_internet(),
    });
    let kinds: Vec<SocketType> = SocketType::all()
        .filter(|kind| kind.in_network_rule() && rule.socket_type.is_none_or(|wanted| wanted == *kind))
        .collect();
    let sockets: Vec<(AddressFamily, SocketType)> =
        families.flat_map(|family| kinds.iter().map(move |kind| (family, *kind))).collect();
    let local = |rule: &'r NetworkAccess| rule.conditions.as_slice();
    let peer = |rule: &'r NetworkAccess| rule.peer.as_slice();
    let mut found: Vec<Vec<(&'static str, Vec<u8>)>> = vec![Vec::new()];
    for (key, values) in [
        ("ip", addresses(local(rule), all.iter().copied().map(local))),
        ("port", port_values(local(rule), all.iter().copied().map(local))),
        ("peer_ip", addresses(peer(rule), all.iter().copied().map(peer))),
        ("peer_port", port_values(peer(rule), all.iter().copied().map(peer))),
    ] {
        if found.len() * values.len() * sockets.len() > MOST_REQUESTS {
            return None;
        }
        found = found
            .iter()
            .flat_map(|begun| {
                values.iter().map(move |value| {
                    let more = value.iter().map(|value| (key, value.clone()));
                    begun.iter().cloned().chain(more).collect()
                })
            })
            .collect();
    }
    let request = |(family, socket_type): (AddressFamily, SocketType), conditions: &Vec<_>| {
        Request::Network { access: rule.access.clone(), family, socket_type, conditions: conditions.clone() }
    };
    Some(sockets.into_iter().flat_map(|socket| found.iter().map(move |one| request(socket, one))).collect())
}

/// A request of [`requests`] in the words of a rule.
pub(super) fn shown(request: &Request) -> Option<String> {
    let Request::Network { family, socket_type, conditions, .. } = request else { return None };
    let mut words = vec![family.name().to_owned(), socket_type.name().to_owned()];
    words.extend(conditions.iter().map(|(name, value)| format!("{name}={}", String::from_utf8_lossy(value))));
    Some(words.join(" "))
}

/// Conditions on one end of a connection.
type End = [(Vec<u8>, Vec<u8>)];

fn value<'e>(end: &'e End, name: &[u8]) -> Option<&'e Vec<u8>> {
    end.iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

/// The address of the rule; else any that another one names, and none of them.
fn addresses<'r>(end: &End, others: impl Iterator<Item = &'r End>) -> Vec<Option<Vec<u8>>> {
    if let Some(own) = value(end, b"ip") {
        return vec![Some(own.clone())];
    }
    let mut found: Vec<Option<Vec<u8>>> =
        others.filter_map(|other| value(other, b"ip").cloned()).map(Some).collect();
    found.sort();
    found.dedup();
    found.insert(0, None);
    found
}

/// The first port of each part of the rule's range that other ranges cut it into; where it names none, also no port at all.
fn port_values<'r>(end: &End, others: impl Iterator<Item = &'r End>) -> Vec<Option<Vec<u8>>> {
    let own = value(end, b"port").and_then(|text| ports(text));
    let (from, to) = own.unwrap_or((0, u16::MAX));
    let cuts = others.filter_map(|other| ports(value(other, b"port")?));
    let mut starts: Vec<u16> =
        cuts.flat_map(|(first, last)| [Some(first), last.checked_add(1)]).flatten().collect();
    starts.retain(|start| (from..=to).contains(start));
    starts.push(from);
    starts.sort_unstable();
    starts.dedup();
    let mut found: Vec<Option<Vec<u8>>> =
        starts.into_iter().map(|start| Some(start.to_string().into_bytes())).collect();
    if own.is_none() {
        found.insert(0, None);
    }
    found
}
