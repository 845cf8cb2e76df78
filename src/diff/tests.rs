//! Pairs of profiles with known answers.

use super::*;
use crate::policy::{IncludePath, Loader, MemoryTree, resolve};
use crate::source::{SourceFile, SourceMap};

fn policy(text: &str) -> Policy {
    let sources = SourceMap::new();
    let tree = MemoryTree::new()
        .with("/base/abstractions/own", "/etc/one r,\n/var/lib/own/** rw,\n")
        .with("/base/abi/5.0", "");
    let includes = IncludePath::new([], Some("/base".into()));
    let loader = Loader::new(&tree, &sources, includes, Version::NEWEST);
    let policy = resolve(&loader, &loader.add(SourceFile::new("t", text.as_bytes())));
    assert!(policy.diagnostics.is_empty(), "{text}: {:?}", policy.diagnostics);
    policy
}

fn changes_of(old: &str, new: &str) -> Comparison {
    let (old, new) = (policy(old), policy(new));
    compare((&old, &old.profiles[0]), (&new, &new.profiles[0]), Version::NEWEST)
}

/// The changes on one line each.
fn told(old: &str, new: &str) -> Vec<String> {
    let profile = |rules: &str| match rules.contains('{') && rules.contains("profile ") {
        true => rules.to_owned(),
        false => format!("abi <abi/5.0>,\nprofile t {{ {rules} }}"),
    };
    let comparison = changes_of(&profile(old), &profile(new));
    assert!(comparison.undecided.is_empty(), "{old} / {new}: {:?}", comparison.undecided);
    comparison
        .changes
        .iter()
        .map(|change| {
            let sign = match change.effect {
                Effect::Widened => "+",
                Effect::Narrowed => "-",
                Effect::Changed => "~",
                Effect::Logged => "!",
            };
            let half = match change.files {
                Some(Half::Owner) => " owner",
                Some(Half::Other) => " other",
                None => "",
            };
            let mut text = format!("{sign}{half} {} {} {}", change.class, change.access, change.on);
            if !change.except.is_empty() {
                text += &format!(" except {}", change.except.join(" "));
            }
            if let (Some(old), Some(new)) = (&change.old, &change.new) {
                text += &format!(" ({old} to {new})");
            }
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect()
}

#[test]
fn what_means_the_same_is_no_difference() {
    let mut wrong = Vec::new();
    for (one, other) in [
        ("/a rw,", "/a r, /a w,"),
        ("/{a,b} r,", "/a r, /b r,"),
        ("/[ab] r,", "/{b,a} r,"),
        ("/a/** r, /a/b r,", "/a/** r,"),
        ("/a w, /a a,", "/a w,"),
        ("/a rw, deny /a w,", "/a r, deny /a w,"),
        ("/a r, audit deny /b w,", "/a r,"),
        ("/a/** r,", "/a/{?,?**} r,"),
        ("/a/** r,", "/a/*** r,"),
        ("/a r, priority=1 /a r,", "/a r,"),
        ("priority=3 /a r, priority=4 deny /b r,", "/a r, deny /b r,"),
        ("owner /a r, other /a r,", "/a r,"),
        ("/a ix,", "/a mix,"),
        ("/a pUx,", "/a pux,"),
        ("unsafe /a px,", "/a px,"),
        ("/a/** px -> t, /a/b px -> t,", "/a/** px -> t,"),
        ("file,", "/{**,} rwlkm, /{**,} ix,"),
        ("capability chown, capability kill,", "capability kill chown,"),
        ("capability, capability chown,", "capability,"),
        ("network inet stream, network inet stream,", "network inet stream,"),
        ("network tcp,", "network inet stream, network inet6 stream,"),
        ("network inet6 ip=::1 port=080,", "network inet6 port=80 ip=0:0:0:0:0:0:0:1,"),
        ("signal send, signal receive,", "signal (send, receive),"),
        ("signal send set=(term kill) peer=a,", "signal send set=kill peer=a, signal send set=term peer=a,"),
        ("signal peer=**,", "signal,"),
        (
            "ptrace (read trace) peer={a,b},",
            "ptrace read peer=a, ptrace read peer=b, ptrace trace peer={b,a},",
        ),
        ("mount options=(ro,nosuid) -> /a/,", "mount options=(nosuid,ro) -> /a/,"),
        ("mount options=(ro) -> /a/, mount options=(rw) -> /a/,", "mount options in (ro) -> /a/,"),
        ("umount /{a,b}/,", "umount /a/, umount /b/,"),
        ("change_profile -> **,", "change_profile,"),
        ("set rlimit fsize <= 1M,", "set rlimit fsize <= 1024K,"),
        (
            "dbus send bus={system,session} path=/a,",
            "dbus send bus=system path=/a, dbus send bus=session path=/a,",
        ),
        (
            "unix (send receive) type=stream peer=(label=a),",
            "unix send type=stream peer=(label=a), unix receive type=stream peer=(label=a),",
        ),
        ("include <abstractions/own>", "/etc/one r, /var/lib/own/** rw,"),
        ("network unix stream,", "unix type=stream,"),
        ("mqueue read 5,", ""),
        ("network unix,", "network unix, unix (send) type=dgram peer=(label=a),"),
        ("network, deny network,", "network, unix, deny network,"),
        ("network inet port=80-81,", "network inet port=80, network inet port=81,"),
        ("network inet port=80-99,", "network inet port=80-90, network inet port=85-99,"),
        ("network inet ip=10.0.0.1,", "network inet ip=10.0.0.1, network inet ip=10.0.0.1 port=80,"),
        ("network inet,", "network inet, network inet ip=10.0.0.1 port=80,"),
        (
            "network (connect) inet peer=(port=1-20),",
            "network (connect) inet peer=(port=1-9), network (connect) inet peer=(port=10-20),",
        ),
        ("@{X}=/a /b\nprofile t { @{X}/c r, }", "profile t { /b/c r, /a/c r, }"),
    ] {
        for (one, other) in [(one, other), (other, one)] {
            let found = told(one, other);
            if !found.is_empty() {
                wrong.push(format!("{one} / {other}: {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn differences_have_a_direction_and_a_pattern() {
    let mut wrong = Vec::new();
    for (old, new, expected) in [
        ("/a r,", "/a rw,", &["+ file w /a"][..]),
        ("/a rw,", "/a r,", &["- file w /a"]),
        ("/a r,", "/b r,", &["+ file r /b", "- file r /a"]),
        ("/a/** r,", "/a/b/** r,", &["- file r /a/** except /a/b/**"]),
        ("/a/b/** r,", "/a/** r,", &["+ file r /a/** except /a/b/**"]),
        ("/a/** rw,", "/a/** rw, deny /a/b w,", &["- file w /a/b"]),
        ("/a/** rw, deny /a/b w,", "/a/** rw,", &["+ file w /a/b"]),
        ("/a r,", "owner /a r,", &["- other file r /a"]),
        ("/a w,", "/a a,", &["- file w /a"]),
        ("/a r,", "audit /a r,", &["! file r /a (granted to granted and logged)"]),
        ("/a r,", "/a r, deny /b w,", &["! file w /b (refused and logged to refused and not logged)"]),
        ("/a ix,", "/a ux,", &["- file m /a", "~ file x /a (ix to ux)"]),
        ("/a px,", "/a px -> t2,", &["~ file x /a (px to px -> t2)"]),
        ("/a px,", "/a Px,", &["~ file x /a (px to Px)"]),
        ("/a l,", "/a r,", &["+ file r /a", "- link link /a -> /**"]),
        ("link subset /a -> /b,", "link /a -> /b,", &["+ link subset test /a -> /b"]),
        (
            "/a r,",
            "/a r, change_profile -> t2,",
            &[
                "+ change_profile change_profile t2",
                "+ owner file r /proc/*/attr/apparmor/",
                "+ owner file r /sys/module/apparmor/parameters/enabled",
                "+ owner file w /proc/*/attr/{apparmor/,}{current,exec}",
            ],
        ),
        ("capability chown,", "capability kill,", &["+ capability kill", "- capability chown"]),
        (
            "network inet ip=10.0.0.1,",
            "network inet ip=10.0.0.2,",
            &["- network ip=10.0.0.1", "+ network ip=10.0.0.2"],
        ),
        ("network inet port=80-90,", "network inet port=80-85,", &["- network port=80-90"]),
        ("network inet stream,", "network inet stream port=80,", &["- network inet stream"]),
        ("network inet, ", "network inet, deny network inet port=80,", &["- network port=80"]),
        ("network unix stream,", "", &["- network unix stream"]),
        ("unix (send) type=stream addr=@a,", "", &["- unix send type=stream addr=@a"]),
        ("network inet,", "network inet stream,", &["- network inet dgram raw rdm seqpacket packet"]),
        (
            "network inet stream,",
            "network inet6 stream,",
            &["+ network inet6 stream", "- network inet stream"],
        ),
        ("signal send,", "signal send peer=a,", &["- signal send everything"]),
        ("signal send peer=a,", "signal send set=term peer=a,", &["- signal send peer=a"]),
        ("ptrace read peer=a,", "ptrace read peer={a,b},", &["+ ptrace read peer={a,b}"]),
        (
            "mount options=(ro) /a/ -> /b/,",
            "mount options=(ro) /a/ -> /c/,",
            &["+ mount mount options=(ro) -> /c/ source=/a/", "- mount mount options=(ro) -> /b/ source=/a/"],
        ),
        ("umount /a/,", "", &["- umount umount /a/"]),
        ("set rlimit nofile <= 10,", "set rlimit nofile <= 20,", &["+ rlimit nofile (10 to 20)"]),
        ("set rlimit nofile <= 10,", "", &["+ rlimit nofile (10 to no limit)"]),
        ("userns,", "", &["- userns"]),
        (
            "change_profile /f -> a,",
            "change_profile unsafe /f -> a,",
            &["+ change_profile keeping the environment /f -> a"],
        ),
        ("priority=1 /a r, deny /a r,", "/a r, deny /a r,", &["- file r /a"]),
        (
            "profile t /usr/bin/a { }",
            "profile t /usr/bin/{a,b} { }",
            &["~ attachment now also for /usr/bin/{a,b} except /usr/bin/a"],
        ),
        (
            "profile t /a xattrs=(user.x=[ab]) { }",
            "profile t /a xattrs=(user.x=[abc]) { }",
            &["~ attachment conditions on extended attributes (user.x=[ab] to user.x=[abc])"],
        ),
        (
            "profile t /a { }",
            "profile t /a xattrs=(user.x) { }",
            &["~ attachment conditions on extended attributes (none to user.x=**)"],
        ),
        ("network inet icmp,", "network inet raw,", &["+ network inet raw, other than icmp"]),
        ("network inet raw,", "network icmp,", &["- network inet raw, other than icmp"]),
        (
            "network inet icmp,",
            "network inet,",
            &["+ network inet stream dgram rdm seqpacket packet", "+ network inet raw, other than icmp"],
        ),
        ("profile t { /a r, }", "profile t flags=(complain) { /a r, }", &["+ mode (enforce to complain)"]),
        (
            "profile t { /a r, }",
            "profile t flags=(attach_disconnected) { /a r, }",
            &["~ flags added attach_disconnected"],
        ),
    ] {
        let mut found = told(old, new);
        found.sort();
        let mut expected: Vec<&str> = expected.to_vec();
        expected.sort_unstable();
        if found != expected {
            wrong.push(format!("{old} / {new}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_witness_is_allowed_on_one_side_only() {
    let comparison = changes_of("profile t { /a/** r, deny /a/c r, }", "profile t { /a/b* r, deny /a/c r, }");
    let [change] = comparison.changes.as_slice() else { panic!("{comparison:?}") };
    let witness = change.witness.clone().unwrap();
    assert!(witness.starts_with("/a/") && !witness.starts_with("/a/b") && witness != "/a/c", "{witness}");
    assert_eq!(change.rules, [(Side::Old, 0)]);
}

#[test]
fn what_is_executed_otherwise_may_widen() {
    let may = |old: &str, new: &str| {
        let profile = |rules: &str| format!("profile t {{ {rules} }}");
        changes_of(&profile(old), &profile(new)).changes.iter().any(|change| change.may_widen)
    };
    assert!(may("/a ix,", "/a ux,"));
    assert!(may("/a Px,", "/a px,"));
    assert!(may("/a px,", "/a pux,"));
    assert!(!may("/a px,", "/a Px,"));
    assert!(!may("/a pux,", "/a px,"));
}

#[test]
fn profiles_are_paired_by_name_then_by_their_programs() {
    let old = policy("profile same { }\nprofile a /usr/bin/x { profile kid { } }\nprofile gone { }\n");
    let new = policy("profile b /usr/bin/x { profile kid { } }\nprofile same { }\n");
    let pairs: Vec<(String, Option<String>)> = pair_up(&[&old], &[&new])
        .iter()
        .map(|pair| {
            (pair.name(), pair.renamed_from().or_else(|| pair.new.is_none().then(|| "removed".to_owned())))
        })
        .collect();
    let expected = [("b", Some("a")), ("b//kid", Some("a//kid")), ("gone", Some("removed")), ("same", None)];
    assert_eq!(pairs, expected.map(|(name, from)| (name.to_owned(), from.map(str::to_owned))));
}
