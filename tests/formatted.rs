//! The policy in this repository is laid out by `aakit fmt` itself.

mod common;

use aakit::format::{FormatError, Style, format};
use std::path::Path;

fn neat(name: &str, source: &[u8]) -> Result<bool, String> {
    match format(source, &Style::default()) {
        Ok(text) if text == source => Ok(true),
        Ok(_) => Err(format!("{name} is not laid out as `aakit fmt` does")),
        // What shows an error cannot be laid out.
        Err(FormatError::Syntax(_)) => Ok(false),
        Err(error) => Err(format!("{name}: {error}")),
    }
}

/// The good examples of the rules' pages, which are files, or parts of a profile's body.
fn good_examples(page: &str) -> Vec<&str> {
    page.split("\nwrite\n\n```\n")
        .skip(1)
        .filter_map(|part| part.split_once("```"))
        .map(|(block, _)| block)
        .collect()
}

/// The same in the body of a profile.
fn in_profile(block: &str) -> String {
    let indented = |line: &str| if line.trim().is_empty() { line.to_owned() } else { format!("  {line}") };
    format!("profile t {{\n{}}}\n", block.split_inclusive('\n').map(indented).collect::<String>())
}

#[test]
fn examples_and_the_rules_pages_are_laid_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for path in common::files(&root.join("examples")) {
        let is_other = path
            .extension()
            .is_some_and(|ending| ["rs", "md", "toml", "sh", "json"].iter().any(|kind| ending == *kind));
        if !is_other {
            let bytes = std::fs::read(&path).expect("it was just listed");
            wrong.extend(neat(&path.display().to_string(), &bytes).err());
        }
    }
    let examples = good_examples(include_str!("../docs/rules.md"));
    assert!(examples.len() > 20, "only {} examples", examples.len());
    for block in examples {
        let is_neat = neat(block, block.as_bytes()) == Ok(true);
        if !is_neat {
            wrong.extend(neat(block, in_profile(block).as_bytes()).err());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The check can fail.
#[test]
fn a_messy_text_is_seen() {
    assert!(neat("x", b"profile t {\n/a r,\n}\n").is_err());
    assert_eq!(neat("x", b"profile t {\n  /a r,\n}\n"), Ok(true));
    assert_eq!(neat("x", b"profile t {"), Ok(false));
}
