//! `docs/rules.md`: every rule's page, generated from the rules themselves.

use super::rule::{DefaultState, Group, RuleInfo};
use super::rules::RULES;
use crate::diagnostic::Applicability;
use std::fmt::Write as _;

const HEAD: &str = "# Rules

Generated from the rules themselves: do not edit. `cargo test --test rules` says when it is old, and writes it anew with
`AAKIT_UPDATE_DOCS=1` set. `aakit explain RULE` shows one page.
";

/// The whole book as Markdown.
#[must_use]
pub fn book() -> String {
    let mut book = HEAD.to_owned();
    for group in Group::ALL {
        let rules: Vec<&RuleInfo> = RULES.iter().filter(|rule| rule.group == group).collect();
        if rules.is_empty() {
            continue;
        }
        let _ = write!(
            book,
            "\n## {}\n\nWhat these have in common: {}.\n\n| rule | finds | level | fix |\n|---|---|---|---|\n",
            group.name(),
            group.meaning()
        );
        for rule in &rules {
            let summary = rule.documentation().summary.replace('|', "\\|");
            let _ =
                writeln!(book, "| [`{0}`](#{0}) | {summary} | {1} | {2} |", rule.id, level(rule), fix(rule));
        }
        for rule in &rules {
            let _ = write!(book, "\n### {}\n\n{}", rule.id, page(rule));
        }
    }
    book
}

/// One rule's page as Markdown, without a heading.
#[must_use]
pub fn page(rule: &RuleInfo) -> String {
    let silence = match rule.group {
        Group::Error => "It cannot be silenced.".to_owned(),
        _ => format!(
            "To accept one finding: `# aakit: allow({}) reason` behind the rule or on the line above.",
            rule.id
        ),
    };
    format!(
        "{}\nGroup {}; {}; {}. {silence}\n",
        rule.documentation().markdown(),
        rule.group.name(),
        level(rule),
        fix(rule)
    )
}

/// "warning", "note, off by default", …
#[must_use]
pub fn level(rule: &RuleInfo) -> String {
    let severity = rule.severity.name();
    match rule.default {
        DefaultState::On => severity.to_owned(),
        DefaultState::WithTarget => format!("{severity}, on with a target"),
        DefaultState::Off => format!("{severity}, off by default"),
    }
}

fn fix(rule: &RuleInfo) -> &'static str {
    match rule.fix {
        None => "no fix",
        Some(Applicability::Safe) => "safe fix",
        Some(Applicability::Unsafe) => "unsafe fix",
    }
}
