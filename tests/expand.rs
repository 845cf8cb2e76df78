//! `aakit render --expand` says the same to apparmor_parser: the expansion compiles to the bytes of the file that it was made
//! from, for every installed profile, the corpus, and upstream's accepted cases.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use aakit::expand::{ExpandError, Expansion, expand};
use aakit::format::Style;
use aakit::policy::{DiskTree, FileTree, IncludePath, Loader, MemoryTree};
use aakit::report::{Format, Options, render};
use aakit::source::{SourceFile, SourceMap};
use aakit::vocabulary::Version;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The expansion of `bytes`, and a check that expanding it again changes nothing but the comments.
fn expanded(
    tree: &dyn FileTree,
    include: &Path,
    version: Version,
    name: &Path,
    bytes: &[u8],
) -> Result<Vec<u8>, String> {
    let sources = SourceMap::new();
    let once = |bytes: &[u8]| -> Result<Expansion, String> {
        let loader = Loader::new(tree, &sources, IncludePath::new([], Some(include.to_path_buf())), version);
        let root = loader.add(SourceFile::new(name, bytes));
        expand(&loader, &root, &Style::default()).map_err(|error| match error {
            ExpandError::Refused(found) => {
                let mut page = Vec::new();
                render(&mut page, Format::Concise, &found, &sources, &Options::default()).unwrap();
                String::from_utf8_lossy(&page).into_owned()
            }
            error => error.to_string(),
        })
    };
    let first = once(bytes)?;
    let second = once(&first.text)?;
    if without_comments(&first.text) != without_comments(&second.text) {
        return Err("expanding the expansion changes it".to_owned());
    }
    Ok(first.text)
}

/// The lines that are neither comments nor empty.
fn without_comments(text: &[u8]) -> Vec<&[u8]> {
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.filter(|line| !line.is_empty() && !line.starts_with(b"#")).collect()
}

/// Expands files and compiles both; how many compile, and what is wrong.
fn compare(parser: &Path, base: &Path, files: &[PathBuf], features: &Path) -> (usize, Vec<String>) {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (next, compiled) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let wrong = Mutex::new(Vec::new());
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(file) = files.get(index) else { return };
            // Nothing is compiled of a file whose name stands in `disable/`.
            let before = common::compile_file(parser, base, base, file, features);
            let Some(before) = before.filter(|bytes| !bytes.is_empty()) else { continue };
            compiled.fetch_add(1, Ordering::Relaxed);
            let bytes = fs::read(file).expect("it was just compiled");
            let problem = match expanded(&DiskTree, base, Version::V3_0, file, &bytes) {
                Err(error) => Some(error),
                Ok(text) => {
                    let target = folder.path().join(format!("{index}"));
                    fs::write(&target, text).expect("a temporary directory");
                    // Nothing is included any more, but for the file that `abi` names.
                    let after = common::compile_file(parser, base, base, &target, features);
                    (after.as_ref() != Some(&before)).then(|| "the bytes differ".to_owned())
                }
            };
            if let Some(problem) = problem {
                wrong.lock().expect("no thread panics").push(format!("{}: {problem}", file.display()));
            }
        }
    };
    std::thread::scope(|scope| {
        let count = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        (0..count).for_each(|_| drop(scope.spawn(work)));
    });
    (compiled.into_inner(), wrong.into_inner().expect("no thread panics"))
}

#[test]
fn every_installed_profile_expands_to_the_same_policy() {
    let name = "every_installed_profile_expands_to_the_same_policy";
    let Some(parser) = common::parser(name) else { return };
    let installed = Path::new("/etc/apparmor.d");
    let mut files = Vec::new();
    for folder in [installed, Path::new("/usr/share/apparmor/extra-profiles")] {
        files.extend(common::top_level(folder).into_iter().map(|name| folder.join(name)));
    }
    let (compiled, wrong) = compare(&parser, installed, &files, &installed.join("abi/3.0"));
    println!("{compiled} of {} compile", files.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compiled > 50, "only {compiled} of {} compile", files.len());
}

#[test]
fn the_profile_corpus_expands_to_the_same_policy() {
    let name = "the_profile_corpus_expands_to_the_same_policy";
    let (Some(corpus), Some(parser)) = (common::corpus(name), common::parser(name)) else { return };
    let tree = corpus.join("apparmor.d");
    let names = common::sample(common::top_level(&tree));
    let files: Vec<PathBuf> = names.iter().map(|name| tree.join(name)).collect();
    let (compiled, wrong) = compare(&parser, &tree, &files, &corpus.join("features.all"));
    println!("{compiled} of {} compile", files.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compiled * 2 > files.len(), "only {compiled} of {} compile", files.len());
}

