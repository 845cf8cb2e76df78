//! Exec rules that contradict each other: two rules match one path and give it different exec modes.
//!
//! apparmor_parser finds them in two stages (texts that are equal, then automata) and names neither rule. Here both are
//! named, with a path that both match. The copies of rules that aliases make take part.

use super::aliases::Aliases;
use super::resolved::{
    FileAccess, Origin, Pattern, ResolvedKind, ResolvedProfile, ResolvedRule, Via, priority_of_all,
};
use crate::diagnostic::Diagnostic;
use crate::glob::{Dialect, Glob, PathSet};
use crate::syntax::{Decision, Ownership, Safety};
use crate::vocabulary::{ExecBase, ExecFallback, ExecMode, Permissions, Version};
use foldhash::HashMap;
use std::sync::Arc;

/// The most `->` targets of exec rules that the kernel's format has room for.
const MOST_TARGETS: usize = 12;

/// The most conflicts that are told for one profile: the rest would say the same again.
const MOST_TOLD: usize = 8;

/// A file rule that says how to execute.
struct ExecRule<'p> {
    rule: &'p ResolvedRule,
    access: &'p FileAccess,
    mode: Option<ExecMode>,
    way: Way,
    target: Option<&'p [u8]>,
    exact: bool,
    /// True for the copy that an alias makes.
    aliased: bool,
}

/// What the policy holds of a mode: two rules conflict when this differs, or their targets do.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Way {
    base: Option<ExecBase>,
    fallback: ExecFallback,
    /// Is the environment kept? apparmor_parser marks this on an `ix` rule too, where it means nothing.
    is_unsafe: bool,
}

impl Way {
    /// A name behind `->` is looked up in a table, whatever the base was; only the child profiles keep theirs.
    fn new(mode: Option<ExecMode>, safety: Option<Safety>, target: Option<&[u8]>) -> Self {
        let has_target = target.is_some();
        // A profile of another namespace is no child of this one.
        let elsewhere = target.is_some_and(|name| name.starts_with(b":") || name.starts_with(b"&:"));
        let is_unsafe = match mode {
            Some(mode) if mode.base != ExecBase::Inherit => !mode.scrub,
            _ => safety == Some(Safety::Unsafe),
        };
        let base = mode.map(|mode| mode.base);
        let fallback = mode.map_or(ExecFallback::None, |mode| mode.fallback);
        match base {
            Some(ExecBase::Child) if !elsewhere => Self { base, fallback, is_unsafe },
            Some(ExecBase::Inherit) if has_target => {
                Self { base: Some(ExecBase::Profile), fallback: ExecFallback::Inherit, is_unsafe }
            }
            _ if has_target => Self { base: Some(ExecBase::Profile), fallback, is_unsafe },
            _ => Self { base, fallback, is_unsafe },
        }
    }
}

impl ExecRule<'_> {
    /// Do both say the same?
    fn agrees(&self, other: &ExecRule<'_>) -> bool {
        self.way == other.way && self.target == other.target
    }

    /// May both be asked about the same file: is there an owner half that both have?
    fn shares_half(&self, other: &ExecRule<'_>) -> bool {
        !matches!(
            (self.rule.ownership, other.rule.ownership),
            (Some(Ownership::Owner), Some(Ownership::Other))
                | (Some(Ownership::Other), Some(Ownership::Owner))
        )
    }

    fn path(&self) -> &Pattern {
        &self.access.path
    }

    fn paths(&self) -> &PathSet {
        self.access.path.glob.path_set()
    }
}

/// May a rule be part of a conflict, or decide one? No other rules are looked at.
pub(super) fn concerns(kind: &ResolvedKind) -> bool {
    match kind {
        ResolvedKind::File(access) => {
            access.permissions.contains(Permissions::EXEC) || access.exec_target.is_some()
        }
        ResolvedKind::ChangeProfile(_) | ResolvedKind::All => true,
        _ => false,
    }
}

