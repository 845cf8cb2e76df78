//! The rule blocks around a rule. What their qualifiers do to a rule that has its own depends on the version of apparmor_parser (3.0
//! drops the `audit` of `{ audit deny /a r, }`), so such a rule keeps its blocks; the others take the qualifiers over.

use crate::policy::{ResolvedRule, Via};
use crate::source::{FileId, Location, SourceMap, Span};
use crate::syntax::{Item, ItemKind, Rule, parse};
use std::collections::HashMap;

/// The blocks of each file that was asked about: their places and qualifiers.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    known: HashMap<FileId, Vec<(Span, Vec<u8>)>>,
}

impl Blocks {
    /// The qualifiers of the blocks that a rule must keep, outermost first.
    pub(super) fn kept(&mut self, rule: &ResolvedRule, written: &Rule, sources: &SourceMap) -> Vec<Vec<u8>> {
        let around = self.around(rule, sources);
        let own = &written.qualifiers;
        let adds_audit = own.audit.is_none() && own.decision.is_none() && own.ownership.is_none();
        let is_plain = !rule.audit || (adds_audit && around.len() == 1);
        let says_owner = |words: &Vec<u8>| {
            let mut words = words.split(u8::is_ascii_whitespace);
            words.any(|word| matches!(word, b"owner" | b"user" | b"other"))
        };
        let owners = around.iter().filter(|words| says_owner(words)).count();
        let is_plain = is_plain && owners + usize::from(own.ownership.is_some()) < 2;
        if is_plain { Vec::new() } else { around }
    }

    fn around(&mut self, rule: &ResolvedRule, sources: &SourceMap) -> Vec<Vec<u8>> {
        let mut places: Vec<Location> = Via::chain(rule.origin.via.as_ref());
        places.push(rule.origin.location);
        let mut around = Vec::new();
        for place in places {
            let blocks = self.known.entry(place.file).or_insert_with(|| {
                let source = sources.get(place.file);
                let mut found = Vec::new();
                collect(&parse(source.bytes()).file.items, source.bytes(), &mut found);
                found
            });
            let outside = blocks.iter().filter(|(span, _)| span.contains(place.span));
            around.extend(outside.map(|(_, qualifiers)| qualifiers.clone()));
        }
        around
    }
}

/// Every block below, outer ones first.
fn collect(items: &[Item], source: &[u8], found: &mut Vec<(Span, Vec<u8>)>) {
    for item in items {
        match &item.kind {
            ItemKind::Profile(profile) => collect(&profile.body.items, source, found),
            ItemKind::Block(block) => {
                found.push((item.span, block.qualifiers.span.of(source).to_vec()));
                collect(&block.body.items, source, found);
            }
            ItemKind::Conditional(conditional) => {
                for branch in &conditional.branches {
                    collect(&branch.body.items, source, found);
                }
                if let Some((_, body)) = &conditional.otherwise {
                    collect(&body.items, source, found);
                }
            }
            _ => {}
        }
    }
}
