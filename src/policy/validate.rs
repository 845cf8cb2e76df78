//! What apparmor_parser refuses at a rule by itself, whatever its variables hold and whatever stands around it: words
//! that are not in their list, qualifiers and permissions that do not fit, conditions in the wrong place, and what the
//! target's version does not know yet. Such rules are refused in branches of an `if` that are not taken, too.
//!
//! One file holds the checks of one kind of rule, named like the file of `syntax` that reads it. What needs variables,
//! includes or other rules (globs, exec conflicts, duplicates) is the resolver's.

mod abi;
mod access;
mod all;
mod block;
mod boolean;
mod capability;
mod change_profile;
mod condition;
mod conditional;
mod dbus;
mod file_rule;
mod io_uring;
mod mount;
mod mqueue;
mod network;
mod pivot_root;
mod profile;
mod ptrace;
mod qualifiers;
mod rlimit;
mod signal;
mod unix;
mod userns;
mod variable;

pub(super) use block::conflict_with_block;
pub(super) use mount::encodable;

use crate::glob;
use crate::source::Span;
use crate::syntax::{
    File, Item, ItemKind, Ownership, Qualifiers, Rule, RuleBlock, RuleKind, SyntaxError, Word,
};
use crate::vocabulary::{self, Version};
use std::borrow::Cow;

/// Checks every rule of a file by itself, as apparmor_parser of `version` does when it reads it. In the order of the
/// places; what [`syntax::parse`](crate::syntax::parse) reports is not repeated.
#[must_use]
pub fn validate(file: &File, source: &[u8], version: Version) -> Vec<SyntaxError> {
    let mut check = Check { source, version, errors: Vec::new() };
    check.nul_bytes(file);
    check.items(&file.items, Scope { in_body: false, blocks: &[] });
    check.errors.sort_by_key(|error| error.span);
    check.errors
}

/// Checks one rule by itself, as [`validate`] does.
pub(super) fn validate_rule(rule: &Rule, source: &[u8], version: Version) -> Vec<SyntaxError> {
    let mut check = Check { source, version, errors: Vec::new() };
    check.rule(rule);
    check.errors
}

/// Checks the qualifiers of a rule block, as [`validate`] does.
pub(super) fn validate_block_qualifiers(
    block: &RuleBlock,
    source: &[u8],
    version: Version,
) -> Vec<SyntaxError> {
    let mut check = Check { source, version, errors: Vec::new() };
    check.rule_block(block, Scope { in_body: true, blocks: &[] });
    check.errors
}

/// Where items stand.
#[derive(Clone, Copy)]
struct Scope<'a> {
    /// Inside a profile, a rule block or a conditional.
    in_body: bool,
    /// The qualifiers of the rule blocks around, outermost first.
    blocks: &'a [Qualifiers],
}

/// What the checks share: the text, the target, and what was found.
struct Check<'s> {
    source: &'s [u8],
    version: Version,
    errors: Vec<SyntaxError>,
}

impl<'s> Check<'s> {
    fn items(&mut self, items: &[Item], scope: Scope<'_>) {
        for item in items {
            self.item(item, scope);
        }
    }

    fn item(&mut self, item: &Item, scope: Scope<'_>) {
        match &item.kind {
            ItemKind::Comment(_) | ItemKind::Error(_) | ItemKind::Alias(_) => {}
            ItemKind::Abi(abi) => self.abi(abi),
            ItemKind::Include(include) => self.priority(&include.qualifiers),
            ItemKind::Assignment(assignment) => self.assignment(assignment),
            ItemKind::BooleanAssignment(assignment) => {
                self.boolean_assignment(assignment, item.comment.as_ref());
            }
            ItemKind::Profile(profile) => self.profile(profile, scope),
            ItemKind::Conditional(conditional) => self.conditional(conditional),
            ItemKind::Block(block) => self.rule_block(block, scope),
            ItemKind::Rule(rule) => {
                self.rule(rule);
                let speaks_of = |qualifiers: &Qualifiers, wanted: Ownership| {
                    qualifiers.ownership.is_none_or(|(ownership, _)| ownership == wanted)
                };
                let mut owner = speaks_of(&rule.qualifiers, Ownership::Owner);
                let mut other = speaks_of(&rule.qualifiers, Ownership::Other);
                for block in scope.blocks.iter().rev() {
                    owner &= speaks_of(block, Ownership::Owner);
                    other &= speaks_of(block, Ownership::Other);
                    if !owner && !other {
                        // `owner` around `other` leaves nothing to look at.
                        break;
                    }
                    let decision = block.decision.map(|(decision, _)| decision);
                    // Of a rule for files that the block is not about nothing is left to be wrong.
                    let files =
                        |qualifiers: &Qualifiers| qualifiers.ownership.map(|(ownership, _)| ownership);
                    if self.version.block_overrides()
                        && let (Some(of_block), Some(of_rule)) = (files(block), files(&rule.qualifiers))
                        && of_block != of_rule
                    {
                        break;
                    }
                    if let Some(error) = conflict_with_block(rule, self.source, self.version, decision) {
                        self.report(error.related(block.span, "the block around it begins here"));
                        break;
                    }
                }
            }
        }
    }

