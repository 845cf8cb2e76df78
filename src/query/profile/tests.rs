//! What the kernel answered on what is not about files (Linux 6.1 and 6.12), and what is told of whole profiles.

use super::*;
use crate::policy::{IncludePath, Loader, MemoryTree, resolve};
use crate::source::{SourceFile, SourceMap};

fn ask_profile(text: &str, request: &str, half: Half, version: Version) -> Answer {
    let sources = SourceMap::new();
    let tree = MemoryTree::new();
    let loader = Loader::new(&tree, &sources, IncludePath::default(), version);
    let policy = resolve(&loader, &loader.add(SourceFile::new("t", text.as_bytes())));
    assert!(policy.diagnostics.is_empty(), "{text}: {:?}", policy.diagnostics);
    let words: Vec<&str> = request.split(' ').collect();
    let request = Request::parse(&words).unwrap_or_else(|error| panic!("{request}: {error}"));
    Query::new(&policy, &policy.profiles[0], version).ask(&request, half)
}

fn ask_version(rules: &str, request: &str, version: Version) -> Answer {
    ask_profile(&format!("profile t {{ {rules} }}"), request, Half::Owner, version)
}

fn ask(rules: &str, request: &str) -> Answer {
    ask_version(rules, request, Version::NEWEST)
}

