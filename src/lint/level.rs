//! Which rules are on, and how bad their findings are: defaults, then the config, then the command line.

use super::registry;
use super::rule::{DefaultState, Group, RuleInfo};
use super::rules::RULES;
use crate::diagnostic::Severity;
use crate::vocabulary::did_you_mean;
use std::str::FromStr;

/// How bad the findings of a rule are, or that it is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It is not run.
    Off,
    /// Findings have that severity.
    On(Severity),
}

impl Level {
    /// The words for all levels, in `aakit.toml`.
    pub const NAMES: [&'static str; 4] = ["off", "note", "warning", "error"];

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On(severity) => severity.name(),
        }
    }

    /// The severity, unless it is off.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::On(severity) => Some(severity),
        }
    }
}

impl FromStr for Level {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "off" => Ok(Self::Off),
            "note" => Ok(Self::On(Severity::Note)),
            "warning" => Ok(Self::On(Severity::Warning)),
            "error" => Ok(Self::On(Severity::Error)),
            _ => Err(()),
        }
    }
}

/// What `--select` and `--ignore` name: a rule, a group, or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selector {
    /// `all`
    All,
    /// A group's name.
    Group(Group),
    /// A rule's id.
    Rule(&'static str),
}

/// No rule and no group has that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no rule and no group is called `{given}`{}", hint(*.suggestion))]
pub struct UnknownSelector {
    /// What was given.
    pub given: String,
    /// What was probably meant.
    pub suggestion: Option<&'static str>,
}

fn hint(suggestion: Option<&'static str>) -> String {
    suggestion.map_or_else(|| ", see `aakit rules`".to_owned(), |name| format!(", did you mean `{name}`?"))
}

impl FromStr for Selector {
    type Err = UnknownSelector;

    fn from_str(word: &str) -> Result<Self, UnknownSelector> {
        if word == "all" {
            return Ok(Self::All);
        }
        if let Some(group) = Group::ALL.into_iter().find(|group| group.name() == word) {
            return Ok(Self::Group(group));
        }
        if let Some(rule) = registry::find(word) {
            return Ok(Self::Rule(rule.id));
        }
        let names =
            RULES.iter().map(|rule| rule.id).chain(Group::ALL.into_iter().map(Group::name)).chain(["all"]);
        Err(UnknownSelector { given: word.to_owned(), suggestion: did_you_mean(word, names) })
    }
}

impl Selector {
    fn names(self, rule: &RuleInfo) -> bool {
        match self {
            Self::All => true,
            Self::Group(group) => rule.group == group,
            Self::Rule(id) => rule.id == id,
        }
    }

    /// A rule's own id counts more than its group, and that more than `all`.
    fn weight(self) -> u8 {
        match self {
            Self::All => 0,
            Self::Group(_) => 1,
            Self::Rule(_) => 2,
        }
    }
}

/// The level of every rule, for one file: in the order of [`RULES`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levels(Vec<Level>);

impl Levels {
    /// Without any config; `has_target` turns on the rules that need a target.
    #[must_use]
    pub fn defaults(has_target: bool) -> Self {
        let level = |rule: &RuleInfo| match rule.default {
            DefaultState::On => Level::On(rule.severity),
            DefaultState::WithTarget if has_target => Level::On(rule.severity),
            DefaultState::WithTarget | DefaultState::Off => Level::Off,
        };
        Self(RULES.iter().map(level).collect())
    }

    /// The level of a rule. A code that is no rule's is an error of the compiler, which is always on.
    #[must_use]
    pub fn get(&self, id: &str) -> Level {
        registry::position(id).map_or(Level::On(Severity::Error), |position| self.0[position])
    }

    /// The rules that are on.
    pub fn on(&self) -> impl Iterator<Item = &'static RuleInfo> {
        let is_on = |(_, level): &(&RuleInfo, &Level)| **level != Level::Off;
        RULES.iter().zip(&self.0).filter(is_on).map(|(rule, _)| rule)
    }

    /// Turns everything off, for a `select` that replaces the defaults.
    pub fn clear(&mut self) {
        for (_, level) in self.choices() {
            *level = Level::Off;
        }
    }

    /// Turns on what `select` names and off what `ignore` names; where both name a rule, the narrower name wins, and of
    /// two equally narrow ones `ignore`. Rules of the group `error` stay on.
    pub fn apply(&mut self, select: &[Selector], ignore: &[Selector]) {
        let weight = |selectors: &[Selector], rule: &RuleInfo| {
            selectors.iter().filter(|selector| selector.names(rule)).map(|selector| selector.weight()).max()
        };
        for (rule, level) in self.choices() {
            let (selected, ignored) = (weight(select, rule), weight(ignore, rule));
            if ignored.is_some() && ignored >= selected {
                *level = Level::Off;
            } else if selected.is_some() && *level == Level::Off {
                *level = Level::On(rule.severity);
            }
        }
    }

    /// The rules that may be off, each with its level.
    fn choices(&mut self) -> impl Iterator<Item = (&'static RuleInfo, &mut Level)> {
        RULES.iter().zip(&mut self.0).filter(|(rule, _)| rule.group != Group::Error)
    }

    /// Sets the level of one rule.
    pub fn set(&mut self, id: &'static str, level: Level) {
        if let Some(position) = registry::position(id) {
            self.0[position] = level;
        }
    }
}

impl Levels {
    /// Gives each rule that is on here the severity that it has in `other`, if it is on there.
    pub(super) fn keep_severities(&mut self, other: &Self) {
        for (level, other) in self.0.iter_mut().zip(&other.0) {
            if let (Level::On(_), Level::On(severity)) = (*level, *other) {
                *level = Level::On(severity);
            }
        }
    }
}
