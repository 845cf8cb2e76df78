//! Findings for people: the message, the source with marks, how the place was reached, facts, help, and what a fix
//! would change. miette draws the source; its types stay in this file.

use super::{Color, Options, text};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Label, Severity};
use crate::source::{FileId, SourceFile, SourceMap, Span};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};
use std::collections::HashMap;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

/// A longer line is shown only around its mark, in bytes.
const LONG_LINE: usize = 400;
/// How much of a long line is shown on each side of the mark, in bytes.
const AROUND: usize = 60;
/// A mark over more lines than this marks its first line only.
const MARKED_LINES: usize = 6;
/// A fix that touches more lines is told by its title alone.
const SHOWN_FIX_LINES: usize = 8;

pub(super) fn render(
    out: &mut dyn Write,
    diagnostics: &[Diagnostic],
    sources: &SourceMap,
    options: &Options<'_>,
) -> io::Result<()> {
    let theme = match options.color {
        Color::Colored => GraphicalTheme::unicode(),
        Color::Plain => GraphicalTheme::unicode_nocolor(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_width(options.width.max(40))
        .with_context_lines(1);
    let mut page = Page { out, handler, sources, options, shown: HashMap::new() };
    diagnostics.iter().try_for_each(|diagnostic| page.diagnostic(diagnostic))
}

struct Page<'a> {
    out: &'a mut dyn Write,
    handler: GraphicalReportHandler,
    sources: &'a SourceMap,
    options: &'a Options<'a>,
    shown: HashMap<FileId, Arc<Shown>>,
}

impl Page<'_> {
    fn diagnostic(&mut self, diagnostic: &Diagnostic) -> io::Result<()> {
        let home = diagnostic.primary.location.file;
        let here = diagnostic.related.iter().filter(|label| label.location.file == home);
        let labels: Vec<&Label> = std::iter::once(&diagnostic.primary).chain(here).collect();
        let heading = format!("{}[{}]", diagnostic.severity.name(), diagnostic.code);
        self.snippet(Some(heading), diagnostic.severity, text::one_line(&diagnostic.message), &labels)?;
        for include in diagnostic.include_chain.iter().rev() {
            let file = self.sources.get(include.file);
            let line = file.line_column(include.span.start as usize).line;
            self.footer("included from", &format!("{}:{line}", text::path(file.path())))?;
        }
        for label in diagnostic.related.iter().filter(|label| label.location.file != home) {
            let message = if label.message.is_empty() { "see also" } else { &label.message };
            let mark = Label { location: label.location, message: String::new() };
            self.snippet(None, Severity::Note, text::one_line(message), &[&mark])?;
        }
        for note in &diagnostic.notes {
            self.footer("note", note)?;
        }
        if let Some(help) = &diagnostic.help {
            self.footer("help", help)?;
        }
        if let Some(fix) = &diagnostic.fix {
            let flag = match fix.applicability {
                Applicability::Safe => "--fix",
                Applicability::Unsafe => "--unsafe-fixes",
            };
            self.footer("fix", &format!("{} ({flag})", fix.title))?;
            self.change(&fix.edits)?;
        }
        writeln!(self.out)
    }

    fn snippet(
        &mut self,
        heading: Option<String>,
        severity: Severity,
        message: String,
        labels: &[&Label],
    ) -> io::Result<()> {
        let Some(first) = labels.first() else { return Ok(()) };
        let id = first.location.file;
        let sources = self.sources;
        let shown = Arc::clone(self.shown.entry(id).or_insert_with(|| Arc::new(Shown::new(sources.get(id)))));
        let long = shown.has_long_line(first.location.span);
        let labels = if long { &labels[..1] } else { labels };
        let marks = labels.iter().enumerate().map(|(index, label)| shown.mark(label, index == 0)).collect();
        let drawn = Drawn { heading, severity, message, marks, source: shown };
        let mut page = String::new();
        self.handler
            .render_report(&mut page, &drawn)
            .map_err(|_| io::Error::other("the page cannot be drawn"))?;
        self.out.write_all(page.as_bytes())
    }

    /// `  word: text`, wrapped under itself.
    fn footer(&mut self, word: &str, text: &str) -> io::Result<()> {
        let indent = word.len() + 4;
        let lines = text::wrap(text, self.options.width.saturating_sub(indent).max(20));
        for (index, line) in lines.iter().enumerate() {
            let line = text::one_line(line);
            if index == 0 {
                let word = self.styled("36", &format!("{word}:"));
                writeln!(self.out, "  {word} {line}")?;
            } else {
                writeln!(self.out, "{:indent$}{line}", "")?;
            }
        }
        Ok(())
    }

    /// The lines that a fix changes, before and after.
    fn change(&mut self, edits: &[Edit]) -> io::Result<()> {
        let Some(first) = edits.first() else { return Ok(()) };
        let file = self.sources.get(first.location.file);
        let mut edits: Vec<&Edit> =
            edits.iter().filter(|edit| edit.location.file == first.location.file).collect();
        edits.sort_by_key(|edit| edit.location.span);
        // Edits on the same or on neighbouring lines make one group, shown together.
        let mut groups: Vec<(Span, Vec<&Edit>)> = Vec::new();
        for edit in edits {
            let lines = whole_lines(&file, edit.location.span);
            match groups.last_mut() {
                Some((span, group)) if lines.start <= span.end => {
                    *span = span.to(lines);
                    group.push(edit);
                }
                _ => groups.push((lines, vec![edit])),
            }
        }
        let changes: Vec<(Vec<u8>, Vec<u8>)> = groups
            .iter()
            .map(|(span, group)| (span.of(file.bytes()).to_vec(), replaced(&file, *span, group)))
            .collect();
        let number = changes
            .iter()
            .map(|(old, new)| old.split(|b| *b == b'\n').count() + new.split(|b| *b == b'\n').count())
            .sum::<usize>();
        if number > SHOWN_FIX_LINES || changes.iter().any(|(old, new)| old.len() + new.len() > 4 * LONG_LINE)
        {
            return Ok(());
        }
        for (old, new) in &changes {
            let (old, new) = without_common_ends(old, new);
            self.side("-", "31", &old)?;
            self.side("+", "32", &new)?;
        }
        Ok(())
    }

    fn side(&mut self, sign: &str, style: &str, lines: &[u8]) -> io::Result<()> {
        let shown = text::same_length(lines);
        for line in shown.strip_suffix('\n').unwrap_or(&shown).split('\n') {
            if lines.is_empty() {
                break;
            }
            let line = self.styled(style, format!("{sign} {}", line.replace('\t', "    ")).trim_end());
            writeln!(self.out, "       {line}")?;
        }
        Ok(())
    }

    fn styled(&self, style: &str, text: &str) -> String {
        match self.options.color {
            Color::Colored => format!("\x1b[{style}m{text}\x1b[0m"),
            Color::Plain => text.to_owned(),
        }
    }
}

