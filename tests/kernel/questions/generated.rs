//! Profiles made at random of everything that decides about files, and of the other classes that this kernel mediates.

use super::numbers::Numbers;
use std::fmt::Write as _;

const PIECES: &[&str] = &[
    "/",
    "/",
    "/a",
    "/b/",
    "a",
    "b",
    "*",
    "**",
    "?",
    "/*",
    "/**",
    "/?",
    "[ab]",
    "[^a]",
    "[^/]",
    "[a-c]",
    "{a,b/}",
    "{,/*}",
    "{**,}",
    "{a,{b,c}/,}",
    "{,/**}",
    "***",
    "*?",
    r"\*",
    r"\{",
    r"\x2a",
    r"\101",
    "[*]",
    "@{V}",
    "@{W}/",
    ".so",
    "\u{e9}",
];
const PERMISSIONS: &[&str] = &["r", "w", "a", "rw", "k", "rk", "m", "rm", "l", "rwl", "ra", "wk", "rwmkl"];
const EXECUTES: &[&str] = &[
    "ix",
    "rix",
    "mrix",
    "px",
    "Px",
    "rPx",
    "cx",
    "Cx",
    "ux",
    "Ux",
    "pix",
    "Pix",
    "cix",
    "Cix",
    "pux",
    "PUx",
    "cux",
    "CUx",
    "Px -> t",
    "cx -> kid",
    "pix -> &t",
    "Cix -> kid",
    "px -> t//kid",
];
const DENIED: &[&str] = &["r", "w", "a", "x", "m", "k", "rw", "rwx", "wm", "l", "rl", "kx", "rwmklx"];
const SIGNALS: &[&str] = &["hup", "kill", "term", "exists", "rtmin+3", "chld", "usr1"];
const LABELS: &[&str] =
    &["a", "b", "foo", "*", "**", "foo//*", "/bin/*", "{a,foo}", "unconfined", "[a-c]", ":ns:*"];

/// The text of a profile of that name, with a child and a hat, and what stands before it.
pub fn profile(name: &str, numbers: &mut Numbers) -> String {
    let mut text = String::from("@{V}=/v v/w a\n@{W}=/b c\n");
    if numbers.once_in(4) {
        text.push_str(numbers.pick(&[
            "alias /a -> /b,\n",
            "alias /a/ -> /c/d/,\nalias /a -> /b,\n",
            "alias /b -> /*,\n",
        ]));
    }
    let flags = numbers.pick(&[
        "",
        "",
        "",
        " flags=(audit)",
        " flags=(complain)",
        " flags=(audit, complain)",
        " flags=(kill)",
    ]);
    let _ = writeln!(text, "profile {name}{flags} {{");
    rules(&mut text, 1 + numbers.below(9), numbers);
    for _ in 0..numbers.below(4) {
        other_rule(&mut text, numbers);
    }
    for child in ["profile kid", "^hat"] {
        if numbers.once_in(5) {
            let _ = writeln!(text, "{child} {{");
            rules(&mut text, numbers.below(4), numbers);
            text.push_str("}\n");
        }
    }
    text.push_str("}\n");
    text
}

fn rules(text: &mut String, count: usize, numbers: &mut Numbers) {
    let kind = numbers.below(EXECUTES.len());
    for _ in 0..count {
        let path = path(numbers);
        let audit = numbers.pick(&["", "", "", "audit "]);
        let owner = numbers.pick(&["", "", "owner ", "other "]);
        let _ = match numbers.below(12) {
            0..=2 => writeln!(text, "  {audit}deny {owner}\"{path}\" {},", numbers.pick(DENIED)),
            // Mostly of one kind, since overlapping rules of two kinds are refused.
            3..=4 => {
                let exec = if numbers.once_in(4) { numbers.below(EXECUTES.len()) } else { kind };
                writeln!(text, "  {audit}{owner}\"{path}\" {},", EXECUTES[exec])
            }
            5 => {
                let (deny, target) = (numbers.pick(&["", "", "deny "]), self::path(numbers));
                let subset = numbers.pick(&["", "subset "]);
                writeln!(text, "  {audit}{deny}{owner}link {subset}\"{path}\" -> \"{target}\",")
            }
            6 => writeln!(text, "  {audit}{owner}\"{path}\" l -> \"{}\",", self::path(numbers)),
            7 if numbers.once_in(4) => writeln!(text, "  {audit}file,"),
            8 if numbers.once_in(2) => {
                let deny = numbers.pick(&["", "", "", "deny "]);
                let exec = numbers.pick(&["", "", "/a ", "/b/* "]);
                let safe = if exec.is_empty() { "" } else { numbers.pick(&["", "safe ", "unsafe "]) };
                writeln!(
                    text,
                    "  {audit}{deny}change_profile {safe}{exec}-> {},",
                    numbers.pick(&["t", "p*", "**", "t//kid", "/bin/*"])
                )
            }
            _ => writeln!(text, "  {audit}{owner}\"{path}\" {},", numbers.pick(PERMISSIONS)),
        };
    }
}

