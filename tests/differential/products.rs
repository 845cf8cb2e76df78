//! Cross products: every combination of what the parts of a rule may be, each numbered, so that all of them or an even share
//! can be asked for.

/// Profiles of one shape: one for every choice from the axes.
pub struct Product {
    pub name: &'static str,
    /// What each part may be.
    pub axes: &'static [&'static [&'static str]],
    /// Puts a choice together to the rules of a profile.
    pub write: fn(&[&str]) -> String,
}

/// What stands before the profiles of a file.
pub const PREAMBLE: &str = "@{A}=/x /y\n@{B}=org.b\n@{EMPTY}=\"\"\n${T}=true\n${F}=false\n";

/// All of them.
pub fn products() -> impl Iterator<Item = &'static Product> {
    PRODUCTS.iter().chain(crate::newer::PRODUCTS)
}

const PRODUCTS: &[Product] = &[
    Product { name: "pairs of exec modes", axes: PAIRS, write: pair },
    Product { name: "exec rules", axes: EXEC, write: |part| part.concat() },
    Product { name: "dbus conditions", axes: DBUS, write: |part| part.concat() },
    Product { name: "dbus values", axes: DBUS_VALUES, write: dbus_value },
    Product { name: "conditionals", axes: CONDITIONALS, write: conditional },
    Product { name: "expressions", axes: EXPRESSIONS, write: expression },
    Product { name: "pairs of mount options", axes: MOUNT, write: |part| part.concat() },
    Product { name: "unix conditions", axes: UNIX, write: |part| part.concat() },
    Product { name: "link rules", axes: LINK, write: |part| part.concat() },
];

impl Product {
    /// The number of combinations.
    pub fn len(&self) -> usize {
        self.axes.iter().map(|axis| axis.len()).product()
    }

    /// The rules of the combination with that number.
    pub fn rules(&self, mut number: usize) -> String {
        let mut parts = Vec::with_capacity(self.axes.len());
        for axis in self.axes {
            parts.push(axis[number % axis.len()]);
            number /= axis.len();
        }
        (self.write)(&parts)
    }

    /// Numbers that are spread evenly over the combinations: all of them where `most` allows it, others for another seed.
    pub fn share(&self, most: usize, seed: usize) -> impl Iterator<Item = usize> {
        let len = self.len();
        // The golden section spreads best; a step without a common divisor comes to every number once before it comes to one again.
        let step = (len * 832_040 / 1_346_269..).find(|step| divisor(*step, len) == 1).unwrap_or(1);
        (0..most.min(len)).map(move |index| (index + seed * most) % len * step % len)
    }
}

fn divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { divisor(b, a % b) }
}

const EXEC_MODES: &[&str] = &[
    "ix", "px", "Px", "cx", "Cx", "ux", "Ux", "pix", "Pix", "cix", "Cix", "pux", "PUx", "cux", "CUx", "pUx",
    "x", "r",
];

const PAIR_QUALIFIERS: &[&str] =
    &["", "owner ", "other ", "deny ", "audit ", "audit owner ", "allow ", "priority=1 ", "prompt "];

const PAIR_TARGETS: &[&str] = &["", " -> t", " -> :ns:t", " -> &t", " -> u//v"];

const PAIRS: &[&[&str]] = &[
    EXEC_MODES,
    EXEC_MODES,
    // The two paths: the same, one in the other, crossing, apart.
    &[
        "/a|/a",
        "/a|/*",
        "/*|/**",
        "/a*|/*b",
        "/{a,b}|/a",
        "/{a,b}|/{b,c}",
        "/[ab]|/a",
        "/[ab]|/[bc]",
        "/a?|/ab",
        "/a?|/?b",
        "/[^b]|/a",
        "/[^b]|/*",
        "/a|/b",
        "/a*|/b*",
        "/a/|/a",
        "@{A}|/x",
        "@{A}|/y*",
        "@{A}/b|/{x,z}/b",
        "//a|/a",
        "/a//b|/a/b",
        "/\\x61|/a",
        "\"/a b\"|/a\\ b",
        "/{a,}|/",
        "/**|/",
    ],
    PAIR_TARGETS,
    PAIR_TARGETS,
    PAIR_QUALIFIERS,
    PAIR_QUALIFIERS,
    // The permissions behind the path or before it.
    &["tt", "lt", "tl", "ll"],
];

fn pair(part: &[&str]) -> String {
    let (first, second) = part[2].split_once('|').unwrap_or((part[2], part[2]));
    let rule = |order: &str, qualifier: &str, mode: &str, path: &str, target: &str| match order {
        "l" => format!("{qualifier}{mode} {path}{target},"),
        _ => format!("{qualifier}{path} {mode}{target},"),
    };
    let (one, two) = part[7].split_at(1);
    let first = rule(one, part[5], part[0], first, part[3]);
    let second = rule(two, part[6], part[1], second, part[4]);
    format!("{first}\n  {second}")
}

