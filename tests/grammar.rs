//! `grammar/apparmor.ebnf` is the reference of the language, so it is held to what the code and apparmor_parser do:
//! every production is defined, reached and read by the code; its words are those of the vocabulary; sentences derived
//! from it, over every alternative, are accepted by aakit, and by apparmor_parser 3.0 unless they are newer, in
//! which case it refuses them; broken ones are refused by both.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

#[path = "grammar/generator.rs"]
mod generator;
#[path = "grammar/matcher.rs"]
mod matcher;
#[path = "grammar/reader.rs"]
mod reader;
#[path = "grammar/sound.rs"]
mod sound;

use aakit::diagnostic::Severity;
use aakit::policy::{IncludePath, Loader, MemoryTree, resolve};
use aakit::source::{SourceFile, SourceMap};
use aakit::vocabulary::{self, AccessTable, ExecMode, Permissions, Signal, SocketType, Version, Word};
use generator::{Generator, Node, Sentence, Wish};
use reader::{Alternative, Between, Expr, Grammar, Production};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

const GRAMMAR: &str = include_str!("../grammar/apparmor.ebnf");
const START: &str = "source_file";

#[test]
fn every_production_is_defined_described_and_reached() {
    let grammar = Grammar::read(GRAMMAR);
    let reached = reachable(&grammar, reader::references);
    let lost: Vec<_> = grammar.order.iter().filter(|name| !reached.contains(*name)).collect();
    assert!(lost.is_empty(), "not reached from `{START}`: {lost:?}");
    for production in grammar.productions.values() {
        let text = production.comment.split('[').next().unwrap_or_default().trim();
        assert!(text.len() > 3, "line {}: `{}` has no comment", production.line, production.name);
    }
}

/// The productions that are reached from the start by way of what `references` finds in an expression.
fn reachable(grammar: &Grammar, references: fn(&Expr) -> Vec<&str>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![START.to_owned()];
    while let Some(name) = waiting.pop() {
        if !reached.insert(name.clone()) {
            continue;
        }
        let production = grammar.production(&name);
        waiting.extend(references(&production.expr).into_iter().map(str::to_owned));
        waiting.extend(match production.between {
            Between::Trivia => Some("trivia".to_owned()),
            Between::Space => Some("space".to_owned()),
            Between::Blanks => Some("blanks".to_owned()),
            Between::Nothing => None,
        });
    }
    reached
}

#[test]
fn every_production_is_named_like_the_function_that_reads_it() {
    let functions = functions();
    assert!(functions.contains("qualifiers") && !functions.contains("no_such_function"));
    for production in Grammar::read(GRAMMAR).productions.values() {
        let name = &production.name;
        let is_read = match (&production.read_in, &production.words) {
            (Some(function), _) => functions.contains(function),
            (None, Some(_)) => true,
            (None, None) => {
                let shorter = name.match_indices('_').map(|(at, _)| &name[at + 1..]);
                std::iter::once(&name[..]).chain(shorter).any(|name| functions.contains(name))
            }
        };
        assert!(
            is_read,
            "line {}: no function reads `{name}`: rename it, or correct its `[in: …]`",
            production.line
        );
    }
}

/// The names of the functions that read the language.
fn functions() -> BTreeSet<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = [common::files(&source.join("syntax")), common::files(&source.join("glob"))].concat();
    files.push(source.join("glob.rs"));
    let texts = files.iter().map(|file| std::fs::read_to_string(file).expect("the file was just listed"));
    let names = |text: String| -> Vec<String> {
        let heads = text.split("fn ").skip(1);
        let name = |head: &str| {
            head.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
                .next()
                .map(str::to_owned)
        };
        heads.filter_map(name).collect()
    };
    texts.flat_map(names).collect()
}

type Words = BTreeSet<(String, Version)>;

