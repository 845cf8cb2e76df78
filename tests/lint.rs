//! The program as it is called: exit codes, formats, configs, fixes, baselines.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const CLEAN: &str = "abi <abi/4.0>,\n\nprofile x /usr/bin/x {\n  /etc/x.conf r,\n}\n";
const WITHOUT_ABI: &str = "profile x /usr/bin/x {\n  /etc/x.conf r,\n}\n";
const BROKEN: &str = "abi <abi/4.0>,\n\nprofile x /usr/bin/x {\n  /etc/x.conf r\n}\n";

/// A tree with an ABI file, and the given files.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [("abi/4.0", ""), ("abstractions/base", "/etc/ld.so.cache mr,\n")].iter().chain(files)
    {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

/// The arguments; the profiles of these tests are so small that they do without `tunables/global`.
fn arguments<'a>(args: &[&'a str]) -> Vec<&'a str> {
    match args {
        ["lint", rest @ ..] => ["lint", "--ignore", "missing-tunables"].iter().chain(rest).copied().collect(),
        _ => args.to_vec(),
    }
}

fn aakit(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_aakit"))
        .args(arguments(args))
        .current_dir(dir)
        .env_remove("NO_COLOR")
        .output()
        .unwrap()
}

fn with_stdin(dir: &Path, args: &[&str], text: &str) -> Output {
    use std::io::Write;
    let mut child = Command::new(env!("CARGO_BIN_EXE_aakit"))
        .args(arguments(args))
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn exit_codes_tell_clean_findings_and_failure_apart() {
    let dir = tree(&[("clean", CLEAN), ("old", WITHOUT_ABI), ("broken", BROKEN)]);
    let run = |args: &[&str]| code(&aakit(dir.path(), args));
    assert_eq!(run(&["lint", "clean"]), 0);
    assert_eq!(run(&["lint", "old"]), 1);
    assert_eq!(run(&["lint", "--fail-on", "error", "old"]), 0);
    assert_eq!(run(&["lint", "--exit-zero", "broken"]), 0);
    assert_eq!(run(&["check", "old"]), 0);
    assert_eq!(run(&["check", "broken"]), 1);
    assert_eq!(run(&["check", "clean", "missing"]), 2);
    assert_eq!(run(&["lint", "--exit-zero", "missing"]), 2);
    assert_eq!(run(&["lint", "--no-such-flag"]), 2);
    assert_eq!(run(&["lint", "--select", "no-such-rule", "clean"]), 2);
    assert_eq!(run(&["check", "--target", "debain-12", "clean"]), 2);
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_goes_on() {
    let dir = tree(&[("old", WITHOUT_ABI)]);
    let output = aakit(dir.path(), &["lint", "missing", "/dev/null", "old"]);
    assert_eq!(stdout(&output), "old:1:9: warning[missing-abi]: the file names no `abi`\n");
    assert!(stderr(&output).contains("cannot read `missing`: no such file or directory"));
    assert!(stderr(&output).contains("`/dev/null` is a device, not a file"));
}

#[test]
fn a_named_pipe_is_refused_without_waiting_for_its_other_end() {
    let dir = tree(&[]);
    assert!(Command::new("mkfifo").arg(dir.path().join("pipe")).status().unwrap().success());
    let output = aakit(dir.path(), &["check", "pipe"]);
    assert_eq!((code(&output), stderr(&output).contains("a named pipe")), (2, true));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let dir = tree(&[("old", WITHOUT_ABI)]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_aakit"))
        .args(["lint", "old"])
        .current_dir(dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((code(&output), stderr(&output)), (1, String::new()));
}

#[test]
fn colour_is_only_where_it_is_wanted() {
    let dir = tree(&[("old", WITHOUT_ABI)]);
    let coloured = |args: &[&str]| stdout(&aakit(dir.path(), args)).contains('\x1b');
    assert!(!coloured(&["lint", "--output-format", "full", "old"]));
    assert!(coloured(&["--color", "always", "lint", "--output-format", "full", "old"]));
    assert!(!coloured(&["--color", "never", "lint", "--output-format", "full", "old"]));
}

#[test]
fn standard_input_goes_by_the_name_that_it_is_given() {
    let dir = tree(&[]);
    let output = with_stdin(dir.path(), &["lint", "--stdin-filename", "sub/x", "-"], WITHOUT_ABI);
    assert_eq!(stdout(&output), "sub/x:1:9: warning[missing-abi]: the file names no `abi`\n");
    let output =
        with_stdin(dir.path(), &["lint", "--stdin-filename", "x", "--unsafe-fixes", "-"], WITHOUT_ABI);
    assert_eq!((stdout(&output).as_str(), code(&output)), (CLEAN, 0));
}

#[test]
fn fixes_are_written_once_and_a_second_run_changes_nothing() {
    let dir = tree(&[("old", WITHOUT_ABI)]);
    let read = || fs::read_to_string(dir.path().join("old")).unwrap();
    assert_eq!(code(&aakit(dir.path(), &["lint", "--fix", "old"])), 1);
    assert_eq!(read(), WITHOUT_ABI, "an unsafe fix was made");
    let output = aakit(dir.path(), &["lint", "--fix", "--unsafe-fixes", "old"]);
    assert_eq!((code(&output), stderr(&output).contains("made 1 fix")), (0, true));
    assert_eq!(read(), CLEAN);
    assert_eq!(code(&aakit(dir.path(), &["lint", "--fix", "--unsafe-fixes", "old"])), 0);
    assert_eq!(read(), CLEAN);
}

#[test]
fn a_syntax_error_with_one_repair_is_repaired() {
    let dir = tree(&[("broken", BROKEN)]);
    assert_eq!(code(&aakit(dir.path(), &["lint", "--fix", "broken"])), 0);
    assert_eq!(fs::read_to_string(dir.path().join("broken")).unwrap(), CLEAN);
}

#[test]
fn a_read_only_file_is_told_and_the_rest_goes_on() {
    let dir = tree(&[("a", BROKEN), ("b", BROKEN)]);
    fs::set_permissions(dir.path().join("a"), fs::Permissions::from_mode(0o444)).unwrap();
    let output = aakit(dir.path(), &["lint", "--fix", "a", "b"]);
    assert_eq!(
        (code(&output), stderr(&output).contains("cannot write `a`: the file is read-only")),
        (2, true)
    );
    assert_eq!(fs::read_to_string(dir.path().join("a")).unwrap(), BROKEN);
    assert_eq!(fs::read_to_string(dir.path().join("b")).unwrap(), CLEAN);
}

#[test]
fn a_diff_shows_what_a_fix_would_do_and_what_is_left() {
    let dir = tree(&[("old", &BROKEN.replace("abi <abi/4.0>,\n\n", ""))]);
    let before = fs::read(dir.path().join("old")).unwrap();
    let output = aakit(dir.path(), &["lint", "--diff", "old"]);
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).starts_with("--- old\n+++ old\n@@ "), "{}", stdout(&output));
    assert!(
        stdout(&output).contains("+  /etc/x.conf r,\n") && stdout(&output).contains("warning[missing-abi]")
    );
    assert_eq!(fs::read(dir.path().join("old")).unwrap(), before);
}

#[test]
fn a_baseline_knows_what_was_there_and_not_what_is_new() {
    let dir = tree(&[("old", WITHOUT_ABI)]);
    let baseline = ["lint", "--baseline", "known", "old"];
    assert_eq!(code(&aakit(dir.path(), &baseline)), 2);
    assert_eq!(code(&aakit(dir.path(), &["lint", "--baseline", "known", "--update-baseline", "old"])), 0);
    assert_eq!(code(&aakit(dir.path(), &baseline)), 0);
    fs::write(dir.path().join("old"), WITHOUT_ABI.replace(" r,", " r")).unwrap();
    let output = aakit(dir.path(), &baseline);
    assert_eq!(stdout(&output).lines().count(), 1, "{}", stdout(&output));
    assert!(stdout(&output).contains("error[syntax]"));
}

#[test]
fn the_config_is_found_above_the_file_and_says_what_counts() {
    let config =
        "ignore = ['missing-abi']\n[[overrides]]\npaths = ['p/strict*']\nrules = { missing-abi = 'error' }\n";
    let other = WITHOUT_ABI.replace("profile x /usr/bin/x", "profile y /usr/bin/y");
    let dir = tree(&[("aakit.toml", config), ("p/old", WITHOUT_ABI), ("p/strict-old", &other)]);
    assert_eq!(code(&aakit(dir.path(), &["lint", "p/old"])), 0);
    assert_eq!(code(&aakit(dir.path(), &["lint", "--no-config", "p/old"])), 1);
    let output = aakit(dir.path(), &["lint", "p"]);
    assert!(stdout(&output).starts_with("p/strict-old:1:9: error[missing-abi]"), "{output:?}");
    fs::write(dir.path().join("aakit.toml"), "ingore = []\n").unwrap();
    let output = aakit(dir.path(), &["lint", "p/old"]);
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("unknown key `ingore`")
            && stderr(&output).contains("did you mean `ignore`?")
    );
}

#[test]
fn a_config_that_is_named_by_a_detour_is_about_the_same_files() {
    let config = "[[overrides]]\npaths = ['p/old']\nignore = ['missing-abi']\n";
    let dir = tree(&[("aakit.toml", config), ("p/old", WITHOUT_ABI), ("p/other", WITHOUT_ABI)]);
    let run = |args: &[&str]| code(&aakit(&dir.path().join("p"), args));
    assert_eq!(run(&["lint", "--config", "../aakit.toml", "old"]), 0);
    assert_eq!(run(&["lint", "--config", "../aakit.toml", "../p/../p/old"]), 0);
    assert_eq!(run(&["lint", "--config", "../aakit.toml", "other"]), 1);
}

#[test]
fn a_baseline_serves_from_any_directory_and_follows_a_file_that_moves() {
    let dir = tree(&[("p/old", WITHOUT_ABI)]);
    assert_eq!(code(&aakit(dir.path(), &["lint", "--baseline", "known", "--update-baseline", "p"])), 0);
    let inside = dir.path().join("p");
    assert_eq!(code(&aakit(&inside, &["lint", "--baseline", "../known", "old"])), 0);
    fs::rename(inside.join("old"), inside.join("new")).unwrap();
    assert_eq!(code(&aakit(dir.path(), &["lint", "--baseline", "known", "p"])), 0);
    fs::copy(inside.join("new"), inside.join("old")).unwrap();
    assert_eq!(code(&aakit(dir.path(), &["lint", "--baseline", "known", "p/new"])), 1);
}

/// The script of the step of `action.yml` that lints.
fn script_of_the_action() -> String {
    let action = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml")).unwrap();
    let step = action.split("id: lint\n").nth(1).unwrap().split("run: |\n").nth(1).unwrap();
    let lines = step.lines().take_while(|line| line.is_empty() || line.starts_with("        "));
    lines.map(|line| format!("{}\n", line.trim_start_matches("        "))).collect()
}

#[test]
fn the_action_lints_all_that_it_is_told_to() {
    let dir = tree(&[("one", WITHOUT_ABI), ("two", WITHOUT_ABI), ("clean", CLEAN)]);
    let program = Path::new(env!("CARGO_BIN_EXE_aakit")).parent().unwrap();
    let run = |paths: &str, args: &str, upload: &str| {
        fs::write(dir.path().join("github-output"), "").unwrap();
        let output = Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script_of_the_action()])
            .current_dir(dir.path())
            .env("PATH", format!("{}:{}", program.display(), std::env::var("PATH").unwrap()))
            .env("RUNNER_TEMP", dir.path())
            .env("GITHUB_OUTPUT", dir.path().join("github-output"))
            .envs([("PATHS", paths), ("ARGS", args), ("UPLOAD", upload)])
            .output()
            .unwrap();
        let told = fs::read_to_string(dir.path().join("github-output")).unwrap();
        let sarif = fs::read_to_string(dir.path().join("aakit.sarif")).unwrap();
        let results = serde_json::from_str::<serde_json::Value>(&sarif)
            .map_or(0, |sarif| sarif["runs"][0]["results"].as_array().unwrap().len());
        (code(&output), told.contains("code=1\n"), results, stdout(&output).lines().count())
    };
    assert_eq!(run("one two", "--select missing-abi", "true"), (0, true, 2, 0));
    assert_eq!(run("one\n  two\n", "--select\nmissing-abi\n", "false"), (0, true, 2, 2));
    assert_eq!(run("clean", "--select missing-abi", "true"), (0, false, 0, 0));
    assert_eq!(run("none", "", "true").0, 2);
    // Nothing of an input is a command.
    assert_eq!(run("$(touch${IFS}made) one", "--select missing-abi", "false").0, 2);
    assert!(!dir.path().join("made").exists());
}

