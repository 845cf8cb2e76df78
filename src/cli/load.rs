//! `aakit load`: check, hand to apparmor_parser, see that the kernel has it; and `--remove`.

mod check;
mod remove;
mod source;

use super::context::Context;
use super::discover::DEFAULT_BASE;
use super::error::Error;
use super::template::Fill;
use super::{CLEAN, FAILED, FINDINGS, Outcome};
use crate::diagnostic::{Diagnostic, Severity};
use crate::kernel::{
    Effect, Enforcement, LoadError, LoadMode, LoadRequest, Loaded, ParserCommand, Place, System, WATCH_WORD,
    load, may_load, run_watch, to_diagnostic,
};
use crate::report::{self, Format};
use crate::source::SourceMap;
use check::Checked;
use rayon::prelude::*;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Check profiles, hand them to apparmor_parser, and see that the kernel has them
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  aakit load --replace /etc/apparmor.d/usr.bin.man
  aakit render docker-default | aakit load --replace -
  aakit load --replace --template docker-default --name web
  docker run --security-opt apparmor=web ...        (the profile's name, never its path)
  aakit load --remove web

All profiles are checked before the first is loaded. The text goes to the parser in a file \
without a name on a tmpfs; nothing is left behind, however aakit ends.

Exit codes: 0 all in force, 1 a profile was refused (nothing is loaded, unless --keep-going \
or --force), 2 could not run: not root, no AppArmor, no parser, the kernel refuses")]
pub(super) struct Args {
    /// Files, directories, or `-` for standard input; with --remove also names of loaded profiles
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    action: Action,

    /// Load this container template: docker-default, containerd-default or podman-default
    #[arg(long, value_name = "TEMPLATE", conflicts_with = "paths")]
    template: Option<String>,

    /// Load everything in complain mode: allow, and log what would have been refused
    #[arg(short = 'C', long, conflicts_with = "remove")]
    complain: bool,

    /// Load into, or remove from, this namespace; with --remove and no PATH, remove the namespace itself
    #[arg(short, long, value_name = "NS")]
    namespace: Option<String>,

    /// Compile and tell what would happen; needs neither root nor AppArmor in the kernel
    #[arg(long, conflicts_with = "remove")]
    dry_run: bool,

    /// Go on although the check found errors
    #[arg(long)]
    force: bool,

    /// Load what can be loaded, even when some profile cannot
    #[arg(long)]
    keep_going: bool,

    /// Directory that holds `abstractions/` and `tunables/` [default: found beside or above the profile, else /etc/apparmor.d]
    #[arg(short, long, value_name = "DIR")]
    base: Option<PathBuf>,

    /// Search this directory for includes before the base directory; may be given several times
    #[arg(short = 'I', long, value_name = "DIR")]
    include: Vec<PathBuf>,

    /// Name of the file that standard input stands for
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<PathBuf>,

    /// The apparmor_parser to use [default: the one in PATH, /usr/sbin or /sbin]
    #[arg(long, value_name = "PATH")]
    parser: Option<PathBuf>,

    /// Give each call of the parser this long, then kill it
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    timeout: Duration,

    /// Print what was done as JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    fill: Fill,
}

/// What to do; `--add` when nothing is said.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct Action {
    /// Load profiles that are not loaded yet; fail when one is (default)
    #[arg(short, long)]
    add: bool,

    /// Load profiles, in place of those that are loaded under the same names
    #[arg(short, long)]
    replace: bool,

    /// Remove profiles with their children, by file or by name
    #[arg(short = 'R', long)]
    remove: bool,
}

pub(super) fn run(args: Args, context: &Context) -> Outcome {
    if args.template.is_none() && args.fill.is_given() {
        return Err(Error::other("a template's options were given, but no template")
            .with_help("name one with `--template docker-default`"));
    }
    if args.action.remove {
        return remove::run(&args, context);
    }
    let profiles = source::collect(&args, context)?;
    // The parser comes first: the check judges as its version does.
    let parser = find_parser(args.parser.as_deref(), args.timeout)?;
    let sources = SourceMap::new();
    let checked = check::check(profiles, &args, parser.version()?, &sources);
    let run = Run { args: &args, context, parser, system: System::running(), sources };
    run.all(checked)
}

/// Watches over a parser when this process was started for that, see [`crate::kernel::run_watch`].
pub(super) fn watch() -> Option<ExitCode> {
    (std::env::args_os().nth(1)? == WATCH_WORD).then(run_watch)
}

/// The parser that the user named, or the system's; it will not outlive this process.
pub(super) fn find_parser(named: Option<&Path>, timeout: Duration) -> Result<ParserCommand, LoadError> {
    let parser = named.map_or_else(ParserCommand::find, ParserCommand::at)?.timeout(timeout);
    let this_program = Path::new("/proc/self/exe");
    Ok(if this_program.exists() { parser.watched_by(this_program) } else { parser })
}

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| *seconds > 0.0);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "not a number of seconds".to_owned())
}

/// One call of `aakit load`.
struct Run<'a> {
    args: &'a Args,
    context: &'a Context,
    parser: ParserCommand,
    system: System,
    sources: SourceMap,
}

/// How one profile's load ended.
enum End {
    Loaded(Loaded),
    /// The profile is at fault, which has been told.
    Refused,
    /// Something else is.
    Failed(LoadError),
}

