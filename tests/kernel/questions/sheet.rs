//! The questions to some profiles, with the answers that aakit expects, as the machine reads them.

use super::numbers::Numbers;
use super::paths::{near, sample};
use aakit::policy::{Pattern, Policy, ResolvedKind, ResolvedProfile};
use aakit::query::{Fate, Half, MountRequest, Query, Request};
use aakit::syntax::MountOperation;
use aakit::vocabulary::{AddressFamily, Signal, SocketType, Version, Word as _};
use std::collections::BTreeSet;

/// The version of apparmor_parser that compiles what the machine loads.
pub const VERSION: Version = Version::V3_0;

/// Questions in the order in which they are asked.
#[derive(Default)]
pub struct Sheet {
    /// For the machine.
    pub records: Vec<u8>,
    /// Each question in words, with what is expected.
    pub questions: Vec<String>,
}

/// What is expected of a question: the masks that must be there, of the bits that count.
#[derive(Clone, Copy)]
pub struct Expected {
    pub care: u32,
    pub allow: u32,
    pub audit: u32,
    pub quiet: u32,
}

/// How many questions one profile is asked.
#[derive(Clone, Copy)]
pub struct Plenty {
    /// Rules of each kind that are looked at.
    pub rules: usize,
    /// Samples of each glob; of each there are as many that miss it by a byte.
    pub samples: usize,
}

const FILE: u8 = 2;
const MOUNT: u8 = 7;
const PTRACE: u8 = 9;
const SIGNAL: u8 = 10;
const NETWORK: u8 = 14;

impl Sheet {
    fn record(&mut self, kind: u8, body: &[u8]) {
        self.records.push(kind);
        self.records.extend(u32::try_from(body.len()).expect("it is small").to_be_bytes());
        self.records.extend(body);
    }

    /// Loads compiled policy.
    pub fn load(&mut self, compiled: &[u8]) {
        self.record(b'L', compiled);
    }

    /// Unloads a profile and its children.
    pub fn unload(&mut self, name: &[u8]) {
        self.record(b'U', name);
    }

    /// Turns to the profile that the next questions are for.
    pub fn profile(&mut self, name: &[u8]) {
        self.record(b'P', name);
    }

    /// One question.
    pub fn ask(&mut self, class: u8, data: &[u8], half: Half, expected: Expected, shown: String) {
        self.ask_kind(b'Q', class, data, half, expected, shown);
    }

    fn ask_kind(&mut self, kind: u8, class: u8, data: &[u8], half: Half, expected: Expected, shown: String) {
        let number = u32::try_from(self.questions.len()).expect("there are fewer");
        let Expected { care, allow, audit, quiet } = expected;
        let user = if half == Half::Owner { 0 } else { 5 };
        let mut body: Vec<u8> = [number, user, care, allow & care, audit & care, quiet & care]
            .iter()
            .flat_map(|word| word.to_be_bytes())
            .collect();
        body.push(class);
        body.extend(data);
        self.record(kind, &body);
        self.questions.push(format!(
            "{shown}: expected allow {:x} audit {:x} quiet {:x}",
            allow & care,
            audit & care,
            quiet & care
        ));
    }

    /// Whether a path is granted, and nothing of what is logged.
    pub fn ask_about_grant(&mut self, path: &[u8], half: Half, expected: Expected, shown: String) {
        self.ask_kind(b'G', FILE, path, half, expected, shown);
    }

    /// Everything to all profiles of a policy that was compiled.
    pub fn policy(
        &mut self,
        policy: &Policy,
        compiled: &[u8],
        plenty: Plenty,
        numbers: &mut Numbers,
        shown: &str,
    ) {
        self.load(compiled);
        for profile in policy.all_profiles().filter(|profile| profile.namespace.is_none()) {
            self.profile(&profile.full_name);
            let query = Query::new(policy, profile, VERSION);
            let context = format!("{shown} `{}`", profile.display_name());
            for path in file_paths(profile, policy, plenty, numbers) {
                self.file(&query, &path, &context);
            }
            for (class, data, request) in requests(profile, plenty, numbers) {
                self.other(&query, class, &data, &request, &context);
            }
        }
        for profile in policy.profiles.iter().filter(|profile| profile.namespace.is_none()) {
            self.unload(&profile.full_name);
        }
    }

