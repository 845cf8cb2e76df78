//! The default profile itself.

use super::engine::Engine;
use super::hardening::Hardening;
use super::name::{TemplateError, check_name, write_name, write_peer};
use std::fmt::Write as _;

/// Which of the files that a default profile refers to are in the base directory (`/etc/apparmor.d`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BaseFiles {
    /// `abi/3.0` is there.
    pub abi: bool,
    /// `tunables/global` is there.
    pub tunables: bool,
    /// `abstractions/base` is there.
    pub abstraction: bool,
}

impl BaseFiles {
    /// All of them, as on a machine with AppArmor 3 or later installed.
    pub const ALL: Self = Self { abi: true, tunables: true, abstraction: true };
    /// None of them: the profile defines what it needs itself.
    pub const NONE: Self = Self { abi: false, tunables: false, abstraction: false };
}

/// Everything that decides the text of a container default profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerDefault {
    /// Whose profile.
    pub engine: Engine,
    /// The profile's name.
    pub name: String,
    /// The profile that the engine's daemon runs under; it may send signals into the container. `unconfined` when it
    /// has none. Podman's profile has no such rule.
    pub daemon_profile: String,
    /// The profile that rootlesskit runs under, for containerd; the other engines have no such rule.
    pub rootlesskit_profile: Option<String>,
    /// What the base directory holds.
    pub base: BaseFiles,
    /// As upstream, or with the hole in `/proc/sys/kernel` closed.
    pub hardening: Hardening,
}

impl ContainerDefault {
    /// The profile as `engine` installs it on a machine with AppArmor's files, by a daemon without a profile.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self {
            engine,
            name: engine.profile_name(None),
            daemon_profile: "unconfined".to_owned(),
            rootlesskit_profile: None,
            base: BaseFiles::ALL,
            hardening: Hardening::Upstream,
        }
    }

    /// The profile's text, ending in a line feed.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] when the name or a peer cannot be written so that apparmor_parser reads the same name back.
    pub fn render(&self) -> Result<String, TemplateError> {
        check_name(&self.name)?;
        let mut text = self.preamble();
        let name = write_name(&self.name, self.engine.quotes_names());
        let _ = writeln!(text, "profile {name} flags=(attach_disconnected, mediate_deleted) {{");
        for (number, section) in self.sections()?.iter().enumerate() {
            if number > 0 {
                text.push('\n');
            }
            for comment in section.comment {
                let _ = writeln!(text, "  # {comment}");
            }
            for rule in &section.rules {
                let _ = writeln!(text, "  {rule}");
            }
        }
        text.push_str("}\n");
        Ok(text)
    }

    fn preamble(&self) -> String {
        let mut text = String::new();
        if self.base.abi && self.engine.pins_abi() {
            text.push_str("abi <abi/3.0>,\n\n");
        }
        text.push_str(if self.base.tunables {
            "include <tunables/global>\n\n"
        } else {
            "@{PROC}=/proc/\n\n"
        });
        text
    }

    fn sections(&self) -> Result<Vec<Section>, TemplateError> {
        let mut sections = Vec::new();
        if self.base.abstraction {
            sections.push(Section::new(&[], ["include <abstractions/base>"]));
        }
        sections.push(Section::new(
            &[
                "What is not refused below is allowed: the engine's namespaces, capabilities and",
                "seccomp filter bound it further.",
            ],
            ["network,", "capability,", "file,", "umount,"],
        ));
        if self.engine.denies_alg() {
            sections.push(Section::new(
                &["The kernel's crypto sockets, a source of local root exploits."],
                ["deny network alg,"],
            ));
        }
        sections.push(Section::new(
            &["`stop` and `kill` of the engine come from outside, by these."],
            self.signal_senders()?,
        ));
        let own = write_peer(&self.name, self.engine.quotes_names())?;
        sections.push(Section::new(
            &["Processes of the container may signal and watch each other, and no one else."],
            [
                format!("signal (send, receive) peer={own},"),
                format!("ptrace ({}) peer={own},", self.engine.ptrace_access()),
            ],
        ));
        sections.push(Section::new(
            &["Mounting could lay a writable view over everything below."],
            ["deny mount,"],
        ));
        sections.push(Section::new(
            &["In /proc only the directories of processes and parts of sys/kernel stay writable."],
            [
                "deny @{PROC}/* w,".to_owned(),
                format!("deny @{{PROC}}/{}/** w,", self.engine.proc_names()),
                "deny @{PROC}/sys/[^k]** w,".to_owned(),
                self.hardening.proc_sys_kernel().to_owned(),
                "deny @{PROC}/sysrq-trigger rwklx,".to_owned(),
                "deny @{PROC}/kcore rwklx,".to_owned(),
            ],
        ));
        sections.push(Section::new(
            &["In /sys only the control groups stay writable."],
            [
                "deny /sys/[^f]*/** wklx,",
                "deny /sys/f[^s]*/** wklx,",
                "deny /sys/fs/[^c]*/** wklx,",
                "deny /sys/fs/c[^g]*/** wklx,",
                "deny /sys/fs/cg[^r]*/** wklx,",
                "deny /sys/firmware/** rwklx,",
                "deny /sys/kernel/security/** rwklx,",
            ],
        ));
        if self.engine.hides_powercap() {
            sections.push(Section::new(
                &["Energy counters tell keys apart."],
                ["deny /sys/devices/virtual/powercap/** rwklx,"],
            ));
        }
        Ok(sections)
    }

    fn signal_senders(&self) -> Result<Vec<String>, TemplateError> {
        let quotes = self.engine.quotes_names();
        let mut peers = vec!["unconfined".to_owned()];
        if self.engine.names_daemon() && self.daemon_profile != "unconfined" {
            peers.push(write_peer(&self.daemon_profile, quotes)?);
        }
        peers.extend(self.engine.runtimes().iter().map(|&runtime| runtime.to_owned()));
        if let (Engine::Containerd, Some(rootlesskit)) = (self.engine, &self.rootlesskit_profile) {
            peers.push(write_peer(rootlesskit, quotes)?);
        }
        Ok(peers.into_iter().map(|peer| format!("signal (receive) peer={peer},")).collect())
    }
}

