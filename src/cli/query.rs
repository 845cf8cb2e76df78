//! `aakit query`: may a profile do that, and which rules say so.

mod batch;
mod summary;
mod tell;
mod tree;

use super::context::Context;
use super::error::Error;
use super::{CLEAN, FINDINGS, Outcome, common};
use crate::policy::{Policy, ResolvedProfile};
use crate::query::{Attached, DecidedBy, Half, Query, Request, RequestError, Verdict, World, decided_by};
use crate::vocabulary::{Permissions, did_you_mean};
use rayon::prelude::*;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use tree::Tree;

/// Ask whether a profile may do something, and which rules say so
#[derive(Debug, clap::Args)]
#[command(after_help = "Requests:
  rw /path                         letters of `rwaxmkl`; a directory's path ends in `/`
  exec /path                       which profile the program gets
  link /new /existing
  capability sys_admin             network [ACCESS…] inet stream [port=80 …]
  signal send term PEER            ptrace read PEER
  mount [fstype=TYPE] [options=LIST] [SOURCE] MOUNTPOINT
  umount PATH                      pivot_root NEW OLD
  change_profile LABEL             dbus send bus=session [path=…] [interface=…] [member=…]
  unix [TYPE] [addr=…]             mqueue read /name
  userns                           io_uring sqpoll
  rlimit nofile 1024

Examples:
  aakit query man_groff r /etc/passwd
  aakit query --exe /usr/bin/man exec /usr/bin/groff
  aakit query --file my.profile my_profile w /etc/shadow --why-not
  aakit query --who w /etc/shadow
  aakit query --what man_groff

Exit codes: 0 allowed, 1 denied or only partly allowed, 2 could not tell")]
pub(super) struct Args {
    /// The profile (not with --exe or --who), and what is asked
    #[arg(value_name = "PROFILE REQUEST")]
    words: Vec<String>,

    /// Take the policy from this file instead of the base directory; may be given several times
    #[arg(long = "file", value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Ask the profile that is attached to this program
    #[arg(long, value_name = "PATH", conflicts_with_all = ["who", "what", "batch"])]
    exe: Option<String>,

    /// Ask about files of the user that the task runs as
    #[arg(long, conflicts_with = "other")]
    owner: bool,

    /// Ask about files of other users
    #[arg(long)]
    other: bool,

    /// Show the rules that come nearest to allowing it, and what each lacks
    #[arg(long)]
    why_not: bool,

    /// List the profiles that may do it
    #[arg(long, conflicts_with_all = ["what", "batch"])]
    who: bool,

    /// Summarise what a profile may write, execute and become
    #[arg(long, value_name = "PROFILE", conflicts_with_all = ["words", "batch"])]
    what: Option<String>,

    /// Answer a request a line, as `PROFILE<tab>PERMS<tab>PATH`, with `allow`, `deny` or `partial` and the letters granted
    ///
    /// Where it matters whose file it is, and neither --owner nor --other is given, the letters are those granted on files of
    /// both; `partial` without any letter says that some are granted on files of one kind only. Each line gets one line: `error`
    /// and the reason where it is no request, and the exit code is 2 then. A carriage return at a line's end is dropped.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["words", "json"])]
    batch: Option<PathBuf>,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    search: common::Search,

    #[command(flatten)]
    config: common::ConfigFile,
}

impl Args {
    fn halves(&self) -> Vec<Half> {
        match (self.owner, self.other) {
            (true, _) => vec![Half::Owner],
            (_, true) => vec![Half::Other],
            _ => vec![Half::Owner, Half::Other],
        }
    }
}

impl From<RequestError> for Error {
    fn from(error: RequestError) -> Self {
        Self::other(error.message).with_help(error.help)
    }
}

pub(super) fn run(args: Args, context: &Context) -> Outcome {
    let mut out = context.stdout();
    let code = if let Some(requests) = &args.batch {
        batch::run(&mut out, requests, &args, context)?;
        CLEAN
    } else if let Some(name) = &args.what {
        // What the profile becomes depends on what all others are attached to.
        let tree = Tree::all(&args, context)?.kept();
        let world = World::new(&tree.policies, tree.version);
        let (policy, profile) = find(&world, name)?;
        warn_if_incomplete(policy, profile, context);
        let query = Query::new(policy, profile, tree.version);
        summary::show(&mut out, &query, &world, args.json)?;
        CLEAN
    } else if args.who {
        let words: Vec<&str> = args.words.iter().map(String::as_str).collect();
        who(&mut out, &Request::parse(&words)?, &args, context)?
    } else {
        ask(&mut out, &args, context)?
    };
    out.flush()?;
    Ok(ExitCode::from(code))
}

