use crate::diagnostic::Applicability;
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::source::Span;
use crate::syntax::{Include, IncludeForm, Item, ItemKind};

declare_rule! {
    /// An include of a file in `local/` that stands without `if exists`, or before other rules.
    ///
    /// Children and hats may follow it. Its place makes no difference to what is compiled.
    ///
    /// # Why
    /// These files are the administrator's, and mostly not there: on a system where nobody has written one the whole profile is refused.
    /// Readers look for the additions at the end, where every profile has them.
    ///
    /// # Bad
    /// ```apparmor rules
    /// include <local/example>
    /// ```
    /// ```apparmor file=local/example
    /// /etc/example r,
    /// ```
    /// ```apparmor rules
    /// include if exists <local/example>
    /// /etc/passwd r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// include if exists <local/example>
    /// ```
    ///
    /// # Fix
    /// Adds `if exists`; the place is left.
    ///
    /// # Source
    /// apparmor.d(5), "#include mechanism"; the README of `/etc/apparmor.d/local`
    pub struct LocalIncludePosition {
        id: "local-include-position",
        group: Correctness,
        severity: Note,
        fix: Safe,
    }
}

impl Rule for LocalIncludePosition {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, profile) in file.profiles() {
            check_place(file, &profile.body.items, findings);
        }
        for item in file.items() {
            let ItemKind::Include(include) = &item.kind else { continue };
            if !is_local(file, include) || include.if_exists.is_some() {
                continue;
            }
            let span = include.keyword.to(include.path.span);
            let at = Span::at(include.keyword.end as usize);
            findings.report(
                Self::finding(file.location(span), "a system without this file refuses the profile")
                    .help("write `include if exists`")
                    .fix("add `if exists`", Applicability::Safe, vec![(at, b" if exists".to_vec())]),
            );
        }
    }
}

/// Reports each include of local additions that a rule of the profile itself follows.
fn check_place(file: &FileContext<'_>, items: &[Item], findings: &mut Findings) {
    let is_rule = |item: &&Item| match &item.kind {
        ItemKind::Include(include) => !is_local(file, include),
        ItemKind::Rule(_) | ItemKind::Block(_) => true,
        _ => false,
    };
    for (index, item) in items.iter().enumerate() {
        let ItemKind::Include(include) = &item.kind else { continue };
        if is_local(file, include)
            && let Some(next) = items[index + 1..].iter().find(is_rule)
        {
            let span = include.keyword.to(include.path.span);
            findings.report(
                LocalIncludePosition::finding(
                    file.location(span),
                    "rules follow this include of local additions",
                )
                .related(file.location(next.span), "the first of them")
                .help("move the include to the end of the rules"),
            );
        }
    }
}

fn is_local(file: &FileContext<'_>, include: &Include) -> bool {
    include.form == IncludeForm::Search && file.text(include.path.span).starts_with(b"local/")
}
