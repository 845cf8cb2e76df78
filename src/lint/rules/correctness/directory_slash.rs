use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::lint::danger::facts::facts;
use crate::lint::rule::declare_rule;
use crate::lint::{FileContext, Findings, ProfileContext, Rule};
use crate::source::Span;

declare_rule! {
    /// A rule for a well-known directory that lacks the `/` at its end.
    ///
    /// # Why
    /// The kernel shows a directory to AppArmor with a `/` at its end, a file without: the rule is about a file of that name, and the
    /// directory stays closed.
    ///
    /// # Bad
    /// ```apparmor rules
    /// /etc r,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// /etc/ r,
    /// ```
    ///
    /// # Fix
    /// Adds the `/`.
    ///
    /// # Source
    /// apparmor.d(5), "Globbing (AARE)"; hier(7) for the directories
    pub struct DirectorySlash {
        id: "directory-slash",
        group: Correctness,
        fix: Safe,
    }
}

/// Directories on every system, from hier(7), proc(5) and sysfs(5). Those that are links on a merged system are left out: a link is a
/// file to AppArmor.
const DIRECTORIES: &[&str] = &[
    "/boot",
    "/dev",
    "/dev/disk",
    "/dev/input",
    "/dev/mapper",
    "/dev/net",
    "/dev/pts",
    "/dev/shm",
    "/dev/snd",
    "/etc",
    "/home",
    "/media",
    "/mnt",
    "/opt",
    "/proc",
    "/proc/sys",
    "/proc/sys/fs",
    "/proc/sys/kernel",
    "/proc/sys/net",
    "/proc/sys/vm",
    "/root",
    "/run",
    "/srv",
    "/sys",
    "/sys/block",
    "/sys/bus",
    "/sys/class",
    "/sys/dev",
    "/sys/devices",
    "/sys/firmware",
    "/sys/fs",
    "/sys/fs/cgroup",
    "/sys/kernel",
    "/sys/module",
    "/sys/power",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/include",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/usr/share",
    "/usr/src",
    "/var",
    "/var/cache",
    "/var/lib",
    "/var/local",
    "/var/log",
    "/var/opt",
    "/var/spool",
    "/var/tmp",
];

/// Variables of the tunables that stand for directories: some values end in `/`, and a site may write others.
const VARIABLES: &[&str] = &[
    "@{HOME}",
    "@{HOMEDIRS}",
    "@{PROC}",
    "@{run}",
    "@{sys}",
    "@{securityfs}",
    "@{apparmorfs}",
    "@{user_share_dirs}",
];

impl Rule for DirectorySlash {
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        for (_, _, _, path) in file.file_rules() {
            let text = path.text(file.bytes());
            if !VARIABLES.iter().any(|name| name.as_bytes() == text) {
                continue;
            }
            let end = path.span.end as usize - usize::from(path.is_quoted(file.bytes()));
            let finding = Self::finding(
                file.location(path.span),
                format!("`{}` is a directory only while its value ends in `/`", file.show(&path)),
            )
            .help("put a `/` at its end")
            .fix("add the `/`", Applicability::Safe, vec![(Span::at(end), b"/".to_vec())]);
            findings.report(Diagnostic { severity: Severity::Note, ..finding });
        }
    }

    fn check_profile(&self, context: &ProfileContext<'_>, findings: &mut Findings) {
        for (rule, access) in context.shown_files {
            // A set with a star in it is none of a few directories.
            if access.path.text.ends_with(b"/") || access.path.text.contains(&b'*') {
                continue;
            }
            let is_directory =
                |path: &Vec<u8>| DIRECTORIES.iter().any(|known| known.as_bytes() == path.as_slice());
            // Where paths are few, they are what they begin with.
            if !facts(&access.path.glob).prefixes.iter().all(is_directory) {
                continue;
            }
            let Some(paths) = access.path.glob.strings(16) else { continue };
            if paths.is_empty() || !paths.iter().all(is_directory) {
                continue;
            }
            let at = access.path.location;
            let raw = context.text(at);
            // The variable alone is told where it is written.
            if VARIABLES.iter().any(|name| name.as_bytes() == raw) {
                continue;
            }
            let end = at.span.end as usize - usize::from(raw.ends_with(b"\""));
            let path = String::from_utf8_lossy(&paths[0]).into_owned();
            findings.report(
                context.reached_by(
                    &rule.origin,
                    Self::finding(at, format!("`{path}` is a directory, and this rule is about a file"))
                        .note("to AppArmor the path of a directory ends in `/`")
                        .help("put a `/` at its end")
                        .fix("add the `/`", Applicability::Safe, vec![(Span::at(end), b"/".to_vec())]),
                ),
            );
        }
    }
}
