//! Random rules of each kind: every product of what may and may not stand in one.

use crate::random::Random;

/// Writes one case, a whole file.
pub type Generator = fn(&mut Random) -> String;

/// The kinds, by name.
pub const KINDS: &[(&str, Generator)] = &[
    ("exec", exec),
    ("exec_pairs", exec_pairs),
    ("file", file),
    ("dbus", dbus),
    ("unix", unix),
    ("network", network),
    ("mount", mount),
    ("signal_and_ptrace", signal_and_ptrace),
    ("capability_and_rlimit", capability_and_rlimit),
    ("change_profile", change_profile),
    ("conditionals", conditionals),
    ("variables", variables),
    ("heads", heads),
    ("blocks", blocks),
    ("globs", globs),
    ("lexical", lexical),
    ("exec_ranks", exec_ranks),
];

fn in_profile(rules: &str) -> String {
    format!("profile t {{\n  {rules}\n}}\n")
}

const QUALIFIERS: &[&str] = &[
    "",
    "",
    "",
    "",
    "audit ",
    "deny ",
    "allow ",
    "owner ",
    "audit deny ",
    "audit owner ",
    "deny owner ",
    "allow owner ",
    "other ",
    "deny audit ",
    "owner deny ",
    "audit audit ",
    "deny deny ",
    "owner other ",
    "allow deny ",
    "user ",
    "audit deny owner ",
];
const MODES: &[&str] = &[
    "x", "ix", "px", "Px", "ux", "Ux", "cx", "Cx", "pix", "Pix", "pux", "PUx", "cix", "Cix", "cux", "CUx",
    "pUx", "Pux", "pxpx", "pxPx", "ixux", "rix", "rpx", "pxr", "xr", "rx", "wpx", "mrPx", "lix", "lx", "ixx",
    "xix", "iX", "PX", "pixix", "r", "rw", "l", "rl", "k", "a", "wa", "m", "RW", "rK", "uix", "pcx",
];
const TARGETS: &[&str] = &[
    "",
    "",
    "",
    "",
    " -> a",
    " -> /bin/b",
    " -> \"a b\"",
    " -> :ns:a",
    " -> :ns://a",
    " -> a//b",
    " -> &a",
    " -> @{X}",
    " -> \"\"",
    " -> :ns",
    " -> a b",
    " ->a",
    "-> a",
    " -> ",
];
const PATHS: &[&str] = &[
    "/a", "/a/b*", "/a/**", "/{a,b}", "\"/a b\"", "/a[bc]", "@{A}", "@{A}/c", "foo", "\"/a\"", "/a\\ b",
    "/a,b", "/\\x41", "/a#b", "/a{b", "/", "//a", ":x", "&y", "a/b", "\"a\"", "/a\"b\"", "*", "{a,b}",
    "/a r", "@{B}",
];

fn exec(random: &mut Random) -> String {
    let qualifiers = random.pick(QUALIFIERS);
    let file = random.pick(&["", "", "", "file "]);
    let safety = random.pick(&["", "", "", "", "safe ", "unsafe "]);
    let (mode, path, target) =
        (random.pick(MODES), random.pick(&["/a", "/a/*", "\"/a b\""]), random.pick(TARGETS));
    let rule = match random.below(3) {
        0 => format!("{mode} {path}"),
        _ => format!("{path} {mode}"),
    };
    in_profile(&format!("{qualifiers}{file}{safety}{rule}{target},"))
}

fn exec_pairs(random: &mut Random) -> String {
    let mut rules = String::new();
    for _ in 0..2 + random.below(2) {
        let qualifiers = random.pick(&["", "", "", "", "owner ", "deny ", "audit ", "other "]);
        let path = random.pick(&[
            "/a", "/a", "/a*", "/*", "/**", "/{a,b}", "/a[bc]", "/[ab]", "/a?", "/b", "/a[^b]", "/ab",
        ]);
        let mode = if qualifiers == "deny " {
            "x"
        } else {
            random.pick(&[
                "ix", "px", "Px", "ux", "cx", "pix", "Pux", "cux", "rix", "r", "px -> a", "px -> b",
                "cx -> a",
            ])
        };
        rules.push_str(&format!("{qualifiers}{path} {mode},\n  "));
    }
    if random.once_in(6) {
        rules.push_str("file,");
    }
    in_profile(&rules)
}

