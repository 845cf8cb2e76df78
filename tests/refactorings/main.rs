//! Policies that apparmor_parser compiles to the same bytes are the same to `aakit diff`, however they are written; and what
//! `diff` tells of a change is so in the compiled automaton too. Profiles come from random numbers, from `/etc/apparmor.d` and from
//! the corpus. `AAKIT_REFACTORINGS=2000` says how many pairs, `AAKIT_SEED` which.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;
mod mutation;
#[path = "../common/printed.rs"]
mod printed;
#[path = "../differential/random.rs"]
mod random;
mod spelling;
mod text;

use aakit::diff::{Change, Effect, compare, pair_up};
use aakit::expand::expand;
use aakit::format::Style;
use aakit::policy::{
    DiskTree, IncludePath, Loader, Policy, ProfileMode, ResolvedKind, ResolvedRule, resolve,
};
use aakit::query::Half;
use aakit::source::{SourceFile, SourceMap};
use aakit::syntax::Decision;
use aakit::vocabulary::{Permissions, Version};
use printed::{Printed, letters};
use random::Random;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use text::Text;

/// What both sides are compiled with.
struct Setting {
    parser: PathBuf,
    version: Version,
    base: PathBuf,
    folder: tempfile::TempDir,
    /// What stands at the top of each file, so that the newer kinds of rules count.
    abi: String,
}

impl Setting {
    fn new(test: &str) -> Option<Self> {
        let parser = common::parser(test)?;
        let version = common::parser_version();
        let base = std::env::var_os("AAKIT_PARSER_BASE")
            .map_or_else(|| PathBuf::from("/etc/apparmor.d"), PathBuf::from);
        let newer = ["5.0", "4.0"]
            .iter()
            .find(|name| version > Version::V3_0 && base.join("abi").join(name).is_file());
        let abi = newer.map_or(String::new(), |name| format!("abi <abi/{name}>,\n"));
        Some(Self { parser, version, base, folder: tempfile::tempdir().unwrap(), abi })
    }

