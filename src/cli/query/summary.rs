//! What a profile may write, execute and become, in short.

use super::super::rule_place::printable;
use crate::glob::PathSet;
use crate::policy::{Pattern, ResolvedKind, ResolvedRule};
use crate::query::{Attached, Query, World};
use crate::syntax::{Decision, Ownership};
use crate::vocabulary::{Permissions, Word as _};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// A list for each question.
#[derive(Debug, Default, Serialize)]
struct Summary {
    schema: u32,
    profile: String,
    /// True when the profile confines nothing, whatever its rules are.
    unconfined: bool,
    writes: BTreeSet<String>,
    executes: BTreeSet<String>,
    becomes: BTreeSet<String>,
    capabilities: BTreeSet<String>,
    network: BTreeSet<String>,
    mounts: BTreeSet<String>,
    /// Rules of these kinds and how many.
    other: BTreeMap<&'static str, usize>,
}

/// Writes the summary. What a deny rule wholly takes back is left out.
pub(super) fn show(out: &mut dyn Write, query: &Query<'_>, world: &World<'_>, json: bool) -> io::Result<()> {
    let summary = summarise(query, world);
    if json {
        serde_json::to_writer_pretty(&mut *out, &summary)?;
        return writeln!(out);
    }
    writeln!(out, "`{}`", printable(&summary.profile))?;
    if summary.unconfined {
        writeln!(out, "confines nothing: none of its rules is consulted")?;
    }
    for (title, entries) in [
        ("may write", &summary.writes),
        ("may execute", &summary.executes),
        ("may become", &summary.becomes),
        ("capabilities", &summary.capabilities),
        ("network", &summary.network),
        ("mounts", &summary.mounts),
    ] {
        if entries.is_empty() {
            writeln!(out, "{title}: nothing")?;
            continue;
        }
        writeln!(out, "{title}:")?;
        for entry in entries {
            writeln!(out, "  {}", printable(entry))?;
        }
    }
    if !summary.other.is_empty() {
        let kinds: Vec<String> =
            summary.other.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        writeln!(out, "other rules: {}", kinds.join(", "))?;
    }
    Ok(())
}

