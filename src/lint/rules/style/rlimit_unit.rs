use crate::diagnostic::Applicability;
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::source::Span;
use crate::syntax::RuleKind;
use crate::vocabulary::{Rlimit, RlimitKind, Word as _};

declare_rule! {
    /// A limit in time without its unit.
    ///
    /// # Why
    /// `cpu` counts in seconds and `rttime` in microseconds, which nobody remembers. apparmor_parser warns of it.
    ///
    /// # Bad
    /// ```apparmor rules
    /// set rlimit cpu <= 60,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// set rlimit cpu <= 60s,
    /// ```
    ///
    /// # Fix
    /// Adds the unit that is meant without one.
    ///
    /// # Source
    /// apparmor.d(5), "rlimit rules"; apparmor_parser's own warning of the class `missing`
    pub struct RlimitUnit {
        id: "rlimit-unit",
        group: Style,
        fix: Safe,
    }
}

impl Rule for RlimitUnit {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, rule) in file.rules() {
            let RuleKind::Rlimit(limit) = &rule.kind else { continue };
            let is_number = limit.value.raw(file.bytes()).iter().all(u8::is_ascii_digit);
            if limit.unit.is_some() || !is_number {
                continue;
            }
            let unit = match Rlimit::from_name(limit.name.raw(file.bytes())).map(Rlimit::kind) {
                Some(RlimitKind::Seconds) => "s",
                Some(RlimitKind::Microseconds) => "us",
                _ => continue,
            };
            let at = Span::at(limit.value.span.end as usize);
            let value = file.show(&limit.value);
            findings.report(
                Self::finding(file.location(limit.value.span), "this time has no unit")
                    .help(format!("write `{value}{unit}`"))
                    .fix(format!("add `{unit}`"), Applicability::Safe, vec![(at, unit.as_bytes().to_vec())]),
            );
        }
    }
}
