//! What the kernel answered (Linux 6.1, policy of apparmor_parser 6.0) on the masks of paths.

use super::*;
use crate::glob::unescape;

/// Rules as in a profile, each ended by a comma and a blank; only the forms that the tables below use.
fn policy_of(rules: &str, version: Version, audits_all: bool) -> FilePolicy {
    let mut entries = Vec::new();
    let mut changes = Vec::new();
    for (rule, text) in rules.split("; ").enumerate() {
        let mut words: Vec<&str> = text.split(' ').collect();
        let mut strength = Strength { decision: Decision::Allow, audit: false, priority: 0 };
        let mut ownership = None;
        let (mut link, mut subset) = (false, false);
        loop {
            match words[0] {
                "audit" => strength.audit = true,
                "deny" => strength.decision = Decision::Deny,
                "prompt" => strength.decision = Decision::Prompt,
                "owner" => ownership = Some(Ownership::Owner),
                "other" => ownership = Some(Ownership::Other),
                "link" => link = true,
                "subset" => subset = true,
                word if word.starts_with("priority=") => strength.priority = word[9..].parse().unwrap(),
                _ => break,
            }
            words.remove(0);
            if words.is_empty() {
                break;
            }
        }
        let glob = |text: &str| Arc::new(Glob::parse(&unescape(text.as_bytes()), Dialect::Path).unwrap());
        let mut file = |path: &str, permissions: &str, target: Option<&str>, strength| {
            let x = permissions.find(|letter| "pPcCuUi".contains(letter));
            let (plain, mode) = permissions.split_at(x.unwrap_or(permissions.len()));
            let mut set: Permissions = plain.bytes().filter_map(Permissions::from_letter).collect();
            let exec = ExecMode::from_name(mode.as_bytes());
            if exec.is_some() {
                set |= Permissions::EXEC;
            }
            let link_target = target.filter(|_| set.contains(Permissions::LINK));
            entries.push(FileEntry {
                path: glob(path),
                permissions: set.with_implied(),
                exec: exec.map(|mode| Exec { mode, target: target.map(|name| name.as_bytes().to_vec()) }),
                link: link_target.map(|target| Link { target: Some(glob(target)), subset }),
                ownership,
                audits_all_files: false,
                strength,
                rule,
            });
        };
        match words.as_slice() {
            ["all"] => {
                file("/{**,}", "rwlkm", None, strength);
                file("/{**,}", "ix", None, Strength { priority: strength.priority - 1, ..strength });
            }
            ["file"] => file("/{**,}", "rwlkmix", None, strength),
            ["change_profile", rest @ ..] => {
                let label = |text: &&str| Arc::new(Glob::parse(text.as_bytes(), Dialect::Label).unwrap());
                let exec = rest.first().filter(|word| **word != "->").map(label);
                let target = rest.iter().position(|word| *word == "->").map(|at| label(&rest[at + 1]));
                changes.push(ChangeEntry { exec, target, keeps_environment: false, strength, rule });
            }
            [path, "->", target] if link => file(path, "l", Some(target), strength),
            ["l", path, "->", target] => file(path, "l", Some(target), strength),
            [path, permissions] => file(path, permissions, None, strength),
            [path, permissions, "->", target] => file(path, permissions, Some(target), strength),
            other => panic!("{other:?}"),
        }
    }
    FilePolicy::new(entries, changes, version, audits_all)
}

fn policy(rules: &str) -> FilePolicy {
    policy_of(rules, Version::NEWEST, false)
}

fn ask(rules: &str, path: &str, half: Half) -> (u32, u32) {
    let answer = policy(rules).ask(path.as_bytes(), half);
    (answer.masks.allow, answer.masks.quiet)
}