    /// A path, a pair of them, or a label: to both halves.
    pub fn file(&mut self, query: &Query<'_>, path: &[u8], context: &str) {
        for half in [Half::Owner, Half::Other] {
            let masks = query.files().ask(path, half).masks;
            let expected = match query.is_unconfined() {
                true => EVERYTHING,
                false => {
                    Expected { care: u32::MAX, allow: masks.allow, audit: masks.audit, quiet: masks.quiet }
                }
            };
            let shown = format!("{context} {half:?} `{}`", path.escape_ascii());
            self.ask(FILE, path, half, expected, shown);
        }
    }

    fn other(&mut self, query: &Query<'_>, class: u8, data: &[u8], request: &Request, context: &str) {
        let answer = query.ask(request, Half::Owner);
        let mut expected = Expected { care: 0, allow: 0, audit: 0, quiet: 0 };
        for part in &answer.parts {
            let bit = bit(class, &part.word);
            expected.care |= bit;
            match (part.granted(), part.logged) {
                (true, logged) => {
                    // Where the class is not mediated, the kernel answers with everything in both.
                    expected.quiet |= if part.fate == Fate::NotMediated { bit } else { 0 };
                    expected.allow |= bit;
                    expected.audit |= if logged { bit } else { 0 };
                }
                (false, logged) => expected.quiet |= if logged { 0 } else { bit },
            }
        }
        if query.is_unconfined() {
            expected = EVERYTHING;
        }
        self.ask(class, data, Half::Owner, expected, format!("{context} {request:?}"));
    }
}

/// What the kernel says of a profile that confines nothing.
const EVERYTHING: Expected = Expected { care: u32::MAX, allow: u32::MAX, audit: 0, quiet: u32::MAX };

/// The kernel's bit of an access.
fn bit(class: u8, word: &str) -> u32 {
    match (class, word) {
        (SIGNAL, "send") | (PTRACE, "trace") | (NETWORK, "send") | (MOUNT, "mount") => 2,
        (SIGNAL, "receive") | (PTRACE, "read") | (NETWORK, "receive") | (MOUNT, "umount") => 4,
        (PTRACE, "tracedby") => 8,
        (PTRACE, "readby") | (NETWORK, "create") => 0x10,
        (MOUNT, "pivot_root") => 1,
        (NETWORK, "shutdown") => 0x20,
        (NETWORK, "connect") => 0x40,
        (NETWORK, "setattr") => 0x100,
        (NETWORK, "getattr") => 0x200,
        (NETWORK, "accept") => 0x10_0000,
        (NETWORK, "bind") => 0x20_0000,
        (NETWORK, "listen") => 0x40_0000,
        (NETWORK, "getopt") => 0x100_0000,
        (NETWORK, "setopt") => 0x200_0000,
        _ => panic!("class {class} has no access {word}"),
    }
}

/// Some of the elements, all when they are no more than that.
fn some<T>(mut all: Vec<T>, most: usize, numbers: &mut Numbers) -> Vec<T> {
    while all.len() > most {
        all.swap_remove(numbers.below(all.len()));
    }
    all
}

/// Paths, pairs and labels that the rules about files speak of, and some that they just miss.
pub fn file_paths(
    profile: &ResolvedProfile,
    policy: &Policy,
    plenty: Plenty,
    numbers: &mut Numbers,
) -> Vec<Vec<u8>> {
    let mut globs: Vec<(&Pattern, Option<&Pattern>)> = Vec::new();
    for rule in &profile.rules {
        match &rule.kind {
            ResolvedKind::File(access) => globs.push((&access.path, access.link_target.as_ref())),
            ResolvedKind::Link(link) => globs.push((&link.name, Some(&link.target))),
            ResolvedKind::ChangeProfile(change) => {
                globs.extend(change.target.iter().map(|target| (target, None)));
                globs.extend(
                    change.exec.iter().zip(&change.target).map(|(exec, target)| (exec, Some(target))),
                );
            }
            _ => {}
        }
    }
    let mut paths: BTreeSet<Vec<u8>> = [
        &b"/"[..],
        b"//",
        b"/a",
        b"/a/",
        b"/etc/passwd",
        b"/n\0/t",
        b"/proc/1/attr/current",
        b"/proc/1/attr/apparmor/exec",
        b"t",
        b"&t",
    ]
    .map(<[u8]>::to_vec)
    .into();
    for (glob, target) in some(globs, plenty.rules, numbers) {
        for number in 0..plenty.samples {
            let mut path = sample(&glob.text, numbers);
            if let Some((from, to, _)) = policy.aliases.get(number)
                && let Some(rest) = path.strip_prefix(from.as_slice())
            {
                paths.insert([to.as_slice(), rest].concat());
            }
            paths.insert(near(&path, numbers));
            if let Some(example) = glob.glob.example().filter(|_| number == 0) {
                paths.insert(near(&example, numbers));
                paths.insert(example);
            }
            paths.insert(path.clone());
            if target.is_some() || numbers.once_in(8) {
                let other = target.map_or_else(|| b"/t".to_vec(), |target| sample(&target.text, numbers));
                let other = if numbers.once_in(3) { near(&other, numbers) } else { other };
                path.push(0);
                path.extend(other);
                paths.insert(path);
            }
        }
    }
    // What is asked of has a name.
    paths.into_iter().filter(|path| !path.is_empty() && path[0] != 0).collect()
}