/// The conflicts of one profile.
pub(super) fn check(profile: &ResolvedProfile, aliases: &Aliases, version: Version) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    found.extend(too_many_targets(profile));
    found.extend(change_profile_conflicts(profile, version));
    let mut copies = aliased_rules(profile, aliases);
    let aliased = copies.len();
    copies.extend(profile.rules.iter().filter_map(|rule| implied_by_all(rule, version)));
    let rules: Vec<ExecRule<'_>> = (profile.rules.iter().map(|rule| (rule, false)))
        .chain(copies.iter().enumerate().map(|(index, copy)| (copy, index < aliased)))
        .filter_map(|(rule, aliased)| exec_rule(rule, aliased, version))
        .collect();
    let mut told: Vec<(&Origin, &Origin)> = Vec::new();
    // Of several rules about one path each is told of once, not each pair of them.
    let mut contested: Vec<(Vec<u8>, usize)> = Vec::new();
    for (first, second) in suspects(&rules) {
        if told.len() >= MOST_TOLD {
            break;
        }
        let pair = (&rules[first].rule.origin, &rules[second].rule.origin);
        if told
            .iter()
            .any(|(one, other)| (one.location, other.location) == (pair.0.location, pair.1.location))
        {
            continue;
        }
        if let Some(witness) = conflict(profile, &copies, &rules[first], &rules[second]) {
            let is_known =
                |rule: usize| contested.iter().any(|(path, known)| *path == witness && *known == rule);
            if is_known(first) && is_known(second) {
                continue;
            }
            contested.extend([(witness.clone(), first), (witness.clone(), second)]);
            found.push(diagnostic(profile, &rules[first], &rules[second], &witness));
            told.push(pair);
        }
    }
    found
}

/// The copies of exec rules that aliases make: the same rules about other paths.
fn aliased_rules(profile: &ResolvedProfile, aliases: &Aliases) -> Vec<ResolvedRule> {
    let mut copies = Vec::new();
    if aliases.is_empty() {
        return copies;
    }
    for rule in &profile.rules {
        let ResolvedKind::File(access) = &rule.kind else { continue };
        if !access.permissions.contains(Permissions::EXEC) {
            continue;
        }
        for path in access.path.aliased(aliases) {
            let kind = ResolvedKind::File(Arc::new(FileAccess { path, ..(**access).clone() }));
            copies.push(ResolvedRule { kind, ..rule.clone() });
        }
    }
    copies
}

/// The exec rule that `all` stands for, and which gives way to others.
fn implied_by_all(rule: &ResolvedRule, version: Version) -> Option<ResolvedRule> {
    let ResolvedKind::All = rule.kind else { return None };
    let glob = Glob::parse(b"/{**,}", Dialect::Path).ok()?;
    let path = Pattern {
        text: glob.shared_text(),
        glob: Arc::new(glob),
        location: rule.origin.location,
        has_variables: false,
    };
    let access = FileAccess { permissions: Permissions::EXEC, ..FileAccess::bare(path) };
    let kind = ResolvedKind::File(Arc::new(access));
    Some(ResolvedRule { kind, priority: priority_of_all(version), ..rule.clone() })
}

fn exec_rule<'p>(rule: &'p ResolvedRule, aliased: bool, version: Version) -> Option<ExecRule<'p>> {
    let ResolvedKind::File(access) = &rule.kind else { return None };
    let mode = access.exec;
    // A plain `x` may stand where `unsafe` is given, and before 4.0 where a target is.
    let is_old = version < Version::V4_0;
    let plain = access.permissions.contains(Permissions::EXEC)
        && match access.safety {
            Some(Safety::Unsafe) => true,
            safety => is_old && (access.exec_target.is_some() || safety.is_some()),
        };
    if rule.decision == Decision::Deny || (mode.is_none() && !plain) {
        return None;
    }
    let exact = access.path.glob.exact(version);
    // `cx -> PATH` where PATH is the rule's own is plain `cx`.
    let is_child = mode.is_some_and(|mode| mode.base == ExecBase::Child);
    let own = is_child && access.exec_target.as_deref() == Some(&access.path.text[..]);
    let target = access.exec_target.as_deref().filter(|_| !own);
    let way = Way::new(mode, access.safety, target);
    Some(ExecRule { rule, access, mode, way, target, exact, aliased })
}