fn path(numbers: &mut Numbers) -> String {
    let mut path: String = (0..1 + numbers.below(4)).map(|_| numbers.pick(PIECES)).collect();
    if !path.starts_with('/') && !path.starts_with("@{V}") {
        path.insert(0, '/');
    }
    path
}

fn other_rule(text: &mut String, numbers: &mut Numbers) {
    let audit = numbers.pick(&["", "", "audit "]);
    let deny = numbers.pick(&["", "", "deny "]);
    let _ = write!(text, "  {audit}{deny}");
    let _ = match numbers.below(7) {
        0 => {
            let family =
                numbers.pick(&["", " inet", " inet6", " unix", " netlink", " packet", " tcp", " inet icmp"]);
            let kind = match family {
                " tcp" | " inet icmp" => "",
                "" => numbers.pick(&["", " stream", " raw"]),
                _ => numbers.pick(&["", " stream", " dgram", " raw", " seqpacket"]),
            };
            writeln!(text, "network{family}{kind},")
        }
        1 => {
            let set = match numbers.below(3) {
                0 => String::new(),
                1 => format!(" set={}", numbers.pick(SIGNALS)),
                _ => format!(" set=({} {})", numbers.pick(SIGNALS), numbers.pick(SIGNALS)),
            };
            writeln!(text, "signal{}{set}{},", numbers.pick(&["", " send", " receive"]), peer(numbers))
        }
        2 => {
            let access =
                numbers.pick(&["", " read", " trace", " (tracedby)", " (read readby)", " (trace, tracedby)"]);
            writeln!(text, "ptrace{access}{},", peer(numbers))
        }
        3 | 4 => mount(text, numbers),
        5 => writeln!(text, "umount{},", numbers.pick(&["", " /m/", " /m/**", " /{a,b}/"])),
        _ => writeln!(
            text,
            "pivot_root{}{},",
            numbers.pick(&["", " oldroot=/m/o/", " oldroot=/o/**"]),
            numbers.pick(&["", " /m/", " /m/**"])
        ),
    };
}

fn peer(numbers: &mut Numbers) -> String {
    if numbers.once_in(3) { String::new() } else { format!(" peer={}", numbers.pick(LABELS)) }
}

fn mount(text: &mut String, numbers: &mut Numbers) -> std::fmt::Result {
    let place = numbers.pick(&["", " -> /m/", " -> /m/**", " -> /{a,m}/"]);
    match numbers.below(4) {
        0 => {
            let options =
                numbers.pick(&["", " options=(ro)", " options in (ro,nosuid)", " options=(bind,ro)"]);
            writeln!(text, "remount{options}{},", numbers.pick(&["", " /m/", " /**/"]))
        }
        1 => {
            let options =
                numbers.pick(&["private", "rprivate", "shared", "slave", "rslave", "unbindable", "rshared"]);
            writeln!(text, "mount options=({options}){place},")
        }
        _ => {
            let fstype = numbers.pick(&["", "", " fstype=tmpfs", " fstype=(proc, sysfs)", " fstype=ext*"]);
            let kinds = [
                "",
                " options=(ro)",
                " options=(rw,nosuid)",
                " options in (ro,nodev)",
                " options=(bind)",
                " options=(rbind)",
                " options=(ro,bind)",
                " options=(move)",
                " options=(noexec) options in (ro)",
            ];
            let options = numbers.pick(&kinds);
            // A type is not for what mounts no new file system.
            let fstype = if options.contains("bind") || options.contains("move") { "" } else { fstype };
            let source = numbers.pick(&["", " /s/", " /s/**", " tmpfs"]);
            writeln!(text, "mount{fstype}{options}{source}{place},")
        }
    }
}