fn summarise(query: &Query<'_>, world: &World<'_>) -> Summary {
    let profile = query.profile();
    let mut summary = Summary {
        schema: 1,
        profile: profile.display_name(),
        unconfined: query.is_unconfined(),
        ..Summary::default()
    };
    let denied = denials(&profile.rules);
    for rule in profile.rules.iter().filter(|rule| rule.decision == Decision::Allow) {
        match &rule.kind {
            ResolvedKind::File(access) => {
                let writes = Permissions::WRITE | Permissions::APPEND;
                if access.permissions.intersects(writes)
                    && !taken_back(&access.path, rule, Permissions::WRITE, &denied)
                {
                    let letter =
                        if access.permissions.contains(Permissions::WRITE) { "" } else { " (append)" };
                    summary.writes.insert(format!("{}{}{letter}", whose(rule), shown(&access.path)));
                }
                if let Some(mode) = access.exec
                    && !taken_back(&access.path, rule, Permissions::EXEC, &denied)
                {
                    let target = access
                        .exec_target
                        .as_ref()
                        .map(|target| String::from_utf8_lossy(target).into_owned());
                    let arrow = target.as_ref().map(|target| format!(" -> {target}")).unwrap_or_default();
                    summary.executes.insert(format!(
                        "{}{} {}{arrow}",
                        whose(rule),
                        shown(&access.path),
                        mode.name()
                    ));
                    if mode.may_be_unconfined() && target.is_none() {
                        summary.becomes.insert(format!(
                            "unconfined, by {} {}",
                            shown(&access.path),
                            mode.name()
                        ));
                    }
                    summary.becomes.extend(target);
                    if let Some(path) = access.path.glob.literal()
                        && access.exec_target.is_none()
                        && let Attached::One(name) = world.attached(&path)
                        && mode.base == crate::vocabulary::ExecBase::Profile
                    {
                        summary.becomes.insert(name);
                    }
                }
            }
            ResolvedKind::ChangeProfile(change) => {
                summary.becomes.insert(
                    change.target.as_ref().map_or_else(|| "any profile, by change_profile".to_owned(), shown),
                );
            }
            ResolvedKind::Capability { all: true, .. } => drop(summary.capabilities.insert("all".to_owned())),
            ResolvedKind::Capability { capabilities, .. } => {
                summary
                    .capabilities
                    .extend(capabilities.iter().map(|capability| capability.name().to_owned()));
            }
            ResolvedKind::Network(network) => {
                let family = network.family.map(|family| family.name());
                let kind =
                    network.protocol.map(|word| word.name()).or(network.socket_type.map(|word| word.name()));
                let words: Vec<&str> = family.into_iter().chain(kind).collect();
                summary.network.insert(if words.is_empty() { "all".to_owned() } else { words.join(" ") });
            }
            ResolvedKind::Mount(mount) => {
                let fstype: Vec<String> =
                    mount.fstype.iter().map(|fstype| format!("fstype={}", shown(fstype))).collect();
                let options: Vec<String> = mount
                    .options
                    .iter()
                    .map(|options| format!("options=({})", super::tell::names(options)))
                    .collect();
                let source = mount.source.iter().map(shown);
                let mountpoint = mount.mountpoint.iter().map(|path| format!("-> {}", shown(path)));
                let operation = match mount.operation {
                    crate::syntax::MountOperation::Mount => "mount",
                    crate::syntax::MountOperation::Remount => "remount",
                    crate::syntax::MountOperation::Umount => "umount",
                };
                let words = std::iter::once(operation.to_owned())
                    .chain(fstype)
                    .chain(options)
                    .chain(source)
                    .chain(mountpoint);
                summary.mounts.insert(words.collect::<Vec<_>>().join(" "));
            }
            ResolvedKind::All => {
                for entries in [
                    &mut summary.writes,
                    &mut summary.capabilities,
                    &mut summary.network,
                    &mut summary.mounts,
                ] {
                    entries.insert("everything, by `all`".to_owned());
                }
                summary.executes.insert("everything ix, by `all`".to_owned());
                summary.becomes.insert("any profile, by `all`".to_owned());
            }
            other => *summary.other.entry(kind(other)).or_default() += 1,
        }
    }
    summary
}

fn kind(kind: &ResolvedKind) -> &'static str {
    match kind {
        ResolvedKind::Link(_) => "link",
        ResolvedKind::PivotRoot(_) => "pivot_root",
        ResolvedKind::Ptrace(_) => "ptrace",
        ResolvedKind::Signal(_) => "signal",
        ResolvedKind::Dbus(_) => "dbus",
        ResolvedKind::Unix(_) => "unix",
        ResolvedKind::Userns => "userns",
        ResolvedKind::Mqueue(_) => "mqueue",
        ResolvedKind::IoUring(_) => "io_uring",
        ResolvedKind::Rlimit(_) => "rlimit",
        _ => "file",
    }
}

/// The paths that deny rules take back, with their permissions and priorities.
fn denials(rules: &[ResolvedRule]) -> Vec<(PathSet, Permissions, i32)> {
    let denial = |rule: &ResolvedRule| match &rule.kind {
        ResolvedKind::File(access) if rule.decision == Decision::Deny && rule.ownership.is_none() => {
            Some((PathSet::from(access.path.glob.as_ref()), access.permissions.with_implied(), rule.priority))
        }
        _ => None,
    };
    rules.iter().filter_map(denial).collect()
}

fn taken_back(
    path: &Pattern,
    rule: &ResolvedRule,
    letter: Permissions,
    denied: &[(PathSet, Permissions, i32)],
) -> bool {
    let paths = PathSet::from(path.glob.as_ref());
    denied.iter().any(|(set, permissions, priority)| {
        *priority >= rule.priority && permissions.contains(letter) && set.includes(&paths) == Ok(true)
    })
}

fn whose(rule: &ResolvedRule) -> &'static str {
    match rule.ownership {
        Some(Ownership::Owner) => "owner ",
        Some(Ownership::Other) => "other ",
        None => "",
    }
}

fn shown(pattern: &Pattern) -> String {
    String::from_utf8_lossy(&pattern.text).into_owned()
}
