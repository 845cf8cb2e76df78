//! aakit and apparmor_parser read the same random files and must say the same. The cases are seeded, so that a failure comes
//! again; `AAKIT_DIFFERENTIAL=10` runs ten times as many, and `AAKIT_SEED=5` others. The parser is the installed
//! one, or that of another release, as CONTRIBUTING.md tells.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod batch;
#[path = "../common/mod.rs"]
mod common;
mod exceptions;
mod grafts;
mod kinds;
mod mutation;
mod newer;
mod oracle;
mod products;
mod random;
#[path = "../common/statements.rs"]
mod statements;

use aakit::diagnostic::Severity;
use aakit::policy::{IncludePath, Loader, resolve};
use aakit::source::{SourceFile, SourceMap};
use aakit::vocabulary::Version;
use oracle::Oracle;
use random::Random;
use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process_group, prlimit};
use std::ffi::OsString;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long the parser may think over a case; some make it think for ever.
const PATIENCE: Duration = Duration::from_secs(5);

/// The memory that the parser may take, in bytes: a mutated profile once made one take all that the machine had.
const MEMORY: u64 = 2 << 30;

/// What a parser says that has no memory left, which is no word about the profile.
const OUT_OF_MEMORY: [&str; 3] = ["bad_alloc", "emory alloc", "ut of memory"];

/// What the parser says.
enum Verdict {
    Accepted,
    Refused(String),
    Undecided,
}

/// A parser, the target it stands for, and where it and aakit look for includes.
#[derive(Clone)]
struct Ground {
    parser: PathBuf,
    version: Version,
    /// The features and the folders of the parser.
    arguments: Vec<OsString>,
    /// The folder that relative names begin at.
    directory: PathBuf,
    include_path: IncludePath,
}

impl Ground {
    /// The profiles that come with the parser, under its features.
    fn of(oracle: &Oracle) -> Self {
        let arguments = ["-M".as_ref(), oracle.features.as_os_str(), "-b".as_ref(), oracle.base.as_os_str()];
        Self {
            parser: oracle.parser.clone(),
            version: oracle.version,
            arguments: arguments.map(OsString::from).into(),
            directory: PathBuf::from("/"),
            include_path: IncludePath::new([], Some(oracle.base.clone())),
        }
    }

    /// Upstream's parser cases.
    fn cases(oracle: &Oracle, corpus: &Path) -> Self {
        let folder = corpus.join("simple_tests");
        let words = ["-M", "features.all", "-b", "simple_tests", "-I", "simple_tests"];
        Self {
            parser: oracle.parser.clone(),
            version: oracle.version,
            arguments: words.map(OsString::from).into(),
            directory: corpus.to_path_buf(),
            include_path: IncludePath::new([folder], None),
        }
    }
}

/// The parser's verdict on a whole compilation.
fn ask(ground: &Ground, text: &[u8]) -> Verdict {
    let child = Command::new(&ground.parser)
        .arg("-QKS")
        .args(&ground.arguments)
        .current_dir(&ground.directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn();
    let Ok(mut child) = child else { return Verdict::Undecided };
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if group.is_some() {
        let _ = prlimit(group, Resource::As, Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) });
    }
    if let Some(mut stdin) = child.stdin.take() {
        // The parser may stop reading at an error.
        let _ = stdin.write_all(text);
    }
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(_)) => break,
            Ok(None) if started.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(1)),
            _ => {
                // The parser works in a process of its own: one that loops for ever would go on without its parent.
                if let Some(group) = group {
                    let _ = kill_process_group(group, Signal::KILL);
                }
                let _ = child.wait();
                return Verdict::Undecided;
            }
        }
    }
    match child.wait_with_output() {
        Ok(output) if output.status.success() => Verdict::Accepted,
        Ok(output) => match String::from_utf8_lossy(&output.stderr).trim() {
            said if OUT_OF_MEMORY.iter().any(|words| said.contains(words)) => Verdict::Undecided,
            said => Verdict::Refused(said.to_owned()),
        },
        Err(_) => Verdict::Undecided,
    }
}

/// The first error that aakit finds in a text.
fn check(ground: &Ground, text: &[u8]) -> Option<String> {
    let sources = SourceMap::new();
    let tree = common::Below(ground.directory.clone());
    let loader = Loader::new(&tree, &sources, ground.include_path.clone(), ground.version);
    let file = loader.add(SourceFile::new("case", text));
    let policy = resolve(&loader, &file);
    policy.diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error).map(|error| {
        let line = sources.line_column(error.primary.location).line;
        format!("{line}: [{}] {}", error.code, error.message)
    })
}

