//! What may be asked, and how it is written in words.

use crate::vocabulary::{
    self, AccessTable, AddressFamily, Capability, MountOption, Permissions, Protocol, Rlimit, Signal,
    SocketType, Word as _, did_you_mean,
};
use std::net::IpAddr;

/// A question to a profile: may it do that?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Use a file.
    File {
        /// How.
        permissions: Permissions,
        /// The path as the kernel has it; a directory's ends in `/`.
        path: Vec<u8>,
    },
    /// Make a link.
    Link {
        /// The new name.
        name: Vec<u8>,
        /// The file it leads to.
        target: Vec<u8>,
    },
    /// Change to another profile.
    ChangeProfile {
        /// Its label.
        label: Vec<u8>,
        /// The program to be executed, for a change on exec.
        exec: Option<Vec<u8>>,
    },
    /// Use a capability.
    Capability(Capability),
    /// Use a socket.
    Network {
        /// How; everything when empty.
        access: Vec<&'static str>,
        /// Its family.
        family: AddressFamily,
        /// Its type.
        socket_type: SocketType,
        /// `ip`, `port`, `peer_ip` and `peer_port`, those that are asked of.
        conditions: Vec<(&'static str, Vec<u8>)>,
    },
    /// Send or receive a signal.
    Signal {
        /// `send` or `receive`, or both.
        access: Vec<&'static str>,
        /// Which.
        signal: Signal,
        /// The other side's label; any when `None`.
        peer: Option<Vec<u8>>,
    },
    /// Trace or read another process, or be traced.
    Ptrace {
        /// How.
        access: Vec<&'static str>,
        /// The other side's label; any when `None`.
        peer: Option<Vec<u8>>,
    },
    /// Mount something.
    Mount(MountRequest),
    /// Unmount.
    Umount {
        /// Where.
        mountpoint: Vec<u8>,
    },
    /// Change the root.
    PivotRoot {
        /// The new root.
        new_root: Vec<u8>,
        /// Where the old root goes.
        old_root: Vec<u8>,
    },
    /// Send over D-Bus, and so on.
    Dbus {
        /// How.
        access: Vec<&'static str>,
        /// `bus`, `path`, `interface`, `member`, `name`, `peer` (its name) and `label` (of the peer), those that are asked of.
        conditions: Vec<(&'static str, Vec<u8>)>,
    },
    /// Use a unix socket, where the kernel tells addresses apart.
    Unix {
        /// How; everything when empty.
        access: Vec<&'static str>,
        /// Its type.
        socket_type: Option<SocketType>,
        /// `addr`, `peer` (its address) and `label` (of the peer), those that are asked of.
        conditions: Vec<(&'static str, Vec<u8>)>,
    },
    /// Use a message queue.
    Mqueue {
        /// How; everything when empty.
        access: Vec<&'static str>,
        /// Its name.
        name: Vec<u8>,
    },
    /// Set a resource limit.
    Rlimit {
        /// Which.
        limit: Rlimit,
        /// To what, as a rule would write it.
        value: Vec<u8>,
    },
    /// Make a user namespace.
    Userns,
    /// Use io_uring's privileged parts.
    IoUring {
        /// `sqpoll` or `override_creds`.
        access: Vec<&'static str>,
    },
}

/// A call of mount(2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MountRequest {
    /// Its flags, `MS_…`.
    pub flags: u32,
    /// The file system's type.
    pub fstype: Vec<u8>,
    /// What is mounted.
    pub source: Vec<u8>,
    /// Where.
    pub mountpoint: Vec<u8>,
}

/// A request that cannot be read, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RequestError {
    /// What is wrong.
    pub message: String,
    /// What to do, in the imperative.
    pub help: String,
}

const FORMS: &str = "ask for `rw /path`, `exec /path`, `link /new /existing`, `capability NAME`, `network FAMILY TYPE [port=80 …]`, `signal send NAME PEER`, \
`ptrace read PEER`, `mount [fstype=TYPE] [options=LIST] [SOURCE] MOUNTPOINT`, `umount PATH`, `pivot_root NEW OLD`, `change_profile LABEL`, \
`dbus send bus=session …`, `unix stream …`, `mqueue read /name`, `rlimit nofile 1024`, `userns` or `io_uring sqpoll`";