#[test]
fn without_a_path_the_config_says_what_is_looked_at() {
    let dir = tree(&[("aakit.toml", "paths = ['p']\n"), ("p/old", WITHOUT_ABI), ("other", BROKEN)]);
    let output = aakit(dir.path(), &["lint"]);
    assert!(
        stdout(&output).ends_with("p/old:1:9: warning[missing-abi]: the file names no `abi`\n"),
        "{}",
        stdout(&output)
    );
    assert_eq!(stdout(&output).lines().count(), 1);
}

#[test]
fn an_error_in_an_abstraction_is_told_once_and_with_the_way_there() {
    let profile =
        |name: &str| format!("abi <abi/4.0>,\n\nprofile {name} {{\n  include <abstractions/bad>\n}}\n");
    let dir = tree(&[("abstractions/bad", "/x r\n"), ("a", &profile("a")), ("b", &profile("b"))]);
    let output = aakit(dir.path(), &["check", "a", "b"]);
    assert_eq!(stdout(&output).lines().count(), 1, "{}", stdout(&output));
    assert!(stdout(&output).starts_with("./abstractions/bad:1:"));
    let full = stdout(&aakit(dir.path(), &["check", "--output-format", "full", "a"]));
    assert!(full.contains("included from: a:4"), "{full}");
}

