//! What is wrong with the syntax, as data without a file: the caller adds the file.

use super::input::Input;
use crate::diagnostic::{Applicability, Diagnostic};
use crate::source::{FileId, Location, Span};
use nom::error::{ErrorKind, ParseError};

/// One syntax error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The id of the check that it belongs to, mostly `syntax`.
    pub code: &'static str,
    /// The bytes to mark.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What is said at the mark.
    pub label: String,
    /// Another place that explains it.
    pub related: Option<(Span, String)>,
    /// A fact that helps to understand it.
    pub note: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// A safe repair: what it does, and the replacement of some bytes.
    pub fix: Option<(String, Span, Vec<u8>)>,
}

impl SyntaxError {
    /// An error at `span`.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            code: "syntax",
            span,
            message: message.into(),
            label: String::new(),
            related: None,
            note: None,
            help: None,
            fix: None,
        }
    }

    /// The same under the id of another check.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }

    /// Says something at the mark.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Marks another place.
    #[must_use]
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related = Some((span, message.into()));
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a safe repair.
    #[must_use]
    pub fn fix(mut self, title: impl Into<String>, span: Span, replacement: impl Into<Vec<u8>>) -> Self {
        self.fix = Some((title.into(), span, replacement.into()));
        self
    }

    /// The diagnostic for this error in `file`.
    #[must_use]
    pub fn to_diagnostic(&self, file: FileId) -> Diagnostic {
        let mut diagnostic =
            Diagnostic::error(self.code, Location::new(file, self.span), self.message.clone());
        diagnostic.primary.message.clone_from(&self.label);
        if let Some((span, message)) = &self.related {
            diagnostic = diagnostic.related(Location::new(file, *span), message.clone());
        }
        diagnostic.notes.extend(self.note.clone());
        diagnostic.help.clone_from(&self.help);
        if let Some((title, span, replacement)) = &self.fix {
            diagnostic =
                diagnostic.fix(title.clone(), Applicability::Safe, vec![(*span, replacement.clone())]);
        }
        diagnostic
    }
}

/// Why a parser function gave up.
#[derive(Debug)]
pub(super) enum Failure {
    /// It is something else: another parser may try.
    Miss,
    /// It is this, but wrong.
    Syntax(Box<SyntaxError>),
}

impl<'a> ParseError<Input<'a>> for Failure {
    fn from_error_kind(_: Input<'a>, _: ErrorKind) -> Self {
        Self::Miss
    }

    fn append(_: Input<'a>, _: ErrorKind, other: Self) -> Self {
        other
    }
}

/// Not this: another parser may try.
pub(super) fn miss<T>() -> Result<T, nom::Err<Failure>> {
    Err(nom::Err::Error(Failure::Miss))
}

/// This, but wrong: nobody else shall try.
pub(super) fn fail<T>(error: SyntaxError) -> Result<T, nom::Err<Failure>> {
    Err(nom::Err::Failure(Failure::Syntax(Box::new(error))))
}
