//! Which sets of globs can one string match? Two policies that give the same answer on each such set are the same.

use super::Glob;
use super::automaton::{Dfa, TooComplex, nfa, rank, spell};
use super::byte_set::ByteSet;
use super::effort::spend;
use super::expression::Expression;
use regex_automata::Anchored;
use regex_automata::MatchKind;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Config, DFA};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

/// Some globs behind each other, with NUL between them: `[name, target]` of a link, or one glob alone.
pub type Fields<'g> = [&'g Glob];

/// May a field be empty?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emptiness {
    /// Never: paths and labels.
    Never,
    /// As the globs have it.
    Allowed,
}

/// The most states that a walk visits.
const MOST_STATES: usize = 1 << 18;

/// Bytes that the automaton of the patterns may take.
const MOST_BYTES: usize = 64 << 20;

/// A region of at most this many strings is asked string by string.
const MOST_STRINGS: usize = 64;

/// Walks all strings of `region`, and calls `visit` once for each set of `patterns` that one of them matches, with
/// the places of these patterns, ascending, and the shortest such string. `visit` may end the walk.
///
/// # Errors
/// When the walk would take more than 64 MiB, or a quarter of a million states. What was visited before is right, but
/// there may be more.
pub fn combinations(
    region: &Fields<'_>,
    patterns: &[Vec<&Glob>],
    emptiness: Emptiness,
    mut visit: impl FnMut(&[usize], &[u8]) -> ControlFlow<()>,
) -> Result<(), TooComplex> {
    let separators = region.len().saturating_sub(1);
    let region = joined(region);
    let patterns: Vec<Expression> = patterns.iter().map(|fields| joined(fields)).collect();
    let mut seen: HashSet<Vec<usize>> = HashSet::new();
    let mut visit = move |matching: Vec<usize>, string: &[u8]| match seen.contains(&matching) {
        true => ControlFlow::Continue(()),
        false => {
            let flow = visit(&matching, string);
            seen.insert(matching);
            flow
        }
    };
    if let Some(mut strings) = region.strings(MOST_STRINGS) {
        strings.sort_by_key(Vec::len);
        for string in strings.iter().filter(|string| is_possible(string, separators, emptiness)) {
            let matching = (0..patterns.len()).filter(|index| patterns[*index].matches(string)).collect();
            if visit(matching, string).is_break() {
                break;
            }
        }
        return Ok(());
    }
    walk(&Dfa::new(&nfa([&region])?)?, &patterns, separators, emptiness, visit)
}

/// Is there at a glance no string that both match? Tells only what the beginnings of their texts tell.
#[must_use]
pub fn begin_differently(one: &Glob, other: &Glob) -> bool {
    let beginning = |glob: &Glob| {
        let is_special = |byte: &u8| matches!(byte, b'*' | b'?' | b'[' | b'{' | b'\\');
        glob.text.iter().position(is_special).unwrap_or(glob.text.len())
    };
    let length = beginning(one).min(beginning(other));
    one.text[..length] != other.text[..length]
}

fn joined(fields: &Fields<'_>) -> Expression {
    if let [glob] = fields {
        return (**glob.expression()).clone();
    }
    let mut parts = Vec::with_capacity(2 * fields.len());
    for (index, glob) in fields.iter().enumerate() {
        if index != 0 {
            parts.push(Expression::Bytes(vec![0]));
        }
        parts.push((**glob.expression()).clone());
    }
    Expression::Sequence(parts)
}

fn is_possible(string: &[u8], separators: usize, emptiness: Emptiness) -> bool {
    let mut count = 0;
    let filled = string.split(|byte| *byte == 0).inspect(|_| count += 1).all(|field| !field.is_empty());
    count == separators + 1 && (filled || emptiness == Emptiness::Allowed)
}

/// Where a walk is: in both automata, behind how many separators, and whether a field has only just begun.
type Place = (StateID, LazyStateID, usize, bool);

