//! What stands around a profile's rules: mode, flags, the programs it is for, limits.

use super::{Change, Comparison, Effect};
use crate::glob::{Dialect, Glob, PathSet};
use crate::policy::{ProfileMode, ResolvedKind, ResolvedProfile, XattrCondition};
use crate::query::{Query, limit_value};
use crate::vocabulary::{FlagKind, Word as _};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn compare(old: &Query<'_>, new: &Query<'_>, comparison: &mut Comparison) {
    let (old, new) = (old.profile(), new.profile());
    compare_modes(old.mode, new.mode, comparison);
    let (before, after) = (flags(old), flags(new));
    for (effect, flag) in before
        .difference(&after)
        .map(|flag| ("removed", flag))
        .chain(after.difference(&before).map(|flag| ("added", flag)))
    {
        let mut change =
            Change::new(if flag == "audit" { Effect::Logged } else { Effect::Changed }, "flags", effect);
        change.on.clone_from(flag);
        change.may_widen = flag.starts_with("attach_disconnected");
        comparison.changes.push(change);
    }
    compare_attachments(old, new, comparison);
    compare_limits(old, new, comparison);
}

fn compare_modes(old: ProfileMode, new: ProfileMode, comparison: &mut Comparison) {
    if old == new {
        return;
    }
    let effect = match freedom(new).cmp(&freedom(old)) {
        Ordering::Greater => Effect::Widened,
        Ordering::Less => Effect::Narrowed,
        Ordering::Equal => Effect::Changed,
    };
    comparison.changes.push(Change::new(effect, "mode", "").turned(mode(old), mode(new)));
}

/// How much a mode lets through.
fn freedom(mode: ProfileMode) -> u8 {
    match mode {
        ProfileMode::Enforce | ProfileMode::Kill => 0,
        ProfileMode::Prompt => 1,
        ProfileMode::Complain => 2,
        ProfileMode::Unconfined | ProfileMode::DefaultAllow => 3,
    }
}

fn mode(mode: ProfileMode) -> &'static str {
    match mode {
        ProfileMode::Enforce => "enforce",
        ProfileMode::Kill => "kill",
        ProfileMode::Prompt => "prompt",
        ProfileMode::Complain => "complain",
        ProfileMode::Unconfined => "unconfined",
        ProfileMode::DefaultAllow => "default_allow",
    }
}

fn flags(profile: &ResolvedProfile) -> BTreeSet<String> {
    let switches = profile.flags.iter().filter(|flag| flag.flag.kind() != FlagKind::Mode);
    switches
        .map(|flag| match &flag.value {
            Some(value) => format!("{}={}", flag.flag.name(), String::from_utf8_lossy(value)),
            None => flag.flag.name().to_owned(),
        })
        .collect()
}

fn compare_attachments(old: &ResolvedProfile, new: &ResolvedProfile, comparison: &mut Comparison) {
    let (before, after) = (xattrs(old), xattrs(new));
    if !same_xattrs(&before, &after) {
        let mut change = Change::new(Effect::Changed, "attachment", "");
        change.on = "conditions on extended attributes".to_owned();
        // What the profile is no longer attached to is confined by none, unless a condition was only taken away.
        change.may_widen = !after.is_subset(&before);
        comparison.changes.push(change.turned(shown(&before), shown(&after)));
    }
    let attachment = |profile: &ResolvedProfile| {
        profile.attachment.as_ref().map(|found| {
            let text = String::from_utf8_lossy(&found.pattern.text).into_owned();
            (text, PathSet::from(found.pattern.glob.as_ref()))
        })
    };
    let nothing = || (String::new(), PathSet::new([]));
    let (before, after) = (attachment(old), attachment(new));
    if before.is_none() && after.is_none() {
        return;
    }
    let (before, after) = (before.unwrap_or_else(nothing), after.unwrap_or_else(nothing));
    if before.0 == after.0 {
        return;
    }
    let mut changes = Vec::new();
    for (one, other, access, effect) in [
        (&before, &after, "no longer for", Effect::Widened),
        (&after, &before, "now also for", Effect::Changed),
    ] {
        match one.1.outside(&other.1) {
            Ok(None) => {}
            Ok(Some(witness)) => {
                let mut change = Change::new(effect, "attachment", access);
                change.on.clone_from(&one.0);
                change.witness = Some(String::from_utf8_lossy(&witness).into_owned());
                if !other.0.is_empty() {
                    change.except.push(other.0.clone());
                }
                changes.push(change);
            }
            Err(_) => comparison.undecided.push(format!("the attachments `{}` and `{}`", before.0, after.0)),
        }
    }
    comparison.changes.extend(changes);
}

