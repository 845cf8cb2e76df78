//! Two globs and a path, separated by line feeds: nothing panics, and the automata agree with the naive matcher.

#![no_main]

use aakit::glob::{Dialect, Glob, PathSet, PatternIndex, unescape};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut fields = data.splitn(3, |byte| *byte == b'\n');
    let (Some(one), Some(other), Some(path)) = (fields.next(), fields.next(), fields.next()) else { return };
    let read = |token| Glob::parse(&unescape(token), Dialect::Path);
    let (one, other) = match (read(one), read(other)) {
        (Ok(one), Ok(other)) => (one, other),
        (Err(error), _) | (_, Err(error)) => {
            assert!(!error.at.is_empty() && !error.message().is_empty() && !error.help().is_empty());
            return;
        }
    };
    let expected: Vec<usize> = [&one, &other].iter().enumerate().filter(|(_, glob)| glob.matches(path)).map(|(at, _)| at).collect();
    assert_eq!(PatternIndex::new([&one, &other]).matching(path), expected);
    let (first, second) = (PathSet::from(&one), PathSet::from(&other));
    assert_eq!(first.is_match(path), expected.contains(&0));
    if let Ok(Some(witness)) = first.overlap(&second) {
        assert!(one.matches(&witness) && other.matches(&witness));
    }
    if let Ok(Some(witness)) = first.outside(&second) {
        assert!(one.matches(&witness) && !other.matches(&witness));
    }
});
