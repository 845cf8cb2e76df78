//! The kernel is asked what aakit answers: compiled profiles are loaded, and thousands of questions put to them through
//! `.access` of securityfs. Every mask must be the one that `aakit query` decides on, on every profile and path.
//!
//! What `.access` cannot tell, what becomes of a program that is executed, `transitions` tries.

mod differences;
mod generated;
pub mod numbers;
mod paths;
mod sheet;

use super::machine::{self, Record, Tools};
use super::{Records, common};
use aakit::policy::{DiskTree, IncludePath, Loader, Policy, resolve};
use aakit::source::{SourceFile, SourceMap};
use aakit::template::{ContainerDefault, Engine, Hardening};
use numbers::Numbers;
use sheet::{Expected, Plenty, Sheet, VERSION};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// The sheets by name, and what the machine said of each.
struct Asked {
    sheets: BTreeMap<&'static str, Sheet>,
    records: Records,
}

static ASKED: LazyLock<Asked> = LazyLock::new(|| {
    let tools = match Tools::find() {
        Ok(tools) => tools,
        Err(missing) => {
            println!("the machine `questions` lacks {missing}");
            return Asked { sheets: BTreeMap::new(), records: None };
        }
    };
    // Each is made on a processor of its own; compiling takes the most of the time.
    let sheets: BTreeMap<&str, Sheet> = std::thread::scope(|scope| {
        let corpus = common::corpus("questions::corpus").map(|corpus| corpus.join("apparmor.d"));
        let makers = [
            ("container_defaults", scope.spawn(container_defaults)),
            ("installed", scope.spawn(installed)),
            ("generated", scope.spawn(generated_profiles)),
            ("wrong", scope.spawn(wrong)),
            ("differences", scope.spawn(differing_pairs)),
        ];
        let corpus = corpus
            .map(|base| ("corpus", scope.spawn(move || of_files(sample_of(&base, CORPUS), &base, FEW))));
        makers
            .into_iter()
            .chain(corpus)
            .map(|(name, maker)| (name, maker.join().expect("it is made")))
            .collect()
    });
    let mut extra = Vec::new();
    for (name, sheet) in &sheets {
        println!("{name}: {} questions", sheet.questions.len());
        extra.push((PathBuf::from(format!("/questions/{name}")), sheet.records.clone()));
        let script = format!("perl /scenarios/ask.pl /questions/{name}\n");
        extra.push((PathBuf::from(format!("/scenarios/{name}.sh")), script.into_bytes()));
    }
    Asked { records: Some(machine::run_with(&tools, "questions", &extra)), sheets }
});

/// Of so many profiles of the corpus one in so many is asked, since compiling them takes apparmor_parser long.
const CORPUS: usize = 40;
const MANY: Plenty = Plenty { rules: 400, samples: 6 };
const SOME: Plenty = Plenty { rules: 30, samples: 2 };
const FEW: Plenty = Plenty { rules: 60, samples: 2 };
const GENERATED: usize = 400;
const PAIRS: usize = 200;

#[test]
fn container_defaults_decide_as_aakit_says() {
    hold("container_defaults", 2000);
}

#[test]
fn installed_profiles_decide_as_aakit_says() {
    hold("installed", 5000);
}

#[test]
fn the_corpus_decides_as_aakit_says() {
    if common::corpus("questions::the_corpus_decides_as_aakit_says").is_some() {
        hold("corpus", 5000);
    }
}

#[test]
fn generated_profiles_decide_as_aakit_says() {
    hold("generated", 20_000);
}

#[test]
fn what_diff_tells_of_is_so_on_the_kernel() {
    hold("differences", 1000);
}

/// Negative control: each wrong expectation is reported, and nothing else.
#[test]
fn what_is_expected_wrongly_is_found_out() {
    let Some(record) = record("wrong") else { return };
    let differing = differing(&record);
    assert_eq!(differing.keys().copied().collect::<Vec<_>>(), [1, 2, 3, 4], "{}", record.output);
}

