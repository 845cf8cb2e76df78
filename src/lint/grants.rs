//! What a profile's file rules grant, judged once a profile for all rules that ask.

use super::danger::Hit;
use super::danger::facts::{Facts, facts};
use super::danger::row::{Risk, Row};
use super::danger::trees::{self, Tree};
use super::shown::Shown;
use crate::glob::PatternIndex;
use crate::policy::{FileAccess, ResolvedKind, ResolvedProfile, ResolvedRule, Via};
use crate::query::overrules;
use crate::syntax::{Decision, Ownership};
use crate::vocabulary::Permissions;
use std::cell::OnceCell;

/// The file rules of a profile that grant something, and those that take it back.
#[derive(Debug)]
pub struct Grants<'p> {
    /// The grants, in the order of the rules.
    pub files: Vec<Grant<'p>>,
    /// The places of those whose file is shown.
    shown: Vec<usize>,
    /// What those reach.
    dangers: Vec<Danger>,
    denials: Vec<(&'p ResolvedRule, &'p FileAccess)>,
    /// Which of the denials match a path, for profiles of which that is asked.
    denied_paths: OnceCell<PatternIndex>,
}

/// One file rule that grants something.
#[derive(Debug)]
pub struct Grant<'p> {
    /// The rule.
    pub rule: &'p ResolvedRule,
    /// What it is about.
    pub file: &'p FileAccess,
    /// What is known of its glob.
    pub facts: &'p Facts,
    /// The place of the most dangerous thing that it reaches, among all of the profile.
    danger: Option<usize>,
}

/// A row of the tables that a grant reaches.
#[derive(Debug)]
pub struct Danger {
    /// The row.
    pub row: &'static Row,
    /// A path of it that the rule's glob matches.
    pub path: &'static [u8],
    /// How much follows, `owner` considered.
    pub risk: Risk,
    /// Paths of other rows that the same lint rule would report.
    pub others: Vec<&'static [u8]>,
}

impl<'p> Grants<'p> {
    /// Judges the file rules of a profile.
    #[must_use]
    pub fn of(profile: &'p ResolvedProfile, shown: &Shown) -> Self {
        let mut files = Vec::with_capacity(profile.rules.len());
        let mut denials = Vec::new();
        let mut places = Vec::new();
        for rule in &profile.rules {
            let ResolvedKind::File(file) = &rule.kind else { continue };
            match rule.decision {
                Decision::Allow => {
                    if shown.has(file.path.location.file) {
                        places.push(files.len());
                    }
                    files.push(Grant { rule, file, facts: facts(&file.path.glob), danger: None });
                }
                Decision::Deny => denials.push((rule, &**file)),
                Decision::Prompt => {}
            }
        }
        let dangers = Vec::new();
        let mut grants = Self { files, shown: places, dangers, denials, denied_paths: OnceCell::new() };
        for at in 0..grants.shown.len() {
            let place = grants.shown[at];
            if let Some(danger) = grants.danger(&grants.files[place]) {
                grants.files[place].danger = Some(grants.dangers.len());
                grants.dangers.push(danger);
            }
        }
        grants
    }

