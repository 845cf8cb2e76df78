//! `aakit fmt`: one layout, no word changed.

mod settings;

use super::context::Context;
use super::discover::{self, Walk};
use super::error::Error;
use super::findings;
use super::plan::{Plan, Planned, View, plan};
use super::{CLEAN, FAILED, FINDINGS, Outcome, common, patch, write};
use crate::diagnostic::Diagnostic;
use crate::format::{FormatError, format};
use crate::report::Format;
use crate::source::{FileId, Location, SourceFile, SourceMap};
use rayon::prelude::*;
pub(super) use settings::Settings;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// Lay out profiles in one style; no word changes, and so no meaning
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  aakit fmt apparmor.d
  aakit fmt --check --diff apparmor.d/usr.sbin.ntpd
  aakit fmt --stdin-filename usr.sbin.ntpd - < usr.sbin.ntpd

Between the comments `# aakit: fmt off` and `# aakit: fmt on` nothing changes.
In aakit.toml, [fmt] has: indent (2), align (\"keep\" or \"none\"), max-width (0: off), exclude (patterns of paths).

Exit codes: 0 all is well laid out now; 1 something would change (--check, --diff), or a file has syntax errors and \
was left as it is; 2 a file could not be read or written")]
pub(super) struct Args {
    #[command(flatten)]
    input: common::Input,

    /// List the files that would change, and change nothing
    #[arg(long)]
    check: bool,

    /// Show what would change, and change nothing
    #[arg(long)]
    diff: bool,
}

/// What is done with the layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Write,
    List,
    Diff,
}

/// What came of one file.
enum Fate {
    /// It is laid out well.
    Same,
    /// It is laid out now, or would be; what standard output gets of it.
    Changed(Vec<u8>),
    /// It was left as it is.
    Broken(Vec<Diagnostic>),
    Failed(Error),
}

pub(super) fn run(args: Args, context: &Context) -> Outcome {
    let mode = match (args.diff, args.check) {
        (true, _) => Mode::Diff,
        (false, true) => Mode::List,
        (false, false) => Mode::Write,
    };
    let plan = plan(&args.input, Walk::Everything, View::Files, context)?;
    let settings = plan.files.iter().map(|file| Settings::of(&file.config)).collect::<Result<Vec<_>, _>>()?;
    let sources = SourceMap::new();
    let fates: Vec<Fate> = plan
        .files
        .par_iter()
        .zip(&settings)
        .map(|(file, settings)| one(file, settings, mode, &sources))
        .collect();
    tell(&plan, fates, mode, &sources, context)
}

/// Formats one file, and writes it where it changes.
fn one(file: &Planned, settings: &Settings, mode: Mode, sources: &SourceMap) -> Fate {
    let read = || discover::read_file(&file.path).map(|bytes| SourceFile::new(&file.path, bytes));
    let id = match file.source().map_or_else(read, Ok) {
        Ok(source) => sources.add(source),
        Err(error) => return Fate::Failed(error),
    };
    let source = sources.get(id);
    let excluded = file.config.names(&settings.exclude, &file.path);
    let text = match excluded {
        true => source.bytes().to_vec(),
        false => match format(source.bytes(), &settings.style) {
            Ok(text) => text,
            Err(error) => {
                return diagnostics(error, &file.path, id).map_or_else(Fate::Failed, Fate::Broken);
            }
        },
    };
    let is_same = text == source.bytes();
    match mode {
        Mode::Write if file.is_stdin() => Fate::Changed(text),
        _ if is_same => Fate::Same,
        Mode::Write => match write::replace(&file.path, source.bytes(), &text) {
            Ok(()) => Fate::Changed(Vec::new()),
            Err(error) => Fate::Failed(error),
        },
        Mode::List => Fate::Changed(format!("{}\n", file.path.display()).into_bytes()),
        Mode::Diff => Fate::Changed(patch::unified(&file.path, source.bytes(), &text)),
    }
}

/// What is wrong with a file that cannot be laid out.
///
/// # Errors
/// When it is not the file that is wrong.
pub(super) fn diagnostics(error: FormatError, path: &Path, id: FileId) -> Result<Vec<Diagnostic>, Error> {
    match error {
        FormatError::Syntax(errors) => Ok(errors.iter().map(|error| error.to_diagnostic(id)).collect()),
        FormatError::Unfinished(span) => {
            let message = "the file ends in a comment without a line end";
            let diagnostic = Diagnostic::error("syntax", Location::new(id, span), message)
                .label("apparmor_parser reads this and what follows as values of the variable")
                .help("end the file with a line feed; if these are values, quote the first");
            Ok(vec![diagnostic])
        }
        FormatError::Changed(difference) => {
            Err(Error::other(format!("`{}` was left as it is: {difference}", path.display())).with_help(
                "this is a bug in aakit, not in your profile; report it with the profile if you may share it",
            ))
        }
    }
}

fn tell(plan: &Plan, fates: Vec<Fate>, mode: Mode, sources: &SourceMap, context: &Context) -> Outcome {
    let mut out = context.stdout();
    let mut findings = Vec::new();
    let (mut changed, mut broken) = (0, 0);
    let mut code = if plan.has_failed { FAILED } else { CLEAN };
    for fate in fates {
        match fate {
            Fate::Same => {}
            Fate::Changed(text) => {
                changed += 1;
                out.write_all(&text)?;
            }
            Fate::Broken(found) => {
                broken += 1;
                findings.extend(found);
            }
            Fate::Failed(error) => {
                context.error(&error);
                code = FAILED;
            }
        }
    }
    out.flush()?;
    drop(out);
    // Standard output belongs to the text, the list or the diff.
    let format = if context.stderr_is_terminal() { Format::Full } else { Format::Concise };
    findings::show(&mut context.stderr(), format, &findings, sources, context)?;
    if broken > 0 {
        context.warn(&format!(
            "{} with syntax errors left as {}",
            files(broken),
            if broken == 1 { "it is" } else { "they are" }
        ));
        code = code.max(FINDINGS);
    }
    match mode {
        Mode::Write => {
            let written = changed - plan.files.iter().filter(|file| file.is_stdin()).count().min(changed);
            if written > 0 {
                context.note(&format!("laid out {}", files(written)));
            }
        }
        Mode::List | Mode::Diff if changed > 0 => {
            context.note(&format!("{} would change", files(changed)));
            code = code.max(FINDINGS);
        }
        Mode::List | Mode::Diff => {}
    }
    Ok(ExitCode::from(code))
}

fn files(count: usize) -> String {
    format!("{count} file{}", if count == 1 { "" } else { "s" })
}
