//! Files put together from real rules as nobody would: halves of two rules, rules under the keyword of another class, modifiers
//! before everything, other spellings of a character, blocks, conditionals and profiles in each other.

use crate::random::Random;

/// A file of its own variables and a profile or two.
pub fn graft(random: &mut Random, donors: &[String]) -> String {
    let mut text = String::from("include <tunables/global>\n@{V} = /a /b\n@{W} = /w\n${B} = true\n");
    for _ in 0..usize::from(random.once_in(3)) {
        text.push_str(&definition(random));
    }
    for _ in 0..1 + usize::from(random.once_in(5)) {
        let head = head(random);
        text.push_str(&format!("profile {head} {{\n{}}}\n", body(random, donors, 3)));
        if random.once_in(8) {
            text.push_str(&definition(random));
        }
    }
    if random.once_in(12) { text.replace('\n', "\r\n") } else { text }
}

const NAMES: &[&str] = &["@{V}", "@{W}", "@{HOME}", "@{PROC}", "@{multiarch}", "@{etc_ro}", "@{exec_path}"];

const VALUES: &[&str] = &[
    "/a",
    "/a/",
    "/b",
    "/**",
    "@{W}",
    "/a{b,c}",
    "/a",
    "/a/",
    "/b",
    "/**",
    "@{W}",
    "/a{b,c}",
    "/a",
    "/a/",
    "/b",
    "/**",
    "@{W}",
    "/a{b,c}",
    "a",
    "\"\"",
    "\"/a b\"",
    "/a{b,c}",
    "/{a,}",
    "{",
    "}",
    "a{b",
    "[a",
    "]",
    "[]",
    "\\",
    "\\\\",
    "\\x41",
    "\\101",
    "\\,",
    "*",
    "**",
    "/**",
    "?",
    "@{W}",
    "@{V}",
    "@{HOME}",
    "@{NOPE}",
    "@{",
    "a@{W}b",
    "/a,",
    ",",
    "=",
    "#x",
    "(a)",
    "->",
    "\"a",
    "1",
    "0x10",
    "true",
    "\\\n /b",
    "//",
    "/",
    "^",
    "[^a]",
    "{a,b}{c,d}",
    "\"@{W}\"",
    "unix",
    "/a#b",
    "+",
    "'a b'",
    "\\ a",
    "\\\"",
    "\\{",
    "${B}",
    "@",
    "$",
    "\\@{W}",
];

fn definition(random: &mut Random) -> String {
    match random.below(8) {
        0 => format!(
            "${{B}} {} {}\n",
            random.pick(&["=", "=", "+=", ":=", "?="]),
            random.pick(&[
                "true",
                "false",
                "TRUE",
                "not true",
                "defined @{V}",
                "1 < 2",
                "@{V} == /a",
                "true and ${C}",
                "\"true\"",
                "maybe",
                ""
            ])
        ),
        1 => format!("alias {} -> {},\n", random.pick(VALUES), random.pick(VALUES)),
        _ => {
            let mut values = String::new();
            for _ in 0..1 + random.below(2) {
                values.push(' ');
                values.push_str(random.pick(VALUES));
            }
            let sign = random.pick(&["=", "=", "=", "=", "+=", ":=", "?="]);
            format!(
                "{} {sign}{values}{}\n",
                random.pick(NAMES),
                random.pick(&["", "", "", " ", " # why", "\t", ","])
            )
        }
    }
}

fn head(random: &mut Random) -> String {
    if random.once_in(2) {
        return random.pick(&["t", "u", "v /usr/bin/v", "/usr/bin/w", "x flags=(complain)"]).to_owned();
    }
    let name = random.pick(&[
        "t",
        "t",
        "t",
        "/usr/bin/t",
        "\"a b\"",
        "t//u",
        ":ns:t",
        "@{V}",
        "t{a,b}",
        "t*",
        "\\t",
        "t\\x41",
        "\"/bin/a b\"",
        "/usr/bin/*",
        "profile",
        "t@{W}",
        "/a//b",
    ]);
    let attachment = random.pick(&[
        "",
        "",
        "",
        " /usr/bin/t",
        " /usr/bin/*",
        " \"/usr/bin/a b\"",
        " @{V}",
        " /{a,b}",
        " /a\\x41",
        " /a\\{",
        " /a//b/",
        " @{exec_path}",
        " @{V}@{W}",
        " /[^a]b",
        " /{usr/,}bin/{,a}",
    ]);
    let xattrs = random.pick(&[
        "",
        "",
        "",
        "",
        " xattrs=(user.a=b)",
        " xattrs=(user.a=\"b c\" user.b)",
        " xattrs=(a=*)",
        " xattrs=(a=\"{b,c}\")",
        " xattrs=()",
        " xattrs=(a=[)",
        " xattrs=(a=@{V})",
    ]);
    let flags = random.pick(&[
        "",
        "",
        "",
        "",
        " flags=(complain)",
        " (complain)",
        " flags=(complain,audit)",
        " flags=(unconfined)",
        " flags=(kill)",
        " flags=(enforce complain)",
        " flags=(attach_disconnected,mediate_deleted)",
        " flags=(attach_disconnected.path=/a)",
        " flags=(attach_disconnected.path=@{V})",
        " flags=(kill.signal=term)",
        " flags=(error=EPERM)",
        " flags=(prompt)",
        " flags=(default_allow)",
        " flags=(debug)",
        " flags=(interruptible)",
        " flags=(chroot_relative,namespace_relative)",
        " flags=(attach_disconnected.ipc=/a)",
        " flags=(attach_disconnected.ipc)",
        " flags=( complain , )",
        " flags=(\"complain\")",
    ]);
    format!("{name}{attachment}{xattrs}{flags}")
}