const REMOUNT: u32 = 1 << 5;
const BIND: u32 = 1 << 12;
const MOVE: u32 = 1 << 13;
const REC: u32 = 1 << 14;
const SILENT: u32 = 1 << 15;
const SPREAD: u32 = 0xf << 17;

/// Requests of the other classes, as the kernel puts them to its automaton.
fn requests(profile: &ResolvedProfile, plenty: Plenty, numbers: &mut Numbers) -> Vec<(u8, Vec<u8>, Request)> {
    let mut requests = Vec::new();
    let mut families: BTreeSet<AddressFamily> = ["inet", "inet6", "unix", "netlink", "packet"]
        .iter()
        .filter_map(|name| AddressFamily::from_name(name.as_bytes()))
        .collect();
    let mut peers: Vec<Vec<u8>> =
        [&b"foo"[..], b"unconfined", b"foo//bar", b"/bin/x", b":ns:a", b"a"].map(<[u8]>::to_vec).into();
    let mut signals: BTreeSet<String> =
        ["term", "kill", "exists", "hup", "rtmin+3"].map(str::to_owned).into();
    let mut calls = vec![
        MountRequest {
            flags: 0,
            fstype: b"tmpfs".to_vec(),
            source: b"tmpfs".to_vec(),
            mountpoint: b"/m/".to_vec(),
        },
        MountRequest {
            flags: BIND,
            fstype: Vec::new(),
            source: b"/s/".to_vec(),
            mountpoint: b"/m/".to_vec(),
        },
    ];
    let mut places: Vec<Vec<u8>> = vec![b"/m/".to_vec(), b"/".to_vec()];
    let mut roots: Vec<(Vec<u8>, Vec<u8>)> = vec![(b"/m/".to_vec(), b"/m/o/".to_vec())];
    for rule in &profile.rules {
        match &rule.kind {
            ResolvedKind::Network(network) => families.extend(network.family),
            ResolvedKind::Signal(signal) => {
                signals.extend(signal.signals.iter().map(|signal| signal.name().into_owned()));
                peers.extend(signal.peer.iter().map(|peer| sample(&peer.text, numbers)));
            }
            ResolvedKind::Ptrace(clause) => {
                peers.extend(clause.peer.iter().map(|peer| sample(&peer.text, numbers)))
            }
            ResolvedKind::Mount(mount) => {
                let place =
                    mount.mountpoint.as_ref().map_or(b"/m/".to_vec(), |place| sample(&place.text, numbers));
                places.push(place.clone());
                places.push(near(&place, numbers));
                if mount.operation == MountOperation::Umount {
                    continue;
                }
                for _ in 0..2 * plenty.samples {
                    let option = |list: &Vec<_>| {
                        list.iter()
                            .fold(0, |flags, option: &aakit::vocabulary::MountOption| flags | option.sets())
                    };
                    let named: Vec<u32> = mount.options.iter().chain(&mount.options_in).map(option).collect();
                    let mut flags = if named.is_empty() { 0 } else { named[numbers.below(named.len())] };
                    if mount.operation == MountOperation::Remount {
                        flags |= REMOUNT;
                    }
                    if numbers.once_in(2) {
                        flags ^=
                            [1, 2, 8, REMOUNT, BIND, MOVE, REC, 1 << 18, 1 << 20, SILENT][numbers.below(10)];
                    }
                    let fstype = match mount.fstype.is_empty() {
                        true => [&b"tmpfs"[..], b"proc", b"ext4"][numbers.below(3)].to_vec(),
                        false => sample(&mount.fstype[numbers.below(mount.fstype.len())].text, numbers),
                    };
                    let source =
                        mount.source.as_ref().map_or(b"/s/".to_vec(), |source| sample(&source.text, numbers));
                    let mut mountpoint = mount
                        .mountpoint
                        .as_ref()
                        .map_or(b"/m/".to_vec(), |place| sample(&place.text, numbers));
                    if numbers.once_in(4) {
                        mountpoint = near(&mountpoint, numbers);
                    }
                    calls.push(MountRequest { flags, fstype, source, mountpoint });
                }
            }
            ResolvedKind::PivotRoot(pivot) => {
                let text = |pattern: &Option<Pattern>| {
                    pattern.as_ref().map_or(b"/m/".to_vec(), |pattern| pattern.text.to_vec())
                };
                roots
                    .push((sample(&text(&pivot.new_root), numbers), sample(&text(&pivot.old_root), numbers)));
            }
            _ => {}
        }
    }
    for family in families {
        for socket_type in SocketType::all().filter(|kind| kind.in_network_rule()) {
            let number: u16 = match socket_type.name() {
                "stream" => 1,
                "dgram" => 2,
                "raw" => 3,
                "rdm" => 4,
                "seqpacket" => 5,
                _ => 10,
            };
            let data = [family.number().to_be_bytes(), number.to_be_bytes()].concat();
            requests.push((
                NETWORK,
                data,
                Request::Network { access: Vec::new(), family, socket_type, conditions: Vec::new() },
            ));
        }
    }
    peers.retain(|peer| !peer.is_empty());
    places.retain(|place| !place.is_empty());
    calls.retain(|call| !call.mountpoint.is_empty());
    roots.retain(|(new_root, old_root)| !new_root.is_empty() && !old_root.is_empty());
    let peers = some(peers, 4 + plenty.rules, numbers);
    let signals = some(signals.into_iter().collect(), 4 + plenty.rules, numbers);
    for peer in &peers {
        for name in &signals {
            let Some(signal) = Signal::from_name(name.as_bytes()) else { continue };
            let data = [&[signal_number(name)], peer.as_slice()].concat();
            let access = vec!["send", "receive"];
            requests.push((SIGNAL, data, Request::Signal { access, signal, peer: Some(peer.clone()) }));
        }
        let access = vec!["trace", "read", "tracedby", "readby"];
        requests.push((PTRACE, peer.clone(), Request::Ptrace { access, peer: Some(peer.clone()) }));
    }
    for call in some(calls, 4 * plenty.rules, numbers) {
        let told = as_told(&call);
        let flags: Vec<u8> = (0..32_u8).filter(|bit| told.flags & 1 << bit != 0).map(|bit| bit + 1).collect();
        let data =
            [told.mountpoint.as_slice(), b"\0", &told.source, b"\0", &told.fstype, b"\0", &flags].concat();
        requests.push((MOUNT, data, Request::Mount(call)));
    }
    for mountpoint in some(places, plenty.rules, numbers) {
        requests.push((MOUNT, mountpoint.clone(), Request::Umount { mountpoint }));
    }
    for (new_root, old_root) in some(roots, plenty.rules, numbers) {
        let data = [new_root.as_slice(), b"\0", &old_root].concat();
        requests.push((MOUNT, data, Request::PivotRoot { new_root, old_root }));
    }
    requests
}

