use crate::lint::danger::report;
use crate::lint::grants::Grant;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::vocabulary::Permissions;

declare_rule! {
    /// Writing a name in the shared `/tmp` that anyone can foresee, without `owner`.
    ///
    /// A fixed name or one with `*`. Six or more characters that are left open, as mkstemp(3) makes them, cannot be foreseen. Rules
    /// for files in one directory there are one finding.
    ///
    /// # Why
    /// Another user puts a file, a link or a directory of that name there first, and decides what the program reads, or which
    /// file it writes. `owner` makes AppArmor refuse what is not the program's own. snap-confine fell to this.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /tmp/foo.* rw,
    /// ```
    /// ```apparmor rules
    /// /var/tmp/example/ rw,
    /// /var/tmp/example/** rw,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// owner /tmp/foo.* rw,
    /// ```
    ///
    /// # Source
    /// tmpfile(3), mkstemp(3); CVE-2026-3888
    pub struct PredictableTmp {
        id: "predictable-tmp",
        group: Security,
    }
}

impl Rule for PredictableTmp {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        let mut found = Vec::new();
        for grant in profile.grants.shown() {
            let writes = grant.file.permissions.intersects(Permissions::WRITE | Permissions::APPEND);
            let is_told = grant.tree().is_some() || profile.grants.danger_of(grant).is_some();
            if !writes || grant.rule.ownership.is_some() || is_told {
                continue;
            }
            if !is_predictable(grant) {
                continue;
            }
            let location = grant.file.path.location;
            let finding = Self::finding(
                location,
                format!(
                    "`{}` is a name that others can take first: its owner does not matter here",
                    profile.written(location)
                ),
            )
            .help("write `owner` in front of it");
            found.push((directory(grant).unwrap_or_else(|| grant.file.path.text.to_vec()), finding));
        }
        // Who takes the directory has all that is in it.
        report::report_folded(found, 1, findings);
    }
}

/// The directory in `/tmp` that the rule's files are in, where it is one.
fn directory(grant: &Grant<'_>) -> Option<Vec<u8>> {
    let [prefix] = grant.facts.prefixes.as_slice() else { return None };
    let place = PLACES.into_iter().find(|place| prefix.starts_with(place))?;
    let end = prefix[place.len()..].iter().position(|byte| *byte == b'/')?;
    Some(prefix[..place.len() + end].to_vec())
}

/// Where everyone makes files.
const PLACES: [&[u8]; 2] = [b"/tmp/", b"/var/tmp/"];

/// Names that a system service makes at boot, before any user can.
const MADE_AT_BOOT: [&[u8]; 5] = [b".X11-unix", b".ICE-unix", b".font-unix", b".XIM-unix", b".X"];

fn is_predictable(grant: &Grant<'_>) -> bool {
    let prefixes = &grant.facts.prefixes;
    let names: Vec<&[u8]> = prefixes
        .iter()
        .filter_map(|prefix| PLACES.iter().find_map(|place| prefix.strip_prefix(*place)))
        .collect();
    // `/tmp/` itself is there before anyone.
    let is_directory = PLACES.contains(&&*grant.file.path.text);
    if names.len() != prefixes.len() || is_directory {
        return false;
    }
    if names.iter().any(|name| MADE_AT_BOOT.iter().any(|made| name.starts_with(made))) {
        return false;
    }
    !has_random_part(&grant.file.path.text)
}

/// Are at least six characters in a row left open, one by one?
fn has_random_part(text: &[u8]) -> bool {
    const ENOUGH: usize = 6;
    let mut open = 0;
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'?' => open += 1,
            b'[' => {
                let length = text[at..].iter().position(|byte| *byte == b']').unwrap_or(0);
                at += length;
                open += 1;
            }
            // `{[a-z],}` is an open character, too.
            b'{' | b'}' | b',' => {}
            _ => open = 0,
        }
        if open >= ENOUGH {
            return true;
        }
        at += 1;
    }
    false
}