/// Rules, path, allow and quiet of the owner's half.
const VECTORS: &[(&str, &str, u32, u32)] = &[
    ("/f r", "/f", 0x244, 0),
    ("/f w", "/f", 0x337a, 0),
    ("/f a", "/f", 0x208, 0),
    ("/f k", "/f", 0x8200, 0),
    ("/f m", "/f", 0x10200, 0),
    ("/f l", "/f", 0x40200, 0),
    ("/f px", "/f", 0x201, 0),
    ("/f Cx -> t", "/f", 0x201, 0),
    ("/f PUx", "/f", 0x201, 0),
    ("/f ix", "/f", 0x10201, 0),
    ("/f Pix", "/f", 0x10201, 0),
    ("/f rw", "/f", 0x337e, 0),
    ("/f ra", "/f", 0x24c, 0),
    ("/f rix", "/f", 0x10245, 0),
    ("/f rwmkl", "/f", 0x5b37e, 0),
    ("file", "/f", 0x5b37f, 0),
    ("all", "/f", 0x5b37f, 0),
    ("deny /f r", "/f", 0x200, 0x44),
    ("deny /f w", "/f", 0x200, 0x317a),
    ("deny /f k", "/f", 0x200, 0x8000),
    ("deny /f m", "/f", 0x200, 0x10000),
    ("deny /f x", "/f", 0x200, 1),
    ("/f w; deny /f a", "/f", 0x3372, 8),
    ("/f a; deny /f w", "/f", 0x200, 0x317a),
    ("/f rw; deny /f w", "/f", 0x244, 0x313a),
    ("/f ix; deny /f m", "/f", 0x201, 0x10000),
    ("/f rix; deny /f x", "/f", 0x244, 1),
    ("/f px; deny /f x", "/f", 0x200, 1),
    ("/f rix; priority=5 /f px", "/f", 0x245, 0),
    ("priority=5 /f rix; deny /f m", "/f", 0x245, 0x10000),
    ("priority=5 /f mix; deny /f m", "/f", 0x10201, 0),
    ("/f r; deny /f w; audit /f k; audit deny /f a", "/f", 0x8244, 0x313a),
    ("/f rw; audit deny /f w; deny /* w", "/f", 0x244, 0x313a),
    ("/f rw; priority=5 audit deny /f w", "/f", 0x244, 0),
    ("prompt /f r", "/f", 0x200, 0),
    ("prompt /f rw; /f r", "/f", 0x244, 0),
    ("priority=1 prompt /f r; /f r", "/f", 0x200, 0),
    ("priority=1 prompt /f r; deny /f r", "/f", 0x200, 0),
    ("/f rw; priority=1 deny /f w", "/f", 0x244, 0x313a),
    ("priority=1 /f rw; deny /f w", "/f", 0x337e, 0),
    ("priority=1 /f r; deny /f rw", "/f", 0x244, 0x313a),
    ("priority=1 /f r; /* rw", "/f", 0x337e, 0),
    ("priority=1 deny /* r; priority=2 /f r", "/f", 0x244, 0),
    ("priority=1 deny /f r; priority=2 /f w; /f rwk", "/f", 0xb37a, 4),
    ("priority=-1 deny /f r; /f r", "/f", 0x244, 0),
    ("priority=5 /f a; deny /f w", "/f", 0x208, 0x3172),
    ("priority=5 /f w; deny /f a", "/f", 0x337a, 0),
    ("priority=5 deny /f a; /f w", "/f", 0x3372, 8),
    ("priority=5 deny /f w; /f a", "/f", 0x200, 0x317a),
    ("priority=5 deny /f x; /f rix", "/f", 0x244, 1),
    ("priority=5 /f px; /f rix", "/f", 0x245, 0),
    ("priority=5 /f m; deny /f m", "/f", 0x10200, 0),
    ("priority=1000 /f r; priority=999 deny /f r", "/f", 0x244, 0),
    ("all; deny /f r", "/f", 0x5b37b, 4),
    ("all; priority=-1 deny /f rwxmkl", "/f", 0x5b37e, 1),
    ("all; priority=-2 deny /f rwxmkl", "/f", 0x5b37f, 0),
    ("owner /a rw", "/a", 0x337e, 0),
    ("other /a r", "/a", 0x200, 0),
    ("/a rw; deny owner /a w", "/a", 0x244, 0x313a),
    ("/a rw; audit deny /a w", "/a", 0x244, 0),
    ("/** r; deny /a/** r", "/a/b", 0x200, 0x44),
    ("/** r; deny /a/** r", "/a/", 0x244, 0),
    ("/** rw; deny /[^t]** w", "/t/x", 0x337e, 0),
    ("/** rw; deny /[^t]** w", "/etc/x", 0x244, 0x313a),
    ("/a r; /a* w", "/a", 0x337e, 0),
    ("/{a,b}* r; /a[0-9] w", "/a1", 0x337e, 0),
    ("/a/ r", "/a", 0x200, 0),
    ("/a/** r", "/a/", 0x200, 0),
    ("/a/*/b r", "/a//b", 0, 0),
    ("/a/**/b r", "/a/b", 0x200, 0),
    ("/a[^x] r", "/a/", 0x244, 0),
    ("/** r", "/", 0x200, 0),
    ("/{**,} r", "/", 0x244, 0),
    (r"/a\x2a r", "/a*", 0x244, 0),
    (r"/a\x2a r", "/ab", 0, 0),
    ("/a/[*] r", "/a/x", 0, 0),
    ("priority=1 /a r; deny /a rw", "/a", 0x244, 0x313a),
    ("priority=1 deny /a w; /a rw", "/a", 0x244, 0x313a),
    ("priority=2 /a r; priority=1 deny /** r; /** rw", "/a", 0x337e, 0),
    ("all; deny /a w", "/a", 0x58245, 0x313a),
    ("all; priority=-1 deny /a rx", "/a", 0x5b37e, 1),
    ("l /n -> /t", "/n\0/u", 0, 0),
    ("l /n -> /t", "/n\0/t", 0x40200, 0),
    ("/n l", "/n\0/t", 0x48200, 0),
    ("file", "/n\0/t", 0x48200, 0),
    ("link subset /n -> /t/*", "/n\0/t/u", 0x48200, 0),
    ("/n l; deny link /n -> /t", "/n\0/t", 0x8200, 0x40000),
    ("/n l; deny link /n -> /t", "/n\0/u", 0x48200, 0),
    ("/f l; deny /f l", "/f", 0x40200, 0),
    ("/f l; deny /f l", "/f\0/t", 0x200, 0x40000),
    ("priority=1 /f l; deny /f l", "/f\0/t", 0x48200, 0),
    ("/f l; priority=1 deny /f l", "/f\0/t", 0x200, 0x40000),
    ("/n rw", "/n\0/t", 0, 0),
    ("change_profile -> t", "t", 0x6000_0200, 0),
    ("change_profile -> t", "/x\0t", 0x2000_0200, 0),
    ("change_profile /f -> t", "/x\0t", 0, 0),
    ("change_profile /f -> t", "t", 0x6000_0200, 0),
    ("change_profile -> t", "&t", 0, 0),
    ("change_profile -> p*", "p1", 0x6000_0200, 0),
    ("change_profile -> p*", "p/1", 0, 0),
];

