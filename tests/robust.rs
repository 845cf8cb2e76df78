//! Hostile input: an answer or an error that names the limit, in bounded time.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use aakit::policy::{IncludePath, Loader, MemoryTree, Policy, resolve};
use aakit::source::SourceMap;
use aakit::syntax::parse;
use aakit::vocabulary::Version;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Resolves `/base/0` of a tree.
fn resolved(tree: &MemoryTree) -> Policy {
    let sources = SourceMap::new();
    let path = IncludePath::new([], Some(PathBuf::from("/base")));
    let loader = Loader::new(tree, &sources, path, Version::NEWEST);
    let root = loader.load(Path::new("/base/0")).unwrap();
    resolve(&loader, &root)
}

fn codes(policy: &Policy) -> Vec<&'static str> {
    policy.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

#[test]
fn a_hundred_thousand_braces_hit_the_limit_on_nesting() {
    for text in
        ["{ ".repeat(100_000), format!("profile a {}", "{ ".repeat(100_000)), "profile a { ".repeat(100_000)]
    {
        let errors = parse(text.as_bytes()).errors;
        assert!(errors.iter().any(|error| error.code == "limit"), "{:?}", errors.first());
    }
    let closing = "}".repeat(100_000);
    assert!(!parse(closing.as_bytes()).errors.is_empty());
}

#[test]
fn conditions_nested_too_deep_hit_a_limit() {
    for condition in [format!("{}true", "( ".repeat(50_000)), format!("{}true", "not ".repeat(50_000))] {
        let text = format!("profile a {{ if {condition} {{ }} }}\n");
        let errors = parse(text.as_bytes()).errors;
        assert!(errors.iter().any(|error| error.code == "limit"), "{:?}", errors.first());
    }
}

#[test]
fn long_input_of_one_kind_is_read_in_linear_time() {
    for unit in [
        "/a r\n",
        "\"\\\" ",
        "@{A}=",
        "#\n",
        "(((",
        "deny ",
        "a,b ",
        "\0",
        "\r",
        "/a r,",
        "<",
        "\\\n",
        "if ",
        "}{",
        "dbus peer=(",
        "owner /a r, ",
        "dbus (send bus=x, ",
        "foo bar baz, ",
        "mount options=(rw, ",
    ] {
        let text = unit.repeat(200_000 / unit.len());
        let start = std::time::Instant::now();
        let parse = parse(text.as_bytes());
        assert!(start.elapsed().as_secs() < 60, "{unit:?} took {:?}", start.elapsed());
        assert!(!parse.file.items.is_empty() || !parse.errors.is_empty(), "{unit:?}");
    }
}

/// Found by the fuzzer: each such head was read twice, and what is inside twice by each.
#[test]
fn profiles_without_their_keyword_may_nest() {
    let heads = 40;
    let errors = parse(format!("profile a {{\n{}", "/usr/bin/foo {\n".repeat(heads)).as_bytes()).errors;
    let missing_keyword = errors.iter().filter(|error| error.message.contains("keyword `profile`")).count();
    assert_eq!(missing_keyword, heads);
}

#[test]
fn nothing_is_read_behind_a_limit() {
    let nested = format!("profile a {{\n{}{}\n", "if true { ".repeat(1000), "}".repeat(1001));
    let broken = format!("profile a {{\n{}}}\n", "foo bar baz,\n".repeat(5000));
    for (text, told) in [(nested, 1), (broken, aakit::syntax::MAX_ERRORS + 1)] {
        let errors = parse(text.as_bytes()).errors;
        assert_eq!(errors.len(), told);
        assert_eq!(errors.iter().filter(|error| error.code == "limit").count(), 1);
    }
}

#[test]
fn alternations_that_stand_for_millions_are_not_written_out() {
    let glob = "{a,b,c,d,e,f,g,h,i,j}".repeat(12);
    let text = format!("profile t {{\n  /{glob} px,\n  /{glob}x ix,\n  /** r,\n}}\n");
    assert_eq!(codes(&resolved(&MemoryTree::new().with("/base/0", text))), [""; 0]);
}

#[test]
fn a_variable_that_stands_for_millions_hits_a_limit() {
    let many: String = (0..2000).map(|number| format!(" /{number}")).collect();
    let text = format!("@{{A}} ={many}\n@{{B}} = @{{A}}@{{A}}@{{A}}\nprofile t {{\n  @{{B}} r,\n}}\n");
    assert_eq!(codes(&resolved(&MemoryTree::new().with("/base/0", text))), ["limit"]);
    let text = format!("@{{A}} ={many}\nprofile t {{\n  /{} r,\n}}\n", "@{A}".repeat(1000));
    assert_eq!(codes(&resolved(&MemoryTree::new().with("/base/0", text))), ["limit"]);
}

