use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::source::Span;
use crate::syntax::{Decision, IncludeForm, Item, ItemKind};

declare_rule! {
    /// A form that the kernel's parser takes and the aa-* tools do not.
    ///
    /// Off by default: it matters where people use `aa-logprof`, `aa-complain` and their like.
    ///
    /// # Why
    /// Those tools read every profile of the system before they do anything: one that they cannot read stops them all.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /etc/passwd r, /etc/group r,
    /// ```
    /// ```apparmor rules
    /// audit {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /etc/passwd r,
    /// audit /etc/group r,
    /// ```
    ///
    /// # Source
    /// roddhjav/apparmor.d issues 463, 542, 721, 961 and 982; netblue30/firejail issue 2116
    pub struct PythonToolsCannotRead {
        id: "python-tools-cannot-read",
        group: Portability,
        default: Off,
    }
}

impl Rule for PythonToolsCannotRead {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        let mut last = None;
        for item in file.items() {
            let is_on_its_line = |last: usize| {
                let between = file.bytes().get(last..item.span.start as usize);
                between.is_some_and(|between| !between.contains(&b'\n'))
            };
            if let Some((span, what)) = unreadable(item) {
                report(file, span, what, findings);
            } else if matches!(item.kind, ItemKind::Rule(_) | ItemKind::Include(_))
                && last.is_some_and(is_on_its_line)
            {
                report(file, item.span, "a second rule on one line", findings);
            }
            if matches!(item.kind, ItemKind::Rule(_) | ItemKind::Include(_)) {
                last = Some((item.span.end as usize).saturating_sub(1));
            }
        }
    }
}

fn report(file: &FileContext<'_>, span: Span, what: &str, findings: &mut Findings) {
    findings.report(
        PythonToolsCannotRead::finding(file.location(span), format!("the aa-* tools cannot read {what}"))
            .note("they then refuse to work on any profile of the system"),
    );
}

fn unreadable(item: &Item) -> Option<(Span, &'static str)> {
    match &item.kind {
        ItemKind::Block(block) => {
            let qualifiers = block.qualifiers.span;
            Some((if qualifiers.is_empty() { block.body.open } else { qualifiers }, "a rule block"))
        }
        ItemKind::Include(include) if include.form != IncludeForm::Search => {
            Some((include.path.span, "an include without `< >`"))
        }
        ItemKind::Rule(rule) => match (&rule.qualifiers.priority, rule.qualifiers.decision) {
            (Some(priority), _) => Some((priority.span, "`priority=` (before 4.1)")),
            (_, Some((Decision::Prompt, span))) => Some((span, "`prompt`")),
            _ => None,
        },
        _ => None,
    }
}
