//! Requests of which there are so few that each can be asked: capabilities, sockets by family and type, user
//! namespaces.

use super::{Change, Comparison, Effect, Side, ends};
use crate::policy::{NetworkAccess, ResolvedKind, ResolvedRule};
use crate::query::{Half, OTHER_PROTOCOL, Query, Request};
use crate::syntax::Decision;
use crate::vocabulary::{AddressFamily, Capability, MountOption, Protocol, SocketType, Word as _};
use std::collections::BTreeSet;

pub(super) fn compare(old: &Query<'_>, new: &Query<'_>, comparison: &mut Comparison) {
    let is_capability = |kind: &ResolvedKind| matches!(kind, ResolvedKind::Capability { .. });
    if texts(old, is_capability) != texts(new, is_capability) {
        let requests =
            Capability::all().map(|capability| (capability.name(), Request::Capability(capability)));
        let of_one = |on: &[&str]| on.join(" ");
        ask(old, new, "capability", requests, of_one, comparison);
    }
    let is_network = |kind: &ResolvedKind| matches!(kind, ResolvedKind::Network(_) | ResolvedKind::Unix(_));
    if texts(old, is_network) != texts(new, is_network) || abi(old) != abi(new) {
        for family in AddressFamily::all() {
            let types = SocketType::all().filter(|kind| kind.in_network_rule());
            let requests = types.map(|socket_type| {
                (
                    socket_type.name(),
                    Request::Network { access: Vec::new(), family, socket_type, conditions: Vec::new() },
                )
            });
            let all = SocketType::all().filter(|kind| kind.in_network_rule()).count();
            let of_family = |on: &[&str]| match on.len() {
                count if count == all => family.name().to_owned(),
                _ => format!("{} {}", family.name(), on.join(" ")),
            };
            ask(old, new, "network", requests, of_family, comparison);
        }
        merge_families(&mut comparison.changes);
        compare_protocols(old, new, comparison);
        compare_conditions(old, new, comparison);
    }
    let is_userns = |kind: &ResolvedKind| matches!(kind, ResolvedKind::Userns);
    if texts(old, is_userns) != texts(new, is_userns) || abi(old) != abi(new) {
        ask(old, new, "userns", [("", Request::Userns)].into_iter(), |_| String::new(), comparison);
    }
}

/// True when the rules about mounts are written differently, so that they must be looked at.
pub(super) fn mount_rules_differ(old: &Query<'_>, new: &Query<'_>) -> bool {
    let is_mount = |kind: &ResolvedKind| matches!(kind, ResolvedKind::Mount(_));
    texts(old, is_mount) != texts(new, is_mount) || abi(old) != abi(new)
}

/// The options that stand for some flags of a mount call.
pub(super) fn flag_names(flags: u32) -> Vec<&'static str> {
    let set = MountOption::all().filter(|option| option.sets() != 0 && option.canonical() == *option);
    let mut left = flags;
    let mut names = Vec::new();
    let mut options: Vec<MountOption> = set.collect();
    // `rbind` before `rec` and `bind`.
    options.sort_by_key(|option| std::cmp::Reverse(option.sets().count_ones()));
    for option in options {
        if option.sets() & !left == 0 {
            left &= !option.sets();
            names.push(option.name());
        }
    }
    names
}

fn abi<'q>(query: &'q Query<'_>) -> Option<&'q [u8]> {
    query.policy().abi.as_ref().map(|(name, _)| name.as_slice())
}

/// What rules of a kind say, for a first look: the same set of these means the same, another may too.
fn texts(query: &Query<'_>, of: impl Fn(&ResolvedKind) -> bool) -> BTreeSet<String> {
    let rules = query.profile().rules.iter();
    let of_kind = rules.filter(|rule| of(&rule.kind) || matches!(rule.kind, ResolvedKind::All));
    let mut texts: BTreeSet<String> = of_kind.map(text).collect();
    texts.insert(format!("audit: {}", query.audits_all()));
    texts
}

