use crate::lint::rule::declare_rule;
use crate::lint::{Findings, Rule, TreeContext};
use crate::policy::{FileAccess, ResolvedKind, ResolvedProfile, ResolvedRule};
use crate::source::{FileId, Location};
use crate::syntax::Decision;
use std::collections::{BTreeMap, BTreeSet, HashMap};

declare_rule! {
    /// A profile that writes out most of an abstraction which others of the tree include.
    ///
    /// Off by default. Looks at the file rules: four in five of the abstraction's own must stand in the profile, five at least.
    ///
    /// # Why
    /// When the libraries behind an abstraction change, it is mended in one place, and a copy of it stays as it was.
    ///
    /// # Bad
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile apple /usr/bin/apple {
    ///   include <abstractions/fruit>
    /// }
    ///
    /// profile example /usr/bin/example {
    ///   /etc/fruit/apple r,
    ///   /etc/fruit/cherry r,
    ///   /etc/fruit/lemon r,
    ///   /etc/fruit/pear r,
    ///   /etc/fruit/plum r,
    /// }
    /// ```
    /// ```apparmor file=abstractions/fruit
    /// /etc/fruit/apple r,
    /// /etc/fruit/cherry r,
    /// /etc/fruit/lemon r,
    /// /etc/fruit/pear r,
    /// /etc/fruit/plum r,
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// profile example /usr/bin/example {
    ///   include <abstractions/fruit>
    /// }
    ///
    /// profile other /usr/bin/other {
    ///   /etc/fruit/apple r,
    ///   /etc/fruit/cherry r,
    /// }
    /// ```
    /// ```apparmor file=abstractions/fruit
    /// /etc/fruit/apple r,
    /// /etc/fruit/cherry r,
    /// /etc/fruit/lemon r,
    /// /etc/fruit/pear r,
    /// /etc/fruit/plum r,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "#include mechanism"
    pub struct AbstractionAvailable {
        id: "abstraction-available",
        group: Redundancy,
        severity: Note,
        default: Off,
        needs: Tree,
    }
}

/// An abstraction shows what it is for by so many rules.
const FEWEST: usize = 5;

impl Rule for AbstractionAvailable {
    fn check_tree(&self, tree: &TreeContext<'_>, findings: &mut Findings) {
        let abstractions = Abstractions::of(tree);
        for profile in tree.profiles().filter(|profile| profile.complete) {
            let included: BTreeSet<FileId> =
                profile.rules.iter().map(|rule| rule.origin.location.file).collect();
            // Which rules of each abstraction the profile has, and where the first of them stands in it.
            let mut copies: BTreeMap<FileId, (BTreeSet<Location>, Location)> = BTreeMap::new();
            for (rule, file) in file_rules(profile).filter(|(rule, _)| rule.origin.via.is_none()) {
                for (original, granted) in abstractions.by_path.get(&*file.path.text).into_iter().flatten() {
                    let place = original.origin.location;
                    if !included.contains(&place.file) && grants((rule, file), (original, granted)) {
                        let copy = copies.entry(place.file);
                        copy.or_insert_with(|| (BTreeSet::new(), file.path.location)).0.insert(place);
                    }
                }
            }
            for (abstraction, (copied, first)) in copies {
                let whole = abstractions.sizes.get(&abstraction).copied().unwrap_or_default();
                if copied.len() < FEWEST || copied.len() * 5 < whole * 4 {
                    continue;
                }
                let source = tree.sources.get(abstraction);
                let name = source.path().file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
                let finding = Self::finding(
                    first,
                    format!(
                        "{} of the {whole} rules of `abstractions/{name}` are written out here",
                        copied.len()
                    ),
                )
                .help(format!("write `include <abstractions/{name}>` in their place"));
                findings.report(match copied.first() {
                    Some(place) => finding.related(*place, "the first of them there"),
                    None => finding,
                });
            }
        }
    }
}

/// The file rules of the abstractions that some profile of the tree includes.
struct Abstractions<'t> {
    by_path: HashMap<&'t [u8], Vec<(&'t ResolvedRule, &'t FileAccess)>>,
    sizes: HashMap<FileId, usize>,
}

impl<'t> Abstractions<'t> {
    fn of(tree: &TreeContext<'t>) -> Self {
        let mut known = Self { by_path: HashMap::new(), sizes: HashMap::new() };
        let mut seen: BTreeSet<Location> = BTreeSet::new();
        for profile in tree.profiles() {
            for (rule, file) in file_rules(profile).filter(|(rule, _)| rule.origin.via.is_some()) {
                let place = rule.origin.location;
                let source = tree.sources.get(place.file);
                let is_abstraction =
                    source.path().parent().is_some_and(|parent| parent.ends_with("abstractions"));
                if is_abstraction && seen.insert(place) {
                    known.by_path.entry(&file.path.text).or_default().push((rule, file));
                    *known.sizes.entry(place.file).or_default() += 1;
                }
            }
        }
        known
    }
}

fn file_rules(profile: &ResolvedProfile) -> impl Iterator<Item = (&ResolvedRule, &FileAccess)> {
    profile.rules.iter().filter_map(|rule| match &rule.kind {
        ResolvedKind::File(file) if rule.decision == Decision::Allow => Some((rule, &**file)),
        _ => None,
    })
}

/// Does the first rule grant on its path all that the second does on the same?
fn grants(
    (rule, file): (&ResolvedRule, &FileAccess),
    (original, granted): (&ResolvedRule, &FileAccess),
) -> bool {
    file.permissions.with_implied().contains(granted.permissions)
        && rule.speaks_of_files_of(original)
        && (granted.exec.is_none() || file.exec == granted.exec)
        && rule.conditional == original.conditional
}