    fn loader<'l>(&self, sources: &'l SourceMap, include: &Path) -> Loader<'l> {
        Loader::new(
            &DiskTree,
            sources,
            IncludePath::new([include.to_owned()], Some(self.base.clone())),
            self.version,
        )
    }

    /// The side's own folder of includes.
    fn side(&self, name: &str, (text, includes): (String, BTreeMap<String, String>)) -> Side {
        let folder = self.folder.path().join(name);
        for (name, text) in includes {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let text = format!("{}{text}", self.abi);
        if let Some(kept) = std::env::var_os("AAKIT_KEEP") {
            std::fs::create_dir_all(&kept).unwrap();
            std::fs::write(Path::new(&kept).join(name), expanded_by_hand(&text, &folder)).unwrap();
        }
        let sources = SourceMap::new();
        let loader = self.loader(&sources, &folder);
        let policy = resolve(&loader, &loader.add(SourceFile::new("t", text.as_bytes())));
        Side { text, folder, policy }
    }

    fn compiled(&self, side: &Side, dump: bool) -> Result<Vec<u8>, String> {
        let mut command = std::process::Command::new(&self.parser);
        command.arg("-QKS").arg("-b").arg(&self.base).arg("-I").arg(&side.folder);
        if dump {
            command.args(["-D", "dfa-states"]);
        } else {
            let features = self.abi.split(['<', '>']).nth(1).unwrap_or("abi/3.0");
            command.arg("-M").arg(self.base.join(features));
        }
        let output = common::run_with_input(&mut command, side.text.as_bytes()).unwrap();
        match output.status.success() {
            true => Ok(if dump { output.stderr } else { output.stdout }),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    /// How a pair of files compares, or nothing where one does not compile.
    fn compare(&self, old: &Side, new: &Side) -> Option<Outcome> {
        let bytes = [old, new].map(|side| self.compiled(side, false));
        for (side, bytes) in [old, new].into_iter().zip(&bytes) {
            let errors = &side.policy.diagnostics;
            // 3.0 gives up without a word on a conditional behind a network rule, and 4.1 on some policies that only deny.
            if bytes.as_ref().is_err_and(|said| said.is_empty() || said.contains("Assertion")) {
                return None;
            }
            // Since 4.1 it depends on the parser's memory whether it sees a conflict that another rule decides: see the exception
            // `order in memory` of `tests/differential`.
            let is_conflict = bytes.as_ref().is_err_and(|said| said.contains("conflicting x modifiers"))
                || errors.iter().any(|error| error.code == "conflicting-exec");
            if is_conflict && self.version >= Version::V4_1 {
                return None;
            }
            assert_eq!(bytes.is_ok(), errors.is_empty(), "{bytes:?}{errors:?}\n{}", shown(old, new));
        }
        let [Ok(one), Ok(other)] = bytes else { return None };
        let mut changes = Vec::new();
        for pair in pair_up(&[&old.policy], &[&new.policy]) {
            let (Some(before), Some(after)) = (pair.old, pair.new) else { panic!("{}", shown(old, new)) };
            let comparison = compare(before, after, self.version);
            assert_eq!(comparison.undecided, [""; 0], "{}", shown(old, new));
            changes.extend(comparison.changes.into_iter().map(|change| (pair.name(), change)));
        }
        Some(Outcome { same_bytes: one == other, changes })
    }
}

/// One of two files.
struct Side {
    text: String,
    folder: PathBuf,
    policy: Policy,
}

struct Outcome {
    same_bytes: bool,
    changes: Vec<(String, Change)>,
}

fn shown(old: &Side, new: &Side) -> String {
    let includes = |side: &Side| -> String {
        let files = common::files(&side.folder).into_iter();
        files
            .map(|file| format!("# {}\n{}", file.display(), std::fs::read_to_string(&file).unwrap()))
            .collect()
    };
    format!("{}{}--- becomes ---\n{}{}", old.text, includes(old), new.text, includes(new))
}

fn count(plain: usize) -> usize {
    std::env::var("AAKIT_REFACTORINGS").ok().and_then(|count| count.parse().ok()).unwrap_or(plain)
}

/// One in four is a real profile, without its includes; the others are random.
fn texts(setting: &Setting, test: &str, random: &mut Random, pairs: usize) -> Vec<Text> {
    let mut folders = vec![setting.base.clone()];
    if std::env::var_os("AAKIT_PARSER_BASE").is_none() {
        folders.extend(common::corpus(test).map(|corpus| corpus.join("apparmor.d")));
    }
    let below =
        |folder: &PathBuf| common::top_level(folder).into_iter().map(|name| (folder.clone(), name)).collect();
    let files: Vec<(PathBuf, PathBuf)> =
        folders.iter().flat_map(|folder| -> Vec<_> { below(folder) }).collect();
    let text = |random: &mut Random| match random.once_in(4) {
        true => real(setting, files.get(random.below(files.len()))?),
        false => Some(Text::random(random, setting.version)),
    };
    (0..pairs).filter_map(|_| text(random)).collect()
}

/// A profile of a folder without its includes, if it is not too large.
fn real(setting: &Setting, (folder, name): &(PathBuf, PathBuf)) -> Option<Text> {
    let sources = SourceMap::new();
    let includes = IncludePath::new([], Some(folder.clone()));
    let loader = Loader::new(&DiskTree, &sources, includes, setting.version);
    let file = loader.load(&folder.join(name)).ok()?;
    let expansion = expand(&loader, &file, &Style::default()).ok()?;
    if expansion.text.len() > LARGEST {
        return None;
    }
    let mut text = Text::parse(&String::from_utf8_lossy(&expansion.text))?;
    text.preamble.retain(|line| !line.starts_with("abi "));
    Some(text)
}

/// The largest real profile that is taken, in bytes; the parser needs long for larger ones.
const LARGEST: usize = 12_000;

#[test]
fn refactorings_are_the_same_policy() {
    const NAME: &str = "refactorings_are_the_same_policy";
    let Some(setting) = Setting::new(NAME) else { return };
    let mut random = Random::new(common::seed().unwrap_or(7));
    let (mut same, mut compiled) = (0, 0);
    let pairs = count(100);
    for (index, text) in texts(&setting, NAME, &mut random, pairs).iter().enumerate() {
        let [old, new] = [0, 1].map(|side| {
            setting.side(&format!("{index}-{side}"), spelling::spell(text, setting.version, &mut random))
        });
        let Some(outcome) = setting.compare(&old, &new) else { continue };
        compiled += 1;
        same += usize::from(outcome.same_bytes);
        assert!(outcome.changes.is_empty(), "pair {index}: {:#?}\n{}", outcome.changes, shown(&old, &new));
    }
    println!("{compiled} of {pairs} pairs compile, {same} to the same bytes");
    assert!(
        compiled > pairs / 2 && same > compiled / 2,
        "{compiled} of {pairs} compile, {same} to the same bytes"
    );
}

#[test]
fn changes_are_those_of_the_compiled_policy() {
    const NAME: &str = "changes_are_those_of_the_compiled_policy";
    let Some(setting) = Setting::new(NAME) else { return };
    let mut random = Random::new(common::seed().unwrap_or(11));
    let (mut same, mut shown_changes, mut confirmed, mut silent, mut unexplained) = (0, 0, 0, 0, Vec::new());
    let pairs = count(100);
    for (index, text) in texts(&setting, NAME, &mut random, pairs).iter().enumerate() {
        let mutant = mutation::mutate(text, &mut random);
        let sides = [text, &mutant].map(|text| spelling::spell(text, setting.version, &mut random));
        let [old, new] = sides;
        let (old, new) =
            (setting.side(&format!("{index}-old"), old), setting.side(&format!("{index}-new"), new));
        let Some(outcome) = setting.compare(&old, &new) else { continue };
        if outcome.same_bytes {
            same += 1;
            assert!(
                outcome.changes.is_empty(),
                "pair {index}: {:#?}\n{}",
                outcome.changes,
                shown(&old, &new)
            );
        } else if outcome.changes.is_empty() {
            silent += 1;
            // Of a profile that confines nothing no rule counts.
            if old.policy.profiles.iter().any(|profile| profile.mode == ProfileMode::Unconfined) {
                continue;
            }
            let [one, other] =
                [&old, &new].map(|side| Printed::all(&automata(&setting.compiled(side, true).unwrap())));
            let told = one
                .iter()
                .zip(&other)
                .enumerate()
                .find_map(|(at, (one, other))| Some((at, one.difference(other)?)));
            if let Some((at, string)) = told.filter(|_| one.len() == other.len()) {
                let string = string.escape_ascii();
                println!(
                    "pair {index}: automaton {at} differs on `{string}`, but no change\n{}",
                    shown(&old, &new)
                );
                unexplained.push(index);
            }
        } else {
            shown_changes += 1;
            confirmed += confirm(&setting, &old, &new, &outcome.changes);
        }
    }
    assert!(unexplained.is_empty(), "{unexplained:?}");
    assert!(
        confirmed > pairs / 10 && shown_changes > pairs / 4,
        "{shown_changes} changed, {confirmed} witnesses"
    );
    println!(
        "{same} the same, {shown_changes} changed with {confirmed} witnesses in the automaton, {silent} only in bytes"
    );
}

/// With the moved includes put back.
fn expanded_by_hand(text: &str, folder: &Path) -> String {
    let line = |line: &str| match line.split_once("include ").filter(|_| line.contains("<moved/")) {
        Some((_, name)) => {
            let name = name.split(['<', '>']).nth(1).unwrap();
            expanded_by_hand(&std::fs::read_to_string(folder.join(name)).unwrap(), folder)
        }
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// What the parser prints of all automata of a file.
fn automata(dump: &[u8]) -> String {
    let text = String::from_utf8_lossy(dump);
    text.find("{1} <==").map_or(String::new(), |at| text[at..].to_owned())
}

/// How many witnesses of files the automata confirm; none may be wrong. All others are put to the engine of `query` again.
fn confirm(setting: &Setting, old: &Side, new: &Side, changes: &[(String, Change)]) -> usize {
    let sides = [old, new];
    let grants_files = |side: &Side| {
        let [profile] = side.policy.profiles.as_slice() else { return false };
        let grants = |rule: &ResolvedRule| {
            matches!(rule.kind, ResolvedKind::File(_)) && rule.decision == Decision::Allow
        };
        // The automaton of an attachment comes first.
        profile.children.is_empty() && profile.attachment.is_none() && profile.rules.iter().any(grants)
    };
    if !sides.iter().all(|side| grants_files(side)) {
        return 0;
    }
    let printed = sides.map(|side| Printed::read(&automata(&setting.compiled(side, true).unwrap())));
    let mut confirmed = 0;
    for (_, change) in changes.iter().filter(|(_, change)| change.class == "file") {
        let Some(witness) = &change.witness else { continue };
        let expected = match change.effect {
            Effect::Widened => [false, true],
            Effect::Narrowed => [true, false],
            Effect::Changed | Effect::Logged => continue,
        };
        for half in change.files.map_or(vec![Half::Owner, Half::Other], |half| vec![half]) {
            for letter in change.access.bytes() {
                let letter = Permissions::from_letter(letter).unwrap();
                let granted = [0, 1]
                    .map(|side| letters(printed[side].ask(witness.as_bytes())[0], half).contains(letter));
                assert_eq!(granted, expected, "{change:#?}\n{}", shown(old, new));
                confirmed += 1;
            }
        }
    }
    confirmed
}
