use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, FileKind, Findings, Rule};
use crate::syntax::{Expression, ItemKind, Word};

declare_rule! {
    /// A condition that holds no variable, or asks for one that nothing sets, so that it is always the same.
    ///
    /// # Why
    /// One branch is never compiled. Rules that were switched off this way are forgotten, and look as if they were in force.
    ///
    /// # Bad
    /// ```apparmor rules
    /// if false {
    ///   /etc/passwd r,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor
    /// abi <abi/4.0>,
    ///
    /// include <tunables/global>
    ///
    /// ${with_users} = false
    ///
    /// profile example /usr/bin/example {
    ///   if ${with_users} {
    ///     /etc/passwd r,
    ///   }
    /// }
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Conditionals"
    pub struct ConditionalAlwaysFalse {
        id: "conditional-always-false",
        group: Correctness,
    }
}

impl Rule for ConditionalAlwaysFalse {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for item in file.items() {
            let ItemKind::Conditional(conditional) = &item.kind else { continue };
            for branch in &conditional.branches {
                let text = String::from_utf8_lossy(file.text(branch.condition.span()));
                let finding = |message: String| {
                    Self::finding(file.location(branch.condition.span()), message)
                        .help("test a variable that the preamble or a tunable sets, or remove the condition")
                };
                if is_constant(&branch.condition, file.bytes()) {
                    findings.report(finding(format!("the condition `{text}` is always the same")));
                } else if let Some(word) = never_set(&branch.condition, file) {
                    let name = file.show(&word);
                    findings.report(finding(format!(
                        "nothing sets `{name}`, so that `{text}` is always the same"
                    )));
                }
            }
        }
    }
}

fn is_constant(expression: &Expression, source: &[u8]) -> bool {
    let is_literal = |word: &Word| !matches!(word.raw(source).first(), Some(b'@' | b'$'));
    match expression {
        Expression::Or(left, right) | Expression::And(left, right) => {
            is_constant(left, source) && is_constant(right, source)
        }
        Expression::Not(_, inner) | Expression::Group(_, inner) => is_constant(inner, source),
        Expression::Defined(..) | Expression::Variable(_) => false,
        Expression::Compare(left, _, right) => is_literal(left) && is_literal(right),
        Expression::Word(_) => true,
    }
}

/// The variable that the condition asks for, if nothing that is included declares it, or could where a file were there.
fn never_set(expression: &Expression, file: &FileContext<'_>) -> Option<Word> {
    let policy = file.policy;
    let may_be_elsewhere = file.kind != FileKind::Profile
        || !policy.complete
        || policy.includes.iter().any(|include| include.found.is_none());
    match expression {
        _ if may_be_elsewhere => None,
        Expression::Not(_, inner) | Expression::Group(_, inner) => never_set(inner, file),
        Expression::Defined(_, word) => {
            let raw = word.raw(file.bytes());
            let name = raw.get(2..raw.len().checked_sub(1)?)?;
            let is_set = policy.variables.is_set(name) || policy.variables.boolean(name).is_some();
            (raw.ends_with(b"}") && !is_set).then_some(*word)
        }
        _ => None,
    }
}