/// Both texts without the lines that begin or end them alike: what is only added then shows nothing that goes.
fn without_common_ends(old: &[u8], new: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let lines =
        |text: &'_ [u8]| text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    let (mut old, mut new) = (lines(old), lines(new));
    while !old.is_empty() && old.last() == new.last() {
        old.pop();
        new.pop();
    }
    let common = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    (old.split_off(common).concat(), new.split_off(common).concat())
}

/// The span widened to whole lines, with the last one's line feed.
fn whole_lines(file: &SourceFile, span: Span) -> Span {
    let lines = file.lines();
    let first = lines.line_span(lines.line(span.start as usize), file.bytes());
    let last = lines
        .line_span(lines.line((span.end as usize).saturating_sub(1).max(span.start as usize)), file.bytes());
    Span::new(first.start as usize, (last.end as usize + 1).min(file.bytes().len()).max(first.start as usize))
}

/// The bytes of `span` with the edits made, which lie in it, in order.
fn replaced(file: &SourceFile, span: Span, edits: &[&Edit]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut at = span.start;
    for edit in edits {
        let change = edit.location.span;
        bytes.extend_from_slice(Span { start: at, end: change.start.max(at) }.of(file.bytes()));
        bytes.extend_from_slice(&edit.replacement);
        at = change.end.max(at);
    }
    bytes.extend_from_slice(Span { start: at, end: span.end.max(at) }.of(file.bytes()));
    bytes
}

