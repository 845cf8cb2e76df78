//! What we tell the user, as plain data. Who finds something builds a [`Diagnostic`]; who shows it
//! (`report`) decides how. Messages: lower case, no full stop, the thing in backticks; help in the imperative.

use crate::source::{Location, Span};
use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A convention or a hint.
    Note,
    /// It loads, but is wrong, dangerous or useless.
    Warning,
    /// apparmor_parser refuses it, or silently drops it.
    Error,
}

impl Severity {
    /// The word for it in output and in `aakit.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A marked place and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The bytes to mark.
    pub location: Location,
    /// What is said at the mark; may be empty on a primary label.
    pub message: String,
}

/// May a fix be made without a person looking at it?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// The meaning that the author wrote stays, no comment is lost: `--fix` makes it.
    Safe,
    /// Probably what the author wants, but it changes the policy: only with `--unsafe-fixes`.
    Unsafe,
}

/// One replacement of some bytes. An empty span inserts, an empty replacement deletes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub location: Location,
    /// The bytes that come.
    pub replacement: Vec<u8>,
}

/// A repair: edits of one file that belong together and do not overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, in the imperative: "add the comma".
    pub title: String,
    /// The edits, all or none.
    pub edits: Vec<Edit>,
    /// May it be made unseen?
    pub applicability: Applicability,
}

/// One thing that is said to the user: syntax errors, findings of lints and what apparmor_parser prints are all this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The id of the check, e.g. `syntax` or `conflicting-exec`; stable once released.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The place it is about, marked first.
    pub primary: Label,
    /// Other places that explain it, possibly in other files.
    pub related: Vec<Label>,
    /// Facts that help to understand it.
    pub notes: Vec<String>,
    /// What to do, in the imperative.
    pub help: Option<String>,
    /// A repair, if there is one.
    pub fix: Option<Fix>,
    /// How the file of the primary label was reached: the include directives, outermost first. Empty for the file that was given.
    pub include_chain: Vec<Location>,
}

impl Diagnostic {
    /// A diagnostic about `location` with nothing more yet.
    pub fn new(
        code: &'static str,
        severity: Severity,
        location: Location,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            primary: Label { location, message: String::new() },
            related: Vec::new(),
            notes: Vec::new(),
            help: None,
            fix: None,
            include_chain: Vec::new(),
        }
    }

    /// An error.
    pub fn error(code: &'static str, location: Location, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, location, message)
    }

    /// Says something at the primary mark.
    #[must_use]
    pub fn label(mut self, message: impl Into<String>) -> Self {
        self.primary.message = message.into();
        self
    }

    /// Marks another place.
    #[must_use]
    pub fn related(mut self, location: Location, message: impl Into<String>) -> Self {
        self.related.push(Label { location, message: message.into() });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a repair of the file of the primary label.
    #[must_use]
    pub fn fix(
        mut self,
        title: impl Into<String>,
        applicability: Applicability,
        edits: Vec<(Span, Vec<u8>)>,
    ) -> Self {
        let file = self.primary.location.file;
        let edits = edits
            .into_iter()
            .map(|(span, replacement)| Edit { location: Location::new(file, span), replacement })
            .collect();
        self.fix = Some(Fix { title: title.into(), edits, applicability });
        self
    }
}
