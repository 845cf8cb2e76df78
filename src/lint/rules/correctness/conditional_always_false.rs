use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::syntax::{Expression, ItemKind, Word};

declare_rule! {
    /// A condition that holds no variable, so that it is always the same.
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
                if !is_constant(&branch.condition, file.bytes()) {
                    continue;
                }
                let text = String::from_utf8_lossy(file.text(branch.condition.span()));
                findings.report(
                    Self::finding(
                        file.location(branch.condition.span()),
                        format!("the condition `{text}` is always the same"),
                    )
                    .help("test a variable that the preamble or a tunable sets, or remove the condition"),
                );
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