/// One question to one profile.
fn ask(out: &mut dyn Write, args: &Args, context: &Context) -> Result<u8, Error> {
    let words: Vec<&str> = args.words.iter().map(String::as_str).collect();
    let (name, words) = match (&args.exe, words.as_slice()) {
        (Some(_), words) if !words.is_empty() => (None, words),
        (None, [name, words @ ..]) if !words.is_empty() => (Some(*name), words),
        _ => {
            let what = if args.exe.is_some() { "say what is asked" } else { "name a profile and a request" };
            return Err(Error::other(what)
                .with_help("for instance `aakit query man_groff r /etc/passwd`; see `aakit query --help`"));
        }
    };
    let request = Request::parse(words)?;
    let tree = match name {
        Some(name) => tree_for(name, &request, args, context)?,
        None => Tree::all(args, context)?,
    }
    .kept();
    let world = World::new(&tree.policies, tree.version);
    let name = match (name, &args.exe) {
        (Some(name), _) => name.to_owned(),
        (None, exe) => attached(&world, exe.as_deref().unwrap_or_default())?,
    };
    let (policy, profile) = find(&world, &name)?;
    warn_if_incomplete(policy, profile, context);
    let query = Query::new(policy, profile, tree.version);
    let asked = tell::Asked {
        request: &request,
        words: words.join(" "),
        halves: args.halves(),
        why_not: args.why_not,
    };
    let mut told = tell::Told::new(&query, &world, &asked, &tree.sources);
    if args.exe.is_some() && !profile.xattrs.is_empty() {
        told.add_note(tell::attribute_note(profile));
    }
    if args.json {
        told.json(out)?
    } else {
        told.text(out)?
    }
    Ok(if told.verdict == Verdict::Allowed { CLEAN } else { FINDINGS })
}

/// What must be read to ask one profile. Where an exec leads may depend on other profiles, and on all of them where it is
/// by attachment.
fn tree_for(name: &str, request: &Request, args: &Args, context: &Context) -> Result<Tree, Error> {
    let tree = Tree::with(&[name], args, context)?;
    let asks_exec =
        matches!(request, Request::File { permissions, .. } if permissions.contains(Permissions::EXEC));
    if !asks_exec {
        return Ok(tree);
    }
    let world = World::new(&tree.policies, tree.version);
    let Some((policy, profile)) = world.find(name) else { return Ok(tree) };
    let query = Query::new(policy, profile, tree.version);
    let execs = args.halves().into_iter().filter_map(|half| query.ask(request, half).exec);
    let mut names = vec![name.to_owned()];
    for exec in execs.filter(|_| !query.is_unconfined()) {
        match decided_by(&exec) {
            DecidedBy::Itself => {}
            DecidedBy::Named(others) => names.extend(others),
            DecidedBy::All => return Tree::all(args, context),
        }
    }
    if names.iter().all(|name| world.find(name).is_some()) {
        return Ok(tree);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Tree::with(&names, args, context)
}

/// The profiles that may do it, wholly.
fn who(out: &mut dyn Write, request: &Request, args: &Args, context: &Context) -> Result<u8, Error> {
    let tree = Tree::all(args, context)?.kept();
    let world = World::new(&tree.policies, tree.version);
    let profiles: Vec<(&Policy, &ResolvedProfile)> = world.profiles().collect();
    let halves = if Query::has_halves(request) { args.halves() } else { vec![Half::Owner] };
    let mut found: Vec<tell::Who> = profiles
        .into_par_iter()
        .filter_map(|(policy, profile)| {
            let query = Query::new(policy, profile, tree.version);
            tell::Who::new(&query, &world, request, &halves, &tree.sources)
        })
        .collect();
    found.sort_by(|one, other| one.profile.cmp(&other.profile));
    if args.json {
        serde_json::to_writer_pretty(&mut *out, &serde_json::json!({ "schema": 1, "profiles": found }))
            .map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        for who in found.iter().filter(|who| !who.is_free()) {
            who.text(out)?;
        }
        tell::free(&found, out)?;
    }
    Ok(if found.is_empty() { FINDINGS } else { CLEAN })
}

fn find<'p>(world: &World<'p>, name: &str) -> Result<(&'p Policy, &'p ResolvedProfile), Error> {
    world.find(name).ok_or_else(|| {
        // People call a profile by its program's name, where the kernel has the path.
        let by_path =
            world.names().find(|known| known.starts_with('/') && known.rsplit('/').next() == Some(name));
        let help = match by_path.or_else(|| did_you_mean(name, world.names())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name it as the kernel does: `parent//child` for a child or a hat".to_owned(),
        };
        Error::other(format!("there is no profile `{name}`")).with_help(help)
    })
}

fn attached(world: &World<'_>, exe: &str) -> Result<String, Error> {
    match world.attached(exe.as_bytes()) {
        Attached::One(name) => Ok(name),
        Attached::None => Err(Error::other(format!("no profile is attached to `{exe}`"))
            .with_help("give the path with all symbolic links resolved, or name the profile")),
        Attached::Conflict(names) => Err(Error::other(format!(
            "several profiles fit `{exe}` equally well, so that the kernel attaches none: {}",
            names.join(", ")
        ))),
    }
}

fn warn_if_incomplete(policy: &Policy, profile: &ResolvedProfile, context: &Context) {
    if !policy.complete || !profile.complete {
        context.warn(&format!(
            "the policy of `{}` has errors or misses an include, so rules may be missing from the answer; `aakit check` tells them",
            profile.display_name()
        ));
    }
}
