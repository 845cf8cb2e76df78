//! `check` says what apparmor_parser says.

mod common;
#[path = "common/statements.rs"]
mod statements;

use aakit::diagnostic::Severity;
use aakit::policy::{DiskTree, IncludePath, Loader, resolve};
use aakit::source::{SourceFile, SourceMap};
use aakit::vocabulary::Version;
use std::path::{Path, PathBuf};

/// The errors of one text, a line each.
fn errors(loader: &Loader<'_>, name: &Path, text: Vec<u8>) -> Vec<String> {
    let file = loader.add(SourceFile::new(name, text));
    let policy = resolve(loader, &file);
    let errors = policy.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let line = |location| loader.sources().line_column(location).line;
    errors
        .map(|error| {
            format!("{}:{}: [{}] {}", name.display(), line(error.primary.location), error.code, error.message)
        })
        .collect()
}

/// Compares the verdicts on the parser cases with one column of the table; what may differ is named in `free`.
fn differing_cases(corpus: &Path, version: Version, column: usize, free: &[&str]) -> (usize, Vec<String>) {
    let table =
        std::fs::read_to_string(corpus.join("simple_tests.tsv")).expect("the table is part of the corpus");
    let folder = corpus.join("simple_tests");
    let sources = SourceMap::new();
    let tree = common::Below(corpus.to_path_buf());
    let loader = Loader::new(&tree, &sources, IncludePath::new([folder.clone()], None), version);
    let (mut count, mut wrong) = (0, Vec::new());
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        if free.contains(&cells[column]) {
            continue;
        }
        count += 1;
        let text =
            common::without_headers(&std::fs::read(folder.join(cells[0])).expect("listed in the table"));
        let errors = errors(&loader, Path::new(cells[0]), text);
        match (cells[column], errors.first()) {
            ("accept", Some(error)) => wrong.push(format!("accepted by the parser: {error}")),
            ("reject", None) => wrong.push(format!("rejected by the parser: {}", cells[0])),
            _ => {}
        }
    }
    (count, wrong)
}

#[test]
fn every_parser_case_has_the_verdict_of_the_newest_parser() {
    let Some(corpus) = common::corpus("every_parser_case_has_the_verdict_of_the_newest_parser") else {
        return;
    };
    let (count, wrong) = differing_cases(&corpus, Version::NEWEST, 1, &[]);
    assert!(count > 1000, "only {count} cases");
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn parser_cases_have_the_verdict_of_debian_12() {
    let Some(corpus) = common::corpus("parser_cases_have_the_verdict_of_debian_12") else { return };
    let (count, wrong) = differing_cases(&corpus, Version::V3_0, 2, &["hang"]);
    assert!(count > 1000, "only {count} cases");
    assert!(wrong.len() * 100 <= count, "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_profile_of_the_corpus_has_the_verdict_of_the_newest_parser() {
    let test = "every_profile_of_the_corpus_has_the_verdict_of_the_newest_parser";
    let Some(corpus) = common::corpus(test) else { return };
    let base = corpus.join("apparmor.d");
    let table =
        std::fs::read_to_string(corpus.join("apparmor.d.tsv")).expect("the table is part of the corpus");
    let sources = SourceMap::new();
    let loader = Loader::new(&DiskTree, &sources, IncludePath::new([], Some(base.clone())), Version::NEWEST);
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in table.lines().skip(1) {
        let Some((name, verdict)) = line.split_once('\t') else { continue };
        count += 1;
        let path = base.join(name);
        let errors = errors(&loader, &path, std::fs::read(&path).expect("listed in the table"));
        if (verdict == "accept") != errors.is_empty() {
            wrong.push(format!("{name}: the parser says {verdict}, {errors:?}"));
        }
    }
    assert!(count > 400, "only {count} profiles");
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_installed_profile_has_the_verdict_of_the_installed_parser() {
    let Some(parser) = common::parser("every_installed_profile_has_the_verdict_of_the_installed_parser")
    else {
        return;
    };
    let base = PathBuf::from("/etc/apparmor.d");
    let sources = SourceMap::new();
    let loader = Loader::new(&DiskTree, &sources, IncludePath::new([], Some(base.clone())), Version::V3_0);
    let mut wrong = Vec::new();
    let mut count = 0;
    for folder in [base.as_path(), Path::new("/usr/share/apparmor/extra-profiles")] {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()) {
            count += 1;
            let text = std::fs::read(&path).expect("just listed");
            let parsed = common::compile(&parser, &base, &String::from_utf8_lossy(&text));
            let errors = errors(&loader, &path, text);
            if parsed.is_ok() != errors.is_empty() {
                wrong.push(format!(
                    "{}: the parser says {:?}, aakit {errors:?}",
                    path.display(),
                    parsed.err()
                ));
            }
        }
    }
    assert!(count > 100, "only {count} profiles");
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_statement_about_the_language_has_its_verdict() {
    let test = "every_statement_about_the_language_has_its_verdict";
    let folder = tempfile::tempdir().expect("a folder for the includes");
    statements::write_included(folder.path());
    let parser = common::parser(test).filter(|_| Path::new("/etc/apparmor.d/abi/3.0").is_file());
    if parser.is_some() {
        std::fs::create_dir_all(folder.path().join("abi")).expect("a folder can be made");
        std::fs::copy("/etc/apparmor.d/abi/3.0", folder.path().join("abi/3.0")).expect("the parser has it");
    } else {
        std::fs::create_dir_all(folder.path().join("abi")).expect("a folder can be made");
        std::fs::write(folder.path().join("abi/3.0"), "").expect("a file can be written");
    }
    let tree = common::Below(folder.path().to_path_buf());
    let include_path = IncludePath::new([], Some(folder.path().to_path_buf()));
    let (mut count, mut wrong) = (0, Vec::new());
    for statements::Statement { newest, oldest, text, file } in statements::all() {
        count += 1;
        for (version, verdict) in [(Version::NEWEST, newest), (Version::V3_0, oldest)] {
            let sources = SourceMap::new();
            let loader = Loader::new(&tree, &sources, include_path.clone(), version);
            let errors = errors(&loader, Path::new("case"), file.clone().into_bytes());
            if errors.is_empty() != (verdict == "ok") {
                wrong.push(format!("{version}: {verdict} {text}: aakit says {errors:?}"));
            }
        }
        if let Some(parser) = &parser
            && common::compile(parser, folder.path(), &file).is_ok() != (oldest == "ok")
        {
            wrong.push(format!("{text}: the table says {oldest}, the installed parser does not"));
        }
    }
    assert!(count > 1000, "only {count} statements");
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}
