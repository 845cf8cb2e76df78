//! The texts to load: from files, directories, standard input or a template.

use super::super::context::Context;
use super::super::discover::{self, Walk};
use super::super::error::Error;
use super::super::template;
use super::Args;
use std::path::{Path, PathBuf};

/// One text to load.
pub(super) struct Profile {
    /// What it goes by in messages.
    pub(super) name: PathBuf,
    /// The text.
    pub(super) text: Vec<u8>,
    /// The base directory that it stands in.
    pub(super) base: Option<PathBuf>,
}

/// Everything that the command line names, read.
pub(super) fn collect(args: &Args, context: &Context) -> Result<Vec<Profile>, Error> {
    if let Some(name) = &args.template {
        let profile = args.fill.apply(template::engine(name)?, args.base.as_deref());
        for change in template::changes(&profile) {
            context.note(&change);
        }
        return Ok(vec![Profile {
            name: PathBuf::from(name),
            text: template::text(&profile)?.into_bytes(),
            base: None,
        }]);
    }
    if args.paths.is_empty() {
        return Err(
            Error::other("nothing to load").with_help("name a file, a directory, `-` or `--template NAME`")
        );
    }
    let (inputs, errors) = discover::find(&args.paths, args.stdin_filename.as_deref(), Walk::Profiles);
    let mut failed = errors;
    let mut profiles = Vec::new();
    for input in inputs {
        match input.read() {
            Ok(text) => profiles.push(Profile {
                name: input.name().to_path_buf(),
                text,
                base: discover::base_of(input.name()),
            }),
            Err(error) => failed.push(error),
        }
    }
    let template_named =
        args.paths.iter().find(|path| !path.exists() && template::engine(&path.to_string_lossy()).is_ok());
    if let Some(path) = template_named {
        let name = path.display();
        return Err(Error::other(format!("there is no file `{name}`, but a template of that name"))
            .with_help(format!("load it with `--template {name}`")));
    }
    match failed.pop() {
        Some(last) if !args.keep_going || profiles.is_empty() => {
            failed.iter().for_each(|error| context.error(error));
            Err(last)
        }
        last => {
            failed.iter().chain(&last).for_each(|error| context.error(error));
            Ok(profiles)
        }
    }
}

/// The bytes of one file or of standard input, for `--remove`.
pub(super) fn read(path: &Path, args: &Args) -> Result<Vec<Profile>, Error> {
    let (inputs, mut errors) =
        discover::find(&[path.to_path_buf()], args.stdin_filename.as_deref(), Walk::Profiles);
    if let Some(error) = errors.pop() {
        return Err(error);
    }
    inputs
        .into_iter()
        .map(|input| {
            let base = discover::base_of(input.name());
            Ok(Profile { name: input.name().to_path_buf(), text: input.read()?, base })
        })
        .collect()
}
