//! `aakit diff` on whole profiles: what is only written otherwise is the same, and every mutation shows, in the right
//! direction, with a witness that the query engine confirms on both sides.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use aakit::diff::{Change, Effect, Side, compare, pair_up};
use aakit::policy::{DiskTree, IncludePath, Loader, MemoryTree, Policy, ResolvedKind, resolve};
use aakit::query::{Half, Query, Request};
use aakit::source::{SourceFile, SourceMap};
use aakit::syntax::Decision;
use aakit::vocabulary::{Permissions, Version};
use std::path::Path;
use std::process::Command;

fn policy(text: &str) -> Policy {
    let sources = SourceMap::new();
    let tree = MemoryTree::new();
    let loader = Loader::new(&tree, &sources, IncludePath::default(), Version::NEWEST);
    resolve(&loader, &loader.add(SourceFile::new("t", text.as_bytes())))
}

/// Every third profile of the corpus that has no error.
fn corpus_policies(folder: &Path) -> Vec<Policy> {
    let base = folder.join("apparmor.d");
    let sources = SourceMap::new();
    let loader = Loader::new(&DiskTree, &sources, IncludePath::new([], Some(base.clone())), Version::NEWEST);
    let mut names: Vec<_> = std::fs::read_dir(&base)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    names.sort();
    names
        .iter()
        .step_by(STEP)
        .filter_map(|path| loader.load(path).ok())
        .map(|loaded| resolve(&loader, &loaded))
        .filter(|policy| policy.complete && policy.diagnostics.is_empty() && !policy.profiles.is_empty())
        .collect()
}

/// In a build without optimisation a part of the corpus has to do.
const STEP: usize = if cfg!(debug_assertions) { 15 } else { 2 };

/// The same rules in another order, file rules with one permission each, those for all files once for each half.
fn rewritten(policy: &mut Policy) {
    use aakit::syntax::Ownership;
    for profile in &mut policy.profiles {
        let mut rules = Vec::new();
        for rule in profile.rules.drain(..).rev() {
            let ResolvedKind::File(access) = &rule.kind else {
                rules.push(rule);
                continue;
            };
            let halves = match (rule.ownership, access.exec.is_some()) {
                (None, false) => vec![Some(Ownership::Other), Some(Ownership::Owner)],
                (half, _) => vec![half],
            };
            for half in halves {
                for letter in access.permissions.iter() {
                    let mut part = rule.clone();
                    part.ownership = half;
                    if let ResolvedKind::File(access) = &mut part.kind {
                        let access = std::sync::Arc::make_mut(access);
                        access.permissions = letter;
                        if letter != Permissions::EXEC {
                            (access.exec, access.exec_target) = (None, None);
                        }
                        if letter != Permissions::LINK {
                            access.link_target = None;
                        }
                    }
                    rules.push(part);
                }
            }
        }
        profile.rules = rules;
    }
}

/// Does a change of a file rule tell the truth of its witness, by the engine that is proven on the kernel?
fn confirm(change: &Change, old: &Query<'_>, new: &Query<'_>) {
    let Some(witness) = change.witness.as_ref().filter(|_| change.class == "file") else { return };
    let halves = change.files.map_or(vec![Half::Owner, Half::Other], |half| vec![half]);
    for half in halves {
        for letter in change.access.bytes() {
            let permissions = Permissions::from_letter(letter).unwrap();
            let request = Request::File { permissions, path: witness.clone().into_bytes() };
            let granted = |query: &Query<'_>| query.ask(&request, half).parts[0].granted();
            let expected = match change.effect {
                Effect::Widened => (false, true),
                Effect::Narrowed => (true, false),
                Effect::Changed | Effect::Logged => continue,
            };
            assert_eq!((granted(old), granted(new)), expected, "{change:?}");
        }
    }
}