#[test]
fn masks_are_the_kernels() {
    for (rules, path, allow, quiet) in VECTORS {
        let found = ask(rules, path, Half::Owner);
        assert_eq!(found, (*allow, *quiet), "{rules} on {path}: {:x} quiet {:x}", found.0, found.1);
    }
}

#[test]
fn halves_are_decided_alone() {
    for (rules, owner, other) in [
        ("owner /f r", 0x244, 0x200),
        ("other /f r", 0x200, 0x244),
        ("owner /f rw", 0x337e, 0x200),
        ("deny owner /f r; /f rwk", 0xb37a, 0xb37e),
        ("/f m; owner /f ix", 0x10201, 0x10200),
        ("owner /f px; other /f ix", 0x201, 0x10201),
        ("/f rw; deny owner /f w", 0x244, 0x337e),
    ] {
        assert_eq!(ask(rules, "/f", Half::Owner).0, owner, "{rules}");
        assert_eq!(ask(rules, "/f", Half::Other).0, other, "{rules}, other");
    }
}

#[test]
fn audit_is_of_what_won() {
    for (rules, audit) in [
        ("audit /f r", 0x244),
        ("audit /f w", 0x317a),
        ("audit /f ix", 1),
        ("/f w; audit /* w", 0x317a),
        ("priority=5 audit /f r; /f rw", 0x244),
        ("priority=5 /f r; audit /f rw", 0x317a),
        ("/f r; deny /f w; audit /f k; audit deny /f a", 0x8000),
    ] {
        assert_eq!(policy(rules).ask(b"/f", Half::Owner).masks.audit, audit, "{rules}");
    }
    let flagged = policy_of("/f r; deny /f w; audit /f k", Version::NEWEST, true);
    assert_eq!(flagged.ask(b"/f", Half::Owner).masks, Masks { allow: 0x8244, audit: 0x8244, quiet: 0 });
}