fn text(rule: &ResolvedRule) -> String {
    let kind = match &rule.kind {
        ResolvedKind::Unix(unix) => format!("unix {:?} {:?}", unix.access, unix.socket_type),
        ResolvedKind::Mount(mount) => {
            let glob = |pattern: &crate::policy::Pattern| pattern.text.to_vec();
            format!(
                "mount {:?} {:?} {:?} {:?} {:?} {:?}",
                mount.operation,
                mount.fstype.iter().map(glob).collect::<Vec<_>>(),
                mount.options,
                mount.options_in,
                mount.source.as_ref().map(glob),
                mount.mountpoint.as_ref().map(glob)
            )
        }
        ResolvedKind::Network(network) => format!(
            "network {:?} {:?} {:?} {:?} {:?} {:?}",
            network.access,
            network.family,
            network.socket_type,
            network.protocol,
            plain(&network.conditions),
            plain(&network.peer)
        ),
        other => format!("{other:?}"),
    };
    format!("{kind} {:?} {} {}", rule.decision, rule.audit, rule.priority)
}

/// Conditions of a network rule in one order and one spelling: `::1` and `0:0:0:0:0:0:0:1` are one address.
fn plain(conditions: &[(Vec<u8>, Vec<u8>)]) -> Vec<(String, String)> {
    let mut plain: Vec<(String, String)> = conditions
        .iter()
        .map(|(name, value)| {
            let (name, value) = (String::from_utf8_lossy(name), String::from_utf8_lossy(value));
            let value = match &*name {
                "ip" => value.parse().map(|address: std::net::IpAddr| address.to_string()).ok(),
                "port" => value.parse().map(|port: u16| port.to_string()).ok(),
                _ => None,
            }
            .unwrap_or_else(|| value.into_owned());
            (name.into_owned(), value)
        })
        .collect();
    plain.sort();
    plain
}

/// An effect, the access words, the names of what they are about, and the rules.
type Group<'n> = (Effect, Vec<String>, Vec<&'n str>, Vec<(Side, usize)>);

/// Asks both sides each request and tells together of those of which the same changed.
fn ask<'n>(
    old: &Query<'_>,
    new: &Query<'_>,
    class: &'static str,
    requests: impl Iterator<Item = (&'n str, Request)>,
    shown: impl Fn(&[&str]) -> String,
    comparison: &mut Comparison,
) {
    let mut groups: Vec<Group<'n>> = Vec::new();
    for (name, request) in requests {
        let (before, after) = (old.ask(&request, Half::Owner), new.ask(&request, Half::Owner));
        for effect in [Effect::Widened, Effect::Narrowed, Effect::Logged] {
            let mut words = Vec::new();
            let mut rules = Vec::new();
            for (was, is) in before.parts.iter().zip(&after.parts) {
                let found = match (was.granted(), is.granted()) {
                    (false, true) => Effect::Widened,
                    (true, false) => Effect::Narrowed,
                    _ if was.logged != is.logged && old.audits_all() == new.audits_all() => Effect::Logged,
                    _ => continue,
                };
                if found == effect {
                    words.push(was.word.clone());
                    rules.extend(was.rules.iter().map(|rule| (Side::Old, *rule)));
                    rules.extend(is.rules.iter().map(|rule| (Side::New, *rule)));
                }
            }
            if words.is_empty() {
                continue;
            }
            rules.sort_unstable();
            rules.dedup();
            // Everything that can be done needs no words.
            if words.len() == before.parts.len() {
                words.clear();
            }
            let alike = |group: &&mut Group<'n>| {
                group.0 == effect && group.1 == words && (class != "capability" || group.3 == rules)
            };
            match groups.iter_mut().find(alike) {
                Some(group) => {
                    group.2.push(name);
                    group.3.extend(rules);
                }
                None => groups.push((effect, words, vec![name], rules)),
            }
        }
    }
    for (effect, words, names, mut rules) in groups {
        rules.sort_unstable();
        rules.dedup();
        let mut change = Change::new(effect, class, words.join(" "));
        change.on = shown(&names);
        change.rules = rules;
        comparison.changes.push(change);
    }
}

