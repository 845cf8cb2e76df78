//! Which profile may become which: by executing a program, by change_profile, by change_hat.

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

/// A way from one profile to another. Conditions on extended attributes are not looked at, and of a fallback
/// (`pux`) it is taken that it may happen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Edge {
    /// The full name of the profile that is left.
    pub from: String,
    /// The full name of the one that is entered, `unconfined`, or a name that no profile has.
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
        let mut targets = BTreeSet::new();
        match (&exec.target, exec.mode.base) {
            (Some(target), base) => {
                let target = String::from_utf8_lossy(target).into_owned();
                for name in target.trim_start_matches('&').split("//&") {
                    targets.insert(match base {
                        ExecBase::Child => format!("{from}//{name}"),
                        _ => name.to_owned(),
                    });
                }
            }
            (None, ExecBase::Unconfined) => drop(targets.insert(UNCONFINED.to_owned())),
            (None, base) => {
                let parent = (base == ExecBase::Child).then_some(from.as_str());
                let attached = world.attachments(parent);
                targets.extend(
                    attached
                        .filter(|(_, set)| !matches!(set.overlap_outside(&programs, &refused), Ok(None)))
                        .map(|(name, _)| name.to_owned()),
                );
            }
        }
        if exec.mode.fallback == ExecFallback::Unconfined {
            targets.insert(UNCONFINED.to_owned());
        }
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

/// Ways between profiles, to be walked.
#[derive(Debug, Default)]
pub struct Graph {
    edges: Vec<Edge>,
    out: BTreeMap<String, Vec<usize>>,
}

impl Graph {
    /// A graph of these ways.
    #[must_use]
    pub fn new(edges: Vec<Edge>) -> Self {
        let mut out: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, edge) in edges.iter().enumerate() {
            out.entry(edge.from.clone()).or_default().push(index);
        }
        Self { edges, out }
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