#[test]
fn accepted_parser_cases_expand_to_the_same_policy() {
    let name = "accepted_parser_cases_expand_to_the_same_policy";
    let (Some(corpus), Some(parser)) = (common::corpus(name), common::parser(name)) else { return };
    let table = fs::read_to_string(corpus.join("simple_tests.tsv")).expect("the table is part of the corpus");
    let features = corpus.join("features.all");
    let tree = common::Below(corpus.clone());
    let (mut compiled, mut wrong) = (0, Vec::new());
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let &[case, _, "accept", ..] = &cells[..] else { continue };
        let bytes = fs::read(corpus.join("simple_tests").join(case)).expect("listed in the table");
        let bytes = common::without_headers(&bytes);
        if bytes.windows(6).any(|part| part == b"../tst") {
            // Upstream's own folder: the parser does not find it here.
            continue;
        }
        let needs_work = [&b"@{"[..], b"include", b"if ", b"{ "]
            .iter()
            .any(|mark| bytes.windows(mark.len()).any(|part| part == *mark));
        let text = match expanded(&tree, Path::new("simple_tests"), Version::V3_0, Path::new(case), &bytes) {
            Ok(text) => text,
            Err(error) => {
                wrong.push(format!("{case}: {error}"));
                continue;
            }
        };
        if !needs_work {
            continue;
        }
        let of = |text: &[u8]| common::compile_text(&parser, &corpus, &features, text);
        // Some name files from upstream's own folder.
        let Some(before) = of(&bytes) else { continue };
        compiled += 1;
        if of(&text).as_ref() != Some(&before) {
            wrong.push(format!("{case}: the bytes differ\n{}", String::from_utf8_lossy(&text)));
        }
    }
    println!("{compiled} compared");
    assert!(wrong.is_empty(), "{} of {compiled}\n{}", wrong.len(), wrong.join("\n"));
    assert!(compiled > 200, "only {compiled} cases");
}

/// The comparison sees what an expander could do wrong.
#[test]
fn a_lost_value_is_seen_in_the_bytes() {
    let name = "a_lost_value_is_seen_in_the_bytes";
    let (Some(corpus), Some(parser)) = (common::corpus(name), common::parser(name)) else { return };
    let of = |text: &[u8]| common::compile_text(&parser, &corpus, &corpus.join("features.all"), text);
    let source =
        "@{A} = /a /b\n$B = true\nprofile t {\n  if $B { audit { @{A}/*/x r, } } else { @{A} w, }\n}\n";
    let tree = MemoryTree::new();
    let text = expanded(&tree, Path::new("/"), Version::V3_0, Path::new("t"), source.as_bytes()).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(of(source.as_bytes()).is_some());
    assert!(of(text.as_bytes()) == of(source.as_bytes()), "{text}");
    for (from, to) in [("audit ", ""), ("audit ", "deny "), ("{a,b}", "{a,c}"), ("{a,b}", "a")] {
        assert!(text.contains(from), "{from} in {text}");
        assert!(of(text.replace(from, to).as_bytes()) != of(source.as_bytes()), "{from} as {to}");
    }
}