#[test]
fn parts_are_no_profiles_of_their_own() {
    let dir = tree(&[("abstractions/x", "@{HOME}/x r,\n"), ("local/x", "# empty\n")]);
    let output = aakit(dir.path(), &["lint", "."]);
    assert_eq!((code(&output), stdout(&output)), (0, String::new()));
}

#[test]
fn statistics_count_and_rules_are_listed() {
    let dir = tree(&[("a", WITHOUT_ABI), ("b", WITHOUT_ABI)]);
    assert_eq!(
        stdout(&aakit(dir.path(), &["lint", "--statistics", "a", "b"])),
        "2  warning[missing-abi] (2 with a fix)\n"
    );
    let rules: serde_json::Value =
        serde_json::from_slice(&aakit(dir.path(), &["rules", "--output-format", "json"]).stdout).unwrap();
    assert!(
        rules["rules"]
            .as_array()
            .unwrap()
            .iter()
            .any(|rule| rule["id"] == "missing-abi" && rule["fix"] == "unsafe")
    );
    assert!(stdout(&aakit(dir.path(), &["explain", "missing-abi"])).contains("# missing-abi"));
    assert_eq!(code(&aakit(dir.path(), &["explain", "missing-ab"])), 2);
}

#[test]
fn shells_and_man_get_their_pages() {
    let dir = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        assert!(stdout(&aakit(dir.path(), &["completions", shell])).contains("aakit"));
    }
    assert_eq!(code(&aakit(dir.path(), &["man", "--dir", "man1"])), 0);
    let page = fs::read_to_string(dir.path().join("man1/aakit-lint.1")).unwrap();
    assert!(page.contains(".TH aakit-lint 1") && page.contains("unsafe\\-fixes"));
}

