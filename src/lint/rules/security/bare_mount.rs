use crate::diagnostic::Diagnostic;
use crate::lint::danger::report::{self, rated};
use crate::lint::danger::row::Risk;
use crate::lint::danger::sources::{CVE_2016_1585, LXC_BSA_108};
use crate::lint::rule::declare_rule;
use crate::lint::{Findings, ProfileContext, Rule};
use crate::policy::{MountAccess, Pattern, ResolvedKind, ResolvedRule};
use crate::syntax::{Decision, MountOperation};
use crate::vocabulary::MountKind;

declare_rule! {
    /// A mount rule that lets the program rename paths as it likes.
    ///
    /// `mount,` without source, target or file system; a target that is any path, or one that holds the system's own files while
    /// the source is left open; a bind or move from any path or from everything in a directory; and `umount,` and `remount,` of
    /// anything.
    ///
    /// # Why
    /// File rules judge paths. A bind mount gives any file any name, so that the most harmless rule reaches it; what was mounted over
    /// something to hide it can be taken away. Parsers before 4.0 also compiled options wider than they are written.
    ///
    /// # Bad
    /// ```apparmor rules
    /// mount,
    /// ```
    /// ```apparmor rules
    /// mount options=(rw, bind) / -> /**,
    /// ```
    ///
    /// # Good
    /// ```apparmor rules
    /// mount fstype=tmpfs options=(rw, nosuid) tmpfs -> /run/example/,
    /// umount /run/example/,
    /// ```
    ///
    /// # Source
    /// apparmor.d(5), "Mount Rules"; CVE-2016-1585, CVE-2023-28642
    pub struct BareMount {
        id: "bare-mount",
        group: Security,
    }
}

/// So many rules of one kind somebody wrote one by one.
const MOST_ALIKE: usize = 4;

const MOUNTERS: &[&str] = &[
    "mount",
    "umount",
    "runc",
    "crun",
    "lxc-start",
    "lxc",
    "bwrap",
    "systemd",
    "systemd-shutdown",
    "shutdown",
    "snap-confine",
    "snap-update-ns",
    "dockerd",
    "containerd",
    "udisksd",
    "mount.fuse",
    "libvirtd",
    "unshare",
    "systemd-nspawn",
];

impl Rule for BareMount {
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        let mut found = Vec::new();
        for rule in profile.other_rules {
            let ResolvedKind::Mount(mount) = &rule.kind else { continue };
            if rule.decision != Decision::Allow {
                continue;
            }
            if let Some(message) = message(profile, mount) {
                // What stands in quotes differs from rule to rule.
                let kind = message.rsplit('`').next().unwrap_or_default().to_owned();
                found.push((kind, finding(profile, rule, message)));
            }
        }
        report::report_folded(found, MOST_ALIKE, findings);
    }
}

fn finding(profile: &ProfileContext<'_>, rule: &ResolvedRule, message: String) -> Diagnostic {
    let finding = BareMount::finding(rule.origin.location, message)
        .note("a file rule judges the path, and a mount decides which file is behind it")
        .note(report::see(&[CVE_2016_1585, LXC_BSA_108]))
        .help(format!(
            "name file system, options, source and target; where anything must do, as for `mount` and container engines, say so: `# aakit: allow({}) it is one`",
            BareMount::INFO.id
        ));
    rated(finding, Risk::Critical, report::is_for(profile.profile, MOUNTERS))
}

/// What is wrong with the rule, if something is.
fn message(profile: &ProfileContext<'_>, mount: &MountAccess) -> Option<String> {
    let any_target = mount.mountpoint.as_ref().is_none_or(is_anywhere);
    match mount.operation {
        MountOperation::Umount => {
            any_target.then(|| "any mount may be taken away, those that hide something too".to_owned())
        }
        MountOperation::Remount => {
            any_target.then(|| "any mount may be made writable, executable or set-uid".to_owned())
        }
        MountOperation::Mount => {
            let options = || mount.options.iter().chain(&mount.options_in).flatten();
            let kinds: Vec<MountKind> = options().map(|option| option.kind()).collect();
            // How mounts spread gives no file another name.
            if kinds.contains(&MountKind::Propagation) {
                return None;
            }
            let renames = kinds.iter().any(|kind| matches!(kind, MountKind::Bind | MountKind::Move));
            let remounts = kinds.contains(&MountKind::Remount);
            if mount.fstype.is_empty() && mount.source.is_none() && mount.mountpoint.is_none() {
                let any =
                    if options().next().is_some() { "any mount with these options" } else { "any mount" };
                return Some(format!("{any} is allowed: every file may get every name"));
            }
            if remounts {
                return any_target.then(|| "any mount may be remounted with other options".to_owned());
            }
            if let Some(target) = mount.mountpoint.as_ref().filter(|target| is_anywhere(target)) {
                return Some(format!("`{}` lets it mount over every path", profile.written(target.location)));
            }
            let target_is_fixed =
                mount.mountpoint.as_ref().is_some_and(|target| target.glob.literal().is_some());
            match &mount.source {
                Some(source) if renames && is_deep(source) => Some(format!(
                    "`{}` lets it give every file there another name",
                    profile.written(source.location)
                )),
                Some(source) if renames && is_root(source) && !target_is_fixed => Some(format!(
                    "`{}` lets it give every file another name",
                    profile.written(source.location)
                )),
                None if renames && !target_is_fixed => {
                    Some("without a source, every file may get a name there".to_owned())
                }
                source if mount.fstype.is_empty() && source.as_ref().is_none_or(is_deep) => {
                    let target =
                        mount.mountpoint.as_ref().filter(|target| is_root(target) || is_trusted(target))?;
                    let target = profile.written(target.location);
                    Some(format!("what is mounted on `{target}` takes the place of the system's own files"))
                }
                _ => None,
            }
        }
    }
}

/// Any path.
fn is_anywhere(pattern: &Pattern) -> bool {
    pattern.glob.matches(b"/aakit-any/aakit/any/") || pattern.glob.matches(b"/aakit-any/aakit/any")
}

/// `/` itself, or any path.
fn is_root(pattern: &Pattern) -> bool {
    is_anywhere(pattern) || pattern.glob.literal().as_deref() == Some(b"/")
}

/// Any path, or whatever is somewhere, however deep.
fn is_deep(pattern: &Pattern) -> bool {
    is_anywhere(pattern) || pattern.text.windows(2).any(|pair| pair == b"**")
}

/// Where programs, libraries and settings of the system are.
const TRUSTED: [&[u8]; 6] = [b"/etc/", b"/usr/", b"/bin/", b"/sbin/", b"/lib/", b"/lib64/"];

fn is_trusted(pattern: &Pattern) -> bool {
    let mut prefixes = pattern.glob.literal_prefixes().into_iter();
    prefixes.any(|prefix| TRUSTED.iter().any(|place| prefix.starts_with(place)))
}