const QUALIFIERS: &[&str] = &[
    "",
    "audit ",
    "deny ",
    "allow ",
    "owner ",
    "other ",
    "audit deny ",
    "audit allow ",
    "deny owner ",
    "allow owner ",
    "audit owner ",
    "audit deny owner ",
    "owner audit ",
    "owner deny ",
    "deny audit ",
    "prompt ",
    "priority=5 ",
    "priority=-5 audit deny ",
    "audit priority=1 ",
];

const EXEC: &[&[&str]] = &[
    QUALIFIERS,
    &["", "file "],
    &["", "safe ", "unsafe "],
    &["/a ", "\"/a b\" ", "@{A} ", "/a* ", "@{A}/** ", "/{a,b} "],
    &[
        "x", "ix", "px", "Px", "cx", "Cx", "ux", "Ux", "pix", "Pix", "pIx", "cix", "Cix", "pux", "PUx",
        "pUx", "Pux", "cux", "CUx", "rix", "mrPx", "rwpx", "wpx", "pxr", "pxpx", "pxPx", "ixux", "xr", "rx",
        "lix", "lx", "lpx", "ixx", "xix", "iX", "PX", "pix ix", "uix", "pcx", "apx", "wapx", "kix", "X",
        "Xr",
    ],
    &["", " -> a", " -> \"a b\"", " -> :ns:a", " -> a//b", " -> &a", " -> @{Z}", " -> a b", " ->a", " ->"],
    &[","],
];

const DBUS: &[&[&str]] = &[
    &["", "audit ", "deny ", "owner "],
    &["dbus"],
    &[
        "",
        " send",
        " receive",
        " bind",
        " eavesdrop",
        " rw",
        " (send, receive)",
        " (send bind)",
        " (receive,eavesdrop)",
        " ()",
        " read",
        " (send)",
        " acquire",
    ],
    &["", " bus=session", " bus=\"system\"", " bus=(a b)"],
    &["", " path=/a/**"],
    &["", " interface=org.a"],
    &["", " member=Foo"],
    &["", " name=org.n", " label=x"],
    &[
        "",
        " peer=()",
        " peer=(name=org.p)",
        " peer=(label=l)",
        " peer=(name=org.p, label=l)",
        " peer=(label=l name=\"org.p\")",
        " peer=(path=/p)",
        " peer=(bus=session)",
        " peer=(member=M)",
        " peer=(interface=I, label=l)",
        " peer=(name=(a|b))",
        " peer=(label=l, label=l)",
        " peer=x",
    ],
    &[",", " bus=system,"],
];

const DBUS_VALUES: &[&[&str]] = &[
    &["", " send", " bind", " eavesdrop", " (receive)"],
    &["bus", "path", "interface", "member", "name", "peer name", "peer label", "peer path"],
    &["=", " = ", " in ", ":=", "+="],
    &[
        "a",
        "\"a\"",
        "\"a b\"",
        "(a)",
        "(\"a b\")",
        "(a b)",
        "(a, b)",
        "()",
        "\"\"",
        "/a/b",
        "/a//b",
        "@{A}",
        "@{B}",
        "@{B}.c",
        "@{Z}",
        "@{EMPTY}",
        "org.{a,b}",
        "{a,b}",
        "{a}",
        "{a",
        "a[bc]",
        "[a",
        "a*",
        "**",
        "a?",
        "a,b",
        "a b",
        "(@{B})",
        "\"@{B}\"",
        "a\\,b",
        "\\",
        "a\\",
        "#a",
        "a=b",
        "(a|b)",
        ":a",
        "&a",
        "-",
        "a-b",
        "a.b",
        "1",
        "send",
        "dbus",
        "(a",
        "a)",
    ],
    &["", " bus=session", " peer=(label=l)", " path=/q"],
];

fn dbus_value(part: &[&str]) -> String {
    match part[1].strip_prefix("peer ") {
        Some(name) => format!("dbus{}{} peer=({name}{}{}),", part[0], part[4], part[2], part[3]),
        None => format!("dbus{} {}{}{}{},", part[0], part[1], part[2], part[3], part[4]),
    }
}

const TESTS: &[&str] = &[
    "${T}",
    "${F}",
    "$T",
    "not ${T}",
    "not $F",
    "defined ${T}",
    "defined @{A}",
    "defined @{Z}",
    "not defined ${T}",
    "not defined @{Z}",
    "${Z}",
    "true",
    "not ${Z}",
    "not not ${T}",
    "@{A}",
    "(${T})",
];

const BODIES: &[&str] = &[
    "{ }",
    "{ /a r, }",
    "{ /a ix, }",
    "{ /a[ r, }",
    "{ @{Z} r, }",
    "{ capability nope, }",
    "{ capability chown, }",
    "{ profile c { } }",
    "{ if ${T} { /b r, } else { /b[ r, } }",
    "{ if not ${T} { @{Z} r, } }",
    "{ ^h { } }",
    "{ abi <abi/3.0>, }",
];

const CONDITIONALS: &[&[&str]] = &[
    TESTS,
    BODIES,
    // How it goes on.
    &["", " else ", " else if "],
    TESTS,
    BODIES,
    &["", " else { /c r, }", " else { /c[ r, }", ",", " else if ${T} { } else { }"],
    // What else the profile has.
    &["", "/a px,", "profile c { }"],
];

