use crate::diagnostic::Diagnostic;
use crate::glob::{Dialect, Glob, PathSet, is_spent, unescape};
use crate::lint::covering::covers;
use crate::lint::danger::facts::{Facts, facts};
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, ProfileContext, Rule};
use crate::policy::{FileAccess, Origin, ResolvedKind, ResolvedProfile, ResolvedRule};
use crate::source::{FileId, Location, Span};
use crate::syntax::{self, Decision, Item, Ownership, Word};
use crate::vocabulary::{Capability, Permissions, Word as _};
use foldhash::HashSet;
use std::sync::Arc;

declare_rule! {
    /// An allow rule that deny rules cancel, in whole or for some of its permissions.
    ///
    /// Only a deny that covers every path of the allow rule counts, and not one whose purpose it is to take something out of an
    /// abstraction. A deny rule that lacks its permission letters counts as one of all permissions: that is what is meant by it.
    ///
    /// # Why
    /// A deny wins over every allow of the same priority, whatever their order. Who writes both believes that the program may do it,
    /// and looks for the refusal elsewhere: it is not even logged.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /etc/example/state w,
    /// deny /etc/** w,
    /// ```
    /// ```apparmor rules
    /// /usr/bin/perl ix,
    /// deny /usr/** rwmlkx,
    /// ```
    /// ```apparmor rules
    /// capability chown fowner,
    /// deny capability chown,
    /// ```
    /// ```apparmor rules
    /// mount fstype=tmpfs tmpfs -> /srv/example/,
    /// deny mount,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /etc/** r,
    /// deny /etc/shadow r,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "deny"; asked of Linux 6.1 and 6.12
    pub struct DenyOverridesAllow {
        id: "deny-overrides-allow",
        group: Correctness,
    }
}

impl Rule for DenyOverridesAllow {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        let rules = || profile.other_rules.iter().copied();
        let denies = rules().filter(|rule| rule.decision == Decision::Deny);
        // Capabilities are few, however many rules name them.
        let (named, denies): (Vec<&ResolvedRule>, Vec<&ResolvedRule>) =
            denies.partition(|rule| matches!(rule.kind, ResolvedKind::Capability { all: false, .. }));
        if named.is_empty() && denies.is_empty() {
            return;
        }
        let denied = denied_capabilities(&named);
        for rule in rules().filter(|rule| rule.decision != Decision::Deny) {
            // One that stands in the profile may take something out of an include.
            let is_against = |deny: &ResolvedRule| {
                let is_near =
                    rule.origin.via.is_none() || rule.origin.location.file == deny.origin.location.file;
                is_near && deny.priority >= rule.priority
            };
            let whole = denies.iter().find(|deny| is_against(deny) && covers_all(&deny.kind, &rule.kind));
            let (message, deny) = match whole {
                Some(deny) => ("a deny rule cancels all of this rule".to_owned(), *deny),
                None => match lost_capabilities(rule, &denied, is_against) {
                    Some(lost) => lost,
                    None => continue,
                },
            };
            findings.report(
                Self::finding(rule.origin.location, message)
                    .related(deny.origin.location, "denied here")
                    .note("a deny wins over an allow, whatever their order")
                    .help("remove this rule, or narrow the deny rule so that it leaves this out"),
            );
        }
    }

    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        let bare = bare_denials(file);
        for profile in file.policy.all_profiles() {
            let mut denies: Vec<Deny> = profile.rules.iter().filter_map(Deny::of).collect();
            denies.extend(without_permissions(file, &bare, profile));
            if denies.is_empty() {
                continue;
            }
            let denies = Denies::new(&denies);
            for rule in &profile.rules {
                let ResolvedKind::File(access) = &rule.kind else { continue };
                if !file.shown.has(access.path.location.file) {
                    continue;
                }
                if is_spent() {
                    return;
                }
                // What an include allows is only denied there.
                if rule.origin.via.is_some() && !denies.files.contains(&rule.origin.location.file) {
                    continue;
                }
                if rule.decision != Decision::Deny
                    && let Some(finding) = cancelled(rule, access, &denies)
                {
                    findings.report(finding);
                }
            }
        }
    }
}

