use crate::glob::Glob;
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{ResolvedKind, ResolvedRule};
use crate::syntax::Decision;
use crate::vocabulary::Permissions;
use std::collections::HashMap;

declare_rule! {
    /// A rule that lets read everything below a directory and not list the directory itself.
    ///
    /// Off by default: a program that knows the names need not list.
    ///
    /// # Why
    /// `/d/**` does not match `/d/`. A program that looks for its files there finds nothing.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /srv/example/** r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /srv/example/{,**} r,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Globbing (AARE)"
    pub struct GlobMissesDirectory {
        id: "glob-misses-directory",
        group: Correctness,
        severity: Note,
        default: Off,
    }
}

impl Rule for GlobMissesDirectory {
    fn check_profile(&self, context: &ProfileContext<'_>, findings: &mut Findings) {
        if !context.profile.complete {
            return;
        }
        let listing = Listing::of(&context.profile.rules);
        for rule in &context.profile.rules {
            let ResolvedKind::File(access) = &rule.kind else { continue };
            if rule.decision == Decision::Deny || !access.permissions.contains(Permissions::READ) {
                continue;
            }
            let text = &access.path.text;
            let Some(directory) = text.strip_suffix(b"**").filter(|directory| {
                directory.ends_with(b"/")
                    && directory.len() > 1
                    && !directory.iter().any(|byte| b"*?[{\\".contains(byte))
            }) else {
                continue;
            };
            if listing.allows(directory) {
                continue;
            }
            let shown = String::from_utf8_lossy(directory).into_owned();
            findings.report(
                context.reached_by(
                    &rule.origin,
                    Self::finding(access.path.location, format!("this does not let list `{shown}` itself"))
                        .help(format!("write `{shown}{{,**}}` if the program lists the directory")),
                ),
            );
        }
    }
}

/// What lets a profile list directories.
enum Listing<'p> {
    /// `all,`
    Everything,
    /// The globs that it may read, by the plain text that they begin with.
    Read(HashMap<&'p [u8], Vec<&'p Glob>>),
}

impl<'p> Listing<'p> {
    fn of(rules: &'p [ResolvedRule]) -> Self {
        let mut globs: HashMap<&[u8], Vec<&Glob>> = HashMap::new();
        for rule in rules {
            match &rule.kind {
                ResolvedKind::All => return Self::Everything,
                ResolvedKind::File(access) if access.permissions.contains(Permissions::READ) => {
                    let text = &access.path.text;
                    let plain = text.iter().take_while(|byte| !b"*?[{\\".contains(byte)).count();
                    globs.entry(&text[..plain]).or_default().push(&access.path.glob);
                }
                _ => {}
            }
        }
        Self::Read(globs)
    }

    fn allows(&self, directory: &[u8]) -> bool {
        match self {
            Self::Everything => true,
            // What names the directory itself is asked before what begins with a wildcard.
            Self::Read(globs) => (0..=directory.len())
                .rev()
                .filter_map(|length| globs.get(&directory[..length]))
                .flatten()
                .any(|glob| glob.matches(directory)),
        }
    }
}
