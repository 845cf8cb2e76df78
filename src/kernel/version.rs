//! The version of apparmor_parser, from whatever it prints.

use std::fmt;

/// A version of apparmor_parser; `~alpha1`, `-beta` and the like are dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParserVersion {
    /// As in **4**.1.2.
    pub major: u32,
    /// As in 4.**1**.2.
    pub minor: u32,
    /// As in 4.1.**2**; 0 where there is none.
    pub patch: u32,
}

impl fmt::Display for ParserVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl ParserVersion {
    /// Finds the version in the output of `apparmor_parser --version`. Warnings before it and what is glued to the
    /// number do not confuse it: only the line that says `version` counts.
    #[must_use]
    pub fn from_output(output: &str) -> Option<Self> {
        output
            .lines()
            .filter(|line| line.to_ascii_lowercase().contains("apparmor parser version"))
            .find_map(|line| line.split_whitespace().find_map(Self::from_word))
    }

    fn from_word(word: &str) -> Option<Self> {
        let number =
            word.trim_start_matches('v').split(|c: char| !(c.is_ascii_digit() || c == '.')).next()?;
        let mut parts = number.split('.').map(str::parse::<u32>);
        let (major, minor) = (parts.next()?.ok()?, parts.next()?.ok()?);
        Some(Self { major, minor, patch: parts.next().and_then(Result::ok).unwrap_or(0) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(output: &str, wanted: &str) {
        assert_eq!(
            ParserVersion::from_output(output).map(|v| v.to_string()).as_deref(),
            Some(wanted),
            "{output}"
        );
    }

    #[test]
    fn suffixes_and_warnings_do_not_confuse_it() {
        check("AppArmor parser version 3.0.8\nCopyright (C) 1999-2008 Novell Inc.\n", "3.0.8");
        check("AppArmor parser version 4.0.0~alpha2\n", "4.0.0");
        check("AppArmor parser version 2.13-beta3\n", "2.13.0");
        check("AppArmor parser version 4.1\n", "4.1.0");
        check(
            "Warning from file 1.2.3 (x): policy\nAppArmor parser version 5.0.1\nCopyright 2009-2018\n",
            "5.0.1",
        );
        check("AppArmor parser version 6.0.0~alpha1 (Debian 6.0.0~alpha1-2)\n", "6.0.0");
    }

    #[test]
    fn what_says_no_version_has_none() {
        assert_eq!(ParserVersion::from_output("Copyright 2009-2018 Canonical Ltd. 1.2\n"), None);
        assert_eq!(ParserVersion::from_output(""), None);
    }
}
