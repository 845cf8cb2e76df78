//! The parser that aakit is compared with: the installed one, or another that the environment names.

use crate::common;
use aakit::vocabulary::Version;
use std::path::{Path, PathBuf};

/// A parser and what it is asked about.
pub struct Oracle {
    pub parser: PathBuf,
    /// The target that aakit checks for.
    pub version: Version,
    /// The base directory, whose rules and profiles are mutated.
    pub base: PathBuf,
    /// The kernel features that the parser compiles for.
    pub features: PathBuf,
    /// More folders with profiles to mutate.
    pub profiles: Vec<PathBuf>,
}

impl Oracle {
    /// The one that `AAKIT_PARSER` and its companions name, the installed one without, or a skip of `test`.
    pub fn find(test: &str) -> Option<Self> {
        let path = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let Some(parser) = path("AAKIT_PARSER") else { return Self::installed(test) };
        let base = path("AAKIT_PARSER_BASE").unwrap_or_else(|| PathBuf::from(BASE));
        let version = std::env::var("AAKIT_PARSER_TARGET").unwrap_or_else(|_| "3.0".to_owned());
        let profiles = std::env::var_os("AAKIT_PARSER_PROFILES").unwrap_or_default();
        Some(Self {
            parser,
            version: version.parse().expect("AAKIT_PARSER_TARGET is a target"),
            features: path("AAKIT_PARSER_FEATURES").unwrap_or_else(|| base.join("abi/3.0")),
            base,
            profiles: std::env::split_paths(&profiles).collect(),
        })
    }

    /// The installed parser, whose release is Debian 12's.
    fn installed(test: &str) -> Option<Self> {
        Some(Self {
            parser: common::parser(test)?,
            version: Version::V3_0,
            base: PathBuf::from(BASE),
            features: Path::new(BASE).join("abi/3.0"),
            profiles: vec![PathBuf::from("/usr/share/apparmor/extra-profiles")],
        })
    }
}

const BASE: &str = "/etc/apparmor.d";