/// The conditions as written, but that `**` and nothing at all are any value.
fn xattrs(profile: &ResolvedProfile) -> BTreeSet<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let pair = |condition: &XattrCondition| {
        (text(&condition.name), condition.value.as_deref().map_or_else(|| "**".to_owned(), text))
    };
    profile.xattrs.iter().map(pair).collect()
}

/// Do they ask for the same, however their values are written?
fn same_xattrs(before: &BTreeSet<(String, String)>, after: &BTreeSet<(String, String)>) -> bool {
    let set = |value: &str| {
        let glob = Glob::parse(value.as_bytes(), Dialect::Value).ok()?;
        Some(PathSet::from(&glob))
    };
    let same = |one: &str, other: &str| match (set(one), set(other)) {
        (Some(one), Some(other)) => one.same(&other).unwrap_or(false),
        _ => false,
    };
    let alike = |((name, value), (other_name, other)): (&(String, String), &(String, String))| {
        name == other_name && (value == other || same(value, other))
    };
    before.len() == after.len() && before.iter().zip(after).all(alike)
}

fn shown(xattrs: &BTreeSet<(String, String)>) -> String {
    if xattrs.is_empty() {
        return "none".to_owned();
    }
    let one = |(name, value): &(String, String)| format!("{name}={value}");
    xattrs.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn compare_limits(old: &ResolvedProfile, new: &ResolvedProfile, comparison: &mut Comparison) {
    let (before, after) = (limits(old), limits(new));
    let names: BTreeSet<&'static str> = before.keys().chain(after.keys()).copied().collect();
    for name in names {
        let shown = |limit: Option<&Limit>| {
            limit.map_or_else(
                || "no limit".to_owned(),
                |limit| String::from_utf8_lossy(&limit.text).into_owned(),
            )
        };
        let (was, is) = (before.get(name), after.get(name));
        let effect = match (was, is) {
            (Some(was), Some(is)) if was.text == is.text || was.value == is.value => continue,
            (None, None) => continue,
            (Some(_), None) => Effect::Widened,
            (None, Some(_)) => Effect::Narrowed,
            (Some(was), Some(is)) if is.value > was.value => Effect::Widened,
            (Some(_), Some(_)) => Effect::Narrowed,
        };
        let mut change = Change::new(effect, "rlimit", name).turned(shown(was), shown(is));
        change.rules.extend(was.map(|limit| (super::Side::Old, limit.rule)));
        change.rules.extend(is.map(|limit| (super::Side::New, limit.rule)));
        comparison.changes.push(change);
    }
}

/// A limit; the higher its value, the more is allowed.
struct Limit {
    value: i128,
    text: Vec<u8>,
    rule: usize,
}

fn limits(profile: &ResolvedProfile) -> BTreeMap<&'static str, Limit> {
    let mut limits = BTreeMap::new();
    for (rule, resolved) in profile.rules.iter().enumerate() {
        if let ResolvedKind::Rlimit(access) = &resolved.kind {
            let limit = access.limit.canonical();
            let value = limit_value(&access.value, limit.kind());
            limits.insert(limit.name(), Limit { value, text: access.value.clone(), rule });
        }
    }
    limits
}