/// What is easily lost on the way, each compiled before and after.
#[test]
fn what_is_easily_lost_stays() {
    let name = "what_is_easily_lost_stays";
    let (Some(corpus), Some(parser)) = (common::corpus(name), common::parser(name)) else { return };
    let of = |text: &[u8]| common::compile_text(&parser, &corpus, &corpus.join("features.all"), text);
    for source in [
        // Slashes at the seams, and a path that is only slashes before a variable.
        "@{A} = /a/ /b//\n@{ONE} = /v/\n@{ROOT} = /\nprofile t {\n  /@{A}/x r,\n  /@{ONE}/x r,\n  /q@{A}x w,\n  @{ROOT}/y r,\n  @{ROOT}@{A}z r,\n}\n",
        // Stars as elements of a path at the start of a value.
        "@{S} = /*/x /b\n@{T} = /** /b\n@{E} = \"\" /c\nprofile t {\n  @{S} r,\n  @{S}/y w,\n  @{T} k,\n  @{E}/** m,\n  @{E}/* a,\n}\n",
        // Quotes, blanks, escapes, commas.
        "@{Q} = \"/a b\" /c\\x20d /e\\,f \"/{g, h}\"\nprofile t {\n  @{Q}/x r,\n  \"@{Q} y\" w,\n}\n",
        // Names and attachments.
        "@{N} = /usr/bin/x\n@{M} = /bin/a /usr/bin/{b,c}\nprofile @{N} { ptrace peer=@{profile_name}, }\nprofile m @{M} { @{M} mr, hat h { /x r, } }\nprofile @{N}//child { }\nprofile :ns:@{N} { }\n",
        // Comments that 3.0 reads as values.
        "@{C} = /a # and /b\nprofile t { /x/@{C} r, }\n",
        // Blocks, conditionals, limits that are dropped.
        "$T = true\nprofile t {\n  if not $T { /no r, } else if $T { set rlimit cpu <= 5, owner { audit /a r, } } else { /no w, }\n  audit { deny /b r, owner /c w, capability chown, }\n  { audit deny /d r, }\n  owner { other /e r, /f r, }\n}\n",
        // Links, targets that are no variables, programs.
        "@{P} = /a /b\nprofile t {\n  link subset @{P}/l -> @{P}/m,\n  @{P}/n l -> @{P}/o,\n  l @{P}/q -> @{P}/r,\n  @{P}/s px -> @{P},\n  change_profile @{P}/t -> @{P},\n}\n",
        // Kinds whose words may hold variables.
        "@{V} = a b\n@{W} = /w /x y\nprofile t {\n  mount fstype=@{V} @{W} -> @{W}/m/,\n  umount fstype=@{V} @{W}/,\n  pivot_root oldroot=@{W}/ /q@{W}/n/ -> @{V},\n  dbus send bus=@{V} path=@{W} peer=(name=@{V}, label=@{W}),\n  signal send set=(term kill) peer=@{V},\n  unix connect addr=@x peer=(label=@{W}),\n}\n",
        // Aliases act on what variables stand for.
        "alias /a -> /z,\n@{P} = /a /b\nprofile t @{P} {\n  @{P}/x r,\n  /a/y w,\n}\n",
        // Paths that are none.
        "@{F} = foo bar\nprofile t {\n  @{F} r,\n}\n",
    ] {
        let tree = MemoryTree::new();
        let before = of(source.as_bytes());
        assert!(before.is_some(), "{source}");
        let text = expanded(&tree, Path::new("/"), Version::V3_0, Path::new("t"), source.as_bytes());
        let text = text.unwrap_or_else(|error| panic!("{error}\n{source}"));
        assert!(of(&text) == before, "{source}\n{}", String::from_utf8_lossy(&text));
        let kept = text.windows(2).filter(|pair| pair == b"@{").count();
        assert!(
            kept == 0 || source.contains("-> @{P}") || source.contains("-> @{V}") || source.contains("foo"),
            "{}",
            String::from_utf8_lossy(&text)
        );
    }
}

/// A profile in a letter a rule: `(…)` is a conditional that holds, `{…}` a rule block.
fn with_transitions(shape: &str) -> String {
    let item = |letter: char| match letter {
        '(' => "if ${t} {\n".to_owned(),
        '{' => "owner {\n".to_owned(),
        ')' | '}' => "}\n".to_owned(),
        letter => format!("/{letter} Px -> to_{letter},\n"),
    };
    format!("${{t}} = true\nprofile p /p {{\n{}}}\n", shape.chars().map(item).collect::<String>())
}

#[test]
fn the_names_of_transitions_keep_their_order() {
    let name = "the_names_of_transitions_keep_their_order";
    let Some(parser) = common::parser(name) else { return };
    let features = Path::new("/etc/apparmor.d/abi/3.0");
    let folder = tempfile::tempdir().unwrap();
    let shapes = [
        "abc",
        "a(b)c",
        "(ab)c",
        "a{bcd}e",
        "{a{bc}d}",
        "{a(b)c}",
        "(a{bc}d)e",
        "a{b}(c)d",
        "{ab}{cd}",
        "a(b(c)d)e",
        "{{ab}c}",
        "{a{b{cd}}}",
        "(a){b(c)d}e",
        "a(b)(c)d",
        "(a(b)(c))d",
    ];
    let write = |index: usize, shape: &str| {
        let path = folder.path().join(format!("shape-{index}"));
        fs::write(&path, with_transitions(shape)).unwrap();
        path
    };
    let files: Vec<PathBuf> = shapes.iter().enumerate().map(|(index, shape)| write(index, shape)).collect();
    let (compiled, wrong) = compare(&parser, folder.path(), &files, features);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(compiled, shapes.len());
    // The order shows in the bytes.
    let bytes =
        |path: &Path| common::compile_file(&parser, folder.path(), folder.path(), path, features).unwrap();
    assert_ne!(bytes(&files[0]), bytes(&files[1]));
    assert_eq!(bytes(&files[1]), bytes(&write(99, "bac")));
}