impl Request {
    /// Reads a request from words.
    ///
    /// # Errors
    /// When the words are no request, with what would be one.
    pub fn parse(words: &[&str]) -> Result<Self, RequestError> {
        let bytes = |word: &str| word.as_bytes().to_vec();
        match words {
            ["exec", path] => Ok(Self::File { permissions: Permissions::EXEC, path: bytes(path) }),
            ["link", name, target] | ["link", name, "->", target] => {
                Ok(Self::Link { name: bytes(name), target: bytes(target) })
            }
            ["change_profile", label] | ["change_profile", "->", label] => {
                Ok(Self::ChangeProfile { label: bytes(label), exec: None })
            }
            ["change_profile", exec, "->", label] => {
                Ok(Self::ChangeProfile { label: bytes(label), exec: Some(bytes(exec)) })
            }
            ["capability", name] => Capability::from_name(name.as_bytes())
                .map(Self::Capability)
                .ok_or_else(|| unknown("capability", name, Capability::names())),
            ["network", rest @ ..] => network(rest),
            ["signal", rest @ ..] => signal(rest),
            ["ptrace", rest @ ..] => {
                let (access, rest) = accesses(rest, vocabulary::PTRACE);
                match rest {
                    [] => Ok(Self::Ptrace { access, peer: None }),
                    [peer] => Ok(Self::Ptrace { access, peer: Some(label(peer)) }),
                    _ => Err(malformed("ptrace", "read PEER")),
                }
            }
            ["mount", rest @ ..] => mount(rest, 0),
            ["remount", rest @ ..] => mount(rest, flags("remount").unwrap_or_default()),
            ["umount" | "unmount", mountpoint] => Ok(Self::Umount { mountpoint: bytes(mountpoint) }),
            ["pivot_root", new, old] => Ok(Self::PivotRoot { new_root: bytes(new), old_root: bytes(old) }),
            ["dbus", rest @ ..] => {
                let (access, rest) = accesses(rest, vocabulary::DBUS);
                let keys = ["bus", "path", "interface", "member", "name", "peer", "label"];
                Ok(Self::Dbus { access, conditions: conditions("dbus", rest, &keys)? })
            }
            ["unix", rest @ ..] => {
                let (access, mut rest) = accesses(rest, vocabulary::UNIX);
                let mut socket_type = None;
                if let [word, behind @ ..] = rest
                    && let Some(found) = SocketType::from_name(word.trim_start_matches("type=").as_bytes())
                {
                    (socket_type, rest) = (Some(found), behind);
                }
                Ok(Self::Unix {
                    access,
                    socket_type,
                    conditions: conditions("unix", rest, &["addr", "peer", "label"])?,
                })
            }
            ["mqueue", rest @ ..] => match accesses(rest, vocabulary::MQUEUE) {
                (access, [name]) => Ok(Self::Mqueue { access, name: bytes(name) }),
                _ => Err(malformed("mqueue", "read /NAME")),
            },
            ["rlimit", rest @ ..] => match rest {
                [name, value] | [name, "<=", value] => Rlimit::from_name(name.as_bytes())
                    .map(|limit| Self::Rlimit { limit, value: bytes(value) })
                    .ok_or_else(|| unknown("resource limit", name, Rlimit::names())),
                _ => Err(malformed("rlimit", "nofile 1024")),
            },
            ["userns"] | ["userns", "create"] => Ok(Self::Userns),
            ["io_uring", rest @ ..] => match accesses(rest, vocabulary::IO_URING) {
                (access, []) if !access.is_empty() => Ok(Self::IoUring { access }),
                _ => Err(malformed("io_uring", "sqpoll")),
            },
            [letters, path] => Self::file(letters, path.as_bytes()),
            _ => Err(RequestError {
                message: format!("`{}` is no request", words.join(" ")),
                help: FORMS.to_owned(),
            }),
        }
    }

    /// A request for a file: letters of `rwaxmkl` and a path.
    ///
    /// # Errors
    /// When a letter is none of these.
    pub fn file(letters: &str, path: &[u8]) -> Result<Self, RequestError> {
        let permissions: Option<Permissions> = letters.bytes().map(Permissions::from_letter).collect();
        match permissions {
            Some(permissions) if !permissions.is_empty() => {
                Ok(Self::File { permissions, path: path.to_vec() })
            }
            _ => Err(RequestError {
                message: format!("`{letters}` is neither a kind of request nor letters of `rwaxmkl`"),
                help: FORMS.to_owned(),
            }),
        }
    }
}

fn network(words: &[&str]) -> Result<Request, RequestError> {
    let (access, rest) = accesses(words, vocabulary::NETWORK);
    let family_of = |word: &str| AddressFamily::from_name(word.as_bytes());
    let type_of = |word: &str| {
        let protocol = Protocol::from_name(word.as_bytes()).map(Protocol::socket_type);
        protocol.or_else(|| SocketType::from_name(word.as_bytes()))
    };
    let [family, socket_type, rest @ ..] = rest else { return Err(malformed("network", "inet stream")) };
    let family =
        family_of(family).ok_or_else(|| unknown("address family", family, AddressFamily::names()))?;
    let socket_type =
        type_of(socket_type).ok_or_else(|| unknown("socket type", socket_type, SocketType::names()))?;
    let conditions = conditions("network", rest, &["ip", "port", "peer_ip", "peer_port"])?;
    let is_wrong = |(name, value): &&(&'static str, Vec<u8>)| {
        let text = String::from_utf8_lossy(value);
        if name.ends_with("port") { text.parse::<u16>().is_err() } else { text.parse::<IpAddr>().is_err() }
    };
    match conditions.iter().find(is_wrong) {
        Some((name, value)) => Err(RequestError {
            message: format!("`{}` is no value of `{name}`", String::from_utf8_lossy(value)),
            help: "write one address such as `10.0.0.1`, or one port such as `80`".to_owned(),
        }),
        None => Ok(Request::Network { access, family, socket_type, conditions }),
    }
}

