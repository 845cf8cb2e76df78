use crate::lint::danger::capabilities::{CAPABILITIES, CapabilityRow, SOURCES, With};
use crate::lint::danger::programs::DIRECTORIES;
use crate::lint::danger::report::{self, rated};
use crate::lint::danger::row::Risk;
use crate::lint::grants::Grant;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{ResolvedKind, ResolvedRule};
use crate::syntax::Decision;
use crate::vocabulary::Permissions;
use crate::vocabulary::Word as _;

declare_rule! {
    /// A capability that undoes the confinement, alone or with another rule of the profile.
    ///
    /// `sys_module`, `sys_rawio`, `sys_admin`, `sys_ptrace`, `sys_boot` and `bpf` always; others only beside the rule that makes them
    /// matter: `dac_override` beside writing a whole tree, `setfcap` beside writing programs, `dac_read_search` beside reading one, `mknod` beside
    /// a directory in which any name may be written.
    ///
    /// # Why
    /// These reach the kernel or other processes past every file rule. A capability rule lets through only what the process holds
    /// already, so a program that never runs as root needs none of them.
    ///
    /// # Bad
    /// ```apparmor rules
    /// capability sys_admin,
    /// ```
    /// ```apparmor rules
    /// capability mknod,
    /// /srv/upload/* rw,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// capability net_bind_service,
    /// capability mknod,
    /// ```
    ///
    /// # Source
    /// capabilities(7); upstream's `severity.db`
    pub struct DangerousCapability {
        id: "dangerous-capability",
        group: Security,
    }
}

impl Rule for DangerousCapability {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        let rules = profile.other_rules;
        for rule in rules.iter().filter(|rule| rule.decision == Decision::Allow) {
            let ResolvedKind::Capability { capabilities, all: false } = &rule.kind else { continue };
            for row in capabilities
                .iter()
                .filter_map(|granted| CAPABILITIES.iter().find(|row| row.name == granted.name()))
            {
                let Some(partner) = partner(profile, row).filter(|_| !is_denied(profile, row.name)) else {
                    continue;
                };
                findings.report(self::finding(profile, rule, row, partner));
            }
        }
    }
}

fn finding(
    profile: &ProfileContext<'_>,
    rule: &ResolvedRule,
    row: &CapabilityRow,
    partner: Option<crate::source::Location>,
) -> crate::diagnostic::Diagnostic {
    let message = format!("`{}`: {}", row.name, row.reason);
    let mut finding = DangerousCapability::finding(rule.origin.location, message).note(report::see(SOURCES));
    if let Some(partner) = partner {
        finding = finding.related(partner, "with this rule");
    }
    let program = report::is_for(profile.profile, row.programs)
        .or_else(|| report::is_part_for(profile, rule.origin.location, row.programs));
    // Without a rule to trace others, AppArmor stops `sys_ptrace` at the border of the profile.
    let only_reads = row.name == "sys_ptrace" && !traces(profile);
    // Who writes disks below the file system has no need of these to get everywhere: that is told by `raw-device`.
    let adds_nothing = matches!(row.name, "sys_admin" | "sys_rawio") && writes_disks(profile);
    let risk = if only_reads || adds_nothing { Risk::Low } else { row.risk };
    rated(finding.help(report::help(DangerousCapability::INFO.id, row.programs)), risk, program)
}

/// Is what makes the capability matter there? And where, if it is another rule.
fn partner(profile: &ProfileContext<'_>, row: &CapabilityRow) -> Option<Option<crate::source::Location>> {
    let wide = |permission: Permissions| {
        let grants = profile.grants.files.iter();
        grants
            .filter(|grant| grant.file.permissions.contains(permission) && !grant.is_owner())
            .find(|grant| {
                grant
                    .tree()
                    .is_some_and(|(_, path)| !profile.grants.denied(grant.rule, permission, path.as_bytes()))
            })
            .map(|grant| Some(grant.file.path.location))
    };
    match row.with {
        With::Alone => Some(None),
        With::Never => None,
        With::WideWrite => wide(Permissions::WRITE),
        With::Programs => {
            let grants = profile.grants.files.iter();
            let writes = grants.filter(|grant| grant.file.permissions.contains(Permissions::WRITE));
            writes
                .filter(|grant| {
                    grant.tree().is_some_and(|(tree, _)| tree.name.contains("/usr")) || writes_programs(grant)
                })
                .find(|grant| !grant.is_owner())
                .map(|grant| Some(grant.file.path.location))
                .or_else(|| wide(Permissions::WRITE))
        }
        With::WideRead => wide(Permissions::READ),
        With::AnyNewFile => profile
            .grants
            .files
            .iter()
            .find(|grant| {
                grant.file.permissions.contains(Permissions::WRITE | Permissions::READ)
                    && !grant.is_owner()
                    && grant.rule.origin.via.is_none()
                    && takes_any_name(&grant.file.path.text)
            })
            .map(|grant| Some(grant.file.path.location)),
        With::Capability(name) => profile.other_rules.iter().find_map(|rule| match &rule.kind {
            ResolvedKind::Capability { capabilities, .. }
                if rule.decision == Decision::Allow
                    && capabilities.iter().any(|capability| capability.name() == name) =>
            {
                Some(Some(rule.origin.location))
            }
            _ => None,
        }),
    }
}

/// Does the rule write where the system's programs are?
fn writes_programs(grant: &Grant<'_>) -> bool {
    grant
        .facts
        .prefixes
        .iter()
        .any(|prefix| DIRECTORIES.iter().any(|directory| prefix.starts_with(directory.as_bytes())))
}

fn takes_any_name(text: &[u8]) -> bool {
    (text.ends_with(b"/*") || text.ends_with(b"/**"))
        && !text.starts_with(b"/proc/")
        && !text.starts_with(b"/sys/")
}

/// Is the capability denied?
fn is_denied(profile: &ProfileContext<'_>, name: &str) -> bool {
    profile.other_rules.iter().any(|rule| match &rule.kind {
        ResolvedKind::Capability { capabilities, all } => {
            rule.decision == Decision::Deny
                && (*all || capabilities.iter().any(|capability| capability.name() == name))
        }
        _ => false,
    })
}

/// May the profile trace processes of other profiles?
fn traces(profile: &ProfileContext<'_>) -> bool {
    profile.other_rules.iter().any(|rule| match &rule.kind {
        ResolvedKind::Ptrace(clause) if rule.decision == Decision::Allow => {
            let is_own = clause.peer.as_ref().is_some_and(|peer| peer.text[..] == profile.profile.full_name);
            clause.access.contains(&"trace") && !is_own
        }
        _ => false,
    })
}

/// May the profile write disks, past all file systems?
fn writes_disks(profile: &ProfileContext<'_>) -> bool {
    profile.grants.files.iter().any(|grant| {
        grant.file.permissions.contains(Permissions::WRITE) && grant.file.path.glob.matches(b"/dev/sda")
    })
}
