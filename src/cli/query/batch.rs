//! Many requests about files, one a line.

use super::super::context::Context;
use super::super::error::Error;
use super::{Args, Tree, find, warn_if_incomplete};
use crate::query::{Exec, FileAnswer, Half, Query, World, transition};
use crate::vocabulary::Permissions;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

/// Answers each line of the file; `-` is standard input.
pub(super) fn run(out: &mut dyn Write, requests: &Path, args: &Args, context: &Context) -> Result<(), Error> {
    let input: Box<dyn Read> = match requests.as_os_str() == "-" {
        true => Box::new(std::io::stdin().lock()),
        false => Box::new(std::fs::File::open(requests).map_err(|error| Error::read(requests, error))?),
    };
    let tree = Tree::all(args, context)?.kept();
    let world = World::new(&tree.policies, tree.version);
    let halves = args.halves();
    let mut queries: HashMap<Vec<u8>, Query<'_>> = HashMap::new();
    let (mut lines, mut refused) = (0, 0);
    for line in BufReader::with_capacity(1 << 16, input).split(b'\n') {
        let line = line.map_err(|error| Error::read(requests, error))?;
        lines += 1;
        match read(line.strip_suffix(b"\r").unwrap_or(&line)) {
            Ok((name, permissions, path)) => {
                if !queries.contains_key(name) {
                    let Ok((policy, profile)) = find(&world, &String::from_utf8_lossy(name)) else {
                        refused += 1;
                        writeln!(out, "error\tthere is no such profile")?;
                        continue;
                    };
                    warn_if_incomplete(policy, profile, context);
                    queries.insert(name.to_vec(), Query::new(policy, profile, tree.version));
                }
                let granted = granted(&queries[name], &world, path, permissions, &halves);
                let (word, letters) = match granted {
                    Granted::All => ("allow", permissions),
                    Granted::None => ("deny", Permissions::NONE),
                    Granted::Some(letters) => ("partial", letters),
                };
                writeln!(out, "{word}\t{letters}")?;
            }
            Err(reason) => {
                refused += 1;
                writeln!(out, "error\t{reason}")?;
            }
        }
    }
    if refused == 0 {
        return Ok(());
    }
    out.flush()?;
    Err(Error::other(format!("{refused} of {lines} lines of `{}` are no requests", requests.display()))
        .with_help("write one request a line, for instance `man_groff<tab>rw<tab>/etc/passwd`"))
}

/// Profile, permissions and path of a line; or why it is no request.
fn read(line: &[u8]) -> Result<(&[u8], Permissions, &[u8]), &'static str> {
    let fields: Vec<&[u8]> = line.splitn(3, |byte| *byte == b'\t').collect();
    let [name, letters, path] = fields.as_slice() else {
        return Err("not `PROFILE<tab>PERMS<tab>PATH`");
    };
    if path.is_empty() {
        return Err("no path");
    }
    let permissions: Option<Permissions> =
        letters.iter().map(|letter| Permissions::from_letter(*letter)).collect();
    match permissions.filter(|permissions| !permissions.is_empty()) {
        Some(permissions) => Ok((name, permissions, path)),
        None => Err("the permissions are not letters of `rwaxmkl`"),
    }
}

/// What of a request is granted.
enum Granted {
    All,
    None,
    /// These letters, whosever the file is; none where only the halves differ.
    Some(Permissions),
}

fn granted(
    query: &Query<'_>,
    world: &World<'_>,
    path: &[u8],
    permissions: Permissions,
    halves: &[Half],
) -> Granted {
    if query.is_unconfined() {
        return Granted::All;
    }
    let [owner, other] = query.files().ask_both(path);
    let runs = |told: &FileAnswer| {
        let outlook = |exec: &Exec| transition(exec, path, &world.around(&query.profile().display_name()));
        told.exec.as_ref().is_none_or(|exec| !outlook(exec).result.is_refused())
    };
    let mut in_all = permissions;
    let mut in_any = Permissions::NONE;
    for half in halves {
        let told = if *half == Half::Owner { &owner } else { &other };
        let mut allowed = told.allowed() & permissions;
        if allowed.contains(Permissions::EXEC) && !runs(told) {
            allowed = allowed - Permissions::EXEC;
        }
        in_all = in_all & allowed;
        in_any |= allowed;
    }
    if in_all == permissions {
        Granted::All
    } else if in_any.is_empty() {
        Granted::None
    } else {
        Granted::Some(in_all)
    }
}