/// Exec rules that overlap, with priorities, audited, denied and asked for.
fn exec_ranks(random: &mut Random) -> String {
    let mut rules = String::new();
    for _ in 0..2 + random.below(4) {
        let priority = random.pick(&["", "", "priority=1 ", "priority=2 ", "priority=-2 ", "priority=-1 "]);
        let audit = random.pick(&["", "", "audit "]);
        let decision = random.pick(&["", "", "", "", "", "", "deny ", "prompt ", "allow "]);
        let ownership = random.pick(&["", "", "", "owner ", "other "]);
        let path =
            random.pick(&["/a", "/a*", "/*", "/**", "/{a,b}", "/[ab]", "/a?", "/b", "/ab", "/b*", "/{**,}"]);
        let mode = match decision {
            "deny " => random.pick(&["x", "x", "r", "rx"]),
            _ => random
                .pick(&["ix", "ix", "px", "px", "Px", "cx", "pix", "ux", "rix", "r", "px -> a", "cx -> a"]),
        };
        let rule = format!("{priority}{audit}{decision}{ownership}{path} {mode},");
        let rule = match random.below(10) {
            0 => format!(
                "{}{{ {rule} }}",
                random.pick(&["audit ", "owner ", "priority=1 ", "other ", "allow ", ""])
            ),
            1 => {
                random.pick(&["all,", "all,", "file,", "audit all,", "owner file,", "audit file,"]).to_owned()
            }
            _ => rule,
        };
        rules.push_str(&rule);
        rules.push_str("\n  ");
    }
    in_profile(&rules)
}

fn file(random: &mut Random) -> String {
    let qualifiers = random.pick(QUALIFIERS);
    let path = random.pick(PATHS);
    let permissions =
        random.pick(&["r", "rw", "rwmlk", "a", "wa", "rr", "x", "l", "d", "R", "rwk", "", "rwx"]);
    let rule = match random.below(8) {
        0 => format!("link {}{path} -> {}", random.pick(&["", "subset "]), random.pick(PATHS)),
        1 => format!("{permissions} subset {path}{}", random.pick(TARGETS)),
        2 => format!("{permissions} {path}{}", random.pick(TARGETS)),
        3 => random
            .pick(&[
                "file",
                "file r",
                "file rw",
                "file /a r",
                "file r /a",
                "file link /a -> /b",
                "unsafe file",
            ])
            .to_owned(),
        _ => format!("{path} {permissions}{}", random.pick(TARGETS)),
    };
    let end = random.pick(&[",", ",", ",", ",", "", ";", ",,", " ,", "\n,", " # c\n,"]);
    format!("@{{A}}=/x /y\n{}", in_profile(&format!("{qualifiers}{rule}{end}")))
}

fn access(random: &mut Random, words: &[&str]) -> String {
    let list = |random: &mut Random| {
        let count = random.below(3);
        let words: Vec<&str> = (0..count).map(|_| random.pick(words)).collect();
        format!(" ({})", words.join(random.pick(&[", ", " ", ","])))
    };
    match random.below(4) {
        0 => String::new(),
        1 => list(random),
        _ => format!(" {}", random.pick(words)),
    }
}

fn value(random: &mut Random, values: &[&str]) -> String {
    let (one, two) = (random.pick(values), random.pick(values));
    match random.below(9) {
        0 => format!("=({one})"),
        1 => format!("=({one} {two})"),
        2 => format!(" = {one}"),
        3 if random.once_in(4) => format!(" in ({one})"),
        4 if random.once_in(4) => "=()".to_owned(),
        _ => format!("={one}"),
    }
}

