//! A file's canonical text, or its tree.

use super::OutputFormat;
use crate::cli::configs::Configs;
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::fmt::{Settings, diagnostics};
use crate::cli::{CLEAN, FINDINGS, Outcome, common, discover, findings};
use crate::report::{self, Format};
use crate::source::{SourceFile, SourceMap};
use crate::{format, syntax};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(
    path: &Path,
    output: OutputFormat,
    config: common::ConfigFile,
    context: &Context,
) -> Outcome {
    let (inputs, errors) = discover::find(&[path.to_path_buf()], None, discover::Walk::Everything);
    if let Some(error) = errors.into_iter().next() {
        return Err(error);
    }
    let [input] = &inputs[..] else {
        return Err(Error::other(format!("`{}` is a directory, not a file", path.display()))
            .with_help("name one file"));
    };
    let sources = SourceMap::new();
    let id = sources.add(SourceFile::new(input.name(), input.read()?));
    let source = sources.get(id);
    let settings = Settings::of(&*Configs::new(config).of_file(path)?)?;
    let mut out = context.stdout();
    let found = match output {
        OutputFormat::Json => {
            let parse = syntax::parse(source.bytes());
            report::tree(&mut out, &parse.file, &source)?;
            parse.errors.iter().map(|error| error.to_diagnostic(id)).collect()
        }
        OutputFormat::Text => match format::format(source.bytes(), &settings.style) {
            Ok(text) => {
                out.write_all(&text)?;
                Vec::new()
            }
            Err(error) => diagnostics(error, path, id)?,
        },
    };
    out.flush()?;
    drop(out);
    let format = if context.stderr_is_terminal() { Format::Full } else { Format::Concise };
    findings::show(&mut context.stderr(), format, &found, &sources, context)?;
    Ok(ExitCode::from(if found.is_empty() { CLEAN } else { FINDINGS }))
}
