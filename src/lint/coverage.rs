//! Which rules of a profile another rule covers, so that nothing is lost without them.

use super::beginnings::{Beginning, Beginnings};
use super::context::ProfileContext;
use super::covering;
use super::danger::facts::facts;
use super::danger::trees;
use super::starts::Starts;
use crate::glob::{Glob, PathSet, charge, is_spent};
use crate::policy::{Alias, FileAccess, Policy, ResolvedKind, ResolvedRule, Via};
use crate::source::{Location, SourceMap};
use crate::syntax::{Decision, Item, ItemKind, parse};
use crate::vocabulary::{Permissions, Version};
use foldhash::{HashMap, HashSet};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// A file rule, where it stands among the profile's rules.
#[derive(Debug, Clone, Copy)]
pub struct FileRule<'p> {
    /// Its place in the order of the rules.
    pub index: usize,
    /// The rule.
    pub rule: &'p ResolvedRule,
    /// What it is about.
    pub file: &'p FileAccess,
}

/// Each rule of a profile's own file that another rule covers, with that one: found once a profile for all rules that ask.
#[derive(Debug, Default)]
pub struct Coverage<'p> {
    files: OnceCell<Vec<(FileRule<'p>, FileRule<'p>)>>,
    others: OnceCell<Vec<(&'p ResolvedRule, &'p ResolvedRule)>>,
}

impl<'p> Coverage<'p> {
    /// The pairs of file rules, in the order of the covered ones. Always asked with the same profile.
    pub fn of(&self, profile: &ProfileContext<'p>) -> &[(FileRule<'p>, FileRule<'p>)] {
        self.files.get_or_init(|| covered(profile))
    }

    /// The same for rules of other kinds.
    pub fn of_others(&self, profile: &ProfileContext<'p>) -> &[(&'p ResolvedRule, &'p ResolvedRule)] {
        self.others.get_or_init(|| covered_others(profile))
    }
}

/// The file rules of the profile, those left out whose meaning a link decides.
pub fn file_rules<'p>(profile: &ProfileContext<'p>) -> Vec<FileRule<'p>> {
    let rules = profile.profile.rules.iter().enumerate();
    rules
        .filter_map(|(index, rule)| match &rule.kind {
            ResolvedKind::File(file) if file.link_target.is_none() && !file.subset => {
                Some(FileRule { index, rule, file })
            }
            _ => None,
        })
        .filter(|rule| rule.rule.decision != Decision::Prompt)
        .collect()
}