fn clauses(random: &mut Random, names: &[(&str, &[&str])], most: usize) -> String {
    let count = random.below(most + 1);
    let mut text = String::new();
    for _ in 0..count {
        let (name, values) = names[random.below(names.len())];
        text.push_str(&format!(" {name}{}", value(random, values)));
    }
    text
}

fn peer(random: &mut Random, names: &[(&str, &[&str])]) -> String {
    if random.once_in(2) {
        return String::new();
    }
    let count = random.below(3);
    let conditions: Vec<String> = (0..count)
        .map(|_| {
            let (name, values) = names[random.below(names.len())];
            format!("{name}={}", random.pick(values))
        })
        .collect();
    format!(" peer=({})", conditions.join(random.pick(&[", ", " ", ","])))
}

const LABELS: &[&str] = &["x", "\"x y\"", "unconfined", "/bin/a", "{a,b}", "a//b", "\"\"", "[a"];

fn dbus(random: &mut Random) -> String {
    let access =
        access(random, &["send", "receive", "bind", "eavesdrop", "read", "write", "r", "w", "rw", "acquire"]);
    let names: &[(&str, &[&str])] = &[
        ("bus", &["session", "system", "accessibility", "\"a b\""]),
        ("path", &["/a", "/a/**", "\"/a b\""]),
        ("interface", &["org.a", "org.{a,b}"]),
        ("member", &["Foo", "Foo{a,b}"]),
        ("name", &["org.x", "\"org.y\""]),
        ("label", LABELS),
        ("type", &["x"]),
    ];
    let names_of_local = if random.once_in(4) { names } else { &names[..5] };
    let local = clauses(random, names_of_local, 3);
    let names_of_peer = if random.once_in(4) { names } else { &names[4..6] };
    let peer = peer(random, names_of_peer);
    in_profile(&format!("{}dbus{access}{local}{peer},", random.pick(QUALIFIERS)))
}

const SOCKET: &[&str] = &[
    "create", "bind", "listen", "accept", "connect", "shutdown", "getattr", "setattr", "getopt", "setopt",
    "send", "receive", "r", "w", "rw", "read", "write", "acl",
];

fn unix(random: &mut Random) -> String {
    let names: &[(&str, &[&str])] = &[
        ("type", &["stream", "dgram", "seqpacket", "rdm", "raw", "packet", "none", "dccp", "tcp", "invalid"]),
        ("addr", &["@a", "none", "auto", "@", "\"@a b\"", "/a", "x", "@{a,b}"]),
        ("label", LABELS),
        ("protocol", &["1"]),
        ("attr", &["x"]),
    ];
    let names_of_local = if random.once_in(4) { names } else { &names[..2] };
    let local = clauses(random, names_of_local, 2);
    let access = access(random, SOCKET);
    let names_of_peer = if random.once_in(4) { names } else { &names[1..3] };
    let peer = peer(random, names_of_peer);
    let tail = random.pick(&["", "", "", "", "", " stream", " type=stream"]);
    in_profile(&format!("{}unix{access}{local}{peer}{tail},", random.pick(QUALIFIERS)))
}

fn network(random: &mut Random) -> String {
    let words: &[&str] = &[
        "",
        "inet",
        "inet6",
        "unix",
        "netlink",
        "packet",
        "can",
        "mctp",
        "unspec",
        "stream",
        "dgram",
        "raw",
        "rdm",
        "seqpacket",
        "tcp",
        "udp",
        "icmp",
        "dccp",
        "none",
        "local",
        "INET",
        "2",
        "bluetooth",
        "foo",
    ];
    let count = random.below(4);
    let mut rule = String::from("network");
    for _ in 0..count {
        rule.push(' ');
        rule.push_str(random.pick(words));
    }
    in_profile(&format!("{}{rule},", random.pick(QUALIFIERS)))
}