fn walk(
    region: &Dfa,
    patterns: &[Expression],
    separators: usize,
    emptiness: Emptiness,
    mut visit: impl FnMut(Vec<usize>, &[u8]) -> ControlFlow<()>,
) -> Result<(), TooComplex> {
    // The automaton is built only where the region leads, and never forgets: places are compared.
    let config = Config::new()
        .match_kind(MatchKind::All)
        .cache_capacity(MOST_BYTES)
        .skip_cache_capacity_check(true)
        .minimum_cache_clear_count(Some(0));
    let automaton =
        DFA::builder().configure(config).build_from_nfa(nfa(patterns)?).map_err(|_| TooComplex)?;
    let cache = &mut automaton.create_cache();
    let begin = start::Config::new().anchored(Anchored::Yes);
    let first = automaton.start_state(cache, &begin).map_err(|_| TooComplex)?;
    let alphabet = alphabet(region, &automaton, separators);
    let start: Place = (region.start(), first, 0, true);
    let mut seen = HashSet::from([start]);
    let mut visited: Vec<(Place, usize, u8)> = vec![(start, 0, 0)];
    let mut at = 0;
    let mut known = cache.memory_usage();
    while let Some((place, ..)) = visited.get(at).copied() {
        let (within, state, behind, fresh) = place;
        let filled = !fresh || emptiness == Emptiness::Allowed;
        if filled && behind == separators && region.accepts(within) {
            let last = automaton.next_eoi_state(cache, state).map_err(|_| TooComplex)?;
            let count = if last.is_match() { automaton.match_len(cache, last) } else { 0 };
            let mut matching: Vec<usize> =
                (0..count).map(|index| automaton.match_pattern(cache, last, index).as_usize()).collect();
            matching.sort_unstable();
            if visit(matching, &spell(&visited, at)).is_break() {
                return Ok(());
            }
        }
        // A state that was not there before costs by the patterns that it is in.
        let grown = cache.memory_usage();
        spend(alphabet.len() + 8 * (grown - known))?;
        known = grown;
        for byte in &alphabet {
            let separates = *byte == 0;
            if separates && (behind == separators || !filled) {
                continue;
            }
            let next_within = region.next(within, *byte);
            if region.is_dead(next_within) {
                continue;
            }
            let next = automaton.next_state(cache, state, *byte).map_err(|_| TooComplex)?;
            let next = (next_within, next, behind + usize::from(separates), separates);
            if seen.insert(next) {
                visited.push((next, at, *byte));
            }
        }
        if visited.len() > MOST_STATES {
            return Err(TooComplex);
        }
        at += 1;
    }
    Ok(())
}

/// One byte for each class of bytes that neither automaton tells apart, those that look best first. NUL is among
/// them only as a separator.
fn alphabet(region: &Dfa, automaton: &DFA, separators: usize) -> Vec<u8> {
    let mut best: HashMap<(u8, u8), u8> = HashMap::new();
    for byte in ByteSet::ALL.iter().filter(|byte| *byte != 0) {
        let class = (region.class_of(byte), automaton.byte_classes().get(byte));
        let entry = best.entry(class).or_insert(byte);
        if rank(byte) < rank(*entry) {
            *entry = byte;
        }
    }
    let mut alphabet: Vec<u8> = best.into_values().collect();
    alphabet.extend((separators > 0).then_some(0));
    alphabet.sort_by_key(|byte| rank(*byte));
    alphabet
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::glob::Dialect;

    fn glob(text: &str) -> Glob {
        Glob::parse(text.as_bytes(), Dialect::Path).unwrap()
    }

    fn sets(region: &[&str], patterns: &[&[&str]]) -> Vec<(Vec<usize>, String)> {
        let region: Vec<Glob> = region.iter().map(|text| glob(text)).collect();
        let patterns: Vec<Vec<Glob>> =
            patterns.iter().map(|fields| fields.iter().map(|text| glob(text)).collect()).collect();
        let mut found = Vec::new();
        combinations(
            &region.iter().collect::<Vec<_>>(),
            &patterns.iter().map(|fields| fields.iter().collect()).collect::<Vec<_>>(),
            Emptiness::Never,
            |matching, string| {
                found.push((matching.to_vec(), String::from_utf8_lossy(string).into_owned()));
                ControlFlow::Continue(())
            },
        )
        .unwrap();
        found.sort();
        found
    }

    #[test]
    fn each_set_comes_once_with_its_shortest_string() {
        let expected = [(vec![], "/ab"), (vec![0], "/a"), (vec![0, 1], "/a/b"), (vec![1], "/a/b/c")]
            .map(|(set, text)| (set, text.to_owned()));
        let found = sets(&["/a**"], &[&["/{a,a/b,a/bc}"], &["/a/**b*"]]);
        assert!(found.iter().any(|(set, text)| set == &[0] && text == "/a"), "{found:?}");
        assert!(found.iter().any(|(set, text)| set == &[0, 1] && text == "/a/b"), "{found:?}");
        assert_eq!(found.len(), expected.len(), "{found:?}");
    }

    #[test]
    fn a_list_of_strings_needs_no_automaton() {
        let found = sets(&["/{a,bb}"], &[&["/a"], &["/*"]]);
        assert_eq!(found, [(vec![0, 1], "/a".to_owned()), (vec![1], "/bb".to_owned())]);
    }

    #[test]
    fn fields_stay_apart_and_are_never_empty() {
        let found = sets(&["/**", "**"], &[&["/a*", "b"], &["/**", "/**"]]);
        let sets: Vec<_> = found.iter().map(|(set, _)| set.clone()).collect();
        assert_eq!(sets, [vec![], vec![0], vec![1]], "{found:?}");
        assert_eq!(found[1].1, "/a\0b");
    }

    #[test]
    fn beginnings_are_told_apart() {
        assert!(begin_differently(&glob("/a/b"), &glob("/b/**")));
        assert!(!begin_differently(&glob("/a{/b,}"), &glob("/a/c")));
        assert!(!begin_differently(&glob("/**"), &glob("/b/**")));
    }
}