fn conditional(part: &[&str]) -> String {
    let more = match part[2] {
        "" => String::new(),
        " else " => format!(" else {}", part[4]),
        _ => format!(" else if {} {}", part[3], part[4]),
    };
    // Behind an `else` of its own nothing more can come.
    let end = if part[2] == " else " && part[5].starts_with(" else") { "" } else { part[5] };
    format!("if {} {}{more}{end}\n  {}", part[0], part[1], part[6])
}

const ATOMS: &[&str] = &[
    "${T}",
    "${F}",
    "$T",
    "defined ${T}",
    "defined $Z",
    "defined @{A}",
    "defined @A",
    "defined @{Z}",
    "true",
    "FALSE",
    "@{A}",
    "\"true\"",
    "foo",
    "1",
    "(${T})",
    "(not ${F})",
    "defined",
    "not",
    "defined A",
    "",
];

const EXPRESSIONS: &[&[&str]] = &[
    &["", "not ", "not not ", "! "],
    ATOMS,
    &["", " and ", " or ", " == ", " != ", " in ", " < ", " >= ", " && ", " "],
    &["", "not ", "defined "],
    ATOMS,
    &["", " and ${T}", " or (${F} and not ${T})", " == 1"],
    &[" { /a r, }", "{ /a r, }", "\n{ @{Z} r, }", " # c\n { }", " /a r,", " { /a[ r, } else { /b[ r, }"],
];

fn expression(part: &[&str]) -> String {
    format!("if {}", part.concat())
}

const MOUNT_OPTIONS: &[&str] = &[
    "ro",
    "rw",
    "r",
    "w",
    "read-only",
    "suid",
    "nosuid",
    "dev",
    "nodev",
    "exec",
    "noexec",
    "sync",
    "async",
    "remount",
    "mand",
    "nomand",
    "dirsync",
    "symfollow",
    "nosymfollow",
    "atime",
    "noatime",
    "diratime",
    "nodiratime",
    "bind",
    "B",
    "move",
    "M",
    "rbind",
    "R",
    "verbose",
    "silent",
    "loud",
    "acl",
    "noacl",
    "unbindable",
    "make-unbindable",
    "runbindable",
    "private",
    "make-private",
    "rprivate",
    "slave",
    "rslave",
    "shared",
    "make-rshared",
    "relatime",
    "norelatime",
    "iversion",
    "noiversion",
    "strictatime",
    "nostrictatime",
    "lazytime",
    "nolazytime",
    "user",
    "nouser",
    "defaults",
    "RO",
];

const MOUNT: &[&[&str]] = &[
    &["mount", "remount", "umount", "mount fstype=ext4", "remount fstype=ext4", "mount fstype=(a, b)"],
    &[" options=(", " options in ("],
    MOUNT_OPTIONS,
    &[" ", ","],
    MOUNT_OPTIONS,
    &[")", ") options=(ro)", ") options in (ro, nosuid)"],
    &["", " /a", " -> /b", " /a -> /b", " none -> \"/b c\"", " /a ->"],
    &[","],
];

const UNIX: &[&[&str]] = &[
    &["", "deny ", "audit ", "owner "],
    &["unix"],
    &[
        "",
        " create",
        " bind",
        " listen",
        " accept",
        " connect",
        " shutdown",
        " getattr",
        " setattr",
        " getopt",
        " setopt",
        " send",
        " receive",
        " r",
        " rw",
        " (send, receive)",
        " (bind send)",
        " (create,listen)",
        " (connect accept)",
        " ()",
        " foo",
    ],
    &[
        "",
        " type=stream",
        " type=(dgram)",
        " type=(stream dgram)",
        " type=tcp",
        " type=none",
        " type in (stream)",
    ],
    &[
        "",
        " addr=@a",
        " addr=none",
        " addr=auto",
        " addr=/a",
        " addr=\"@a b\"",
        " addr=@{A}",
        " addr=@a{b,c}",
    ],
    &["", " label=x", " protocol=1", " attr=x", " opt=y"],
    &[
        "",
        " peer=()",
        " peer=(addr=@p)",
        " peer=(label=x)",
        " peer=(addr=none, label=x)",
        " peer=(addr=p)",
        " peer=(type=stream)",
        " peer=(label=\"x y\" addr=@{a,b})",
        " peer=x",
        " peer=(addr=@p) type=stream",
    ],
    &[","],
];

const LINK_PATHS: &[&str] =
    &["/a", "\"/a b\"", "@{A}", "@{A}/c", "/a*", "/{a,b}", "a", "foo", "@{Z}", "/a[", "r"];

const LINK: &[&[&str]] = &[
    QUALIFIERS,
    &[
        "link ",
        "link subset ",
        "l ",
        "l subset ",
        "lr ",
        "rl subset ",
        "file l ",
        "file link ",
        "lx ",
        "lix ",
    ],
    LINK_PATHS,
    &[" -> ", "", " ->", "-> ", " -> :ns:"],
    LINK_PATHS,
    &[",", " r,", ""],
];
