//! A file's canonical text, its tree, or its expansion.

use super::{Args, OutputFormat};
use crate::cli::context::Context;
use crate::cli::discover::Walk;
use crate::cli::error::Error;
use crate::cli::fmt::{Settings, diagnostics};
use crate::cli::plan::{Planned, View, plan};
use crate::cli::{CLEAN, FAILED, FINDINGS, Outcome, common, discover, findings};
use crate::diagnostic::Diagnostic;
use crate::expand::{ExpandError, Expansion, expand};
use crate::format::format;
use crate::policy::{DiskTree, Loader};
use crate::report::{self, Format};
use crate::source::{SourceFile, SourceMap};
use crate::syntax;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

pub(super) fn run(args: Args, context: &Context) -> Outcome {
    let input = common::Input {
        paths: vec![PathBuf::from(&args.template)],
        stdin_filename: args.stdin_filename,
        search: args.search,
        config: args.config,
    };
    if std::path::Path::new(&args.template).is_dir() {
        return Err(Error::other(format!("`{}` is a directory, not a file", args.template))
            .with_help("name one file"));
    }
    let plan = plan(&input, Walk::Everything, View::Files, context)?;
    let Some(file) = plan.files.first() else { return Ok(ExitCode::from(FAILED)) };
    let sources = SourceMap::new();
    let mut out = context.stdout();
    let found = match args.expand {
        true => expanded(file, args.output_format, &sources, &mut out)?,
        false => printed(file, args.output_format, &sources, &mut out)?,
    };
    out.flush()?;
    drop(out);
    let format = if context.stderr_is_terminal() { Format::Full } else { Format::Concise };
    findings::show(&mut context.stderr(), format, &found, &sources, context)?;
    Ok(ExitCode::from(if found.is_empty() { CLEAN } else { FINDINGS }))
}

fn source(file: &Planned) -> Result<SourceFile, Error> {
    let read = || discover::read_file(&file.path).map(|bytes| SourceFile::new(&file.path, bytes));
    file.source().map_or_else(read, Ok)
}

/// Prints the file as it is written; what is wrong with it is returned.
fn printed(
    file: &Planned,
    output: OutputFormat,
    sources: &SourceMap,
    out: &mut dyn Write,
) -> Result<Vec<Diagnostic>, Error> {
    let id = sources.add(source(file)?);
    let source = sources.get(id);
    let settings = Settings::of(&file.config)?;
    match output {
        OutputFormat::Json => {
            let parse = syntax::parse(source.bytes());
            report::tree(out, &parse.file, &source, None)?;
            Ok(parse.errors.iter().map(|error| error.to_diagnostic(id)).collect())
        }
        OutputFormat::Text => match format(source.bytes(), &settings.style) {
            Ok(text) => {
                out.write_all(&text)?;
                Ok(Vec::new())
            }
            Err(error) => diagnostics(error, &file.path, id),
        },
    }
}

/// Prints the file's expansion; what is wrong with the file is returned, and then nothing is printed.
fn expanded(
    file: &Planned,
    output: OutputFormat,
    sources: &SourceMap,
    out: &mut dyn Write,
) -> Result<Vec<Diagnostic>, Error> {
    let loader = Loader::new(&DiskTree, sources, file.include_path.clone(), file.version());
    let root = loader.add(source(file)?);
    let settings = Settings::of(&file.config)?;
    match expand(&loader, &root, &settings.style) {
        Ok(Expansion { text, origins }) => {
            match output {
                OutputFormat::Text => out.write_all(&text)?,
                OutputFormat::Json => {
                    let source = SourceFile::new(&file.path, text);
                    let parse = syntax::parse(source.bytes());
                    report::tree(out, &parse.file, &source, Some((&origins, sources)))?;
                }
            }
            Ok(Vec::new())
        }
        Err(ExpandError::Refused(found)) => Ok(found),
        Err(error @ ExpandError::Changed(_)) => {
            Err(Error::other(format!("`{}` was not expanded: {error}", file.path.display())).with_help(
                "this is a bug in aakit, not in your profile; report it with the profile if you may share it",
            ))
        }
    }
}