/// Rules that belong together, under a comment that says why they are there.
struct Section {
    comment: &'static [&'static str],
    rules: Vec<String>,
}

impl Section {
    fn new(comment: &'static [&'static str], rules: impl IntoIterator<Item: Into<String>>) -> Self {
        Self { comment, rules: rules.into_iter().map(Into::into).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_differs_where_its_facts_say() {
        let text = |engine| ContainerDefault::new(engine).render().unwrap();
        let (docker, containerd, podman) =
            (text(Engine::Docker), text(Engine::Containerd), text(Engine::Podman));
        assert!(docker.contains("deny network alg,") && !containerd.contains("network alg"));
        assert!(
            docker.contains("profile \"docker-default\" ")
                && containerd.contains("profile cri-containerd.apparmor.d ")
        );
        assert!(docker.contains("abi <abi/3.0>,") && !podman.contains("abi <abi"));
        assert!(
            !podman.contains("powercap") && podman.contains("ptrace (trace, read) peer=containers-default-")
        );
    }

    #[test]
    fn what_the_base_directory_lacks_is_not_included() {
        let mut profile = ContainerDefault::new(Engine::Docker);
        profile.base = BaseFiles::NONE;
        let text = profile.render().unwrap();
        assert!(text.starts_with("@{PROC}=/proc/\n"), "{text}");
        assert!(!text.contains("include") && !text.contains("abi <"), "{text}");
    }

    #[test]
    fn the_daemon_and_rootlesskit_may_signal() {
        let mut profile = ContainerDefault::new(Engine::Containerd);
        profile.daemon_profile = "my daemon".to_owned();
        profile.rootlesskit_profile = Some("rootlesskit".to_owned());
        let text = profile.render().unwrap();
        assert!(
            text.contains("signal (receive) peer=\"my daemon\",") && text.contains("peer=rootlesskit,"),
            "{text}"
        );
        profile.engine = Engine::Podman;
        assert!(!profile.render().unwrap().contains("my daemon"));
    }

    #[test]
    fn hardening_changes_exactly_what_it_tells() {
        let mut profile = ContainerDefault::new(Engine::Docker);
        let upstream = profile.render().unwrap();
        profile.hardening = Hardening::Closed;
        let [change] = Hardening::Closed.changes() else { panic!("one change") };
        assert_eq!(profile.render().unwrap(), upstream.replace(change.upstream, change.hardened));
        assert_ne!(profile.render().unwrap(), upstream);
    }
}