/// The granted words, and of those refused the ones that are not logged.
fn told(rules: &str, request: &str) -> (String, String) {
    let answer = ask(rules, request);
    let words = |wanted: &dyn Fn(&Part) -> bool| {
        answer
            .parts
            .iter()
            .filter(|part| wanted(part))
            .map(|part| part.word.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    };
    (words(&Part::granted), words(&|part| !part.granted() && !part.logged))
}

#[test]
fn classes_are_decided_as_the_kernel_does() {
    for (rules, request, granted, quiet) in [
        ("capability sys_admin,", "capability sys_admin", "capability", ""),
        ("capability,", "capability chown", "capability", ""),
        ("capability, deny capability sys_admin,", "capability sys_admin", "", "capability"),
        ("/a r,", "capability sys_admin", "", ""),
        ("network inet stream,", "network create inet stream", "create", ""),
        ("network inet stream,", "network create inet dgram", "", ""),
        ("network tcp,", "network create inet6 stream", "create", ""),
        ("network stream,", "network create unix stream", "create", ""),
        ("network, deny network inet,", "network create inet stream", "", "create"),
        ("network, deny network inet,", "network create unix stream", "create", ""),
        ("network create inet,", "network create bind inet stream", "create", ""),
        ("/a r,", "network create inet stream", "", ""),
        ("unix,", "network create unix stream", "create", ""),
        ("unix (bind) type=stream,", "network create bind unix stream", "bind", ""),
        ("network unix stream,", "unix send stream addr=@a", "send", ""),
        ("network unix stream,", "unix send dgram", "", ""),
        ("network stream,", "unix send stream peer=@b label=x", "send", ""),
        ("network unix,", "unix send", "send", ""),
        ("network unix, deny network unix stream,", "unix send stream", "", ""),
        ("network unix, deny network unix stream,", "unix send dgram", "send", ""),
        ("network unix, deny unix (send) addr=@a,", "unix send stream addr=@a", "", "send"),
        ("signal send set=term peer=foo,", "signal send term foo", "send", ""),
        ("signal send set=term peer=foo,", "signal send kill foo", "", ""),
        ("signal peer=*,", "signal send hup foo//bar", "", ""),
        ("signal peer=*,", "signal send hup :ns:foo", "send", ""),
        ("signal peer=foo//*,", "signal send hup foo//bar", "send", ""),
        ("signal, deny signal send set=kill,", "signal send receive kill x", "receive", "send"),
        ("signal set=exists,", "signal send receive exists x", "send receive", ""),
        ("signal peer=foo,", "signal send term", "", ""),
        ("ptrace read peer=foo,", "ptrace read trace foo", "read", ""),
        ("ptrace (trace,tracedby),", "ptrace trace tracedby x", "trace tracedby", ""),
        ("ptrace, deny ptrace trace,", "ptrace read trace x", "read", "trace"),
        ("mount fstype=tmpfs -> /m/,", "mount fstype=tmpfs tmpfs /m/", "mount", ""),
        ("mount fstype=tmpfs -> /m/,", "mount fstype=proc proc /m/", "", ""),
        ("mount options=(ro,bind) /a/ -> /m/,", "mount options=bind /a/ /m/", "mount", ""),
        ("mount options=(ro,bind) /a/ -> /m/,", "mount options=bind,ro /a/ /m/", "mount", ""),
        ("mount options=(bind) /a/ -> /m/,", "mount options=rbind /a/ /m/", "", ""),
        ("mount options=(rbind) /a/ -> /m/,", "mount options=bind /a/ /m/", "", ""),
        ("mount options=(rbind) /a/ -> /m/,", "mount options=rbind /a/ /m/", "mount", ""),
        ("mount /a/ -> /m/,", "mount options=rbind /a/ /m/", "mount", ""),
        ("mount /a/ -> /m/,", "mount fstype=ext4 /a/ /m/", "mount", ""),
        ("mount,", "mount options=private /m/", "mount", ""),
        ("mount,", "remount options=ro /m/", "mount", ""),
        ("mount,", "umount /m/", "", ""),
        ("mount,", "pivot_root /m/ /m/o/", "", ""),
        ("mount options=(ro),", "mount options=ro fstype=tmpfs x /m/", "mount", ""),
        ("mount options=(ro),", "mount options=ro,nosuid fstype=tmpfs x /m/", "", ""),
        ("mount options=(ro),", "mount fstype=tmpfs x /m/", "", ""),
        ("mount options in (ro),", "mount options=ro fstype=tmpfs x /m/", "mount", ""),
        ("mount options in (ro),", "mount fstype=tmpfs x /m/", "mount", ""),
        ("mount options in (ro),", "mount options=nosuid fstype=tmpfs x /m/", "", ""),
        ("remount /m/,", "remount options=ro /m/", "mount", ""),
        ("remount options=(ro) /m/,", "remount options=ro /m/", "mount", ""),
        ("remount options=(ro) /m/,", "remount options=bind,ro /m/", "", ""),
        ("remount options=(ro) /m/,", "mount options=ro fstype=tmpfs x /m/", "", ""),
        ("mount options=(private) -> /m/,", "mount options=private /m/", "mount", ""),
        ("mount options=(private) -> /m/,", "mount options=rprivate /m/", "", ""),
        ("mount options=(move) /a/ -> /m/,", "mount options=move /a/ /m/", "mount", ""),
        ("mount options=(move) /a/ -> /m/,", "mount options=bind /a/ /m/", "", ""),
        ("umount /m/,", "umount /m/", "umount", ""),
        ("pivot_root oldroot=/m/o/ /m/,", "pivot_root /m/ /m/o/", "pivot_root", ""),
        ("mount, deny mount options=(ro),", "mount options=ro fstype=tmpfs x /m/", "", "mount"),
        ("mount, deny mount options=(ro),", "mount fstype=tmpfs x /m/", "mount", ""),
        ("mount, deny mount fstype=proc,", "mount fstype=proc proc /m/", "", "mount"),
        ("change_profile -> t,", "change_profile t", "change_profile", ""),
        ("change_profile -> p*,", "change_profile p/1", "", ""),
        ("change_profile /f -> t,", "change_profile t", "change_profile", ""),
        ("change_profile /f -> t,", "change_profile /x -> t", "", ""),
        ("dbus send bus=session,", "dbus send bus=session path=/a", "send", ""),
        ("dbus send bus=session path=/a/**,", "dbus send bus=session path=/b", "", ""),
        ("mqueue (read,write) /q*,", "mqueue read /q1", "read", ""),
        ("mqueue read /q,", "mqueue write 5", "write", ""),
        ("all,", "network create inet stream", "create", ""),
    ] {
        let found = told(rules, request);
        assert_eq!((found.0.as_str(), found.1.as_str()), (granted, quiet), "{rules} asked {request}");
    }
}

#[test]
fn an_older_parser_cannot_name_accesses_of_sockets() {
    let answer = ask_version("unix (bind) type=stream,", "network create unix stream", Version::V3_0);
    assert_eq!(answer.verdict(), Verdict::Allowed);
    assert_eq!(
        ask_version("remount /m/,", "remount options=ro /m/", Version::V3_0).verdict(),
        Verdict::Denied
    );
}

#[test]
fn what_the_abi_leaves_out_is_not_mediated() {
    let with_abi = |abi: &str| format!("abi <abi/{abi}>,\nprofile t {{ /a r, }}");
    for (abi, fate) in [("3.0", Fate::NotMediated), ("4.0", Fate::NoRule)] {
        let sources = SourceMap::new();
        let tree = MemoryTree::new().with(format!("/p/abi/{abi}"), "x");
        let loader = Loader::new(&tree, &sources, IncludePath::new([], Some("/p".into())), Version::NEWEST);
        let policy = resolve(&loader, &loader.add(SourceFile::new("t", with_abi(abi).into_bytes())));
        let answer =
            Query::new(&policy, &policy.profiles[0], Version::NEWEST).ask(&Request::Userns, Half::Owner);
        assert_eq!(answer.parts[0].fate, fate, "{abi}");
    }
    let capability = ask("/a r,", "capability chown");
    assert_eq!(capability.parts[0].fate, Fate::NoRule);
}

#[test]
fn an_unconfined_profile_is_not_asked() {
    let text = "profile t flags=(unconfined) { deny /f r, }";
    let answer = ask_profile(text, "r /f", Half::Owner, Version::NEWEST);
    assert_eq!(answer.parts[0].fate, Fate::NotMediated);
}

#[test]
fn aliases_hats_and_all_are_spelled_out() {
    let allowed = |text: &str, request: &str| {
        ask_profile(text, request, Half::Owner, Version::NEWEST).verdict() == Verdict::Allowed
    };
    let aliased = "alias /home -> /mnt/h,\nprofile t { /home/x r, /homey r, }";
    assert!(allowed(aliased, "r /mnt/h/x") && allowed(aliased, "r /home/x") && allowed(aliased, "r /mnt/hy"));
    assert!(allowed("profile t { hat h { } }", "w /proc/1/attr/current"));
    assert!(!allowed("profile t { }", "w /proc/1/attr/current"));
    assert!(allowed("profile t { change_profile -> x, }", "w /proc/1/attr/apparmor/exec"));
    assert!(allowed("profile t { all, /opt/* px, }", "rwmklx /opt/x"));
}

#[test]
fn the_deciding_rules_are_named_by_their_place() {
    let answer = ask("/** r, deny /a w, audit /a k,", "rwk /a");
    let told: Vec<_> = answer
        .parts
        .iter()
        .map(|part| (part.word.as_str(), part.fate, part.logged, part.rules.clone()))
        .collect();
    assert_eq!(
        told,
        [
            ("r", Fate::Allowed, false, vec![0]),
            ("w", Fate::Denied, false, vec![1]),
            ("k", Fate::Allowed, true, vec![2]),
        ]
    );
    assert_eq!(answer.verdict(), Verdict::Partial);
}