fn confirm_all(old: &Policy, new: &Policy) -> Vec<Change> {
    let mut changes = Vec::new();
    for pair in pair_up(&[old], &[new]) {
        let (old, new) = (pair.old.unwrap(), pair.new.unwrap());
        let comparison = compare(old, new, Version::NEWEST);
        assert_eq!(comparison.undecided, [""; 0], "{}", pair.name());
        let queries = [old, new].map(|(policy, profile)| Query::new(policy, profile, Version::NEWEST));
        comparison.changes.iter().for_each(|change| confirm(change, &queries[0], &queries[1]));
        changes.extend(comparison.changes);
    }
    changes
}

#[test]
fn profiles_of_the_corpus_are_the_same_however_they_are_written() {
    let Some(corpus) = common::corpus("profiles_of_the_corpus_are_the_same_however_they_are_written") else {
        return;
    };
    let (policies, mut rewrites) = (corpus_policies(&corpus), corpus_policies(&corpus));
    assert!(policies.len() > 20, "only {} profiles", policies.len());
    rewrites.iter_mut().for_each(rewritten);
    for (policy, rewritten) in policies.iter().zip(&rewrites) {
        let changes = confirm_all(policy, rewritten);
        assert!(changes.is_empty(), "{}: {changes:#?}", policy.profiles[0].display_name());
    }
}

#[test]
fn a_rule_that_is_dropped_or_added_shows() {
    let Some(corpus) = common::corpus("a_rule_that_is_dropped_or_added_shows") else { return };
    let (policies, mut mutants) = (corpus_policies(&corpus), corpus_policies(&corpus));
    let mut shown = 0;
    for (index, (policy, mutant)) in policies.iter().zip(&mut mutants).enumerate() {
        let rules = &mut mutant.profiles[0].rules;
        let is_file = |kind: &ResolvedKind| matches!(kind, ResolvedKind::File(_));
        let files: Vec<usize> = (0..rules.len()).filter(|at| is_file(&rules[*at].kind)).collect();
        if files.is_empty() {
            continue;
        }
        let dropped = rules.remove(files[index * 7 % files.len()]);
        let narrows = dropped.decision == Decision::Allow;
        for (old, new, effect) in [
            (policy, &*mutant, if narrows { Effect::Narrowed } else { Effect::Widened }),
            (&*mutant, policy, if narrows { Effect::Widened } else { Effect::Narrowed }),
        ] {
            let changes = confirm_all(old, new);
            // A rule that another one covers is no loss; what shows has the right direction.
            for change in &changes {
                assert!(
                    change.effect == effect
                        || change.effect == Effect::Logged
                        || change.class == "link"
                        || change.effect == Effect::Changed,
                    "{}: {dropped:?}: {change:?}",
                    policy.profiles[0].display_name()
                );
            }
            shown += usize::from(!changes.is_empty());
        }
    }
    assert!(shown > policies.len() / 2, "only {shown} of {} mutations show", 2 * policies.len());
}

#[test]
fn a_wrong_witness_is_found_out() {
    // Negative control of what confirms the witnesses.
    let (old, new) = (policy("profile t { /a r, }"), policy("profile t { /a rw, }"));
    let mut changes = confirm_all(&old, &new);
    let (before, after) = (
        Query::new(&old, &old.profiles[0], Version::NEWEST),
        Query::new(&new, &new.profiles[0], Version::NEWEST),
    );
    changes[0].witness = Some("/b".to_owned());
    let wrong =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| confirm(&changes[0], &before, &after)));
    assert!(wrong.is_err());
    assert_eq!(changes[0].rules, [(Side::New, 0)]);
}