/// Does the denial take all of a rule? A bare one of its kind does.
fn covers_all(deny: &ResolvedKind, rule: &ResolvedKind) -> bool {
    match (deny, rule) {
        (ResolvedKind::Mount(deny), ResolvedKind::Mount(rule)) => {
            let is_bare = deny.fstype.is_empty()
                && deny.options.is_empty()
                && deny.options_in.is_empty()
                && deny.source.is_none()
                && deny.mountpoint.is_none();
            is_bare && deny.operation == rule.operation
        }
        (ResolvedKind::PivotRoot(deny), ResolvedKind::PivotRoot(_)) => {
            deny.old_root.is_none() && deny.new_root.is_none()
        }
        (ResolvedKind::Mqueue(deny), ResolvedKind::Mqueue(rule)) => {
            let is_bare = deny.name.is_none() && deny.label.is_none() && deny.queue_type.is_none();
            is_bare && rule.access.iter().all(|access| deny.access.contains(access))
        }
        (ResolvedKind::IoUring(deny), ResolvedKind::IoUring(rule)) => {
            deny.label.is_none() && rule.access.iter().all(|access| deny.access.contains(access))
        }
        _ => covers(deny, rule),
    }
}

/// Each capability that is denied by name, with the rule of the highest priority that does.
fn denied_capabilities<'d>(denies: &[&'d ResolvedRule]) -> Vec<(Capability, &'d ResolvedRule)> {
    let mut denied: Vec<(Capability, &ResolvedRule)> = Vec::new();
    for deny in denies {
        let ResolvedKind::Capability { capabilities, all: false } = &deny.kind else { continue };
        for capability in capabilities {
            match denied.iter_mut().find(|(known, _)| known == capability) {
                Some((_, known)) if deny.priority > known.priority => *known = deny,
                Some(_) => {}
                None => denied.push((*capability, deny)),
            }
        }
    }
    denied
}

/// What is said of a rule whose capabilities, or some of them, are denied, and one of the denials.
fn lost_capabilities<'d>(
    rule: &ResolvedRule,
    denied: &[(Capability, &'d ResolvedRule)],
    is_against: impl Fn(&ResolvedRule) -> bool,
) -> Option<(String, &'d ResolvedRule)> {
    let ResolvedKind::Capability { capabilities: wanted, all: false } = &rule.kind else { return None };
    let lost: Vec<_> =
        denied.iter().filter(|(capability, deny)| is_against(deny) && wanted.contains(capability)).collect();
    let (_, culprit) = lost.first()?;
    if wanted.iter().all(|capability| lost.iter().any(|(known, _)| known == capability)) {
        return Some(("a deny rule cancels all of this rule".to_owned(), culprit));
    }
    let names: Vec<String> = lost.iter().map(|(capability, _)| format!("`{}`", capability.name())).collect();
    Some((format!("a deny rule cancels the {} of this rule", names.join(", ")), culprit))
}

/// What a deny rule takes away.
struct Deny {
    glob: Arc<Glob>,
    permissions: Permissions,
    priority: i32,
    ownership: Option<Ownership>,
    origin: Origin,
    word: Location,
}

impl Deny {
    /// What it denies.
    fn paths(&self) -> &PathSet {
        self.glob.path_set()
    }

    fn of(rule: &ResolvedRule) -> Option<Self> {
        let ResolvedKind::File(access) = &rule.kind else { return None };
        (rule.decision == Decision::Deny).then(|| Self {
            glob: Arc::clone(&access.path.glob),
            // To deny writing is to deny appending.
            permissions: access.permissions.with_implied(),
            priority: rule.priority,
            ownership: rule.ownership,
            origin: rule.origin.clone(),
            word: access.path.location,
        })
    }

    /// Is it meant against the rules of that origin? One that stands in the profile may take something out of an include.
    fn speaks_to(&self, rule: &ResolvedRule) -> bool {
        let is_near = rule.origin.via.is_none() || rule.origin.location.file == self.origin.location.file;
        let covers_half = self.ownership.is_none() || self.ownership == rule.ownership;
        is_near && covers_half && self.priority >= rule.priority
    }
}

/// The deny rules of a profile, found by how their paths begin.
struct Denies<'d> {
    list: Vec<(&'d Deny, &'d Facts)>,
    /// The files that they stand in.
    files: HashSet<FileId>,
}

impl<'d> Denies<'d> {
    fn new(list: &'d [Deny]) -> Self {
        let files = list.iter().map(|deny| deny.origin.location.file).collect();
        Self { list: list.iter().map(|deny| (deny, facts(&deny.glob))).collect(), files }
    }

    /// Those that may match a path of the glob, as far as their beginnings tell, in order.
    fn near(&self, glob: &Glob) -> impl Iterator<Item = &'d Deny> {
        let facts = facts(glob);
        self.list.iter().filter(|(_, deny)| deny.may_meet(facts)).map(|(deny, _)| *deny)
    }
}