/// Pairs that may conflict: same priority, same exactness, different modes, and paths that may be shared.
fn suspects(rules: &[ExecRule<'_>]) -> Vec<(usize, usize)> {
    let may_conflict = |first: usize, second: usize| {
        let (first, second) = (&rules[first], &rules[second]);
        first.rule.priority == second.rule.priority
            && first.rule.decision == second.rule.decision
            && first.exact == second.exact
            // Those that ask are only merged where their texts are equal.
            && (first.rule.decision != Decision::Prompt || first.path().text == second.path().text)
            && !first.agrees(second)
            && first.shares_half(second)
    };
    if rules.windows(2).all(|pair| pair[0].agrees(&pair[1])) {
        return Vec::new();
    }
    let mut pairs = Vec::new();
    let mut by_path: HashMap<&[u8], Vec<usize>> = HashMap::default();
    // Exact rules for few paths are found by their paths; all others are compared with each other.
    let (few, many): (Vec<usize>, Vec<usize>) =
        (0..rules.len()).partition(|index| rules[*index].exact && rules[*index].paths().paths().is_some());
    for index in &few {
        for path in rules[*index].paths().paths().unwrap_or_default() {
            let seen = by_path.entry(path).or_default();
            pairs.extend(
                seen.iter()
                    .filter(|earlier| may_conflict(**earlier, *index))
                    .map(|earlier| (*earlier, *index)),
            );
            // One of each opinion is enough.
            let same = |earlier: &usize| {
                let (earlier, rule) = (&rules[*earlier], &rules[*index]);
                earlier.agrees(rule)
                    && earlier.rule.ownership == rule.rule.ownership
                    && earlier.rule.priority == rule.rule.priority
                    && earlier.rule.decision == rule.rule.decision
            };
            if !seen.iter().any(same) {
                seen.push(*index);
            }
        }
    }
    for (at, index) in many.iter().enumerate() {
        let earlier = many[..at].iter().copied().filter(|earlier| may_conflict(*earlier, *index));
        pairs.extend(earlier.map(|earlier| (earlier, *index)));
        let exact = few.iter().copied().filter(|other| may_conflict(*other, *index));
        pairs.extend(exact.map(|other| (other.min(*index), other.max(*index))));
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// A path that both rules match and about which nothing stronger decides.
fn conflict(
    profile: &ResolvedProfile,
    copies: &[ResolvedRule],
    first: &ExecRule<'_>,
    second: &ExecRule<'_>,
) -> Option<Vec<u8>> {
    let (one, other) = (first.paths(), second.paths());
    // Equal texts are merged before anything stronger is looked at.
    if first.path().text == second.path().text
        && (first.rule.audit, first.rule.says_allow) == (second.rule.audit, second.rule.says_allow)
        && first.rule.decision == second.rule.decision
    {
        return one.witness().ok().flatten();
    }
    // What is left to user space is not in the way of what is granted.
    if [first, second].iter().any(|exec| exec.rule.decision != Decision::Allow) {
        return None;
    }
    let witness = one.overlap(other).ok().flatten()?;
    let speaks = |rule: &ResolvedRule, half| rule.ownership.is_none_or(|ownership| ownership == half);
    let halves = [Ownership::Owner, Ownership::Other].into_iter();
    let mut shared = halves.filter(|half| speaks(first.rule, *half) && speaks(second.rule, *half));
    shared.find_map(|half| {
        let stronger = stronger(profile, copies, first, second);
        let stronger = stronger.filter(|rule| speaks(rule, half));
        let decided: Vec<&Pattern> = stronger.filter_map(exec_path).collect();
        let decided = PathSet::new(decided.iter().map(|pattern| &*pattern.glob));
        if !decided.is_match(&witness) {
            return Some(witness.clone());
        }
        one.overlap_outside(other, &decided).ok().flatten()
    })
}

/// What decides before these two: a rule of a higher priority that grants, and that apparmor_parser does not read after them: first it
/// reads what says nothing, then what says `audit`, then `allow`, then both, and what asks and denies last. An exact rule does win over these two, but is seen too late as well. (Found by running 4.1
/// and 5.0.)
fn stronger<'p>(
    profile: &'p ResolvedProfile,
    copies: &'p [ResolvedRule],
    first: &ExecRule<'_>,
    second: &ExecRule<'_>,
) -> impl Iterator<Item = &'p ResolvedRule> {
    let priority = first.rule.priority;
    let turn = |rule: &ResolvedRule| (rule.says_allow, rule.audit);
    let last = turn(first.rule).max(turn(second.rule));
    let rules = profile.rules.iter().chain(copies);
    rules.filter(move |rule| {
        rule.priority > priority && rule.decision == Decision::Allow && turn(rule) <= last
    })
}

/// What a rule lets be executed.
fn exec_path(rule: &ResolvedRule) -> Option<&Pattern> {
    match &rule.kind {
        ResolvedKind::File(access) if access.permissions.contains(Permissions::EXEC) => Some(&access.path),
        _ => None,
    }
}

fn diagnostic(
    profile: &ResolvedProfile,
    first: &ExecRule<'_>,
    second: &ExecRule<'_>,
    witness: &[u8],
) -> Diagnostic {
    // The rule of the profile's own file is the one to look at first.
    let (shown, other) = match (first.rule.origin.via.is_some(), second.rule.origin.via.is_some()) {
        (false, true) => (first, second),
        _ => (second, first),
    };
    let mut diagnostic = Diagnostic::error(
        "conflicting-exec",
        shown.path().location,
        format!(
            "`{}` is to be executed in two ways: {} and {}",
            String::from_utf8_lossy(witness),
            opinion(shown),
            opinion(other)
        ),
    )
    .label(format!("{} here", opinion(shown)))
    .related(other.path().location, format!("{} here", opinion(other)));
    diagnostic.include_chain = Via::chain(shown.rule.origin.via.as_ref());
    if let Some(via) = &other.rule.origin.via
        && let Some(include) = Via::chain(Some(via)).first()
    {
        diagnostic = diagnostic.related(*include, "the other rule comes in through this include");
    }
    for rule in [shown, other] {
        let how = match (rule.aliased, rule.path().has_variables) {
            (true, _) => "through an alias",
            (false, true) => "with its variables replaced",
            (false, false) => continue,
        };
        let text: String = String::from_utf8_lossy(&rule.path().text).chars().take(160).collect();
        diagnostic =
            diagnostic.note(format!("{how}, the path of the rule that says {} is `{text}`", opinion(rule)));
    }
    for rule in [shown, other] {
        if rule.access.bare && rule.access.permissions == Permissions::EXEC {
            let priority = rule.rule.priority;
            diagnostic = diagnostic
                .note(format!("`all` lets every program be executed with `ix`, at priority {priority}"));
        }
    }
    let name = profile.display_name();
    let help = if shown.exact {
        "keep one of the two rules"
    } else {
        "keep one of the two, or name the program without wildcards in one of them: such a rule wins"
    };
    diagnostic
        .note(format!("in the profile `{name}`; the kernel can hold one way to execute a path"))
        .help(help)
}

fn opinion(rule: &ExecRule<'_>) -> String {
    let word = match rule.access.safety {
        Some(Safety::Unsafe) if rule.way.is_unsafe => "unsafe ",
        _ => "",
    };
    let mode = rule.mode.map_or_else(|| "x".to_owned(), |mode| mode.to_string());
    match rule.target {
        Some(target) => format!("`{word}{mode} -> {}`", String::from_utf8_lossy(target)),
        None => format!("`{word}{mode}`"),
    }
}

/// A change of profile at a program: whether the environment is kept is a mark on the pair of both, so that two rules about one
/// pair have to agree. Neither priority nor `prompt` keeps them apart. (Found by running 3.0, 4.1 and 5.0.)
struct Change<'p> {
    rule: &'p ResolvedRule,
    program: &'p Pattern,
    /// `None` for any.
    target: Option<&'p Pattern>,
    safety: Safety,
    exact: bool,
}

