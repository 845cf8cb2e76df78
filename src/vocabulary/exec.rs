//! Exec modes: what becomes of the confinement when a file is executed.

use std::fmt;

/// Where an exec leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExecBase {
    /// `ix`: the same profile stays.
    Inherit,
    /// `ux`: no confinement.
    Unconfined,
    /// `px`: the profile whose attachment matches, or the one that is named.
    Profile,
    /// `cx`: the child profile whose attachment matches, or the one that is named.
    Child,
}

/// What happens when a `px` or `cx` finds no profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExecFallback {
    /// The exec is refused.
    None,
    /// The same profile stays.
    Inherit,
    /// No confinement.
    Unconfined,
}

/// An exec mode, e.g. `Pix`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExecMode {
    /// Where the exec leads.
    pub base: ExecBase,
    /// What happens when there is no such profile; always `None` for `ix` and `ux`.
    pub fallback: ExecFallback,
    /// Is the environment scrubbed (`AT_SECURE`, ld.so(8))? Never for `ix`.
    pub scrub: bool,
}

impl ExecMode {
    /// `ix`.
    pub const INHERIT: Self = Self { base: ExecBase::Inherit, fallback: ExecFallback::None, scrub: false };

    /// May the program stay in the profile that executes it? It may be mapped as code then too.
    #[must_use]
    pub fn may_inherit(self) -> bool {
        self.base == ExecBase::Inherit || self.fallback == ExecFallback::Inherit
    }

    /// The mode of a spelling such as `pix`, `PUx` or `Cx`. Only the first letter's case scrubs: `pUx` is `pux`, `Ix` is
    /// `ix`. A plain `x` is no mode (it stands in deny rules only).
    #[must_use]
    pub fn from_name(name: &[u8]) -> Option<Self> {
        let (x, letters) = name.split_last()?;
        if !x.eq_ignore_ascii_case(&b'x') {
            return None;
        }
        let base = |letter: u8| match letter.to_ascii_lowercase() {
            b'i' => Some(ExecBase::Inherit),
            b'u' => Some(ExecBase::Unconfined),
            b'p' => Some(ExecBase::Profile),
            b'c' => Some(ExecBase::Child),
            _ => None,
        };
        let (first, fallback) = match letters {
            [first] => (*first, ExecFallback::None),
            [first @ (b'p' | b'P' | b'c' | b'C'), b'i' | b'I'] => (*first, ExecFallback::Inherit),
            [first @ (b'p' | b'P' | b'c' | b'C'), b'u' | b'U'] => (*first, ExecFallback::Unconfined),
            _ => return None,
        };
        let base = base(first)?;
        Some(Self { base, fallback, scrub: first.is_ascii_uppercase() && base != ExecBase::Inherit })
    }

    /// All modes.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::names().filter_map(|name| Self::from_name(name.as_bytes()))
    }

    /// The customary spellings, one of each mode.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.into_iter()
    }

    /// The customary spelling: `Pux` is written `PUx`, `Pix` stays.
    #[must_use]
    pub fn name(self) -> &'static str {
        use ExecBase::{Child, Inherit, Profile, Unconfined};
        use ExecFallback as Or;
        match (self.base, self.fallback, self.scrub) {
            (Inherit, _, _) => "ix",
            (Unconfined, _, false) => "ux",
            (Unconfined, _, true) => "Ux",
            (Profile, Or::None, false) => "px",
            (Profile, Or::None, true) => "Px",
            (Profile, Or::Inherit, false) => "pix",
            (Profile, Or::Inherit, true) => "Pix",
            (Profile, Or::Unconfined, false) => "pux",
            (Profile, Or::Unconfined, true) => "PUx",
            (Child, Or::None, false) => "cx",
            (Child, Or::None, true) => "Cx",
            (Child, Or::Inherit, false) => "cix",
            (Child, Or::Inherit, true) => "Cix",
            (Child, Or::Unconfined, false) => "cux",
            (Child, Or::Unconfined, true) => "CUx",
        }
    }

    /// May the program run without confinement after it?
    #[must_use]
    pub fn may_be_unconfined(self) -> bool {
        self.base == ExecBase::Unconfined || self.fallback == ExecFallback::Unconfined
    }
}

const NAMES: [&str; 15] =
    ["ix", "ux", "Ux", "px", "Px", "pix", "Pix", "pux", "PUx", "cx", "Cx", "cix", "Cix", "cux", "CUx"];

impl fmt::Display for ExecMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_has_one_customary_spelling() {
        for name in ExecMode::names() {
            assert_eq!(ExecMode::from_name(name.as_bytes()).map(ExecMode::name), Some(name));
        }
        assert_eq!(ExecMode::all().count(), 15);
    }

    #[test]
    fn only_the_first_letter_scrubs() {
        let name = |text: &str| ExecMode::from_name(text.as_bytes()).map(ExecMode::name);
        assert_eq!(name("pUx"), Some("pux"));
        assert_eq!(name("Pux"), Some("PUx"));
        assert_eq!(name("PIX"), Some("Pix"));
        assert_eq!(name("Ix"), Some("ix"));
        for wrong in ["", "x", "ixx", "uix", "xp", "pxi", "pcx", "rx"] {
            assert_eq!(name(wrong), None, "{wrong}");
        }
    }
}
