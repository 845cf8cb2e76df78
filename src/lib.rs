//! aakit, the AppArmor toolkit: a library and a program for everyone who writes, reviews,
//! ships or loads AppArmor profiles.
//!
//! The modules are layers, lowest first; each uses only those above it in this list
//! (a test in `tests/architecture.rs` reads the `use crate::` lines and fails otherwise).
//! `ARCHITECTURE.md` tells what each is for and why it is cut so.

pub mod source;

pub mod diagnostic;

pub mod vocabulary;

pub mod syntax;

pub mod glob;

pub mod policy;

pub mod format;

pub mod expand;

pub mod template;

pub mod query;

pub mod diff;

pub mod lint;

pub mod kernel;

pub mod report;

pub mod cli;
