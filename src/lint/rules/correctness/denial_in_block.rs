use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, Rule};
use crate::source::Span;
use crate::syntax::{Block, Decision, ItemKind, Qualifiers, RuleKind};

declare_rule! {
    /// A denial inside a rule block that does not deny.
    ///
    /// # Why
    /// From AppArmor 4.0 to 5.0 the outermost rule block decides alone whether its rules grant: what `deny` in it should refuse is
    /// allowed. Other versions refuse it.
    ///
    /// # Bad
    /// ```apparmor rules
    /// audit {
    ///   /etc/** r,
    ///   deny /etc/shadow r,
    /// }
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// audit {
    ///   /etc/** r,
    /// }
    /// audit deny /etc/shadow r,
    /// ```
    /// ```apparmor rules
    /// deny {
    ///   /etc/shadow r,
    /// }
    /// ```
    ///
    /// # Source
    /// found with apparmor_parser 4.1.0 and 5.0.2: the compiled policy is that of the rule without `deny`; 3.0.8 and 6.0 deny
    pub struct DenialInBlock {
        id: "denial-in-block",
        group: Correctness,
    }
}

impl Rule for DenialInBlock {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, profile) in file.profiles() {
            look(&profile.body, None, file, findings);
        }
        // A file of rules alone stands inside a profile.
        for item in &file.file.items {
            look_at(&item.kind, None, file, findings);
        }
    }
}

/// `outermost` is the outermost rule block around the items, when there is one that does not deny.
fn look(block: &Block, outermost: Option<Span>, file: &FileContext<'_>, findings: &mut Findings) {
    for item in &block.items {
        look_at(&item.kind, outermost, file, findings);
    }
}

fn look_at(kind: &ItemKind, outermost: Option<Span>, file: &FileContext<'_>, findings: &mut Findings) {
    match kind {
        ItemKind::Rule(rule) => {
            let is_kept =
                matches!(rule.kind, RuleKind::File(_) | RuleKind::Link(_) | RuleKind::ChangeProfile(_));
            if let (Some(block), Some(denial), true) = (outermost, denial(&rule.qualifiers), is_kept) {
                report(block, denial, file, findings);
            }
        }
        ItemKind::Block(inner) => match (outermost, denial(&inner.qualifiers)) {
            (Some(block), Some(denial)) => report(block, denial, file, findings),
            (None, Some(_)) => {}
            (around, None) => look(&inner.body, around.or(Some(inner.body.open)), file, findings),
        },
        ItemKind::Conditional(conditional) => {
            let blocks = conditional.branches.iter().map(|branch| &branch.body);
            for block in blocks.chain(conditional.otherwise.iter().map(|(_, block)| block)) {
                look(block, outermost, file, findings);
            }
        }
        _ => {}
    }
}

fn denial(qualifiers: &Qualifiers) -> Option<Span> {
    qualifiers.decision.and_then(|(decision, span)| (decision == Decision::Deny).then_some(span))
}

fn report(block: Span, denial: Span, file: &FileContext<'_>, findings: &mut Findings) {
    findings.report(
        DenialInBlock::finding(
            file.location(denial),
            "from AppArmor 4.0 to 5.0 this `deny` grants: the block around it does not deny",
        )
        .related(file.location(block), "this block decides for all rules in it")
        .help("move the rule out of the block, with the block's qualifiers before it"),
    );
}