fn mount(random: &mut Random) -> String {
    let options: &[&str] = &[
        "ro",
        "rw",
        "nosuid",
        "noexec",
        "bind",
        "rbind",
        "move",
        "remount",
        "private",
        "rprivate",
        "make-slave",
        "shared",
        "unbindable",
        "user",
        "nouser",
        "B",
        "M",
        "R",
        "defaults",
        "RO",
        "lazytime",
        "loud",
        "acl",
        "read-only",
        "rec",
    ];
    let keyword = random.pick(&["mount", "mount", "mount", "mount", "remount", "umount", "unmount"]);
    let mut rule = String::from(keyword);
    for _ in 0..random.below(3) {
        match random.below(6) {
            0 => rule.push_str(&format!(" fstype{}", value(random, &["ext4", "proc", "{a,b}", "[a"]))),
            1 if random.once_in(4) => rule.push_str(" foo=x"),
            2 => rule.push_str(&format!(" options in ({})", random.some(&options[..14], " "))),
            _ => {
                rule.push_str(&format!(" {}{}", random.pick(&["options", "option"]), value(random, options)))
            }
        }
    }
    if random.once_in(2) {
        rule.push_str(random.pick(&[" /a", " \"/a b\"", " none", " /a/**", " {a,b}", " /a b", " \"\""]));
    }
    if random.once_in(2) {
        rule.push_str(random.pick(&[" -> /b", " -> /b/**", " -> b", " ->", " -> /b /c", " -> \"/b c\""]));
    }
    if random.once_in(8) {
        rule = random
            .pick(&[
                "pivot_root",
                "pivot_root /a",
                "pivot_root oldroot=/a /b",
                "pivot_root oldroot=/a /b -> c",
                "pivot_root -> c",
                "pivot_root oldroot=(/a /b)",
                "pivot_root foo=/a",
                "pivot_root a",
                "pivot_root /a oldroot=/b",
                "pivot_root oldroot in (/a) /b",
            ])
            .to_owned();
    }
    in_profile(&format!("{}{rule},", random.pick(QUALIFIERS)))
}

fn signal_and_ptrace(random: &mut Random) -> String {
    let signals: &[&str] = &[
        "int", "term", "kill", "hup", "stp", "tstp", "poll", "io", "exists", "rtmin+0", "rtmin+32",
        "rtmin+33", "rtmin+", "rtmin", "INT", "sigterm", "9", "lost", "emt", "\"int\"",
    ];
    let rule = if random.once_in(3) {
        let access =
            access(random, &["read", "trace", "readby", "tracedby", "r", "w", "rw", "write", "send"]);
        let local = clauses(random, &[("peer", LABELS), ("set", &["int"])], 2);
        format!("ptrace{access}{local}")
    } else {
        let access = access(random, &["send", "receive", "r", "w", "rw", "read", "write", "bind"]);
        let names: &[(&str, &[&str])] =
            &[("set", signals), ("set", signals), ("peer", LABELS), ("foo", &["x"])];
        let names_of_local = if random.once_in(5) { names } else { &names[..3] };
        let local = clauses(random, names_of_local, 3);
        format!("signal{access}{local}")
    };
    in_profile(&format!("{}{rule},", random.pick(QUALIFIERS)))
}

fn capability_and_rlimit(random: &mut Random) -> String {
    if random.once_in(3) {
        let names: &[&str] = &[
            "chown",
            "setuid",
            "sys_admin",
            "bpf",
            "checkpoint_restore",
            "CHOWN",
            "cap_chown",
            "all",
            "foo",
            "\"chown\"",
            "kill",
            "(chown)",
            "chown, setuid",
        ];
        let count = random.below(4);
        let words: Vec<&str> = (0..count).map(|_| random.pick(names)).collect();
        return in_profile(&format!("{}capability {},", random.pick(QUALIFIERS), words.join(" ")));
    }
    let limit = random.pick(&[
        "cpu",
        "fsize",
        "data",
        "stack",
        "core",
        "rss",
        "nofile",
        "ofile",
        "as",
        "nproc",
        "memlock",
        "locks",
        "sigpending",
        "msgqueue",
        "nice",
        "rtprio",
        "rttime",
        "CPU",
        "foo",
    ]);
    let number = random.pick(&[
        "0",
        "1",
        "5",
        "19",
        "20",
        "-20",
        "-21",
        "08",
        "010",
        "999",
        "1000",
        "infinity",
        "unlimited",
        "99999999999999999999",
        "1.5",
        "0x10",
        "-1",
        "4294967296",
    ]);
    let unit = random.pick(&[
        "", "", "", "K", "KB", "M", "MB", "G", "GB", "k", "T", "KiB", "s", "ms", "us", "min", "minutes", "h",
        "hours", "days", "week", "weeks", "m", "foo",
    ]);
    let blank = random.pick(&["", " "]);
    let operator = random.pick(&["<=", "<=", "<=", "<=", "<", "="]);
    let qualifiers = if random.once_in(6) { random.pick(QUALIFIERS) } else { "" };
    in_profile(&format!("{qualifiers}set rlimit {limit} {operator} {number}{blank}{unit},"))
}

