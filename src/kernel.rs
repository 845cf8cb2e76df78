//! Everything that touches the running system: find and call apparmor_parser, read securityfs and /proc; load,
//! replace and remove profiles and say what is in force. Which text to load, and whether it is any good, is decided by the
//! caller; how results are shown is `report`'s and `cli`'s.
//!
//! What a container runtime needs in place of its own template code:
//!
//! ```no_run
//! use aakit::kernel::{LoadRequest, ParserCommand, System, load};
//! use aakit::template::{ContainerDefault, Engine};
//!
//! let system = System::running();
//! let parser = ParserCommand::find()?;
//! let text = ContainerDefault::new(Engine::Docker).render()?;
//! let loaded = load(&system, &parser, &LoadRequest::replace(text.as_bytes()))?;
//! for profile in &loaded.profiles {
//!     println!("{}: {}", profile.name, profile.outcome.name());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The text goes to the parser in a file without a name on a tmpfs, handed over as its standard input, so that nothing
//! is left behind however the caller ends. Loads by several processes take turns (see [`LoadError::Busy`]).

mod child;
mod doctor;
mod error;
mod label;
mod load;
mod loaded;
mod lock;
mod messages;
mod names;
mod parser_command;
mod process;
mod remove;
mod request;
mod scratch;
mod status;
mod system;
mod version;
mod watch;
mod words;

pub use doctor::{Check, Verdict, doctor};
pub use error::LoadError;
pub use label::{Label, Mode, parse_label};
pub use load::{Loaded, LoadedProfile, Outcome, load, may_load};
pub use loaded::{ProfileEntry, is_loaded, loaded_profiles};
pub use messages::{Origin, ParserMessage, to_diagnostic};
pub use names::profile_names;
pub use parser_command::ParserCommand;
pub use process::{Container, ProcessStatus, Seccomp, process_status, processes, profile_of_self};
pub use remove::{Removed, remove_namespace, remove_profile};
pub use request::{Effect, Enforcement, LoadMode, LoadRequest};
pub use scratch::Place;
pub use status::{Confined, Status, status};
pub use system::{System, Unavailable};
pub use version::ParserVersion;
pub use watch::{WATCH_WORD, run_watch};