/// Families of which the same is told share a line.
fn merge_families(changes: &mut Vec<Change>) {
    let mut merged: Vec<Change> = Vec::new();
    for change in changes.drain(..) {
        let alike = merged.iter_mut().find(|other| {
            change.class == "network"
                && other.class == "network"
                && (other.effect, &other.access, &other.rules)
                    == (change.effect, &change.access, &change.rules)
                && kinds(&other.on) == kinds(&change.on)
        });
        match alike {
            Some(other) => {
                let kinds = kinds(&change.on).to_owned();
                let families = other.on.strip_suffix(&kinds).unwrap_or(&other.on).trim_end().to_owned();
                let family = change.on.split(' ').next().unwrap_or_default();
                other.on = format!("{families}, {family} {kinds}").trim_end().to_owned();
            }
            None => merged.push(change),
        }
    }
    let all = AddressFamily::all().count();
    for change in merged.iter_mut().filter(|change| change.class == "network") {
        let kinds = kinds(&change.on).to_owned();
        if change.on.split(", ").count() == all {
            change.on =
                if kinds.is_empty() { "every family".to_owned() } else { format!("every family, {kinds}") };
        }
    }
    *changes = merged;
}

/// What follows the list of families.
fn kinds(on: &str) -> &str {
    let last = on.rsplit(", ").next().unwrap_or(on);
    last.split_once(' ').map_or("", |(_, kinds)| kinds)
}

/// Does a rule without conditions say of all that this one speaks of what comes out? One that denies wins, and one that grants
/// leaves nothing for another to grant.
fn is_decided_anyway(query: &Query<'_>, rule: &ResolvedRule, network: &NetworkAccess) -> bool {
    query.profile().rules.iter().any(|other| {
        let ResolvedKind::Network(wide) = &other.kind else { return false };
        let says_all = !query.addresses().count_in(wide)
            && wide.protocol.is_none_or(|protocol| {
                network.family.is_some_and(|family| protocol.families().contains(&family.name()))
                    && network.socket_type == Some(protocol.socket_type())
            })
            && (wide.access.is_empty() || wide.access == network.access)
            && wide.family.is_none_or(|family| network.family == Some(family))
            && wide.socket_type.is_none_or(|kind| network.socket_type == Some(kind));
        let wins = other.decision == Decision::Deny
            || (other.decision == Decision::Allow && rule.decision == Decision::Allow);
        says_all && wins && (other.audit == rule.audit || other.decision != rule.decision)
    })
}

/// What differs for raw sockets alone that are not for ICMP: `inet icmp` against `inet raw`.
fn compare_protocols(old: &Query<'_>, new: &Query<'_>, comparison: &mut Comparison) {
    for family in AddressFamily::all().filter(|family| Protocol::Icmp.families().contains(&family.name())) {
        let (name, value) = OTHER_PROTOCOL;
        let request = |conditions| Request::Network {
            access: Vec::new(),
            family,
            socket_type: Protocol::Icmp.socket_type(),
            conditions,
        };
        let told = |query: &Query<'_>, request: &Request| -> Vec<_> {
            let parts = query.ask(request, Half::Owner).parts;
            parts.iter().map(|part| (part.granted(), part.logged)).collect()
        };
        let all = request(Vec::new());
        if told(old, &all) == told(new, &all) {
            let others = request(vec![(name, value.to_vec())]);
            let shown = |_: &[&str]| format!("{} raw, other than icmp", family.name());
            ask(old, new, "network", [("", others)].into_iter(), shown, comparison);
        }
    }
}