fn covered<'p>(profile: &ProfileContext<'p>) -> Vec<(FileRule<'p>, FileRule<'p>)> {
    let rules = file_rules(profile);
    let is_own = |rule: &FileRule<'_>| rule.rule.origin.location.file == profile.policy.root;
    // A path of each that may be covered: what covers it must match that.
    let own: Vec<(&FileRule<'p>, &[u8])> = rules
        .iter()
        .filter(|rule| is_own(rule))
        .filter_map(|rule| Some((rule, facts(&rule.file.path.glob).example.as_deref()?)))
        .collect();
    if own.is_empty() {
        return Vec::new();
    }
    // Few rules of the includes begin as one of the profile's own does.
    let beginnings = Beginnings::of(own.iter().map(|(_, example)| *example));
    let starts: Starts = own.iter().map(|(_, example)| *example).collect();
    let mut by_beginning: HashMap<Beginning, Vec<&FileRule<'p>>> = HashMap::default();
    for rule in &rules {
        let facts = facts(&rule.file.path.glob);
        if !facts.starts.may_meet(starts) {
            continue;
        }
        for beginning in facts.beginnings.iter().copied() {
            if beginnings.may_contain(beginning) {
                by_beginning.entry(beginning).or_default().push(rule);
            }
        }
    }
    // So do few of their copies under aliases, which each begin with the alias's other side up to its first sign.
    let copies = Copies::new(profile.policy);
    let beginning = |to: &[u8]| {
        let is_sign = |byte: &u8| matches!(byte, b'*' | b'?' | b'[' | b'{' | b'\\');
        // Of two slashes one may go.
        let ends = |pair: &[u8]| is_sign(&pair[0]) || pair == b"//";
        to.windows(2).position(ends).unwrap_or(to.len().saturating_sub(1))
    };
    let leads_there = |(_, to, _): &&Alias| {
        let begun = &to[..beginning(to)];
        starts.may_meet(Starts::of(begun))
            && beginnings.may_contain(Beginning::of(begun))
            && own.iter().any(|(_, example)| example.starts_with(begun))
    };
    let aliases = &profile.policy.aliases;
    let left_sides: Starts = aliases.iter().filter(leads_there).map(|(from, _, _)| from.as_slice()).collect();
    let begins_one_aliased = |rule: &&FileRule<'_>| {
        let text = &rule.file.path.text;
        Starts::of(text).may_meet(left_sides) && aliases.of(text).any(|alias| leads_there(&alias))
    };
    let aliased: Vec<(&FileRule<'p>, Rc<Aliased>)> =
        rules.iter().filter(begins_one_aliased).filter_map(|rule| Some((rule, copies.of(rule)?))).collect();
    for (rule, aliased) in &aliased {
        for glob in &aliased.globs[1..] {
            for beginning in &facts(glob).beginnings {
                by_beginning.entry(*beginning).or_default().push(rule);
            }
        }
    }
    let mut found = Vec::new();
    for (rule, example) in &own {
        if is_spent() {
            break;
        }
        let by = Beginning::all(example)
            .filter_map(|beginning| by_beginning.get(&beginning))
            .flatten()
            .copied()
            .filter(|by| by.index != rule.index && says_as_much(by, rule))
            .filter(|by| includes(&copies, by, rule, example) && keeps_exec(&copies, by, rule))
            // A rule for everything is what should go, which `wide-glob` tells.
            .filter(|by| !is_everything(by))
            .filter(|by| placeholders(profile, by) == placeholders(profile, rule))
            // Of two that cover each other the first stays, or the one that an include brings anyway.
            .filter(|by| {
                let is_mutual = says_as_much(rule, by)
                    && facts(&by.file.path.glob)
                        .example
                        .as_ref()
                        .is_some_and(|path| includes(&copies, rule, by, path));
                !(is_mutual && is_own(by) && by.index > rule.index)
            })
            .find(|by| is_always_there(profile, by.rule) && !rule.rule.conditional);
        if let Some(by) = by {
            found.push((**rule, *by));
        }
    }
    found
}

/// A rule that aliases add paths to.
struct Aliased {
    /// Its own paths first, then the copies.
    globs: Vec<Arc<Glob>>,
    /// All of them.
    paths: PathSet,
}

/// What aliases add to the rules, found for the rules that are asked about: those that may cover another are few.
struct Copies<'p> {
    policy: &'p Policy,
    /// By the rule's place.
    known: RefCell<HashMap<usize, Option<Rc<Aliased>>>>,
}

impl<'p> Copies<'p> {
    fn new(policy: &'p Policy) -> Self {
        Self { policy, known: RefCell::default() }
    }

    /// The rule with its copies, where there are any.
    fn of(&self, rule: &FileRule<'_>) -> Option<Rc<Aliased>> {
        if self.policy.aliases.is_empty() {
            return None;
        }
        self.known.borrow_mut().entry(rule.index).or_insert_with(|| self.make(rule)).clone()
    }

    fn make(&self, rule: &FileRule<'_>) -> Option<Rc<Aliased>> {
        self.policy.aliases.of(&rule.file.path.text).next()?;
        let own = Arc::clone(&rule.file.path.glob);
        let globs: Vec<_> = std::iter::once(own).chain(self.policy.aliased(&rule.file.path)).collect();
        let paths = PathSet::new(globs.iter().map(|glob| &**glob));
        Some(Rc::new(Aliased { globs, paths }))
    }
}

