//! Which profile may become which: by executing a program, by change_profile, by change_hat.

use super::exec::{AND, members};
use super::file::Half;
use super::profile::Query;
use super::space::{Class, EXEC_BIT, Statement, grants};
use super::world::World;
use crate::glob::{Effort, PathSet, within};
use crate::policy::ResolvedProfile;
use crate::vocabulary::{ExecBase, ExecFallback};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The name of what confines nothing.
pub const UNCONFINED: &str = "unconfined";

/// A way from one profile to another. Conditions on extended attributes are not looked at: they are taken to hold or not, and of a
/// fallback (`pux`) it is taken that it may happen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Edge {
    /// The full name of the profile that is left.
    pub from: String,
    /// The full name of the one that is entered, `unconfined`, a name that no profile has, or several of these with `//&` between.
    pub to: String,
    /// The exec mode, `change_profile` or `change_hat`.
    pub by: String,
    /// What is executed, as the rule names it; empty for other ways.
    pub on: String,
    /// The rule, by its place in the profile; none for `change_hat`.
    pub rule: Option<usize>,
}

/// Ways out of one profile; those that stay in it are left out.
#[must_use]
pub fn edges(query: &Query<'_>, world: &World<'_>) -> Vec<Edge> {
    within(EFFORT, || all_edges(query, world)).0
}

/// What the comparison of one profile's exec rules with all attachments may cost: some seconds.
const EFFORT: Effort = Effort(50_000_000);

fn all_edges(query: &Query<'_>, world: &World<'_>) -> Vec<Edge> {
    if query.is_unconfined() {
        return Vec::new();
    }
    let from = query.profile().display_name();
    let mut edges = Vec::new();
    let files = query.space(Class::File);
    let denied: Vec<&Statement> = files
        .statements
        .iter()
        .filter(|statement| {
            statement.bits & EXEC_BIT != 0 && !grants(statement) && statement.ownership.is_none()
        })
        .collect();
    for statement in &files.statements {
        let Some(exec) =
            statement.exec.as_ref().filter(|_| grants(statement) && statement.bits & EXEC_BIT != 0)
        else {
            continue;
        };
        if exec.mode.base == ExecBase::Inherit && exec.target.is_none() {
            continue;
        }
        let stronger = denied.iter().filter(|deny| deny.strength.priority >= statement.strength.priority);
        let refused = PathSet::new(stronger.flat_map(|deny| &deny.fields).map(|field| field.glob.as_ref()));
        let glob = statement.fields[0].glob.as_ref();
        let programs = PathSet::from(glob);
        // What is too complex to be decided counts as possible.
        if programs.outside(&refused) == Ok(None) {
            continue;
        }
        let attached = |parent: Option<&str>| -> Vec<String> {
            let fits =
                |(_, set): &(&str, &PathSet)| !matches!(set.overlap_outside(&programs, &refused), Ok(None));
            world.attachments(parent).filter(fits).map(|(name, _)| name.to_owned()).collect()
        };
        let target = exec.target.as_deref().map(String::from_utf8_lossy);
        let stacked_name = match (&target, exec.mode.base) {
            (Some(target), base) if base != ExecBase::Child => target.strip_prefix('&'),
            _ => None,
        };
        let mut targets: BTreeSet<String> = match (&target, exec.mode.base) {
            // What is to be stacked must be there, else only the fallback is left.
            (Some(_), _) if stacked_name.is_some_and(|name| world.find(name).is_none()) => BTreeSet::new(),
            (Some(_), _) if stacked_name.is_some() => attached(None).into_iter().collect(),
            // As the compiler does, `cx -> &t` is `P//&t`.
            (Some(target), ExecBase::Child) => BTreeSet::from([format!("{from}//{target}")]),
            (Some(target), _) => BTreeSet::from([target.clone().into_owned()]),
            (None, ExecBase::Unconfined) => BTreeSet::from([UNCONFINED.to_owned()]),
            (None, base) => {
                attached((base == ExecBase::Child).then_some(from.as_str())).into_iter().collect()
            }
        };
        match exec.mode.fallback {
            ExecFallback::Unconfined => drop(targets.insert(UNCONFINED.to_owned())),
            ExecFallback::Inherit => drop(targets.insert(from.clone())),
            ExecFallback::None if exec.mode.base == ExecBase::Inherit => drop(targets.insert(from.clone())),
            ExecFallback::None => {}
        }
        let targets: BTreeSet<String> = targets
            .iter()
            .map(|below| {
                stacked(members(below).chain(stacked_name.filter(|name| world.find(name).is_some())))
            })
            .collect();
        edges.extend(targets.into_iter().map(|to| Edge {
            from: from.clone(),
            to,
            by: exec.mode.to_string(),
            on: glob.to_string(),
            rule: statement.rule,
        }));
    }
    edges.extend(changes(query, world, &from));
    edges.extend(query.profile().children.iter().filter(|child| child.is_hat()).map(|hat| Edge {
        from: from.clone(),
        to: hat.display_name(),
        by: "change_hat".to_owned(),
        on: String::new(),
        rule: None,
    }));
    edges.retain(|edge| edge.to != from);
    edges.sort();
    edges.dedup();
    edges
}

/// The label of all of them, sorted, each once. What confines nothing takes nothing away, so it counts only alone.
fn stacked<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut names: BTreeSet<&str> = names.into_iter().collect();
    if names.len() > 1 {
        names.remove(UNCONFINED);
    }
    names.into_iter().collect::<Vec<_>>().join(AND)
}

