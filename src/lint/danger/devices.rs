//! Devices behind which no path rule holds, or whose driver is a danger by itself.

use super::row::{Row, rows};
use super::sources::*;

pub const ROWS: &[Row] = rows! {
    On "raw-device" ReadOrWrite Critical
        ["/dev/mem", "/dev/kmem", "/dev/port"]
        "it is physical memory or the I/O ports"
        see [man("mem(4)")] for ["dmidecode", "fwupd", "hwinfo", "hw-probe", "biosdecode"];
    On "raw-device" Write Critical
        ["/dev/cpu/0/msr", "/dev/cpu/[0-9]*/msr"]
        "it writes CPU registers, by which code runs in the kernel"
        see [man("msr(4)")] for ["wrmsr", "cpupower", "turbostat"];
    On "raw-device" Write Critical
        ["/dev/sda", "/dev/sda1", "/dev/hda", "/dev/vda", "/dev/xvda", "/dev/nvme0n1", "/dev/mmcblk0", "/dev/md0", "/dev/zd0", "/dev/nbd0",
         "/dev/mapper/root", "/dev/disk/by-uuid/aakit", "/dev/block/8:0",
         "/dev/{sd,hd,vd,xvd}[a-z]*", "/dev/{nvme,mmcblk,md,zd,nbd}[0-9]*[0-9]", "/dev/mapper/[^c]**", "/dev/disk/**", "/dev/block/**"]
        "it writes any file of any profile behind the file system's back"
        see [man("sd(4)")]
        for ["mkfs", "mke2fs", "fsck", "e2fsck", "fdisk", "sfdisk", "parted", "gparted", "gpartedbin", "dd", "cryptsetup", "udisksd", "grub-install",
             "mkswap", "resize2fs", "tune2fs", "wipefs", "sgdisk", "gdisk", "cfdisk", "lvm", "mdadm", "hdparm", "smartctl", "smartd", "fwupd"];
    On "raw-device" Read High
        ["/dev/sda", "/dev/sda1", "/dev/hda", "/dev/vda", "/dev/xvda", "/dev/nvme0n1", "/dev/mmcblk0", "/dev/md0", "/dev/zd0", "/dev/nbd0",
         "/dev/mapper/root", "/dev/disk/by-uuid/aakit", "/dev/block/8:0",
         "/dev/{sd,hd,vd,xvd}[a-z]*", "/dev/{nvme,mmcblk,md,zd,nbd}[0-9]*[0-9]", "/dev/mapper/[^c]**", "/dev/disk/**", "/dev/block/**"]
        "it reads any file, `/etc/shadow` first"
        see [man("sd(4)")]
        for ["blkid", "lsblk", "smartctl", "smartd", "grub-probe", "grub-mkconfig", "fdisk", "sfdisk", "parted", "udisksd", "hdparm", "mount", "fwupd",
             "mke2fs", "dumpe2fs", "e2fsck", "fsck", "lvm", "mdadm", "cryptsetup", "systemd-udevd", "udevadm", "blockdev", "hddtemp"];
    On "raw-device" Write Critical
        ["/dev/sg0", "/dev/bsg/0:0:0:0", "/dev/ng0n1", "/dev/nvme0"]
        "it sends raw commands to disks: any block, and firmware too"
        see [man("sg(4)")] for ["smartctl", "smartd", "fwupd", "cdrecord", "wodim", "nvme", "hddtemp", "brasero", "k3b"];
    On "raw-device" ReadOrWrite Critical
        ["/dev/mapper/control", "/dev/dm-0"]
        "the device mapper puts any disk at any place"
        see [KERNEL_ADMIN]
        for ["lvm", "dmsetup", "cryptsetup", "multipathd", "grub-install", "grub-probe", "udisksd", "systemd-cryptsetup", "veritysetup", "gparted", "lsblk", "blkid", "smartctl"];
    On "raw-device" Write High
        ["/dev/loop0", "/dev/loop-control", "/dev/loop[0-9]*"]
        "any file that can be read becomes a disk, to be mounted"
        see [man("loop(4)")] for ["losetup", "mount", "udisksd", "systemd-dissect", "snapd", "umount", "gnome-disks"];
    On "raw-device" ReadOrWrite Critical
        ["/dev/snapshot"]
        "it is the hibernation image: all memory"
        see [KERNEL_ADMIN] for ["uswsusp", "s2disk"];
    On "raw-device" Write High
        ["/dev/vfio/vfio", "/dev/vfio/1", "/dev/iommu"]
        "it passes devices to user space, with memory access inside their group"
        see [KERNEL_ADMIN] for ["libvirtd", "qemu", "libvirt-qemu"];
    On "raw-device" Write Medium
        ["/dev/kvm"]
        "a large part of the kernel stands behind it"
        see [KERNEL_ADMIN] for ["qemu", "qemu-system-x86_64", "libvirtd", "libvirt-qemu", "virtualbox", "gnome-boxes"];
    On "raw-device" Write Medium
        ["/dev/vhost-net", "/dev/vhost-vsock", "/dev/vhost-scsi", "/dev/vsock"]
        "kernel workers act on it for guests"
        see [KERNEL_ADMIN] for ["qemu", "libvirtd", "systemd-ssh-generator", "socat"];
    On "raw-device" Write Medium
        ["/dev/net/tun"]
        "it injects packets into the network"
        see [KERNEL_ADMIN] for ["openvpn", "tailscaled", "qemu", "libvirtd", "libvirt-qemu", "charon", "charon-systemd", "socat", "slirp4netns", "pasta", "passt", "openconnect", "vpnc", "NetworkManager", "wireguard"];
    On "raw-device" Write High
        ["/dev/uinput", "/dev/uhid", "/dev/input/uinput"]
        "it types for the user: opens a terminal and runs anything outside the confinement"
        see [KERNEL_ADMIN] for ["bluetoothd", "steam", "ydotoold", "gnome-remote-desktop"];
    On "raw-device" Read High
        ["/dev/input/event0", "/dev/input/event[0-9]*"]
        "it sees every key of the whole seat"
        see [KERNEL_ADMIN]
        for ["Xorg", "systemd-logind", "acpid", "gnome-shell", "kwin_wayland", "libinput", "thermald", "upowerd", "plymouthd", "systemd-udevd", "steam", "Xwayland", "brltty"];
    On "raw-device" ReadOrWrite High
        ["/dev/hidraw0", "/dev/hidraw[0-9]*"]
        "keyboards and security keys are raw devices there"
        see [KERNEL_ADMIN] for ["bluetoothd", "fwupd", "firefox", "chromium", "chrome", "upowerd", "steam", "pcscd", "ykman"];
    Unowned "raw-device" Write Medium
        ["/dev/pts/0", "/dev/pts/[0-9]*"]
        "on terminals of others it pushes input and sends escape sequences"
        see [man("ioctl_tty(2)")] for ["consoles", "sshd", "sshd-session", "login", "script", "tmux", "screen"];
    Unowned "raw-device" Write Low
        ["/dev/tty1", "/dev/tty[0-9]*"]
        "into the consoles of others it pushes input"
        see [man("ioctl_tty(2)")] for ["agetty", "login", "Xorg", "plymouthd"];
    Off "raw-device" Write Medium
        ["/dev/console", "/dev/ptmx", "/dev/tty"]
        "it is a terminal; only an own one is wanted"
        see [man("ioctl_tty(2)")] for ["agetty", "login", "Xorg", "plymouthd"];
    On "raw-device" ReadOrWrite Medium
        ["/dev/vcs1", "/dev/fb0"]
        "it is the screen of a console, to read or to paint"
        see [man("vcs(4)")] for ["Xorg", "loadkeys", "setfont", "plymouthd", "brltty"];
    On "raw-device" Write Medium
        ["/dev/tpm0", "/dev/tpmrm0"]
        "it unseals keys and locks out the owner"
        see [KERNEL_ADMIN] for ["tpm2", "cryptsetup", "systemd-cryptsetup", "fwupd", "systemd-pcrextend", "systemd-pcrphase"];
    On "raw-device" Write High
        ["/dev/bus/usb/001/001"]
        "it is raw access to any USB device, keyboards and disks included"
        see [KERNEL_ADMIN]
        for ["cupsd", "fwupd", "scanimage", "saned", "simple-scan", "lsusb", "usbguard-daemon", "usb_modeswitch", "pcscd", "qemu", "libvirtd", "gvfsd-mtp", "gvfsd-gphoto2", "adb",
             "tcpdump", "dumpcap"];
    On "raw-device" Write Medium
        ["/dev/fuse"]
        "it mounts file systems whose content the program makes up"
        see [man("fuse(4)")]
        for ["fusermount", "fusermount3", "sshfs", "mount", "ntfs-3g", "xdg-document-portal", "gvfsd-fuse", "fuse-overlayfs", "s3fs", "rclone", "encfs", "gocryptfs", "snapfuse", "squashfuse", "flatpak", "lxcfs", "mergerfs"];
    On "raw-device" Write High
        ["/dev/autofs"]
        "it controls automounts"
        see [KERNEL_ADMIN] for ["automount", "systemd"];
    On "raw-device" ReadOrWrite Medium
        ["/dev/userfaultfd"]
        "it stalls the kernel in the middle of a copy, the usual tool to win races"
        see [KERNEL_SYSCTL] for ["qemu"];
    On "raw-device" Write Medium
        ["/dev/i2c-0", "/dev/spidev0.0", "/dev/gpiochip0", "/dev/mtd0", "/dev/mei0", "/dev/ipmi0", "/dev/watchdog0"]
        "it reaches firmware, the management engine or the reset line"
        see [KERNEL_ADMIN] for ["fwupd", "ddcutil", "systemd", "ipmitool", "watchdog"];
    Off "raw-device" ReadOrWrite Low
        ["/dev/ttyS0", "/dev/ttyUSB0", "/dev/ttyACM0", "/dev/dri/card0", "/dev/nvidia0", "/dev/kfd", "/dev/video0", "/dev/media0", "/dev/snd/pcmC0D0p",
         "/dev/binder", "/dev/ashmem", "/dev/sev", "/dev/sgx_enclave", "/dev/udmabuf", "/dev/dma_heap/system", "/dev/rfkill"]
        "its driver can be attacked; camera and microphone listen"
        see [KERNEL_ADMIN] for [];
    Off "predictable-tmp" Write Medium
        ["/dev/shm/aakit"]
        "it is the shared memory of every user, under names that can be foreseen"
        see [man("shm_overview(7)")] for [];
};
