//! Capabilities, capabilities(7).

use crate::vocabulary::{Version, word_in_table};

/// A capability of the kernel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Capability(u8);

impl Capability {
    /// Its number, `CAP_…` of `include/uapi/linux/capability.h`.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }

    /// The capability of that number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        (usize::from(number) < CAPABILITIES.len()).then_some(Self(number))
    }
}

struct Row {
    name: &'static str,
    since: Version,
}

const fn row(name: &'static str) -> Row {
    Row { name, since: Version::V2_13 }
}

/// In the order of their numbers. All are old: a parser takes what the kernel headers it was built with name.
static CAPABILITIES: [Row; 41] = [
    row("chown"),
    row("dac_override"),
    row("dac_read_search"),
    row("fowner"),
    row("fsetid"),
    row("kill"),
    row("setgid"),
    row("setuid"),
    row("setpcap"),
    row("linux_immutable"),
    row("net_bind_service"),
    row("net_broadcast"),
    row("net_admin"),
    row("net_raw"),
    row("ipc_lock"),
    row("ipc_owner"),
    row("sys_module"),
    row("sys_rawio"),
    row("sys_chroot"),
    row("sys_ptrace"),
    row("sys_pacct"),
    row("sys_admin"),
    row("sys_boot"),
    row("sys_nice"),
    row("sys_resource"),
    row("sys_time"),
    row("sys_tty_config"),
    row("mknod"),
    row("lease"),
    row("audit_write"),
    row("audit_control"),
    row("setfcap"),
    row("mac_override"),
    row("mac_admin"),
    row("syslog"),
    row("wake_alarm"),
    row("block_suspend"),
    row("audit_read"),
    row("perfmon"),
    row("bpf"),
    row("checkpoint_restore"),
];

word_in_table!(Capability, Row, CAPABILITIES);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::Word;

    #[test]
    fn numbers_are_the_kernels() {
        let number = |name: &str| Capability::from_name(name.as_bytes()).map(Capability::number);
        assert_eq!(number("chown"), Some(0));
        assert_eq!(number("sys_admin"), Some(21));
        assert_eq!(number("audit_read"), Some(37));
        assert_eq!(number("checkpoint_restore"), Some(40));
        assert_eq!(number("cap_chown"), None);
        assert_eq!(number("CHOWN"), None);
    }
}
