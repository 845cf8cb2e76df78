//! Which profile became which?

use crate::policy::{Policy, ResolvedProfile};
use std::collections::BTreeMap;

/// A profile of each side; one of them is missing where a profile was added or removed.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'p> {
    /// The old profile, with its policy.
    pub old: Option<(&'p Policy, &'p ResolvedProfile)>,
    /// The new one.
    pub new: Option<(&'p Policy, &'p ResolvedProfile)>,
}

impl Pair<'_> {
    /// The new profile's name, or the old one's where there is no new one.
    #[must_use]
    pub fn name(&self) -> String {
        self.new.or(self.old).map(|(_, profile)| profile.display_name()).unwrap_or_default()
    }

    /// The old profile's name, when the profile was renamed.
    #[must_use]
    pub fn renamed_from(&self) -> Option<String> {
        let (old, new) = (self.old?.1.display_name(), self.new?.1.display_name());
        (old != new).then_some(old)
    }
}

/// The profiles of both sides, by name. What is left over and stands for the same programs was renamed; so was the
/// only profile left over on each side. Children follow their parents.
#[must_use]
pub fn pair_up<'p>(old: &[&'p Policy], new: &[&'p Policy]) -> Vec<Pair<'p>> {
    let mut removed = named(old);
    let mut added = named(new);
    let mut pairs = Vec::new();
    added.retain(|name, found| match removed.remove(name) {
        Some(before) => {
            pairs.push(Pair { old: Some(before), new: Some(*found) });
            false
        }
        None => true,
    });
    let tops = |profiles: &Named<'p>| -> Vec<String> {
        profiles.keys().filter(|name| !name.contains("//") && !name.starts_with(' ')).cloned().collect()
    };
    let mut renamed: Vec<(String, String)> = Vec::new();
    for before in tops(&removed) {
        let programs = |found: &(&Policy, &ResolvedProfile)| {
            found.1.attachment.as_ref().map(|attachment| attachment.pattern.text.clone())
        };
        let wanted = programs(&removed[&before]);
        let same = tops(&added).into_iter().find(|after| {
            wanted.is_some()
                && programs(&added[after]) == wanted
                && !renamed.iter().any(|(_, taken)| taken == after)
        });
        renamed.extend(same.map(|after| (before, after)));
    }
    if let ([before], [after]) = (tops(&removed).as_slice(), tops(&added).as_slice())
        && renamed.is_empty()
    {
        renamed.push((before.clone(), after.clone()));
    }
    for (before, after) in renamed {
        let family: Vec<String> = removed
            .keys()
            .filter(|name| {
                **name == before || name.strip_prefix(&before).is_some_and(|rest| rest.starts_with("//"))
            })
            .cloned()
            .collect();
        for name in family {
            let renamed = format!("{after}{}", &name[before.len()..]);
            if let (Some(old), Some(new)) = (removed.get(&name).copied(), added.remove(&renamed)) {
                removed.remove(&name);
                pairs.push(Pair { old: Some(old), new: Some(new) });
            }
        }
    }
    pairs.extend(removed.into_values().map(|found| Pair { old: Some(found), new: None }));
    pairs.extend(added.into_values().map(|found| Pair { old: None, new: Some(found) }));
    pairs.sort_by_cached_key(Pair::name);
    pairs
}

type Named<'p> = BTreeMap<String, (&'p Policy, &'p ResolvedProfile)>;

fn named<'p>(policies: &[&'p Policy]) -> Named<'p> {
    let mut named = Named::new();
    for policy in policies {
        for profile in policy.all_profiles() {
            // Of two profiles of one name the kernel has the one that was loaded last; both are told here.
            let mut name = profile.display_name();
            while named.contains_key(&name) {
                name.insert(0, ' ');
            }
            named.insert(name, (*policy, profile));
        }
    }
    named
}
