//! `audit { … }`: which qualifiers a block may have, and which rules cannot take them.

use super::file_rule::exec_letters;
use super::{Check, Scope};
use crate::syntax::{Decision, Qualifiers, Rule, RuleBlock, RuleKind, SyntaxError};
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

/// Why a rule cannot take the qualifiers of a block that it stands in, directly or through an include. Only file, link
/// and change_profile rules take them; apparmor_parser drops all others there without a word.
pub(in crate::policy) fn conflict_with_block(
    rule: &Rule,
    source: &[u8],
    version: Version,
    block: &Qualifiers,
) -> Option<SyntaxError> {
    let (block_decision, block_span) = block.decision?;
    if version < Version::V4_0 {
        return None;
    }
    let takes = matches!(rule.kind, RuleKind::File(_) | RuleKind::Link(_) | RuleKind::ChangeProfile(_));
    if !takes {
        return None;
    }
    let block_word = String::from_utf8_lossy(block_span.of(source)).into_owned();
    if let Some((decision, span)) = rule.qualifiers.decision {
        if decision == block_decision {
            return None;
        }
        let word = String::from_utf8_lossy(span.of(source));
        return Some(
            SyntaxError::new(span, format!("`{word}` contradicts the `{block_word}` of the block around it"))
                .code("qualifier-not-allowed")
                .related(block_span, "the block begins here")
                .help("move the rule out of the block"),
        );
    }
    let RuleKind::File(file) = &rule.kind else { return None };
    if block_decision != Decision::Deny {
        return None;
    }
    let error = match file.permissions {
        Some(permissions) => {
            let letters = exec_letters(permissions.raw(source))?;
            let mode = String::from_utf8_lossy(letters).into_owned();
            SyntaxError::new(
                permissions.span,
                format!("`{mode}` says how to execute, but the block denies it"),
            )
            .help("move the rule out of the block, and write `deny PATH x,`")
        }
        None => {
            SyntaxError::new(file.keyword?, "`file` includes `ix`, which a block that denies cannot hold")
                .help("write `deny /{**,} rwmlkx,` instead of the block")
        }
    };
    Some(error.code("deny-exec-qualifier").related(block_span, "the block begins here"))
}
