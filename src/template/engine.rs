//! The three container engines and in what their default profiles differ.

/// A container engine that installs a default profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Docker and whatever uses moby/profiles.
    Docker,
    /// containerd's CRI plugin and nerdctl.
    Containerd,
    /// Podman, Buildah and CRI-O by way of containers/common.
    Podman,
}

impl Engine {
    /// All engines, in the order they are listed to the user.
    pub const ALL: [Self; 3] = [Self::Docker, Self::Containerd, Self::Podman];

    /// The version of containers/common whose name [`Engine::profile_name`] gives to Podman's profile when none is known.
    pub const PODMAN_VERSION: &'static str = "0.64.0";

    /// The word for its template on the command line: `docker-default`, `containerd-default`, `podman-default`.
    #[must_use]
    pub fn template_name(self) -> &'static str {
        match self {
            Self::Docker => "docker-default",
            Self::Containerd => "containerd-default",
            Self::Podman => "podman-default",
        }
    }

    /// The engine of a template's name.
    #[must_use]
    pub fn from_template_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.template_name() == name)
    }

    /// The profile's name that the engine uses when nothing else is asked for. `version` is that of containers/common
    /// and counts for Podman only; `None` takes [`Engine::PODMAN_VERSION`].
    #[must_use]
    pub fn profile_name(self, version: Option<&str>) -> String {
        match self {
            Self::Docker => "docker-default".to_owned(),
            Self::Containerd => "cri-containerd.apparmor.d".to_owned(),
            Self::Podman => format!("containers-default-{}", version.unwrap_or(Self::PODMAN_VERSION)),
        }
    }

    /// Does it pin the feature set with `abi <abi/3.0>,`?
    pub(super) fn pins_abi(self) -> bool {
        self != Self::Podman
    }

    /// Does it quote the profile's name and peers even where they need no quotes?
    pub(super) fn quotes_names(self) -> bool {
        self == Self::Docker
    }

    /// Names in /proc of one, two, three and more characters that are neither a process id nor `sys`. Podman's classes
    /// lack the `/`, so that they match it.
    pub(super) fn proc_names(self) -> &'static str {
        match self {
            Self::Docker | Self::Containerd => {
                "{[^1-9/],[^1-9/][^0-9/],[^1-9s/][^0-9y/][^0-9s/],[^1-9/][^0-9/][^0-9/][^0-9/]*}"
            }
            Self::Podman => "{[^1-9],[^1-9][^0-9],[^1-9s][^0-9y][^0-9s],[^1-9][^0-9][^0-9][^0-9]*}",
        }
    }

    /// Does it forbid AF_ALG, the kernel's crypto sockets?
    pub(super) fn denies_alg(self) -> bool {
        self == Self::Docker
    }

    /// May its daemon's own profile send signals into the container?
    pub(super) fn names_daemon(self) -> bool {
        self != Self::Podman
    }

    /// The runtimes that may send signals into the container, as peer expressions.
    pub(super) fn runtimes(self) -> &'static [&'static str] {
        match self {
            Self::Docker | Self::Containerd => &["runc", "crun"],
            Self::Podman => &[
                "{/usr/bin/,/usr/sbin/,}runc",
                "{/usr/bin/,/usr/sbin/,}crun*",
                "{/usr/bin/,/usr/sbin/,}podman",
            ],
        }
    }

    /// Does it hide the energy counters, a side channel on keys (PLATYPUS)?
    pub(super) fn hides_powercap(self) -> bool {
        self != Self::Podman
    }

    /// What processes of the container may do to each other with ptrace.
    pub(super) fn ptrace_access(self) -> &'static str {
        match self {
            Self::Docker | Self::Containerd => "trace, tracedby, read, readby",
            Self::Podman => "trace, read",
        }
    }
}
