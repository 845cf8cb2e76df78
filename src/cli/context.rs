//! Where output goes and whether it is coloured. Findings go to standard output, chatter to standard error.

use super::error::Error;
use crate::report::one_line;
use anstream::{AutoStream, ColorChoice};
use clap::ValueEnum;
use std::io::{self, IsTerminal, Write};

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always, also into a pipe.
    Always,
    /// Never.
    Never,
}

/// What every verb is handed.
#[derive(Debug)]
pub(super) struct Context {
    color: ColorWhen,
}

impl Context {
    /// A context for this choice of colour.
    pub(super) fn new(color: ColorWhen) -> Self {
        Self { color }
    }

    /// Standard output, buffered. Colours written to it are dropped where none are wanted; once the reader has gone
    /// away, what is written is dropped too, so that `aakit lint | head` still has the exit code of its findings.
    #[must_use]
    pub(super) fn stdout(&self) -> impl Write {
        let stream = AutoStream::new(io::stdout().lock(), self.choice(io::stdout().is_terminal()));
        io::BufWriter::with_capacity(1 << 16, PipeSafe { stream, closed: false })
    }

    /// True when standard output is a terminal.
    #[must_use]
    pub(super) fn stdout_is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// True when standard error is a terminal.
    #[must_use]
    pub(super) fn stderr_is_terminal(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// True when findings on standard output are to be coloured.
    #[must_use]
    pub(super) fn colors_stdout(&self) -> bool {
        !matches!(self.choice(io::stdout().is_terminal()), ColorChoice::Never)
    }

    /// Tells why something could not be done.
    pub(super) fn error(&self, error: &Error) {
        self.chatter("error", "1;31", &error.to_string());
        if let Some(help) = error.help() {
            self.chatter("help", "1;36", help);
        }
    }

    /// Tells something that is good to know.
    pub(super) fn note(&self, message: &str) {
        self.chatter("note", "1;36", message);
    }

    /// Standard error, for findings of a verb whose standard output is something else.
    #[must_use]
    pub(super) fn stderr(&self) -> impl Write {
        AutoStream::new(io::stderr(), self.choice(io::stderr().is_terminal()))
    }

    /// Tells something that the user should know, though the run goes on.
    pub(super) fn warn(&self, message: &str) {
        self.chatter("warning", "1;33", message);
    }

    fn chatter(&self, word: &str, style: &str, message: &str) {
        let mut stderr = AutoStream::new(io::stderr(), self.choice(io::stderr().is_terminal()));
        // Names of files may hold what commands a terminal.
        let lines: Vec<String> = message.split('\n').map(one_line).collect();
        // When standard error is closed there is no one left to tell.
        let _ = writeln!(stderr, "\x1b[{style}m{word}\x1b[0m: {}", lines.join("\n"));
    }

    fn choice(&self, is_terminal: bool) -> ColorChoice {
        match self.color {
            ColorWhen::Always => ColorChoice::Always,
            ColorWhen::Never => ColorChoice::Never,
            ColorWhen::Auto if is_terminal && wants_color() => ColorChoice::Always,
            ColorWhen::Auto => ColorChoice::Never,
        }
    }
}

/// <https://no-color.org>: set and not empty means no; a dumb terminal cannot.
fn wants_color() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// A writer for which a closed pipe is not an error.
struct PipeSafe<W> {
    stream: W,
    closed: bool,
}

impl<W: Write> Write for PipeSafe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Ok(bytes.len());
        }
        match self.stream.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(bytes.len())
            }
            other => other,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        match self.stream.flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}
