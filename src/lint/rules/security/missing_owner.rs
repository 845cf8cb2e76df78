use crate::diagnostic::Applicability;
use crate::lint::grants::Grant;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::source::Span;
use crate::vocabulary::Permissions;

declare_rule! {
    /// Writing users' files without `owner`.
    ///
    /// Rules for homes and for `/run/user`. Those for the shared `/tmp` are told by `predictable-tmp`.
    ///
    /// # Why
    /// Without it a program that runs as root, or holds `dac_override`, writes the files of every user: one user's session reaches
    /// all others. `owner` binds the rule to files of the user that the program runs as.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /home/*/.config/example/** rw,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// owner /home/*/.config/example/** rw,
    /// ```
    ///
    /// # Fix
    /// Writes `owner` in front of the rule. A program that serves several users as root then loses them, so it is made only
    /// when unsafe fixes are allowed.
    ///
    /// # Source
    /// apparmor.d(5), "Rule Qualifiers"
    pub struct MissingOwner {
        id: "missing-owner",
        group: Security,
        fix: Unsafe,
    }
}

impl Rule for MissingOwner {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        for grant in profile.grants.shown() {
            let writes = grant.file.permissions.intersects(Permissions::WRITE | Permissions::APPEND);
            // What covers a whole tree, or is dangerous with `owner` too, is told for that.
            let is_told = grant.tree().is_some() || profile.grants.danger_of(grant).is_some();
            if !writes || grant.rule.ownership.is_some() || is_told {
                continue;
            }
            let Some(place) = place(grant) else { continue };
            let location = grant.file.path.location;
            let finding = Self::finding(
                location,
                format!("`{}` may be written whoever owns it", profile.written(location)),
            )
            .help(format!("write `owner` in front of it: {place} are the user's own"));
            findings.report(match owner_at(profile, grant) {
                Some(at) => finding.fix("add `owner`", Applicability::Unsafe, vec![(at, b"owner ".to_vec())]),
                None => finding,
            });
        }
    }
}

/// Whose files these are, where every path of the rule is of one user.
fn place(grant: &Grant<'_>) -> Option<&'static str> {
    let prefixes = &grant.facts.prefixes;
    let all_below = |places: &[&[u8]]| {
        prefixes.iter().all(|prefix| {
            places.iter().any(|place| {
                prefix.starts_with(place) && (prefix.len() > place.len() || is_below(grant, place))
            })
        })
    };
    if all_below(&[b"/home/", b"/root/"]) && prefixes.iter().any(|prefix| prefix.starts_with(b"/home/")) {
        return Some("files in a home");
    }
    all_below(&[b"/run/user/", b"/var/run/user/"]).then_some("files in `/run/user`")
}

/// Does the rule reach into the directories of users, and not only to them?
fn is_below(grant: &Grant<'_>, place: &[u8]) -> bool {
    let text = &grant.file.path.text;
    text.len() > place.len() && !grant.file.path.glob.matches(&[place, b"aakit/"].concat())
}

/// Where `owner` belongs: in front of the path, behind what stands there already.
fn owner_at(profile: &ProfileContext<'_>, grant: &Grant<'_>) -> Option<Span> {
    let rule = grant.rule.origin.location;
    let text = profile.text(rule);
    // Qualifiers come in a fixed order, and these come before `owner`.
    let words = text.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty());
    let mut at = 0;
    for word in words {
        let is_before = word == b"audit" || word == b"allow" || word.starts_with(b"priority=");
        if !is_before {
            break;
        }
        let found = text[at..].windows(word.len()).position(|window| window == word)?;
        at += found + word.len();
        at += text[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    }
    let has_comment = text[..at].contains(&b'#');
    (!has_comment).then(|| Span::at(rule.span.start as usize + at))
}
