//! Which rules of other kinds than files hold all that another says: for denials, duplicates and what is covered.

use crate::policy::{DbusAccess, Pattern, ResolvedKind};
use crate::vocabulary::Word as _;

/// Does `wide` hold all that `narrow` says? Qualifiers are not looked at. Of kinds that are not compared only when it is plain.
#[must_use]
pub fn covers(wide: &ResolvedKind, narrow: &ResolvedKind) -> bool {
    match (wide, narrow) {
        (
            ResolvedKind::Capability { capabilities: wide, all },
            ResolvedKind::Capability { capabilities: narrow, all: narrow_all },
        ) => *all || (!narrow_all && narrow.iter().all(|capability| wide.contains(capability))),
        (ResolvedKind::Network(wide), ResolvedKind::Network(narrow)) => {
            let is_plain = wide.conditions.is_empty() && wide.peer.is_empty();
            let access = wide.access.is_empty()
                || (!narrow.access.is_empty() && holds_all(&wide.access, &narrow.access));
            let family = match (wide.family, narrow.family) {
                (None, _) => wide.protocol.is_none(),
                (Some(wide), Some(narrow)) => wide.name() == narrow.name(),
                (Some(_), None) => false,
            };
            let socket_type = wide.socket_type.is_none() || wide.socket_type == narrow.socket_type;
            let protocol = match (wide.protocol, narrow.protocol) {
                (None, _) => true,
                (Some(wide), Some(narrow)) => wide.name() == narrow.name(),
                (Some(_), None) => false,
            };
            is_plain && access && family && socket_type && protocol
        }
        (ResolvedKind::Signal(wide), ResolvedKind::Signal(narrow)) => {
            let signals = wide.signals.is_empty()
                || (!narrow.signals.is_empty()
                    && narrow.signals.iter().all(|signal| wide.signals.contains(signal)));
            holds_all(&wide.access, &narrow.access) && signals && includes(&wide.peer, &narrow.peer)
        }
        (ResolvedKind::Ptrace(wide), ResolvedKind::Ptrace(narrow)) => {
            holds_all(&wide.access, &narrow.access) && includes(&wide.peer, &narrow.peer)
        }
        (ResolvedKind::Dbus(wide), ResolvedKind::Dbus(narrow)) => {
            // Binding a name and sending a message are matched by different conditions.
            let conditions = |dbus: &DbusAccess| {
                let all = [&dbus.bus, &dbus.path, &dbus.interface, &dbus.member, &dbus.name, &dbus.peer_name];
                all.iter().filter(|condition| condition.is_some()).count()
            };
            holds_all(&wide.access, &narrow.access)
                && conditions(wide) <= conditions(narrow)
                && [
                    (&wide.bus, &narrow.bus),
                    (&wide.path, &narrow.path),
                    (&wide.interface, &narrow.interface),
                    (&wide.member, &narrow.member),
                    (&wide.name, &narrow.name),
                    (&wide.peer_name, &narrow.peer_name),
                    (&wide.peer_label, &narrow.peer_label),
                ]
                .iter()
                .all(|(wide, narrow)| includes(wide, narrow))
        }
        (ResolvedKind::Unix(wide), ResolvedKind::Unix(narrow)) => {
            holds_all(&wide.access, &narrow.access)
                && (wide.socket_type.is_none() || wide.socket_type == narrow.socket_type)
                && includes(&wide.address, &narrow.address)
                && includes(&wide.peer_address, &narrow.peer_address)
                && includes(&wide.peer_label, &narrow.peer_label)
        }
        (ResolvedKind::Userns, ResolvedKind::Userns) => true,
        _ => false,
    }
}

fn holds_all(wide: &[&str], narrow: &[&str]) -> bool {
    narrow.iter().all(|access| wide.contains(access))
}

/// Is every label or name of `narrow` one of `wide`? No condition is any.
fn includes(wide: &Option<Pattern>, narrow: &Option<Pattern>) -> bool {
    match (wide, narrow) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wide), Some(narrow)) => {
            // Automata are for what two texts and one example do not settle.
            let is_open = |text: &[u8]| text.iter().any(|byte| b"*?[{".contains(byte));
            wide.text == narrow.text
                || (is_open(&wide.text)
                    && narrow.glob.example().is_some_and(|example| wide.glob.matches(&example))
                    && wide.glob.path_set().includes(narrow.glob.path_set()).unwrap_or(false))
        }
    }
}
