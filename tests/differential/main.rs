//! aakit and the installed apparmor_parser read the same random files and must say the same. The cases are seeded, so that
//! a failure comes again; `AAKIT_DIFFERENTIAL=10` runs ten times as many.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;
mod exceptions;
mod kinds;
mod mutation;
mod random;

use aakit::diagnostic::Severity;
use aakit::policy::{DiskTree, IncludePath, Loader, resolve};
use aakit::source::{SourceFile, SourceMap};
use aakit::vocabulary::Version;
use random::Random;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const BASE: &str = "/etc/apparmor.d";
/// How long the parser may think over a case; some make it think for ever.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the parser says.
enum Verdict {
    Accepted,
    Refused(String),
    Undecided,
}

/// The parser's verdict on a whole compilation, under the features of its own release.
fn ask(parser: &Path, text: &str) -> Verdict {
    let child = Command::new(parser)
        .args(["-QKS", "-M", "/etc/apparmor.d/abi/3.0", "-b", BASE])
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else { return Verdict::Undecided };
    if let Some(mut stdin) = child.stdin.take() {
        // The parser may stop reading at an error.
        let _ = stdin.write_all(text.as_bytes());
    }
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(_)) => break,
            Ok(None) if started.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(1)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return Verdict::Undecided;
            }
        }
    }
    match child.wait_with_output() {
        Ok(output) if output.status.success() => Verdict::Accepted,
        Ok(output) => Verdict::Refused(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(_) => Verdict::Undecided,
    }
}

/// The first error that aakit finds in a text.
fn check(text: &str, version: Version) -> Option<String> {
    let sources = SourceMap::new();
    let loader = Loader::new(&DiskTree, &sources, IncludePath::new([], Some(PathBuf::from(BASE))), version);
    let file = loader.add(SourceFile::new("case", text.as_bytes()));
    let policy = resolve(&loader, &file);
    policy.diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error).map(|error| {
        let line = sources.line_column(error.primary.location).line;
        format!("{line}: [{}] {}", error.code, error.message)
    })
}

/// The cases on which the two differ, without those that are known to, and the number of those compared.
fn differences(parser: &Path, cases: &[String], version: Version) -> (usize, Vec<String>) {
    let next = AtomicUsize::new(0);
    let compared = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let work = || {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let difference = match (ask(parser, case), check(case, version)) {
                (Verdict::Undecided, _) => continue,
                (Verdict::Accepted, Some(error)) => format!("the parser accepts, aakit says {error}"),
                (Verdict::Refused(said), None) => format!("aakit accepts, the parser says {said}"),
                _ => {
                    compared.fetch_add(1, Ordering::Relaxed);
                    continue;
                }
            };
            compared.fetch_add(1, Ordering::Relaxed);
            if exceptions::named(case, &difference).is_none() {
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

fn assert_same(name: &str, parser: &Path, cases: &[String]) {
    let (compared, found) = differences(parser, cases, Version::V3_0);
    assert!(
        compared * 10 >= cases.len() * 9,
        "{name}: only {compared} of {} cases were compared",
        cases.len()
    );
    let shown: Vec<&str> = found.iter().take(40).map(String::as_str).collect();
    assert!(found.is_empty(), "{name}: {} of {compared} differ:\n{}", found.len(), shown.join("\n"));
}

#[test]
fn generated_rules_have_the_verdict_of_the_installed_parser() {
    let Some(parser) = common::parser("generated_rules_have_the_verdict_of_the_installed_parser") else {
        return;
    };
    let only = std::env::var("AAKIT_DIFFERENTIAL_KIND").ok();
    let mut failures = Vec::new();
    for (index, (name, generate)) in kinds::KINDS.iter().enumerate() {
        if only.as_deref().is_some_and(|only| only != *name) {
            continue;
        }
        let mut random = Random::new(1 + index as u64);
        let mut cases: Vec<String> = (0..600 * factor()).map(|_| generate(&mut random)).collect();
        cases.sort();
        cases.dedup();
        let (compared, found) = differences(&parser, &cases, Version::V3_0);
        let shown: Vec<&str> = found.iter().take(20).map(String::as_str).collect();
        if !found.is_empty() {
            failures.push(format!("== {name}: {} of {compared} differ:\n{}", found.len(), shown.join("\n")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn mutated_rules_have_the_verdict_of_the_installed_parser() {
    let Some(parser) = common::parser("mutated_rules_have_the_verdict_of_the_installed_parser") else {
        return;
    };
    let donors = mutation::donors(Path::new(BASE));
    assert!(donors.len() > 500, "only {} rules to mutate", donors.len());
    let mut random = Random::new(42);
    let cases: Vec<String> = (0..2000 * factor()).map(|_| mutation::mutant(&mut random, &donors)).collect();
    assert_same("mutations", &parser, &cases);
}

/// Negative control: a checker that is wrong is found out.
#[test]
fn a_wrong_verdict_is_a_difference() {
    let Some(parser) = common::parser("a_wrong_verdict_is_a_difference") else { return };
    let cases =
        ["profile t { userns, }\n", "profile t { all, }\n", "profile t { /a r, }\n"].map(str::to_owned);
    let (compared, found) = differences(&parser, &cases, Version::NEWEST);
    assert_eq!((compared, found.len()), (3, 2), "{found:?}");
}

#[test]
fn the_cases_are_the_same_in_every_run() {
    for (_, generate) in kinds::KINDS {
        assert_eq!(generate(&mut Random::new(7)), generate(&mut Random::new(7)));
    }
    assert_ne!(Random::new(7).next(), Random::new(8).next());
}
