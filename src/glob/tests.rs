//! What globs match, as the kernel answered it (Linux 6.1, the same for policy of apparmor_parser 3.0.8 and 6.0).

use super::*;

fn glob(text: &str) -> Glob {
    let token = unescape(text.as_bytes());
    Glob::parse(&token, Dialect::Path).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn set(text: &str) -> PathSet {
    PathSet::from(&glob(text))
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// A glob, paths that it matches, and paths that it does not.
const KERNEL: &[(&str, &[&str], &[&str])] = &[
    ("/a/*", &["/a/b", "/a/.h", "/a/\n", "/a/\u{1}", "/a/é"], &["/a/", "/a/b/", "/a/b/c", "/a"]),
    ("/a/**", &["/a/b", "/a/b/", "/a/b/c"], &["/a/", "/a", "/a//b", "/a//"]),
    ("/a/*/", &["/a/b/"], &["/a/", "/a//", "/a/b", "/a/b/c/"]),
    ("/a/**/", &["/a/b/", "/a/b/c/"], &["/a/", "/a//", "/a/b"]),
    ("/a/**/b", &["/a/x/b", "/a/x/y/b", "/a/b/b"], &["/a/b", "/a//b"]),
    ("/a/*/b", &["/a/x/b"], &["/a/b", "/a//b", "/a/x/y/b"]),
    ("/a*", &["/a", "/ab"], &["/a/", "/a/b"]),
    ("/a**", &["/a", "/a/", "/ab", "/a/b", "/a//"], &[]),
    ("/a/*b", &["/a/b", "/a/xb"], &["/a//b", "/a/b/b"]),
    ("/a/**b", &["/a/b", "/a/x/b", "/a/xb", "/a//b"], &[]),
    ("/a/b*", &["/a/b"], &["/a/b/", "/a/b/c"]),
    ("/a/b**", &["/a/b", "/a/b/", "/a/b/c"], &[]),
    ("/**", &["/a", "/a/", "/a/b"], &["/", "//"]),
    ("/*", &["/a"], &["/", "//"]),
    ("/*/", &["/a/"], &["/", "//"]),
    ("/**/", &["/a/", "/a/b/"], &["/", "//"]),
    ("/{**,}", &["/", "/a", "/a/"], &[]),
    ("/{,**}", &["/", "/a", "/a/"], &[]),
    ("/{,*}", &["/", "/a"], &["/a/"]),
    ("/{*,a/}", &["/", "/b", "/a/"], &[]),
    ("/a/{*,**}", &["/a/", "/a/b"], &[]),
    ("/a/{b,*}", &["/a/", "/a/b"], &[]),
    ("/a/{b,*}/", &["/a//", "/a/b/"], &[]),
    ("/a/{,**}", &["/a/", "/a/b"], &["/a"]),
    ("/a{,/**}", &["/a", "/a/", "/a/b", "/a//"], &["/ab"]),
    ("/{a,b/}*", &["/a", "/ab", "/b/", "/b/x"], &["/b"]),
    ("/a?", &["/ab"], &["/a", "/a/", "/abc"]),
    ("/a/?", &["/a/b"], &["/a/", "/a//", "/a/é"]),
    ("/a/?*", &["/a/b", "/a/bc"], &["/a/", "/a//"]),
    ("/a/*?", &["/a/b", "/a/bc"], &["/a/", "/a//"]),
    ("/a[bc]", &["/ab"], &["/ad", "/a"]),
    ("/a[^b]", &["/ac", "/a/"], &["/ab"]),
    ("/a/[^.]*", &["/a/x", "/a//", "/a//x"], &["/a/", "/a/.x", "/a/x/y"]),
    ("/a/[^.]**", &["/a/x/y", "/a//"], &["/a/.x"]),
    ("/a/[^b]c", &["/a//c", "/a/xc"], &["/a/bc"]),
    ("/a/[^/]c", &["/a/xc"], &["/a//c"]),
    ("/a/[z-a]", &["/a/m", "/a/z"], &["/a/A"]),
    ("/a/[-c]", &["/a/-", "/a/c"], &["/a/b"]),
    (r"/a/[a\-c]", &["/a/a", "/a/b", "/a/c"], &["/a/-"]),
    ("/a/[*]", &["/a/]"], &["/a/*", "/a/x"]),
    (r"/a/[\]]x", &["/a/]x"], &[]),
    ("/a/[{},]", &["/a/{", "/a/}", "/a/,"], &[]),
    (r"/a/\*", &["/a/*"], &["/a/b"]),
    (r"/a/\{x\}", &["/a/{x}"], &["/a/x"]),
    ("/a/{,x}{,y}", &["/a/", "/a/x", "/a/y", "/a/xy"], &["/a/yx"]),
    ("/a/{x,y{1,2}}", &["/a/x", "/a/y1", "/a/y2"], &["/a/y"]),
    ("/a/{/b,c}", &["/a//b", "/a/c"], &["/a/b"]),
    ("/a{/,}b", &["/a/b", "/ab"], &["/a//b"]),
    ("/a//b", &["/a/b"], &["/a//b"]),
    ("//a", &["//a"], &["/a", "///a"]),
    ("///a", &["/a"], &["//a", "///a"]),
    (r"/a/\x2a", &["/a/*"], &["/a/b"]),
    (r"/a/\x2fb", &["/a/b"], &["/a//b"]),
    (r"/a/\x41", &["/a/A"], &[]),
    (r"/a/\101", &["/a/A"], &[]),
    ("/a/***", &["/a/b", "/a/b/c"], &["/a/"]),
    ("/a/****/b", &["/a/x/b"], &["/a/b"]),
    ("/a/**/*.so", &["/a/b/x.so", "/a/b/.so"], &["/a/x.so"]),
    ("/a/**.so", &["/a/x.so", "/a/.so", "/a/b/x.so"], &[]),
    ("/a/**/**", &["/a/b/c"], &["/a/b", "/a/b/", "/a/b//"]),
    ("/a/*/*", &["/a/b/c"], &["/a/b/", "/a//c"]),
    ("/a/{*/,}b", &["/a/b", "/a/x/b", "/a//b"], &["/a/x/y/b"]),
    ("/a/{**/,}b", &["/a/b", "/a/x/b", "/a//b", "/a/x/y/b"], &[]),
    ("/a/{b, c}", &["/a/b", "/a/ c"], &["/a/c"]),
    ("/proc/[0-9]*/x", &["/proc/1/x", "/proc/1a/x"], &["/proc/a/x", "/proc/1/2/x"]),
    ("/a/b/../c", &["/a/b/../c"], &["/a/c"]),
    ("/a.", &["/a."], &["/ax"]),
    ("/a+()$^b", &["/a+()$^b"], &["/aab", "/ab"]),
];

#[test]
fn globs_match_what_the_kernel_says() {
    for (pattern, matching, others) in KERNEL {
        let (glob, set) = (glob(pattern), set(pattern));
        let index = PatternIndex::new([&glob]);
        for (path, expected) in
            matching.iter().map(|path| (path, true)).chain(others.iter().map(|path| (path, false)))
        {
            assert_eq!(glob.matches(path.as_bytes()), expected, "{pattern} on {path}, naive");
            assert_eq!(set.is_match(path.as_bytes()), expected, "{pattern} on {path}, automaton");
            assert_eq!(!index.matching(path.as_bytes()).is_empty(), expected, "{pattern} on {path}, index");
        }
    }
    assert!(glob("/a/*").matches(b"/a/\xff") && glob("/a[^b]").matches(b"/a\xff"));
    assert!(glob(r"/a/\xff").matches(b"/a/\xff") && glob("/a/?").matches(b"/a/\xc3"));
}

#[test]
fn each_error_says_where() {
    for (text, kind, at) in [
        ("/a{b", GlobErrorKind::UnclosedGroup, 2..3),
        ("/a{b,{c,d}", GlobErrorKind::UnclosedGroup, 2..3),
        ("/a}b", GlobErrorKind::UnopenedGroup, 2..3),
        ("/a{b,c}}", GlobErrorKind::UnopenedGroup, 7..8),
        ("/a{}", GlobErrorKind::LoneAlternative, 2..4),
        (r"/a{b\,c}d", GlobErrorKind::LoneAlternative, 2..8),
        ("/a{{b,c}}", GlobErrorKind::LoneAlternative, 2..9),
        ("/a//{b}", GlobErrorKind::LoneAlternative, 4..7),
        ("/a[b", GlobErrorKind::UnclosedClass, 2..3),
        (r"/a[\]", GlobErrorKind::UnclosedClass, 2..3),
        ("/a]", GlobErrorKind::UnopenedClass, 2..3),
        ("/[[:alpha:]]", GlobErrorKind::UnopenedClass, 11..12),
        ("/a[]", GlobErrorKind::EmptyClass, 2..3),
        ("/a[^]b", GlobErrorKind::EmptyClass, 2..3),
        ("/a[b-]", GlobErrorKind::LooseHyphen, 4..5),
        ("/a[--]", GlobErrorKind::LooseHyphen, 4..5),
        ("/a[b-c-d]", GlobErrorKind::LooseHyphen, 6..7),
        ("/a\\", GlobErrorKind::TrailingBackslash, 2..3),
    ] {
        let error = Glob::parse(text.as_bytes(), Dialect::Path).expect_err(text);
        assert_eq!((error.kind, error.at), (kind, at), "{text}");
    }
    let nested = |depth: usize| format!("/{}{}", "{a,".repeat(depth), "}".repeat(depth));
    assert!(Glob::parse(nested(49).as_bytes(), Dialect::Path).is_ok());
    let error = Glob::parse(nested(50).as_bytes(), Dialect::Path).expect_err("50 groups");
    assert_eq!(error.kind, GlobErrorKind::TooDeep);
}

#[test]
fn exactness_follows_the_version() {
    for (text, newer, older) in [
        ("/a", true, true),
        ("/{a,b}", true, true),
        ("/a[bc]", true, false),
        ("/a[^b]", false, false),
        ("/a*", false, false),
        ("/{a?,b}", false, false),
        (r"/a\*", true, true),
    ] {
        assert_eq!(glob(text).exact(Version::NEWEST), newer, "{text}");
        assert_eq!(glob(text).exact(Version::V3_0), older, "{text}");
    }
}

#[test]
fn the_sets_of_few_strings_are_spelled_out() {
    assert_eq!(glob(r"/a\*b").literal(), Some(b"/a*b".to_vec()));
    assert_eq!(glob("/{a,b}").literal(), None);
    assert_eq!(glob("/usr/{lib,lib64}/x*").literal_prefix(), b"/usr/lib");
    let strings = glob("/{,usr/}bin/[ab]").strings(4).unwrap().into_iter().map(text).collect::<Vec<_>>();
    assert_eq!(strings, ["/bin/a", "/bin/b", "/usr/bin/a", "/usr/bin/b"]);
    assert_eq!(glob("/{,usr/}bin/[ab]").strings(3), None);
    assert_eq!(glob("/a*").strings(100), None);
}

#[test]
fn alternatives_are_the_same_set() {
    let whole = glob("/a{,/**,b{c,d}*}");
    let alternatives = whole.alternatives(4).unwrap();
    let texts: Vec<String> = alternatives.iter().map(Glob::to_string).collect();
    assert_eq!(texts, ["/a", "/a/**", "/abc*", "/abd*"]);
    assert!(alternatives[1].matches(b"/a/"), "the star was not a whole element in its group");
    assert_eq!(PathSet::new(&alternatives).same(&PathSet::from(&whole)), Ok(true));
    assert!(whole.alternatives(3).is_none());
}

#[test]
fn overlap_comes_with_a_short_readable_path() {
    for (one, other, expected) in [
        ("/usr/bin/*", "/usr/**/foo", Some("/usr/bin/foo")),
        ("/usr/bin/*", "/usr/sbin/*", None),
        ("/a/**", "/a/*/c[^x]", Some("/a/a/ca")),
        ("/a/b", "/a/*", Some("/a/b")),
        ("/a/{b,c}", "/a/{c,d}", Some("/a/c")),
        ("/a*/x", "/*b/x", Some("/ab/x")),
        ("/*.so", "/*.o", None),
        (r"/a[\001-\037]*", "/a*", Some("/a\u{1}")),
    ] {
        let found = set(one).overlap(&set(other)).unwrap().map(text);
        assert_eq!(found.as_deref(), expected, "{one} and {other}");
        assert_eq!(set(other).overlap(&set(one)).unwrap().is_some(), expected.is_some());
    }
}

#[test]
fn inclusion_has_a_counterexample() {
    for (inner, outer, counterexample) in [
        ("/a/*", "/a/**", None),
        ("/a/**", "/a/*", Some("/a/a/")),
        ("/a/{b,c*}", "/a/[bc]*", None),
        ("/a/***", "/a/**", None),
        ("/a/**", "/a/{?,?**}", None),
        ("/a", "/b", Some("/a")),
    ] {
        let found = set(inner).outside(&set(outer)).unwrap().map(text);
        assert_eq!(found.as_deref(), counterexample, "{inner} in {outer}");
        assert_eq!(set(outer).includes(&set(inner)), Ok(counterexample.is_none()));
    }
    // What begins alike is told by the rest, and where that does not tell, by all of it.
    for (inner, outer, is_included) in [
        ("/{a,b*}/c/*", "/{a,b*}/c/**", true),
        ("/{a,b*}/c/**", "/{a,b*}/c/*", false),
        ("/*{b,bc}", "/*{bc,b}", true),
        ("/*ab", "/*b", true),
        ("/**/x", "/**", true),
    ] {
        assert_eq!(set(outer).includes(&set(inner)), Ok(is_included), "{inner} in {outer}");
    }
    let union = PathSet::new(&[glob("/a/b*"), glob("/a/[^b]*")]);
    assert_eq!(union.includes(&set("/a/*")), Ok(true));
}

#[test]
fn texts_that_every_match_holds_must_come_in_their_order() {
    let both = glob("/*/one/*/two/*");
    assert!(both.matches(b"/a/one/b/two/c"));
    assert!(!both.matches(b"/a/two/b/one/c"));
    assert!(!both.matches(b"/a/one/b/c"));
    assert!(glob("/a{,/}**").matches(b"/a"));
}

#[test]
fn an_explosive_set_is_an_error_and_still_answers_for_one_path() {
    let tail = "?".repeat(40);
    let explosive = set(&format!("/**a{tail}"));
    assert_eq!(explosive.overlap(&set("/**b*")), Err(TooComplex));
    assert!(explosive.is_match(format!("/xa{}", "b".repeat(40)).as_bytes()));
    let index = PatternIndex::new([&glob(&format!("/**a{tail}")), &glob("/x*")]);
    assert_eq!(index.matching(format!("/xa{}", "b".repeat(40)).as_bytes()), [0, 1]);
}

#[test]
fn an_index_names_all_patterns_and_knows_live_prefixes() {
    let globs = ["/a", "/a/**", "/{a,b}", "/a*", "/c[^x]"].map(glob);
    let index = PatternIndex::new(&globs);
    // The first questions are answered without an automaton, later ones with it.
    for _ in 0..10 {
        assert_eq!(index.matching(b"/a"), [0, 2, 3]);
        assert_eq!(index.find(b"/a/"), Found { patterns: vec![], alive: true });
        assert_eq!(index.find(b"/b/x"), Found { patterns: vec![], alive: false });
    }
    assert_eq!(index.matching(b"/a"), [0, 2, 3]);
    assert_eq!(index.matching(b"/a/b"), [1]);
    assert_eq!(index.find(b"/a/"), Found { patterns: vec![], alive: true });
    assert_eq!(index.find(b"/a//"), Found { patterns: vec![], alive: false });
    assert_eq!(index.matching(b"/c/"), [4]);
    assert_eq!(PatternIndex::new([]).find(b"/"), Found::default());
    let pairs = PatternIndex::of_pairs([(&globs[0], Some(&globs[3])), (&globs[2], None)]);
    assert_eq!(pairs.matching(b"/a\0/ab"), [0]);
    assert_eq!(pairs.find(b"/a"), Found { patterns: vec![1], alive: true });
}

#[test]
fn a_literal_string_is_taken_as_it_is() {
    let odd = Glob::literal_string(b"//a*{b\\\0[");
    assert!(odd.matches(b"//a*{b\\\0["));
    assert!(odd.exact(Version::V3_0));
    let read_again = Glob::parse(odd.text(), Dialect::Label).unwrap();
    assert!(read_again.matches(b"//a*{b\\\0["));
}

#[test]
fn wildcards_of_addresses_match_nul() {
    let address = Glob::parse(b"a**?", Dialect::Address).unwrap();
    assert!(address.matches(b"a\0/\0"));
    assert!(!Glob::parse(b"a**?", Dialect::Label).unwrap().matches(b"a\0"));
    assert_eq!(address.to_regex(), b"a.*[^/]");
}

#[test]
fn every_match_begins_with_one_of_the_prefixes_and_the_example_is_a_match() {
    let prefixes = |text: &str| {
        let prefixes = glob(text).literal_prefixes();
        prefixes.into_iter().map(|prefix| String::from_utf8(prefix).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(prefixes("/{run,var/run}/x*"), ["/run/x", "/var/run/x"]);
    assert_eq!(prefixes("/{,usr/}bin/a"), ["/bin/a", "/usr/bin/a"]);
    assert_eq!(prefixes("/**"), ["/"]);
    assert_eq!(prefixes("/{**,etc}/x"), ["/"]);
    for text in ["/a", "/a/*/b", "/{run,var/run}/**", "/[^a]x", "/x[0-9]", "/a/{,**}"] {
        let glob = glob(text);
        let example = glob.example().unwrap();
        assert!(glob.matches(&example), "{text}");
        assert!(glob.matches(&glob.expression().odd_example().unwrap()), "{text}");
        assert!(glob.literal_prefixes().iter().any(|prefix| example.starts_with(prefix)), "{text}");
    }
}

/// Globs of few signs, so that many have to do with each other.
fn random_globs(count: usize) -> impl Iterator<Item = Glob> {
    let pieces = [
        "/",
        "a",
        "b",
        "ab",
        "*",
        "**",
        "?",
        "{a,b}",
        "{,a/}",
        "[ab]",
        "[^a]",
        "/**",
        "/*",
        "{*,b}x",
        "{a/*,b}/",
        "{,ab}/",
        "{/a,b,ba}",
    ];
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below
    };
    (0..count).map(move |_| {
        let text: String = (0..1 + random(5)).map(|_| pieces[random(pieces.len())]).collect();
        glob(&format!("/{text}"))
    })
}

#[test]
fn what_one_look_tells_of_inclusion_is_what_the_automata_tell() {
    let globs: Vec<Glob> = random_globs(4000).collect();
    let mut included = 0;
    for pair in globs.chunks(2) {
        let [one, other] = [&pair[0], &pair[1]].map(PathSet::from);
        for (wide, narrow) in [(&one, &other), (&other, &one)] {
            let counterexample = narrow.outside(wide).unwrap();
            let is_included = counterexample.is_none();
            assert_eq!(wide.includes(narrow), Ok(is_included), "{} and {}", pair[0], pair[1]);
            included += usize::from(is_included);
        }
    }
    assert!(included > 100, "{included}");
}

#[test]
fn sets_that_look_apart_have_no_path_in_common() {
    let mut paths: Vec<Vec<u8>> = vec![b"/".to_vec()];
    let mut longest = paths.clone();
    for _ in 0..4 {
        let longer =
            |path: &Vec<u8>| b"/abx".iter().map(|byte| [path, &[*byte][..]].concat()).collect::<Vec<_>>();
        longest = longest.iter().flat_map(longer).collect();
        paths.extend(longest.iter().cloned());
    }
    let globs: Vec<Glob> = random_globs(3000).collect();
    let mut apart = 0;
    for pair in globs.chunks(2) {
        let [one, other] = [&pair[0], &pair[1]];
        if PathSet::from(one).overlap(&PathSet::from(other)) == Ok(None) {
            apart += 1;
            let common = paths.iter().find(|path| one.matches(path) && other.matches(path));
            assert_eq!(common, None, "{one} and {other}");
        }
    }
    assert!(apart > 200, "{apart}");
    for (one, other, are_apart) in [
        ("/home/*/.config/**", "/home/*/bin/*", true),
        ("{/home/*/,/root/}.config/**", "{/home/*/,/root/}bin/*", true),
        ("/{a,aa}b*", "/{a,aa}c*", true),
        ("/{a,aa}ab*", "/{a,aa}b*", false),
        ("/**b*", "/**c*", false),
        ("/*/b*", "/*/c*", true),
    ] {
        assert_eq!(set(one).overlap(&set(other)) == Ok(None), are_apart, "{one} and {other}");
    }
}

#[test]
fn prefixes_that_are_counted_ahead_are_those_that_are_put_together() {
    /// Texts of which each match begins with one, and whether each is all of a match, put together part by part.
    fn slowly(expression: &Expression, limit: usize) -> Vec<(Vec<u8>, bool)> {
        match expression {
            Expression::Class(set) if set.len() <= limit => {
                set.iter().map(|byte| (vec![byte], true)).collect()
            }
            Expression::Bytes(_) | Expression::Star(_) | Expression::Class(_) => match expression {
                Expression::Bytes(bytes) => vec![(bytes.clone(), true)],
                _ => vec![(Vec::new(), false)],
            },
            Expression::Either(alternatives) => {
                let all: Vec<_> = alternatives.iter().flat_map(|one| slowly(one, limit)).collect();
                if all.len() > limit { vec![(expression.prefix().0, false)] } else { all }
            }
            Expression::Sequence(parts) => {
                let mut prefixes = vec![(Vec::new(), true)];
                for part in parts {
                    let tails = slowly(part, limit);
                    let is_open = prefixes.iter().any(|(_, whole)| *whole);
                    if is_open
                        && prefixes.len() * tails.len() > limit
                        && !matches!(part, Expression::Bytes(_))
                    {
                        prefixes.iter_mut().for_each(|(_, whole)| *whole = false);
                    }
                    let longer = |(head, whole): (Vec<u8>, bool)| match whole {
                        false => vec![(head, false)],
                        true => {
                            let join = |(tail, whole): &(Vec<u8>, bool)| ([&head[..], tail].concat(), *whole);
                            tails.iter().map(join).collect()
                        }
                    };
                    prefixes = prefixes.into_iter().flat_map(longer).collect();
                }
                prefixes
            }
        }
    }
    for glob in random_globs(5000) {
        for limit in [1, 2, 3, 5, 32] {
            let expected: Vec<Vec<u8>> =
                slowly(glob.expression(), limit).into_iter().map(|(prefix, _)| prefix).collect();
            assert_eq!(glob.expression().prefixes(limit), expected, "{glob} {limit}");
        }
    }
}