fn change_profile(random: &mut Random) -> String {
    let safety = random.pick(&["", "", "", " safe", " unsafe"]);
    let exec = random.pick(&[
        "",
        "",
        " /bin/a",
        " \"/bin/a b\"",
        " a",
        " @{A}",
        " @{A}/b",
        " @A",
        " &x",
        " :x",
        " /bin/*",
        " \"a\"",
    ]);
    let target = random.pick(&[
        "",
        " -> a",
        " -> \"a b\"",
        " -> **",
        " -> {a,b}",
        " -> :ns:a",
        " -> :ns://a",
        " -> &a",
        " -> @{A}",
        " -> safe",
        " ->a",
        " ->",
        " -> a b",
        " -> [a",
        " -> \"\"",
        " -> @{Z}",
    ]);
    let first = format!("{}change_profile{safety}{exec}{target},", random.pick(QUALIFIERS));
    let second = match random.once_in(3) {
        true => format!("change_profile{}{exec}{target},", random.pick(&["", " safe", " unsafe"])),
        false => String::new(),
    };
    format!("@{{A}}=/x\n{}", in_profile(&format!("{first}\n  {second}")))
}

fn expression(random: &mut Random) -> String {
    let atom = |random: &mut Random| {
        random
            .pick(&[
                "${T}",
                "${F}",
                "$T",
                "defined ${T}",
                "defined @{A}",
                "defined @{Z}",
                "defined ${Z}",
                "${Z}",
                "true",
                "@{A}",
                "1",
                "defined A",
                "defined",
                "not",
            ])
            .to_owned()
    };
    let mut text = atom(random);
    for _ in 0..random.below(2) {
        text = match random.below(6) {
            0 => format!("({text})"),
            1 => format!("{text} and {}", atom(random)),
            2 => format!("{text} == {}", atom(random)),
            _ => format!("not {text}"),
        };
    }
    text
}

fn conditionals(random: &mut Random) -> String {
    let rule = |random: &mut Random| {
        random.pick(&[
            "/a r,",
            "/a px,",
            "/a ix,",
            "capability nope,",
            "/a[ r,",
            "@{Z} r,",
            "set rlimit cpu <= 5,",
            "profile b { }",
            "^h { }",
            "",
            "if ${T} { /x r, }",
        ])
    };
    let mut text = format!("if {} {{ {} }}", expression(random), rule(random));
    while random.once_in(2) {
        text.push_str(&format!(" else if {} {{ {} }}", expression(random), rule(random)));
    }
    if random.once_in(2) {
        text.push_str(&format!(" else {{ {} }}", rule(random)));
    }
    let qualifiers = if random.once_in(8) { random.pick(QUALIFIERS) } else { "" };
    let end = random.pick(&["", "", "", "", ",", " else", " # c"]);
    let more = rule(random);
    format!("${{T}}=true\n$F=false\n@{{A}}=/x\n{}", in_profile(&format!("{qualifiers}{text}{end}\n  {more}")))
}