/// A call of mount(2) as the kernel puts it to the automaton: which of its parts count depends on the kind.
fn as_told(call: &MountRequest) -> MountRequest {
    let mut told = call.clone();
    if call.flags & REMOUNT != 0 {
        (told.source, told.fstype) = (Vec::new(), Vec::new());
    } else if call.flags & BIND != 0 {
        told.flags &= BIND | REC;
        told.fstype.clear();
    } else if call.flags & SPREAD != 0 {
        told.flags &= SPREAD | REC | SILENT;
        (told.source, told.fstype) = (Vec::new(), Vec::new());
    } else if call.flags & MOVE != 0 {
        told.flags = MOVE;
        told.fstype.clear();
    }
    told
}

/// The kernel's own number of a signal, the same on every machine (`security/apparmor/include/sig_names.h`).
fn signal_number(name: &str) -> u8 {
    const NAMES: [&str; 33] = [
        "hup", "int", "quit", "ill", "trap", "abrt", "bus", "fpe", "kill", "usr1", "segv", "usr2", "pipe",
        "alrm", "term", "stkflt", "chld", "cont", "stop", "stp", "ttin", "ttou", "urg", "xcpu", "xfsz",
        "vtalrm", "prof", "winch", "io", "pwr", "sys", "emt", "lost",
    ];
    if name == "exists" {
        return 35;
    }
    if let Some(number) = name.strip_prefix("rtmin+") {
        return 128 + number.parse::<u8>().expect("a number");
    }
    let place = NAMES.iter().position(|known| *known == name).unwrap_or_else(|| panic!("signal {name}"));
    u8::try_from(place + 1).expect("it is small")
}