    /// Those whose file is shown, in the order of the rules: of others no rule need tell.
    pub fn shown(&self) -> impl Iterator<Item = &Grant<'p>> {
        self.shown.iter().map(|at| &self.files[*at])
    }

    /// The most dangerous thing that a grant reaches, where it covers no whole tree and its file is shown.
    #[must_use]
    pub fn danger_of(&self, grant: &Grant<'_>) -> Option<&Danger> {
        grant.danger.map(|at| &self.dangers[at])
    }

    /// Is this access to the path denied, so that `rule` does not grant it?
    #[must_use]
    pub fn denied(&self, rule: &ResolvedRule, permissions: Permissions, path: &[u8]) -> bool {
        let index = || PatternIndex::new(self.denials.iter().map(|(_, file)| &*file.path.glob));
        self.denied_paths.get_or_init(index).matching(path).into_iter().any(|at| {
            let (denial, file) = self.denials[at];
            overrules(denial, rule) && file.permissions.with_implied().contains(permissions)
        })
    }

    /// The first of the denials that the profile or the file of its `rule` writes or includes itself. Those that an abstraction brings
    /// along with its own includes, as `base` does, were not meant to hold anything back here.
    #[must_use]
    pub fn meant_denial(&self, rule: &ResolvedRule) -> Option<&'p ResolvedRule> {
        let is_meant = |denial: &ResolvedRule| {
            denial.origin.location.file == rule.origin.location.file
                || Via::chain(denial.origin.via.as_ref()).len() <= 1
        };
        self.denials.iter().map(|(denial, _)| *denial).find(|denial| is_meant(denial))
    }

    /// The denials that take something back from the file rules.
    pub fn denials(&self) -> impl Iterator<Item = (&'p ResolvedRule, &'p FileAccess)> {
        self.denials.iter().copied()
    }

    /// Does the grant allow every file, so that the profile's denials are all that is left of it?
    #[must_use]
    pub fn is_denylist(&self, grant: &Grant<'_>) -> bool {
        let is_everything = grant.tree().is_some_and(|(tree, _)| tree == &trees::TREES[0]);
        is_everything
            && grant.file.permissions.contains(Permissions::WRITE)
            && self.meant_denial(grant.rule).is_some()
    }

    fn danger(&self, grant: &Grant<'_>) -> Option<Danger> {
        let Grant { rule, file, facts, .. } = grant;
        // To read a directory is to list it.
        let is_directory = file.path.text.ends_with(b"/");
        let granted_all = if is_directory { file.permissions - Permissions::READ } else { file.permissions };
        let mut hits: Vec<&Hit> = facts.hits(&file.path.glob, granted_all).iter().collect();
        if hits.is_empty() {
            return None;
        }
        let owner = grant.is_owner();
        let is_one = file.path.glob.literal().is_some();
        let granted = |hit: &Hit| {
            // Read or write may be denied one without the other.
            let dangerous = hit.row.access.of(granted_all);
            dangerous.iter().any(|permission| !self.denied(rule, permission, hit.path))
        };
        // Of one path the row that means it speaks, also to say that it is nothing.
        hits.retain(|hit| is_one || hit.row.is_reported(owner));
        // Who names all of `/tmp` means none of the files that others keep there.
        if file.path.glob.matches(ANY_TEMPORARY) {
            hits.retain(|hit| !hit.path.starts_with(b"/tmp/"));
        }
        // So with a directory of anything: of what lies in it just so, nothing was meant.
        for place in ANYTHING {
            if file.path.glob.matches(&[place, &b"aakit-any"[..]].concat()) {
                let is_there =
                    |path: &[u8]| path.strip_prefix(place).is_some_and(|name| !name.contains(&b'/'));
                hits.retain(|hit| !is_there(hit.path));
            }
        }
        // All sysctls at once are told as that, not as the first of them.
        let is_all_sysctls = file.path.glob.matches(ANY_SYSCTL);
        hits.sort_by_key(|hit| {
            let is_general = is_all_sysctls && !hit.is_exact && hit.path.starts_with(SYSCTLS);
            // Of one row the path is shown that people know it by.
            let is_usual = !hit.path.starts_with(b"/var/run/") && !hit.path.starts_with(b"/root/");
            (is_general && hit.row.risk == Risk::High, hit.is_exact, hit.row.risk, is_usual)
        });
        let best = hits.iter().rev().find(|hit| granted(hit))?;
        if !best.row.is_reported(owner) {
            return None;
        }
        let mut others: Vec<&'static [u8]> = Vec::new();
        for hit in hits.iter().rev() {
            let is_other = !std::ptr::eq(hit.row, best.row)
                && (hit.row.rule == best.row.rule || is_all_sysctls)
                && hit.is_exact;
            if is_other && granted(hit) && !others.contains(&hit.path) {
                others.push(hit.path);
            }
        }
        let risk = if owner && is_of_users(best.path) { best.row.risk.lowered() } else { best.row.risk };
        Some(Danger { row: best.row, path: best.path, risk, others })
    }
}

impl Grant<'_> {
    /// The tree of the file system that it covers whole, and a path of it.
    #[must_use]
    pub fn tree(&self) -> Option<(&'static Tree, &'static str)> {
        self.facts.tree
    }

    /// Is the rule bound to the files of the user that the task runs as?
    #[must_use]
    pub fn is_owner(&self) -> bool {
        self.rule.ownership == Some(Ownership::Owner)
    }
}

/// A file in `/tmp` that no row is about.
const ANY_TEMPORARY: &[u8] = b"/tmp/aakit-any";

/// Directories in which every program keeps files.
const ANYTHING: [&[u8]; 3] = [b"/", b"/home/user/.config/", b"/root/.config/"];

/// Where all sysctls are, and one that there is none of.
const SYSCTLS: &[u8] = b"/proc/sys/";
const ANY_SYSCTL: &[u8] = b"/proc/sys/aakit-any/aakit";

/// Is it a place where `owner` keeps users apart?
fn is_of_users(path: &[u8]) -> bool {
    [&b"/home/"[..], b"/proc/", b"/run/user/", b"/var/run/user/", b"/tmp/"]
        .iter()
        .any(|place| path.starts_with(place))
}
