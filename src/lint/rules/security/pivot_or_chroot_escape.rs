use crate::lint::danger::report::{self, rated};
use crate::lint::danger::row::Risk;
use crate::lint::grants::Grant;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{Pattern, ResolvedKind};
use crate::source::Location;
use crate::syntax::Decision;
use crate::vocabulary::{Permissions, Word as _};

declare_rule! {
    /// Changing the root directory to one of the program's choice.
    ///
    /// `pivot_root` without conditions or below a directory that the program writes, and `sys_chroot` where the program may write libraries below a new root.
    ///
    /// # Why
    /// After it other files have the paths that rules allow: libraries and configuration are what the program has put
    /// there, also for the set-uid programs that it starts.
    ///
    /// # Bad
    /// ```apparmor rules
    /// pivot_root,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// pivot_root oldroot=/run/example/old/ /run/example/,
    /// ```
    ///
    /// # Source
    /// pivot_root(2), chroot(2); apparmor.d(5), "Pivot Root Rules"
    pub struct PivotOrChrootEscape {
        id: "pivot-or-chroot-escape",
        group: Security,
    }
}

const PROGRAMS: &[&str] = &[
    "systemd",
    "systemd-shutdown",
    "runc",
    "crun",
    "lxc-start",
    "bwrap",
    "switch_root",
    "pivot_root",
    "snap-confine",
    "dockerd",
    "containerd",
    "systemd-nspawn",
];

/// Libraries below roots that programs make.
const LIBRARIES: [&[u8]; 4] = [
    b"/srv/aakit/lib/libc.so.6",
    b"/var/lib/aakit/lib/libc.so.6",
    b"/tmp/aakit/lib/libc.so.6",
    b"/aakit/lib/libc.so.6",
];

/// So many rules of one kind are one matter.
const MOST_ALIKE: usize = 2;

impl Rule for PivotOrChrootEscape {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        let mut found = Vec::new();
        for rule in profile.other_rules.iter().filter(|rule| rule.decision == Decision::Allow) {
            let finding = match &rule.kind {
                ResolvedKind::PivotRoot(pivot) if pivot.new_root.is_none() => {
                    Self::finding(rule.origin.location, "any directory may become the root")
                        .help("name the new root, and where the old one goes with `oldroot=`")
                }
                ResolvedKind::PivotRoot(pivot) => {
                    let Some(writable) = pivot.new_root.as_ref().and_then(|root| writes_below(profile, root))
                    else {
                        continue;
                    };
                    Self::finding(rule.origin.location, "the program may write libraries below its new root")
                        .related(writable, "written by this rule")
                        .help("keep what it writes out of the directory that becomes its root")
                }
                ResolvedKind::Capability { capabilities, all: false }
                    if capabilities.iter().any(|capability| capability.name() == "sys_chroot") =>
                {
                    let grants = profile.grants.files.iter();
                    let Some(writable) = grants
                        .filter(|grant| {
                            grant.file.permissions.contains(Permissions::WRITE) && !grant.is_owner()
                        })
                        .find(|grant| {
                            let own = own_library(grant);
                            LIBRARIES.iter().copied().chain(own.as_deref()).any(|library| {
                                grant.file.path.glob.matches(library)
                                    && !profile.grants.denied(grant.rule, Permissions::WRITE, library)
                            })
                        })
                    else {
                        continue;
                    };
                    Self::finding(
                        rule.origin.location,
                        "`sys_chroot` goes into a directory whose libraries the program may write",
                    )
                    .related(writable.file.path.location, "written by this rule")
                    .help("keep what it writes out of the directory that becomes its root")
                }
                _ => continue,
            };
            let finding = rated(finding, Risk::High, report::is_for(profile.profile, PROGRAMS));
            found.push((finding.message.clone(), finding));
        }
        // A runtime has a rule for each directory that its root may be in.
        report::report_folded(found, MOST_ALIKE, findings);
    }
}

/// Where roots are made that a program goes into.
const ROOTS: [&[u8]; 7] =
    [b"/srv/", b"/mnt/", b"/chroot/", b"/jail/", b"/newroot/", b"/var/chroot/", b"/var/jail/"];

/// A library below the directory of a rule that covers all of it.
fn own_library(grant: &Grant<'_>) -> Option<Vec<u8>> {
    let prefix = grant.facts.prefixes.first()?;
    let directory = &prefix[..=prefix.iter().rposition(|byte| *byte == b'/')?];
    let is_root = ROOTS.iter().any(|place| directory.starts_with(place));
    is_root.then(|| [directory, b"lib/libc.so.6"].concat())
}

/// The rule by which the program may write libraries below a root of its choice.
fn writes_below(profile: &ProfileContext<'_>, root: &Pattern) -> Option<Location> {
    if root.glob.literal().is_some() {
        return None;
    }
    let root = root.glob.example()?;
    let slash: &[u8] = if root.ends_with(b"/") { b"" } else { b"/" };
    let library = [&root, slash, b"lib/libc.so.6"].concat();
    let grants = profile.grants.files.iter();
    grants
        .filter(|grant| grant.file.permissions.contains(Permissions::WRITE))
        .find(|grant| {
            grant.file.path.glob.matches(&library)
                && !profile.grants.denied(grant.rule, Permissions::WRITE, &library)
        })
        .map(|grant| grant.file.path.location)
}
