//! Versions of apparmor_parser, and the targets a user may name.

use crate::vocabulary::did_you_mean;
use std::fmt;
use std::str::FromStr;

/// A version of apparmor_parser that changed the language. The order is by age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// 2.13 and everything older: what was always there.
    V2_13,
    /// 3.0, and 3.1, which reads the same language.
    V3_0,
    /// 4.0.
    V4_0,
    /// 4.1.
    V4_1,
    /// 5.0.
    V5_0,
    /// 6.0.
    V6_0,
}

impl Version {
    /// The newest one.
    pub const NEWEST: Self = Self::V6_0;

    /// All versions, the oldest first.
    pub const ALL: [Self; 6] = [Self::V2_13, Self::V3_0, Self::V4_0, Self::V4_1, Self::V5_0, Self::V6_0];

    /// The number, e.g. `4.1`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::V2_13 => "2.13",
            Self::V3_0 => "3.0",
            Self::V4_0 => "4.0",
            Self::V4_1 => "4.1",
            Self::V5_0 => "5.0",
            Self::V6_0 => "6.0",
        }
    }

    /// Does a rule block override what is said within it? From 4.0 to 5.0 the outermost one decides alone whether its rules grant,
    /// so that a rule that denies grants in a block that does not deny; what it says of priorities is dropped. Before, a rule's
    /// own word counts, and later a contradiction is an error. (Found by what apparmor_parser 4.1 and 5.0 compile.)
    #[must_use]
    pub fn block_overrides(self) -> bool {
        (Self::V4_0..=Self::V5_0).contains(&self)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Version {
    type Err = UnknownTarget;

    fn from_str(text: &str) -> Result<Self, UnknownTarget> {
        Target::from_str(text).map(Target::version)
    }
}

/// A version or a release of a distribution, as a user names what profiles are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Target(&'static Release);

#[derive(PartialEq, Eq)]
struct Release {
    name: &'static str,
    version: Version,
    abi_files: &'static [&'static str],
}

const ABI_3_0: &[&str] = &["3.0", "kernel-5.4-outoftree-network", "kernel-5.4-vanilla"];
const ABI_4_0: &[&str] = &["3.0", "4.0", "kernel-5.4-outoftree-network", "kernel-5.4-vanilla"];
const ABI_5_0: &[&str] = &["3.0", "4.0", "5.0", "kernel-5.4-outoftree-network", "kernel-5.4-vanilla"];
const ABI_6_0: &[&str] =
    &["3.0", "4.0", "4.0-ip", "5.0", "5.0-interface", "kernel-5.4-outoftree-network", "kernel-5.4-vanilla"];

/// Which apparmor_parser each release ships, from the distributions' package archives.
static RELEASES: [Release; 25] = [
    Release { name: "2.13", version: Version::V2_13, abi_files: &[] },
    Release { name: "3.0", version: Version::V3_0, abi_files: ABI_3_0 },
    Release { name: "3.1", version: Version::V3_0, abi_files: ABI_3_0 },
    Release { name: "4.0", version: Version::V4_0, abi_files: ABI_4_0 },
    Release { name: "4.1", version: Version::V4_1, abi_files: ABI_4_0 },
    Release { name: "5.0", version: Version::V5_0, abi_files: ABI_5_0 },
    Release { name: "6.0", version: Version::V6_0, abi_files: ABI_6_0 },
    Release { name: "debian-10", version: Version::V2_13, abi_files: &[] },
    Release { name: "debian-11", version: Version::V2_13, abi_files: &[] },
    Release { name: "debian-12", version: Version::V3_0, abi_files: ABI_3_0 },
    Release { name: "debian-13", version: Version::V4_1, abi_files: ABI_4_0 },
    Release { name: "debian-bullseye", version: Version::V2_13, abi_files: &[] },
    Release { name: "debian-bookworm", version: Version::V3_0, abi_files: ABI_3_0 },
    Release { name: "debian-trixie", version: Version::V4_1, abi_files: ABI_4_0 },
    Release { name: "ubuntu-20.04", version: Version::V2_13, abi_files: &[] },
    Release { name: "ubuntu-22.04", version: Version::V3_0, abi_files: ABI_3_0 },
    Release { name: "ubuntu-24.04", version: Version::V4_0, abi_files: ABI_4_0 },
    Release { name: "ubuntu-24.10", version: Version::V4_1, abi_files: ABI_4_0 },
    Release { name: "ubuntu-25.04", version: Version::V4_1, abi_files: ABI_4_0 },
    Release { name: "ubuntu-25.10", version: Version::V5_0, abi_files: ABI_5_0 },
    Release { name: "ubuntu-26.04", version: Version::V5_0, abi_files: ABI_5_0 },
    Release { name: "opensuse-leap-15.5", version: Version::V3_0, abi_files: ABI_3_0 },
    Release { name: "opensuse-leap-15.6", version: Version::V3_0, abi_files: ABI_3_0 },
    Release { name: "opensuse-leap-16.0", version: Version::V4_1, abi_files: ABI_4_0 },
    Release { name: "newest", version: Version::NEWEST, abi_files: ABI_6_0 },
];

