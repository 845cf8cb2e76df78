//! Where the facts of the tables come from.

/// A place to read more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source(pub &'static str);

pub const KERNEL_SYSCTL: Source = Source("https://docs.kernel.org/admin-guide/sysctl/kernel.html");
pub const KERNEL_MODPROBE: Source =
    Source("https://git.zx2c4.com/linux-dev/commit/?id=6e71582506258c9b2efd8f164706f2af2256cf16");
pub const KERNEL_ADMIN: Source = Source("https://docs.kernel.org/admin-guide/");
pub const BINFMT: Source = Source("https://docs.kernel.org/admin-guide/binfmt-misc.html");
pub const OCI_MASKED: Source = Source("https://github.com/kubernetes/kubernetes/pull/112037");
pub const CONTAINERD_1600: Source = Source("https://github.com/containerd/containerd/pull/1600");
pub const CONTAINERD_14090: Source = Source("https://github.com/containerd/containerd/pull/14090");
pub const RUNC_2025: Source = Source("https://github.com/kubevirt/kubevirt/pull/16175");
pub const RUNC_2019: Source = Source("https://github.com/convox/rack/pull/3554");
pub const CVE_2022_0492: Source = Source("https://unit42.paloaltonetworks.jp/cve-2022-0492-cgroups");
pub const CVE_2016_1585: Source = Source("https://linuxpatch.com/cve/CVE-2016-1585");
pub const CRACKARMOR: Source = Source("https://www.turbogeek.co.uk/?p=10287");
pub const ELASTIC: Source = Source(
    "https://detection.fyi/elastic/detection-rules/linux/defense_evasion_apparmor_exploitation_via_sys_fs",
);
pub const LXC_BSA_108: Source = Source("https://backports.debian.org/news/BSA-108_Security_Update_for_lxc/");
pub const MOBY_1655: Source = Source("https://github.com/moby/moby/issues/1655");
pub const MOBY_14767: Source = Source("https://github.com/moby/moby/issues/14767");
pub const K3S_2618: Source = Source("https://github.com/k3s-io/k3s/issues/2618");
pub const SNAPD: Source = Source("https://scansearch.net/en/resources/services/snapd");
pub const SYSTEMD_8846: Source = Source("https://github.com/systemd/systemd/issues/8846");
pub const SYSTEMD_37135: Source = Source("https://github.com/systemd/systemd/pull/37135");
pub const APPARMOR_D_279: Source = Source("https://github.com/roddhjav/apparmor.d/issues/279");
pub const FLATPAK_2787: Source = Source("https://github.com/flatpak/flatpak/issues/2787");
pub const POLKIT_TOUR: Source =
    Source("https://u1f383.github.io/linux/2025/05/25/dbus-and-polkit-introduction.html");
pub const PRIVATE_FILES: Source = Source("upstream's abstractions/private-files");
pub const ABSTRACTIONS: Source = Source("the abstraction's own text in AppArmor's tree");

/// A manual page.
pub const fn man(page: &'static str) -> Source {
    Source(page)
}
