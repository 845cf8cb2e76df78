//! `aakit test`: assertions that hold, that do not, and what is told of them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

const POLICY: &str = "profile web /usr/bin/web {
  /srv/** r,
  /usr/bin/convert px,
}
profile convert /usr/bin/convert {
  /etc/shadow r,
}
profile escape { /bin/sh ux, }
";

fn test(suite: &str, args: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("policy"), POLICY).unwrap();
    std::fs::write(folder.path().join("t.toml"), suite).unwrap();
    run(folder.path(), &[&["test", "t.toml"], args].concat())
}

fn run(folder: &Path, args: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_aakit")).args(args).current_dir(folder).output().unwrap();
    let told = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&told).into_owned())
}

fn assertion(kind: &str, profiles: &str, request: &str) -> String {
    format!(
        "policy = [\"policy\"]\n[[{kind}]]\nname = \"n\"\nprofiles = [\"{profiles}\"]\nrequests = [\"{request}\"]\n"
    )
}

#[test]
fn assertions_hold_or_fail_with_their_rules() {
    for (kind, profiles, request, expected) in [
        ("allow", "web", "r /srv/a", &["ok: n"][..]),
        ("allow", "web", "w /srv/a", &["FAILED: n", "`web` may not w /srv/a", "no rule allows it"]),
        ("deny", "web", "r /etc/shadow", &["ok: n"]),
        ("deny", "**", "r /etc/shadow", &["`convert` may r /etc/shadow", "`/etc/shadow r,` (policy:6)"]),
        ("never", "web", "w /etc/shadow", &["ok: n"]),
        (
            "never",
            "web",
            "r /etc/shadow",
            &[
                "`web` may r /etc/shadow",
                "from `web` to `convert` by px /usr/bin/convert, rule",
                "(policy:3)",
                "(policy:6)",
            ],
        ),
        ("never", "escape", "w /boot/a", &["from `escape` to `unconfined` by ux", "nothing confines it"]),
        ("deny", "nobody", "r /a", &["FAILED", "no profile is named like `nobody`"]),
    ] {
        let (code, told) = test(&assertion(kind, profiles, request), &[]);
        assert_eq!(code, i32::from(!expected[0].starts_with("ok")), "{kind} {request}: {told}");
        for line in expected {
            assert!(told.contains(line), "{kind} {request}: `{line}` is not in\n{told}");
        }
    }
}

#[test]
fn exceptions_need_a_reason_and_are_told_when_idle() {
    let suite = assertion("deny", "**", "r /etc/shadow");
    let (code, told) =
        test(&format!("{suite}[[deny.except]]\nprofiles = [\"convert\"]\nreason = \"why\"\n"), &[]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("1 excepted"), "{told}");
    let (code, told) =
        test(&format!("{suite}[[deny.except]]\nprofiles = [\"web\"]\nreason = \"why\"\n"), &[]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("needed no more: why"), "{told}");
    let (code, _) = test(&format!("{suite}[[deny.except]]\nprofiles = [\"convert\"]\n"), &[]);
    assert_eq!(code, 2);
    let (code, told) = test(&suite.replace("r /etc/shadow", "frob /a b"), &[]);
    assert_eq!(code, 2, "{told}");
}

#[test]
fn results_are_written_for_ci() {
    let (code, told) = test(&assertion("deny", "**", "r /etc/shadow"), &["--output-format", "junit"]);
    assert_eq!(code, 1);
    assert!(told.contains("<testsuite name=\"t.toml\" tests=\"1\" failures=\"1\">"), "{told}");
    assert!(told.contains("<failure message=\"`convert` may r /etc/shadow\">"), "{told}");
}

#[test]
fn the_example_holds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (code, told) = run(root, &["test", "examples/docker-default.test.toml"]);
    assert_eq!(code, 0, "{told}");
}
