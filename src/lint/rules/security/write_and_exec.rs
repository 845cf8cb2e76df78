use crate::diagnostic::Diagnostic;
use crate::glob::PathSet;
use crate::lint::danger::report;
use crate::lint::grants::Grant;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::Via;
use crate::source::FileId;
use crate::syntax::Ownership;
use crate::vocabulary::{ExecBase, Permissions};

declare_rule! {
    /// A path that may be both written and executed.
    ///
    /// By one rule or by two, whatever the wildcards: a path that both match is shown. To map a file as code counts as executing
    /// it. Devices, what `deny` takes back, and what `wide-glob` tells already are left out.
    ///
    /// # Why
    /// Who can make the program write a file chooses the code that runs next. Keeping what is written apart from what is
    /// executed stops that step of most attacks.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /opt/app/** rw,
    /// /opt/** ix,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /opt/app/data/** rw,
    /// /opt/app/bin/* ix,
    /// ```
    /// ```apparmor rules
    /// owner /**.pcap rw,
    /// /run/nscd/db* rmix,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "File permission access modes"; "W^X", OpenBSD's mmap(2)
    pub struct WriteAndExec {
        id: "write-and-exec",
        group: Security,
    }
}

impl Rule for WriteAndExec {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        let writes = sides(profile, Permissions::WRITE | Permissions::APPEND);
        if writes.is_empty() {
            return;
        }
        let executes = sides(profile, Permissions::EXEC | Permissions::MMAP);
        let mut found = Vec::new();
        for write in writes {
            let near = |execute: &&&Grant<'_>| {
                belongs_here(write, execute)
                    && shares_half(write, execute)
                    && write.facts.may_meet(execute.facts)
            };
            // Where the first partner decides that the finding is in a file that nobody sees, none is looked for.
            let is_shown = |execute: &&Grant<'_>| profile.is_shown(told(write, execute).0.file.path.location);
            if !profile.is_shown(write.file.path.location) && !executes.iter().filter(near).any(is_shown) {
                continue;
            }
            let partners: Vec<(&Grant<'_>, Vec<u8>)> = executes
                .iter()
                .filter(near)
                .filter_map(|execute| Some((*execute, shared(profile, write, execute)?)))
                .take(MOST_PARTNERS)
                .collect();
            if let Some((execute, witness)) = partners.first() {
                let place = execute.file.path.location;
                found.push((place, finding(profile, write, execute, witness, partners.len())));
            }
        }
        report::report_folded(found, MOST_ALIKE, findings);
    }
}

/// So many rules that write what one executes are one matter: the file types of a viewer, for example.
const MOST_ALIKE: usize = 2;

/// Of the rules that execute what one writes, the first is shown, and that there are more is said.
const MOST_PARTNERS: usize = 2;

fn sides<'c>(profile: &ProfileContext<'c>, any_of: Permissions) -> Vec<&'c Grant<'c>> {
    // Of rules that follow each other most are of one file.
    let mut last: Option<(FileId, bool)> = None;
    let mut is_of_base = |grant: &Grant<'_>| {
        let file = grant.rule.origin.location.file;
        let is_base = match last {
            Some((known, is_base)) if known == file => is_base,
            _ => {
                let source = profile.sources.get(file);
                // A look at the name spares most paths to be taken apart.
                let has_name = source.path().as_os_str().as_encoded_bytes().ends_with(b"base");
                has_name && source.path().ends_with("abstractions/base")
            }
        };
        last = Some((file, is_base));
        is_base
    };
    let grants = profile.grants.files.iter();
    grants
        .filter(|grant| grant.file.permissions.intersects(any_of) && grant.tree().is_none())
        // `base` grants both for encrypted homes, to everyone.
        .filter(|grant| grant.rule.origin.via.is_none() || !is_of_base(grant))
        .filter(|grant| !grant.facts.prefixes.iter().all(|prefix| is_device(prefix)))
        .collect()
}

/// Is it the profile's own doing, or that of one abstraction? Two abstractions that meet are nobody's.
fn belongs_here(one: &Grant<'_>, other: &Grant<'_>) -> bool {
    let (one, other) = (&one.rule.origin, &other.rule.origin);
    one.via.is_none() || other.via.is_none() || one.location.file == other.location.file
}

