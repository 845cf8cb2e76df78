//! What becomes of the confinement when a file is executed.

use super::attachment::Attached;
use super::file::Exec;
use crate::vocabulary::{ExecBase, ExecFallback};
use serde::Serialize;

/// What joins the members of a stack, which allows what all of them allow.
pub(super) const AND: &str = "//&";

/// The profiles that a label is made of; one where there is no stack.
pub fn members(label: &str) -> impl Iterator<Item = &str> {
    label.split(AND)
}

/// The label after an exec, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "result", content = "label")]
pub enum ExecResult {
    /// This label; the current profile's own when it stays.
    Label(String),
    /// No confinement.
    Unconfined,
    /// Refused: no profile is attached to the program.
    NothingAttached,
    /// Refused: several profiles are attached equally well.
    AttachmentConflict(Vec<String>),
    /// Refused: there is no profile of that name.
    NoSuchProfile(String),
}

impl ExecResult {
    /// Does the kernel refuse the exec?
    #[must_use]
    pub fn is_refused(&self) -> bool {
        !matches!(self, Self::Label(_) | Self::Unconfined)
    }
}

/// An exec's result, and whether the environment is scrubbed (`AT_SECURE`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outlook {
    /// What the program runs as.
    #[serde(flatten)]
    pub result: ExecResult,
    /// Are variables such as `LD_PRELOAD` removed?
    pub scrubs: bool,
}

/// What the profile's surroundings know of other profiles.
pub trait Surroundings {
    /// The full name of the current profile.
    fn current(&self) -> &str;
    /// The top-level profile attached to the program.
    fn attached(&self, path: &[u8]) -> Attached<String>;
    /// The child of the current profile that is attached to the program, as a full name; also one named by the path.
    fn attached_child(&self, path: &[u8]) -> Attached<String>;
    /// Is there a profile of that full name?
    fn exists(&self, full_name: &str) -> bool;
}

/// Which profiles, besides the one that a rule stands in and its children, decide on where an exec leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecidedBy {
    /// None.
    Itself,
    /// Those of these names: whether they are there.
    Named(Vec<String>),
    /// All: which of them is attached.
    All,
}

/// Which profiles must be known to tell where an exec leads.
#[must_use]
pub fn decided_by(exec: &Exec) -> DecidedBy {
    let target = exec.target.as_deref().map(String::from_utf8_lossy);
    match (target, exec.mode.base) {
        (None, ExecBase::Profile) => DecidedBy::All,
        (Some(target), base) if target.starts_with('&') && base != ExecBase::Child => DecidedBy::All,
        (None, _) => DecidedBy::Itself,
        (Some(target), ExecBase::Child) if !target.starts_with('&') => DecidedBy::Itself,
        (Some(target), _) => {
            let members = members(target.trim_start_matches('&')).filter(|name| *name != UNCONFINED);
            DecidedBy::Named(members.map(str::to_owned).collect())
        }
    }
}

/// What the file at `path` runs as when a rule with this mode is what counts.
#[must_use]
pub fn transition(exec: &Exec, path: &[u8], surroundings: &dyn Surroundings) -> Outlook {
    let mode = exec.mode;
    let found = match (&exec.target, mode.base) {
        (None, ExecBase::Inherit) => Ok(surroundings.current().to_owned()),
        (None, ExecBase::Unconfined) => Ok(UNCONFINED.to_owned()),
        (None, base) => look_for_attached(base, path, surroundings),
        (Some(target), base) => look_for_named(base, target, path, surroundings),
    };
    // `ix -> t` scrubs as well, since the mode says nothing of it (found on the kernel).
    let capital = mode.scrub || (mode.base == ExecBase::Inherit && exec.target.is_some());
    match found {
        Ok(label) => Outlook { result: named(label), scrubs: capital },
        Err(reason) => {
            let stacked = stacked_name(exec).filter(|name| surroundings.exists(name));
            let falls_back =
                if mode.base == ExecBase::Inherit { ExecFallback::Inherit } else { mode.fallback };
            let onto = match falls_back {
                ExecFallback::Inherit => surroundings.current(),
                ExecFallback::Unconfined => UNCONFINED,
                ExecFallback::None => return Outlook { result: reason, scrubs: false },
            };
            // What stays in its own profile is not scrubbed, whatever the letter.
            let scrubs = capital && (falls_back == ExecFallback::Unconfined || stacked.is_some());
            let label = stacked.map_or_else(|| onto.to_owned(), |name| stack(onto, &name));
            Outlook { result: named(label), scrubs }
        }
    }
}

const UNCONFINED: &str = "unconfined";

fn named(label: String) -> ExecResult {
    if label == UNCONFINED { ExecResult::Unconfined } else { ExecResult::Label(label) }
}

fn look_for_attached(
    base: ExecBase,
    path: &[u8],
    surroundings: &dyn Surroundings,
) -> Result<String, ExecResult> {
    let attached = match base {
        ExecBase::Child => surroundings.attached_child(path),
        _ => surroundings.attached(path),
    };
    match attached {
        Attached::One(name) => Ok(name),
        Attached::None => Err(ExecResult::NothingAttached),
        Attached::Conflict(names) => Err(ExecResult::AttachmentConflict(names)),
    }
}

