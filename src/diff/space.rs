//! What changed of one class whose rules speak of paths, labels and other texts.

use super::{Change, Comparison, Effect, Side};
use crate::glob::{Glob, PathSet, TooComplex, begin_differently, combinations, is_spent};
use crate::query::{Class, EXEC, EXEC_BIT, Exec, Half, SUBSET, Space, Standing, Statement, grants};
use crate::syntax::{Decision, Ownership};
use crate::vocabulary::{ExecBase, ExecFallback};
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

/// Adds what changed between the two; `flags` are the options of the mounts that it is about.
pub(super) fn compare(old: &Space<'_>, new: &Space<'_>, flags: &[&str], comparison: &mut Comparison) {
    if old.mediated != new.mediated {
        let effect = if old.mediated { Effect::Widened } else { Effect::Narrowed };
        let mut change = Change::new(effect, old.class.name(), "everything");
        change.on = "the ABI of the profile says whether the kernel decides it".to_owned();
        comparison.changes.push(change);
        return;
    }
    let groups = Groups::new(old, new);
    if groups.differing.is_empty() {
        return;
    }
    let mut walk = Walk { old, new, flags, groups: &groups, told: HashSet::new(), changes: Vec::new() };
    for region in &groups.differing {
        if walk.region(*region).is_err() {
            comparison.undecided.push(format!("{} `{}`", old.class.name(), walk.shown(*region, flags)));
        }
    }
    comparison.changes.extend(join_halves(walk.changes));
}

/// Statements with the same strings, of both sides.
struct Group<'s> {
    globs: Vec<&'s Glob>,
    /// By side: places among the statements.
    members: [Vec<usize>; 2],
    /// Those that only one side has.
    differing: Vec<(Side, usize)>,
}

struct Groups<'s> {
    groups: Vec<Group<'s>>,
    /// Groups with statements that only one side has: where something is denied first, since that explains what an allowed
    /// rule of the other side no longer does, then the wide ones.
    differing: Vec<usize>,
}

/// All that a statement says but for its strings.
type Said<'s> = (u32, Option<&'s Exec>, Option<Ownership>, Decision, [bool; 2], i32);

fn said(statement: &Statement) -> Said<'_> {
    let strength = statement.strength;
    (
        statement.bits,
        statement.exec.as_ref(),
        statement.ownership,
        strength.decision,
        [strength.audit, statement.audits_all_files],
        strength.priority,
    )
}

/// The same of each word and half alone; how a file is executed says nothing of other words.
fn single((bits, exec, ownership, decision, audit, priority): Said<'_>) -> impl Iterator<Item = Said<'_>> {
    let halves = match ownership {
        None => vec![Ownership::Owner, Ownership::Other],
        Some(half) => vec![half],
    };
    let words = (0..u32::BITS).map(|index| 1 << index).filter(move |bit| bits & bit != 0);
    words.flat_map(move |bit| {
        let exec = exec.filter(|_| bit == EXEC_BIT);
        let alone = move |half: Ownership| (bit, exec, Some(half), decision, audit, priority);
        halves.clone().into_iter().map(alone)
    })
}

impl<'s> Groups<'s> {
    fn new(old: &'s Space<'_>, new: &'s Space<'_>) -> Self {
        let mut by_strings: HashMap<Vec<&'s [u8]>, usize> = HashMap::new();
        let mut groups: Vec<Group<'s>> = Vec::new();
        for (side, space) in [old, new].into_iter().enumerate() {
            for (place, statement) in space.statements.iter().enumerate() {
                let strings = statement.fields.iter().map(|field| field.glob.text()).collect();
                let index = *by_strings.entry(strings).or_insert_with(|| {
                    let globs = statement.fields.iter().map(|field| field.glob.as_ref()).collect();
                    groups.push(Group { globs, members: [Vec::new(), Vec::new()], differing: Vec::new() });
                    groups.len() - 1
                });
                groups[index].members[side].push(place);
            }
        }
        for group in &mut groups {
            let all = |space: &'s Space<'_>, members: &[usize]| -> HashSet<Said<'s>> {
                members.iter().map(|place| said(&space.statements[*place])).collect()
            };
            let sets = [all(old, &group.members[0]), all(new, &group.members[1])];
            if sets[0] == sets[1] {
                continue;
            }
            // What differs as a whole may still say the same of each word and half: `rw`, and `r` beside `w`.
            let sets = sets.map(|set| set.into_iter().flat_map(single).collect::<HashSet<_>>());
            for (side, space, other) in [(Side::Old, old, &sets[1]), (Side::New, new, &sets[0])] {
                let alone = group.members[side as usize].iter().copied();
                let is_alone =
                    |place: &usize| single(said(&space.statements[*place])).any(|one| !other.contains(&one));
                group.differing.extend(alone.filter(is_alone).map(|place| (side, place)));
            }
        }
        let mut differing: Vec<usize> =
            (0..groups.len()).filter(|at| !groups[*at].differing.is_empty()).collect();
        differing.sort_by_cached_key(|at| {
            let group = &groups[*at];
            let denies = group.differing.iter().any(|(side, place)| {
                let space = if *side == Side::Old { old } else { new };
                !grants(&space.statements[*place])
            });
            let wide = group.globs.iter().any(|glob| glob.strings(MOST_STRINGS).is_none());
            (!denies, !wide, group.globs.iter().map(|glob| glob.literal_prefix().len()).sum::<usize>())
        });
        Self { groups, differing }
    }
}

