//! The differences for people, for programs, and for a merge request.

use super::super::rule_place::{RulePlace, printable};
use super::side::Side;
use crate::diff::{self, Change, Effect, Pair, compare};
use crate::query::Half;
use crate::source::SourceMap;
use crate::vocabulary::Version;
use serde::Serialize;
use std::io::{self, Write};

/// All that is told.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    schema: u32,
    /// True when the two are proven to be the same policy.
    pub(super) same: bool,
    /// True when something more may be allowed, or could not be decided.
    pub(super) may_widen: bool,
    /// How many profiles were looked at.
    compared: usize,
    profiles: Vec<ToldProfile>,
}

/// What became of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Fate {
    Added,
    Removed,
    Changed,
}

#[derive(Debug, Serialize)]
pub(super) struct ToldProfile {
    profile: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    renamed_from: Option<String>,
    fate: Fate,
    changes: Vec<ToldChange>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    undecided: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ToldChange {
    effect: Effect,
    may_widen: bool,
    class: &'static str,
    access: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Half>,
    on: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    except: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<String>,
    rules: Vec<ToldRule>,
}

#[derive(Debug, Serialize)]
struct ToldRule {
    side: diff::Side,
    #[serde(flatten)]
    rule: RulePlace,
}

impl ToldProfile {
    /// Nothing when nothing changed.
    pub(super) fn new(
        pair: &Pair<'_>,
        version: Version,
        sides: [&Side; 2],
        sources: &SourceMap,
    ) -> Option<Self> {
        let (fate, comparison) = match (pair.old, pair.new) {
            (Some(old), Some(new)) => (Fate::Changed, compare(old, new, version)),
            (None, _) => (Fate::Added, diff::Comparison::default()),
            (_, None) => (Fate::Removed, diff::Comparison::default()),
        };
        let renamed_from = pair.renamed_from();
        if fate == Fate::Changed && comparison.is_same() && renamed_from.is_none() {
            return None;
        }
        let told = |change: Change| ToldChange {
            rules: change
                .rules
                .iter()
                .filter_map(|(side, rule)| {
                    let (profile, read) = match side {
                        diff::Side::Old => (pair.old?.1, sides[0]),
                        diff::Side::New => (pair.new?.1, sides[1]),
                    };
                    let mut rule = RulePlace::new(profile.rules.get(*rule)?, sources);
                    rule.place.path = read.shown(&rule.place.path);
                    Some(ToldRule { side: *side, rule })
                })
                .collect(),
            effect: change.effect,
            may_widen: change.may_widen,
            class: change.class,
            access: change.access,
            files: change.files,
            on: change.on,
            except: change.except,
            witness: change.witness,
            old: change.old,
            new: change.new,
        };
        Some(Self {
            profile: pair.name(),
            renamed_from,
            fate,
            changes: comparison.changes.into_iter().map(told).collect(),
            undecided: comparison.undecided,
        })
    }

    fn may_widen(&self) -> bool {
        // What a profile no longer confines is free.
        self.fate == Fate::Removed
            || !self.undecided.is_empty()
            || self.changes.iter().any(|change| change.may_widen)
    }

    /// What became of it, as a clause.
    fn headline(&self) -> String {
        match (self.fate, &self.renamed_from) {
            (Fate::Added, _) => "is new".to_owned(),
            (Fate::Removed, _) => "is gone: what it was for is no longer confined by it".to_owned(),
            (Fate::Changed, Some(from)) => format!("was `{}`", printable(from)),
            (Fate::Changed, None) => {
                let has = |effect| self.changes.iter().any(|change| change.effect == effect);
                match (has(Effect::Widened), has(Effect::Narrowed)) {
                    (true, true) => "allows more, and less",
                    (true, false) => "allows more",
                    (false, true) => "allows less",
                    (false, false) if has(Effect::Changed) => "allows something else",
                    (false, false) if has(Effect::Logged) => "logs something else",
                    (false, false) => "could not be compared wholly",
                }
                .to_owned()
            }
        }
    }
}

impl ToldChange {
    /// What and on what, in the words of a rule.
    fn what(&self) -> String {
        let half = match self.files {
            Some(Half::Owner) => "owner ",
            Some(Half::Other) => "other ",
            None => "",
        };
        // The word is the class already, for most that are not about files.
        let class = if self.access.starts_with(self.class) { "" } else { self.class };
        let words = [class, &self.access, &self.on].map(printable);
        let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
        format!("{half}{}", words.join(" "))
    }

    /// From what to what.
    fn turn(&self) -> Option<String> {
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => Some(format!("{} → {}", printable(old), printable(new))),
            (None, Some(exec)) | (Some(exec), None) => Some(printable(exec)),
            (None, None) => None,
        }
    }

    fn exceptions(&self) -> Option<String> {
        (!self.except.is_empty()).then(|| printable(&self.except.join(", ")))
    }

