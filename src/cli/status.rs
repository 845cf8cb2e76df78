//! `aakit status`: what is loaded, what it confines, and what loading lacks.

mod on_disk;

use super::context::Context;
use super::discover::DEFAULT_BASE;
use super::error::Error;
use super::load::find_parser;
use super::{CLEAN, FAILED, FINDINGS, Outcome};
use crate::kernel::{
    self, Check, Confined, LoadError, Mode, ParserCommand, ProcessStatus, Status, System, Verdict, doctor,
    process_status, status,
};
use crate::report::{self, one_line};
use on_disk::OnDisk;
use std::cell::OnceCell;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Show which profiles are loaded and what they confine
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  aakit status
  aakit status $$
  aakit status --loaded docker-default || aakit load --template docker-default
  aakit status --doctor

Exit codes: 0 AppArmor is on (with --loaded: the profile is loaded; with --doctor: loading \
works), 1 it is off (the profile is not loaded; loading cannot work), 2 could not tell")]
pub(super) struct Args {
    /// Show only these processes
    #[arg(value_name = "PID")]
    pids: Vec<u32>,

    /// Print nothing; tell by the exit code whether the profile NAME is loaded
    #[arg(long, value_name = "NAME", conflicts_with_all = ["pids", "doctor"])]
    loaded: Option<String>,

    /// Check everything that loading needs, and say what to do
    #[arg(long, conflicts_with = "pids")]
    doctor: bool,

    /// Print JSON; without PID a superset of what `aa-status --json` prints
    #[arg(long)]
    json: bool,

    /// Directory with the profiles on disk [default: /etc/apparmor.d]
    #[arg(short, long, value_name = "DIR")]
    base: Option<PathBuf>,

    /// The apparmor_parser that --doctor looks at [default: the one in PATH, /usr/sbin or /sbin]
    #[arg(long, value_name = "PATH")]
    parser: Option<PathBuf>,
}

pub(super) fn run(args: Args, context: &Context) -> Outcome {
    let system = System::running();
    if let Some(name) = &args.loaded {
        return is_loaded(name, &system);
    }
    let mut out = context.stdout();
    let code = if args.doctor {
        let base = args.base.as_deref().unwrap_or(Path::new(DEFAULT_BASE));
        let parser = find_parser(args.parser.as_deref(), ParserCommand::DEFAULT_TIMEOUT);
        tell_checks(&mut out, &doctor(&system, parser, base), args.json)?
    } else if args.pids.is_empty() {
        whole(&mut out, &args, &system)?
    } else {
        let mut code = CLEAN;
        let mut processes = Vec::new();
        for pid in &args.pids {
            match process_status(&system, *pid) {
                Ok(process) => processes.push(process),
                // It may have ended since its number was asked for; the others are told all the same.
                Err(error) => {
                    context.error(&no_process(error, *pid));
                    code = FAILED;
                }
            }
        }
        tell_processes(&mut out, &processes, args.json)?;
        code
    };
    out.flush()?;
    Ok(ExitCode::from(code))
}

fn is_loaded(name: &str, system: &System) -> Outcome {
    let found = kernel::is_loaded(system, name)?;
    if !found && Path::new(name).is_file() {
        return Err(Error::other(format!("`{name}` is a file, and no profile of that name is loaded"))
            .with_help("name the profile: the word behind `profile` in the file"));
    }
    Ok(ExitCode::from(if found { CLEAN } else { FINDINGS }))
}

fn no_process(error: LoadError, pid: u32) -> Error {
    match &error {
        LoadError::Read { path, source }
            if source.kind() == io::ErrorKind::NotFound && path.ends_with(format!("{pid}/status")) =>
        {
            Error::other(format!("there is no process {pid}"))
        }
        _ => error.into(),
    }
}

fn whole(out: &mut dyn Write, args: &Args, system: &System) -> Result<u8, Error> {
    if let Err(why) = system.available() {
        if args.json {
            report::unavailable(out, why)?;
        } else {
            writeln!(out, "{why}\n{}", why.help())?;
        }
        return Ok(if why == crate::kernel::Unavailable::SecurityfsMissing { FAILED } else { FINDINGS });
    }
    let base = args.base.as_deref().unwrap_or(Path::new(DEFAULT_BASE));
    let on_disk = OnceCell::new();
    let status = status(system, |exe| {
        let profiles = on_disk.get_or_init(|| OnDisk::read(base));
        profiles.profile_for(exe).map(str::to_owned)
    })?;
    if args.json {
        report::status(out, &status)?;
    } else {
        tell_status(out, &status)?;
    }
    Ok(CLEAN)
}