/// A device is no place to keep code in.
fn is_device(prefix: &[u8]) -> bool {
    prefix.starts_with(b"/dev/") && !prefix.starts_with(b"/dev/shm") && !b"/dev/shm".starts_with(prefix)
}

/// Is there a file to which both apply?
fn shares_half(one: &Grant<'_>, other: &Grant<'_>) -> bool {
    !matches!(
        (one.rule.ownership, other.rule.ownership),
        (Some(Ownership::Owner), Some(Ownership::Other)) | (Some(Ownership::Other), Some(Ownership::Owner))
    )
}

/// A path that one side may write and the other execute, that is no directory and that no `deny` takes back.
fn shared(profile: &ProfileContext<'_>, write: &Grant<'_>, execute: &Grant<'_>) -> Option<Vec<u8>> {
    let execution = execute.file.permissions & (Permissions::EXEC | Permissions::MMAP);
    let taken_back = |path: &[u8]| {
        path.ends_with(b"/")
            || profile.grants.denied(write.rule, Permissions::WRITE, path)
            || execution.iter().all(|permission| profile.grants.denied(execute.rule, permission, path))
    };
    let (written, executed) = (write.file.path.glob.path_set(), execute.file.path.glob.path_set());
    let witness = written.overlap(executed).ok().flatten()?;
    if is_by_ending_alone(write, &witness) {
        return None;
    }
    if !taken_back(&witness) {
        return Some(witness);
    }
    // The shortest path is taken back; perhaps a longer one is not.
    let denials = profile.grants.denials().filter(|(_, file)| {
        file.permissions.contains(Permissions::WRITE) || file.permissions.contains(execution)
    });
    let denied = PathSet::new(denials.map(|(_, file)| &*file.path.glob));
    written.overlap_outside(executed, &denied).ok().flatten().filter(|path| !taken_back(path))
}

/// `/**.ps` takes in names in the directories of the system, where no user makes files: it is not about them.
fn is_by_ending_alone(write: &Grant<'_>, witness: &[u8]) -> bool {
    const OF_ROOT: [&[u8]; 10] = [
        b"/usr/",
        b"/lib/",
        b"/lib32/",
        b"/lib64/",
        b"/bin/",
        b"/sbin/",
        b"/etc/",
        b"/run/",
        b"/var/cache/",
        b"/var/lib/",
    ];
    const OF_USERS: [&[u8]; 3] = [b"/run/lock/", b"/run/shm/", b"/run/user/"];
    let stands_in = |places: &[&[u8]]| places.iter().any(|place| witness.starts_with(place));
    write.facts.prefixes.iter().all(|prefix| prefix == b"/") && stands_in(&OF_ROOT) && !stands_in(&OF_USERS)
}

/// The rule of the two where the finding is, the profile's own if one is, and the other.
fn told<'g, 'p>(write: &'g Grant<'p>, execute: &'g Grant<'p>) -> (&'g Grant<'p>, &'g Grant<'p>) {
    match (write.rule.origin.via.is_some(), execute.rule.origin.via.is_some()) {
        (true, false) => (execute, write),
        _ => (write, execute),
    }
}

fn finding(
    profile: &ProfileContext<'_>,
    write: &Grant<'_>,
    execute: &Grant<'_>,
    witness: &[u8],
    partners: usize,
) -> Diagnostic {
    let witness = String::from_utf8_lossy(witness);
    let deed = match execute.file.exec {
        Some(mode) if mode.base != ExecBase::Inherit => "executed, in another profile too",
        Some(_) => "executed",
        None => "mapped as code",
    };
    let is_one = std::ptr::eq(write.rule, execute.rule);
    let (here, there) = told(write, execute);
    let location = here.file.path.location;
    let message = format!("`{witness}` may be written and {deed}");
    let mut finding = WriteAndExec::finding(location, message);
    if !is_one {
        let label = if std::ptr::eq(there, write) { "written by this rule" } else { "executed by this rule" };
        finding = finding.related(there.file.path.location, label);
        if let Some(include) =
            there.rule.origin.via.as_ref().and_then(|via| Via::chain(Some(via)).first().copied())
        {
            finding = finding.related(include, "it comes in through this include");
        }
    }
    if partners > 1 {
        let text = profile.written(write.file.path.location);
        finding = finding.note(format!("other rules execute what `{text}` writes, too"));
    }
    finding.help("narrow one of the two, or deny `mx` on what is written")
}
