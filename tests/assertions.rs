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
fn a_stack_is_granted_what_all_its_members_are() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "profile a /usr/bin/a {\n  /usr/bin/b px -> b//&c,\n}
profile b {\n  /etc/{shadow,x} r,\n  /bin/sh ux,\n}
profile c {\n  /etc/x r,\n}\n";
    std::fs::write(folder.path().join("policy"), policy).unwrap();
    for (request, expected) in [
        ("r /etc/shadow", "ok: n"),
        ("w /etc/x", "ok: n"),
        ("r /etc/x", "from `a` to `b//&c` by px /usr/bin/b"),
    ] {
        std::fs::write(folder.path().join("t.toml"), assertion("never", "a", request)).unwrap();
        let (code, told) = run(folder.path(), &["test", "t.toml"]);
        assert!(told.contains(expected), "{request}: {told}");
        assert_eq!(code, i32::from(!expected.starts_with("ok")), "{request}: {told}");
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
    assert!(told.contains("<testsuite name=\"t.toml\" tests=\"1\" failures=\"1\" errors=\"0\""), "{told}");
    assert!(told.contains("<failure message=\"`convert` may r /etc/shadow\">"), "{told}");
}

/// What CI systems read: these elements within each other, with these attributes, of which the first so many must be there.
const JUNIT: [(&str, &str, usize, &[&str]); 4] = [
    ("testsuites", "", 0, &["name", "tests", "failures", "errors", "time"]),
    (
        "testsuite",
        "testsuites",
        3,
        &["name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "file"],
    ),
    ("testcase", "testsuite", 2, &["name", "classname", "time", "file", "line"]),
    ("failure", "testcase", 0, &["message", "type"]),
];

/// What is wrong with the text as a JUnit report: XML that is not well formed, elements and attributes out of place, wrong counts.
fn junit_error(text: &str) -> Option<String> {
    let plain = |text: &str| {
        let names = ["&amp;", "&lt;", "&gt;", "&quot;"];
        let entities =
            text.match_indices('&').all(|(at, _)| names.iter().any(|name| text[at..].starts_with(name)));
        entities
            && !text.contains(['<', '>'])
            && !text.chars().any(|one| one.is_control() && !"\n\t".contains(one))
    };
    let Some(text) = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") else {
        return Some("no declaration".to_owned());
    };
    let mut open: Vec<&str> = Vec::new();
    let mut promised = [0, 0];
    let mut counted = [0, 0];
    let mut pieces = text.split('<');
    if pieces.next() != Some("") {
        return Some("text in front".to_owned());
    }
    for piece in pieces {
        let Some((tag, behind)) = piece.split_once('>') else { return Some(format!("open tag: {piece}")) };
        if !plain(behind)
            || !plain(tag)
            || (open.last() != Some(&"failure") && !tag.starts_with("failure") && !behind.trim().is_empty())
        {
            return Some(format!("stray text: {piece}"));
        }
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Some(format!("closes what is not open: {name}"));
            }
            continue;
        }
        let (name, mut rest) = tag.trim_end_matches('/').split_once(' ').unwrap_or((tag, ""));
        let known = JUNIT.iter().find(|(element, ..)| *element == name);
        let Some((_, parent, required, allowed)) = known else {
            return Some(format!("no such element: {name}"));
        };
        if open.last().copied().unwrap_or_default() != *parent {
            return Some(format!("{name} in {:?}", open.last()));
        }
        let mut found = Vec::new();
        while let Some((attribute, value)) = rest.split_once("=\"") {
            let Some((value, more)) = value.split_once('"') else {
                return Some(format!("open value: {tag}"));
            };
            if !allowed.contains(&attribute) || found.contains(&attribute) {
                return Some(format!("{name} has {attribute}"));
            }
            let place = ["tests", "failures"].iter().position(|count| *count == attribute);
            if let Some(place) = place.filter(|_| name == "testsuite") {
                let Ok(number) = value.parse::<usize>() else { return Some(format!("no number: {value}")) };
                promised[place] += number;
            }
            found.push(attribute);
            rest = more.trim_start();
        }
        if !rest.is_empty() || !allowed[..*required].iter().all(|attribute| found.contains(attribute)) {
            return Some(format!("attributes of {tag}"));
        }
        counted[0] += usize::from(name == "testcase");
        counted[1] += usize::from(name == "failure");
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    (!open.is_empty() || promised != counted)
        .then(|| format!("{open:?} open, {promised:?} promised, {counted:?} there"))
}

#[test]
fn results_for_ci_are_a_junit_report() {
    let suite = assertion("deny", "**", "r /etc/shadow")
        + "[[allow]]\nname = 'a < b & \"c\" > d'\nprofiles = [\"web\"]\nrequests = [\"w /srv/<&>\"]\n"
        + "[[allow]]\nname = \"holds\"\nprofiles = [\"web\"]\nrequests = [\"r /srv/a\"]\n";
    let (code, told) = test(&suite, &["--output-format", "junit"]);
    assert_eq!((code, junit_error(&told)), (1, None), "{told}");
    assert!(told.contains("a &lt; b &amp; &quot;c&quot; &gt; d"), "{told}");
    // Negative control: each damage is seen.
    for (good, bad) in [
        ("tests=\"3\"", "tests=\"4\""),
        ("&lt;", "<"),
        ("&amp;", "&"),
        ("<failure", "<error"),
        ("</testsuite>", ""),
        ("classname=", "kind="),
    ] {
        assert!(told.contains(good) && junit_error(&told.replacen(good, bad, 1)).is_some(), "{good}: {told}");
    }
}

#[test]
fn the_example_holds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (code, told) = run(root, &["test", "examples/docker-default.test.toml"]);
    assert_eq!(code, 0, "{told}");
}
