//! Rules that look at syntax or policy and report, and all that decides which of their findings count: levels,
//! `aakit.toml`, suppression comments, waivers, baselines. Fixes are chosen and made here too, in memory.
//!
//! One rule is one file, `lint/rules/GROUP/NAME.rs`: its documentation, which is also its page and its test, and its check.
//! `lint/rules.rs` registers it. Reading and writing files is left to `cli`, how findings look to `report`.

pub mod baseline;
mod beginnings;
pub mod book;
pub mod config;
pub mod context;
mod coverage;
mod covering;
pub(crate) mod danger;
pub mod documentation;
mod edits;
pub mod fix;
pub mod grants;
pub mod level;
pub mod registry;
pub mod rule;
mod rules;
pub mod run;
pub mod shown;
mod signs;
mod starts;
pub mod suppress;

pub use config::Config;
pub use context::{FileContext, FileKind, Findings, ProfileContext, TreeContext};
pub use documentation::{Documentation, Example};
pub use level::{Level, Levels, Selector};
pub use rule::{DefaultState, Group, Needs, Rule, RuleInfo};
pub use rules::RULES;
pub use shown::Shown;