/// The deny rules of a file that lack their letters.
fn bare_denials<'a>(file: &FileContext<'a>) -> Vec<(&'a Item, &'a syntax::Rule, Word)> {
    let is_deny = |rule: &syntax::Rule| matches!(rule.qualifiers.decision, Some((Decision::Deny, _)));
    let bare = file.file_rules().filter(|(_, rule, file, _)| file.permissions.is_none() && is_deny(rule));
    bare.map(|(item, rule, _, path)| (item, rule, path)).collect()
}

/// Those of them that stand in a profile, and that the compiler therefore refuses.
fn without_permissions(
    file: &FileContext<'_>,
    bare: &[(&Item, &syntax::Rule, Word)],
    profile: &ResolvedProfile,
) -> Vec<Deny> {
    if bare.is_empty() || profile.origin.location.file != file.id {
        return Vec::new();
    }
    let is_inside = |outer: Span, inner: Span| outer.contains(inner) && outer != inner;
    let own = profile.origin.location.span;
    let children: Vec<Span> = profile.children.iter().map(|child| child.origin.location.span).collect();
    let mut found = Vec::new();
    for (item, rule, path) in bare {
        let text = unescape(path.text(file.bytes()));
        if text.contains(&b'@')
            || !is_inside(own, item.span)
            || children.iter().any(|child| is_inside(*child, item.span))
        {
            continue;
        }
        let Ok(glob) = Glob::parse(&text, Dialect::Path) else { continue };
        found.push(Deny {
            glob: Arc::new(glob),
            permissions: Permissions::ALL,
            priority: 0,
            ownership: rule.qualifiers.ownership.map(|(ownership, _)| ownership),
            origin: Origin { location: file.location(item.span), via: None },
            word: file.location(path.span),
        });
    }
    found
}

/// Those that deny some of the paths.
fn overlapping<'d>(denies: &[&'d Deny], paths: &PathSet) -> Vec<&'d Deny> {
    let denies = denies.iter().copied().take_while(|_| !is_spent());
    denies.filter(|deny| matches!(deny.paths().overlap(paths), Ok(Some(_)))).collect()
}

/// The finding for a rule of which some permission is denied on all its paths.
fn cancelled(rule: &ResolvedRule, access: &FileAccess, denies: &Denies<'_>) -> Option<Diagnostic> {
    let against: Vec<&Deny> = denies
        .near(&access.path.glob)
        .filter(|deny| deny.permissions.intersects(access.permissions) && deny.speaks_to(rule))
        .collect();
    if against.is_empty() {
        return None;
    }
    // One path of the rule that no deny matches settles most rules, and needs no automaton of many globs.
    let example = facts(&access.path.glob).example.as_deref()?;
    if !against.iter().any(|deny| deny.paths().is_match(example)) {
        return None;
    }
    let paths = access.path.glob.path_set();
    let together = |denies: &[&Deny]| {
        PathSet::new(denies.iter().map(|deny| &*deny.glob)).includes(paths).unwrap_or(false)
    };
    let mut lost = Permissions::NONE;
    let mut culprits: Vec<&Deny> = Vec::new();
    for permission in access.permissions.iter() {
        let able: Vec<&Deny> =
            against.iter().copied().filter(|deny| deny.permissions.contains(permission)).collect();
        if !able.iter().any(|deny| deny.paths().is_match(example)) {
            continue;
        }
        let alone = able.iter().find(|deny| deny.paths().includes(paths).unwrap_or(false));
        let guilty = match alone {
            Some(deny) => vec![*deny],
            None if able.len() > 1 && together(&overlapping(&able, paths)) => overlapping(&able, paths),
            None => continue,
        };
        lost |= permission;
        for deny in guilty {
            if !culprits.iter().any(|known| known.word == deny.word) {
                culprits.push(deny);
            }
        }
    }
    if lost.is_empty() || paths.is_empty() {
        return None;
    }
    let message = if lost == access.permissions {
        "a deny rule cancels all of this rule".to_owned()
    } else {
        format!("a deny rule cancels the `{lost}` of this rule")
    };
    let mut finding = DenyOverridesAllow::finding(access.path.location, message);
    for deny in &culprits {
        finding = finding.related(deny.word, "denied here");
    }
    if let (None, Ok(Some(witness))) = (access.path.glob.literal(), paths.witness()) {
        finding = finding.note(format!("for example `{}` stays denied", String::from_utf8_lossy(&witness)));
    }
    Some(
        finding
            .note("a deny wins over an allow, whatever their order")
            .help("remove this rule, or narrow the deny rule so that it leaves this path out"),
    )
}
