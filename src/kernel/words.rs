//! Error numbers and signals in words.

use rustix::io::Errno;

/// What an error number means when policy is handed to the kernel.
pub(super) fn of_errno(errno: i32) -> &'static str {
    match Errno::from_raw_os_error(errno) {
        Errno::PERM => "the kernel does not let this process administer policy (EPERM)",
        Errno::NOENT => "no such profile (ENOENT)",
        Errno::NOMEM => "out of memory (ENOMEM)",
        Errno::ACCESS => "access denied (EACCES)",
        Errno::EXIST => "a profile of that name is already loaded (EEXIST)",
        Errno::INVAL => "the kernel cannot make sense of the policy (EINVAL)",
        Errno::NOSPC => "no room left (ENOSPC)",
        Errno::ROFS => "the file system is read-only (EROFS)",
        Errno::PROTO => {
            "the policy does not follow the kernel's protocol; parser and kernel do not fit together (EPROTO)"
        }
        Errno::PROTONOSUPPORT => {
            "this kernel does not know that version of the policy format (EPROTONOSUPPORT)"
        }
        Errno::BADMSG => "the policy does not match its signature (EBADMSG)",
        Errno::NAMETOOLONG => "a name is too long (ENAMETOOLONG)",
        Errno::FAULT => "bad memory address (EFAULT)",
        Errno::SPIPE => "bad write position (ESPIPE)",
        Errno::NOEXEC => "not a program that this machine can run (ENOEXEC)",
        _ => "an error without a known meaning",
    }
}

/// A signal's name.
pub(super) fn of_signal(signal: i32) -> String {
    let name = match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        31 => "SIGSYS",
        other => return format!("signal {other}"),
    };
    name.to_owned()
}

/// An IO error without the number that the standard library adds.
pub(super) fn of_io(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}