fn body(random: &mut Random, donors: &[String], depth: usize) -> String {
    let mut text = String::new();
    for _ in 0..1 + random.below(4) {
        let item = item(random, donors, depth);
        text.push_str(&item);
        text.push('\n');
    }
    text
}

const MODIFIERS: &[&str] = &[
    "audit",
    "deny",
    "allow",
    "prompt",
    "owner",
    "other",
    "priority=1",
    "priority=-2",
    "priority = 0",
    "file",
    "audit deny",
    "deny owner",
    "audit allow",
    "priority=2 audit",
    "priority=1 deny",
    "allow owner",
    "audit owner",
    "priority=1 owner",
    "unsafe",
    "safe",
    "quiet",
];

const CLASSES: &[&str] = &[
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
    "set rlimit",
];

const CONDITIONS: &[&str] = &[
    "true",
    "false",
    "${B}",
    "not ${B}",
    "defined @{V}",
    "not defined ${C}",
    "defined ${B} and ${B}",
    "@{V} == /a",
    "@{V} in @{W}",
    "/a in @{V}",
    "1 < 2",
    "1 >= 0x1",
    "(true)",
    "( not false )",
    "@{V} != @{W} or true",
    "@{V} > 1",
    "defined @{profile_name}",
    "@{profile_name} == t",
    "\"/a\" in @{V}",
    "maybe",
];

fn item(random: &mut Random, donors: &[String], depth: usize) -> String {
    let below = depth.saturating_sub(1);
    if random.once_in(2) {
        return if random.once_in(2) { exec(random) } else { donor(random, donors) };
    }
    match random.below(if depth == 0 { 15 } else { 20 }) {
        0 | 1 => donor(random, donors),
        2 => format!("{} {}", random.pick(MODIFIERS), donor(random, donors)),
        3 | 4 => spliced(random, donors),
        5 | 6 => respelt(random, donors),
        7 => moved(random, donors),
        8 => broken(random, donors),
        9..=11 => exec(random),
        12 => {
            let word = random.pick(&[
                "<abstractions/base>",
                "<abstractions/consoles>",
                "if exists <nope>",
                "\"abstractions/consoles\"",
                "if exists \"/nope\"",
                "<tunables>",
                "<abstractions/nope>",
                "/etc",
                "<tunables/global>",
                "if exists <tunables/home.d>",
                "<abstractions/ubuntu-helpers>",
                "abi",
            ]);
            let sign = random.pick(&["", "", "#", "# "]);
            format!(
                "{}{sign}include {word}{}",
                before(random),
                random.pick(&["", "", ",", " # why", " /a r,"])
            )
        }
        13 => format!("@{{V}} {} /c", random.pick(&["=", "+="])),
        14 => {
            let rule = donor(random, donors);
            let value = random.pick(VALUES);
            replaced(random, &rule, value)
        }
        15 => {
            let opener = before(random);
            format!("{opener}{{\n{}}}{}", body(random, donors, below), random.pick(&["", "", "", ","]))
        }
        16 | 17 => {
            let condition = random.pick(CONDITIONS);
            let mut text =
                format!("{}if {condition} {{\n{}}}", before_seldom(random), body(random, donors, below));
            if random.once_in(3) {
                text.push_str(&format!(
                    " else if {} {{\n{}}}",
                    random.pick(CONDITIONS),
                    body(random, donors, below)
                ));
            }
            if random.once_in(3) {
                text.push_str(&format!(" else {{\n{}}}", body(random, donors, below)));
            }
            text
        }
        18 => {
            let head = head(random);
            format!("{}profile {head} {{\n{}}}", before_seldom(random), body(random, donors, below))
        }
        _ => {
            let word = random.pick(&["hat ", "^", "hat ", "^", "hat \"", "^ "]);
            let rest = random.pick(&["", "", " flags=(complain)", " /bin/x", " flags=(audit)", " (kill)"]);
            format!(
                "{}{word}{}{rest} {{\n{}}}",
                before_seldom(random),
                random.pick(&["h", "i", "DEFAULT", "/h", "h i", "h*", "\"h\""]),
                body(random, donors, below)
            )
        }
    }
}