/// A file as it may be shown: printable text with the offsets of the file itself.
#[derive(Debug)]
struct Shown {
    file: Arc<SourceFile>,
    text: String,
}

impl Shown {
    fn new(file: Arc<SourceFile>) -> Self {
        let text = text::same_length(file.bytes());
        Self { file, text }
    }

    fn has_long_line(&self, span: Span) -> bool {
        let line = self.file.lines().line(span.start as usize);
        self.file.lines().line_span(line, self.file.bytes()).len() > LONG_LINE
    }

    /// The label's mark; one that would run over many lines, or far along a long one, is cut.
    fn mark(&self, label: &Label, is_primary: bool) -> LabeledSpan {
        let lines = self.file.lines();
        let mut start = (label.location.span.start as usize).min(self.text.len());
        if start == self.text.len() && self.text.ends_with('\n') {
            // Behind the last line feed there is nothing to point at.
            start -= 1;
        }
        let mut end = (label.location.span.end as usize).clamp(start, self.text.len());
        let first = lines.line(start);
        if lines.line(end.saturating_sub(1).max(start)) - first >= MARKED_LINES {
            end = lines.line_span(first, self.file.bytes()).end as usize;
        }
        if self.has_long_line(label.location.span) {
            end = end.min(self.boundary(start + AROUND));
        }
        let message = Some(text::one_line(&label.message)).filter(|message| !message.is_empty());
        let length = end.max(start) - start;
        if is_primary {
            LabeledSpan::new_primary_with_span(message, (start, length))
        } else {
            LabeledSpan::new_with_span(message, (start, length))
        }
    }

    /// The character's start at or before a byte offset.
    fn boundary(&self, offset: usize) -> usize {
        let offset = offset.min(self.text.len());
        (0..=offset).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or_default()
    }
}

impl SourceCode for Shown {
    /// miette's own reader counts columns in bytes and takes a lone carriage return for a line's end; ours does neither.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let lines = self.file.lines();
        let bytes = self.file.bytes();
        let (start, end) = (span.offset(), span.offset() + span.len());
        if end > bytes.len() {
            return Err(MietteError::OutOfBounds);
        }
        let first = lines.line(start);
        let last = lines.line(end.saturating_sub(1).max(start));
        let line_start = |line: usize| lines.line_span(line, bytes).start as usize;
        let (from, to) = if before == 0 && after == 0 {
            (start, end)
        } else if self.has_long_line(Span::at(start)) {
            (
                self.boundary(start.saturating_sub(AROUND)).max(line_start(first)),
                self.boundary(end + AROUND).min(lines.line_span(first, bytes).end as usize).max(end),
            )
        } else {
            let last = (last + after).min(lines.count());
            (
                line_start(first.saturating_sub(before).max(1)),
                (lines.line_span(last, bytes).end as usize + 1).min(bytes.len()),
            )
        };
        let place = self.file.line_column(from);
        Ok(Box::new(MietteSpanContents::new_named(
            text::path(self.file.path()),
            &self.text.as_bytes()[from..to],
            (from, to - from).into(),
            place.line - 1,
            place.column - 1,
            last + 1 - first,
        )))
    }
}

/// What miette draws: the heading, the message and the marks.
#[derive(Debug)]
struct Drawn {
    heading: Option<String>,
    severity: Severity,
    message: String,
    marks: Vec<LabeledSpan>,
    source: Arc<Shown>,
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawn {}

impl miette::Diagnostic for Drawn {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.heading.as_ref().map(|heading| Box::new(heading) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&*self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.marks.iter().cloned()))
    }
}