/// A glob of more strings than this is wide.
const MOST_STRINGS: usize = 64;

/// What is different of one word for one half.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Widened,
    Narrowed,
    /// Executed in another way.
    Exec,
    Prompt,
    Logged,
}

/// A difference for one string.
type Fact = (Half, usize, Kind);

struct Walk<'a, 's, 'q> {
    old: &'a Space<'q>,
    new: &'a Space<'q>,
    flags: &'a [&'a str],
    groups: &'a Groups<'s>,
    /// What was told already, for the strings of which group.
    told: HashSet<(Fact, usize)>,
    changes: Vec<Change>,
}

impl Walk<'_, '_, '_> {
    fn region(&mut self, region: usize) -> Result<(), TooComplex> {
        if is_spent() {
            return Err(TooComplex);
        }
        let groups = self.groups;
        let group = &groups.groups[region];
        let meets = |other: &Group<'_>| {
            group.globs.iter().zip(&other.globs).all(|(one, other)| !begin_differently(one, other))
        };
        let relevant: Vec<usize> = (0..groups.groups.len()).filter(|at| meets(&groups.groups[*at])).collect();
        let patterns: Vec<Vec<&Glob>> = relevant.iter().map(|at| groups.groups[*at].globs.clone()).collect();
        let expected = self.expected(group);
        combinations(&group.globs, &patterns, self.old.class.emptiness(), |matching, string| {
            let matching: Vec<usize> = matching.iter().map(|place| relevant[*place]).collect();
            self.visit(region, &matching, &relevant, string);
            let is_told = |fact: &Fact| {
                self.told.contains(&(*fact, region))
                    || (fact.2 == Kind::Widened
                        && self.told.contains(&((fact.0, fact.1, Kind::Exec), region)))
            };
            match !expected.is_empty() && expected.iter().all(is_told) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        })
    }

    /// The facts of which nothing more is to be found once they are told for the region.
    fn expected(&self, group: &Group<'_>) -> Vec<Fact> {
        let mut facts = Vec::new();
        for (side, place) in &group.differing {
            let statement = &self.space(*side).statements[*place];
            let kind = match (grants(statement), side) {
                (true, Side::New) | (false, Side::Old) => Kind::Widened,
                _ => Kind::Narrowed,
            };
            for (index, (word, bit)) in self.old.words.iter().enumerate() {
                if statement.bits & bit != 0 && *word != SUBSET {
                    let halves = self.halves().iter().filter(|half| statement.speaks_of(**half));
                    facts.extend(halves.map(|half| (*half, index, kind)));
                }
            }
        }
        facts
    }

    fn visit(&mut self, region: usize, matching: &[usize], relevant: &[usize], string: &[u8]) {
        for half in self.halves() {
            let standing = |side: Side| {
                let members = matching.iter().flat_map(|at| &self.groups.groups[*at].members[side as usize]);
                self.space(side).standing(&members.copied().collect::<Vec<_>>(), *half)
            };
            let (old, new) = (standing(Side::Old), standing(Side::New));
            if old == new {
                continue;
            }
            let mut found: HashMap<Kind, Vec<usize>> = HashMap::new();
            for (word, kind) in self.differences(&old, &new) {
                let fact = (*half, word, kind);
                let is_told = matching.iter().any(|at| self.told.contains(&(fact, *at)));
                if !is_told && !self.reasons(region, fact).is_empty() {
                    found.entry(kind).or_default().push(word);
                    self.told.insert((fact, region));
                }
            }
            let mut found: Vec<(Kind, Vec<usize>)> = found.into_iter().collect();
            found.sort_by_key(|(kind, _)| *kind as u8);
            for (kind, words) in found {
                let change = self.change(region, relevant, *half, kind, &words, string, (&old, &new));
                self.changes.push(change);
            }
        }
    }

    fn differences(&self, old: &Standing, new: &Standing) -> Vec<(usize, Kind)> {
        let mut found = Vec::new();
        for (index, (word, bit)) in self.old.words.iter().enumerate() {
            let has = |mask: u32| mask & bit != 0;
            if *word == SUBSET {
                // No grant, but a condition; it says something only where the link is granted on both sides.
                let granted = self.old.words[0].1;
                if old.allow & new.allow & granted != 0 && has(old.allow) != has(new.allow) {
                    found.push((index, if has(old.allow) { Kind::Widened } else { Kind::Narrowed }));
                }
                continue;
            }
            let kind = match (has(old.allow), has(new.allow)) {
                (false, true) => Kind::Widened,
                (true, false) => Kind::Narrowed,
                (true, true) if *word == EXEC && old.exec != new.exec => Kind::Exec,
                (true, true) if has(old.audit) != has(new.audit) => Kind::Logged,
                (false, false) if has(old.prompt) != has(new.prompt) => Kind::Prompt,
                (false, false) if has(old.quiet) != has(new.quiet) => Kind::Logged,
                _ => continue,
            };
            found.push((index, kind));
        }
        // `w` includes `a`.
        let of = |wanted: &str| self.old.words.iter().position(|(word, _)| *word == wanted);
        if let (Class::File, Some(write), Some(append)) = (self.old.class, of("w"), of("a"))
            && let Some((_, kind)) = found.iter().find(|(word, _)| *word == write).copied()
        {
            found.retain(|one| *one != (append, kind));
        }
        found
    }

    /// The statements of the region that only one side has and that can be the reason.
    fn reasons(&self, region: usize, (half, word, kind): Fact) -> Vec<(Side, usize)> {
        let (name, bit) = self.old.words[word];
        let map = self.old.words.iter().find(|(word, _)| *word == EXEC).map_or(0, |(_, exec)| *exec);
        let differing = self.groups.groups[region].differing.iter();
        differing
            .filter(|(side, place)| {
                let statement = &self.space(*side).statements[*place];
                // What is executed under the same profile may be mapped, so that rules with `x` decide of `m`.
                let about = statement.bits & bit != 0 || (name == "m" && statement.bits & map != 0);
                let gives = grants(statement) == (*side == Side::New);
                about
                    && (statement.speaks_of(half) || (statement.audits_all_files && kind == Kind::Logged))
                    && match kind {
                        Kind::Widened if name != "m" && name != SUBSET => gives,
                        Kind::Narrowed if name != "m" && name != SUBSET => !gives,
                        _ => true,
                    }
            })
            .copied()
            .collect()
    }

    #[allow(clippy::too_many_arguments, reason = "one fact with all that is known of it")]
    fn change(
        &self,
        region: usize,
        relevant: &[usize],
        half: Half,
        kind: Kind,
        words: &[usize],
        string: &[u8],
        (old, new): (&Standing, &Standing),
    ) -> Change {
        let effect = match kind {
            Kind::Widened => Effect::Widened,
            Kind::Narrowed => Effect::Narrowed,
            Kind::Exec | Kind::Prompt => Effect::Changed,
            Kind::Logged => Effect::Logged,
        };
        let names: Vec<&str> = words.iter().map(|word| self.old.words[*word].0).collect();
        let is_file = self.old.class == Class::File;
        let mut change =
            Change::new(effect, self.old.class.name(), names.join(if is_file { "" } else { " " }));
        change.files = self.has_halves().then_some(half);
        change.on = self.shown(region, self.flags);
        change.witness = Some(self.shown_string(string));
        change.rules = words
            .iter()
            .flat_map(|word| self.reasons(region, (half, *word, kind)))
            .filter_map(|(side, place)| Some((side, self.space(side).statements[place].rule?)))
            .collect();
        change.rules.sort_unstable();
        change.rules.dedup();
        let exec = |standing: &Standing| standing.exec.as_ref().map(shown_exec);
        let bits = words.iter().fold(0, |bits, word| bits | self.old.words[*word].1);
        match kind {
            Kind::Widened | Kind::Narrowed => {
                change.except = self.exceptions(region, relevant, string, half, kind, bits);
                if names.contains(&EXEC) {
                    (change.old, change.new) = (exec(old), exec(new));
                }
            }
            Kind::Exec => {
                (change.old, change.new) = (exec(old), exec(new));
                change.may_widen = may_widen(old.exec.as_ref(), new.exec.as_ref());
            }
            Kind::Prompt => {
                let told = |standing: &Standing| {
                    if standing.prompt & bits == 0 { "refused" } else { "left to user space" }
                };
                change = change.turned(told(old), told(new));
                change.may_widen = new.prompt & bits != 0;
            }
            Kind::Logged => {
                let told = |standing: &Standing| match (standing.allow & bits != 0, standing) {
                    (true, standing) if standing.audit & bits != 0 => "granted and logged",
                    (true, _) => "granted",
                    (false, standing) if standing.quiet & bits != 0 => "refused and not logged",
                    (false, _) => "refused and logged",
                };
                change = change.turned(told(old), told(new));
            }
        }
        change
    }

    /// Patterns within the region for which the change does not hold, since both sides already agree there. Told only where
    /// all that is said is of one priority, so that they are sure to be right.
    fn exceptions(
        &self,
        region: usize,
        relevant: &[usize],
        witness: &[u8],
        half: Half,
        kind: Kind,
        bits: u32,
    ) -> Vec<String> {
        let [glob] = self.groups.groups[region].globs.as_slice() else { return Vec::new() };
        if glob.strings(MOST_STRINGS).is_some() {
            return Vec::new();
        }
        // More was granted before, or is refused still.
        let (had, lacks) = match kind {
            Kind::Widened => (Side::Old, Side::New),
            _ => (Side::New, Side::Old),
        };
        let mut priorities = HashSet::new();
        let mut candidates = Vec::new();
        for at in relevant {
            let group = &self.groups.groups[*at];
            let speaking = |side: Side| {
                group.members[side as usize]
                    .iter()
                    .map(move |place| &self.space(side).statements[*place])
                    .filter(|statement| statement.bits & bits != 0 && statement.speaks_of(half))
            };
            priorities
                .extend(speaking(had).chain(speaking(lacks)).map(|statement| statement.strength.priority));
            let grants_all = |statement: &Statement| grants(statement) && statement.bits & bits == bits;
            let denies_all = |statement: &Statement| {
                statement.strength.decision == Decision::Deny && statement.bits & bits == bits
            };
            if *at != region && (speaking(had).any(grants_all) || speaking(lacks).any(denies_all)) {
                candidates.push(*at);
            }
        }
        if priorities.len() > 1 {
            return Vec::new();
        }
        let all = PathSet::from(*glob);
        let overlaps = |at: &usize| {
            let [other] = self.groups.groups[*at].globs.as_slice() else { return false };
            !other.matches(witness) && matches!(all.overlap(&PathSet::from(*other)), Ok(Some(_)))
        };
        candidates.retain(overlaps);
        candidates.sort_by_cached_key(|at| self.groups.groups[*at].globs[0].literal_prefix().len());
        let more = candidates.len().saturating_sub(MOST_EXCEPTIONS);
        candidates.truncate(MOST_EXCEPTIONS);
        let mut shown: Vec<String> = candidates.into_iter().map(|at| self.shown(at, &[])).collect();
        shown.extend((more > 0).then(|| format!("{more} more")));
        shown
    }

    fn space(&self, side: Side) -> &Space<'_> {
        if side == Side::Old { self.old } else { self.new }
    }

    fn has_halves(&self) -> bool {
        matches!(self.old.class, Class::File | Class::Link)
    }

    fn halves(&self) -> &'static [Half] {
        if self.has_halves() { &[Half::Owner, Half::Other] } else { &[Half::Owner] }
    }

    /// The strings of a group, as a rule would say it.
    fn shown(&self, group: usize, flags: &[&str]) -> String {
        let group = &self.groups.groups[group];
        let (side, place) = match &group.members {
            [old, _] if !old.is_empty() => (Side::Old, old[0]),
            [_, new] => (Side::New, new[0]),
        };
        let statement = &self.space(side).statements[place];
        let fields = statement.fields.iter().zip(self.old.class.fields());
        let given = fields.filter(|(field, _)| !field.any);
        let words = given.map(|(field, name)| condition(name, &field.glob.to_string()));
        let options = (!flags.is_empty()).then(|| format!("options=({})", flags.join(",")));
        let words: Vec<String> = options.into_iter().chain(words).collect();
        if words.is_empty() { "everything".to_owned() } else { words.join(" ") }
    }

    fn shown_string(&self, string: &[u8]) -> String {
        if let [_] = self.old.class.fields() {
            return String::from_utf8_lossy(string).into_owned();
        }
        let fields = string.split(|byte| *byte == 0).zip(self.old.class.fields());
        let words: Vec<String> = fields
            .filter(|(value, _)| !value.is_empty())
            .map(|(value, name)| condition(name, &String::from_utf8_lossy(value)))
            .collect();
        words.join(" ")
    }
}

