use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, FileKind, Findings, Rule};
use crate::syntax::{IncludeForm, ItemKind};
use crate::vocabulary::did_you_mean;

declare_rule! {
    /// A profile whose file, or whose include of `local/`, has another name than it.
    ///
    /// The names that count as its own: the file's, and those of the profiles in it. What only resembles one of them is a slip.
    ///
    /// # Why
    /// An administrator puts additions into `local/` under the name of the profile's file. They are never read.
    ///
    /// # Bad
    /// ```apparmor rules
    /// include if exists <local/exmaple>
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// include if exists <local/example>
    /// ```
    ///
    /// # Source
    /// the README of `/etc/apparmor.d/local`
    pub struct ProfileNameMismatch {
        id: "profile-name-mismatch",
        group: Correctness,
    }
}

impl Rule for ProfileNameMismatch {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        let mut own: Vec<String> =
            file.profiles().map(|(_, profile)| file.show(&profile.name).into_owned()).collect();
        if own.is_empty() {
            return;
        }
        let file_name = file.source.path().file_name().map(|name| name.to_string_lossy().into_owned());
        if let Some(name) = &file_name {
            check_profile_name(file, name, findings);
        }
        own.extend(file_name);
        for item in file.items() {
            let ItemKind::Include(include) = &item.kind else { continue };
            let path = file.show(&include.path);
            let is_plain = |name: &&str| include.form == IncludeForm::Search && !name.contains('/');
            let Some(name) = path.strip_prefix("local/").filter(is_plain) else {
                continue;
            };
            let is_own = |known: &String| {
                let dotted = known.trim_start_matches('/').replace('/', ".");
                [known.as_str(), &dotted].iter().any(|known| is_of(name, known) || is_of(known, name))
            };
            if own.iter().any(is_own) {
                continue;
            }
            let Some(similar) = did_you_mean(name, own.iter().map(String::as_str)) else { continue };
            findings.report(
                Self::finding(
                    file.location(include.path.span),
                    format!("`local/{name}` is named after no profile of this file"),
                )
                .help(format!("did you mean `local/{similar}`?")),
            );
        }
    }
}

/// Is `name` that of the program in `known`, or an addition to it: `usr.sbin.foo` for `foo`, `foo_bar` and `foo.d` too?
fn is_of(known: &str, name: &str) -> bool {
    let rest = known.strip_prefix(name);
    known == name
        || rest.is_some_and(|rest| rest.starts_with(['_', '.', '-']))
        || known.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'))
}

/// A file of one profile is found by its name.
fn check_profile_name(file: &FileContext<'_>, file_name: &str, findings: &mut Findings) {
    let [profile] = file.policy.profiles.as_slice() else { return };
    // Standard input has any name, and the profile may come from an include.
    if profile.origin.via.is_some() || file_name.starts_with(['<', '(']) || file_name == "-" {
        return;
    }
    // What has no beginning of its own stands in other profiles.
    let is_part = file.kind != FileKind::Profile
        || !file.file.items.iter().any(|item| matches!(item.kind, ItemKind::Include(_) | ItemKind::Abi(_)))
            && profile.attachment.is_none();
    if is_part {
        return;
    }
    let name = String::from_utf8_lossy(&profile.full_name).into_owned();
    let attachment = profile.attachment.as_ref().map(|attachment| attachment.pattern.glob.clone());
    let dotted = |path: &str| path.trim_start_matches('/').replace('/', ".");
    let is_attached = attachment.is_some_and(|glob| {
        let path = format!("/{}", file_name.replace('.', "/"));
        let last = file_name.rsplit('.').next().unwrap_or(file_name);
        // A file that is named after the path of the program says so by its dots.
        glob.matches(path.as_bytes())
            || file_name.contains('.')
                && ["/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/", "/usr/lib/", "/usr/libexec/"].iter().any(
                    |directory| {
                        glob.matches(format!("{directory}{file_name}").as_bytes())
                            || glob.matches(format!("{directory}{last}").as_bytes())
                    },
                )
    });
    if is_attached
        || is_of(file_name, &dotted(&name))
        || is_of(&dotted(&name), file_name)
        || name.contains("//")
    {
        return;
    }
    // Names that have nothing in common were meant so.
    let has_part = |whole: &str, part: &str| part.len() > 2 && whole.contains(part);
    let resembles = has_part(&name, file_name)
        || has_part(file_name, &name)
        || did_you_mean(file_name, std::iter::once(name.as_str())).is_some();
    if !resembles {
        return;
    }
    let finding = ProfileNameMismatch::finding(
        profile.location,
        format!("the file is called `{file_name}`, and its profile `{name}`"),
    )
    .help("give both one name, so that who sees the profile in the log finds the file");
    findings.report(Diagnostic { severity: Severity::Note, ..finding });
}