/// Apart from the paths: does `by` say at least what `rule` says?
fn says_as_much(by: &FileRule<'_>, rule: &FileRule<'_>) -> bool {
    let (wide, narrow) = (by.rule, rule.rule);
    let audit = match narrow.decision {
        // Without `audit` a deny is also quiet, which counts.
        Decision::Deny => narrow.audit || !wide.audit,
        _ => wide.audit || !narrow.audit,
    };
    let exec = match rule.file.exec {
        None => true,
        Some(mode) => {
            // The names behind `->` are numbered in the order in which they come first.
            let keeps_order = rule.file.exec_target.is_none() || by.index < rule.index;
            !by.file.bare
                && by.file.exec == Some(mode)
                && by.file.exec_target == rule.file.exec_target
                && keeps_order
        }
    };
    wide.decision == narrow.decision
        && wide.priority == narrow.priority
        && audit
        && exec
        && (wide.ownership.is_none() || wide.ownership == narrow.ownership)
        && by.file.permissions.with_implied().contains(rule.file.permissions)
}

/// Are all paths of `rule`, those under aliases too, paths of `by`? The example is one of its own.
fn includes(copies: &Copies<'_>, by: &FileRule<'_>, rule: &FileRule<'_>, example: &[u8]) -> bool {
    let wide = copies.of(by);
    let is_near = match &wide {
        Some(wide) => wide.globs.iter().any(|glob| glob.matches(example)),
        None => by.file.path.glob.matches(example),
    };
    if !is_near {
        return false;
    }
    let narrow = copies.of(rule);
    let wide = wide.as_ref().map_or_else(|| by.file.path.glob.path_set(), |wide| &wide.paths);
    let narrow = narrow.as_ref().map_or_else(|| rule.file.path.glob.path_set(), |narrow| &narrow.paths);
    wide.includes(narrow).unwrap_or(false)
}

/// Does the rule let the program write every file?
fn is_everything(rule: &FileRule<'_>) -> bool {
    rule.rule.decision == Decision::Allow
        && rule.file.permissions.contains(Permissions::WRITE)
        && facts(&rule.file.path.glob).tree.is_some_and(|(tree, _)| tree == &trees::TREES[0])
}

/// The variables of a rule's path that are empty: who sets one moves the rule elsewhere, away from those that it is equal to today.
fn placeholders(profile: &ProfileContext<'_>, rule: &FileRule<'_>) -> BTreeSet<Vec<u8>> {
    let text = profile.text(rule.file.path.location);
    let is_empty = |name: &[u8]| {
        profile
            .policy
            .variables
            .values(name)
            .is_some_and(|mut values| values.all(|(value, _)| value.is_empty()))
    };
    let starts = text.windows(2).enumerate().filter(|(_, pair)| *pair == b"@{");
    starts
        .filter_map(|(start, _)| {
            let name = &text[start + 2..];
            Some(name[..name.iter().position(|byte| *byte == b'}')?].to_vec())
        })
        .filter(|name| is_empty(name))
        .collect()
}

/// An exec rule without wildcards wins over others, so that the covered one may decide where the other would not. Both must be
/// of that kind, or neither, for every parser: more than is needed where no third rule overlaps, which is not looked at.
fn keeps_exec(copies: &Copies<'_>, by: &FileRule<'_>, rule: &FileRule<'_>) -> bool {
    let exact = |glob: &Glob| [Version::V3_0, Version::V4_0].map(|version| glob.exact(version));
    let globs = |rule: &FileRule<'_>| match copies.of(rule) {
        Some(aliased) => aliased.globs.clone(),
        None => vec![Arc::clone(&rule.file.path.glob)],
    };
    if rule.file.exec.is_none() {
        return true;
    }
    let kinds: HashSet<_> = globs(by).iter().chain(&globs(rule)).map(|glob| exact(glob)).collect();
    kinds.len() == 1
}

