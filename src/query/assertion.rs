//! What must hold of policy: requests that profiles must be allowed, must be denied, or must never reach.

use super::exec::members;
use super::file::Half;
use super::graph::{Edge, Graph, UNCONFINED, edges};
use super::profile::{Part, Query};
use super::request::Request;
use super::world::World;
use crate::glob::Glob;
use crate::vocabulary::Version;
use std::collections::BTreeMap;

/// What must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// Each profile is granted all of each request.
    Allow,
    /// No profile is granted any part of any request.
    Deny,
    /// As `Deny`, and no profile can become one that is granted it, by any chain of transitions.
    Never,
}

/// An assertion about profiles.
#[derive(Debug)]
pub struct Assertion {
    /// What must hold.
    pub demand: Demand,
    /// Which profiles, by their full names.
    pub profiles: Vec<Glob>,
    /// Of what, each as it was written.
    pub requests: Vec<(String, Request)>,
    /// On whose files; all when `None`.
    pub half: Option<Half>,
}

/// Where an assertion does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The profile that it is about.
    pub profile: String,
    /// The request, as it was written.
    pub request: String,
    /// The way to the profile that is granted it; empty when it is the profile itself.
    pub chain: Vec<Edge>,
    /// The words of the request that are granted (or, where all should be, that are not).
    pub words: Vec<String>,
    /// The rules that say so: profile and place in it; none when no rule speaks of it, or nothing is confined.
    pub rules: Vec<(String, usize)>,
}

/// Profiles to be judged, with the ways between them once those are needed.
#[derive(Debug)]
pub struct Judge<'w, 'p> {
    world: &'w World<'p>,
    queries: BTreeMap<String, Query<'p>>,
    graph: std::sync::OnceLock<Graph>,
}

impl<'w, 'p> Judge<'w, 'p> {
    /// A judge of all profiles of the world.
    #[must_use]
    pub fn new(world: &'w World<'p>, version: Version) -> Self {
        let queries = world
            .profiles()
            .map(|(policy, profile)| (profile.display_name(), Query::new(policy, profile, version)))
            .collect();
        Self { world, queries, graph: std::sync::OnceLock::new() }
    }

    /// The profile of that name.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&Query<'p>> {
        self.queries.get(name)
    }

    /// The profiles that an assertion is about.
    pub fn subjects<'a>(&'a self, assertion: &'a Assertion) -> impl Iterator<Item = &'a str> {
        let is_meant = |name: &&str| assertion.profiles.iter().any(|glob| glob.matches(name.as_bytes()));
        self.queries.keys().map(String::as_str).filter(is_meant)
    }

    /// Where the assertion does not hold.
    #[must_use]
    pub fn violations(&self, assertion: &Assertion) -> Vec<Violation> {
        let mut violations = Vec::new();
        for name in self.subjects(assertion) {
            for (words, request) in &assertion.requests {
                match assertion.demand {
                    Demand::Allow | Demand::Deny => {
                        let parts = self.wrong(name, request, assertion);
                        if !parts.is_empty() {
                            violations.push(violation(name, words, parts, Vec::new()));
                        }
                    }
                    Demand::Never => violations.extend(self.reached(name, words, request, assertion)),
                }
            }
        }
        violations
    }

    /// The shortest way by which the profile comes to be granted the request.
    fn reached(
        &self,
        name: &str,
        words: &str,
        request: &Request,
        assertion: &Assertion,
    ) -> Option<Violation> {
        let graph = self.graph.get_or_init(|| {
            Graph::new(self.queries.values().flat_map(|query| edges(query, self.world)).collect())
        });
        let reached = graph.reachable(name);
        let granted = reached.into_iter().filter_map(|(there, chain)| {
            let free = there == UNCONFINED;
            let parts = if free { Vec::new() } else { self.granted_by_all(&there, request, assertion) };
            (free || !parts.is_empty()).then_some((chain, parts))
        });
        let (chain, parts) = granted.min_by_key(|(chain, _)| chain.len())?;
        Some(violation(name, words, parts, chain.into_iter().cloned().collect()))
    }

    /// What all members of a label grant of a request.
    fn granted_by_all(&self, label: &str, request: &Request, assertion: &Assertion) -> Vec<(String, Part)> {
        let by_member: Vec<Vec<(String, Part)>> =
            members(label).map(|member| self.wrong(member, request, assertion)).collect();
        let in_all = |(_, part): &(String, Part)| {
            by_member.iter().all(|parts| parts.iter().any(|(_, other)| other.word == part.word))
        };
        by_member.iter().flatten().filter(|part| in_all(part)).cloned().collect()
    }

    /// The parts of the request that are not as the assertion has them, with the profile.
    fn wrong(&self, name: &str, request: &Request, assertion: &Assertion) -> Vec<(String, Part)> {
        let Some(query) = self.queries.get(name) else { return Vec::new() };
        let halves = match assertion.half {
            _ if !Query::has_halves(request) => vec![Half::Owner],
            Some(half) => vec![half],
            None => vec![Half::Owner, Half::Other],
        };
        let mut wrong: Vec<Part> = Vec::new();
        for half in halves {
            let answer = self.world.ask(query, request, half);
            let refused = answer.link_refusal.is_some();
            for part in answer.parts {
                let granted = part.granted() && !refused;
                if granted != (assertion.demand == Demand::Allow) && !wrong.contains(&part) {
                    wrong.push(part);
                }
            }
        }
        wrong.into_iter().map(|part| (name.to_owned(), part)).collect()
    }
}

fn violation(profile: &str, request: &str, parts: Vec<(String, Part)>, chain: Vec<Edge>) -> Violation {
    let of_part = |(name, part): &(String, Part)| -> Vec<(String, usize)> {
        part.rules.iter().map(|rule| (name.clone(), *rule)).collect()
    };
    let mut rules: Vec<(String, usize)> = parts.iter().flat_map(of_part).collect();
    rules.sort();
    rules.dedup();
    let mut words: Vec<String> = parts.into_iter().map(|(_, part)| part.word).collect();
    words.sort();
    words.dedup();
    Violation { profile: profile.to_owned(), request: request.to_owned(), chain, words, rules }
}