/// The words of all productions that are part of a table.
fn tagged(grammar: &Grammar, tag: fn(&Production) -> &Option<String>) -> BTreeMap<String, Words> {
    let mut tables: BTreeMap<String, Words> = BTreeMap::new();
    for production in grammar.productions.values() {
        if let Some(table) = tag(production) {
            let words = reader::literals(&production.expr, production.since);
            let is_word = |(word, _): &(String, Version)| {
                word.starts_with(|first: char| first.is_ascii_alphabetic()) && word != "infinity"
            };
            tables.entry(table.clone()).or_default().extend(words.into_iter().filter(is_word));
        }
    }
    tables
}

fn table<W: Word>() -> Words {
    W::all().map(|word| (word.name().to_owned(), word.since())).collect()
}

fn accesses(table: AccessTable) -> Words {
    table.all().map(|access| (access.name.to_owned(), access.since)).collect()
}

#[test]
fn the_words_are_those_of_the_vocabulary() {
    let mut tables = tagged(&Grammar::read(GRAMMAR), |production| &production.words);
    for (name, words) in [
        ("Capability", table::<vocabulary::Capability>()),
        ("AddressFamily", table::<vocabulary::AddressFamily>()),
        ("SocketType", table::<SocketType>()),
        ("Protocol", table::<vocabulary::Protocol>()),
        ("MountOption", table::<vocabulary::MountOption>()),
        ("ProfileFlag", table::<vocabulary::ProfileFlag>()),
        ("Keyword", table::<vocabulary::Keyword>()),
        ("Errno", table::<vocabulary::Errno>()),
        ("Rlimit", table::<vocabulary::Rlimit>()),
        ("SizeUnit", table::<vocabulary::SizeUnit>()),
        ("TimeUnit", table::<vocabulary::TimeUnit>()),
        ("Signal", Signal::names().map(|name| (name.to_owned(), Signal::since(name.as_bytes()))).collect()),
        ("UNIX", accesses(vocabulary::UNIX)),
        ("DBUS", accesses(vocabulary::DBUS)),
        ("SIGNAL", accesses(vocabulary::SIGNAL)),
        ("PTRACE", accesses(vocabulary::PTRACE)),
        ("MQUEUE", accesses(vocabulary::MQUEUE)),
        ("IO_URING", accesses(vocabulary::IO_URING)),
        ("USERNS", accesses(vocabulary::USERNS)),
    ] {
        let written = tables.remove(name).unwrap_or_default();
        let only_one: Vec<_> = written.symmetric_difference(&words).collect();
        assert!(only_one.is_empty(), "{name}: only in the grammar or only in the vocabulary: {only_one:?}");
    }
    assert_eq!(tables.keys().collect::<Vec<_>>(), ["ExecMode", "Permissions"], "compared with nothing");
    let unix: Vec<_> = vocabulary::UNIX.names().collect();
    assert_eq!(
        unix,
        vocabulary::NETWORK.names().collect::<Vec<_>>(),
        "network rules have the words of unix rules"
    );
}

#[test]
fn the_condition_names_are_those_of_the_vocabulary() {
    use vocabulary::conditions::*;
    let mut tables = tagged(&Grammar::read(GRAMMAR), |production| &production.conditions);
    for (name, conditions) in [
        ("MOUNT", MOUNT),
        ("PIVOT_ROOT", PIVOT_ROOT),
        ("NETWORK", NETWORK),
        ("NETWORK_PEER", NETWORK_PEER),
        ("DBUS", DBUS),
        ("DBUS_PEER", DBUS_PEER),
        ("UNIX", UNIX),
        ("UNIX_PEER", UNIX_PEER),
        ("SIGNAL", SIGNAL),
        ("PTRACE", PTRACE),
        ("MQUEUE", MQUEUE),
        ("IO_URING", IO_URING),
    ] {
        let words: Words = conditions.iter().map(|(name, since)| ((*name).to_owned(), *since)).collect();
        let mut written = tables.remove(name).unwrap_or_default();
        // `options in (…)` is no name.
        written.retain(|(word, _)| word != "in");
        assert_eq!(written, words, "{name}");
    }
    assert!(tables.is_empty(), "compared with nothing: {tables:?}");
}

