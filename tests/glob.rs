//! Globs against apparmor_parser (what is accepted, and the regular expression it becomes), and the automata
//! against the naive matcher.

mod common;

use aakit::glob::{Dialect, Glob, PathSet, PatternIndex, TooComplex, unescape};
use proptest::prelude::*;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What apparmor_parser says of these globs, each in a profile of its own: did all compile, and what it printed.
fn compile(parser: &Path, globs: &[Vec<u8>]) -> (bool, Vec<u8>) {
    let mut text = Vec::new();
    for (index, glob) in globs.iter().enumerate() {
        // The names sort as the globs do, since profiles are compiled in the order of their names.
        text.extend(format!("profile t{index:06} {{ \"/").bytes());
        text.extend(glob);
        text.extend(b"\" r, }\n");
    }
    let mut child = Command::new(parser)
        .args(["-QKS", "-D", "rule-exprs"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("apparmor_parser starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let writer = std::thread::spawn(move || stdin.write_all(&text));
    let output = child.wait_with_output().expect("apparmor_parser ends");
    writer.join().expect("the writer ends").expect("apparmor_parser reads all");
    (output.status.success(), output.stderr)
}

/// The regular expressions that apparmor_parser printed for the rules, in order.
fn expressions(printed: &[u8]) -> Vec<Vec<u8>> {
    let lines = printed.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"aare: /"));
    let after_arrow = |line: &[u8]| {
        let at = line.windows(8).position(|window| window == b"   ->   ").expect("an arrow");
        line[at + 8..].to_vec()
    };
    lines.map(after_arrow).collect()
}

/// NUL has several spellings; aakit writes one.
fn one_spelling_of_nul(regex: &[u8]) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(regex).into_owned();
    for spelling in [r"\d000", r"\d00", r"\d0", r"\000"] {
        text = text.replace(spelling, r"\x00");
    }
    text.into_bytes()
}

fn read(glob: &[u8]) -> Result<Glob, aakit::glob::GlobError> {
    let token = [b"/", glob].concat();
    Glob::parse(&unescape(&token), Dialect::Path)
}

/// Small pseudo-random numbers, the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("it is below a usize")
    }
}

const PIECES: &[&str] = &[
    "/", "/", "a", "b", "*", "**", "?", "[", "]", "^", "-", "{", "}", ",", ",", "\\", "[ab]", "[^a]",
    "{a,b}", "{,", "}", ";", " ", ".", "|", "(", "+", "$", r"\x00", r"\000", r"\x2a", r"\x5d", r"\101",
    r"\d65", r"\-", r"\^", r"\q", "[*",
];

/// All short strings over the special characters, then random longer ones.
fn cases(random: usize) -> Vec<Vec<u8>> {
    let alphabet = ["/", "a", "*", "?", "[", "]", "^", "-", "{", "}", ",", "\\"];
    let mut cases: Vec<Vec<u8>> = vec![Vec::new()];
    let mut shorter = cases.clone();
    for _ in 0..2 {
        let longer = |text: &Vec<u8>| alphabet.map(|piece| [text.as_slice(), piece.as_bytes()].concat());
        shorter = shorter.iter().flat_map(longer).collect();
        cases.extend(shorter.clone());
    }
    let mut numbers = Numbers(0x00aa_0041_5bd1);
    for _ in 0..random {
        let length = 2 + numbers.below(9);
        let pieces = (0..length).map(|_| PIECES[numbers.below(PIECES.len())]);
        cases.push(pieces.collect::<String>().into_bytes());
    }
    // A backslash before the closing quote makes the quote part of the token.
    cases.retain(|text| !text.ends_with(b"\\"));
    cases
}

#[test]
fn globs_are_read_as_apparmor_parser_reads_them() {
    let Some(parser) = common::parser("globs_are_read_as_apparmor_parser_reads_them") else { return };
    let random = std::env::var("AAKIT_GLOB_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(1200);
    let (good, bad): (Vec<_>, Vec<_>) = cases(random).into_iter().partition(|text| read(text).is_ok());
    assert!(good.len() > 200 && bad.len() > 100, "{} good and {} bad cases", good.len(), bad.len());
    for batch in good.chunks(200) {
        let (compiled, printed) = compile(&parser, batch);
        let theirs = expressions(&printed);
        let message = String::from_utf8_lossy(&printed);
        let last = message.lines().rfind(|line| line.starts_with("aare: /")).unwrap_or_default();
        assert!(compiled, "apparmor_parser refuses a glob that aakit takes: {last}");
        assert_eq!(theirs.len(), batch.len());
        for (text, theirs) in batch.iter().zip(theirs) {
            let ours = read(text).expect("it is a good one");
            assert_eq!(
                String::from_utf8_lossy(&one_spelling_of_nul(ours.to_regex())),
                String::from_utf8_lossy(&one_spelling_of_nul(&theirs)),
                "/{}",
                String::from_utf8_lossy(text)
            );
        }
    }
    for text in bad.iter().take(random / 10) {
        let (compiled, _) = compile(&parser, std::slice::from_ref(text));
        assert!(
            !compiled,
            "apparmor_parser takes /{}, aakit says: {:?}",
            String::from_utf8_lossy(text),
            read(text)
        );
    }
}

/// The comparison above can fail: the parser tells good from bad, and prints different expressions for different globs.
#[test]
fn the_oracle_for_globs_can_say_no() {
    let Some(parser) = common::parser("the_oracle_for_globs_can_say_no") else { return };
    assert!(!compile(&parser, &[b"{a}".to_vec()]).0);
    let (compiled, printed) = compile(&parser, &[b"a*".to_vec(), b"a?".to_vec()]);
    assert!(compiled);
    assert_ne!(expressions(&printed)[0], expressions(&printed)[1]);
}

fn pattern() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("/"),
        Just("a"),
        Just("b"),
        Just("*"),
        Just("**"),
        Just("?"),
        Just("[ab]"),
        Just("[^a]"),
        Just("{a,b}"),
        Just("{,/*}"),
        Just("{b/,}"),
        Just("{**,}"),
        Just("{a,{b,*}c}"),
        Just(r"\*"),
        Just("[*]"),
        Just("/**/"),
    ];
    prop::collection::vec(piece, 0..7).prop_map(|pieces| pieces.concat().into_bytes())
}

