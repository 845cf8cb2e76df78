//! Processes as /proc tells: their profile, their seccomp mode, their container.

use super::error::LoadError;
use super::label::{Label, parse_label};
use super::system::System;
use serde::Serialize;
use std::fs;
use std::path::Path;

/// How a process filters its system calls (proc(5), `Seccomp`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Seccomp {
    /// 0: not at all.
    Disabled,
    /// 1: only read, write, exit and sigreturn.
    Strict,
    /// 2: by filters.
    Filtering,
}

impl Seccomp {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Strict => "strict",
            Self::Filtering => "filtering",
        }
    }
}

/// The container that a process runs in, as its control group tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Container {
    /// `docker`, `podman`, `containerd`, `cri-o`, `lxc`, `systemd-nspawn`; `None` where the control group names only an id.
    pub engine: Option<&'static str>,
    /// Its name or id.
    pub name: String,
}

/// What is known of one process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProcessStatus {
    /// Its number.
    pub pid: u32,
    /// The program that it runs; for a kernel thread or where it may not be read, its short name.
    pub exe: String,
    /// What confines it.
    pub label: Label,
    /// Its system call filter; `None` where the kernel does not tell.
    pub seccomp: Option<Seccomp>,
    /// The number of seccomp filters, since Linux 5.9.
    pub seccomp_filters: Option<u32>,
    /// The container it is in.
    pub container: Option<Container>,
}

/// What is known of the process `pid`.
///
/// # Errors
///
/// When there is no such process, or its attributes may not be read.
pub fn process_status(system: &System, pid: u32) -> Result<ProcessStatus, LoadError> {
    let dir = system.proc.join(pid.to_string());
    let path = dir.join("status");
    // A process gives itself its name, of any bytes.
    let status = fs::read(&path).map_err(|source| LoadError::Read { path, source })?;
    let status = String::from_utf8_lossy(&status);
    let field = |name: &str| {
        status
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .map(|value| value.trim().to_owned())
    };
    let seccomp = match field("Seccomp").as_deref() {
        Some("0") => Some(Seccomp::Disabled),
        Some("1") => Some(Seccomp::Strict),
        Some("2") => Some(Seccomp::Filtering),
        _ => None,
    };
    let exe = fs::read_link(dir.join("exe"))
        .map(|exe| exe.to_string_lossy().into_owned())
        .ok()
        .or_else(|| field("Name"))
        .unwrap_or_default();
    Ok(ProcessStatus {
        pid,
        exe: exe.strip_suffix(" (deleted)").map_or(exe.clone(), str::to_owned),
        label: label(&dir)?,
        seccomp,
        seccomp_filters: field("Seccomp_filters").and_then(|count| count.parse().ok()),
        container: fs::read(dir.join("cgroup"))
            .ok()
            .and_then(|text| container(&String::from_utf8_lossy(&text))),
    })
}

/// All processes that can be seen, by number. Those that end while being looked at are left out.
#[must_use]
pub fn processes(system: &System) -> Vec<ProcessStatus> {
    pids(system).into_iter().filter_map(|pid| process_status(system, pid).ok()).collect()
}

/// The processes whose label `wanted` takes; of the others nothing but the label is read.
pub(super) fn processes_under(system: &System, wanted: impl Fn(&Label) -> bool) -> Vec<ProcessStatus> {
    let concerned = |pid: &u32| label(&system.proc.join(pid.to_string())).is_ok_and(|label| wanted(&label));
    pids(system).into_iter().filter(concerned).filter_map(|pid| process_status(system, pid).ok()).collect()
}

fn pids(system: &System) -> Vec<u32> {
    let mut pids: Vec<u32> = fs::read_dir(&system.proc)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    pids.sort_unstable();
    pids
}

/// The profile that this process runs under, as a container engine puts it into its default profile; `unconfined` when
/// there is none or it cannot be told.
#[must_use]
pub fn profile_of_self(system: &System) -> String {
    label(&system.proc.join("self")).map_or_else(|_| "unconfined".to_owned(), |label| label.name)
}

/// The label of a process: AppArmor's own attribute, or, before Linux 5.8, the one that all security modules share.
fn label(dir: &Path) -> Result<Label, LoadError> {
    let own = dir.join("attr/apparmor/current");
    let shared = dir.join("attr/current");
    let text = fs::read(&own).or_else(|_| fs::read(&shared));
    match text {
        Ok(text) => Ok(parse_label(&String::from_utf8_lossy(&text))),
        // Without any security module, reading it is an invalid argument.
        Err(source) if source.raw_os_error() == Some(rustix::io::Errno::INVAL.raw_os_error()) => {
            Ok(parse_label(""))
        }
        Err(source) => Err(LoadError::Read { path: shared, source }),
    }
}

