//! The rendered container defaults against references written apart from the renderer, both compiled by
//! apparmor_parser: the same bytes, or the rendering is another policy.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use aakit::template::{BaseFiles, ContainerDefault, Engine, Hardening};
use std::path::Path;

const BASE: &str = "/etc/apparmor.d";

/// Docker's profile in another order and shape than the renderer's: permissions first, one rule a line, the alternations
/// of /proc written out, expected with all includes and the daemon under a profile of its own.
const DOCKER: &str = r#"
#include <tunables/global>
abi <abi/3.0>,
profile docker-default (mediate_deleted attach_disconnected) {
  ptrace (tracedby read trace readby) peer=docker-default,
  deny rwklx /sys/devices/virtual/powercap/**,
  deny rwklx /sys/firmware/**,
  deny rwklx /sys/kernel/security/**,
  deny wklx /sys/fs/cg[^r]*/**,
  deny wklx /sys/fs/c[^g]*/**,
  deny wklx /sys/fs/[^c]*/**,
  deny wklx /sys/f[^s]*/**,
  deny wklx /sys/[^f]*/**,
  deny rwklx @{PROC}/kcore,
  deny rwklx @{PROC}/sysrq-trigger,
  deny w @{PROC}/sys/kernel/?,
  deny w @{PROC}/sys/kernel/??,
  deny w @{PROC}/sys/kernel/[^s][^h][^m]**,
  deny w @{PROC}/sys/[^k]**,
  deny w @{PROC}/[^1-9/]/**,
  deny w @{PROC}/[^1-9/][^0-9/]/**,
  deny w @{PROC}/[^1-9s/][^0-9y/][^0-9s/]/**,
  deny w @{PROC}/[^1-9/][^0-9/][^0-9/][^0-9/]*/**,
  deny w @{PROC}/*,
  deny network alg,
  deny mount,
  signal (receive) peer=/usr/bin/dockerd,
  signal (send) peer=docker-default,
  signal (receive) peer=docker-default,
  signal (receive) peer=unconfined,
  signal (receive) peer=crun,
  signal (receive) peer=runc,
  umount,
  file,
  capability,
  network,
  #include <abstractions/base>
}
"#;

const CONTAINERD: &str = r#"
abi <abi/3.0>,
include <tunables/global>
profile "cri-containerd.apparmor.d" flags=(attach_disconnected mediate_deleted) {
  include <abstractions/base>
  capability, file, network, umount,
  signal receive peer=rootlesskit,
  signal receive peer=unconfined,
  signal receive peer={runc,crun},
  signal (receive, send) peer="cri-containerd.apparmor.d",
  deny mount,
  deny @{PROC}/* w,
  deny @{PROC}/{[^1-9/],[^1-9/][^0-9/],[^1-9s/][^0-9y/][^0-9s/],[^1-9/][^0-9/][^0-9/][^0-9/]*}/** w,
  deny @{PROC}/sys/{[^k]**,kernel/{?,??,[^s][^h][^m]**}} w,
  deny @{PROC}/{kcore,sysrq-trigger} rwklx,
  deny /sys/{[^f]*,f[^s]*,fs/{[^c]*,c[^g]*,cg[^r]*}}/** wklx,
  deny /sys/{firmware,devices/virtual/powercap,kernel/security}/** rwklx,
  ptrace peer="cri-containerd.apparmor.d",
}
"#;

const PODMAN: &str = r#"
@{PROC}=/proc/
profile containers-default-5.0 (attach_disconnected, mediate_deleted) {
  ptrace (read, trace) peer=containers-default-5.0,
  deny /sys/{firmware,kernel/security}/** rwklx,
  deny /sys/{[^f]*,f[^s]*,fs/{[^c]*,c[^g]*,cg[^r]*}}/** wklx,
  deny @{PROC}/{kcore,sysrq-trigger} rwklx,
  deny @{PROC}/sys/kernel/{?,??,[^s][^h][^m]**} w,
  deny @{PROC}/sys/[^k]** w,
  deny @{PROC}/[^1-9]/** w,
  deny @{PROC}/[^1-9][^0-9]/** w,
  deny @{PROC}/[^1-9s][^0-9y][^0-9s]/** w,
  deny @{PROC}/[^1-9][^0-9][^0-9][^0-9]*/** w,
  deny @{PROC}/* w,
  deny mount,
  signal (send) peer=containers-default-5.0,
  signal receive peer={unconfined,containers-default-5.0},
  signal receive peer={/usr/bin/,/usr/sbin/,}{runc,crun*,podman},
  umount, file, capability, network,
}
"#;

#[track_caller]
fn assert_same_policy(parser: &Path, ours: &str, reference: &str) {
    let compiled =
        |text: &str| common::compile(parser, Path::new(BASE), text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let (ours_bytes, reference_bytes) = (compiled(ours), compiled(reference));
    assert!(!ours_bytes.is_empty() && ours_bytes == reference_bytes, "not the same policy:\n{ours}");
}

fn docker() -> ContainerDefault {
    ContainerDefault {
        daemon_profile: "/usr/bin/dockerd".to_owned(),
        ..ContainerDefault::new(Engine::Docker)
    }
}

#[test]
fn docker_default_compiles_to_the_reference() {
    let Some(parser) = common::parser("docker_default_compiles_to_the_reference") else { return };
    assert_same_policy(&parser, &docker().render().unwrap(), DOCKER);
}

#[test]
fn containerd_default_compiles_to_the_reference() {
    let Some(parser) = common::parser("containerd_default_compiles_to_the_reference") else { return };
    let mut profile = ContainerDefault::new(Engine::Containerd);
    profile.rootlesskit_profile = Some("rootlesskit".to_owned());
    assert_same_policy(&parser, &profile.render().unwrap(), CONTAINERD);
}

#[test]
fn podman_default_compiles_to_the_reference() {
    let Some(parser) = common::parser("podman_default_compiles_to_the_reference") else { return };
    let mut profile = ContainerDefault::new(Engine::Podman);
    profile.name = Engine::Podman.profile_name(Some("5.0"));
    profile.base = BaseFiles::NONE;
    assert_same_policy(&parser, &profile.render().unwrap(), PODMAN);
}

/// The negative control: the comparison sees every single change of the policy.
#[test]
fn every_rule_counts_in_the_comparison() {
    let Some(parser) = common::parser("every_rule_counts_in_the_comparison") else { return };
    let compiled = |text: &str| common::compile(&parser, Path::new(BASE), text);
    // Without the abstraction, which grants some of the same again.
    let whole = ContainerDefault { base: BaseFiles::NONE, ..docker() }.render().unwrap();
    let bytes = compiled(&whole).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let mut changed = 0;
    for (number, line) in lines.iter().enumerate() {
        let rule = line.trim();
        if rule.starts_with('#') || !rule.ends_with(',') || rule.starts_with("abi") {
            continue;
        }
        let without: String =
            lines.iter().enumerate().filter(|(at, _)| *at != number).map(|(_, l)| format!("{l}\n")).collect();
        assert!(compiled(&without).unwrap() != bytes, "the policy is the same without `{rule}`");
        changed += 1;
    }
    assert_eq!(changed, 26, "rules of docker-default");
    let hardened = ContainerDefault { hardening: Hardening::Closed, base: BaseFiles::NONE, ..docker() };
    assert!(compiled(&hardened.render().unwrap()).unwrap() != bytes);
}

#[test]
fn odd_names_reach_the_policy_as_they_are() {
    let Some(parser) = common::parser("odd_names_reach_the_policy_as_they_are") else { return };
    for name in
        ["my app", "say \"hi\"", "a*b", "what?", "a,b(c)#", "#x", "x@y", "b\u{e4}r", "it's $HOME `id`; -r"]
    {
        for engine in Engine::ALL {
            let profile = ContainerDefault { name: name.to_owned(), ..ContainerDefault::new(engine) };
            let bytes = common::compile(&parser, Path::new(BASE), &profile.render().unwrap())
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            let mut wanted = name.as_bytes().to_vec();
            wanted.push(0);
            assert!(
                bytes.windows(wanted.len()).any(|window| window == wanted),
                "{name:?} is not in the policy"
            );
        }
    }
}

/// A backslash at the end of a peer was taken for the escape of the quote behind it.
#[test]
fn a_daemon_with_backslashes_in_its_name_is_its_own_peer() {
    let Some(parser) = common::parser("a_daemon_with_backslashes_in_its_name_is_its_own_peer") else {
        return;
    };
    for engine in [Engine::Docker, Engine::Containerd] {
        let profile = |label: &str| ContainerDefault {
            daemon_profile: label.to_owned(),
            ..ContainerDefault::new(engine)
        };
        // A class holds a backslash as it is.
        let with_class = |label: &str| {
            let text = profile("placeholder").render().unwrap();
            text.replace("peer=\"placeholder\"", "peer=placeholder")
                .replace("peer=placeholder", &format!("peer={label}"))
        };
        assert_same_policy(&parser, &profile(r"a\b").render().unwrap(), &with_class(r"a[\\]b"));
        assert_same_policy(&parser, &profile(r"a\").render().unwrap(), &with_class(r"a[\\]"));
    }
}

/// What `lint` finds in a rendering, as line and rule.
fn lint(profile: &ContainerDefault) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p");
    std::fs::write(&file, profile.render().unwrap()).unwrap();
    let base = ["-b", BASE];
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_aakit"));
    command.args(["lint", "--no-config", "--output-format", "json"]).args(base).arg(&file);
    let output: serde_json::Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let found = output["diagnostics"].as_array().unwrap();
    found
        .iter()
        .map(|one| {
            let line = one["location"]["start"]["line"].as_u64().unwrap();
            let line = text.lines().nth(usize::try_from(line).unwrap() - 1).unwrap().trim();
            (one["rule"].as_str().unwrap().to_owned(), line.to_owned())
        })
        .collect()
}

/// A lint run finds what is known to be wrong with the engines' defaults, and nothing else.
#[test]
fn lint_finds_the_known_flaws_of_the_templates_and_no_others() {
    if !Path::new(BASE).join("abstractions/base").is_file() {
        common::skip("lint_finds_the_known_flaws_of_the_templates_and_no_others", "parser");
        return;
    }
    const HOLE: &str = "deny @{PROC}/sys/kernel/{?,??,[^s][^h][^m]**} w,";
    const PIDS: &str =
        "deny @{PROC}/{[^1-9],[^1-9][^0-9],[^1-9s][^0-9y][^0-9s],[^1-9][^0-9][^0-9][^0-9]*}/** w,";
    let expected = |rules: &[(&str, &str)]| -> Vec<(String, String)> {
        // What the engines allow on purpose is told too.
        let wide = [
            ("raw-network", "network,"),
            ("all-capabilities", "capability,"),
            ("deny-as-denylist", "file,"),
            ("bare-mount", "umount,"),
        ];
        let mut all: Vec<_> =
            wide.iter().chain(rules).map(|(rule, line)| ((*rule).to_owned(), (*line).to_owned())).collect();
        all.sort();
        all
    };
    let found = |profile: &ContainerDefault| {
        let mut found = lint(profile);
        found.sort();
        found
    };
    let chain = ("negated-class-chain", HOLE);
    for engine in [Engine::Docker, Engine::Containerd] {
        assert_eq!(found(&ContainerDefault::new(engine)), expected(&[chain]), "{engine:?}");
    }
    let podman = ContainerDefault::new(Engine::Podman);
    let name = format!("profile {} flags=(attach_disconnected, mediate_deleted) {{", podman.name);
    // The middle classes of `[^1-9s][^0-9y][^0-9s]` and of the four that follow.
    let slash = ("negated-class-matches-slash", PIDS);
    assert_eq!(found(&podman), expected(&[chain, ("missing-abi", &name), slash, slash, slash]));
    for engine in Engine::ALL {
        let hardened = ContainerDefault { hardening: Hardening::Closed, ..ContainerDefault::new(engine) };
        let left = found(&hardened);
        assert!(left.iter().all(|(rule, _)| rule != "negated-class-chain"), "{engine:?}: {left:?}");
    }
    let hardened = ContainerDefault { hardening: Hardening::Closed, ..docker() };
    assert_eq!(found(&hardened), expected(&[]));
}