fn changes(query: &Query<'_>, world: &World<'_>, from: &str) -> Vec<Edge> {
    let mut edges = Vec::new();
    for statement in query.space(Class::ChangeProfile).statements {
        if !grants(&statement) {
            continue;
        }
        let glob = &statement.fields[0].glob;
        let mut targets: Vec<String> = match glob.literal() {
            Some(name) => vec![String::from_utf8_lossy(&name).into_owned()],
            None => world
                .names()
                .chain([UNCONFINED])
                .filter(|name| glob.matches(name.as_bytes()))
                .map(str::to_owned)
                .collect(),
        };
        targets.retain(|name| query.files().ask(name.as_bytes(), Half::Owner).may_change());
        edges.extend(targets.into_iter().map(|to| Edge {
            from: from.to_owned(),
            to,
            by: "change_profile".to_owned(),
            on: String::new(),
            rule: statement.rule,
        }));
    }
    edges
}

/// The most stacks that are told apart: each has the ways of all its members, and where many profiles may be entered from anywhere
/// there are millions.
const MOST_STACKS: usize = 300;

/// Ways between profiles, to be walked.
#[derive(Debug, Default)]
pub struct Graph {
    edges: Vec<Edge>,
    out: BTreeMap<String, Vec<usize>>,
}

impl Graph {
    /// A graph of these ways, and those out of the stacks that they lead to.
    #[must_use]
    pub fn new(edges: Vec<Edge>) -> Self {
        let mut graph = Self::default();
        edges.into_iter().for_each(|edge| graph.add(edge));
        graph.leave_stacks();
        graph
    }

    fn add(&mut self, edge: Edge) {
        self.out.entry(edge.from.clone()).or_default().push(self.edges.len());
        self.edges.push(edge);
    }

    /// From a stack each member goes its own ways. All of them change at one exec, which is more than is looked at: that one goes
    /// and the others stay is taken to be possible, too, so that no way is missed.
    fn leave_stacks(&mut self) {
        let is_stack = |name: &&String| members(name).count() > 1;
        let mut known: BTreeSet<String> =
            self.edges.iter().map(|edge| &edge.to).filter(is_stack).cloned().collect();
        let mut queue: VecDeque<String> = known.iter().cloned().collect();
        while let Some(stack) = queue.pop_front() {
            for member in members(&stack) {
                let ways: Vec<Edge> = self
                    .out
                    .get(member)
                    .into_iter()
                    .flatten()
                    .map(|index| self.edges[*index].clone())
                    .collect();
                for way in ways {
                    let others = members(&stack).filter(|other| *other != member);
                    let mut to = stacked(others.chain(members(&way.to)));
                    if to == stack {
                        continue;
                    }
                    if is_stack(&&to) && !known.contains(&to) {
                        if known.len() < MOST_STACKS {
                            known.insert(to.clone());
                            queue.push_back(to.clone());
                        } else {
                            // What holds back a member is no longer counted.
                            to.clone_from(&way.to);
                        }
                    }
                    self.add(Edge { from: stack.clone(), to, rule: None, ..way });
                }
            }
        }
    }

    /// All ways.
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// What can be reached from there, itself included, each with the shortest chain that leads to it.
    #[must_use]
    pub fn reachable(&self, from: &str) -> BTreeMap<String, Vec<&Edge>> {
        let mut chains: BTreeMap<String, Vec<&Edge>> = BTreeMap::from([(from.to_owned(), Vec::new())]);
        let mut queue = VecDeque::from([from.to_owned()]);
        while let Some(name) = queue.pop_front() {
            let chain = chains[&name].clone();
            for edge in self.out.get(&name).into_iter().flatten().map(|index| &self.edges[*index]) {
                if !chains.contains_key(&edge.to) {
                    chains.insert(edge.to.clone(), [chain.as_slice(), &[edge]].concat());
                    queue.push_back(edge.to.clone());
                }
            }
        }
        chains
    }

    /// From where the name can be reached, itself included.
    #[must_use]
    pub fn leading_to(&self, name: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::from([name.to_owned()]);
        loop {
            let leads = |edge: &&Edge| found.contains(&edge.to) && !found.contains(&edge.from);
            let more: Vec<String> = self.edges.iter().filter(leads).map(|edge| edge.from.clone()).collect();
            if more.is_empty() {
                return found;
            }
            found.extend(more);
        }
    }
}

/// Does a profile confine nothing, so that whoever is in it is free?
#[must_use]
pub fn confines_nothing(profile: &ResolvedProfile) -> bool {
    use crate::policy::ProfileMode;
    matches!(profile.mode, ProfileMode::Unconfined | ProfileMode::DefaultAllow)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree where every profile may become any other, also beside another one, once took all memory.
    #[test]
    fn stacks_of_everything_with_everything_stay_few() {
        let names: Vec<String> = (0..120).map(|number| format!("p{number}")).collect();
        let way = |from: &str, to: String| {
            let (from, by, on) = (from.to_owned(), "pix".to_owned(), "/**".to_owned());
            Edge { from, to, by, on, rule: None }
        };
        let apart = |from: &str| names.iter().map(|to| way(from, to.clone())).collect::<Vec<_>>();
        let beside = names[1..].iter().map(|to| way("p0", stacked(["p0", to.as_str()])));
        let graph = Graph::new(names.iter().flat_map(|from| apart(from)).chain(beside).collect());
        assert!(graph.edges().len() < 120 * 120 + (120 + MOST_STACKS) * 240, "{}", graph.edges().len());
        let reachable = graph.reachable("p0//&p7");
        assert!(names.iter().all(|name| reachable.contains_key(name)));
    }
}