#[test]
fn a_suppression_in_a_part_is_not_called_unused_when_its_profiles_are_not_looked_at() {
    let part = "# aakit: allow(missing-abi) its profiles have none\n\n/x r,\n";
    let dir = tree(&[("abstractions/x", part), ("old", "profile x {\n  include <abstractions/x>\n}\n")]);
    assert_eq!(stdout(&aakit(dir.path(), &["lint", "abstractions/x"])), "");
}

/// Rules about a whole tree are silent about one file of it.
#[test]
fn a_suppression_of_what_needs_the_tree_is_not_called_unused_for_one_file() {
    let text = "abi <abi/3.0>,\nprofile x {\n  /usr/bin/y Px -> y, # aakit: allow(missing-exec-target) ours elsewhere\n  /z r, # aakit: allow(secret-read) none\n}\n";
    let dir = tree(&[("a", text), ("abi/3.0", "")]);
    let output = stdout(&aakit(dir.path(), &["lint", "a"]));
    assert!(
        !output.contains("missing-exec-target") && output.contains("`secret-read` finds nothing here"),
        "{output}"
    );
}

#[test]
fn a_fix_in_an_abstraction_is_seen_by_the_profiles_that_include_it() {
    let profile = "abi <abi/4.0>,\n\nprofile x /usr/bin/x {\n  include <abstractions/bad>\n}\n";
    let dir = tree(&[("abstractions/bad", "# one\n/x r\n/y r,\n"), ("x", profile)]);
    let output = aakit(dir.path(), &["lint", "--fix", "abstractions/bad", "x"]);
    assert_eq!((code(&output), stdout(&output)), (0, String::new()));
    assert_eq!(fs::read_to_string(dir.path().join("abstractions/bad")).unwrap(), "# one\n/x r,\n/y r,\n");
}

