//! `audit { … }`: which qualifiers a block may have, and which rules cannot take them.

use super::file_rule::{exec_mode, is_plain_exec};
use super::{Check, Scope};
use crate::source::Span;
use crate::syntax::{Decision, FileRule, Rule, RuleBlock, RuleKind, Safety, SyntaxError};
use crate::vocabulary::Version;

impl Check<'_> {
    pub(super) fn rule_block(&mut self, block: &RuleBlock, scope: Scope<'_>) {
        let qualifiers = &block.qualifiers;
        self.priority(qualifiers);
        if let Some(number) = qualifiers.priority
            && self.number(number) != Some(0)
        {
            self.report(
                SyntaxError::new(number.span, "a rule block cannot have a priority")
                    .code("qualifier-not-allowed")
                    .help("put `priority=` before each rule inside"),
            );
        }
        match qualifiers.decision {
            Some((Decision::Deny, span)) => {
                self.since(span, "`deny` before a rule block needs", Version::V4_0);
            }
            Some((Decision::Prompt, span)) => {
                self.since(span, "`prompt` needs", Version::V4_1);
            }
            _ => {}
        }
        let mut blocks = scope.blocks.to_vec();
        blocks.push(*qualifiers);
        self.items(&block.body.items, Scope { in_body: true, blocks: &blocks });
    }
}

/// Why a rule cannot take the qualifiers of a block that it stands in, directly or through an include. `block` is what the
/// block decides. Only file, link and change_profile rules take them; apparmor_parser drops all others there without a word.
pub(in crate::policy) fn conflict_with_block(
    rule: &Rule,
    source: &[u8],
    version: Version,
    block: Option<Decision>,
) -> Option<SyntaxError> {
    let takes = matches!(rule.kind, RuleKind::File(_) | RuleKind::Link(_) | RuleKind::ChangeProfile(_));
    if !takes {
        return None;
    }
    if version.block_overrides() {
        return conflict_with_overriding_block(rule, source, block);
    }
    if let (Some(block), Some((decision, span))) = (block, rule.qualifiers.decision)
        && decision != block
        && version >= Version::V4_0
    {
        let word = String::from_utf8_lossy(span.of(source));
        let error = SyntaxError::new(
            span,
            format!("`{word}` contradicts the `{}` of the block around it", word_of(block)),
        );
        return Some(error.code("qualifier-not-allowed").help("move the rule out of the block"));
    }
    let decision = rule.qualifiers.decision.map(|(decision, _)| decision).or(block);
    match &rule.kind {
        RuleKind::File(file) => file_conflict(file, source, decision, rule.qualifiers.decision.is_none()),
        RuleKind::ChangeProfile(change) => {
            let exec = change.exec?;
            let is_unsafe = matches!(change.safety, Some((Safety::Unsafe, _)));
            let denies = decision == Some(Decision::Deny);
            (is_unsafe == denies).then(|| program_in_block(exec.span))
        }
        _ => None,
    }
}

/// From 4.0 to 5.0 what the block decides, be it by no word, is all that counts when permissions are checked once more: no
/// exec mode where it denies, and one where it does not. `unsafe` counts as one.
fn conflict_with_overriding_block(
    rule: &Rule,
    source: &[u8],
    block: Option<Decision>,
) -> Option<SyntaxError> {
    let denies = block == Some(Decision::Deny);
    let is_unsafe = |safety: Option<(Safety, Span)>| matches!(safety, Some((Safety::Unsafe, _)));
    match &rule.kind {
        RuleKind::File(file) => {
            let raw = file.permissions.map_or(&b""[..], |permissions| permissions.raw(source));
            let lacks_mode = is_plain_exec(raw) && !is_unsafe(file.safety);
            let denied_here = matches!(rule.qualifiers.decision, Some((Decision::Deny, _)));
            match file.permissions {
                _ if denies => file_conflict(file, source, block, true),
                // Without `deny` of its own it is refused wherever it stands.
                Some(permissions) if lacks_mode && denied_here => Some(
                    SyntaxError::new(
                        permissions.span,
                        "an exec permission cannot be denied inside a rule block that does not deny",
                    )
                    .code("invalid-file-perms")
                    .note("apparmor_parser 4.0 to 5.0 takes what stands in the block as allowed, and then misses the exec mode")
                    .help("move the rule out of the block"),
                ),
                _ => None,
            }
        }
        RuleKind::ChangeProfile(change) => {
            let exec = change.exec?;
            let is_unsafe = is_unsafe(change.safety);
            (is_unsafe == denies).then(|| program_in_block(exec.span))
        }
        _ => None,
    }
}

fn program_in_block(program: Span) -> SyntaxError {
    SyntaxError::new(program, "a `change_profile` rule with a program cannot stand in a rule block")
        .code("qualifier-not-allowed")
        .note("there apparmor_parser judges it like an exec rule of a file")
        .help("move the rule out of the block")
}

fn word_of(decision: Decision) -> &'static str {
    match decision {
        Decision::Allow => "allow",
        Decision::Deny => "deny",
        Decision::Prompt => "prompt",
    }
}

/// Exec permissions are checked again when the block's qualifiers are added.
fn file_conflict(
    file: &FileRule,
    source: &[u8],
    decision: Option<Decision>,
    inherited: bool,
) -> Option<SyntaxError> {
    let Some(permissions) = file.permissions else {
        let keyword = file.keyword.filter(|_| inherited && decision == Some(Decision::Deny))?;
        return Some(
            SyntaxError::new(keyword, "`file` includes `ix`, which a block that denies cannot hold")
                .code("deny-exec-qualifier")
                .help("write `deny /{**,} rwmlkx,` instead of the block"),
        );
    };
    let raw = permissions.raw(source);
    if decision == Some(Decision::Deny) {
        let is_unsafe = matches!(file.safety, Some((Safety::Unsafe, _)));
        let mode = exec_mode(raw).or_else(|| (is_unsafe && is_plain_exec(raw)).then_some(&b"unsafe"[..]));
        let mode = String::from_utf8_lossy(mode.filter(|_| inherited)?).into_owned();
        return Some(
            SyntaxError::new(
                permissions.span,
                format!("`{mode}` says how to execute, but the block denies it"),
            )
            .code("deny-exec-qualifier")
            .help("move the rule out of the block, and write `deny PATH x,`"),
        );
    }
    let is_unsafe = matches!(file.safety, Some((Safety::Unsafe, _)));
    (file.target.is_some() && !is_unsafe && is_plain_exec(raw)).then(|| {
        SyntaxError::new(permissions.span, "in a rule block an exec permission needs a mode")
            .code("invalid-file-perms")
            .help("write a mode such as `px`, or move the rule out of the block")
    })
}