impl Change<'_> {
    fn conflicts_with(&self, other: &Change<'_>) -> bool {
        let denies = |change: &Change<'_>| change.rule.decision == Decision::Deny;
        let text = |change: &Change<'_>| change.target.map(|target| target.text.to_vec());
        if self.safety == other.safety || denies(self) != denies(other) {
            return false;
        }
        if self.program.text == other.program.text && text(self) == text(other) {
            return true;
        }
        let overlap = |one: &Pattern, other: &Pattern| {
            one.glob.path_set().overlap(other.glob.path_set()).is_ok_and(|witness| witness.is_some())
        };
        !denies(self)
            && self.exact == other.exact
            && overlap(self.program, other.program)
            && match (self.target, other.target) {
                (Some(one), Some(other)) => overlap(one, other),
                _ => true,
            }
    }
}

/// Changes of profile that keep the environment and clean it at once.
fn change_profile_conflicts(profile: &ResolvedProfile, version: Version) -> Vec<Diagnostic> {
    let mut seen: Vec<Change<'_>> = Vec::new();
    let mut found = Vec::new();
    for rule in &profile.rules {
        let ResolvedKind::ChangeProfile(change) = &rule.kind else { continue };
        let Some(program) = &change.exec else { continue };
        let target = change.target.as_ref();
        let change = Change {
            rule,
            program,
            target,
            safety: change.safety.unwrap_or(Safety::Safe),
            exact: program.glob.exact(version) && target.is_some_and(|target| target.glob.exact(version)),
        };
        if found.len() < MOST_TOLD
            && let Some(earlier) = seen.iter().find(|earlier| earlier.conflicts_with(&change))
        {
            let mut diagnostic = Diagnostic::error(
                "conflicting-exec",
                rule.origin.location,
                "the same change of profile is both `safe` and `unsafe`",
            )
            .related(earlier.rule.origin.location, "the other rule")
            .note("a rule without either word is `safe`: the environment is cleaned")
            .help("keep one of the two rules");
            diagnostic.include_chain = Via::chain(rule.origin.via.as_ref());
            found.push(diagnostic);
        }
        seen.push(change);
    }
    found
}