fn variables(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..1 + random.below(3) {
        let name = random.pick(&["@{A}", "@{B}", "@A", "${A}", "${T}", "$T", "@{1}", "@{A-B}", "@{}"]);
        let operator = random.pick(&["=", "=", "=", " = ", "+=", " += ", "?=", " := ", ":="]);
        let value = random.pick(&[
            "/a",
            "/a /b",
            "\"/a b\"",
            "\"\"",
            "",
            "/a,",
            "/a # c",
            "/a#c",
            "/a \\\n /b",
            "@{B}",
            "@{A}",
            "true",
            "false",
            "TRUE",
            "\"true\"",
            "{a,b}",
            "{a, b}",
            "/a @{B}=/b",
            "=x",
            "\"/a\"/b",
            "not true",
            "/a include <x>",
            "@{Z}",
            "/a\t/b ",
        ]);
        text.push_str(&format!("{name}{operator}{value}\n"));
    }
    if random.once_in(4) {
        text.push_str(random.pick(&[
            "alias /a -> /b,\n",
            "alias a -> b,\n",
            "alias foo -> \"/b c\",\n",
            "rewrite /a/ -> /b/,\n",
            "alias @{A} -> /b,\n",
            "alias /a -> ,\n",
            "alias /a /b,\n",
            "alias \"/a b\" -> /c,\n",
            "alias /a -> /b\n",
            "abi <abi/3.0>,\n",
            "abi <abi/3.0>\n",
            "abi \"nope\",\n",
            "include <tunables/home>\n",
            "include <nope>\n",
            "include if exists <nope>\n",
            "#include <tunables/home>\n",
            "include <tunables/home>,\n",
        ]));
    }
    let rule = random.pick(&[
        "@{A} r,",
        "@{A}/x r,",
        "/x/@{A} r,",
        "/x@{B}y r,",
        "/@{A}/@{B} r,",
        "@{Z} r,",
        "/\\@{A} r,",
        "@{a,b} r,",
        "",
        "\"@{A} x\" r,",
    ]);
    format!("{text}{}", in_profile(rule))
}

fn heads(random: &mut Random) -> String {
    let name = random.pick(&[
        "a",
        "/bin/a",
        "\"/bin/a b\"",
        "\"a b\"",
        ":ns:a",
        ":ns://a",
        ":ns:",
        "::a",
        ":ns",
        "&a",
        "\"\"",
        "@{A}",
        "@{A}/b",
        "a//b",
        "a{b,c}",
        "a{b",
        "#x",
        "flags=(complain)",
        "profile",
        "a{",
        "unconfined",
        "a b",
    ]);
    let keyword = random.pick(&[
        "profile ",
        "profile ",
        "profile ",
        "",
        "",
        "hat ",
        "^",
        "profile",
        "profile\n",
        "audit profile ",
    ]);
    let attachment = random.pick(&[
        "",
        "",
        "",
        " /bin/x",
        " @{A}",
        " @{A}/y",
        " \"/bin/x y\"",
        " x",
        " bin/x",
        " /bin/x /bin/y",
        " @x",
        " [a",
    ]);
    let xattrs = random.pick(&[
        "",
        "",
        "",
        "",
        " xattrs=(user.a=b)",
        " xattrs=()",
        " xattrs=(a)",
        " xattrs = (a=\"b c\" d=e)",
        " xattrs=a",
        " xattrs=(=a)",
    ]);
    let flags = [
        "complain",
        "enforce",
        "audit",
        "kill",
        "unconfined",
        "mediate_deleted",
        "delegate_deleted",
        "attach_disconnected",
        "no_attach_disconnected",
        "chroot_relative",
        "namespace_relative",
        "chroot_attach",
        "chroot_no_attach",
        "debug",
        "prompt",
        "default_allow",
        "foo",
        "Complain",
        "\"audit\"",
        "complain=1",
        "error=EPERM",
        "interruptible",
    ];
    let one = random.below(flags.len());
    let two = random.below(flags.len());
    let flags = match random.below(8) {
        0 => format!(" flags=({})", flags[one]),
        1 => format!(" flags=({},{})", flags[one], flags[two]),
        2 => format!(" ({} {})", flags[one], flags[two]),
        3 => random
            .pick(&[
                " flags=()",
                " flags=complain",
                " flags = (complain)",
                " flags=\n(complain)",
                " (complain,,)",
                " flags=(complain) (audit)",
            ])
            .to_owned(),
        _ => String::new(),
    };
    let body = random.pick(&[
        "{ }",
        "{ }",
        " {\n}",
        " { /a r, }",
        "{ ^h { } }",
        " { hat h /x { } }",
        " { ^h xattrs=(a=b) { } }",
        " { profile c { } profile c { } }",
        " { /bin/c { } }",
        " { hat h { } ^h { } }",
        "{",
        " }",
        " { } }",
    ]);
    let blank = random.pick(&[" ", " ", " ", "\n", ""]);
    let more = if random.once_in(5) { "profile a { }\n" } else { "" };
    format!("@{{A}}=/x\n{keyword}{name}{attachment}{xattrs}{flags}{blank}{body}\n{more}")
}