#[test]
fn permissions_and_exec_modes_are_those_of_the_vocabulary() {
    let grammar = Grammar::read(GRAMMAR);
    let mode = &grammar.production("exec_mode").expr;
    let letters: Vec<u8> = (b'A'..=b'Z').chain(b'a'..=b'z').collect();
    let twos = letters.iter().flat_map(|one| letters.iter().map(|two| vec![*one, *two]));
    let threes = twos.clone().flat_map(|two| [b'x', b'X', b'i'].map(|last| [&two[..], &[last]].concat()));
    for word in twos.chain(threes) {
        let shown = String::from_utf8_lossy(&word).into_owned();
        assert_eq!(matcher::matches(&grammar, mode, &word), ExecMode::from_name(&word).is_some(), "{shown}");
    }
    let permission = &grammar.production("permission").expr;
    for letter in letters {
        let known = Permissions::from_letter(letter).is_some();
        assert_eq!(matcher::matches(&grammar, permission, &[letter]), known, "{}", char::from(letter));
    }
}

/// A sentence with the names in it settled, or nothing when it breaks an "Also:".
fn settled(mut sentence: Sentence) -> Option<(Sentence, Vec<u8>)> {
    sound::name_things(&mut sentence.tree);
    let text = [sound::PRELUDE.as_bytes(), &sentence.tree.bytes(), b"\n"].concat();
    sound::is_sound(&sentence.tree).then_some((sentence, text))
}

/// A sentence for each alternative, short ones first tried.
fn directed(grammar: &Grammar) -> BTreeMap<Alternative, (Sentence, Vec<u8>)> {
    let generator = Generator::new(grammar);
    let mut found = BTreeMap::new();
    for goal in (0..grammar.alternatives.len()).map(Alternative) {
        let way = generator.way(goal);
        if !way.is_reachable(START) {
            continue;
        }
        let tries = (0..600_u64).map(|try_| {
            let eagerness = [0, 5, 20, 40][usize::try_from(try_).unwrap() % 4];
            let seed = 1000 * goal.0 as u64 + try_;
            let wish = Wish { seed, newest: Version::V3_0, eagerness, odd_space: 0 };
            generator.derive(START, wish, Some(&way))
        });
        if let Some(sound) = tries.filter(|sentence| sentence.used.contains(&goal)).find_map(settled) {
            found.insert(goal, sound);
        }
    }
    found
}

/// Sentences without a goal, richer and with all sorts of blanks and comments.
fn random(grammar: &Grammar, newest: Version, count: usize) -> Vec<(Sentence, Vec<u8>)> {
    let generator = Generator::new(grammar);
    let sentences = (0_u64..).map(|seed| {
        let wish = Wish { seed, newest, eagerness: 30, odd_space: 25 };
        generator.derive(START, wish, None)
    });
    sentences.filter(|sentence| sentence.since <= newest).filter_map(settled).take(count).collect()
}

/// The alternatives that a sentence can show: all but those which only say what something is not.
fn showable(grammar: &Grammar) -> BTreeSet<Alternative> {
    let shown = reachable(grammar, reader::shown_references);
    let productions = grammar.productions.values().filter(|production| shown.contains(&production.name));
    productions.flat_map(|production| reader::shown_alternatives(&production.expr)).collect()
}

/// What every test of sentences uses.
fn sentences(grammar: &Grammar) -> Vec<(Sentence, Vec<u8>)> {
    let mut all: Vec<_> = directed(grammar).into_values().collect();
    all.extend(random(grammar, Version::V3_0, 150));
    all.extend(random(grammar, Version::NEWEST, 150));
    all
}

fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(text.strip_prefix(sound::PRELUDE.as_bytes()).unwrap_or(text)).into_owned()
}