/// The most patterns that are told as exceptions.
const MOST_EXCEPTIONS: usize = 4;

fn condition(name: &str, value: &str) -> String {
    match name {
        "" => value.to_owned(),
        "->" => format!("-> {value}"),
        _ => format!("{name}={value}"),
    }
}

fn shown_exec(exec: &Exec) -> String {
    match &exec.target {
        Some(target) => format!("{} -> {}", exec.mode, String::from_utf8_lossy(target)),
        None => exec.mode.to_string(),
    }
}

/// May the other way to execute give a program more? Only where it is sure not to: the environment is scrubbed from now on,
/// or what was done without a profile is refused.
fn may_widen(old: Option<&Exec>, new: Option<&Exec>) -> bool {
    let (Some(old), Some(new)) = (old, new) else { return true };
    if old.target != new.target || (old.mode.scrub && !new.mode.scrub) {
        return true;
    }
    let same_base = old.mode.base == new.mode.base;
    let no_more_fallback = new.mode.fallback == old.mode.fallback || new.mode.fallback == ExecFallback::None;
    let was_unconfined = old.mode.base == ExecBase::Unconfined;
    !(was_unconfined || (same_base && no_more_fallback))
}

/// One change where the same holds for files of one's own and for those of others.
fn join_halves(changes: Vec<Change>) -> Vec<Change> {
    let mut joined: Vec<Change> = Vec::new();
    for change in changes {
        let twin = joined.iter_mut().find(|other| {
            other.files == Some(Half::Owner)
                && change.files == Some(Half::Other)
                && **other == Change { files: Some(Half::Owner), ..change.clone() }
        });
        match twin {
            Some(twin) => twin.files = None,
            None => joined.push(change),
        }
    }
    joined
}