fn signal(words: &[&str]) -> Result<Request, RequestError> {
    let (access, rest) = accesses(words, vocabulary::SIGNAL);
    let (name, peer) = match rest {
        [name] => (name, None),
        [name, peer] => (name, Some(label(peer))),
        _ => return Err(malformed("signal", "send term PEER")),
    };
    let name = name.trim_start_matches("set=");
    let signal =
        Signal::from_name(name.as_bytes()).ok_or_else(|| unknown("signal", name, Signal::names()))?;
    Ok(Request::Signal { access, signal, peer })
}

fn mount(words: &[&str], mut all_flags: u32) -> Result<Request, RequestError> {
    let mut request = MountRequest::default();
    let mut paths = Vec::new();
    for word in words {
        if let Some(fstype) = word.strip_prefix("fstype=") {
            request.fstype = fstype.as_bytes().to_vec();
        } else if let Some(list) = word.strip_prefix("options=") {
            for option in list.trim_matches(['(', ')']).split(',').filter(|option| !option.is_empty()) {
                all_flags |=
                    flags(option).ok_or_else(|| unknown("mount option", option, MountOption::names()))?;
            }
        } else if *word != "->" {
            paths.push(word.as_bytes().to_vec());
        }
    }
    request.flags = all_flags;
    match paths.len() {
        1 => request.mountpoint = paths.remove(0),
        2 => (request.source, request.mountpoint) = (paths.remove(0), paths.remove(0)),
        _ => return Err(malformed("mount", "fstype=tmpfs options=(ro,nosuid) SOURCE MOUNTPOINT")),
    }
    Ok(Request::Mount(request))
}

fn flags(option: &str) -> Option<u32> {
    MountOption::from_name(option.as_bytes()).map(MountOption::sets)
}

fn conditions(
    kind: &str,
    words: &[&str],
    keys: &[&'static str],
) -> Result<Vec<(&'static str, Vec<u8>)>, RequestError> {
    let condition = |word: &&str| {
        let (key, value) = word.split_once('=')?;
        let key = keys.iter().find(|known| **known == key)?;
        Some((*key, value.as_bytes().to_vec()))
    };
    let read = |word: &&str| {
        condition(word).ok_or_else(|| RequestError {
            message: format!("`{word}` is no condition of a request for {kind}"),
            help: format!("write conditions as NAME=VALUE; the names are {}", keys.join(", ")),
        })
    };
    words.iter().map(read).collect()
}

/// Access words at the front, and what follows them; all of the kind when there is none.
fn accesses<'w>(words: &'w [&'w str], table: AccessTable) -> (Vec<&'static str>, &'w [&'w str]) {
    let count = words.iter().take_while(|word| table.from_name(word.as_bytes()).is_some()).count();
    let (access, rest) = words.split_at(count);
    let granted =
        access.iter().filter_map(|word| table.from_name(word.as_bytes())).flat_map(|access| access.grants);
    (granted.copied().collect(), rest)
}

fn label(word: &str) -> Vec<u8> {
    word.trim_start_matches("peer=").as_bytes().to_vec()
}

fn unknown(kind: &str, word: &str, names: impl Iterator<Item = &'static str>) -> RequestError {
    let help = match did_you_mean(word, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("see apparmor.d(5) for the names of each {kind}"),
    };
    RequestError { message: format!("unknown {kind} `{word}`"), help }
}

fn malformed(kind: &str, example: &str) -> RequestError {
    RequestError {
        message: format!("this is no request for {kind}"),
        help: format!("write it as `{kind} {example}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read() {
        let read = |text: &str| Request::parse(&text.split(' ').collect::<Vec<_>>());
        assert_eq!(read("rw /a"), Request::file("rw", b"/a"));
        assert_eq!(read("exec /a"), read("x /a"));
        assert!(matches!(read("network tcp"), Err(RequestError { .. })));
        assert!(matches!(
            read("network inet tcp"),
            Ok(Request::Network { socket_type: SocketType::Stream, .. })
        ));
        assert!(matches!(read("signal send term foo"), Ok(Request::Signal { peer: Some(_), .. })));
        assert!(
            matches!(read("mount options=(ro,bind) /a/ /b/"), Ok(Request::Mount(request)) if request.flags == 0x1001)
        );
        let error = read("capability sys_admn").unwrap_err();
        assert_eq!(
            (error.message.as_str(), error.help.as_str()),
            ("unknown capability `sys_admn`", "did you mean `sys_admin`?")
        );
        assert!(read("frobnicate /a").is_err());
    }
}