/// The cases on which the two differ, without those that are known to, and the number of those compared.
fn differences<C: AsRef<[u8]> + Sync>(ground: &Ground, cases: &[C]) -> (usize, Vec<String>) {
    let next = AtomicUsize::new(0);
    let compared = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let work = || {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let case = case.as_ref();
            let difference = match (ask(ground, case), check(ground, case)) {
                (Verdict::Undecided, _) => continue,
                (Verdict::Accepted, Some(error)) => format!("the parser accepts, aakit says {error}"),
                (Verdict::Refused(said), None) => format!("aakit accepts, the parser says {said}"),
                _ => {
                    compared.fetch_add(1, Ordering::Relaxed);
                    continue;
                }
            };
            compared.fetch_add(1, Ordering::Relaxed);
            let case = String::from_utf8_lossy(case);
            if exceptions::named(&case, &difference, ground.version).is_none() {
                found.lock().expect("no thread panics here").push(format!("{difference}\n{case}"));
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let mut found = found.into_inner().expect("no thread panics here");
    found.sort();
    (compared.into_inner(), found)
}

/// How many times as many cases as usual are run.
fn factor() -> usize {
    std::env::var("AAKIT_DIFFERENTIAL").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// A generator of its own for each kind of cases, other ones for another seed.
fn random(kind: u64) -> Random {
    Random::new(kind + (seed() as u64).wrapping_mul(1000))
}

/// Another seed gives other cases.
fn seed() -> usize {
    usize::try_from(common::seed().unwrap_or(0)).unwrap_or(usize::MAX)
}

fn assert_same<C: AsRef<[u8]> + Sync>(name: &str, ground: &Ground, cases: &[C]) {
    let (compared, found) = differences(ground, cases);
    assert!(
        compared * 10 >= cases.len() * 9,
        "{name}: only {compared} of {} cases were compared",
        cases.len()
    );
    let shown: Vec<&str> = found.iter().take(40).map(String::as_str).collect();
    assert!(found.is_empty(), "{name}: {} of {compared} differ:\n{}", found.len(), shown.join("\n"));
}

#[test]
fn generated_rules_have_the_verdict_of_the_parser() {
    let Some(oracle) = Oracle::find("generated_rules_have_the_verdict_of_the_parser") else {
        return;
    };
    let only = std::env::var("AAKIT_DIFFERENTIAL_KIND").ok();
    let mut failures = Vec::new();
    for (index, (name, generate)) in kinds::KINDS.iter().enumerate() {
        if only.as_deref().is_some_and(|only| only != *name) {
            continue;
        }
        let mut random = random(1 + index as u64);
        let mut cases: Vec<String> = (0..600 * factor()).map(|_| generate(&mut random)).collect();
        cases.sort();
        cases.dedup();
        let (compared, found) = differences(&Ground::of(&oracle), &cases);
        let shown: Vec<&str> = found.iter().take(20).map(String::as_str).collect();
        if !found.is_empty() {
            failures.push(format!("== {name}: {} of {compared} differ:\n{}", found.len(), shown.join("\n")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// How many combinations of each product are tried in a usual run.
const SHARE: usize = 900;

#[test]
fn cross_products_have_the_verdict_of_the_parser() {
    let Some(oracle) = Oracle::find("cross_products_have_the_verdict_of_the_parser") else {
        return;
    };
    let only = std::env::var("AAKIT_DIFFERENTIAL_KIND").ok();
    let mut failures = Vec::new();
    for product in products::products() {
        if only.as_deref().is_some_and(|only| only != product.name) {
            continue;
        }
        let numbers: Vec<usize> = product.share(SHARE * factor(), seed()).collect();
        let (compared, found) = batch::differences(&Ground::of(&oracle), product, &numbers);
        println!("{}: {compared} of {} combinations compared", product.name, product.len());
        assert!(compared * 10 >= numbers.len() * 9, "{}: only {compared} were compared", product.name);
        if !found.is_empty() {
            let shown: Vec<&str> = found.iter().take(40).map(String::as_str).collect();
            failures.push(format!("== {}: {} differ:\n{}", product.name, found.len(), shown.join("\n")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_product_holds_every_combination_once() {
    for product in products::products() {
        let numbers: std::collections::BTreeSet<usize> = product.share(5000, 1).collect();
        assert_eq!(numbers.len(), product.len().min(5000), "{}", product.name);
    }
}

#[test]
fn mutated_rules_have_the_verdict_of_the_parser() {
    let Some(oracle) = Oracle::find("mutated_rules_have_the_verdict_of_the_parser") else {
        return;
    };
    let donors = mutation::donors(&oracle.base);
    assert!(donors.len() > 500, "only {} rules to mutate", donors.len());
    let mut random = random(100);
    let cases: Vec<String> = (0..2000 * factor()).map(|_| mutation::mutant(&mut random, &donors)).collect();
    assert_same("mutations", &Ground::of(&oracle), &cases);
}

#[test]
fn grafted_files_have_the_verdict_of_the_parser() {
    let Some(oracle) = Oracle::find("grafted_files_have_the_verdict_of_the_parser") else { return };
    let donors = mutation::donors(&oracle.base);
    let mut random = random(103);
    let cases: Vec<String> = (0..700 * factor()).map(|_| grafts::graft(&mut random, &donors)).collect();
    let ground = Ground::of(&oracle);
    // Were all refused for the same mistake, little would be compared.
    let accepted = cases.iter().filter(|case| check(&ground, case.as_bytes()).is_none()).count();
    assert!(accepted * 10 > cases.len(), "only {accepted} of {} are accepted", cases.len());
    assert_same("grafts", &ground, &cases);
}

#[test]
fn mutated_profiles_have_the_verdict_of_the_parser() {
    let Some(oracle) = Oracle::find("mutated_profiles_have_the_verdict_of_the_parser") else {
        return;
    };
    let folders = std::iter::once(&oracle.base).chain(&oracle.profiles);
    let entries = folders.flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().flatten());
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    let texts: Vec<String> = files.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect();
    assert!(texts.len() > 100, "only {} profiles to mutate", texts.len());
    let mut random = random(101);
    let cases: Vec<String> = (0..500 * factor())
        .map(|_| {
            let text = &texts[random.below(texts.len())];
            mutation::mutated(&mut random, text)
        })
        .collect();
    assert_same("mutated profiles", &Ground::of(&oracle), &cases);
}

#[test]
fn mutated_parser_cases_have_the_verdict_of_the_parser() {
    let test = "mutated_parser_cases_have_the_verdict_of_the_parser";
    let (Some(oracle), Some(corpus)) = (Oracle::find(test), common::corpus(test)) else { return };
    let mut files = common::files(&corpus.join("simple_tests"));
    files.retain(|path| path.extension().is_some_and(|extension| extension == "sd"));
    files.sort();
    let read = |path: &PathBuf| String::from_utf8(common::without_headers(&std::fs::read(path).ok()?)).ok();
    let mut texts: Vec<String> = files.iter().filter_map(read).collect();
    // Upstream runs its cases in a folder of that name.
    texts.retain(|text| !text.contains("../tst"));
    assert!(texts.len() > 1000, "only {} cases to mutate", texts.len());
    let mut random = random(102);
    let cases: Vec<String> = (0..1500 * factor())
        .map(|_| {
            let text = &texts[random.below(texts.len())];
            mutation::mutated(&mut random, text)
        })
        .collect();
    assert_same("mutated parser cases", &Ground::cases(&oracle, &corpus), &cases);
}

#[test]
fn statements_about_the_language_have_the_verdict_of_the_parser() {
    let Some(oracle) = Oracle::find("statements_about_the_language_have_the_verdict_of_the_parser") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    statements::write_included(folder.path());
    std::fs::create_dir_all(folder.path().join("abi")).unwrap();
    std::fs::copy(oracle.base.join("abi/3.0"), folder.path().join("abi/3.0")).unwrap();
    let ground = Ground {
        directory: folder.path().to_path_buf(),
        ..Ground::of(&Oracle { base: folder.path().to_path_buf(), ..oracle })
    };
    let cases: Vec<String> = statements::all().map(|statement| statement.file).collect();
    assert!(cases.len() > 1000, "only {} statements", cases.len());
    assert_same("statements", &ground, &cases);
}

/// Negative control: a checker that is wrong is found out.
#[test]
fn a_wrong_verdict_is_a_difference() {
    let Some(oracle) = Oracle::find("a_wrong_verdict_is_a_difference") else { return };
    let cases =
        ["profile t { userns, }\n", "profile t { all, }\n", "profile t { /a r, }\n"].map(str::to_owned);
    let wrong = if oracle.version < Version::V4_0 { Version::NEWEST } else { Version::V3_0 };
    let ground = Ground { version: wrong, ..Ground::of(&oracle) };
    let (compared, found) = differences(&ground, &cases);
    assert_eq!((compared, found.len()), (3, 2), "{found:?}");
}

#[test]
fn the_cases_are_the_same_in_every_run() {
    for (_, generate) in kinds::KINDS {
        assert_eq!(generate(&mut Random::new(7)), generate(&mut Random::new(7)));
    }
    assert_ne!(Random::new(7).next(), Random::new(8).next());
}

#[test]
fn every_exception_is_a_difference() {
    let Some(oracle) = Oracle::find("every_exception_is_a_difference") else { return };
    let ground = Ground::of(&oracle);
    for exception in exceptions::EXCEPTIONS.iter().filter(|exception| exception.is_of(oracle.version)) {
        let text = exception.example.as_bytes();
        let difference = match (ask(&ground, text), check(&ground, text)) {
            (Verdict::Accepted, Some(error)) => format!("the parser accepts, aakit says {error}"),
            (Verdict::Refused(said), None) => format!("aakit accepts, the parser says {said}"),
            _ => panic!("{}: no difference", exception.name),
        };
        let named = exceptions::named(exception.example, &difference, oracle.version);
        assert_eq!(named, Some(exception.name), "{difference}");
    }
}
