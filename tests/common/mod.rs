//! What the integration tests share: the tools they need, and how a test says that one is missing.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use aakit::vocabulary::Version;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Says that `test` is skipped since `tool` is missing, and fails where `AAKIT_REQUIRE` asks for it
/// (the corpus is required wherever `CI` is set).
pub fn skip(test: &str, tool: &str) {
    let required = std::env::var("AAKIT_REQUIRE").unwrap_or_default();
    let in_ci = tool == "corpus" && std::env::var_os("CI").is_some();
    assert!(
        !in_ci && !required.split(',').any(|name| name.trim() == tool),
        "{test} needs {tool}, which this run requires"
    );
    println!("SKIPPED: {test} needs {tool}");
}

/// The apparmor_parser that tests hold aakit against: `$AAKIT_PARSER`, of the version in `$AAKIT_PARSER_TARGET`, or else the
/// system's; or a skip of `test`.
pub fn parser(test: &str) -> Option<PathBuf> {
    if let Some(chosen) = std::env::var_os("AAKIT_PARSER") {
        return Some(PathBuf::from(chosen));
    }
    let found = ["/usr/sbin/apparmor_parser", "/sbin/apparmor_parser"]
        .map(PathBuf::from)
        .into_iter()
        .find(|p| p.is_file());
    if found.is_none() {
        skip(test, "parser");
    }
    found
}

/// Up to which version the grammar goes that [`parser`] reads: `$AAKIT_PARSER_TARGET`, or 3.0.
pub fn parser_version() -> Version {
    std::env::var("AAKIT_PARSER_TARGET").map_or(Version::V3_0, |target| {
        target.parse().unwrap_or_else(|_| panic!("AAKIT_PARSER_TARGET is no version: {target}"))
    })
}

/// The number that random cases begin with where `$AAKIT_SEED` names one.
pub fn seed() -> Option<u64> {
    std::env::var("AAKIT_SEED").ok().and_then(|seed| seed.parse().ok())
}

/// How many random cases are tried, and with which number they begin: the same ones on every run, so that a change fails by what
/// it changed. `$AAKIT_SEED` and `PROPTEST_CASES` try others.
pub fn random_cases(cases: u32) -> proptest::test_runner::Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(cases);
    proptest::test_runner::Config {
        cases,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(seed().unwrap_or(1)),
        ..Default::default()
    }
}

/// Compiles `text` without touching a kernel, under the feature set of `abi/3.0`, with includes from `base`.
/// The policy's bytes, or what the parser said.
pub fn compile(parser: &Path, base: &Path, text: &str) -> Result<Vec<u8>, String> {
    let mut child = Command::new(parser)
        .args(["-QKS", "-M", "/etc/apparmor.d/abi/3.0", "-b"])
        .arg(base)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let mut stdin = child.stdin.take().ok_or("no stdin")?;
    stdin.write_all(text.as_bytes()).map_err(|error| error.to_string())?;
    drop(stdin);
    let Output { status, stdout, stderr } = child.wait_with_output().map_err(|error| error.to_string())?;
    if status.success() { Ok(stdout) } else { Err(String::from_utf8_lossy(&stderr).into_owned()) }
}

/// Runs `command` with `input` on its standard input.
///
/// # Errors
/// When it cannot be started.
pub fn run_with_input(command: &mut Command, input: &[u8]) -> std::io::Result<Output> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let mut stdin = child.stdin.take().ok_or_else(|| std::io::Error::other("no standard input"))?;
    // A program that stops reading closes the pipe; what it says then counts.
    let _ = stdin.write_all(input);
    drop(stdin);
    child.wait_with_output()
}

/// The corpus folder: `$AAKIT_CORPUS`, or `../shared/corpus` beside the checkout, or a skip of `test`.
pub fn corpus(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("AAKIT_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    if folder.join("simple_tests.tsv").is_file() {
        return Some(folder);
    }
    skip(test, "corpus");
    None
}

/// A parser case without the lines that begin `#=`, as upstream feeds it in.
pub fn without_headers(bytes: &[u8]) -> Vec<u8> {
    bytes
        .split_inclusive(|byte| *byte == b'\n')
        .filter(|line| !line.starts_with(b"#="))
        .flatten()
        .copied()
        .collect()
}

/// Every regular file below `root`, in no order.
pub fn files(root: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(root) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The file system as seen from a folder: relative paths begin there, whatever the current folder is. Upstream runs its
/// cases in a folder called `tst`, and some of them say so.
pub struct Below(pub PathBuf);

impl Below {
    fn path(&self, path: &Path) -> PathBuf {
        if path.as_os_str().is_empty() {
            // No file has no name; the folder itself is not meant.
            return PathBuf::new();
        }
        self.0.join(path.strip_prefix("../tst").unwrap_or(path))
    }
}

impl aakit::policy::FileTree for Below {
    fn read(&self, path: &Path) -> Result<Vec<u8>, aakit::policy::ReadError> {
        aakit::policy::DiskTree.read(&self.path(path))
    }

    fn list(&self, directory: &Path) -> Result<Vec<PathBuf>, aakit::policy::ReadError> {
        aakit::policy::DiskTree.list(&self.path(directory))
    }
}

/// Policy, not a kernel feature file or a link that switches something off.
pub fn is_policy(path: &Path) -> bool {
    let skipped = ["abi", "disable", "cache", "force-complain"];
    let inside = |part: std::path::Component<'_>| skipped.iter().any(|name| part.as_os_str() == *name);
    !path.components().any(inside) && path.file_name().is_some_and(|name| name != "README")
}

/// The compiled bytes of a file, or `None` when apparmor_parser refuses it or takes too long.
pub fn compile_file(
    parser: &Path,
    base: &Path,
    include: &Path,
    file: &Path,
    features: &Path,
) -> Option<Vec<u8>> {
    let mut command = Command::new("timeout");
    command
        .arg("20")
        .arg(parser)
        .args(["-QKS", "-M"])
        .arg(features)
        .arg("-b")
        .arg(base)
        .arg("-I")
        .arg(include);
    let output = command.arg(file).output().ok()?;
    output.status.success().then_some(output.stdout)
}

/// The profiles at the top of a tree.
pub fn top_level(tree: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(tree) else { return Vec::new() };
    let files = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file());
    let mut names: Vec<PathBuf> =
        files.filter_map(|path| path.file_name().map(PathBuf::from)).filter(|name| is_policy(name)).collect();
    names.sort();
    names
}

/// Where the parser is required all files are compiled, which takes minutes; elsewhere each eighth.
pub fn sample(names: Vec<PathBuf>) -> Vec<PathBuf> {
    let all = std::env::var("AAKIT_REQUIRE").is_ok_and(|required| required.contains("parser"));
    names.into_iter().step_by(if all { 1 } else { 8 }).collect()
}

/// The compiled bytes of a text that is read as upstream's own tests are.
pub fn compile_text(parser: &Path, corpus: &Path, features: &Path, text: &[u8]) -> Option<Vec<u8>> {
    let mut command = Command::new("timeout");
    command.arg("20").arg(parser).args(["-QKS", "-M"]).arg(features).arg("-I").arg("simple_tests");
    let output = run_with_input(command.current_dir(corpus), text).ok()?;
    output.status.success().then_some(output.stdout)
}