fn tell_status(out: &mut dyn Write, status: &Status) -> io::Result<()> {
    writeln!(out, "AppArmor is on, with {}", count(status.profiles.len(), "profile"))?;
    for mode in modes(status.profiles.iter().map(|entry| &entry.mode)) {
        let profiles: Vec<_> = status.profiles.iter().filter(|entry| entry.mode == mode).collect();
        writeln!(out, "\n{} in {mode} mode", count(profiles.len(), "profile"))?;
        for profile in profiles {
            writeln!(out, "  {}", one_line(&profile.name))?;
        }
    }
    let (open, confined): (Vec<_>, Vec<_>) =
        status.processes.iter().partition(|process| process.profile_on_disk.is_some());
    writeln!(out, "\n{} of {} confined", count(confined.len(), "process"), status.running)?;
    for process in confined {
        tell_process(out, process)?;
    }
    if !open.is_empty() {
        writeln!(
            out,
            "\n{} unconfined, though there is a profile for the program",
            count(open.len(), "process")
        )?;
        for process in open {
            tell_process(out, process)?;
        }
    }
    Ok(())
}

fn tell_process(out: &mut dyn Write, confined: &Confined) -> io::Result<()> {
    let process = &confined.process;
    let label = match &confined.profile_on_disk {
        Some(profile) => format!("has {profile}"),
        None => format!("{} ({})", process.label.name, process.label.mode),
    };
    let container = process.container.as_ref().map(|container| {
        format!(
            ", in {} {}",
            container.engine.unwrap_or("container"),
            container.name.get(..12).unwrap_or(&container.name)
        )
    });
    let line = format!("  {:>7} {}: {label}{}", process.pid, process.exe, container.unwrap_or_default());
    writeln!(out, "{}", one_line(&line))
}

fn tell_processes(out: &mut dyn Write, processes: &[ProcessStatus], json: bool) -> io::Result<()> {
    if json {
        return report::processes(out, processes);
    }
    for process in processes {
        // Whoever starts a program chooses what its path holds, and the reader is root.
        writeln!(out, "{} {}", process.pid, one_line(&process.exe))?;
        match process.label.is_unconfined() {
            true => writeln!(out, "  profile: none (unconfined)")?,
            false => writeln!(out, "  profile: {} ({})", one_line(&process.label.name), process.label.mode)?,
        }
        let stack: Vec<&str> = process.label.stack().collect();
        if stack.len() > 1 {
            writeln!(out, "  stack of: {}", one_line(&stack.join(", ")))?;
        }
        match (process.seccomp, process.seccomp_filters) {
            (Some(seccomp), Some(filters)) if filters > 0 => {
                writeln!(out, "  seccomp: {} ({})", seccomp.name(), count(filters as usize, "filter"))?;
            }
            (Some(seccomp), _) => writeln!(out, "  seccomp: {}", seccomp.name())?,
            (None, _) => writeln!(out, "  seccomp: not in this kernel")?,
        }
        if let Some(container) = &process.container {
            writeln!(
                out,
                "  container: {} ({})",
                one_line(&container.name),
                container.engine.unwrap_or("engine unknown")
            )?;
        }
    }
    Ok(())
}

fn tell_checks(out: &mut dyn Write, checks: &[Check], json: bool) -> io::Result<u8> {
    if json {
        report::checks(out, checks)?;
    } else {
        for check in checks {
            let word = match check.verdict {
                Verdict::Ok => "ok",
                Verdict::Warning => "warning",
                Verdict::Missing => "missing",
            };
            writeln!(out, "{word:>7}  {}: {}", check.name, check.found)?;
            if let Some(help) = &check.help {
                writeln!(out, "         {help}")?;
            }
        }
    }
    Ok(if checks.iter().any(|check| check.verdict == Verdict::Missing) { FINDINGS } else { CLEAN })
}

/// The modes that occur, each once, enforcing first.
fn modes<'a>(all: impl Iterator<Item = &'a Mode>) -> Vec<Mode> {
    let mut modes: Vec<Mode> = all.cloned().collect();
    modes.sort();
    modes.dedup();
    modes
}

fn count(number: usize, thing: &str) -> String {
    let plural = if thing.ends_with('s') { "es" } else { "s" };
    format!("{number} {thing}{}", if number == 1 { "" } else { plural })
}
