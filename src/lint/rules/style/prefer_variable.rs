use crate::diagnostic::Applicability;
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::source::Span;

declare_rule! {
    /// A path that is written out where a tunable stands for it.
    ///
    /// # Why
    /// Home directories and `/run` are elsewhere on other systems, and the administrator says where in the tunables.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /proc/cpuinfo r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// @{PROC}/cpuinfo r,
    /// ```
    ///
    /// # Fix
    /// Writes the variable. Where that stands for more than the path, as `@{HOME}` does, it is made only when unsafe fixes are allowed.
    ///
    /// # Source
    /// `tunables/global`
    pub struct PreferVariable {
        id: "prefer-variable",
        group: Style,
        fix: Safe,
    }
}

/// The beginning of a path, without its last `/`, and the variable.
const PREFIXES: [(&str, &str); 5] =
    [("/home/*", "HOME"), ("/proc", "PROC"), ("/run", "run"), ("/var/run", "run"), ("/sys", "sys")];

impl Rule for PreferVariable {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, _, _, path) in file.file_rules() {
            let text = path.text(file.bytes());
            let found = PREFIXES.iter().find(|(prefix, variable)| {
                let rest = text.strip_prefix(prefix.as_bytes());
                rest.is_some_and(|rest| rest.starts_with(b"/"))
                    && file.policy.variables.is_set(variable.as_bytes())
            });
            let Some((prefix, variable)) = found else { continue };
            let values: Vec<&[u8]> = match file.policy.variables.values(variable.as_bytes()) {
                Some(values) => values.map(|(value, _)| value).collect(),
                None => continue,
            };
            let is_same = matches!(values[..], [value] if value.strip_suffix(b"/").unwrap_or(value) == prefix.as_bytes());
            let start = path.span.start as usize + usize::from(path.is_quoted(file.bytes()));
            let span = Span::new(start, start + prefix.len());
            let reference = format!("@{{{variable}}}");
            findings.report(
                Self::finding(file.location(span), format!("`{reference}` stands for `{prefix}/`"))
                    .help(format!("write `{reference}/`"))
                    .fix(
                        format!("write `{reference}`"),
                        if is_same { Applicability::Safe } else { Applicability::Unsafe },
                        vec![(span, reference.into_bytes())],
                    ),
            );
        }
    }
}
