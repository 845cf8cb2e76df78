//! `aakit load` and `aakit status` without a kernel: what of a load shows in a dry run, with parsers that do not do what they should.

#![allow(clippy::unwrap_used, reason = "what fails fails the test")]

mod common;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const GOOD: &str = "profile x {\n  /a r,\n}\n";

struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// A program in place of apparmor_parser, which tells a version as that does.
    fn parser(&self, script: &str) -> PathBuf {
        let version = "[ \"$1\" = --version ] && { echo 'AppArmor parser version 3.0.8'; exit 0; }";
        let path = self.file("parser", &format!("#!/bin/sh\n{version}\n{script}\n"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aakit"));
        command.args(["load", "--dry-run"]).current_dir(self.dir.path()).stdin(Stdio::null());
        command
    }
}

#[track_caller]
fn check(output: &Output, code: i32, said: &str) {
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(text.contains(said), "{text:?} does not have {said:?}");
}

/// Every file name on the places where a load may put its text.
fn names_in_memory() -> Vec<PathBuf> {
    let list = |dir: &str| std::fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut names: Vec<_> = list("/run").chain(list("/dev/shm")).collect();
    names.sort();
    names
}

#[test]
fn the_parser_gets_the_text_and_nothing_else() {
    let desk = Desk::new();
    let profile = desk.file("p", GOOD);
    let parser = desk.parser("printf '%s\\n' \"$@\" > args; cat \"$2\" > text; cat > stdin");
    check(
        &desk.command().arg("--parser").arg(&parser).arg(&profile).output().unwrap(),
        0,
        "x: would be added",
    );
    let read = |name: &str| std::fs::read_to_string(desk.dir.path().join(name)).unwrap();
    assert_eq!(read("args"), "-QK\n/proc/self/fd/0\n");
    assert_eq!((read("text"), read("stdin")), (GOOD.to_owned(), GOOD.to_owned()));
}

#[test]
fn a_parser_that_hangs_is_ended() {
    let desk = Desk::new();
    let profile = desk.file("p", GOOD);
    let parser = desk.parser("sleep 1000 & sleep 1000");
    let begun = Instant::now();
    let output =
        desk.command().args(["--timeout", "0.5", "--parser"]).arg(&parser).arg(&profile).output().unwrap();
    check(&output, 2, "did not end within 0.5 seconds and was killed");
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_parser_that_dies_is_told_by_its_signal() {
    let desk = Desk::new();
    let profile = desk.file("p", GOOD);
    for (signal, name) in [("SEGV", "SIGSEGV"), ("KILL", "SIGKILL"), ("ABRT", "SIGABRT")] {
        let parser = desk.parser(&format!("kill -{signal} $$"));
        let output = desk.command().arg("--parser").arg(&parser).arg(&profile).output().unwrap();
        check(&output, 2, &format!("was killed by {name}"));
    }
}

#[test]
fn a_flood_is_cut() {
    let desk = Desk::new();
    let profile = desk.file("p", GOOD);
    let parser = desk.parser("head -c 20000000 /dev/zero | tr '\\0' x >&2; exit 1");
    let output = desk.command().arg("--parser").arg(&parser).arg(&profile).output().unwrap();
    assert!(!output.status.success());
    assert!(output.stderr.len() < 3_000_000, "{} bytes", output.stderr.len());
}

#[test]
fn what_the_parser_says_is_about_the_users_file() {
    let desk = Desk::new();
    let profile = desk.file("my profile", GOOD);
    let said = "AppArmor parser error for $2 in profile $2 at line 2: syntax error, unexpected TOK_ID, expecting TOK_MODE";
    let parser = desk.parser(&format!("echo \"{said}\" >&2; exit 1"));
    let output = desk.command().arg("--parser").arg(&parser).arg(&profile).output().unwrap();
    check(
        &output,
        1,
        "my profile:2:3: error[parser]: apparmor_parser: syntax error: unexpected a name or path, expected permissions",
    );
    assert!(!String::from_utf8_lossy(&output.stderr).contains("/proc/self"), "{output:?}");
}

/// A warning was all that was printed, and only the exit code told that nothing was loaded.
#[test]
fn a_parser_that_warns_and_fails_has_failed() {
    let desk = Desk::new();
    let profile = desk.file("p", GOOD);
    let parser = desk.parser("echo 'Warning: something odd' >&2; exit 77");
    let output = desk.command().arg("--parser").arg(&parser).arg(&profile).output().unwrap();
    check(&output, 2, "something odd");
    check(&output, 2, "does not accept the profile (exit code 77)");
}

#[test]
fn names_of_files_command_no_terminal() {
    let desk = Desk::new();
    let files = [desk.file("a\nb\x1b[31m", GOOD), desk.file("c", &GOOD.replace('x', "y"))];
    let parser = desk.parser("cat \"$2\" > /dev/null; exit 0");
    let output = desk.command().arg("--parser").arg(&parser).args(&files).output().unwrap();
    check(&output, 0, "a b?[31m: x: would be added\n");
    let output = desk.command().arg("--parser").arg(&parser).arg("none\x1b[31m").output().unwrap();
    check(&output, 2, "cannot read `none?[31m`");
}

#[test]
fn a_missing_parser_is_named() {
    let desk = Desk::new();
    let profile = desk.file("p", GOOD);
    let output = desk.command().args(["--parser", "/nonexistent"]).arg(&profile).output().unwrap();
    check(&output, 2, "cannot find the parser `/nonexistent`, or it is not executable");
    let plain = desk.file("plain", "not a program");
    let output = desk.command().arg("--parser").arg(&plain).arg(&profile).output().unwrap();
    check(&output, 2, "or it is not executable");
}

/// A file that was killed half-way, or any process, would show.
#[test]
fn nothing_outlives_a_killed_aakit() {
    let desk = Desk::new();
    let profile = desk.file("p", GOOD);
    let parser = desk.parser("sleep 1000 & echo $! > child; echo $$ > parent; sleep 1000");
    let before = names_in_memory();
    let mut aakit = desk.command().arg("--parser").arg(&parser).arg(&profile).spawn().unwrap();
    let pid = |name: &str| {
        std::fs::read_to_string(desk.dir.path().join(name))
            .ok()
            .and_then(|text| text.trim().parse::<u32>().ok())
    };
    let deadline = Instant::now() + Duration::from_secs(60);
    let pids = loop {
        if let (Some(child), Some(parent)) = (pid("child"), pid("parent")) {
            break [child, parent];
        }
        assert!(Instant::now() < deadline, "the parser never started");
        std::thread::sleep(Duration::from_millis(10));
    };
    aakit.kill().unwrap();
    aakit.wait().unwrap();
    // A zombie that no one has reaped yet is dead.
    let alive = |pid: &u32| {
        std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
    };
    while pids.iter().any(alive) {
        assert!(Instant::now() < deadline, "still running: {pids:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(names_in_memory(), before);
}

#[test]
fn all_are_checked_before_any_is_loaded() {
    let desk = Desk::new();
    let (good, bad) = (desk.file("good", GOOD), desk.file("bad", "profile y {\n  /a r\n}\n"));
    let parser = desk.parser("[ \"$1\" = -N ] && echo y; echo ran >> log");
    let run = |options: &[&str]| {
        desk.command().arg("--parser").arg(&parser).args(options).args([&good, &bad]).output().unwrap()
    };
    let ran = || desk.dir.path().join("log").exists();
    check(&run(&[]), 1, "nothing was loaded");
    assert!(!ran());
    let output = run(&["--keep-going"]);
    check(&output, 1, "x: would be added");
    assert!(ran() && !String::from_utf8_lossy(&output.stdout).contains("y:"), "{output:?}");
    check(&run(&["--force"]), 0, "would be added");
}

/// Of two files with a profile of one name, the second would silently have taken the place of the first, or failed when the
/// first was loaded already.
#[test]
fn two_files_with_a_profile_of_one_name_are_refused() {
    let desk = Desk::new();
    let other = "@{N}=x\nprofile @{N} {\n  /b r,\n}\n";
    let files =
        [desk.file("one", GOOD), desk.file("other", other), desk.file("third", &GOOD.replace('x', "y"))];
    let parser = desk.parser("cat > /dev/null; echo ran >> log");
    let run = |options: &[&str]| {
        desk.command().arg("--parser").arg(&parser).args(options).args(&files).output().unwrap()
    };
    check(&run(&[]), 1, "other:2:9: error[duplicate-profile]: another of these files has a profile `x` too");
    assert!(!desk.dir.path().join("log").exists());
    let output = run(&["--replace", "--keep-going"]);
    check(&output, 1, "third: y: would be added");
    assert_eq!(String::from_utf8_lossy(&output.stdout).matches("x: would").count(), 1, "{output:?}");
    // A link to a file is the same file.
    std::os::unix::fs::symlink(&files[0], desk.dir.path().join("link")).unwrap();
    let output = desk.command().arg("--parser").arg(&parser).args([&files[0], Path::new("link")]).output();
    check(&output.unwrap(), 0, "x: would be added");
}

/// What a file was refused for was said without its name, and those behind it were not looked at.
#[test]
fn each_of_several_files_is_told_of() {
    let desk = Desk::new();
    let names = ["a", "b", "c", "d"];
    let files = names.map(|name| desk.file(name, &GOOD.replace('x', name)));
    let empty = desk.file("empty", "# nothing\n");
    let parser = desk
        .parser("text=$(cat); case $text in *' b '*) kill -SEGV $$;; *' c '*) echo no >&2; exit 9;; esac");
    let output = desk.command().arg("--parser").arg(&parser).args(&files).arg(&empty).output().unwrap();
    check(&output, 2, "b`: `");
    for said in [
        "was killed by SIGSEGV",
        "c:1:1: error[parser]: apparmor_parser: no",
        "empty`: there is no profile in it",
        "d: d: would",
    ] {
        check(&output, 2, said);
    }
}

#[test]
fn the_administrators_switches_are_honoured() {
    let (desk, tools) = (Desk::new(), Desk::new());
    for dir in ["abstractions", "disable", "force-complain"] {
        std::fs::create_dir(desk.dir.path().join(dir)).unwrap();
    }
    let profile = |name: &str| desk.file(name, &format!("profile {name} {{\n  /a r,\n}}\n"));
    let (off, _, _) = (profile("off"), profile("lax"), profile("plain"));
    desk.file("disable/off", "");
    desk.file("force-complain/lax", "");
    let log = tools.dir.path().join("log");
    let parser = tools.parser(&format!("echo \"$*\" >> {}", log.display()));
    let run = |path: &Path| desk.command().arg("--parser").arg(&parser).arg(path).output().unwrap();
    check(&run(desk.dir.path()), 0, "which `disable/` switches off");
    let calls = std::fs::read_to_string(&log).unwrap();
    assert_eq!(calls.lines().count(), 2, "{calls}");
    assert_eq!(calls.lines().filter(|call| call.contains("-C")).count(), 1, "{calls}");
    check(&run(&off), 0, "it is loaded all the same");
}

#[test]
fn the_real_parser_accepts_what_was_checked() {
    let Some(parser) = common::parser("the_real_parser_accepts_what_was_checked") else { return };
    let desk = Desk::new();
    desk.file("part", "  /b r,\n");
    let profile =
        desk.file("p", "@{N}=one\nprofile @{N} {\n  include \"part\"\n  profile child { }\n  ^hat { }\n}\n");
    let output = desk
        .command()
        .arg("--parser")
        .arg(&parser)
        .arg(Path::new(profile.file_name().unwrap()))
        .output()
        .unwrap();
    check(&output, 0, "one: would be added\none//child: would be added\none//hat: would be added\n");
}

#[test]
fn a_template_is_rendered_and_loaded_in_one_go() {
    let Some(parser) = common::parser("a_template_is_rendered_and_loaded_in_one_go") else { return };
    let desk = Desk::new();
    for template in ["docker-default", "containerd-default", "podman-default"] {
        let output = desk
            .command()
            .arg("--parser")
            .arg(&parser)
            .args(["--template", template, "--name", "my app"])
            .output()
            .unwrap();
        check(&output, 0, "my app: would be added");
    }
    let foreign = [("docker-default", "--podman-version"), ("podman-default", "--daemon-profile")];
    for (template, option) in foreign {
        let output = desk.command().args(["--template", template, option, "x"]).output().unwrap();
        check(&output, 2, &format!("`{option}` would change nothing in `{template}`"));
    }
    let output = desk.command().args(["--template", "lxc-default"]).output().unwrap();
    check(&output, 2, "there is no template `lxc-default`");
    check(
        &desk.command().arg("docker-default").output().unwrap(),
        2,
        "load it with `--template docker-default`",
    );
}

/// A number that a process had when it was asked for hid all others.
#[test]
fn a_process_that_is_gone_hides_no_other() {
    let mut gone = Command::new("true").spawn().unwrap();
    gone.wait().unwrap();
    let own = std::process::id().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_aakit"))
        .args(["status", &gone.id().to_string(), &own])
        .output()
        .unwrap();
    check(&output, 2, &format!("there is no process {}", gone.id()));
    check(&output, 2, &format!("{own} "));
}
