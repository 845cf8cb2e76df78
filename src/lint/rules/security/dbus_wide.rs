use crate::diagnostic::Diagnostic;
use crate::lint::danger::bus::{SERVICES, ServiceRow};
use crate::lint::danger::facts::facts;
use crate::lint::danger::report::{self, rated};
use crate::lint::danger::row::Risk;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{DbusAccess, Pattern, ResolvedKind, ResolvedRule};
use crate::syntax::Decision;

declare_rule! {
    /// A whole bus, or a service on it that does for its callers what the profile forbids.
    ///
    /// `dbus,` and `dbus bus=system,` without more, `eavesdrop`, and calls of services that start programs or change the system,
    /// where the members that are called are not named.
    ///
    /// # Why
    /// Service managers, package managers and the like do not know the caller's profile: what they start for it is not
    /// confined by it.
    ///
    /// # Bad
    /// ```apparmor rules
    /// dbus bus=system,
    /// ```
    /// ```apparmor rules
    /// dbus send bus=system peer=(name=org.freedesktop.systemd1),
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// dbus bus=fcitx,
    /// dbus send bus=system interface=org.freedesktop.systemd1.Manager member=GetUnit peer=(name=org.freedesktop.systemd1),
    /// ```
    ///
    /// # Source
    /// dbus-daemon(1); systemd issue 8846, polkit(8)
    pub struct DbusWide {
        id: "dbus-wide",
        group: Security,
    }
}

/// Programs that are the bus, or look at all of it.
const BUSES: &[&str] = &[
    "dbus-daemon",
    "dbus-broker",
    "dbus-broker-launch",
    "busctl",
    "dbus-monitor",
    "dbus-send",
    "gdbus",
    "d-feet",
    "at-spi2-registryd",
    "bustle",
    "qdbus",
];

impl Rule for DbusWide {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        for rule in profile.other_rules {
            let ResolvedKind::Dbus(dbus) = &rule.kind else { continue };
            if rule.decision != Decision::Allow || !profile.is_shown(rule.origin.location) {
                continue;
            }
            if let Some(finding) = wide(rule, dbus) {
                findings.report(rated(finding, Risk::Critical, report::is_for(profile.profile, BUSES)));
            } else if let Some((row, finding)) = service(rule, dbus) {
                findings.report(rated(finding, row.risk, report::is_for(profile.profile, row.programs)));
            }
        }
    }
}

/// A rule that is about all services.
fn wide(rule: &ResolvedRule, dbus: &DbusAccess) -> Option<Diagnostic> {
    let location = rule.origin.location;
    if dbus.access.contains(&"eavesdrop") && dbus.access.len() == 1 {
        let finding = DbusWide::finding(location, "all messages of the bus may be read")
            .help("remove `eavesdrop`; to get messages `receive` is enough");
        return Some(finding);
    }
    let names_something =
        [&dbus.path, &dbus.interface, &dbus.member, &dbus.name, &dbus.peer_name, &dbus.peer_label]
            .iter()
            .any(|condition| condition.as_ref().is_some_and(|condition| !is_anything(condition)));
    if names_something || !dbus.access.contains(&"send") {
        return None;
    }
    let (bus, follows) = match &dbus.bus {
        Some(bus) if bus.glob.matches(b"system") || bus.glob.matches(b"session") => (
            format!("the {bus} bus", bus = String::from_utf8_lossy(&bus.text)),
            "those too that start programs unconfined",
        ),
        Some(bus) if bus.glob.matches(b"accessibility") => {
            ("the accessibility bus".to_owned(), "those too that read and drive other windows")
        }
        // A bus of their own belongs to the programs that are on it.
        Some(_) => return None,
        None => ("every bus".to_owned(), "those too that start programs unconfined"),
    };
    let message = format!("every service of {bus} may be called, {follows}");
    Some(
        DbusWide::finding(location, message)
            .help("name the service with `peer=(name=…)`, and its interface and members"),
    )
}

/// A condition that everything meets is none.
fn is_anything(condition: &Pattern) -> bool {
    condition.glob.matches(b"aakit.any") || condition.glob.matches(b"/aakit/any")
}

/// A rule that reaches a service of the table.
fn service(rule: &ResolvedRule, dbus: &DbusAccess) -> Option<(&'static ServiceRow, Diagnostic)> {
    if !dbus.access.contains(&"send") {
        return None;
    }
    let is_on_accessibility = dbus
        .bus
        .as_ref()
        .is_some_and(|bus| bus.glob.matches(b"accessibility") && bus.glob.literal().is_some());
    if is_on_accessibility {
        return None;
    }
    for row in SERVICES {
        let Some(name) = row.names.iter().find(|name| calls(dbus, name)) else { continue };
        let member = match (&dbus.member, row.members) {
            (None, _) => None,
            // A member that is named was looked at.
            (Some(_), []) => continue,
            (Some(member), members) => match members.iter().find(|name| member.glob.matches(name.as_bytes()))
            {
                Some(member) => Some(*member),
                None => continue,
            },
        };
        let what = match (member, row.members.first()) {
            (Some(member), _) => format!("`{member}` of `{name}`"),
            (None, Some(worst)) => format!("`{name}`, `{worst}` too,"),
            (None, None) => format!("`{name}`"),
        };
        let finding =
            DbusWide::finding(rule.origin.location, format!("{what} may be called: {}", row.reason))
                .note(report::see(row.sources))
                .help("name the members that the program calls, and leave out those that change something");
        return Some((row, finding));
    }
    None
}

/// Does the rule let the service be called, and is it about this service?
fn calls(dbus: &DbusAccess, service: &str) -> bool {
    // Reading properties and introspecting is no call of the service's own.
    const HARMLESS: [&[u8]; 3] = [
        b"org.freedesktop.DBus.Properties",
        b"org.freedesktop.DBus.Introspectable",
        b"org.freedesktop.DBus.Peer",
    ];
    let is_harmless = dbus.interface.as_ref().is_some_and(|interface| {
        HARMLESS.contains(&&*interface.text)
            || (!interface.glob.matches(service.as_bytes())
                && !facts(&interface.glob).prefixes.iter().any(|prefix| {
                    prefix.starts_with(service.as_bytes()) || service.as_bytes().starts_with(prefix)
                }))
    });
    if is_harmless {
        return false;
    }
    match (&dbus.peer_name, &dbus.interface) {
        (Some(name), _) => {
            // A name that is any name says nothing.
            name.glob.matches(service.as_bytes()) && !name.glob.matches(b"aakit.any") || {
                let is_any = name.glob.matches(b"aakit.any");
                is_any && names(dbus, service)
            }
        }
        (None, _) => dbus.peer_label.is_none() && names(dbus, service),
    }
}

/// Does the interface name the service?
fn names(dbus: &DbusAccess, service: &str) -> bool {
    dbus.interface
        .as_ref()
        .is_some_and(|interface| interface.glob.literal_prefix().starts_with(service.as_bytes()))
}