fn look_for_named(
    base: ExecBase,
    target: &[u8],
    path: &[u8],
    surroundings: &dyn Surroundings,
) -> Result<String, ExecResult> {
    let target = String::from_utf8_lossy(target).into_owned();
    // The compiler writes the profile's own name in front of what `cx` names, so that `cx -> &t` is `P//&t`: P and t at once.
    if base != ExecBase::Child
        && let Some(name) = target.strip_prefix('&')
    {
        let below = look_for_attached(base, path, surroundings)?;
        return match surroundings.exists(name) {
            true => Ok(stack(&below, name)),
            false => Err(ExecResult::NoSuchProfile(name.to_owned())),
        };
    }
    let target = match base {
        ExecBase::Child => format!("{}//{target}", surroundings.current()),
        _ => target,
    };
    match members(&target).find(|name| *name != UNCONFINED && !surroundings.exists(name)) {
        Some(missing) => Err(ExecResult::NoSuchProfile(missing.to_owned())),
        None => Ok(members(&target).skip(1).fold(first_member(&target), |below, name| stack(&below, name))),
    }
}

fn first_member(target: &str) -> String {
    members(target).next().unwrap_or_default().to_owned()
}

/// The name of a target that is stacked onto what is found otherwise.
fn stacked_name(exec: &Exec) -> Option<String> {
    let target = exec.target.as_deref().filter(|_| exec.mode.base != ExecBase::Child)?;
    String::from_utf8_lossy(target).strip_prefix('&').map(str::to_owned)
}

/// Both labels at once, as the kernel writes them: sorted, each once.
fn stack(below: &str, name: &str) -> String {
    let mut all: Vec<&str> = members(below).chain([name]).collect();
    all.sort_unstable();
    all.dedup();
    all.join(AND)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::ExecMode;

    struct World {
        attached: bool,
        child: bool,
    }

    impl Surroundings for World {
        fn current(&self) -> &str {
            "P"
        }

        fn attached(&self, _: &[u8]) -> Attached<String> {
            if self.attached { Attached::One("att".to_owned()) } else { Attached::None }
        }

        fn attached_child(&self, _: &[u8]) -> Attached<String> {
            if self.child { Attached::One("P//kid".to_owned()) } else { Attached::None }
        }

        fn exists(&self, name: &str) -> bool {
            ["P", "att", "t", "t//kid", "P//kid"].contains(&name)
        }
    }

    #[test]
    fn results_are_what_the_kernel_did() {
        let world = |attached| World { attached, child: attached };
        for (rule, attached, expected, scrubs) in [
            ("ix", true, "P", false),
            ("ux", true, "unconfined", false),
            ("Ux", true, "unconfined", true),
            ("pux", false, "unconfined", false),
            ("PUx", false, "unconfined", true),
            ("PUx", true, "att", true),
            ("px", true, "att", false),
            ("Px", true, "att", true),
            ("px", false, "refused", false),
            ("pix", false, "P", false),
            ("Pix", false, "P", false),
            ("px -> t", false, "t", false),
            ("Px -> t", false, "t", true),
            ("px -> nope", true, "refused", false),
            ("pix -> nope", true, "P", false),
            ("pux -> nope", true, "unconfined", false),
            ("ux -> t", false, "t", false),
            ("ix -> t", false, "t", true),
            ("ix -> nope", false, "P", false),
            ("px -> t//kid", false, "t//kid", false),
            ("px -> unconfined", false, "unconfined", false),
            ("px -> &t", false, "refused", false),
            ("pix -> &t", false, "P//&t", false),
            ("ix -> &t", false, "P//&t", true),
            ("pux -> &t", false, "t//&unconfined", false),
            ("px -> &t", true, "att//&t", false),
            ("px -> t//&att", false, "att//&t", false),
            ("cx", true, "P//kid", false),
            ("Cx", true, "P//kid", true),
            ("cx", false, "refused", false),
            ("cx -> kid", false, "P//kid", false),
            ("cx -> nokid", false, "refused", false),
            ("cix -> nokid", false, "P", false),
            ("cux", false, "unconfined", false),
            ("CUx", false, "unconfined", true),
            ("cx -> &kid", false, "refused", false),
            ("Cix -> &t", true, "P//&t", true),
            ("CUx -> &t", false, "P//&t", true),
            ("CUx -> &nope", true, "unconfined", true),
        ] {
            let (mode, target) =
                rule.split_once(" -> ").map_or((rule, None), |(mode, target)| (mode, Some(target)));
            let mode = ExecMode::from_name(mode.as_bytes()).unwrap();
            let exec = Exec { mode, target: target.map(|name| name.as_bytes().to_vec()) };
            let outlook = transition(&exec, b"/opt/att", &world(attached));
            let label = match &outlook.result {
                ExecResult::Label(label) => label.as_str(),
                ExecResult::Unconfined => "unconfined",
                _ => "refused",
            };
            assert_eq!((label, outlook.scrubs), (expected, scrubs), "{rule}, attached: {attached}");
        }
    }
}
