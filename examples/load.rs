//! Loads Docker's default profile under a name of one's own, as a container runtime written in Rust may do at its start:
//!
//! ```text
//! cargo run --example load -- my-runtime-default
//! ```
//!
//! It needs root and a kernel with AppArmor, and says so otherwise. A process is then put under the profile by writing
//! `exec NAME` to `/proc/self/attr/apparmor/exec` before it executes the container's program.

use aakit::kernel::{LoadRequest, ParserCommand, System, WATCH_WORD, load, profile_of_self, run_watch};
use aakit::template::{BaseFiles, ContainerDefault, Engine};
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    // The second process that ends a hanging parser should this one be killed; leave it out and all else works the same.
    if std::env::args().nth(1).is_some_and(|word| word == WATCH_WORD) {
        return run_watch();
    }
    let name = std::env::args().nth(1).unwrap_or_else(|| "my-runtime-default".to_owned());
    match install(&name) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn install(name: &str) -> Result<(), Box<dyn Error>> {
    let system = System::running();
    let base = Path::new("/etc/apparmor.d");
    let profile = ContainerDefault {
        name: name.to_owned(),
        daemon_profile: profile_of_self(&system),
        base: BaseFiles {
            abi: base.join("abi/3.0").is_file(),
            tunables: base.join("tunables/global").is_file(),
            abstraction: base.join("abstractions/base").is_file(),
        },
        ..ContainerDefault::new(Engine::Docker)
    };
    let text = profile.render()?;
    let parser =
        ParserCommand::find()?.timeout(Duration::from_secs(30)).watched_by(Path::new("/proc/self/exe"));
    let request = LoadRequest { names: Some(vec![name.to_owned()]), ..LoadRequest::replace(text.as_bytes()) };
    // Replacing a profile by the same policy changes nothing, so this may be done at every start.
    for profile in load(&system, &parser, &request)?.profiles {
        println!("{}: {}", profile.name, profile.outcome.name());
    }
    Ok(())
}
