//! Many files to one meaning: what a compiler of the policy would see and refuse.
//!
//! A [`Loader`] reads and parses each file once a run, however many profiles include it. [`resolve()`] takes one file as
//! apparmor_parser takes one, a compilation of its own: it follows includes, evaluates variables and conditionals, and
//! returns a [`Policy`] of [`ResolvedProfile`]s whose rules say where they come from, with every error on the way; [`errors`]
//! returns the errors alone.
//!
//! The only IO of the core is behind [`FileTree`].

mod aliases;
mod beginning;
mod conditional;
mod exec_conflict;
mod include_path;
mod loader;
mod lower;
mod resolve;
mod resolved;
mod tree;
mod validate;
mod variables;

pub use aliases::{Alias, Aliases};
pub use include_path::{IncludePath, is_skipped};
pub use loader::{LoadedFile, Loader};
pub use resolve::{errors, resolve};
pub use resolved::{
    Attachment, ChangeProfile, Clause, DbusAccess, FileAccess, IncludeUse, IoUringAccess, LinkAccess,
    MountAccess, MqueueAccess, NetworkAccess, Origin, Pattern, PivotRoot, Policy, ProfileMode, ResolvedFlag,
    ResolvedKind, ResolvedProfile, ResolvedRule, RlimitAccess, SignalAccess, UnixAccess, Via, XattrCondition,
    priority_of_all,
};
pub use tree::{DiskTree, FileTree, MemoryTree, ReadError};
pub use validate::validate;
pub use variables::{Expansion, Variables};
