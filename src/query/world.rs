//! All profiles that were read, as one sees another: by name, and by what they are attached to.

use super::attachment::{Attached, attach};
use super::exec::{Surroundings, transition};
use super::file::Half;
use super::lower::aliased;
use super::profile::{Answer, Fate, Part, Query};
use super::request::Request;
use super::space::EXEC;
use crate::glob::{Glob, PathSet};
use crate::policy::{Policy, ResolvedProfile};
use crate::vocabulary::Version;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// Profiles and the policies that they come from.
#[derive(Debug)]
pub struct World<'p> {
    members: Vec<Member<'p>>,
    /// The first of each name.
    by_name: HashMap<String, usize>,
    version: Version,
}

#[derive(Debug)]
struct Member<'p> {
    policy: &'p Policy,
    profile: &'p ResolvedProfile,
    name: String,
    top_level: bool,
    attachment: OnceLock<Option<PathSet>>,
}

impl<'p> World<'p> {
    /// The profiles of these policies, children included, as a parser of that version compiles them.
    pub fn new(policies: impl IntoIterator<Item = &'p Policy>, version: Version) -> Self {
        let mut members = Vec::new();
        for policy in policies {
            let top: HashSet<*const ResolvedProfile> =
                policy.profiles.iter().map(std::ptr::from_ref).collect();
            for profile in policy.all_profiles() {
                let name = profile.display_name();
                let top_level = top.contains(&std::ptr::from_ref(profile)) && profile.namespace.is_none();
                members.push(Member { policy, profile, name, top_level, attachment: OnceLock::new() });
            }
        }
        let mut by_name = HashMap::new();
        for (place, member) in members.iter().enumerate() {
            by_name.entry(plain(&member.name)).or_insert(place);
        }
        Self { members, by_name, version }
    }

    /// The profiles, with their policies.
    pub fn profiles(&self) -> impl Iterator<Item = (&'p Policy, &'p ResolvedProfile)> {
        self.members.iter().map(|member| (member.policy, member.profile))
    }

    /// The names of all profiles.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|member| member.name.as_str())
    }

    /// The profile of that full name: `parent//child`, `:ns:name`.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(&'p Policy, &'p ResolvedProfile)> {
        self.member(name).map(|member| (member.policy, member.profile))
    }

    /// Which profile an unconfined task gets when it executes the program.
    #[must_use]
    pub fn attached(&self, path: &[u8]) -> Attached<String> {
        self.choose(path, |member| member.top_level)
    }

    /// The profiles that fit the program and also ask of its extended attributes: those at the top, or the children of the
    /// profile of that name. Everything else here takes the attributes to be as they ask.
    pub fn asking_of_attributes(
        &self,
        path: &[u8],
        parent: Option<&str>,
    ) -> impl Iterator<Item = &'p ResolvedProfile> {
        let is_meant = move |member: &&Member<'p>| match parent {
            None => member.top_level,
            Some(parent) => is_child(&member.name, parent),
        };
        let asking = self.members.iter().filter(|member| !member.profile.xattrs.is_empty());
        asking
            .filter(is_meant)
            .filter(|member| member.attachment().is_some_and(|attachment| attachment.is_match(path)))
            .map(|member| member.profile)
    }

    /// What is told of a request to one of the profiles. As by [`Query::ask`], but an exec is refused too where there is no
    /// profile to run in.
    #[must_use]
    pub fn ask(&self, query: &Query<'_>, request: &Request, half: Half) -> Answer {
        let mut answer = query.ask(request, half);
        let (Request::File { path, .. }, Some(exec)) = (request, &answer.exec) else { return answer };
        if query.is_unconfined() {
            return answer;
        }
        let outlook = transition(exec, path, &self.around(&query.profile().display_name()));
        if outlook.result.is_refused() {
            let is_exec = |part: &&mut Part| part.word == EXEC && part.fate == Fate::Allowed;
            for part in answer.parts.iter_mut().filter(is_exec) {
                (part.fate, part.logged) = (Fate::NoTarget, true);
            }
        }
        answer.outlook = Some(outlook);
        answer
    }

    /// What the profile of that name sees around it.
    #[must_use]
    pub fn around<'w>(&'w self, current: &'w str) -> Around<'w, 'p> {
        Around { world: self, current }
    }

    /// What profiles are for: those at the top, or the children of the profile of that name.
    pub fn attachments<'w>(
        &'w self,
        parent: Option<&'w str>,
    ) -> impl Iterator<Item = (&'w str, &'w PathSet)> {
        let is_meant = move |member: &&Member<'p>| match parent {
            None => member.top_level,
            Some(parent) => is_child(&member.name, parent),
        };
        self.members
            .iter()
            .filter(is_meant)
            .filter_map(|member| Some((member.name.as_str(), member.attachment()?)))
    }

    fn member(&self, name: &str) -> Option<&Member<'p>> {
        self.by_name.get(&plain(name)).map(|place| &self.members[*place])
    }

    fn choose(&self, path: &[u8], among: impl Fn(&Member<'p>) -> bool) -> Attached<String> {
        // Up to 3.0 what is named by a path, without wildcards, is compiled to be found by its name, before any attachment.
        if self.version <= Version::V3_0
            && let Some(named) = self.members.iter().find(|member| among(member) && member.is_named(path))
        {
            return Attached::One(named.name.clone());
        }
        let candidates = self.members.iter().filter(|member| among(member));
        let attached = candidates.filter_map(|member| Some((member.name.clone(), member.attachment()?)));
        // What is too complex to be scored is attached to nothing: no profile that is written by hand is.
        attach(path, attached).unwrap_or(Attached::None)
    }
}

/// `:ns://name` is `:ns:name`.
fn plain(name: &str) -> String {
    name.replace("://", ":")
}

impl Member<'_> {
    /// Is its name this path, and its attachment nothing else?
    fn is_named(&self, path: &[u8]) -> bool {
        let name = self.profile.name.as_slice();
        match &self.profile.attachment {
            None => name == path,
            Some(attachment) => {
                *attachment.pattern.text == *name
                    && attachment.pattern.glob.literal().as_deref() == Some(path)
            }
        }
    }

    fn attachment(&self) -> Option<&PathSet> {
        let build = || match &self.profile.attachment {
            Some(attachment) => {
                Some(PathSet::new(aliased(&attachment.pattern, self.policy).iter().map(|glob| glob.as_ref())))
            }
            // A child or hat that is named by a path is found by it.
            None => {
                let name = self.profile.name.as_slice();
                name.starts_with(b"/").then(|| PathSet::from(&Glob::literal_string(name)))
            }
        };
        self.attachment.get_or_init(build).as_ref()
    }
}

/// Is the first the full name of a child of the second?
fn is_child(name: &str, parent: &str) -> bool {
    let below = name.strip_prefix(parent).and_then(|rest| rest.strip_prefix("//"));
    below.is_some_and(|child| !child.contains("//") || child.starts_with('/'))
}

/// The world as one profile sees it.
#[derive(Debug, Clone, Copy)]
pub struct Around<'w, 'p> {
    world: &'w World<'p>,
    current: &'w str,
}

impl Surroundings for Around<'_, '_> {
    fn current(&self) -> &str {
        self.current
    }

    fn attached(&self, path: &[u8]) -> Attached<String> {
        self.world.attached(path)
    }

    fn attached_child(&self, path: &[u8]) -> Attached<String> {
        self.world.choose(path, |member| is_child(&member.name, self.current))
    }

    fn exists(&self, full_name: &str) -> bool {
        self.world.member(full_name).is_some()
    }
}
