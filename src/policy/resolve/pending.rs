//! Qualifiers before an include. apparmor_parser goes on reading in the included file as if its text stood there, so they
//! belong to whatever comes next: its first rule, or, where it brings nothing, the first rule behind the include.

use super::{Context, Scope};
use crate::diagnostic::Diagnostic;
use crate::policy::validate::{conflict_with_block, validate_block_qualifiers, validate_rule};
use crate::source::{Location, Span};
use crate::syntax::{Block, Include, Item, ItemKind, Qualifiers, Rule, RuleBlock, RuleKind, SyntaxError};

/// Qualifiers that wait for their rule.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) qualifiers: Qualifiers,
    /// The number behind `priority=`.
    pub(super) priority: Option<i32>,
    /// Where they are written.
    location: Location,
    /// As they are written.
    text: String,
}

impl Context<'_, '_> {
    /// Takes the qualifiers before an include. Those that wait already stand before them.
    pub(super) fn wait(&mut self, scope: &Scope<'_>, include: &Include) {
        if include.qualifiers.is_empty() {
            return;
        }
        let qualifiers = match self.pending.take() {
            None => include.qualifiers,
            Some(pending) => match joined(&pending.qualifiers, &include.qualifiers) {
                Some(qualifiers) => qualifiers,
                None => return self.unfit(scope, &pending, include.qualifiers.span, None),
            },
        };
        let number = qualifiers.priority.map(|word| word.display(scope.source()).into_owned());
        self.pending = Some(Pending {
            qualifiers,
            priority: number.and_then(|number| number.parse().ok()),
            location: scope.location(include.qualifiers.span),
            text: String::from_utf8_lossy(include.qualifiers.span.of(scope.source())).into_owned(),
        });
    }

    /// Gives the qualifiers that wait to the item that comes next. Returns them when it can take them.
    pub(super) fn give_pending(&mut self, scope: &Scope<'_>, item: &Item) -> Option<Pending> {
        let pending = self.pending.take()?;
        let (fits, why) = match &item.kind {
            ItemKind::Rule(rule) => self.fits_rule(scope, &pending, rule),
            ItemKind::Block(block) => self.fits_block(scope, &pending, block),
            // Its own error is told.
            ItemKind::Error(_) => return None,
            _ => (false, None),
        };
        if fits {
            return Some(pending);
        }
        let first_line =
            item.span.of(scope.source()).split(|byte| *byte == b'\n').next().map_or(0, <[u8]>::len);
        let start = item.span.start as usize;
        self.unfit(scope, &pending, Span::new(start, start + first_line), why);
        None
    }

    fn fits_rule(&self, scope: &Scope<'_>, pending: &Pending, rule: &Rule) -> (bool, Option<SyntaxError>) {
        let Some(qualifiers) = joined(&pending.qualifiers, &rule.qualifiers) else { return (false, None) };
        let rule = Rule { qualifiers, kind: rule.kind.clone() };
        let mut errors = validate_rule(&rule, scope.source(), self.version());
        // A number from another file says nothing here; its range is checked where it stands.
        errors.retain(|error| qualifiers.priority.is_none_or(|number| error.span != number.span));
        errors.extend(self.conflict_with_blocks(scope, &rule));
        // The number is known here alone.
        let takes_no_priority = matches!(rule.kind, RuleKind::Network(_) | RuleKind::All(_));
        let fits = !takes_no_priority || pending.priority.is_none_or(|number| number == 0);
        (fits && errors.is_empty(), errors.into_iter().next())
    }

    /// Why a rule cannot stand in the blocks around it.
    pub(super) fn conflict_with_blocks(&self, scope: &Scope<'_>, rule: &Rule) -> Option<SyntaxError> {
        // What is left of `owner` around `other` speaks of no file.
        scope.outer.with(&rule.qualifiers).ownership()?;
        let blocks = scope.outer.decisions_of_blocks(self.version());
        blocks.into_iter().find_map(|block| conflict_with_block(rule, scope.source(), self.version(), block))
    }

    fn fits_block(
        &self,
        scope: &Scope<'_>,
        pending: &Pending,
        block: &RuleBlock,
    ) -> (bool, Option<SyntaxError>) {
        let Some(qualifiers) = joined(&pending.qualifiers, &block.qualifiers) else { return (false, None) };
        let empty = Block { items: Vec::new(), ..block.body.clone() };
        let block = RuleBlock { qualifiers, body: empty };
        let errors = validate_block_qualifiers(&block, scope.source(), self.version());
        (errors.is_empty(), errors.into_iter().next())
    }

    /// Says that qualifiers stand before an include and no rule comes.
    pub(super) fn nothing_for_pending(&mut self, scope: &Scope<'_>) {
        let Some(pending) = self.pending.take() else { return };
        let diagnostic = Diagnostic::error(
            "qualifier-not-allowed",
            pending.location,
            format!("`{}` stands before no rule", pending.text),
        )
        .note("the include brings no rule, and none follows in its block")
        .help("remove it, or write it before each rule that it is meant for");
        self.report(diagnostic, scope.via);
    }

    fn unfit(&mut self, scope: &Scope<'_>, pending: &Pending, next: Span, why: Option<SyntaxError>) {
        let mut diagnostic = Diagnostic::error(
            "qualifier-not-allowed",
            pending.location,
            format!("`{}` before an include cannot be given to what comes next", pending.text),
        )
        .related(scope.location(next), "this comes next, and cannot take it")
        .note("apparmor_parser gives such a word to the first rule of the included file alone")
        .help("remove it, or write it before each rule that it is meant for");
        if let Some(why) = why {
            diagnostic = diagnostic.note(why.message);
        }
        self.report(diagnostic, scope.via);
    }
}

/// Both in one, when the second may stand behind the first.
fn joined(first: &Qualifiers, second: &Qualifiers) -> Option<Qualifiers> {
    let stages = |qualifiers: &Qualifiers| {
        [
            qualifiers.priority.is_some(),
            qualifiers.audit.is_some(),
            qualifiers.decision.is_some(),
            qualifiers.ownership.is_some(),
        ]
    };
    let last = stages(first).iter().rposition(|stage| *stage);
    let next = stages(second).iter().position(|stage| *stage);
    if let (Some(last), Some(next)) = (last, next)
        && next <= last
    {
        return None;
    }
    Some(Qualifiers {
        span: first.span,
        priority: first.priority.or(second.priority),
        audit: first.audit.or(second.audit),
        decision: first.decision.or(second.decision),
        ownership: first.ownership.or(second.ownership),
    })
}