/// The machine's answers to a sheet are those expected, each of them.
#[track_caller]
fn hold(name: &'static str, least: usize) {
    let Some(record) = record(name) else { return };
    let sheet = &ASKED.sheets[name];
    assert_eq!(record.code, Some(0), "{}", record.output);
    let differing = differing(&record);
    println!("{name}: {} questions, {} answered otherwise", sheet.questions.len(), differing.len());
    assert!(
        differing.is_empty(),
        "{} of {}:\n{}",
        differing.len(),
        sheet.questions.len(),
        grouped(sheet, &differing)
    );
    assert!(record.output.contains(&format!("ASKED {}\n", sheet.questions.len())), "{}", record.output);
    assert!(!record.output.contains("REFUSED"), "{}", record.output);
    assert!(sheet.questions.len() >= least, "{name}: only {} questions", sheet.questions.len());
}

/// A few of the answers for each pair of what was expected and what was answered.
fn grouped(sheet: &Sheet, differing: &BTreeMap<usize, &str>) -> String {
    let mut groups: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (number, answer) in differing {
        let (asked, expected) = sheet.questions[*number].split_once(": expected ").expect("both are in it");
        groups.entry((expected, answer)).or_default().push(asked);
    }
    let told = |((expected, answer), asked): (&(&str, &str), &Vec<&str>)| {
        let some = asked[..asked.len().min(3)].join("\n    ");
        format!("{} times expected {expected}, the kernel says {answer}:\n    {some}", asked.len())
    };
    groups.iter().map(told).collect::<Vec<_>>().join("\n")
}

fn record(name: &'static str) -> Option<Record> {
    let Some(records) = &ASKED.records else {
        common::skip(name, "kernel");
        return None;
    };
    Some(records.get(name).cloned().unwrap_or_else(|| panic!("the machine never ran `{name}`")))
}

/// The answers that are not the expected ones, by question.
fn differing(record: &Record) -> BTreeMap<usize, &str> {
    let lines = record.output.lines().filter_map(|line| line.strip_prefix("DIFFERS "));
    lines
        .map(|line| {
            let (number, answer) = line.split_once(' ').expect("a number and an answer");
            (number.parse().expect("a number"), answer)
        })
        .collect()
}

/// Policy as apparmor_parser compiles it for the machine's kernel.
pub fn compile(base: &Path, text: &[u8], directory: &Path) -> Result<Vec<u8>, String> {
    let mut command = Command::new("apparmor_parser");
    command.env("PATH", "/usr/sbin:/sbin:/usr/bin:/bin").current_dir(directory);
    command
        .args(["-QKS", "-M", "/usr/share/apparmor-features/features", "-b"])
        .arg(base)
        .stderr(Stdio::piped());
    let output = common::run_with_input(&mut command, text).map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

pub fn resolved(source: SourceFile, base: &Path) -> Policy {
    let sources = SourceMap::new();
    let loader = Loader::new(&DiskTree, &sources, IncludePath::new([], Some(base.into())), VERSION);
    resolve(&loader, &loader.add(source))
}

/// Adds what a text is asked, where apparmor_parser takes it.
fn add(
    sheet: &mut Sheet,
    name: &str,
    text: &str,
    base: &Path,
    plenty: Plenty,
    numbers: &mut Numbers,
) -> bool {
    let Ok(compiled) = compile(base, text.as_bytes(), Path::new("/")) else { return false };
    let policy = resolved(SourceFile::new(name, text.as_bytes()), base);
    assert!(policy.diagnostics.is_empty(), "{text}\n{:?}", policy.diagnostics);
    sheet.policy(&policy, &compiled, plenty, numbers, name);
    true
}

fn container_defaults() -> Sheet {
    let mut sheet = Sheet::default();
    let mut numbers = Numbers(0xd0c_0c0c);
    for engine in Engine::ALL {
        for hardening in [Hardening::Upstream, Hardening::Closed] {
            let mut template = ContainerDefault::new(engine);
            template.hardening = hardening;
            let text = template.render().expect("its names are plain");
            let base = Path::new("/etc/apparmor.d");
            assert!(add(&mut sheet, engine.template_name(), &text, base, MANY, &mut numbers), "{text}");
        }
    }
    sheet
}

/// All profiles that Debian installs, and those that it has as examples.
fn installed() -> Sheet {
    let base = Path::new("/etc/apparmor.d");
    let mut files = sample_of(base, usize::MAX);
    files.extend(sample_of(Path::new("/usr/share/apparmor/extra-profiles"), usize::MAX));
    of_files(files, base, SOME)
}

/// The files of a folder, or so many of them.
fn sample_of(folder: &Path, most: usize) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    let step = (files.len() / most).max(1);
    files.into_iter().step_by(step).collect()
}

