//! The file rules of a resolved profile as the compiler sees them: aliases applied, `all` and what change_profile
//! rules and hats imply spelled out.

use super::file::{ChangeEntry, Exec, FileEntry, FilePolicy, Link, Strength};
use crate::glob::{Dialect, Glob};
use crate::policy::{
    FileAccess, Pattern, Policy, ResolvedKind, ResolvedProfile, ResolvedRule, priority_of_all,
};
use crate::syntax::{Decision, Ownership, Safety};
use crate::vocabulary::{ExecMode, Permissions, Version, Word as _};
use std::sync::Arc;

/// Stands for a rule that nobody wrote.
pub(super) const IMPLIED: usize = usize::MAX;

/// The file, link and change_profile rules of the profile; rules are named by their place in it.
pub(super) fn file_policy(policy: &Policy, profile: &ResolvedProfile, version: Version) -> FilePolicy {
    let mut entries = Vec::new();
    let mut changes = Vec::new();
    for (index, rule) in profile.rules.iter().enumerate() {
        match &rule.kind {
            ResolvedKind::File(access) => entries.extend(file(access, rule, index, policy)),
            ResolvedKind::Link(link) => {
                for name in aliased(&link.name, policy) {
                    for target in aliased(&link.target, policy) {
                        entries.push(FileEntry {
                            link: Some(Link { target: Some(target), subset: link.subset }),
                            ..entry(Arc::clone(&name), Permissions::LINK, rule, index)
                        });
                    }
                }
            }
            ResolvedKind::ChangeProfile(change) => changes.push(ChangeEntry {
                exec: change.exec.as_ref().map(|pattern| Arc::clone(&pattern.glob)),
                target: change.target.as_ref().map(|pattern| Arc::clone(&pattern.glob)),
                keeps_environment: change.safety == Some(Safety::Unsafe),
                strength: strength(rule),
                rule: index,
            }),
            ResolvedKind::All => {
                let everything = literal("/{**,}");
                let all = Permissions::ALL - Permissions::EXEC;
                entries.push(entry(Arc::clone(&everything), all, rule, index));
                let mut exec = entry(everything, Permissions::EXEC, rule, index);
                // Its exec gives way to that of other rules.
                exec.strength.priority = priority_of_all(version);
                exec.exec = Some(Exec { mode: ExecMode::INHERIT, target: None });
                entries.push(exec);
                changes.push(ChangeEntry {
                    exec: None,
                    target: None,
                    keeps_environment: false,
                    strength: strength(rule),
                    rule: index,
                });
            }
            _ => {}
        }
    }
    if let Some(first) = changes.first() {
        entries.extend(implied("/proc/*/attr/{apparmor/,}{current,exec}", first.rule));
    }
    if profile.is_hat() || !profile.children.is_empty() {
        entries.extend(implied("/proc/[0-9]*/attr/{apparmor/,}current", IMPLIED));
    }
    let audits_all = profile.flags.iter().any(|flag| flag.flag.name() == "audit");
    FilePolicy::new(entries, changes, version, audits_all)
}

fn file(access: &FileAccess, rule: &ResolvedRule, index: usize, policy: &Policy) -> Vec<FileEntry> {
    let targets = access.link_target.as_ref().map(|target| aliased(target, policy));
    let links: Vec<Option<Link>> = match targets {
        Some(targets) => targets
            .into_iter()
            .map(|target| Some(Link { target: Some(target), subset: access.subset }))
            .collect(),
        None => vec![None],
    };
    let mut entries = Vec::new();
    for path in aliased(&access.path, policy) {
        for link in &links {
            entries.push(FileEntry {
                exec: access.exec.map(|mode| Exec { mode, target: access.exec_target.clone() }),
                link: link.clone(),
                ..entry(Arc::clone(&path), access.permissions.with_implied(), rule, index)
            });
        }
    }
    entries
}

fn entry(path: Arc<Glob>, permissions: Permissions, rule: &ResolvedRule, index: usize) -> FileEntry {
    FileEntry {
        path,
        permissions,
        exec: None,
        link: None,
        ownership: rule.ownership,
        audits_all_files: rule.audits_all_files,
        strength: strength(rule),
        rule: index,
    }
}

pub(super) fn strength(rule: &ResolvedRule) -> Strength {
    Strength { decision: rule.decision, audit: rule.audit, priority: rule.priority }
}

/// What a program needs to change its own profile, which the parser adds for a rule: it may look for the interface and write to it.
fn implied(interface: &str, rule: usize) -> Vec<FileEntry> {
    let added = |path: &str, permissions| FileEntry {
        path: literal(path),
        permissions,
        exec: None,
        link: None,
        ownership: Some(Ownership::Owner),
        audits_all_files: false,
        strength: Strength { decision: Decision::Allow, audit: false, priority: 0 },
        rule,
    };
    vec![
        added(interface, Permissions::WRITE),
        added("/proc/*/attr/apparmor/", Permissions::READ),
        added("/sys/module/apparmor/parameters/enabled", Permissions::READ),
    ]
}

fn literal(text: &str) -> Arc<Glob> {
    Arc::new(
        Glob::parse(text.as_bytes(), Dialect::Path).unwrap_or_else(|_| Glob::literal_string(text.as_bytes())),
    )
}

/// The pattern, and its copies under aliases.
pub(super) fn aliased(pattern: &Pattern, policy: &Policy) -> Vec<Arc<Glob>> {
    std::iter::once(Arc::clone(&pattern.glob)).chain(policy.aliased(pattern)).collect()
}
