//! Feature-ABI files that AppArmor ships and the features they name. A rule of a class that the profile's ABI does not name
//! is left out of the compiled policy without an error.

/// Something that a kernel, or an ABI file, may or may not mediate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// mount, remount, umount and pivot_root rules.
    Mount,
    /// dbus rules.
    Dbus,
    /// signal rules.
    Signal,
    /// ptrace rules.
    Ptrace,
    /// network rules by family and type.
    Network,
    /// unix rules; without it they become `network unix`.
    Unix,
    /// `xattrs=` of profiles.
    Xattrs,
    /// Stacking, and `safe` of change_profile rules.
    Stack,
    /// userns rules.
    Userns,
    /// mqueue rules for POSIX queues.
    Mqueue,
    /// io_uring rules.
    IoUring,
    /// `ip=` and `port=` of network rules.
    NetworkInet,
    /// Network rules no longer cover unix sockets: `network_v9`.
    NetworkV9,
    /// `interface=` and `label=` of network rules.
    NetworkInterface,
    /// `attach_disconnected.path=`.
    DisconnectedPath,
    /// `attach_disconnected.ipc`.
    DisconnectedIpc,
    /// The `interruptible` flag.
    Interruptible,
    /// The `kill.signal=` flag.
    KillSignal,
}

/// An ABI file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbiFile {
    /// Its name in `/etc/apparmor.d/abi/`.
    pub name: &'static str,
    /// The features it names.
    pub features: &'static [Feature],
}

impl AbiFile {
    /// The file of that name, with or without the `abi/` before it.
    #[must_use]
    pub fn from_name(name: &[u8]) -> Option<&'static Self> {
        let name = name.strip_prefix(b"abi/").unwrap_or(name);
        ABI_FILES.iter().find(|file| file.name.as_bytes() == name)
    }

    /// Does it name the feature?
    #[must_use]
    pub fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }
}

use Feature::{
    Dbus, DisconnectedIpc, DisconnectedPath, Interruptible, IoUring, KillSignal, Mount, Mqueue, Network,
    NetworkInet, NetworkInterface, NetworkV9, Ptrace, Signal, Stack, Unix, Userns, Xattrs,
};

/// The files of AppArmor 6.0's own `/etc/apparmor.d/abi/`, read one by one.
pub const ABI_FILES: &[AbiFile] = &[
    AbiFile { name: "kernel-5.4-vanilla", features: &[Mount, Signal, Ptrace, Xattrs, Stack] },
    AbiFile {
        name: "kernel-5.4-outoftree-network",
        features: &[Mount, Dbus, Signal, Ptrace, Network, Unix, Xattrs, Stack],
    },
    AbiFile { name: "3.0", features: &[Mount, Dbus, Signal, Ptrace, Network, Unix, Xattrs, Stack] },
    AbiFile {
        name: "4.0",
        features: &[Mount, Dbus, Signal, Ptrace, Network, Unix, Xattrs, Stack, Userns, Mqueue],
    },
    AbiFile {
        name: "4.0-ip",
        features: &[Mount, Dbus, Signal, Ptrace, Network, Unix, Xattrs, Stack, Userns, Mqueue, NetworkInet],
    },
    AbiFile {
        name: "5.0",
        features: &[
            Mount,
            Dbus,
            Signal,
            Ptrace,
            Network,
            Unix,
            Xattrs,
            Stack,
            Userns,
            Mqueue,
            IoUring,
            NetworkInet,
            NetworkV9,
            DisconnectedPath,
            DisconnectedIpc,
            Interruptible,
            KillSignal,
        ],
    },
    AbiFile {
        name: "5.0-interface",
        features: &[
            Mount,
            Dbus,
            Signal,
            Ptrace,
            Network,
            Unix,
            Xattrs,
            Stack,
            Userns,
            Mqueue,
            IoUring,
            NetworkInet,
            NetworkV9,
            NetworkInterface,
            DisconnectedPath,
            DisconnectedIpc,
            Interruptible,
            KillSignal,
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::Target;

    #[test]
    fn every_shipped_abi_file_is_known() {
        for name in Target::default().abi_files() {
            assert!(AbiFile::from_name(name.as_bytes()).is_some(), "{name}");
        }
        assert_eq!(ABI_FILES.len(), Target::default().abi_files().len());
    }

    #[test]
    fn features_grow() {
        let has = |name: &[u8], feature| AbiFile::from_name(name).is_some_and(|file| file.has(feature));
        assert!(!has(b"abi/3.0", Userns));
        assert!(has(b"abi/4.0", Userns));
        assert!(!has(b"4.0", IoUring));
        assert!(has(b"abi/5.0", IoUring));
        assert!(!has(b"abi/nope", Mount));
    }
}