/// The container that the lines of /proc/PID/cgroup show.
fn container(cgroup: &str) -> Option<Container> {
    const SCOPES: [(&str, &str); 5] = [
        ("docker-", "docker"),
        ("libpod-", "podman"),
        ("cri-containerd-", "containerd"),
        ("nerdctl-", "containerd"),
        ("crio-", "cri-o"),
    ];
    const PARENTS: [(&str, &str); 5] = [
        ("docker", "docker"),
        ("libpod_parent", "podman"),
        ("lxc", "lxc"),
        ("lxc.payload", "lxc"),
        ("garden", "garden"),
    ];
    let found = |engine, name: &str| Some(Container { engine: Some(engine), name: name.to_owned() });
    for path in cgroup.lines().filter_map(|line| line.splitn(3, ':').nth(2)) {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        for (at, part) in parts.iter().enumerate().rev() {
            let unit = part.strip_suffix(".scope").unwrap_or(part);
            if let Some((prefix, engine)) = SCOPES.iter().find(|(prefix, _)| unit.starts_with(prefix)) {
                let name = &unit[prefix.len()..];
                if is_id(name) {
                    return found(engine, name);
                }
            }
            if let Some(name) = unit.strip_prefix("machine-").filter(|_| unit.len() < part.len()) {
                return found("systemd-nspawn", &name.replace("\\x2d", "-"));
            }
            if let Some(name) = part.strip_prefix("lxc.payload.") {
                return found("lxc", name);
            }
            let parent = at.checked_sub(1).map(|above| parts[above]);
            if let Some((_, engine)) = PARENTS.iter().find(|(name, _)| Some(*name) == parent) {
                return found(engine, part.strip_prefix("libpod-").unwrap_or(part));
            }
            if is_id(part) {
                return Some(Container { engine: None, name: (*part).to_owned() });
            }
        }
    }
    None
}

/// Container ids are 64 hexadecimal digits.
fn is_id(word: &str) -> bool {
    word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Such a process was in no list.
    #[test]
    fn a_process_cannot_hide_by_a_name_that_is_no_text() {
        let proc = tempfile::tempdir().unwrap();
        let dir = proc.path().join("7");
        fs::create_dir_all(dir.join("attr")).unwrap();
        fs::write(dir.join("status"), b"Name:\tx\xff\x1b\nSeccomp:\t2\nSeccomp_filters:\t1\n").unwrap();
        fs::write(dir.join("attr/current"), "web (enforce)\n").unwrap();
        let system = System { proc: proc.path().to_path_buf(), ..System::running() };
        let found = processes(&system);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].label.name.as_str(), found[0].seccomp), ("web", Some(Seccomp::Filtering)));
    }

    #[track_caller]
    fn check(cgroup: &str, wanted: Option<(Option<&'static str>, &str)>) {
        let found = container(cgroup);
        assert_eq!(found.as_ref().map(|c| (c.engine, c.name.as_str())), wanted, "{cgroup}");
    }

    #[test]
    fn containers_show_in_the_control_group() {
        let id = "0123456789abcdef".repeat(4);
        check(&format!("0::/system.slice/docker-{id}.scope\n"), Some((Some("docker"), &id)));
        check(&format!("12:pids:/docker/{id}\n"), Some((Some("docker"), &id)));
        check(&format!("0::/machine.slice/libpod-{id}.scope/container\n"), Some((Some("podman"), &id)));
        let pod = format!("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-{id}.scope\n");
        check(&pod, Some((Some("containerd"), &id)));
        check(&format!("1:cpu:/kubepods/besteffort/pod1/{id}\n"), Some((None, &id)));
        check("0::/lxc.payload.web/init.scope\n", Some((Some("lxc"), "web")));
        check("0::/machine.slice/machine-my\\x2dbox.scope\n", Some((Some("systemd-nspawn"), "my-box")));
    }

    #[test]
    fn a_plain_process_is_in_no_container() {
        check("0::/\n", None);
        check("0::/user.slice/user-1000.slice/session-2.scope\n", None);
        check("0::/system.slice/docker.service\n", None);
    }

    #[test]
    fn this_process_can_be_looked_at() {
        let me = process_status(&System::running(), std::process::id());
        // A kernel without security modules has no attribute to read.
        if let Ok(me) = me {
            assert!(me.exe.contains("aakit"), "{}", me.exe);
            assert!(me.seccomp.is_some());
        }
        assert!(process_status(&System::running(), u32::MAX).is_err());
    }
}
