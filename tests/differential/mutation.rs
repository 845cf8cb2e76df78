//! Real rules with one thing wrong: a token dropped, doubled or swapped, a stray character, CR LF, a comment in an odd
//! place, a word replaced by another of its kind, lines put into a block.

use crate::random::Random;
use std::path::Path;

/// Rules of the installed profiles and abstractions, one a line, each ended by its comma on the line.
pub fn donors(base: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    let mut files = crate::common::files(&base.join("abstractions"));
    let profiles = std::fs::read_dir(base).into_iter().flatten().flatten().map(|entry| entry.path());
    files.extend(profiles.filter(|path| path.is_file()));
    files.sort();
    for path in files {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        let rules = text.lines().map(str::trim).filter(|line| {
            line.ends_with(',') && !line.contains("include") && !line.starts_with('#') && line.len() < 160
        });
        lines.extend(rules.map(str::to_owned));
    }
    lines.sort();
    lines.dedup();
    lines
}

/// A profile of a few donor rules, mutated.
pub fn mutant(random: &mut Random, donors: &[String]) -> String {
    let mut text = String::from("include <tunables/global>\n\nprofile t /usr/bin/t flags=(complain) {\n");
    for _ in 0..1 + random.below(4) {
        text.push_str(&format!("  {}\n", donors[random.below(donors.len())]));
    }
    text.push_str("  profile child {\n    /c r, # a comment\n  }\n}\n");
    mutated(random, &text)
}

/// A text, mutated in one place or two.
pub fn mutated(random: &mut Random, text: &str) -> String {
    let mut tokens = tokens(text);
    for _ in 0..1 + usize::from(random.once_in(4)) {
        mutate(random, &mut tokens);
    }
    let text = tokens.concat();
    if random.once_in(12) { text.replace('\n', "\r\n") } else { text }
}

/// Words, runs of blanks, line ends and single characters.
fn tokens(text: &str) -> Vec<String> {
    let kind = |c: char| match c {
        ' ' | '\t' => 0,
        c if c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '.' | '*' | '@' | '-') => 1,
        _ => 2,
    };
    let mut tokens: Vec<String> = Vec::new();
    let mut last = 2;
    for c in text.chars() {
        match tokens.last_mut() {
            Some(token) if kind(c) == last && last != 2 => token.push(c),
            _ => tokens.push(c.to_string()),
        }
        last = kind(c);
    }
    tokens
}

/// Words that may stand for each other, in the grammar or in somebody's head.
const KINDS: &[&[&str]] = &[
    &["audit", "deny", "allow", "prompt", "owner", "other", "user", "safe", "unsafe", "quiet", "priority=2"],
    &[
        "r", "w", "a", "rw", "ra", "k", "m", "mr", "rk", "rwk", "rwkl", "l", "lr", "x", "ix", "rix", "px",
        "Px", "rPx", "cx", "Cx", "ux", "Ux", "rUx", "pix", "Pix", "cix", "PUx", "pux", "CUx", "mrix", "rwx",
        "R", "d", "wa", "pxix",
    ],
    &[
        "network",
        "unix",
        "dbus",
        "signal",
        "ptrace",
        "mount",
        "umount",
        "remount",
        "pivot_root",
        "capability",
        "mqueue",
        "io_uring",
        "userns",
        "file",
        "link",
        "all",
        "change_profile",
        "include",
        "change_hat",
    ],
    &["chown", "sys_admin", "net_admin", "CAP_CHOWN", "perfmon", "bpf", "sys_ptrace", "syslog", "nope"],
    &[
        "inet",
        "inet6",
        "unix",
        "netlink",
        "packet",
        "bluetooth",
        "can",
        "vsock",
        "alg",
        "ipx",
        "mctp",
        "INET",
    ],
    &["stream", "dgram", "raw", "seqpacket", "rdm", "tcp", "udp", "icmp", "packet", "sctp"],
    &[
        "send",
        "receive",
        "read",
        "write",
        "bind",
        "eavesdrop",
        "create",
        "listen",
        "connect",
        "accept",
        "trace",
        "readby",
        "tracedby",
    ],
    &["term", "kill", "hup", "int", "exists", "usr1", "cont", "TERM", "9", "rtmin+3", "rtmax"],
    &[
        "peer",
        "set",
        "bus",
        "path",
        "interface",
        "member",
        "name",
        "label",
        "addr",
        "type",
        "fstype",
        "options",
        "flags",
        "xattrs",
        "ip",
        "port",
    ],
    &[
        "ro", "rw", "nosuid", "nodev", "bind", "rbind", "remount", "move", "private", "rprivate", "slave",
        "noexec", "defaults",
    ],
    &[
        "complain",
        "enforce",
        "attach_disconnected",
        "mediate_deleted",
        "unconfined",
        "kill",
        "audit",
        "default_allow",
        "prompt",
    ],
    &["nofile", "cpu", "nice", "as", "rttime", "core", "memlock", "nproc"],
    &["profile", "hat", "^", "if", "else", "not", "defined", "and", "or", "in", "exists"],
    &["=", "+=", "<=", "->", ":=", "?=", "==", "in", ">"],
];

