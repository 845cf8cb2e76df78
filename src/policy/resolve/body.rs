//! What a body comes to: rules, blocks, conditionals, includes and children, in the order in which apparmor_parser reads them.

use super::outer::Audited;
use super::{Body, Context, Keep, Parent, Scope};
use crate::diagnostic::Diagnostic;
use crate::policy::conditional::evaluate;
use crate::policy::exec_conflict;
use crate::policy::loader::Lowered;
use crate::policy::resolved::{ResolvedKind, ResolvedRule, Via};
use crate::source::Span;
use crate::syntax::{
    Block, Conditional, Decision, Include, Item, ItemKind, ProfileKind, Rule, RuleKind, SyntaxError,
};
use crate::vocabulary::Version;
use std::sync::OnceLock;

impl Context<'_, '_> {
    /// The items of a profile, a block, a branch or a file included in one of them.
    pub(super) fn body(&mut self, scope: &Scope<'_>, items: &[Item], parent: Parent<'_>, body: &mut Body) {
        let notable = match self.keep {
            Keep::Suspects if !scope.unchecked_in_block => scope.lowered.and_then(Lowered::notable),
            _ => None,
        };
        let mut index = 0;
        loop {
            // Where no qualifiers wait for it, an item of no consequence is passed over.
            if let (Some(notable), None) = (notable, &self.pending) {
                let Some(next) = notable.get(notable.partition_point(|place| *place < index)) else { break };
                index = *next;
            }
            let Some(item) = items.get(index) else { break };
            self.item(scope, index, item, parent, body);
            index += 1;
        }
        if let (Keep::Suspects, None, Some(lowered)) = (self.keep, notable, scope.lowered) {
            lowered.note(items, exec_conflict::concerns);
        }
    }

    fn item(&mut self, scope: &Scope<'_>, index: usize, item: &Item, parent: Parent<'_>, body: &mut Body) {
        let mut given = *scope;
        let mut given_to_item = false;
        if self.pending.is_some()
            && !matches!(item.kind, ItemKind::Comment(_) | ItemKind::Include(_))
            && let Some(pending) = self.give_pending(scope, item)
        {
            let priority = pending.priority.or(scope.outer.priority);
            given.outer = scope.outer.with_pending(&pending.qualifiers);
            given.outer.priority = priority;
            given_to_item = true;
        }
        let scope = &given;
        match &item.kind {
            ItemKind::Comment(_) => {}
            ItemKind::Error(_) => body.complete = false,
            ItemKind::Abi(abi) => self.abi(scope, abi),
            ItemKind::Include(include) => self.body_include(scope, include, parent, body),
            ItemKind::Rule(rule) => {
                let place = scope.lowered.and_then(|lowered| lowered.kind(index));
                // What waited has been held against the block already.
                let scope =
                    Scope { unchecked_in_block: scope.unchecked_in_block && !given_to_item, ..*scope };
                self.rule(&scope, rule, item.span, place, body);
            }
            ItemKind::Block(block) => {
                let outer = scope.outer.with(&block.qualifiers);
                let unchecked_in_block = scope.unchecked_in_block || given_to_item;
                let scope = Scope { block: true, outer, lowered: None, unchecked_in_block, ..*scope };
                // Its children are dropped, so they share their names only with each other.
                let names = std::mem::take(&mut body.names);
                let before = std::mem::take(&mut body.transitions);
                self.body(&scope, &block.body.items, parent, body);
                self.nothing_for_pending(&scope);
                let inside = std::mem::replace(&mut body.transitions, before);
                body.transitions.extend(inside.into_iter().rev());
                body.names = names;
            }
            ItemKind::Conditional(conditional) => self.conditional(scope, conditional, parent, body),
            ItemKind::Profile(profile) => {
                if profile.kind == ProfileKind::Bare && scope.via.is_some() {
                    let error = SyntaxError::new(
                        profile.name.span,
                        "a profile inside another needs the keyword `profile`",
                    )
                    .help("the file is included in a profile; write `profile NAME {`");
                    self.report_in(scope, &error);
                }
                let compiled = Scope { compiled: scope.compiled && !scope.block, lowered: None, ..*scope };
                let mut names = std::mem::take(&mut body.names);
                if let Some(child) = self.profile(&compiled, profile, item.span, Some(parent), &mut names) {
                    body.children.push(child);
                }
                body.names = names;
            }
            ItemKind::Assignment(assignment) => {
                self.not_in_body(scope, item, "an assignment");
                // Its uses are no further mistakes.
                if self.variables.declared(assignment.name(scope.source())).is_none() {
                    self.assign(scope, assignment, item);
                }
            }
            ItemKind::BooleanAssignment(_) => self.not_in_body(scope, item, "an assignment"),
            ItemKind::Alias(_) => self.not_in_body(scope, item, "an alias"),
        }
    }

    fn not_in_body(&mut self, scope: &Scope<'_>, item: &Item, what: &str) {
        let code = "preamble-after-profile";
        let Some(include) = Via::chain(scope.via).first().copied() else {
            let error = SyntaxError::new(item.span, format!("{what} cannot stand inside a profile"))
                .code(code)
                .help("move it before the first profile");
            return self.report_in(scope, &error);
        };
        // `include <tunables/global>` in the wrong place is one mistake, however much the files declare.
        self.complete = false;
        if self.misplaced.insert(include) {
            let message = format!("a file with {what} is included inside a profile");
            let diagnostic = Diagnostic::error(code, include, message)
                .related(scope.location(item.span), format!("{what} cannot stand inside a profile"))
                .help("put the include before the first profile");
            self.report(diagnostic, None);
        }
    }

