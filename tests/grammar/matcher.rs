//! Does a text match an expression? Small and slow; serves the `-` of the notation.

use super::reader::{Expr, Grammar};
use std::collections::BTreeSet;

pub fn matches(grammar: &Grammar, expr: &Expr, text: &[u8]) -> bool {
    ends(grammar, expr, text, 0).contains(&text.len())
}

/// Where a match that begins at `start` may end.
fn ends(grammar: &Grammar, expr: &Expr, text: &[u8], start: usize) -> BTreeSet<usize> {
    match expr {
        Expr::Literal(literal) => {
            text[start..].starts_with(literal).then_some(start + literal.len()).into_iter().collect()
        }
        Expr::Class(bytes) => {
            text.get(start).filter(|byte| bytes.contains(byte)).map(|_| start + 1).into_iter().collect()
        }
        Expr::Reference(name) => ends(grammar, &grammar.production(name).expr, text, start),
        Expr::Sequence(items) => items.iter().fold(BTreeSet::from([start]), |starts, item| {
            starts.into_iter().flat_map(|start| ends(grammar, item, text, start)).collect()
        }),
        Expr::Choice(branches) => {
            branches.iter().flat_map(|branch| ends(grammar, &branch.expr, text, start)).collect()
        }
        Expr::Repeat { inner, min, once, .. } => {
            let mut all = if *min == 0 { BTreeSet::from([start]) } else { BTreeSet::new() };
            let mut front = BTreeSet::from([start]);
            while !front.is_empty() {
                front = front.into_iter().flat_map(|start| ends(grammar, inner, text, start)).collect();
                front.retain(|end| all.insert(*end));
                if *once {
                    break;
                }
            }
            all
        }
        Expr::Except(all, but) => {
            let but = ends(grammar, but, text, start);
            ends(grammar, all, text, start).into_iter().filter(|end| !but.contains(end)).collect()
        }
    }
}