#[test]
fn equal_bytes_of_the_compiler_are_the_same_policy() {
    let Some(parser) = common::parser("equal_bytes_of_the_compiler_are_the_same_policy") else { return };
    let mut equal = 0;
    for (one, other) in [
        ("/a rw,", "/a r, /a w,"),
        ("/a/** r, /a/b r,", "/a/** r,"),
        ("/{a,b} r,", "/b r, /a r,"),
        ("/a rw, deny /a w,", "/a r, deny /a w,"),
        ("/a r, audit deny /b w,", "/a r,"),
        ("network inet,", "network inet, network inet stream,"),
        ("capability chown kill,", "capability kill, capability chown,"),
        ("signal send, signal receive,", "signal (send, receive),"),
        ("ptrace (read trace),", "ptrace trace, ptrace read,"),
        ("network unix,", "unix,"),
        ("network unix stream,", "unix type=stream,"),
        ("network unix,", "network unix, unix type=stream peer=(label=x),"),
        ("network,", "network, unix (send),"),
        ("unix, deny network,", "deny network,"),
        ("change_profile /f -> a,", "change_profile safe /f -> a,"),
        ("change_profile /f -> a,", "change_profile unsafe /f -> a,"),
        ("umount /a/, umount /b/,", "umount /{a,b}/,"),
        ("mount options=(ro) /a/ -> /b/,", "mount options=ro /a/ -> /b/,"),
        ("change_profile -> **,", "change_profile,"),
        ("/a ix,", "/a mix,"),
        ("/a r,", "/a w,"),
        ("/a px,", "/a ix,"),
        ("/a r,", "owner /a r,"),
    ] {
        let text = |rules: &str| format!("profile t {{ {rules} }}");
        let compile =
            |rules: &str| common::compile(&parser, Path::new("/etc/apparmor.d"), &text(rules)).unwrap();
        let (old, new) = (policy(&text(one)), policy(&text(other)));
        let comparison = compare((&old, &old.profiles[0]), (&new, &new.profiles[0]), Version::NEWEST);
        if compile(one) == compile(other) {
            equal += 1;
            assert!(comparison.is_same(), "{one} / {other}: {comparison:?}");
        } else {
            println!("other bytes: {one} / {other}: {}", comparison.changes.len());
        }
    }
    assert!(equal > 8, "the compiler takes only {equal} for the same");
}

fn aakit(folder: &Path, args: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_aakit")).args(args).current_dir(folder).output().unwrap();
    let told =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code().unwrap_or(-1), told)
}

fn git(folder: &Path, args: &[&str]) {
    let status = Command::new("git")
        .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"])
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(status.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&status.stderr));
}

#[test]
fn a_revision_of_git_is_a_side_with_its_own_abstractions() {
    if Command::new("git").arg("--version").output().is_err() {
        common::skip("a_revision_of_git_is_a_side_with_its_own_abstractions", "git");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::create_dir_all(path.join("d/abstractions")).unwrap();
    std::fs::write(path.join("d/abstractions/own"), "/etc/a r,\n").unwrap();
    std::fs::write(path.join("d/web"), "profile web {\n  include <abstractions/own>\n}\n").unwrap();
    git(path, &["init", "-q"]);
    git(path, &["add", "."]);
    git(path, &["commit", "-q", "-m", "one"]);
    let (code, told) = aakit(path, &["diff", "HEAD:d", "d"]);
    assert_eq!((code, told.trim()), (0, "the same policy: 1 profile"));
    std::fs::write(path.join("d/abstractions/own"), "/etc/a r,\n/etc/b w,\n").unwrap();
    let (code, told) = aakit(path, &["diff", "HEAD:d/web", "d/web"]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("+ file w /etc/b") && told.contains("d/abstractions/own:2"), "{told}");
    let (code, told) = aakit(path, &["diff", "d/web", "HEAD:d/web", "--fail-on", "widened"]);
    assert_eq!(code, 0, "{told}");
    let (code, told) = aakit(path, &["diff", "d/web", "NOPE:d/web"]);
    assert_eq!(code, 2, "{told}");
    assert!(told.contains("git revision `NOPE`"), "{told}");
    let (code, told) = aakit(path, &["diff", "HEAD:d/web", "d/web", "--output-format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(code, 1);
    assert_eq!(json["profiles"][0]["changes"][0]["witness"], "/etc/b");
    let (_, told) = aakit(path, &["diff", "HEAD:d/web", "d/web", "--output-format", "markdown"]);
    assert!(told.contains("| `file w /etc/b` |  | new `/etc/b w,` `d/abstractions/own:2` |"), "{told}");
}
