//! A file of assertions, read.

use super::super::error::Error;
use crate::glob::{Dialect, Glob};
use crate::query::{Assertion, Demand, Half, Request, Violation};
use serde::Deserialize;
use std::path::Path;

/// All of a file.
pub(super) struct Suite {
    pub(super) policy: Vec<String>,
    pub(super) cases: Vec<Case>,
}

/// One assertion with its name and exceptions.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) assertion: Assertion,
    pub(super) written_profiles: Vec<String>,
    pub(super) exceptions: Vec<Exception>,
}

/// What is let pass, and why.
pub(super) struct Exception {
    profiles: Vec<Glob>,
    requests: Vec<String>,
    pub(super) reason: String,
}

impl Exception {
    /// Is the violation of such a profile, or does its chain lead through one?
    pub(super) fn excuses(&self, violation: &Violation) -> bool {
        let is_named = |name: &str| self.profiles.iter().any(|glob| glob.matches(name.as_bytes()));
        let of_profile =
            is_named(&violation.profile) || violation.chain.iter().any(|edge| is_named(&edge.to));
        of_profile && (self.requests.is_empty() || self.requests.contains(&violation.request))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSuite {
    #[serde(default)]
    policy: Vec<String>,
    #[serde(default)]
    allow: Vec<WrittenCase>,
    #[serde(default)]
    deny: Vec<WrittenCase>,
    #[serde(default)]
    never: Vec<WrittenCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCase {
    name: String,
    profiles: Vec<String>,
    requests: Vec<String>,
    files: Option<WrittenHalf>,
    #[serde(default)]
    except: Vec<WrittenException>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum WrittenHalf {
    Owner,
    Other,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenException {
    profiles: Vec<String>,
    #[serde(default)]
    requests: Vec<String>,
    reason: String,
}

impl Suite {
    /// Reads the file.
    ///
    /// # Errors
    /// When it cannot be read, or is no suite.
    pub(super) fn read(file: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(file).map_err(|source| Error::read(file, source))?;
        let written: WrittenSuite = toml::from_str(&text).map_err(|error| {
            Error::other(format!(
                "`{}` is no file of assertions: {}",
                file.display(),
                error.to_string().trim_end()
            ))
            .with_help("docs/assertions.md tells its keys")
        })?;
        let kinds =
            [(Demand::Allow, written.allow), (Demand::Deny, written.deny), (Demand::Never, written.never)];
        let mut cases = Vec::new();
        for (demand, written) in kinds {
            for case in written {
                let name = case.name.clone();
                cases.push(Case::new(demand, case).map_err(|(message, help)| {
                    Error::other(format!("`{}`, assertion `{name}`: {message}", file.display()))
                        .with_help(help)
                })?);
            }
        }
        if cases.is_empty() {
            return Err(Error::other(format!("there is no assertion in `{}`", file.display()))
                .with_help("write `[[allow]]`, `[[deny]]` or `[[never]]`; see docs/assertions.md"));
        }
        Ok(Self { policy: written.policy, cases })
    }
}

/// What is wrong, and what to do.
type Wrong = (String, String);

impl Case {
    fn new(demand: Demand, written: WrittenCase) -> Result<Self, Wrong> {
        let mut requests = Vec::new();
        for text in &written.requests {
            let words: Vec<&str> = text.split_whitespace().collect();
            let request = Request::parse(&words).map_err(|error| (error.message, error.help))?;
            requests.push((text.clone(), request));
        }
        if requests.is_empty() {
            return Err(("it asks nothing".to_owned(), "name at least one request".to_owned()));
        }
        let mut exceptions = Vec::new();
        for exception in written.except {
            if exception.reason.trim().is_empty() {
                return Err(("an exception has no reason".to_owned(), "say why it is let pass".to_owned()));
            }
            if let Some(unknown) = exception.requests.iter().find(|text| !written.requests.contains(text)) {
                return Err((
                    format!("an exception is for `{unknown}`, which is not asked"),
                    "write the request as in `requests`".to_owned(),
                ));
            }
            exceptions.push(Exception {
                profiles: globs(&exception.profiles)?,
                requests: exception.requests,
                reason: exception.reason,
            });
        }
        let half = written.files.map(|half| match half {
            WrittenHalf::Owner => Half::Owner,
            WrittenHalf::Other => Half::Other,
        });
        let profiles = globs(&written.profiles)?;
        Ok(Self {
            name: written.name,
            assertion: Assertion { demand, profiles, requests, half },
            written_profiles: written.profiles.iter().map(|name| format!("`{name}`")).collect(),
            exceptions,
        })
    }
}

fn globs(written: &[String]) -> Result<Vec<Glob>, Wrong> {
    let read = |text: &String| {
        Glob::parse(text.as_bytes(), Dialect::Label)
            .map_err(|error| (format!("`{text}` names no profiles: {error}"), error.help().to_owned()))
    };
    written.iter().map(read).collect()
}