/// Rules with addresses and ports: each that only one side has is asked of where it can make a difference.
fn compare_conditions<'p>(old: &Query<'p>, new: &Query<'p>, comparison: &mut Comparison) {
    let conditional = |query: &Query<'_>| -> Vec<usize> {
        let rules = query.profile().rules.iter().enumerate();
        let counts =
            |rule: &ResolvedRule| network_of(rule).is_some_and(|network| query.addresses().count_in(network));
        rules.filter(|(_, rule)| counts(rule)).map(|(index, _)| index).collect()
    };
    let (before, after) = (conditional(old), conditional(new));
    let named = |query: &Query<'p>, rules: &[usize]| -> Vec<&'p NetworkAccess> {
        rules.iter().filter_map(|rule| network_of(&query.profile().rules[*rule])).collect()
    };
    let all = [named(old, &before), named(new, &after)].concat();
    let texts = |query: &Query<'_>, rules: &[usize]| -> BTreeSet<String> {
        rules.iter().map(|rule| text(&query.profile().rules[*rule])).collect()
    };
    for (side, query, rules, others) in
        [(Side::Old, old, &before, texts(new, &after)), (Side::New, new, &after, texts(old, &before))]
    {
        for index in rules {
            let rule = &query.profile().rules[*index];
            let Some(network) = network_of(rule).filter(|_| !others.contains(&text(rule))) else { continue };
            let conditions: Vec<String> = network
                .conditions
                .iter()
                .chain(&network.peer)
                .map(|(name, value)| {
                    format!("{}={}", String::from_utf8_lossy(name), String::from_utf8_lossy(value))
                })
                .collect();
            let told = |effect, witness| {
                let mut change = Change::new(effect, "network", "");
                change.on = conditions.join(" ");
                change.witness = witness;
                change.rules.push((side, *index));
                change
            };
            let gives = (rule.decision == Decision::Allow) == (side == Side::New);
            let expected = if gives { Effect::Widened } else { Effect::Narrowed };
            // What stands beside addresses and ports is not asked about.
            let is_address = |(name, _): &(Vec<u8>, Vec<u8>)| matches!(name.as_slice(), b"ip" | b"port");
            if !network.conditions.iter().chain(&network.peer).all(is_address) {
                if !is_decided_anyway(query, rule, network) {
                    comparison.changes.push(told(expected, None));
                }
                continue;
            }
            let Some(requests) = ends::requests(network, &all) else {
                comparison.undecided.push(format!("network `{}`", conditions.join(" ")));
                continue;
            };
            for (effect, request) in made_by(expected, requests, old, new) {
                comparison.changes.push(told(effect, ends::shown(&request)));
            }
        }
    }
}

/// What a rule makes of these requests, each effect with the first of them: the one that is expected of the rule, and what is logged.
fn made_by(
    expected: Effect,
    requests: Vec<Request>,
    old: &Query<'_>,
    new: &Query<'_>,
) -> Vec<(Effect, Request)> {
    let mut found: Vec<(Effect, Request)> = Vec::new();
    for request in requests {
        let (was, is) = (old.ask(&request, Half::Owner), new.ask(&request, Half::Owner));
        for (was, is) in was.parts.iter().zip(&is.parts) {
            let effect = match (was.granted(), is.granted()) {
                (false, true) => Effect::Widened,
                (true, false) => Effect::Narrowed,
                _ if was.logged != is.logged && old.audits_all() == new.audits_all() => Effect::Logged,
                _ => continue,
            };
            let is_reason = effect == expected || effect == Effect::Logged;
            if is_reason && found.iter().all(|(known, _)| *known != effect) {
                found.push((effect, request.clone()));
            }
        }
    }
    found
}

fn network_of(rule: &ResolvedRule) -> Option<&NetworkAccess> {
    match &rule.kind {
        ResolvedKind::Network(network) => Some(network),
        _ => None,
    }
}
