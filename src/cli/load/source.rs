//! The texts to load: from files, directories, standard input or a template.

use super::super::context::Context;
use super::super::discover::{self, DEFAULT_BASE, How, Input, Walk};
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
    /// `force-complain/` of the base directory has it.
    pub(super) force_complain: bool,
}

impl Profile {
    fn new(input: &Input, text: Vec<u8>, args: &Args) -> Self {
        let base = discover::base_of(input.name());
        let force_complain = switch(input, &base, args, "force-complain");
        Self { name: input.name().to_path_buf(), text, base, force_complain }
    }
}

/// Is the file in the directory `name` of its base, by which an administrator switches profiles off or to complain mode?
/// The parser looks there only for a file that it opens by its name.
fn switch(input: &Input, base: &Option<PathBuf>, args: &Args, name: &str) -> bool {
    let base = args.base.as_deref().or(base.as_deref()).unwrap_or(Path::new(DEFAULT_BASE));
    match input {
        Input::File { path, .. } => path.file_name().is_some_and(|file| base.join(name).join(file).exists()),
        Input::Stdin { .. } => false,
    }
}

/// Everything that the command line names, read.
pub(super) fn collect(args: &Args, context: &Context) -> Result<Vec<Profile>, Error> {
    if let Some(name) = &args.template {
        let profile = args.fill.apply(template::engine(name)?, args.base.as_deref())?;
        for change in template::changes(&profile) {
            context.note(&change);
        }
        let text = template::text(&profile)?.into_bytes();
        return Ok(vec![Profile { name: PathBuf::from(name), text, base: None, force_complain: false }]);
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
        if switch(&input, &discover::base_of(input.name()), args, "disable") {
            let name = input.name().display();
            if matches!(input, Input::File { how: How::Found, .. }) {
                context.note(&format!("left out `{name}`, which `disable/` switches off"));
                continue;
            }
            context.warn(&format!("`disable/` switches `{name}` off at boot; it is loaded all the same"));
        }
        match input.read() {
            Ok(text) => profiles.push(Profile::new(&input, text, args)),
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
    inputs.into_iter().map(|input| Ok(Profile::new(&input, input.read()?, args))).collect()
}