fn donor(random: &mut Random, donors: &[String]) -> String {
    donors[random.below(donors.len())].clone()
}

fn before(random: &mut Random) -> String {
    if random.once_in(2) { String::new() } else { format!("{} ", random.pick(MODIFIERS)) }
}

fn before_seldom(random: &mut Random) -> String {
    if random.once_in(16) { before(random) } else { String::new() }
}

/// The beginning of one rule and the end of another.
fn spliced(random: &mut Random, donors: &[String]) -> String {
    let (one, other) = (donor(random, donors), donor(random, donors));
    let (head, tail): (Vec<&str>, Vec<&str>) = (one.split(' ').collect(), other.split(' ').collect());
    let kept = random.below(head.len() + 1);
    let from = random.below(tail.len() + 1);
    [&head[..kept], &tail[from..]].concat().join(" ")
}

/// A rule with one of its characters spelt in another way.
fn respelt(random: &mut Random, donors: &[String]) -> String {
    let rule = donor(random, donors);
    let characters: Vec<char> = rule.chars().collect();
    let at = random.below(characters.len());
    let c = characters[at];
    let code = u32::from(c);
    let spelt = match random.below(12) {
        0 => format!("\\x{code:02x}"),
        1 => format!("\\{code:03o}"),
        2 => format!("\\d{code:03}"),
        3 => format!("\\{c}"),
        4 => format!("[{c}]"),
        5 => format!("{{{c},}}"),
        6 => format!("[^{c}]"),
        7 => format!("\"{c}"),
        8 => format!("\\\n{c}"),
        9 => format!("@{{V}}{c}"),
        10 => format!("\\x{code:X}"),
        _ => format!("\\{code:o}"),
    };
    let rest: String = characters[at + 1..].iter().collect();
    let head: String = characters[..at].iter().collect();
    let whole = format!("{head}{spelt}{rest}");
    match random.below(6) {
        // A word in quotes, the whole of it or from its middle on.
        0 => {
            let words: Vec<&str> = whole.split(' ').collect();
            let which = random.below(words.len());
            let quote = |(index, word): (usize, &&str)| match word.strip_suffix(',') {
                _ if index != which => (*word).to_owned(),
                Some(word) => format!("\"{word}\","),
                None => format!("\"{word}\""),
            };
            words.iter().enumerate().map(quote).collect::<Vec<_>>().join(" ")
        }
        _ => whole,
    }
}

/// A rule under the keyword of another class.
fn moved(random: &mut Random, donors: &[String]) -> String {
    let rule = donor(random, donors);
    let class = random.pick(CLASSES);
    match rule.split_once(' ') {
        Some((_, rest)) if random.once_in(2) => format!("{class} {rest}"),
        _ => format!("{class} {rule}"),
    }
}

/// A rule over two lines.
fn broken(random: &mut Random, donors: &[String]) -> String {
    let rule = donor(random, donors);
    let words: Vec<&str> = rule.split(' ').collect();
    let at = random.below(words.len());
    let between = random.pick(&["\n", " \\\n", "\n  # why\n  ", " # why\n", "\n\n", "\r\n", " \t "]);
    [words[..at].join(" "), words[at..].join(" ")].join(between)
}

/// One word of a rule replaced.
fn replaced(random: &mut Random, rule: &str, value: &str) -> String {
    let mut words: Vec<&str> = rule.split(' ').collect();
    let at = random.below(words.len());
    if words[at].ends_with(',') {
        return [&words[..at], &[format!("{value},").as_str()]].concat().join(" ");
    }
    words[at] = value;
    words.join(" ")
}

/// An exec rule of a few paths, so that they overlap.
fn exec(random: &mut Random) -> String {
    let path = random.pick(&[
        "/a", "/a*", "/*", "/**", "/{a,b}", "/[ab]", "/b", "/?", "/a{b,}", "/@{V}", "@{V}", "\"/a\"",
        "/\\x61", "//a", "/[^b]", "/b*",
    ]);
    let mode = random.pick(&[
        "ix", "px", "px", "ix", "Px", "cx", "Cx", "ux", "Ux", "pix", "Pix", "cix", "pux", "PUx", "CUx",
        "rix", "mrpx", "x", "r", "rw", "l",
    ]);
    let target = random.pick(&[
        "",
        "",
        "",
        " -> b",
        " -> c",
        " -> t//h",
        " -> /a",
        " -> &b",
        " -> :ns:b",
        " -> @{V}",
        " -> \"b\"",
    ]);
    let modifier = if random.below(3) > 0 { "" } else { random.pick(MODIFIERS) };
    match random.below(12) {
        0 => "all,".to_owned(),
        1 => format!("{modifier} file,"),
        2 => format!("{modifier} all,"),
        3 => format!("{modifier} {mode} {path}{target},"),
        _ => format!("{modifier} {path} {mode}{target},"),
    }
}
