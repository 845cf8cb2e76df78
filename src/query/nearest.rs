//! Why not: the rules that come nearest to allowing what is refused, and what each lacks.

use super::file::Half;
use super::profile::Query;
use crate::policy::ResolvedKind;
use crate::syntax::{Decision, Ownership};
use crate::vocabulary::Permissions;

/// A rule that nearly allows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// The rule, by its place in the profile.
    pub rule: usize,
    /// What it lacks.
    pub lack: Lack,
}

/// What a rule lacks to allow something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// It is about the path, and grants only these.
    Permission(Permissions),
    /// It grants it on the path, but only on files of the other half.
    Half(Half),
    /// It grants it, but its path differs behind this many bytes of the one asked for.
    Path(usize),
}

/// The rules that come nearest to granting `letter` on `path`, the nearest first, at most `limit`.
#[must_use]
pub fn nearest(query: &Query<'_>, path: &[u8], letter: Permissions, half: Half, limit: usize) -> Vec<Near> {
    let mut found: Vec<(u8, usize, Near)> = Vec::new();
    for (index, rule) in query.profile().rules.iter().enumerate() {
        let ResolvedKind::File(access) = &rule.kind else { continue };
        if rule.decision != Decision::Allow {
            continue;
        }
        let granted = access.permissions.with_implied();
        let other_half = match rule.ownership {
            Some(Ownership::Owner) if half == Half::Other => Some(Half::Owner),
            Some(Ownership::Other) if half == Half::Owner => Some(Half::Other),
            _ => None,
        };
        let near = |lack| Near { rule: index, lack };
        let (class, distance, near) =
            match (access.path.glob.matches(path), granted.contains(letter), other_half) {
                (true, true, Some(half)) => (0, 0, near(Lack::Half(half))),
                (true, false, _) => (1, 0, near(Lack::Permission(access.permissions))),
                (false, true, _) => {
                    let same = access.path.glob.progress(path);
                    // A rule that shares no more than the first slash is not near.
                    if same <= 1 {
                        continue;
                    }
                    (2, path.len() - same, near(Lack::Path(same)))
                }
                _ => continue,
            };
        found.push((class, distance, near));
    }
    found.sort_by_key(|(class, distance, near)| (*class, *distance, near.rule));
    // Rules of all three kinds say more than three of one.
    let mut nearest: Vec<Near> = Vec::new();
    for kind in 0..3 {
        nearest
            .extend(found.iter().filter(|(class, ..)| *class == kind).take(2).map(|(.., near)| near.clone()));
    }
    nearest.truncate(limit);
    nearest
}
