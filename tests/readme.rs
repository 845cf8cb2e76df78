//! The README's tour is what its commands print.

mod common;

use std::path::Path;
use std::process::Command;

/// A command of the tour and what the README says it prints, line by line.
#[derive(Debug)]
struct Shown {
    arguments: Vec<String>,
    lines: Vec<String>,
}

/// The commands behind `$ aakit`, in the README's fences.
fn tour(readme: &str) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    let mut in_output = false;
    for line in readme.lines() {
        if let Some(command) = line.strip_prefix("$ aakit ") {
            let arguments = command.split_whitespace().map(str::to_owned).collect();
            shown.push(Shown { arguments, lines: Vec::new() });
            in_output = true;
        } else if line.starts_with("```") {
            in_output = false;
        } else if in_output && let Some(last) = shown.last_mut() {
            last.lines.push(line.to_owned());
        }
    }
    shown
}

/// Are these the printed lines? `…` stands for any number of them.
fn matches(shown: &[&str], printed: &[&str]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((&"…", rest)) => (0..=printed.len()).any(|at| matches(rest, &printed[at..])),
        Some((line, rest)) => printed.first() == Some(line) && matches(rest, &printed[1..]),
    }
}

#[test]
fn the_tour_prints_what_it_shows() {
    let name = "the_tour_prints_what_it_shows";
    if common::parser(name).is_none() {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let tour = tour(&readme);
    let verbs = ["check", "lint", "query", "diff", "test", "render"];
    for verb in verbs {
        assert!(tour.iter().any(|shown| shown.arguments[0] == verb), "the tour does not show `{verb}`");
    }
    for shown in tour {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aakit"));
        command.args(&shown.arguments).current_dir(root);
        // On a terminal, where the reader is, this is what check prints.
        if shown.arguments[0] == "check" {
            command.args(["--output-format", "full"]);
        }
        let output = command.output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let printed: Vec<&str> = printed.trim_end().lines().collect();
        let lines: Vec<&str> = shown.lines.iter().map(String::as_str).collect();
        assert!(
            matches(&lines, &printed),
            "`aakit {}` prints\n{}",
            shown.arguments.join(" "),
            printed.join("\n")
        );
    }
}

#[test]
fn a_line_that_differs_is_seen() {
    assert!(matches(&["a", "…", "d"], &["a", "b", "c", "d"]));
    assert!(!matches(&["a", "…", "d"], &["a", "b", "c"]));
    assert!(!matches(&["a"], &["a", "b"]));
    assert!(!matches(&["a", "b"], &["a"]));
}
