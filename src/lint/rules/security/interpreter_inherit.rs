use crate::lint::danger::capabilities::{CAPABILITIES, With};
use crate::lint::danger::programs::{DIRECTORIES, INTERPRETERS, SCRIPTS, SHELLS};
use crate::lint::danger::report::rated;
use crate::lint::danger::row::Risk;
use crate::lint::grants::Grant;
use crate::lint::rule::declare_rule;
use crate::lint::starts::Starts;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::ResolvedKind;
use crate::source::Location;
use crate::syntax::Decision;
use crate::vocabulary::{ExecBase, Permissions, Word as _};
use std::sync::OnceLock;

declare_rule! {
    /// A shell or interpreter in this profile, beside a rule that makes it dangerous.
    ///
    /// Executed with `ix`, where the profile also has a capability such as `sys_admin`, writes a whole tree, or writes
    /// scripts that it reads. The capabilities of a profile that is for a script, of which it reads but does not map its program, do not count.
    ///
    /// # Why
    /// Under `ix` an interpreter has just the rights of the profile, but it turns "may write a file" into "runs any code", and lets
    /// who controls the program use all that the profile allows without bringing code along.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /usr/bin/python3* ix,
    /// /opt/app/plugins/*.py rw,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /usr/bin/python3* ix,
    /// /opt/app/plugins/*.py r,
    /// ```
    /// ```apparmor rules
    /// capability sys_boot, # aakit: allow(dangerous-capability) it reboots
    /// /usr/bin/example r,
    /// /usr/bin/dash ix,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Execute rules"; scripts that are arguments need `r` alone
    pub struct InterpreterInherit {
        id: "interpreter-inherit",
        group: Security,
    }
}

impl Rule for InterpreterInherit {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        let inherits = profile.grants.files.iter().filter(|grant| {
            grant.file.exec.is_some_and(|mode| mode.base == ExecBase::Inherit)
                && grant.file.exec_target.is_none()
                && grant.tree().is_none()
                && grant.rule.origin.via.is_none()
        });
        let mut inherits = inherits.peekable();
        if inherits.peek().is_none() {
            return;
        }
        // In most profiles an interpreter would be nothing: which programs they are is not asked there.
        let Some((reach, place, risk)) = reach(profile) else { return };
        // One finding says it for all of them.
        let Some((grant, name)) = inherits.find_map(|grant| Some((grant, interpreter(grant)?))) else {
            return;
        };
        let finding = Self::finding(
            grant.file.path.location,
            format!(
                "`{name}` runs in this profile, which {reach}: who controls the program runs any code there"
            ),
        )
        .related(place, "by this rule")
        .help("give the interpreter or script a child profile with `Cx`, or narrow the other rule");
        findings.report(rated(finding, risk, None));
    }
}

/// The interpreter that the rule is about. One for all programs is told by `wide-glob`.
fn interpreter(grant: &Grant<'_>) -> Option<&'static str> {
    let glob = &grant.file.path.glob;
    let may_match = grant.facts.prefixes.iter().any(|prefix| {
        DIRECTORIES.iter().any(|directory| {
            prefix.starts_with(directory.as_bytes()) || directory.as_bytes().starts_with(prefix)
        })
    });
    if !may_match || glob.matches(b"/usr/bin/aakit-any") || glob.matches(b"/bin/aakit-any") {
        return None;
    }
    let mut programs = programs().iter();
    let is_it = |path: &[u8]| grant.facts.may_match(path) && glob.matches(path);
    programs.find(|(path, _)| is_it(path)).map(|(_, name)| *name)
}

/// The paths of the interpreters, each with its name.
fn programs() -> &'static [(Vec<u8>, &'static str)] {
    static PROGRAMS: OnceLock<Vec<(Vec<u8>, &str)>> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        let names = SHELLS.iter().chain(INTERPRETERS);
        let paths = |name: &'static str| {
            DIRECTORIES.iter().map(move |directory| (format!("{directory}{name}").into_bytes(), name))
        };
        names.flat_map(|name| paths(name)).collect()
    })
}

/// What makes an interpreter dangerous here, and where it stands.
fn reach(profile: &ProfileContext<'_>) -> Option<(&'static str, Location, Risk)> {
    let grants = &profile.grants.files;
    let wide = grants.iter().find(|grant| {
        grant.tree().is_some_and(|(tree, path)| {
            grant.file.permissions.contains(Permissions::WRITE)
                && !(tree.is_shared && grant.is_owner())
                && !profile.grants.denied(grant.rule, Permissions::WRITE, path.as_bytes())
        })
    });
    if let Some(grant) = wide {
        return Some(("writes a whole tree of files", grant.file.path.location, Risk::High));
    }
    let scripts = grants.iter().find(|grant| {
        let text = &grant.file.path.text;
        grant.file.permissions.contains(Permissions::WRITE | Permissions::READ)
            && grant.rule.origin.via.is_none()
            && SCRIPTS.iter().any(|ending| text.ends_with(ending.as_bytes()))
    });
    if let Some(grant) = scripts {
        return Some(("writes scripts that it reads", grant.file.path.location, Risk::High));
    }
    // What a script's own capabilities are for, its interpreter does.
    if is_script(profile) {
        return None;
    }
    profile.other_rules.iter().find_map(|rule| match &rule.kind {
        ResolvedKind::Capability { all: true, .. } if rule.decision == Decision::Allow => {
            Some(("has every capability", rule.origin.location, Risk::High))
        }
        ResolvedKind::Capability { capabilities, .. } if rule.decision == Decision::Allow => {
            let is_dangerous = capabilities.iter().any(|capability| {
                CAPABILITIES.iter().any(|row| {
                    row.with == With::Alone && row.name != "sys_ptrace" && row.name == capability.name()
                })
            });
            is_dangerous.then_some((
                "has a capability that reaches the kernel or other processes",
                rule.origin.location,
                // Most daemons that start as root and call a script are so.
                Risk::Low,
            ))
        }
        _ => None,
    })
}

/// Is the profile for a script? It is called so, or is read but not mapped: the kernel maps a program, its interpreter only reads a
/// script.
fn is_script(profile: &ProfileContext<'_>) -> bool {
    let attachment = profile.profile.attachment.as_ref();
    let Some(program) = attachment.and_then(|attachment| attachment.pattern.glob.example()) else {
        return false;
    };
    if SCRIPTS.iter().chain(&["-script"]).any(|ending| program.ends_with(ending.as_bytes())) {
        return true;
    }
    let starts = Starts::of(&program);
    let may = |permission| {
        profile.grants.files.iter().any(|grant| {
            grant.file.permissions.contains(permission)
                && grant.facts.starts.may_meet(starts)
                && grant.file.path.glob.matches(&program)
        })
    };
    may(Permissions::READ) && !may(Permissions::MMAP)
}