    fn body_include(&mut self, scope: &Scope<'_>, include: &Include, parent: Parent<'_>, body: &mut Body) {
        self.wait(scope, include);
        let mut seen = std::mem::take(&mut body.seen);
        let found = self.include(scope, include, &mut seen);
        body.seen = seen;
        let Some(files) = found else {
            body.complete = false;
            self.pending = None;
            return;
        };
        for (file, via) in files {
            if !self.file_errors(&file, Some(&via)) {
                body.complete = false;
            }
            let lowered = file.lowered(self.variables.piece());
            let scope = Scope {
                file: &file,
                via: Some(&via),
                unchecked_in_block: scope.block,
                lowered: Some(&*lowered),
                ..*scope
            };
            self.depth += 1;
            self.body(&scope, &file.file.items, parent, body);
            self.depth -= 1;
        }
    }

    fn conditional(
        &mut self,
        scope: &Scope<'_>,
        conditional: &Conditional,
        parent: Parent<'_>,
        body: &mut Body,
    ) {
        let mut taken = false;
        for branch in &conditional.branches {
            let holds = match evaluate(&branch.condition, scope.source(), &self.variables, self.version()) {
                Ok(holds) => holds,
                Err(error) => {
                    if self.preamble_complete || error.code != "undefined-variable" {
                        self.report_in(scope, &error);
                    }
                    body.complete = false;
                    false
                }
            };
            self.branch(scope, &branch.body, holds && !taken, parent, body);
            taken |= holds;
        }
        if let Some((_, block)) = &conditional.otherwise {
            self.branch(scope, block, !taken, parent, body);
        }
    }

    fn branch(&mut self, scope: &Scope<'_>, block: &Block, taken: bool, parent: Parent<'_>, body: &mut Body) {
        let scope = Scope {
            compiled: scope.compiled && taken,
            conditional: true,
            unchecked_in_block: scope.block,
            lowered: None,
            ..*scope
        };
        let names = if taken { None } else { Some(std::mem::take(&mut body.names)) };
        let before = std::mem::take(&mut body.transitions);
        self.body(&scope, &block.items, parent, body);
        self.nothing_for_pending(&scope);
        body.transitions.extend(before);
        if let Some(names) = names {
            body.names = names;
        }
    }

    fn rule(
        &mut self,
        scope: &Scope<'_>,
        rule: &Rule,
        span: Span,
        place: Option<&OnceLock<ResolvedKind>>,
        body: &mut Body,
    ) {
        let survives_block =
            matches!(rule.kind, RuleKind::File(_) | RuleKind::Link(_) | RuleKind::ChangeProfile(_));
        // Up to 3.0 a conditional drops what a block does, but keeps capabilities; later it drops limits only. (Found by the bytes
        // that apparmor_parser 3.0, 4.1 and 5.0 compile.)
        let survives_conditional = match self.version() {
            version if version < Version::V4_0 => {
                survives_block || matches!(rule.kind, RuleKind::Capability(_))
            }
            _ => !matches!(rule.kind, RuleKind::Rlimit(_)),
        };
        let dropped = (scope.block && !survives_block) || (scope.conditional && !survives_conditional);
        if scope.unchecked_in_block
            && scope.compiled
            && let Some(error) = self.conflict_with_blocks(scope, rule)
        {
            self.report_in(scope, &error);
        }
        if !scope.compiled || dropped {
            return;
        }
        let is_wanted = |kind: &ResolvedKind| self.keep == Keep::Everything || exec_conflict::concerns(kind);
        let kind = match place.and_then(OnceLock::get) {
            Some(kind) if !is_wanted(kind) => return,
            Some(kind) => kind.clone(),
            None => {
                let before = self.mistakes;
                let Ok(kind) = self.lower(scope, &rule.kind) else {
                    body.complete = false;
                    return;
                };
                if let Some(place) = place
                    && before == self.mistakes
                    && self.variables.is_shared(span.of(scope.source()))
                {
                    // Another thread may have been first, with the same result.
                    let _ = place.set(kind.clone());
                }
                kind
            }
        };
        let qualifiers = &rule.qualifiers;
        let all = scope.outer.with(qualifiers);
        // What is left of `owner` around `other` speaks of no file.
        let Some(ownership) = all.ownership() else { return };
        let audited = all.audited(self.version());
        let priority = qualifiers
            .priority
            .and_then(|word| std::str::from_utf8(word.raw(scope.source())).ok()?.parse().ok())
            // The block overrides that too, and has none.
            .filter(|_| !scope.block || !self.version().block_overrides());
        let decision = match all.decision(self.version()) {
            // A change of profile cannot be left to user space but by a block: the rule grants it.
            Decision::Prompt if matches!(rule.kind, RuleKind::ChangeProfile(_)) && !scope.block => {
                Decision::Allow
            }
            decision => decision,
        };
        if matches!(&kind, ResolvedKind::File(file) if file.exec_target.is_some()) {
            body.transitions.push(body.rules.len());
        }
        body.rules.push(ResolvedRule {
            kind,
            decision,
            says_allow: all.says_allow(self.version()),
            audit: audited != Audited::No,
            audits_all_files: audited == Audited::OnAllFiles,
            priority: priority.or(all.priority).unwrap_or(0),
            ownership,
            conditional: scope.conditional,
            origin: scope.origin(span),
        });
    }
}
