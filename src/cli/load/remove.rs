//! `aakit load --remove`: by file, by name, or a whole namespace.

use super::super::context::Context;
use super::super::error::Error;
use super::super::{CLEAN, FINDINGS, Outcome};
use super::{Args, find_parser, source};
use crate::kernel::{
    LoadRequest, ParserCommand, Removed, System, loaded_profiles, profile_names, remove_namespace,
    remove_profile,
};
use crate::report;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let system = System::running();
    let mut done = Vec::new();
    let mut code = CLEAN;
    for name in wanted(args, &system)? {
        let removed = match (&name, &args.namespace) {
            (Target::Profile(name), _) => remove_profile(&system, name, args.timeout),
            (Target::Namespace(name), _) => remove_namespace(&system, name, args.timeout),
        };
        match removed {
            Ok(removed) => done.push((name, removed)),
            Err(error) if args.keep_going => {
                context.error(&Error::from(error));
                code = FINDINGS;
            }
            Err(error) => {
                tell(args, context, &done)?;
                return Err(error.into());
            }
        }
    }
    tell(args, context, &done)?;
    Ok(ExitCode::from(code))
}

/// What is to be removed.
enum Target {
    Profile(String),
    Namespace(String),
}

fn wanted(args: &Args, system: &System) -> Result<Vec<Target>, Error> {
    if args.paths.is_empty() {
        let target = match (&args.namespace, &args.template) {
            (_, Some(template)) => {
                let profile =
                    args.fill.apply(super::super::template::engine(template)?, args.base.as_deref())?;
                Target::Profile(in_namespace(&profile.name, args))
            }
            (Some(namespace), None) => Target::Namespace(namespace.clone()),
            (None, None) => {
                return Err(Error::other("nothing to remove").with_help("name a file or a loaded profile"));
            }
        };
        return Ok(vec![target]);
    }
    let loaded = loaded_profiles(system)?;
    let mut targets = Vec::new();
    for path in &args.paths {
        let name = in_namespace(&path.to_string_lossy(), args);
        let is_loaded = loaded.iter().any(|entry| entry.name == name);
        if !is_loaded && (path == Path::new("-") || path.exists()) {
            targets.extend(in_files(path, args, system)?);
        } else {
            targets.push(Target::Profile(name));
        }
    }
    Ok(targets)
}

/// The outermost profiles in a file; children go with them.
fn in_files(path: &Path, args: &Args, system: &System) -> Result<Vec<Target>, Error> {
    let parser: ParserCommand = find_parser(args.parser.as_deref(), args.timeout)?;
    let mut names: Vec<String> = Vec::new();
    for profile in source::read(path, args)? {
        let request = LoadRequest {
            namespace: args.namespace.clone(),
            base: args.base.clone().or(profile.base),
            includes: args.include.clone(),
            ..LoadRequest::replace(&profile.text)
        };
        names.extend(profile_names(system, &parser, &request)?);
    }
    names.sort();
    let mut outermost: Vec<String> = Vec::new();
    for name in names {
        let below = outermost
            .iter()
            .any(|parent| name.strip_prefix(parent.as_str()).is_some_and(|rest| rest.starts_with("//")));
        if !below {
            outermost.push(name);
        }
    }
    Ok(outermost.into_iter().map(Target::Profile).collect())
}

fn in_namespace(name: &str, args: &Args) -> String {
    match &args.namespace {
        Some(namespace) if !name.starts_with(':') => format!(":{namespace}:{name}"),
        _ => name.to_owned(),
    }
}

fn tell(args: &Args, context: &Context, done: &[(Target, Removed)]) -> Result<(), Error> {
    for (_, removed) in done {
        for process in &removed.released {
            context.warn(&format!(
                "process {} (`{}`) was confined by `{}` and goes on without it",
                process.pid, process.exe, process.label.name
            ));
        }
    }
    let mut out = context.stdout();
    if args.json {
        report::removals(&mut out, done.iter().map(|(_, removed)| removed))?;
        return Ok(out.flush()?);
    }
    for (target, removed) in done {
        for profile in &removed.profiles {
            writeln!(out, "{} ({}): removed", profile.name, profile.mode)?;
        }
        if let Target::Namespace(name) = target {
            writeln!(out, "namespace {name}: removed")?;
        }
    }
    Ok(out.flush()?)
}