impl Run<'_> {
    fn all(&self, checked: Vec<Checked>) -> Outcome {
        let mut code = CLEAN;
        let files = checked.len();
        let errors: Vec<_> = checked.iter().flat_map(|one| &one.errors).cloned().collect();
        self.show(&errors)?;
        if !errors.is_empty() && !self.args.force {
            code = FINDINGS;
            if !self.args.keep_going {
                self.context.note(if files > 1 { "nothing was loaded" } else { "it was not loaded" });
                return Ok(ExitCode::from(code));
            }
        }
        let checked: Vec<_> =
            checked.into_iter().filter(|one| one.errors.is_empty() || self.args.force).collect();
        if files > 1 && !self.args.dry_run && !self.args.keep_going {
            may_load(&self.system)?;
            let (_, failed) = self.each(&checked, Effect::DryRun)?;
            if failed != CLEAN {
                self.context.note("nothing was loaded");
                return Ok(ExitCode::from(failed));
            }
        }
        let effect = if self.args.dry_run { Effect::DryRun } else { Effect::Load };
        let (loaded, failed) = self.each(&checked, effect)?;
        code = code.max(failed);
        self.tell_place(&loaded);
        self.tell(&loaded, files)?;
        // With --keep-going what could be loaded is; that something could not is a finding.
        Ok(ExitCode::from(if self.args.keep_going { code.min(FINDINGS) } else { code }))
    }

    /// Loads them one after the other, up to the first that fails unless told to go on. A dry run changes nothing, so it looks at
    /// all of them, many at a time. Each failure is told; with what was loaded comes the worst exit code.
    fn each(&self, checked: &[Checked], effect: Effect) -> Result<(Vec<(PathBuf, Loaded)>, u8), Error> {
        let load = |one: &Checked| load(&self.system, &self.parser, &self.request(one, effect));
        let mut rehearsed = match effect {
            Effect::Load => Vec::new(),
            Effect::DryRun => checked.par_iter().map(load).collect(),
        }
        .into_iter();
        let (mut loaded, mut code) = (Vec::new(), CLEAN);
        for one in checked {
            let end = self.told(one, rehearsed.next().unwrap_or_else(|| load(one)))?;
            let (failed, name) = (code, &one.profile.name);
            code = code.max(match end {
                End::Loaded(done) => {
                    loaded.push((name.clone(), done));
                    CLEAN
                }
                End::Refused => FINDINGS,
                End::Failed(error) => {
                    let error = Error::from(error);
                    self.context.error(&if checked.len() > 1 { error.about(name) } else { error });
                    FAILED
                }
            });
            if code > failed && effect == Effect::Load && !self.args.keep_going {
                break;
            }
        }
        Ok((loaded, code))
    }

    /// Tells what the parser said of one profile.
    fn told(&self, checked: &Checked, result: Result<Loaded, LoadError>) -> Result<End, Error> {
        let end = match result {
            Ok(loaded) => End::Loaded(loaded),
            Err(error) => End::Failed(error),
        };
        let messages = match &end {
            End::Loaded(loaded) => &loaded.warnings,
            End::Failed(error) => error.messages(),
            End::Refused => &[],
        };
        let diagnostics: Vec<_> =
            messages.iter().map(|message| to_diagnostic(message, &self.sources, checked.file)).collect();
        self.show(&diagnostics)?;
        Ok(match end {
            // Its errors say it all; with warnings alone, nobody would have said that it failed.
            End::Failed(LoadError::Rejected { .. })
                if diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) =>
            {
                End::Refused
            }
            end => end,
        })
    }

    fn request<'p>(&self, checked: &'p Checked, effect: Effect) -> LoadRequest<'p> {
        let args = self.args;
        let own_base = checked.profile.base.clone().filter(|base| base != Path::new(DEFAULT_BASE));
        LoadRequest {
            names: checked.names.clone(),
            mode: if args.action.replace { LoadMode::Replace } else { LoadMode::Add },
            enforcement: if args.complain || checked.profile.force_complain {
                Enforcement::Complain
            } else {
                Enforcement::AsWritten
            },
            namespace: args.namespace.clone(),
            base: args.base.clone().or(own_base),
            includes: args.include.clone(),
            effect,
            ..LoadRequest::add(&checked.profile.text)
        }
    }

    /// Diagnostics go to standard error here: standard output tells what was loaded.
    fn show(&self, diagnostics: &[Diagnostic]) -> Result<(), Error> {
        let mut err = self.context.stderr();
        let format = if self.context.stdout_is_terminal() { Format::Full } else { Format::Concise };
        report::render(&mut err, format, diagnostics, &self.sources, &report::Options::default())?;
        Ok(err.flush()?)
    }

    fn tell_place(&self, loaded: &[(PathBuf, Loaded)]) {
        let reasons = loaded.iter().find_map(|(_, done)| match &done.place {
            Place::AnonymousMemory(reasons) => Some(reasons),
            Place::Tmpfs(_) => None,
        });
        if let Some(reasons) = reasons {
            let reasons = reasons.join("; ");
            self.context.warn(&format!(
                "no tmpfs can be used ({reasons}); the text was handed over in anonymous memory"
            ));
        }
    }

    fn tell(&self, loaded: &[(PathBuf, Loaded)], files: usize) -> Result<(), Error> {
        let mut out = self.context.stdout();
        if self.args.json {
            report::loads(&mut out, loaded)?;
            return Ok(out.flush()?);
        }
        for (path, done) in loaded {
            for profile in &done.profiles {
                let mode = profile.mode.as_ref().map(|mode| format!(" ({mode})")).unwrap_or_default();
                let from = if files > 1 { format!("{}: ", path.display()) } else { String::new() };
                let line = format!("{from}{}{mode}: {}", profile.name, profile.outcome.name());
                writeln!(out, "{}", report::one_line(&line))?;
            }
        }
        Ok(out.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_a_positive_number() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for wrong in ["0", "-1", "x", "", "inf", "NaN", "1e300"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