    fn rule(&mut self, rule: &Rule) {
        let qualifiers = &rule.qualifiers;
        self.qualifiers(rule);
        match &rule.kind {
            RuleKind::File(rule) => self.file_rule(rule, qualifiers),
            RuleKind::Link(_) => {}
            RuleKind::Capability(rule) => self.capability(rule),
            RuleKind::Network(rule) => self.network(rule),
            RuleKind::Mount(rule) => self.mount(rule),
            RuleKind::PivotRoot(rule) => self.pivot_root(rule),
            RuleKind::Ptrace(rule) => self.ptrace(rule),
            RuleKind::Signal(rule) => self.signal(rule),
            RuleKind::Dbus(rule) => self.dbus(rule),
            RuleKind::Unix(rule) => self.unix(rule),
            RuleKind::Userns(rule) => self.userns(rule),
            RuleKind::Mqueue(rule) => self.mqueue(rule),
            RuleKind::IoUring(rule) => self.io_uring(rule),
            RuleKind::ChangeProfile(rule) => self.change_profile(rule),
            RuleKind::Rlimit(rule) => self.rlimit(rule),
            RuleKind::All(rule) => self.all(rule),
        }
    }

    fn report(&mut self, error: SyntaxError) {
        self.errors.push(error);
    }

    /// The word's text without quotes, its escapes decoded as the scanner does.
    fn text(&self, word: Word) -> Cow<'s, [u8]> {
        glob::unescape(word.text(self.source))
    }

    /// The word for a message.
    fn show(&self, word: Word) -> String {
        word.display(self.source).into_owned()
    }

    /// Does the target know `what`, which came with `since`? Reports it when not.
    fn since(&mut self, span: Span, what: &str, since: Version) -> bool {
        if self.version >= since {
            return true;
        }
        self.report(
            SyntaxError::new(
                span,
                format!("{what} AppArmor {since} or newer; the target is {}", self.version),
            )
            .code("feature-needs-version")
            .help(format!("leave it out, or set the target to {since} or newer")),
        );
        false
    }

    /// Reports a word that is not in its list, with the nearest word of it, or all of a short one.
    fn unknown(&mut self, code: &'static str, word: Word, what: &str, names: &[&'static str]) {
        let text = self.show(word);
        let error = SyntaxError::new(word.span, format!("unknown {what} `{text}`")).code(code);
        let folded = text.to_ascii_lowercase();
        let meant = match &*folded {
            "ipv4" => Some("inet"),
            "ipv6" => Some("inet6"),
            _ => None,
        };
        let error = if let Some(meant) = meant.filter(|meant| names.contains(meant)) {
            error.help(format!("write `{meant}`")).fix(format!("write `{meant}`"), word.span, meant)
        } else if let Some(name) = names.iter().find(|name| **name == folded) {
            error.help(format!("write it in small letters: `{name}`")).fix(
                "write it in small letters",
                word.span,
                *name,
            )
        } else if let Some(meant) = vocabulary::did_you_mean(&text, names.iter().copied()) {
            error.help(format!("did you mean `{meant}`?"))
        } else if names.len() <= 12 {
            error.help(format!("use {}", one_of(names)))
        } else {
            error
        };
        self.report(error);
    }

    /// A NUL byte outside comments: apparmor_parser refuses it, or cuts the word there.
    fn nul_bytes(&mut self, file: &File) {
        if !self.source.contains(&0) {
            return;
        }
        let in_comment = |at: usize| {
            file.comments
                .iter()
                .any(|comment| (comment.span.start as usize..comment.span.end as usize).contains(&at))
        };
        let nul = (0..self.source.len()).find(|at| self.source[*at] == 0 && !in_comment(*at));
        if let Some(at) = nul {
            self.report(
                SyntaxError::new(Span::new(at, at + 1), "the file holds a NUL byte")
                    .note("apparmor_parser would silently cut a word at this byte")
                    .help("remove it, or save the file as plain text"),
            );
        }
    }
}

/// The words that the target knows.
fn known<W: vocabulary::Word>(version: Version) -> Vec<&'static str> {
    W::all().filter(|word| word.since() <= version).map(W::name).collect()
}

/// "`a`, `b` or `c`"
fn one_of(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [name] => format!("`{name}`"),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|name| format!("`{name}`")).collect();
            format!("{} or `{last}`", first.join(", "))
        }
    }
}