fn blocks(random: &mut Random) -> String {
    let qualifiers = random.pick(&[
        "",
        "audit ",
        "owner ",
        "allow ",
        "audit owner ",
        "deny ",
        "audit deny ",
        "other ",
        "audit allow owner ",
    ]);
    let rule = |random: &mut Random| {
        random.pick(&[
            "/a r,",
            "/a px,",
            "deny /a x,",
            "deny /a r,",
            "owner /a r,",
            "other /a r,",
            "audit /a r,",
            "network,",
            "capability chown,",
            "capability nope,",
            "link /a -> /b,",
            "change_profile -> b,",
            "audit { /b r, }",
            "allow { deny /c r, }",
            "profile c { /a ix, }",
            "set rlimit cpu <= 5,",
            "@{X}=y\n",
            "^h { }",
            "",
            "file,",
            "abi <abi/3.0>,",
        ])
    };
    let (one, two) = (rule(random), rule(random));
    in_profile(&format!("{qualifiers}{{ {one} {two} }}{}", random.pick(&["", "", "", "", ","])))
}

fn globs(random: &mut Random) -> String {
    let mut path = String::from("/");
    for _ in 0..1 + random.below(6) {
        path.push_str(random.pick(&[
            "a",
            "b",
            "*",
            "**",
            "?",
            "[ab]",
            "[^a]",
            "[a-c]",
            "[",
            "]",
            "{a,b}",
            "{",
            "}",
            ",",
            "{a}",
            "{,a}",
            "\\",
            "\\*",
            "/",
            "[a-]",
            "[-a]",
            "[]",
            "{a,{b,c}}",
            "\\x41",
            "\\000",
            "@{A}",
            "^",
            "[^]",
            "\\{",
            "{a,}",
            "\\d65",
        ]));
    }
    let rule = match random.below(6) {
        0 => format!("deny \"{path}\" w,"),
        1 => format!("\"{path}\" r,"),
        2 => format!("change_profile -> {path},"),
        3 => format!("mount {path} -> /b,"),
        4 => format!("link {path} -> /b,"),
        _ => format!("{path} r,"),
    };
    format!("@{{A}}=x {{y,z}}\n{}", in_profile(&rule))
}

fn lexical(random: &mut Random) -> String {
    let pieces: &[&str] = &[
        "/a r,",
        "/b w,",
        "capability",
        "chown",
        ",",
        "network",
        "inet",
        "signal",
        "(send)",
        "peer=x",
        "# c\n",
        "\n",
        "{",
        "}",
        "deny",
        "audit",
        "owner",
        "\"",
        "\\",
        "#include <abstractions/base>\n",
        "include <nope>\n",
        "->",
        "/c",
        "px",
        "^h { }",
        "if",
        "else",
        "true",
        "=",
        "(",
        ")",
        "@{A}",
        "$",
        "!",
        ";",
        "\r\n",
        "\t",
        "all",
        "file",
        "mqueue r,",
        "userns,",
        "priority=1",
        "foo",
        "r",
        "x",
    ];
    let count = 1 + random.below(7);
    let mut text = String::new();
    for _ in 0..count {
        text.push_str(random.pick(pieces));
        text.push_str(random.pick(&[" ", " ", " ", "", "\n"]));
    }
    in_profile(&text)
}