fn too_many_targets(profile: &ResolvedProfile) -> Option<Diagnostic> {
    let mut targets: Vec<Vec<u8>> = Vec::new();
    for rule in &profile.rules {
        let ResolvedKind::File(access) = &rule.kind else { continue };
        let Some(target) = &access.exec_target else { continue };
        let is_child = access.exec.is_some_and(|mode| mode.base == ExecBase::Child);
        let target = match is_child {
            // Plain `cx`.
            true if target[..] == access.path.text[..] => continue,
            true => [&profile.full_name[..], b"//", &target[..]].concat(),
            false => target.to_vec(),
        };
        if targets.contains(&target) {
            continue;
        }
        targets.push(target);
        if targets.len() > MOST_TARGETS {
            let diagnostic = Diagnostic::error(
                "too-many-targets",
                rule.origin.location,
                format!(
                    "the profile `{}` names more than {MOST_TARGETS} different targets behind `->`",
                    profile.display_name()
                ),
            )
            .label("this is one too many")
            .note("the kernel's format has room for twelve")
            .help("use `px` or `cx` without a target where the profile's attachment finds it");
            let mut diagnostic = diagnostic;
            diagnostic.include_chain = Via::chain(rule.origin.via.as_ref());
            return Some(diagnostic);
        }
    }
    None
}
