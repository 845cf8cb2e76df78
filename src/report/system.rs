//! JSON about the running system: what is loaded, what confines which process, what a load did. Stable: fields may
//! come, none goes or changes within a schema version. `status` has every field of aa-status's JSON, in its place.

use crate::kernel::{Check, Loaded, ProcessStatus, Removed, Status, Unavailable};
use serde_json::{Map, Value, json};
use std::io::{self, Write};
use std::path::PathBuf;

/// Grows when a field changes its meaning or goes.
const SCHEMA_VERSION: u32 = 1;

/// The version of aa-status's JSON whose fields `status` has.
const AA_STATUS_VERSION: &str = "2";

/// What is loaded and what it confines: aa-status's `version`, `profiles` and `processes`, and more.
///
/// # Errors
/// When `out` cannot be written to.
pub fn status(out: &mut dyn Write, status: &Status) -> io::Result<()> {
    let profiles: Map<_, _> =
        status.profiles.iter().map(|entry| (entry.name.clone(), json!(entry.mode))).collect();
    let mut processes = Map::new();
    for confined in &status.processes {
        let process = &confined.process;
        let entry = json!({
            "profile": confined.profile_on_disk.as_ref().unwrap_or(&process.label.name),
            "pid": process.pid.to_string(),
            "status": process.label.mode,
            "seccomp": process.seccomp,
            "seccomp_filters": process.seccomp_filters,
            "container": process.container,
        });
        match processes.entry(process.exe.clone()).or_insert_with(|| json!([])) {
            Value::Array(list) => list.push(entry),
            _ => unreachable!("only arrays are put in"),
        }
    }
    write(
        out,
        json!({
            "version": AA_STATUS_VERSION,
            "schema_version": SCHEMA_VERSION,
            "enabled": true,
            "reason": null,
            "running": status.running,
            "profiles": profiles,
            "processes": processes,
        }),
    )
}

/// The same when there is no AppArmor.
///
/// # Errors
/// When `out` cannot be written to.
pub fn unavailable(out: &mut dyn Write, why: Unavailable) -> io::Result<()> {
    write(
        out,
        json!({
            "version": AA_STATUS_VERSION,
            "schema_version": SCHEMA_VERSION,
            "enabled": false,
            "reason": why.to_string(),
            "running": null,
            "profiles": {},
            "processes": {},
        }),
    )
}

/// Some processes.
///
/// # Errors
/// When `out` cannot be written to.
pub fn processes(out: &mut dyn Write, processes: &[ProcessStatus]) -> io::Result<()> {
    write(out, json!({ "schema_version": SCHEMA_VERSION, "processes": processes }))
}

/// What loading needs.
///
/// # Errors
/// When `out` cannot be written to.
pub fn checks(out: &mut dyn Write, checks: &[Check]) -> io::Result<()> {
    write(out, json!({ "schema_version": SCHEMA_VERSION, "checks": checks }))
}

/// What loads did, file by file.
///
/// # Errors
/// When `out` cannot be written to.
pub fn loads(out: &mut dyn Write, loads: &[(PathBuf, Loaded)]) -> io::Result<()> {
    let files: Vec<_> = loads
        .iter()
        .map(|(path, loaded)| json!({ "path": path.to_string_lossy(), "profiles": loaded.profiles }))
        .collect();
    write(out, json!({ "schema_version": SCHEMA_VERSION, "files": files }))
}

/// What was removed, and which processes lost their profile by it.
///
/// # Errors
/// When `out` cannot be written to.
pub fn removals<'a>(out: &mut dyn Write, removals: impl Iterator<Item = &'a Removed>) -> io::Result<()> {
    let (mut profiles, mut released) = (Vec::new(), Vec::new());
    for removed in removals {
        profiles.extend(&removed.profiles);
        released.extend(&removed.released);
    }
    write(out, json!({ "schema_version": SCHEMA_VERSION, "removed": profiles, "released": released }))
}

fn write(out: &mut dyn Write, document: Value) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