    /// The witness, where it says more than the pattern.
    fn example(&self) -> Option<String> {
        self.witness.as_ref().filter(|witness| **witness != self.on).map(|witness| printable(witness))
    }
}

const SIGNS: [(Effect, &str, &str); 4] = [
    (Effect::Widened, "+", "Allowed now"),
    (Effect::Narrowed, "-", "No longer allowed"),
    (Effect::Changed, "~", "Changed"),
    (Effect::Logged, "!", "Logged otherwise"),
];

impl Report {
    pub(super) fn new(compared: usize, profiles: Vec<ToldProfile>) -> Self {
        Self {
            schema: 1,
            same: profiles.is_empty(),
            may_widen: profiles.iter().any(ToldProfile::may_widen),
            compared,
            profiles,
        }
    }

    pub(super) fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        writeln!(out)
    }

    pub(super) fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.same {
            return writeln!(out, "the same policy: {}", profiles(self.compared));
        }
        for profile in &self.profiles {
            writeln!(out, "`{}` {}", printable(&profile.profile), profile.headline())?;
            for change in &profile.changes {
                let sign = SIGNS
                    .iter()
                    .find(|(effect, ..)| *effect == change.effect)
                    .map_or("", |(_, sign, _)| sign);
                let turn = change.turn().map(|turn| format!("  ({turn})")).unwrap_or_default();
                writeln!(out, "  {sign} {}{turn}", change.what())?;
                if let Some(except) = change.exceptions() {
                    writeln!(out, "      except {except}")?;
                }
                if let Some(example) = change.example() {
                    writeln!(out, "      for instance {example}")?;
                }
                for rule in &change.rules {
                    let side = if rule.side == diff::Side::Old { "old" } else { "new" };
                    writeln!(out, "      {side} rule {}", rule.rule)?;
                }
            }
            for undecided in &profile.undecided {
                writeln!(out, "  ? cannot be decided, since it is too complex: {}", printable(undecided))?;
            }
            writeln!(out)?;
        }
        writeln!(out, "{}", self.summary())
    }

    fn summary(&self) -> String {
        let count = |effect| {
            let with = |profile: &&ToldProfile| profile.changes.iter().any(|change| change.effect == effect);
            self.profiles.iter().filter(with).count()
        };
        let fate = |fate| self.profiles.iter().filter(|profile| profile.fate == fate).count();
        let parts = [
            (count(Effect::Widened), "allowing more"),
            (count(Effect::Narrowed), "allowing less"),
            (fate(Fate::Added), "new"),
            (fate(Fate::Removed), "gone"),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
        let differ = if self.profiles.len() == 1 { "differs" } else { "differ" };
        format!("{} of {} {differ}{parts}", self.profiles.len(), profiles(self.compared))
    }

    pub(super) fn markdown(&self, out: &mut dyn Write, old: &str, new: &str) -> io::Result<()> {
        writeln!(out, "## AppArmor policy: {} → {}\n", code(old), code(new))?;
        if self.same {
            return writeln!(out, "The same policy: {}.", profiles(self.compared));
        }
        writeln!(out, "{}.", self.summary())?;
        for profile in &self.profiles {
            writeln!(out, "\n### {} {}", code(&profile.profile), profile.headline())?;
            for (effect, _, title) in SIGNS {
                let mut changes = profile.changes.iter().filter(|change| change.effect == effect).peekable();
                if changes.peek().is_none() {
                    continue;
                }
                writeln!(out, "\n| {title} | For instance | Rule |\n|---|---|---|")?;
                for change in changes {
                    let mut what = code(&change.what());
                    if let Some(turn) = change.turn() {
                        what += &format!(" ({})", code(&turn));
                    }
                    if let Some(except) = change.exceptions() {
                        what += &format!(" except {}", code(&except));
                    }
                    let example = change.example().map(|example| code(&example)).unwrap_or_default();
                    let rules: Vec<String> = change
                        .rules
                        .iter()
                        .map(|rule| {
                            let side = if rule.side == diff::Side::Old { "old" } else { "new" };
                            let place = format!("{}:{}", rule.rule.place.path, rule.rule.place.line);
                            format!("{side} {} {}", code(&rule.rule.text), code(&place))
                        })
                        .collect();
                    writeln!(out, "| {what} | {example} | {} |", rules.join("<br>"))?;
                }
            }
            if !profile.undecided.is_empty() {
                writeln!(out, "\nCannot be decided, since it is too complex:\n")?;
                for undecided in &profile.undecided {
                    writeln!(out, "- {}", code(undecided))?;
                }
            }
        }
        Ok(())
    }
}

fn profiles(count: usize) -> String {
    if count == 1 { "1 profile".to_owned() } else { format!("{count} profiles") }
}

/// Text as code within a cell of a table, whatever is in it.
fn code(text: &str) -> String {
    let text = printable(text).replace('|', "\\|");
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    match longest {
        0 => format!("`{text}`"),
        _ => format!("{fence} {text} {fence}"),
    }
}
