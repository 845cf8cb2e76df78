//! Permissions of files as the kernel has them, in bits (`security/apparmor/include/perms.h`).

use serde::Serialize;

/// The four masks of one state of a profile's automaton, as `.access` of securityfs shows them but for `deny`, which
/// is 0 for files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Masks {
    /// Granted.
    pub allow: u32,
    /// Logged when granted.
    pub audit: u32,
    /// Refused without a log.
    pub quiet: u32,
}

/// Letters of rules as bits, and what goes with them in the automaton. The numbers are aakit's own.
pub(super) mod letter {
    pub(in super::super) const EXEC: u32 = 1;
    pub(in super::super) const WRITE: u32 = 1 << 1;
    pub(in super::super) const READ: u32 = 1 << 2;
    pub(in super::super) const APPEND: u32 = 1 << 3;
    pub(in super::super) const LOCK: u32 = 1 << 4;
    pub(in super::super) const MMAP: u32 = 1 << 5;
    pub(in super::super) const LINK: u32 = 1 << 6;
    /// Of a pair of names: the link must not grant more than its target.
    pub(in super::super) const SUBSET: u32 = 1 << 7;
    pub(in super::super) const CHANGE_PROFILE: u32 = 1 << 8;
    pub(in super::super) const CHANGE_ON_EXEC: u32 = 1 << 9;
    /// Of a program and a label: the environment is kept at that change.
    pub(in super::super) const KEEPS_ENVIRONMENT: u32 = 1 << 10;
}

/// Getting attributes: granted wherever some rule could still match.
pub(super) const GETATTR: u32 = 0x200;

/// What each letter stands for in the kernel. Write has create 10, delete 20, open 40, setattr 100, chmod 1000 and
/// chown 2000 with it, read has getattr 200 and open.
const KERNEL: [(u32, u32); 10] = [
    (letter::EXEC, 0x1),
    (letter::WRITE, 0x3172),
    (letter::READ, 0x244),
    (letter::APPEND, 0x8),
    (letter::LOCK, 0x8000),
    (letter::MMAP, 0x1_0000),
    (letter::LINK, 0x4_0000),
    (letter::SUBSET, 0x8000),
    (letter::CHANGE_PROFILE, 0x4000_0000),
    (letter::CHANGE_ON_EXEC, 0x2000_0000),
];

/// The kernel's bits of some letters.
pub(super) fn kernel(letters: u32) -> u32 {
    KERNEL.iter().filter(|(letter, _)| letters & letter != 0).fold(0, |mask, (_, bits)| mask | bits)
}

/// The kernel's bits of letters that are logged, or refused without a log: the subset test is no access.
pub(super) fn kernel_logged(letters: u32) -> u32 {
    kernel(letters & !letter::SUBSET)
}
