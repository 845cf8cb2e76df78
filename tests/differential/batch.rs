//! Many profiles in one run of the parser: where all are accepted, one answer does for all of them.

use crate::products::{PREAMBLE, Product};
use crate::{Ground, Verdict, ask, check, exceptions};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many profiles that aakit accepts are put into one file.
const BATCH: usize = 48;

/// The combinations with these numbers on which aakit and the parser differ, and how many could be compared.
pub fn differences(ground: &Ground, product: &Product, numbers: &[usize]) -> (usize, Vec<String>) {
    let next = AtomicUsize::new(0);
    let compared = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let chunks: Vec<&[usize]> = numbers.chunks(BATCH).collect();
    let work = || {
        while let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut accepted = Vec::new();
            for rules in chunk.iter().map(|number| product.rules(*number)) {
                let text = file(std::slice::from_ref(&rules));
                let Some(error) = check(ground, text.as_bytes()) else {
                    accepted.push(rules);
                    continue;
                };
                match ask(ground, text.as_bytes()) {
                    Verdict::Undecided => continue,
                    Verdict::Refused(_) => {}
                    Verdict::Accepted => {
                        let difference = format!("the parser accepts, aakit says {error}");
                        if exceptions::named(&rules, &difference, ground.version).is_none() {
                            found
                                .lock()
                                .expect("no thread panics here")
                                .push(format!("{difference}\n  {rules}"));
                        }
                    }
                }
                compared.fetch_add(1, Ordering::Relaxed);
            }
            let (count, refused) = refused(ground, &accepted);
            compared.fetch_add(count, Ordering::Relaxed);
            let differences = refused
                .into_iter()
                .map(|(rules, said)| (rules, format!("aakit accepts, the parser says {said}")));
            let differences = differences
                .filter(|(rules, difference)| exceptions::named(rules, difference, ground.version).is_none());
            let differences = differences.map(|(rules, difference)| format!("{difference}\n  {rules}"));
            found.lock().expect("no thread panics here").extend(differences);
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

/// How many of these the parser has an answer on, and those that it refuses, with what it says.
fn refused(ground: &Ground, accepted: &[String]) -> (usize, Vec<(String, String)>) {
    if accepted.is_empty() {
        return (0, Vec::new());
    }
    match (ask(ground, file(accepted).as_bytes()), accepted) {
        (Verdict::Accepted, all) => (all.len(), Vec::new()),
        (Verdict::Undecided, [_]) => (0, Vec::new()),
        (Verdict::Refused(said), [one]) => (1, vec![(one.clone(), said)]),
        (_, several) => {
            let (left, right) = several.split_at(several.len() / 2);
            let (left, right) = (refused(ground, left), refused(ground, right));
            (left.0 + right.0, [left.1, right.1].concat())
        }
    }
}

/// A file with a profile for each of these.
pub fn file(rules: &[String]) -> String {
    let profiles: Vec<String> =
        rules.iter().enumerate().map(|(at, rules)| format!("profile t{at} {{\n  {rules}\n}}\n")).collect();
    format!("{PREAMBLE}{}", profiles.concat())
}
