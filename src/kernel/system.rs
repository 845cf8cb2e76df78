//! Where the running system shows itself: securityfs, /proc, /sys/module, and the directories that may be a tmpfs.

use std::fs;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The places of a running system. Tests and chroots may point them elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    /// AppArmor's directory in securityfs, usually `/sys/kernel/security/apparmor`.
    pub apparmor: PathBuf,
    /// The proc file system.
    pub proc: PathBuf,
    /// The kernel module's directory, `/sys/module/apparmor`.
    pub module: PathBuf,
    /// Directories that are asked, in this order, whether they lie on a tmpfs.
    pub memory: Vec<PathBuf>,
}

/// Why no policy can be loaded into or read from this kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unavailable {
    /// The kernel has no AppArmor.
    #[error("this kernel is built without AppArmor")]
    NotInKernel,
    /// It was not enabled at boot.
    #[error("AppArmor is built into this kernel, but not enabled")]
    Disabled,
    /// AppArmor is enabled, but its files are not to be seen.
    #[error("AppArmor is enabled, but its directory in securityfs is not there")]
    SecurityfsMissing,
}

impl Unavailable {
    /// What to do about it.
    #[must_use]
    pub fn help(self) -> &'static str {
        match self {
            Self::NotInKernel => "boot a kernel with CONFIG_SECURITY_APPARMOR",
            Self::Disabled => {
                "add `lsm=landlock,lockdown,yama,integrity,apparmor,bpf` (or `apparmor=1 security=apparmor`) to the kernel's command line and boot again"
            }
            Self::SecurityfsMissing => {
                "mount it with `mount -t securityfs securityfs /sys/kernel/security`; for a container, mount the host's there"
            }
        }
    }
}

impl System {
    /// The system that this process runs on; securityfs is where /proc/mounts says.
    #[must_use]
    pub fn running() -> Self {
        let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
        let securityfs =
            mount_point(&mounts, "securityfs").unwrap_or_else(|| PathBuf::from("/sys/kernel/security"));
        Self {
            apparmor: securityfs.join("apparmor"),
            proc: PathBuf::from("/proc"),
            module: PathBuf::from("/sys/module/apparmor"),
            memory: ["/run", "/dev/shm", "/tmp"].map(PathBuf::from).to_vec(),
        }
    }

    /// Is AppArmor in force, with its files in reach?
    ///
    /// # Errors
    ///
    /// [`Unavailable`] says why not.
    pub fn available(&self) -> Result<(), Unavailable> {
        if self.profiles_file().exists() {
            return Ok(());
        }
        match fs::read(self.module.join("parameters/enabled")).ok().as_deref().and_then(<[u8]>::first) {
            Some(b'N') => Err(Unavailable::Disabled),
            Some(_) => Err(Unavailable::SecurityfsMissing),
            // Without /sys, the attributes of processes tell.
            None if self.proc.join("self/attr/apparmor/current").exists() => {
                Err(Unavailable::SecurityfsMissing)
            }
            None => Err(Unavailable::NotInKernel),
        }
    }

    /// The list of loaded profiles.
    pub(super) fn profiles_file(&self) -> PathBuf {
        self.apparmor.join("profiles")
    }
}

/// Where a file system of `kind` is mounted, from the text of /proc/mounts.
fn mount_point(mounts: &str, kind: &str) -> Option<PathBuf> {
    mounts.lines().find_map(|line| {
        let mut fields = line.split(' ');
        let (_, point, found) = (fields.next()?, fields.next()?, fields.next()?);
        (found == kind).then(|| Path::new(&point.replace("\\040", " ").replace("\\134", "\\")).to_path_buf())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn securityfs_is_found_where_it_is_mounted() {
        let mounts = "proc /proc proc rw 0 0\nnone /mnt/my\\040sec securityfs rw 0 0\n";
        assert_eq!(mount_point(mounts, "securityfs"), Some(PathBuf::from("/mnt/my sec")));
        assert_eq!(mount_point("", "securityfs"), None);
    }

    #[test]
    fn each_reason_is_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let system = System {
            apparmor: dir.path().join("sec"),
            proc: dir.path().join("proc"),
            module: dir.path().join("module"),
            memory: Vec::new(),
        };
        assert_eq!(system.available(), Err(Unavailable::NotInKernel));
        fs::create_dir_all(system.module.join("parameters")).unwrap();
        fs::write(system.module.join("parameters/enabled"), "N\n").unwrap();
        assert_eq!(system.available(), Err(Unavailable::Disabled));
        fs::write(system.module.join("parameters/enabled"), "Y\n").unwrap();
        assert_eq!(system.available(), Err(Unavailable::SecurityfsMissing));
        fs::create_dir(&system.apparmor).unwrap();
        fs::write(system.profiles_file(), "").unwrap();
        assert_eq!(system.available(), Ok(()));
    }
}
