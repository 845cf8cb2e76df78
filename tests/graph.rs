//! `aakit graph`: the ways between profiles, and what leads out of confinement.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::Command;

const POLICY: &str = "profile web /usr/bin/web {
  /usr/bin/convert px,
  /usr/bin/sh cx -> shell,
  deny /usr/bin/denied x,
  /usr/bin/denied ux,
  change_profile -> gone,
  profile shell { /bin/true ix, }
  ^hat { /a r, }
}
profile convert /usr/bin/con* { /bin/ls ux, }
profile idle { }
";

fn graph(args: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("policy"), POLICY).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_aakit"))
        .args(["graph", "policy"])
        .args(args)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let told = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&told).into_owned())
}

#[test]
fn ways_are_drawn_with_how_they_are_taken() {
    let (code, dot) = graph(&[]);
    assert_eq!(code, 0);
    for line in [
        r#""web" -> "convert" [label="px /usr/bin/convert"];"#,
        r#""web" -> "web//shell" [label="cx /usr/bin/sh"];"#,
        r#""web" -> "web//hat" [label="change_hat"];"#,
        r#""web" -> "gone" [label="change_profile"];"#,
        r#""convert" -> "unconfined" [label="ux /bin/ls"];"#,
        r#""unconfined" [color=red, fontcolor=red];"#,
        r#""gone" [style=dashed];"#,
    ] {
        assert!(dot.contains(line), "{line} is not in\n{dot}");
    }
    assert!(!dot.contains("denied"), "what is denied is no way:\n{dot}");
}

#[test]
fn ways_out_of_confinement_are_found() {
    let (code, told) = graph(&["--from", "web", "--to", "unconfined", "--output-format", "json"]);
    assert_eq!(code, 0);
    let json: serde_json::Value = serde_json::from_str(&told).unwrap();
    let edges: Vec<String> = json["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| format!("{} {}", edge["from"], edge["to"]))
        .collect();
    assert_eq!(edges, [r#""convert" "unconfined""#, r#""web" "convert""#]);
    let (_, mermaid) = graph(&["--from", "web", "--to", "unconfined", "--output-format", "mermaid"]);
    assert!(mermaid.starts_with("graph LR\n") && mermaid.contains("\"unconfined\"]:::free"), "{mermaid}");
}

#[test]
fn what_nothing_leads_to_is_listed() {
    assert_eq!(graph(&["--unreachable"]), (0, "idle\n".to_owned()));
    let (code, told) = graph(&["--from", "wob"]);
    assert_eq!(code, 2);
    assert!(told.contains("there is no profile `wob`") && told.contains("did you mean `web`?"), "{told}");
}
