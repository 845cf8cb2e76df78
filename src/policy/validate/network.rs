//! `network (send, receive) inet stream ip=10.0.0.1 port=80 peer=(ip=10.0.0.2),`

use super::condition::Conditions;
use super::{Check, known};
use crate::glob::{Dialect, Glob};
use crate::syntax::{Condition, NetworkRule, Peer, SyntaxError, Word};
use crate::vocabulary::{self, AddressFamily, NETWORK, Protocol, SocketType, Version, Word as _, conditions};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr as _;

const TABLE: Conditions =
    Conditions { rule: "network", local: conditions::NETWORK, peer: conditions::NETWORK_PEER };

impl Check<'_> {
    pub(super) fn network(&mut self, rule: &NetworkRule) {
        if let Some(access) = &rule.access
            && self.since(access.span(), "accesses in a `network` rule need", Version::V4_0)
        {
            self.access(Some(access), "network", NETWORK);
        }
        self.domain(&rule.words);
        self.conditions(&rule.conditions, rule.peer.as_ref(), &TABLE, |check, condition, _| {
            check.network_value(condition);
        });
        if let Some(peer) = &rule.peer
            && rule.peer.iter().all(|peer| peer.conditions.is_empty())
        {
            self.since(peer.span, "`peer=(…)` in a `network` rule needs", Version::V4_0);
        }
        let is_address = |condition: &&Condition| matches!(condition.name.raw(self.source), b"ip" | b"port");
        let peer = rule.peer.as_ref().map(|peer| Peer {
            span: peer.span,
            conditions: peer.conditions.iter().filter(is_address).cloned().collect(),
        });
        let peer = peer.filter(|peer| !peer.conditions.is_empty());
        self.no_peer_for_local(rule.access.as_ref(), NETWORK, peer.as_ref());
        self.family_has_addresses(rule);
    }

    /// Family, type or protocol: which words, and in which order.
    fn domain(&mut self, words: &[Word]) {
        if let Some(quoted) = words.iter().find(|word| word.is_quoted(self.source))
            && !self.since(quoted.span, "quotes round a word of a `network` rule need", Version::V4_0)
        {
            return;
        }
        let kind = |text: &[u8]| SocketType::from_name(text).filter(|kind| kind.in_network_rule());
        match words {
            [] => {}
            [word] => {
                let text = self.text(*word);
                let fits = AddressFamily::from_name(&text).is_some()
                    || kind(&text).is_some()
                    || Protocol::from_name(&text).is_some();
                if !fits && let Some((family, number)) = family_and_port(&text) {
                    let shown = self.show(*word);
                    let error = SyntaxError::new(
                        word.span,
                        format!("unknown network family, type or protocol `{shown}`"),
                    );
                    self.report(
                        error.code("unknown-network").help(format!("write `{family} port={number}`")),
                    );
                } else if !fits {
                    let mut names = known::<AddressFamily>(self.version);
                    names.extend(network_types());
                    names.extend(Protocol::names());
                    self.unknown("unknown-network", *word, "network family, type or protocol", &names);
                }
            }
            [family, second, ..] => {
                let (first_text, second_text) = (self.text(*family), self.text(*second));
                let named = if &*first_text == b"port" { Some((*family, &second_text)) } else { None };
                if let Some((word, number)) = named {
                    let number = String::from_utf8_lossy(number);
                    let error =
                        SyntaxError::new(word.span, "the port is a condition: `=` is missing behind it");
                    self.report(error.code("unknown-network").help(format!("write `port={number}`")));
                } else if AddressFamily::from_name(&first_text).is_none() {
                    self.not_a_family(*family, *second);
                } else if let Some(protocol) = Protocol::from_name(&second_text) {
                    if !protocol.families().iter().any(|name| name.as_bytes() == &*first_text) {
                        self.wrong_protocol(*family, *second, protocol);
                    }
                } else if kind(&second_text).is_none() {
                    let names: Vec<_> = network_types().chain(Protocol::names()).collect();
                    self.unknown("unknown-network", *second, "socket type or protocol", &names);
                }
            }
        }
    }

    fn not_a_family(&mut self, first: Word, second: Word) {
        let swapped = AddressFamily::from_name(&self.text(second)).is_some()
            && (SocketType::from_name(&self.text(first)).is_some()
                || Protocol::from_name(&self.text(first)).is_some());
        if !swapped {
            self.unknown("unknown-network", first, "network family", &known::<AddressFamily>(self.version));
            return;
        }
        let (type_word, family) = (self.show(first), self.show(second));
        let right = format!("{family} {type_word}");
        self.report(
            SyntaxError::new(first.span.to(second.span), format!("the family `{family}` must stand first"))
                .code("unknown-network")
                .help(format!("write `network {right},`"))
                .fix("swap the two words", first.span.to(second.span), right),
        );
    }

    fn wrong_protocol(&mut self, family: Word, word: Word, protocol: Protocol) {
        let (family_text, shown) = (self.show(family), self.show(word));
        let families = super::one_of(protocol.families());
        self.report(
            SyntaxError::new(word.span, format!("`{family_text}` has no protocol `{shown}`"))
                .code(if family_text == "netlink" { "netlink-type" } else { "unknown-network" })
                .help(format!(
                    "write a type such as `{}`, or the family {families}",
                    protocol.socket_type().name()
                )),
        );
    }

    fn network_value(&mut self, condition: &Condition) {
        // Only the first of several values counts; that the others do not is a lint's.
        let Some(word) = self.values(condition).first().copied() else { return };
        let text = String::from_utf8_lossy(&self.text(word)).into_owned();
        match condition.name.raw(self.source) {
            b"ip" if text != "none" && !is_address(&text) => {
                let error = SyntaxError::new(word.span, format!("`{text}` is no IP address"));
                self.report(if text.contains('/') {
                    error.help("write single addresses: a network such as `10.0.0.0/8` is not supported")
                } else {
                    error.help("write an IPv4 or IPv6 address such as `127.0.0.1` or `::1`, or `none`")
                });
            }
            b"port" => self.port(word, &text),
            b"interface" => {
                if let Err(error) = Glob::parse(&self.text(word), Dialect::Label) {
                    self.report(
                        SyntaxError::new(word.span, error.message()).code("bad-glob").help(error.help()),
                    );
                }
            }
            _ => {}
        }
    }

    fn port(&mut self, word: Word, text: &str) {
        if let Some((from, to)) = text.split_once('-')
            && let (Some(from), Some(to)) = (port(from), port(to))
        {
            if !self.since(word.span, "a range of ports needs", Version::V4_1) {
            } else if from > to {
                self.report(
                    SyntaxError::new(word.span, format!("the range of ports `{text}` is empty"))
                        .help(format!("write `{to}-{from}`")),
                );
            }
        } else if port(text).is_none() {
            self.report(
                SyntaxError::new(word.span, format!("`{text}` is no port"))
                    .help("write a number from 0 to 65535, or a range such as `8000-8080`"),
            );
        }
    }

    fn family_has_addresses(&mut self, rule: &NetworkRule) {
        let Some(word) = rule.words.first() else { return };
        let peer = rule.peer.as_ref().map_or(&[][..], |peer| &peer.conditions);
        let Some(condition) = rule.conditions.iter().chain(peer).next() else { return };
        let text = self.text(*word);
        let (span, shown) = (condition.span, self.show(*word));
        if self.version < Version::V4_0
            || AddressFamily::from_name(&text).is_none_or(AddressFamily::is_internet)
        {
            return;
        }
        self.report(
            SyntaxError::new(span, format!("the family `{shown}` takes no conditions"))
                .code("unknown-network")
                .related(word.span, "only `inet` and `inet6` take them")
                .help(if &*text == b"unix" {
                    "write a `unix` rule for unix sockets"
                } else {
                    "remove the condition"
                }),
        );
    }
}

/// `inet:80`
fn family_and_port(text: &[u8]) -> Option<(&str, u16)> {
    let (family, number) = std::str::from_utf8(text).ok()?.split_once(':')?;
    AddressFamily::from_name(family.as_bytes())?;
    Some((family, number.parse().ok()?))
}

fn network_types() -> impl Iterator<Item = &'static str> {
    SocketType::all().filter(|kind| kind.in_network_rule()).map(vocabulary::Word::name)
}

fn is_address(text: &str) -> bool {
    Ipv4Addr::from_str(text).is_ok() || Ipv6Addr::from_str(text).is_ok()
}

/// As strtol(3) reads it: blanks and a plus sign before the digits are fine.
fn port(text: &str) -> Option<u16> {
    let text = text.trim_start();
    text.strip_prefix('+')
        .unwrap_or(text)
        .parse()
        .ok()
        .filter(|_| !text.starts_with("+-") && !text.starts_with("++"))
}