/// Is the rule there whatever the site and its variables? Not when it comes from an optional include or stands in a conditional.
fn is_always_there(profile: &ProfileContext<'_>, rule: &ResolvedRule) -> bool {
    let is_optional = |include: &Location| {
        let text = profile.text(*include);
        text.windows(6).any(|word| word == b"exists") || text.windows(6).any(|word| word == b"local/")
    };
    !rule.conditional && !Via::chain(rule.origin.via.as_ref()).iter().any(is_optional)
}

/// Does it stand inside `if … { }`?
#[must_use]
pub fn is_conditional(sources: &SourceMap, place: Location) -> bool {
    let source = sources.get(place.file);
    let bytes = source.bytes();
    let may_have = bytes.split(|byte| *byte == b'\n').any(|line| {
        let line = line.trim_ascii_start();
        line.starts_with(b"if ") || line.starts_with(b"if(")
    });
    may_have && holds(&parse(bytes).file.items, place)
}

fn holds(items: &[Item], place: Location) -> bool {
    items.iter().filter(|item| item.span.contains(place.span)).any(|item| match &item.kind {
        ItemKind::Conditional(_) => true,
        ItemKind::Profile(profile) => holds(&profile.body.items, place),
        ItemKind::Block(block) => holds(&block.body.items, place),
        _ => false,
    })
}

/// Are both the same rule, written alike but for blanks?
#[must_use]
pub fn is_same(one: &FileRule<'_>, other: &FileRule<'_>) -> bool {
    one.rule.origin.location.file == other.rule.origin.location.file
        && one.file.path.text == other.file.path.text
        && says_as_much(one, other)
        && says_as_much(other, one)
}

/// Each rule of the profile's own file, of another kind than files, that another such rule covers, with that one.
fn covered_others<'p>(profile: &ProfileContext<'p>) -> Vec<(&'p ResolvedRule, &'p ResolvedRule)> {
    let rules: Vec<&ResolvedRule> = profile
        .other_rules
        .iter()
        .copied()
        .filter(|rule| !matches!(rule.kind, ResolvedKind::Link(_)))
        .collect();
    let mut found = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        if rule.origin.location.file != profile.policy.root || rule.origin.via.is_some() {
            continue;
        }
        if !is_compared(&rule.kind) {
            continue;
        }
        if is_spent() {
            break;
        }
        // Most pairs are told apart at a glance, for a small part of what a comparison of paths costs.
        charge(rules.len() / 2);
        let by = rules.iter().enumerate().find(|(other, by)| {
            let says_as_much = std::mem::discriminant(&by.kind) == std::mem::discriminant(&rule.kind)
                && by.decision == rule.decision
                && by.priority == rule.priority
                && by.audit == rule.audit
                && by.ownership == rule.ownership
                && by.origin.location != rule.origin.location;
            let is_later_twin =
                || *other > index && by.origin.via.is_none() && covering::covers(&rule.kind, &by.kind);
            says_as_much
                // What capabilities, sockets and peers it needs a profile says for itself, also where an abstraction allows them by the
                // way: `nameservice` brings `net_bind_service` and all of TCP.
                && by.origin.via.is_none()
                && covering::covers(&by.kind, &rule.kind)
                && !is_later_twin()
                && is_always_there(profile, by)
                && !rule.conditional
        });
        if let Some((_, by)) = by {
            found.push((*rule, *by));
        }
    }
    found
}

/// Is a rule of this kind compared with others at all?
fn is_compared(kind: &ResolvedKind) -> bool {
    matches!(
        kind,
        ResolvedKind::Capability { .. }
            | ResolvedKind::Network(_)
            | ResolvedKind::Signal(_)
            | ResolvedKind::Ptrace(_)
            | ResolvedKind::Dbus(_)
            | ResolvedKind::Unix(_)
            | ResolvedKind::Userns
    )
}