fn path() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![Just(b'/'), Just(b'a'), Just(b'b'), Just(b'c'), Just(b']'), Just(b'*'), Just(0)];
    prop::collection::vec(byte, 0..8).prop_map(|rest| [b"/", rest.as_slice()].concat())
}

proptest! {
    #![proptest_config(common::random_cases(300))]

    #[test]
    fn automata_match_as_the_naive_matcher_does(
        patterns in prop::collection::vec(pattern(), 1..5),
        paths in prop::collection::vec(path(), 1..20),
    ) {
        let globs: Vec<Glob> = patterns.iter().map(|text| read(text).expect("only good pieces")).collect();
        let union = PathSet::new(&globs);
        let index = PatternIndex::new(&globs);
        for path in &paths {
            let matching: Vec<usize> = (0..globs.len()).filter(|at| globs[*at].matches(path)).collect();
            prop_assert_eq!(union.is_match(path), !matching.is_empty());
            // An inclusion needs the automaton, and then it answers.
            prop_assert_eq!(union.includes(&PathSet::new(&globs)), Ok(true));
            prop_assert_eq!(union.is_match(path), !matching.is_empty());
            // The automaton is built only after some questions; both ways must agree.
            for _ in 0..6 {
                prop_assert_eq!(index.matching(path), matching.clone());
            }
        }
    }

    #[test]
    fn witnesses_are_what_they_claim(one in pattern(), other in pattern(), paths in prop::collection::vec(path(), 20)) {
        let (one, other) = (read(&one).expect("good"), read(&other).expect("good"));
        let (first, second) = (PathSet::from(&one), PathSet::from(&other));
        let overlap = first.overlap(&second).expect("small");
        let outside = first.outside(&second).expect("small");
        if let Some(witness) = &overlap {
            prop_assert!(one.matches(witness) && other.matches(witness));
        }
        if let Some(witness) = &outside {
            prop_assert!(one.matches(witness) && !other.matches(witness));
        }
        prop_assert_eq!(second.includes(&first), Ok(outside.is_none()));
        for path in &paths {
            prop_assert!(overlap.is_some() || !(one.matches(path) && other.matches(path)));
            prop_assert!(outside.is_some() || !one.matches(path) || other.matches(path));
        }
    }

    /// A text is judged at a glance where that is enough, and read at the first question: then it must be readable.
    #[test]
    fn what_is_taken_can_be_read(text in prop::collection::vec(prop::sample::select(&b"/ab-1{}{},,[]^*?\\|()."[..]), 0..12)) {
        if let Ok(glob) = Glob::parse(&text, Dialect::Path) {
            prop_assert_eq!(glob.to_regex().is_empty(), text.is_empty());
            if let Some(example) = glob.example() {
                prop_assert!(glob.matches(&example));
            }
        }
    }

    #[test]
    fn alternatives_and_strings_are_the_same_set(text in pattern()) {
        let glob = read(&text).expect("good");
        let whole = PathSet::from(&glob);
        // A union of many alternatives may be beyond the limits; another pattern is tried then, and too many of those fail.
        let is_whole = |parts: &PathSet| match parts.same(&whole) {
            Ok(same) => Ok(same),
            Err(TooComplex) => Err(TestCaseError::reject("too complex")),
        };
        if let Some(alternatives) = glob.alternatives(64) {
            prop_assert!(is_whole(&PathSet::new(&alternatives))?);
        }
        if let Some(strings) = glob.strings(600) {
            let literals: Vec<Glob> = strings.iter().map(|string| Glob::literal_string(string)).collect();
            prop_assert!(is_whole(&PathSet::new(&literals))?);
        }
        let shortest = whole.witness().expect("small").expect("no glob is empty");
        prop_assert_eq!(shortest.len(), glob.shortest_match());
        prop_assert!(shortest.starts_with(&glob.literal_prefix()));
    }
}