/// What lines are put between.
const BLOCKS: &[(&str, &str)] = &[
    ("{\n", "\n}"),
    ("audit {\n", "\n}"),
    ("deny {\n", "\n}"),
    ("owner {\n", "\n}"),
    ("audit deny { ", "\n}"),
    ("if defined @{HOME} {\n", "\n}"),
    ("if not defined ${X} {\n", "\n} else {\n}"),
    ("profile wrapped {\n", "\n}"),
    ("^wrapped {\n", "\n}"),
    ("hat wrapped flags=(complain) {\n", "\n}"),
    ("(", ")"),
    ("\"", "\""),
];

fn mutate(random: &mut Random, tokens: &mut Vec<String>) {
    // The include of the tunables stays: without it most cases only say that a variable is not declared.
    let first = tokens.iter().position(|token| token.ends_with("global")).map_or(0, |at| at + 2);
    if tokens.len() <= first {
        return;
    }
    let at = first + random.below(tokens.len() - first);
    if tokens[at].is_empty() {
        // An earlier mutation has emptied it.
        return;
    }
    match random.below(12) {
        0 => drop(tokens.remove(at)),
        1 => tokens.insert(at, tokens[at].clone()),
        2 if at + 1 < tokens.len() => tokens.swap(at, at + 1),
        3 if at + 2 < tokens.len() => tokens.swap(at, at + 2),
        4 => {
            let stray = random.pick(&[
                ",", "{", "}", "(", ")", "\"", "#", "=", "->", "@", "$", "\\", ";", ":", "!", "^", "&", "[",
                "]", "<", ">", "+", "?", "*", "~", "x", "r", "\t", "\u{e9}", "'",
            ]);
            tokens.insert(at, stray.to_owned());
        }
        5 => tokens.insert(at, random.pick(&["# odd\n", " # odd\n", "\n", " ", "\n\n"]).to_owned()),
        6 => {
            let mut bytes = tokens[at].clone().into_bytes();
            let index = random.below(bytes.len());
            if bytes[index].is_ascii_graphic() {
                bytes[index] = b'a' + u8::try_from(random.below(26)).unwrap_or(0);
            }
            tokens[at] = String::from_utf8_lossy(&bytes).into_owned();
        }
        7 => {
            let word = random.pick(&[
                "deny ",
                "audit ",
                "owner ",
                "r ",
                "rw ",
                "ix ",
                "file ",
                "include ",
                "if ",
                "profile ",
                "set ",
                "/a r, ",
                "network ",
                "capability ",
            ]);
            tokens.insert(at, word.to_owned());
        }
        8 | 9 => {
            // The next word that has others of its kind.
            let known = |token: &String| KINDS.iter().find(|kind| kind.contains(&token.as_str()));
            let found = (at..tokens.len()).find_map(|index| Some((index, known(&tokens[index])?)));
            if let Some((index, kind)) = found {
                tokens[index] = random.pick(kind).to_owned();
            }
        }
        10 => {
            let start = tokens[..at].iter().rposition(|token| token == "\n").map_or(at, |start| start + 1);
            let ends = tokens.iter().enumerate().skip(at).filter(|(_, token)| *token == "\n");
            let end = ends.map(|(index, _)| index).nth(random.below(3)).unwrap_or(tokens.len());
            let (open, close) = BLOCKS[random.below(BLOCKS.len())];
            tokens.insert(end, close.to_owned());
            tokens.insert(start, open.to_owned());
        }
        _ => {
            let line_end = tokens.iter().skip(at).position(|token| token == "\n").map(|offset| at + offset);
            if let Some(line_end) = line_end {
                tokens[line_end] = random.pick(&["\r\n", " ", "", "\r"]).to_owned();
            }
        }
    }
}
