//! What a rule is: a check, and the facts about it that its declaration gives.

use super::context::{FileContext, Findings, ProfileContext, TreeContext};
use super::documentation::Documentation;
use crate::diagnostic::{Applicability, Severity};

/// A check. Each method sees the policy from another side, and a rule implements those that it needs; it reports
/// through `findings` and never judges its own importance: levels, suppressions and waivers come later.
pub trait Rule: Sync {
    /// Looks at one file as it is written: for style, and for what is lost or the same once includes and variables are resolved.
    fn check_file(&self, file: &FileContext<'_>, findings: &mut Findings) {
        let _ = (file, findings);
    }

    /// Looks at one profile, its includes, variables and conditionals resolved. A profile that is not complete may lack rules.
    fn check_profile(&self, profile: &ProfileContext<'_>, findings: &mut Findings) {
        let _ = (profile, findings);
    }

    /// Looks at a whole tree: for what one file alone cannot tell.
    fn check_tree(&self, tree: &TreeContext<'_>, findings: &mut Findings) {
        let _ = (tree, findings);
    }
}

/// What a group of rules has in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// apparmor_parser refuses it for the target version, or silently drops it. Cannot be silenced.
    Error,
    /// It loads, but does not mean what was written.
    Correctness,
    /// It grants what undoes the confinement.
    Security,
    /// It could be removed with nothing lost.
    Redundancy,
    /// It works here and not on another target.
    Portability,
    /// A convention would write it otherwise.
    Style,
}

impl Group {
    /// All groups, in the order of the documentation.
    pub const ALL: [Self; 6] =
        [Self::Error, Self::Correctness, Self::Security, Self::Redundancy, Self::Portability, Self::Style];

    /// The word for it on the command line and in `aakit.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Correctness => "correctness",
            Self::Security => "security",
            Self::Redundancy => "redundancy",
            Self::Portability => "portability",
            Self::Style => "style",
        }
    }

    /// What its rules have in common, for people.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Error => "apparmor_parser refuses it, or silently drops it",
            Self::Correctness => "it loads, but does not mean what was written",
            Self::Security => "it grants what undoes the confinement",
            Self::Redundancy => "it could be removed with nothing lost",
            Self::Portability => "it works here and not on another target",
            Self::Style => "a convention would write it otherwise",
        }
    }

    /// How bad its findings are, if a rule says nothing else.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Style => Severity::Note,
            _ => Severity::Warning,
        }
    }

    /// When its rules are on, if a rule says nothing else.
    #[must_use]
    pub const fn default(self) -> DefaultState {
        match self {
            Self::Style => DefaultState::Off,
            Self::Portability => DefaultState::WithTarget,
            _ => DefaultState::On,
        }
    }
}

/// When a rule is on without a config.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DefaultState {
    /// Always.
    On,
    /// When a target is set: what is wrong depends on it.
    WithTarget,
    /// Only when asked for.
    Off,
}

impl DefaultState {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::WithTarget => "with-target",
            Self::Off => "off",
        }
    }
}

/// How much a rule must be shown before its silence means anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Needs {
    /// One file with what it includes.
    File,
    /// A whole tree: without one the rule is not asked.
    Tree,
}

/// The facts about a rule, from `declare_rule!`.
#[derive(Clone, Copy)]
pub struct RuleInfo {
    /// The id; once released its meaning never changes.
    pub id: &'static str,
    /// The group.
    pub group: Group,
    /// How bad its findings are, without a config.
    pub severity: Severity,
    /// When it is on, without a config.
    pub default: DefaultState,
    /// Whether its findings come with a fix, and of which kind at best.
    pub fix: Option<Applicability>,
    /// How much it must be shown before its silence means anything.
    pub needs: Needs,
    /// The doc comment: the rule's page.
    pub doc: &'static str,
    /// The check itself.
    pub rule: &'static dyn Rule,
}

impl RuleInfo {
    /// The page, taken apart.
    #[must_use]
    pub fn documentation(&self) -> Documentation {
        Documentation::parse(self.doc)
    }
}

impl std::fmt::Debug for RuleInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RuleInfo({})", self.id)
    }
}

/// Declares a rule: its documentation, its name, and the facts that differ from its group's.
///
/// The doc comment is the rule's page for `aakit explain`, `docs/rules.md` and its test. [`Documentation`] tells its form.
///
/// ```text
/// declare_rule! {
///     /// One sentence: what it finds.
///     ///
///     /// # Why
///     /// # Bad
///     /// # Good
///     /// # Fix
///     /// # Source
///     pub struct HashInclude {
///         id: "hash-include",
///         group: Style,
///         severity: Note,     // only where it differs from the group's
///         default: Off,       // only where it differs from the group's
///         fix: Safe,          // only where there is one
///         needs: Tree,        // only for a rule that implements `check_tree`
///     }
/// }
/// ```
macro_rules! declare_rule {
    (
        $(#[doc = $doc:expr])+
        $visibility:vis struct $name:ident {
            id: $id:literal,
            group: $group:ident
            $(, severity: $severity:ident)?
            $(, default: $default:ident)?
            $(, fix: $fix:ident)?
            $(, needs: $needs:ident)?
            $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        // The words behind the fences of the examples are ours.
        #[allow(rustdoc::invalid_codeblock_attributes)]
        #[derive(Debug, Clone, Copy)]
        $visibility struct $name;

        impl $name {
            /// The facts about this rule.
            pub const INFO: $crate::lint::RuleInfo = $crate::lint::RuleInfo {
                id: $id,
                group: $crate::lint::Group::$group,
                severity: $crate::lint::rule::or!(
                    $($crate::diagnostic::Severity::$severity)?, $crate::lint::Group::$group.severity()
                ),
                default: $crate::lint::rule::or!(
                    $($crate::lint::DefaultState::$default)?, $crate::lint::Group::$group.default()
                ),
                fix: $crate::lint::rule::or!(
                    $(Some($crate::diagnostic::Applicability::$fix))?, None
                ),
                needs: $crate::lint::rule::or!($($crate::lint::Needs::$needs)?, $crate::lint::Needs::File),
                doc: concat!($($doc, "\n"),+),
                rule: &$name,
            };

            /// A finding of this rule.
            #[allow(dead_code, reason = "rules that the compiler's own errors stand for report nothing themselves")]
            fn finding(
                location: $crate::source::Location,
                message: impl Into<String>,
            ) -> $crate::diagnostic::Diagnostic {
                $crate::diagnostic::Diagnostic::new($id, Self::INFO.severity, location, message)
            }
        }
    };
}

/// The first of the two that is there.
macro_rules! or {
    (, $fallback:expr) => {
        $fallback
    };
    ($value:expr, $fallback:expr) => {
        $value
    };
}

pub(crate) use declare_rule;
pub(crate) use or;