#[test]
fn an_empty_directory_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let output = aakit(dir.path(), &["lint"]);
    assert_eq!((code(&output), stderr(&output).contains("there are no profiles in `.`")), (0, true));
}

/// Fixes on real policy: they come to an end, a second run has nothing to do, and the parser's verdict stays.
#[test]
fn fixes_of_real_profiles_settle() {
    let Some(corpus) = common::corpus("fixes_of_real_profiles_settle") else { return };
    let dir = tempfile::tempdir().unwrap();
    copy(&corpus.join("apparmor.d"), dir.path());
    // All parts, and profiles enough to use them.
    for entry in fs::read_dir(dir.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() && path.file_name().unwrap().to_str().unwrap() > "c" {
            fs::remove_file(path).unwrap();
        }
    }
    let fixed = aakit(dir.path(), &["lint", "--select", "all", "--fix", "--exit-zero", "."]);
    assert_eq!(code(&fixed), 0, "{}", stderr(&fixed));
    let again = aakit(dir.path(), &["lint", "--select", "all", "--diff", "--exit-zero", "."]);
    let patches: Vec<String> =
        stdout(&again).lines().filter(|line| line.starts_with("--- ")).map(str::to_owned).collect();
    assert_eq!(patches, [""; 0]);
    let check = aakit(dir.path(), &["check", "."]);
    assert_eq!((code(&check), stdout(&check)), (0, String::new()));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            // The corpus is read-only; its copy is not.
            fs::write(target, fs::read(&path).unwrap()).unwrap();
        }
    }
}

#[test]
fn a_waiver_that_accepts_nothing_is_told_once_where_the_run_can_tell() {
    let waiver =
        |paths: &str| format!("[[waivers]]\nrule = 'missing-abi'\npaths = ['{paths}']\nreason = 'old'\n");
    let config = format!("paths = ['p']\n{}{}{}", waiver("p/old"), waiver("p/new"), waiver("p/gone"));
    let dir = tree(&[("aakit.toml", &config), ("p/old", WITHOUT_ABI), ("p/new", &CLEAN.replace("x", "y"))]);
    fs::create_dir_all(dir.path().join("p/abi")).unwrap();
    fs::write(dir.path().join("p/abi/4.0"), "").unwrap();
    fs::create_dir_all(dir.path().join("p/abstractions")).unwrap();
    fs::write(dir.path().join("p/abstractions/y"), "/y r,\n").unwrap();
    let told = |args: &[&str]| -> Vec<String> {
        let output = stdout(&aakit(dir.path(), args));
        output
            .lines()
            .filter_map(|line| Some(line.split_once(": warning[unused-suppression]")?.0.to_owned()))
            .collect()
    };
    assert_eq!(told(&["lint"]), ["aakit.toml:6:1", "aakit.toml:10:1"]);
    assert_eq!(told(&["lint", "p/new"]), ["aakit.toml:6:1"]);
    // What was not looked at may still need its waiver, and so may a rule that is off.
    assert_eq!(told(&["lint", "p/old"]), [""; 0]);
    assert_eq!(told(&["lint", "--select", "style"]), [""; 0]);
}

