//! Container default profiles as data in, profile text out: what Docker, containerd and Podman install when they
//! start. Pure: which files the base directory has and which profile the daemon runs under are told by the caller.
//!
//! Two renderings are the same when apparmor_parser compiles them to the same bytes; order and comments are ours.
//! Sources: moby/profiles (2026-06), containerd (2026-08), containers/common (2025-08).
//!
//! ```
//! use aakit::template::{ContainerDefault, Engine};
//!
//! let mut profile = ContainerDefault::new(Engine::Docker);
//! profile.name = "my app".to_owned();
//! assert!(profile.render()?.contains("profile \"my app\" flags=(attach_disconnected, mediate_deleted) {"));
//! # Ok::<(), aakit::template::TemplateError>(())
//! ```

mod default;
mod engine;
mod hardening;
mod name;

pub use default::{BaseFiles, ContainerDefault};
pub use engine::Engine;
pub use hardening::{Change, Hardening};
pub use name::TemplateError;