fn of_files(files: Vec<PathBuf>, base: &Path, plenty: Plenty) -> Sheet {
    let mut sheet = Sheet::default();
    let mut numbers = Numbers(0x1057_a11e);
    let mut refused = Vec::new();
    for file in files {
        let text = std::fs::read(&file).expect("it is there");
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Ok(compiled) = compile(base, &text, base) else {
            refused.push(name);
            continue;
        };
        let policy = resolved(SourceFile::new(&file, text.as_slice()), base);
        if !policy.diagnostics.is_empty() {
            refused.push(name);
            continue;
        }
        sheet.policy(&policy, &compiled, plenty, &mut numbers, &name);
    }
    println!("not asked, since apparmor_parser {VERSION} or aakit refuses them: {refused:?}");
    sheet
}

fn generated_profiles() -> Sheet {
    let mut sheet = Sheet::default();
    let mut numbers = Numbers(0x5eed_1057);
    let (mut taken, mut tried) = (0, 0);
    while taken < GENERATED {
        let text = generated::profile("generated", &mut numbers);
        tried += 1;
        assert!(
            tried < 4 * GENERATED,
            "apparmor_parser refuses too many: it took {taken}; the last was\n{text}"
        );
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let plenty = Plenty { rules: 20, samples: 3 };
        taken +=
            usize::from(add(&mut sheet, &name, &text, Path::new("/etc/apparmor.d"), plenty, &mut numbers));
    }
    println!("apparmor_parser took {taken} of {tried} generated profiles");
    sheet
}

fn differing_pairs() -> Sheet {
    let (sheet, tally) = differences::pairs(PAIRS, &mut Numbers(0x000d_1ff5));
    println!("{tally:?}");
    assert!(tally.same > PAIRS / 10 && tally.witnesses > PAIRS / 2, "{tally:?}");
    sheet
}

/// One right expectation, and wrong ones about each mask and about what is not loaded.
fn wrong() -> Sheet {
    let mut sheet = Sheet::default();
    let text = "profile wrong { /f r, deny /g w, audit /h r, }";
    sheet.load(&compile(Path::new("/etc/apparmor.d"), text.as_bytes(), Path::new("/")).expect("it compiles"));
    sheet.profile(b"wrong");
    let expected = |allow, audit, quiet| Expected { care: u32::MAX, allow, audit, quiet };
    let owner = aakit::query::Half::Owner;
    sheet.ask(2, b"/f", owner, expected(0x244, 0, 0), "right".to_owned());
    sheet.ask(2, b"/f", owner, expected(0x24c, 0, 0), "allow".to_owned());
    sheet.ask(2, b"/h", owner, expected(0x244, 0, 0), "audit".to_owned());
    sheet.ask(2, b"/g", owner, expected(0x200, 0, 0), "quiet".to_owned());
    sheet.profile(b"missing");
    sheet.ask(2, b"/f", owner, expected(0, 0, 0), "missing".to_owned());
    sheet
}