#[test]
fn an_abi_is_proposed_only_where_there_is_a_file_for_it() {
    let dir = tree(&[("old", WITHOUT_ABI)]);
    fs::rename(dir.path().join("abi/4.0"), dir.path().join("abi/3.0")).unwrap();
    assert_eq!(code(&aakit(dir.path(), &["lint", "--unsafe-fixes", "old"])), 0);
    assert!(fs::read_to_string(dir.path().join("old")).unwrap().starts_with("abi <abi/3.0>,\n\nprofile"));
    fs::remove_file(dir.path().join("abi/3.0")).unwrap();
    fs::write(dir.path().join("old"), WITHOUT_ABI).unwrap();
    let output = aakit(dir.path(), &["lint", "--unsafe-fixes", "old"]);
    assert!(stdout(&output).contains("warning[missing-abi]"), "{output:?}");
    assert_eq!(fs::read_to_string(dir.path().join("old")).unwrap(), WITHOUT_ABI);
}

#[test]
fn statistics_have_a_form_for_every_reader() {
    let dir = tree(&[("a", WITHOUT_ABI)]);
    let run =
        |format: &str| stdout(&aakit(dir.path(), &["lint", "--statistics", "--output-format", format, "a"]));
    let row: serde_json::Value = serde_json::from_str(&run("jsonl")).unwrap();
    assert_eq!((row["rule"].as_str(), row["count"].as_u64()), (Some("missing-abi"), Some(1)));
    assert_eq!(run("jsonl").lines().count(), 1);
    let whole: serde_json::Value = serde_json::from_str(&run("json")).unwrap();
    assert_eq!(whole["statistics"][0]["rule"], "missing-abi");
    // The fixed text has standard output for itself.
    let output = with_stdin(dir.path(), &["lint", "--fix", "--statistics", "-"], WITHOUT_ABI);
    assert_eq!(stdout(&output), WITHOUT_ABI);
    assert!(stderr(&output).contains("1  warning[missing-abi]"), "{output:?}");
    // What is read by a program of places has no form for numbers.
    for format in ["sarif", "github"] {
        let output = aakit(dir.path(), &["lint", "--statistics", "--output-format", format, "a"]);
        assert_eq!((code(&output), stdout(&output).as_str()), (2, ""), "{output:?}");
        assert!(stderr(&output).contains("`--statistics` has no form"), "{output:?}");
    }
}

#[test]
fn a_file_name_of_any_bytes_breaks_no_output() {
    use std::os::unix::ffi::OsStrExt;
    let dir = tree(&[]);
    let name = std::ffi::OsStr::from_bytes(b"a\nb%c::d,e\"f'g\x1b[31m h\xff");
    fs::write(dir.path().join(name), WITHOUT_ABI).unwrap();
    let run = |args: &[&str]| {
        let output = aakit(dir.path(), &[&["lint"], args, &["."]].concat());
        assert_eq!(code(&output), 1, "{output:?}");
        output.stdout
    };
    let concise = run(&["--output-format", "concise"]);
    assert_eq!(concise.iter().filter(|byte| **byte == b'\n').count(), 1);
    let github = String::from_utf8(run(&["--output-format", "github"])).unwrap();
    assert!(github.starts_with("::warning file=") && github.lines().count() == 1, "{github}");
    // GitHub looks for the file by this name: its line end is a part of it.
    assert!(!github.contains('\u{1b}') && github.contains("a%0Ab%25c%3A%3Ad%2Ce"), "{github}");
    for format in ["json", "sarif"] {
        serde_json::from_slice::<serde_json::Value>(&run(&["--output-format", format])).unwrap();
    }
    let patch = run(&["--unsafe-fixes", "--diff"]);
    assert!(
        patch.starts_with(br#"--- "./a\nb%c::d,e\"f'g\033[31m h\377""#),
        "{}",
        String::from_utf8_lossy(&patch)
    );
}
