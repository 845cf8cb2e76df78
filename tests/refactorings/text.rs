//! Profiles as rules that can be written in several ways: taken from a random number, or from a profile without includes.

use super::Random;
use aakit::vocabulary::Version;

/// A profile, hat or child.
#[derive(Clone)]
pub struct Body {
    /// What stands before its `{`.
    pub head: String,
    /// Rules without their comma, each on one line.
    pub rules: Vec<String>,
    pub children: Vec<Self>,
}

/// A file.
#[derive(Clone)]
pub struct Text {
    pub preamble: Vec<String>,
    pub profiles: Vec<Body>,
}

impl Text {
    /// A file as `aakit render --expand` writes it; `None` where it has a kind of block that is not a profile.
    pub fn parse(expanded: &str) -> Option<Self> {
        let mut text = Self { preamble: Vec::new(), profiles: Vec::new() };
        let mut open: Vec<Body> = Vec::new();
        let mut rule = String::new();
        for line in expanded.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            if line == "}" {
                let closed = open.pop()?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(closed),
                    None => text.profiles.push(closed),
                }
            } else if let Some(head) = line.strip_suffix(" {").filter(|_| rule.is_empty()) {
                let is_profile = ["profile ", "hat ", "^", "/"].iter().any(|start| head.starts_with(start));
                open.push(Body {
                    head: is_profile.then(|| head.to_owned())?,
                    rules: Vec::new(),
                    children: Vec::new(),
                });
            } else if let Some(end) = line.strip_suffix(',') {
                rule.push_str(end);
                match open.last_mut() {
                    Some(body) => body.rules.push(std::mem::take(&mut rule)),
                    None => text.preamble.push(format!("{},", std::mem::take(&mut rule))),
                }
            } else {
                rule.push_str(line);
                rule.push(' ');
            }
        }
        (open.is_empty() && rule.is_empty() && !text.profiles.is_empty()).then_some(text)
    }

    /// A profile with a hat and a child, of up to a dozen rules each.
    pub fn random(random: &mut Random, version: Version) -> Self {
        let mut profile = Body {
            head: random.pick(&["profile t", "profile t", "profile t /usr/bin/t", "/usr/bin/t"]).to_owned(),
            rules: rules(random, version),
            children: Vec::new(),
        };
        if random.once_in(3) {
            for head in ["hat h", "profile c /usr/bin/c", "profile d"] {
                profile.children.push(Body {
                    head: head.to_owned(),
                    rules: rules(random, version),
                    children: Vec::new(),
                });
            }
        }
        Self { preamble: Vec::new(), profiles: vec![profile] }
    }
}

fn rules(random: &mut Random, version: Version) -> Vec<String> {
    let exec = random.pick(&["ix", "px", "Px", "ux", "Cx -> c", "pix", "PUx"]).to_owned();
    (0..1 + random.below(10)).map(|_| rule(random, version, &exec)).collect()
}

const PATHS: &[&str] = &[
    "/etc/a",
    "/etc/{a,b}",
    "/etc/**",
    "/etc/*",
    "/etc/{aa,bb}/c*",
    "/usr/lib/**.so",
    "/usr/lib{,64}/x",
    "/home/*/.k",
    "/home/u/**",
    "/tmp/[ab]x",
    "/tmp/?",
    "/{,usr/}bin/t*",
    "/proc/@{pid}/x",
    "/etc/[b-z]*",
    "/a b",
    "/srv/{a,b/c}/**",
    "/srv/**/",
    "/dev/{null,zero}",
    "/{**,}",
];

fn rule(random: &mut Random, version: Version, exec: &str) -> String {
    let qualifier = random.pick(&["", "", "", "audit ", "deny ", "audit deny "]).to_owned();
    let ranked = version >= Version::V4_1 && random.once_in(5);
    let priority = if ranked { random.pick(&["priority=1 ", "priority=-3 ", "priority=7 "]) } else { "" };
    let denies = qualifier.contains("deny");
    let path = random.pick(PATHS).replace("@{pid}", "[0-9]*");
    let path = if path.contains(' ') { format!("\"{path}\"") } else { path };
    let owner = random.pick(&["", "", "owner "]);
    match random.below(if version >= Version::V4_1 { 24 } else { 20 }) {
        0..7 => {
            let letters = random.pick(&["r", "w", "rw", "a", "rk", "rwk", "m", "rm", "k", "ra", "l", "rwkl"]);
            format!("{priority}{qualifier}{owner}{path} {letters}")
        }
        7 if denies => format!("{qualifier}{path} rwx"),
        7 | 8 => format!("{}{path} {}{exec}", qualifier.replace("deny ", ""), random.pick(&["", "r", "rm"])),
        9 => format!("{qualifier}{owner}link {path} -> {}", random.pick(&["/x", "/etc/**", "/home/*"])),
        10 => format!("{qualifier}change_profile -> {}", random.pick(&["x", "t//*", "{a,b}"])),
        11 => format!("{qualifier}capability {}", random.some(&["chown", "kill", "sys_admin", "mknod"], " ")),
        12 => format!("{qualifier}network {}", random.pick(&["inet", "inet stream", "netlink raw", "tcp"])),
        13 => format!(
            "{qualifier}signal ({}) set=({}) peer={}",
            random.pick(&["send", "receive", "send, receive"]),
            random.pick(&["term", "hup, int, term", "kill, exists", "rtmin+3, hup"]),
            random.pick(&["x", "t//*", "/usr/bin/**"])
        ),
        14 => format!(
            "{qualifier}ptrace ({}) peer={}",
            random.pick(&["read", "read, trace", "readby, tracedby, trace"]),
            random.pick(&["x", "t//*", "unconfined"])
        ),
        15 => format!(
            "{qualifier}dbus ({}) bus={} path=/org/{} interface={}",
            random.pick(&["send", "receive", "send, receive"]),
            random.pick(&["system", "session"]),
            random.pick(&["a", "*", "{a,b}"]),
            random.pick(&["org.x", "org.*"])
        ),
        16 => format!(
            "{qualifier}unix ({}) type={}",
            random.pick(&["send", "send, receive", "connect, bind, listen", "create, getattr"]),
            random.pick(&["stream", "dgram"])
        ),
        17 => format!(
            "{qualifier}mount options=({}) {} -> {}",
            random.pick(&["ro", "rw", "ro, bind", "rw, rbind", "nodev, nosuid"]),
            random.pick(&["/a/", "/dev/*", "/srv/{a,b}/"]),
            random.pick(&["/mnt/", "/mnt/**", "/media/*/"])
        ),
        18 => format!("{qualifier}umount {}", random.pick(&["/mnt/", "/mnt/**", "/media/{a,b}/"])),
        19 => random.pick(&["pivot_root oldroot=/o/ /n/", "set rlimit nofile <= 1024", "file"]).to_owned(),
        20 => format!("{qualifier}userns"),
        21 => format!(
            "{qualifier}mqueue ({}) type=posix {}",
            random.pick(&["create, open", "read, write, delete", "read", "getattr, setattr"]),
            random.pick(&["/q", "/q*", "/{a,b}"])
        ),
        22 => format!(
            "{qualifier}io_uring {}",
            random.pick(&["sqpoll", "override_creds", "override_creds label=x"])
        ),
        _ => format!(
            "{qualifier}network {}",
            random.pick(&[
                "inet ip=10.0.0.1",
                "inet stream port=80",
                "inet6 ip=::1 port=22",
                "tcp peer=(ip=127.0.0.1 port=5)"
            ])
        ),
    }
    .trim()
    .replace("capability chown kill sys_admin mknod", "capability")
}