#[test]
fn sentences_cover_every_alternative() {
    let grammar = Grammar::read(GRAMMAR);
    let used: BTreeSet<_> = sentences(&grammar).into_iter().flat_map(|(sentence, _)| sentence.used).collect();
    let showable = showable(&grammar);
    assert!(showable.len() > 1000, "only {} alternatives", showable.len());
    let missed: Vec<_> = showable.difference(&used).map(|id| &grammar.alternatives[id.0]).collect();
    assert!(missed.is_empty(), "no sentence uses {missed:#?}");
}

#[test]
fn aakit_accepts_every_sentence_and_no_broken_one() {
    let mut wrong = Vec::new();
    for (index, (sentence, text)) in sentences(&Grammar::read(GRAMMAR)).into_iter().enumerate() {
        let version = sentence.since.max(Version::V3_0);
        for version in [version, Version::NEWEST] {
            wrong.extend(refusal(&text, version).map(|why| format!("{}\n  {version}: {why}", shown(&text))));
        }
        let broken = break_up(&text, index);
        if aakit::syntax::parse(&broken).errors.is_empty() || refusal(&broken, version).is_none() {
            wrong.push(format!("taken though broken: {}", shown(&broken)));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Why aakit refuses a text, if it does.
fn refusal(text: &[u8], version: Version) -> Option<String> {
    let tree = sound::FILES.iter().fold(MemoryTree::new(), |tree, (name, text)| {
        tree.with(*name, *text).with(Path::new("/base").join(name), *text)
    });
    let sources = SourceMap::new();
    let include_path = IncludePath::new([], Some("/base".into()));
    let loader = Loader::new(&tree, &sources, include_path, version);
    let policy = resolve(&loader, &loader.add(SourceFile::new("sentence", text)));
    let error = policy.diagnostics.into_iter().find(|diagnostic| diagnostic.severity == Severity::Error);
    error.map(|diagnostic| diagnostic.message)
}

/// The same text with a mistake that no sentence of the language can have.
fn break_up(text: &[u8], index: usize) -> Vec<u8> {
    let mistakes: [&[u8]; 4] = [b"}\n", b"profile {\n", b"! /a r,\n", b"profile broken { /a r }\n"];
    [text, mistakes[index % mistakes.len()]].concat()
}

/// Does apparmor_parser accept it? Nothing when it does not end: 3.0 hangs on some nested alternations.
fn verdict(parser: &Path, folder: &Path, text: &[u8]) -> Option<Result<(), String>> {
    std::fs::write(folder.join("sentence"), text).expect("a temporary folder can be written to");
    // The parser works in a process of its own making, which would live on: `timeout` ends the whole group.
    let status = Command::new("timeout")
        .args(["-s", "KILL", "3"])
        .arg(parser)
        .args(["-QKS", "-M", "/etc/apparmor.d/abi/3.0", "-b", ".", "-I", "."])
        .current_dir(folder)
        .stdin(std::fs::File::open(folder.join("sentence")).expect("it was just written"))
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(folder.join("messages")).expect("a temporary folder can be written to"))
        .status()
        .expect("the parser was found");
    let killed = status.code().is_none_or(|code| code == 137);
    let messages =
        || String::from_utf8_lossy(&std::fs::read(folder.join("messages")).unwrap_or_default()).into_owned();
    (!killed).then(|| if status.success() { Ok(()) } else { Err(messages()) })
}

/// Newer than 3.0, but 3.0 happens to accept the text: `mqueue r,` is a file rule for it, and a lone word is an
/// expression and a plain value alike.
fn may_be_read_otherwise(tree: &Node) -> bool {
    tree.has("mqueue") || tree.has("expression")
}

#[test]
fn apparmor_parser_accepts_what_its_version_knows() {
    let Some(parser) = common::parser("apparmor_parser_accepts_what_its_version_knows") else { return };
    let sentences = sentences(&Grammar::read(GRAMMAR));
    let halves = sentences.chunks(sentences.len().div_ceil(2));
    let counts = std::thread::scope(|scope| {
        let threads: Vec<_> = halves.map(|half| scope.spawn(|| compare(&parser, half))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a half ends")).collect::<Vec<_>>()
    });
    let wrong: Vec<_> = counts.iter().flat_map(|counts| &counts.wrong).cloned().collect();
    let sum = |count: fn(&Counts) -> usize| counts.iter().map(count).sum::<usize>();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(sum(|counts| counts.hung) <= 10, "{} sentences made the parser hang", sum(|counts| counts.hung));
    assert!(
        sum(|counts| counts.newer) > 100,
        "only {} newer sentences were refused",
        sum(|counts| counts.newer)
    );
    assert!(
        sum(|counts| counts.broken) > 100,
        "only {} broken sentences were refused",
        sum(|counts| counts.broken)
    );
}

/// What the parser made of some sentences.
#[derive(Default)]
struct Counts {
    wrong: Vec<String>,
    hung: usize,
    newer: usize,
    broken: usize,
}

fn compare(parser: &Path, sentences: &[(Sentence, Vec<u8>)]) -> Counts {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in sound::FILES {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a temporary folder");
        std::fs::write(path, text).expect("a temporary folder");
    }
    let mut counts = Counts::default();
    for (index, (sentence, text)) in sentences.iter().enumerate() {
        let is_old = sentence.since <= Version::V3_0;
        match verdict(parser, folder.path(), text) {
            None => counts.hung += 1,
            Some(Ok(())) if !is_old && !may_be_read_otherwise(&sentence.tree) => {
                counts.wrong.push(format!(
                    "{}\n  accepted, but noted as new in {}",
                    shown(text),
                    sentence.since
                ));
            }
            Some(Err(message)) if is_old => {
                counts.wrong.push(format!("{}\n  {}", shown(text), message.trim()))
            }
            Some(Err(_)) => counts.newer += 1,
            Some(Ok(())) => {}
        }
        if index % 10 == 0 {
            match verdict(parser, folder.path(), &break_up(text, index / 10)) {
                Some(Ok(())) => counts.wrong.push(format!("accepted though broken: {}", shown(text))),
                Some(Err(_)) => counts.broken += 1,
                None => counts.hung += 1,
            }
        }
    }
    counts
}

#[test]
fn every_sentence_keeps_its_meaning_when_it_is_formatted() {
    use aakit::format::{Style, format};
    let style = Style::default();
    let mut pairs = Vec::new();
    for (sentence, text) in sentences(&Grammar::read(GRAMMAR)) {
        let once = format(&text, &style).unwrap_or_else(|error| panic!("{error:?}: {}", shown(&text)));
        assert_eq!(format(&once, &style).as_ref(), Ok(&once), "a second run changes it: {}", shown(&text));
        if sentence.since <= Version::V3_0 && once != text {
            pairs.push((text, once));
        }
    }
    assert!(pairs.len() > 300, "only {} sentences are changed by it", pairs.len());
    let Some(parser) = common::parser("every_sentence_keeps_its_meaning_when_it_is_formatted") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in sound::FILES {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a temporary folder");
        std::fs::write(path, text).expect("a temporary folder");
    }
    let compiled = |text: &[u8]| {
        let mut command = Command::new("timeout");
        command.arg("3").arg(&parser).args(["-QKS", "-M", "/etc/apparmor.d/abi/3.0", "-b", ".", "-I", "."]);
        let output = common::run_with_input(command.current_dir(folder.path()), text).expect("it was found");
        output.status.success().then_some(output.stdout)
    };
    let mut compared = 0;
    for (before, after) in pairs.iter().step_by(3) {
        // What makes the parser hang is left out.
        let Some(bytes) = compiled(before) else { continue };
        assert_eq!(compiled(after), Some(bytes), "{}", shown(before));
        compared += 1;
    }
    assert!(compared > 80, "only {compared} were compared");
}