/// Minutes, when each addition copied the values so far.
#[test]
fn many_additions_to_one_variable_are_read_in_linear_time() {
    let additions: String = (0..60_000).map(|number| format!("@{{A}} += /x{number}\n")).collect();
    let text = format!("@{{A}} = /a\n{additions}profile t {{\n  /b r,\n}}\n");
    let policy = resolved(&MemoryTree::new().with("/base/0", text));
    assert_eq!(codes(&policy), [""; 0]);
    let values = policy.variables.values(b"A").map(|values| values.count());
    assert_eq!(values, Some(60_001));
}

#[test]
fn includes_in_a_circle_and_in_a_long_row_end() {
    let circle = MemoryTree::new()
        .with("/base/0", "profile t {\n  include <1>\n}\n")
        .with("/base/1", "/a r,\ninclude <2>\n")
        .with("/base/2", "/b r,\ninclude <1>\ninclude <2>\n");
    let policy = resolved(&circle);
    assert_eq!(codes(&policy), [""; 0]);
    assert_eq!(policy.profiles[0].rules.len(), 2);
    let mut row = MemoryTree::new().with("/base/0", "profile t {\n  include <1>\n}\n");
    for number in 1..1000 {
        row = row.with(format!("/base/{number}"), format!("include <{}>\n", number + 1));
    }
    assert!(codes(&resolved(&row.with("/base/1000", "/a r,\n"))).contains(&"limit"));
}

#[test]
fn bytes_that_no_profile_has_are_told() {
    for bytes in [
        &b"profile a { /a\0b r, }\n"[..],
        b"\xff\xfe profile",
        b"\xef\xbb\xbfprofile a { }\n",
        b"profile a { \"/x\0\" r, }\n",
    ] {
        let policy = resolved(&MemoryTree::new().with("/base/0", bytes));
        assert!(!policy.diagnostics.is_empty(), "{bytes:?}");
    }
}

fn aakit(arguments: &[&str], folder: &Path) -> (Option<i32>, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_aakit")).args(arguments).current_dir(folder).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn fifos_devices_and_large_files_are_refused_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    assert!(Command::new("mkfifo").arg(path("fifo")).status().unwrap().success());
    std::fs::File::create(path("large")).unwrap().set_len(100 << 20).unwrap();
    std::fs::write(path("good"), "profile good /usr/bin/good {\n  /etc/good r,\n}\n").unwrap();
    std::fs::write(path("through"), "profile through {\n  include \"fifo\"\n}\n").unwrap();
    let (code, text) = aakit(&["check", "--no-config", "fifo", "/dev/zero", "large", "good"], folder.path());
    assert_eq!(code, Some(2), "{text}");
    for expected in ["`fifo`", "`/dev/zero`", "32 MiB"] {
        assert!(text.contains(expected), "{expected} is missing in:\n{text}");
    }
    let (code, text) = aakit(&["check", "--no-config", "through"], folder.path());
    assert_eq!((code, text.contains("not a regular file")), (Some(1), true), "{text}");
    assert_eq!(aakit(&["check", "--no-config", "good"], folder.path()).0, Some(0));
}

/// A rule was once looked up by each beginning of its path, and each variable in the whole file.
#[test]
fn a_path_of_a_megabyte_and_a_hundred_thousand_variables_are_linted_in_linear_time() {
    let folder = tempfile::tempdir().unwrap();
    let long = "a".repeat(1 << 20);
    let many: String = (0..100_000).map(|number| format!("@{{V{number}}} = /v\n")).collect();
    for text in [
        format!("profile a {{\n  /{long} r,\n}}\n"),
        format!("profile a {{\n  /{} r,\n}}\n", "a*b".repeat(100_000)),
        format!("{many}profile a {{\n  @{{V1}} r,\n}}\n"),
    ] {
        std::fs::write(folder.path().join("a"), &text).unwrap();
        let start = std::time::Instant::now();
        let (code, _) =
            aakit(&["lint", "--no-config", "--select", "all", "--statistics", "a"], folder.path());
        assert_eq!(code, Some(1));
        assert!(start.elapsed().as_secs() < 120, "{:.40} took {:?}", text, start.elapsed());
    }
}

#[test]
fn an_included_directory_of_many_files_is_read() {
    let mut tree = MemoryTree::new().with("/base/0", "profile t {\n  include <d>\n}\n");
    for number in 0..20_000 {
        tree = tree.with(format!("/base/d/{number}"), format!("/{number} r,\n"));
    }
    assert_eq!(resolved(&tree).profiles[0].rules.len(), 20_000);
}
