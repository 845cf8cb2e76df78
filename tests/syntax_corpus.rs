//! Real profiles parse without an error, and no parser case that apparmor_parser accepts is a syntax error.

mod common;

use aakit::syntax;
use std::path::Path;

fn errors_in(path: &Path) -> Vec<String> {
    let bytes = std::fs::read(path).expect("the file was just listed");
    let parse = syntax::parse(&bytes);
    let file = aakit::source::SourceFile::new(path, bytes);
    let place = |error: &syntax::SyntaxError| file.line_column(error.span.start as usize);
    parse.errors.iter().map(|e| format!("{}:{}: {}", path.display(), place(e).line, e.message)).collect()
}

#[test]
fn every_file_of_the_profile_corpus_parses() {
    let Some(corpus) = common::corpus("every_file_of_the_profile_corpus_parses") else { return };
    let mut found = common::files(&corpus.join("apparmor.d"));
    found.retain(|path| !path.components().any(|part| part.as_os_str() == "abi"));
    assert!(found.len() > 900, "only {} files", found.len());
    let errors: Vec<String> = found.iter().flat_map(|path| errors_in(path)).collect();
    assert!(errors.is_empty(), "{} errors:\n{}", errors.len(), errors.join("\n"));
}

#[test]
fn every_installed_profile_parses() {
    if common::parser("every_installed_profile_parses").is_none() {
        return;
    }
    let mut found = common::files(Path::new("/etc/apparmor.d"));
    found.extend(common::files(Path::new("/usr/share/apparmor/extra-profiles")));
    let skipped = ["abi", "disable", "cache", "README"];
    found.retain(|path| !path.components().any(|part| skipped.iter().any(|name| part.as_os_str() == *name)));
    assert!(found.len() > 200, "only {} files", found.len());
    let errors: Vec<String> = found.iter().flat_map(|path| errors_in(path)).collect();
    assert!(errors.is_empty(), "{} errors:\n{}", errors.len(), errors.join("\n"));
}

#[test]
fn no_accepted_parser_case_is_a_syntax_error() {
    let Some(corpus) = common::corpus("no_accepted_parser_case_is_a_syntax_error") else { return };
    let table =
        std::fs::read_to_string(corpus.join("simple_tests.tsv")).expect("the table is part of the corpus");
    let mut wrong = Vec::new();
    let mut rejected_and_seen = 0;
    for line in table.lines().skip(1) {
        let mut cells = line.split('\t');
        let (Some(name), Some(verdict)) = (cells.next(), cells.next()) else { continue };
        let bytes = std::fs::read(corpus.join("simple_tests").join(name)).expect("listed in the table");
        let errors = syntax::parse(&common::without_headers(&bytes)).errors;
        match verdict {
            "accept" => wrong.extend(errors.iter().map(|error| format!("{name}: {}", error.message))),
            _ => rejected_and_seen += usize::from(!errors.is_empty()),
        }
    }
    assert!(wrong.is_empty(), "{} errors in accepted cases:\n{}", wrong.len(), wrong.join("\n"));
    assert!(rejected_and_seen > 100, "only {rejected_and_seen} of the rejected cases are syntax errors");
}