impl Target {
    /// The version whose language counts.
    #[must_use]
    pub fn version(self) -> Version {
        self.0.version
    }

    /// The name as a user writes it, e.g. `debian-12`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The files that its `/etc/apparmor.d/abi/` has, sorted.
    #[must_use]
    pub fn abi_files(self) -> &'static [&'static str] {
        self.0.abi_files
    }

    /// The names of all targets.
    pub fn names() -> impl Iterator<Item = &'static str> {
        RELEASES.iter().map(|release| release.name)
    }
}

impl From<Version> for Target {
    fn from(version: Version) -> Self {
        Self::find(version.name()).unwrap_or_default()
    }
}

impl Target {
    fn find(name: &str) -> Option<Self> {
        RELEASES.iter().find(|release| release.name == name).map(Self)
    }
}

impl Default for Target {
    /// The newest version.
    fn default() -> Self {
        Self(&RELEASES[6])
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({})", self.name())
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No target has that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown target `{given}`{}", self.hint())]
pub struct UnknownTarget {
    /// What was given.
    pub given: String,
    /// The name that was probably meant.
    pub suggestion: Option<&'static str>,
}

impl UnknownTarget {
    fn hint(&self) -> String {
        match self.suggestion {
            Some(name) => format!(", did you mean `{name}`?"),
            None => ", give a version such as `4.0` or a release such as `debian-12`".to_owned(),
        }
    }
}

impl FromStr for Target {
    type Err = UnknownTarget;

    /// Takes a name from [`Target::names`]; a patch level behind a version (`3.0.8`) is allowed and ignored.
    fn from_str(text: &str) -> Result<Self, UnknownTarget> {
        let unknown =
            || UnknownTarget { given: text.to_owned(), suggestion: did_you_mean(text, Self::names()) };
        Self::find(text).or_else(|| Self::find(without_patch_level(text)?)).ok_or_else(unknown)
    }
}

/// `3.0` for `3.0.8`; nothing for what is not three numbers.
fn without_patch_level(text: &str) -> Option<&str> {
    let (version, patch) = text.rsplit_once('.')?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (version.split('.').count() == 2 && version.split('.').all(is_number) && is_number(patch))
        .then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_versions_or_releases() {
        let version = |text: &str| text.parse::<Target>().map(Target::version);
        assert_eq!(version("3.0"), Ok(Version::V3_0));
        assert_eq!(version("3.1"), Ok(Version::V3_0));
        assert_eq!(version("3.0.8"), Ok(Version::V3_0));
        assert_eq!(version("debian-12"), Ok(Version::V3_0));
        assert_eq!(version("debian-13"), Ok(Version::V4_1));
        assert_eq!(version("ubuntu-24.04"), Ok(Version::V4_0));
        assert_eq!(Target::default().version(), Version::NEWEST);
        for version in Version::ALL {
            assert_eq!(version.to_string().parse(), Ok(version));
            assert_eq!(Target::from(version).name(), version.name());
        }
    }

    #[test]
    fn an_unknown_target_names_what_was_meant() {
        let error = |text: &str| text.parse::<Target>().map_err(|error| error.to_string());
        assert_eq!(error("debain-12"), Err("unknown target `debain-12`, did you mean `debian-12`?".into()));
        assert_eq!(
            error("gentoo"),
            Err("unknown target `gentoo`, give a version such as `4.0` or a release such as `debian-12`"
                .into())
        );
        assert!("3.0.x".parse::<Target>().is_err());
        assert!("ubuntu-24.04.1".parse::<Target>().is_err());
    }

    #[test]
    fn abi_files_are_those_the_release_ships() {
        let bookworm: Target = "debian-12".parse().unwrap();
        assert!(bookworm.abi_files().contains(&"3.0"));
        assert!(!bookworm.abi_files().contains(&"4.0"));
    }
}