#[test]
fn an_older_parser_adds_m_as_a_letter() {
    let masks = |rules| policy_of(rules, Version::V3_0, false).ask(b"/f", Half::Owner).masks.allow;
    assert_eq!(masks("/f rix; deny /f x"), 0x10244);
    assert_eq!(masks("/f ix; deny /f m"), 0x201);
}

#[test]
fn the_exec_mode_is_that_of_the_exact_rule() {
    let exec = |rules: &str, path: &str| {
        let answer = policy(rules).ask(path.as_bytes(), Half::Owner);
        (answer.exec.map(|exec| exec.mode.name()), answer.exec_conflict)
    };
    for (rules, expected) in [
        ("/opt/att px; /opt/* ix", (Some("px"), false)),
        ("/opt/att ix; /* px", (Some("ix"), false)),
        ("/opt/att Px; /opt/* px", (Some("Px"), false)),
        ("/opt/at[t] px; /opt/** ix", (Some("px"), false)),
        ("file; /opt/att px", (Some("px"), false)),
        ("all; /opt/* px", (Some("px"), false)),
        ("file; /** px", (Some("ix"), true)),
        ("/opt/at* px; /opt/a* ix", (Some("px"), true)),
        ("/opt/att r; /opt/* ix", (Some("ix"), false)),
        ("deny /opt/att x; /opt/* ix", (None, false)),
        ("/opt/att px; audit deny /opt/* x", (None, false)),
        ("priority=1 /opt/* px; /opt/att ix", (Some("px"), false)),
        ("priority=1 /opt/* px; deny /opt/att x", (Some("px"), false)),
        ("priority=1 /opt/* r; /opt/att ix", (Some("ix"), false)),
    ] {
        assert_eq!(exec(rules, "/opt/att"), expected, "{rules}");
    }
    let answer = policy("owner /opt/att px; /opt/* ix");
    assert_eq!(answer.ask(b"/opt/att", Half::Other).exec.map(|exec| exec.mode.name()), Some("ix"));
}

#[test]
fn links_are_refused_where_they_would_grant_more() {
    for (rules, refused) in [
        ("/n l", None),
        ("/n rl", Some(LinkRefusal::GrantsMore(Permissions::READ))),
        ("/n rl; /t r", None),
        ("/n rwl; /t r", Some(LinkRefusal::GrantsMore(Permissions::WRITE | Permissions::APPEND))),
        ("/n la; /t w", None),
        ("/n lw; /t a", Some(LinkRefusal::GrantsMore(Permissions::WRITE))),
        ("/n lk; /t r", Some(LinkRefusal::GrantsMore(Permissions::LOCK))),
        ("/n lix; /t px", Some(LinkRefusal::GrantsMore(Permissions::MMAP))),
        ("/n lix; /t ix", None),
        ("/n lPx; /t px", None),
        ("/n lpx; /t Px", Some(LinkRefusal::ExecutesDifferently)),
        ("/n lr; deny /n r", None),
        ("/n l; deny link /n -> /t", Some(LinkRefusal::Pair)),
        ("/n l; deny /t l", None),
        (
            "link subset /n -> /t; /n rw; /t r",
            Some(LinkRefusal::GrantsMore(Permissions::WRITE | Permissions::APPEND)),
        ),
        ("link /n -> /t; /n rw; /t r", None),
        ("/n rw", Some(LinkRefusal::Name)),
    ] {
        assert_eq!(policy(rules).ask_link(b"/n", b"/t", Half::Owner).refused, refused, "{rules}");
    }
}

#[test]
fn the_responsible_rules_are_named() {
    let policy = policy("/** r; /a w; deny /a* w; /a rk");
    let answer = policy.ask(b"/a", Half::Owner);
    assert_eq!(answer.responsible(Permissions::READ), [0, 3]);
    assert_eq!(answer.responsible(Permissions::WRITE), [2]);
    assert_eq!(answer.responsible(Permissions::EXEC), [0; 0]);
    assert_eq!(answer.denied(), Permissions::WRITE | Permissions::APPEND);
    assert_eq!(answer.allowed(), Permissions::READ | Permissions::LOCK);
}
