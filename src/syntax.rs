//! Bytes of ONE file to an AST. No IO, no includes, no meaning: an include stays a directive, a variable a
//! reference, a word whatever was written. What words mean, and whether they fit, is `policy`'s.
//!
//! Parsing never fails: [`parse`] returns a tree and errors. Recovery is at the rule: the error is recorded, the
//! rule's text is kept in an [`ItemKind::Error`] node, and parsing goes on behind it.
//!
//! AppArmor's own scanner has about 28 modes that keywords switch on. Here the keyword chooses the parser, and each
//! parser uses the word form of its mode (see `lexical`). One file holds one kind of rule: its AST and its parser.

mod abi;
mod advice;
mod alias;
mod all;
mod block;
mod boolean;
mod capability;
mod change_profile;
mod clause;
mod conditional;
mod dbus;
mod error;
mod file;
mod file_rule;
mod include;
mod input;
mod io_uring;
mod lexical;
mod link;
mod mount;
mod mqueue;
mod network;
mod pivot_root;
mod profile;
mod ptrace;
mod qualifiers;
mod recovery;
mod rlimit;
mod rule;
mod signal;
mod token;
mod unix;
mod userns;
mod variable;
mod word;

pub use abi::Abi;
pub use alias::Alias;
pub use all::All;
pub use block::{Block, RuleBlock};
pub use boolean::BooleanAssignment;
pub use capability::CapabilityRule;
pub use change_profile::ChangeProfileRule;
pub use clause::{Condition, ConditionOperator, Peer};
pub use conditional::{Branch, Comparison, Conditional, Expression};
pub use dbus::DbusRule;
pub use error::SyntaxError;
pub use file::{Comment, ErrorNode, File, Item, ItemKind, Parse, parse, parse_for};
pub use file_rule::{FileRule, Safety, Target};
pub use include::{Include, IncludeForm};
pub use io_uring::IoUringRule;
pub use lexical::{is_keyword, is_word};
pub use link::LinkRule;
pub use mount::{MountOperation, MountRule};
pub use mqueue::MqueueRule;
pub use network::NetworkRule;
pub use pivot_root::PivotRootRule;
pub use profile::{Flags, Identities, Profile, ProfileKind, Xattrs};
pub use ptrace::PtraceRule;
pub use qualifiers::{Decision, Ownership, Qualifiers};
pub use rlimit::RlimitRule;
pub use rule::{Rule, RuleKind};
pub use signal::SignalRule;
pub use token::{Role, Step, Token, branch_tokens, head_tokens};
pub use unix::UnixRule;
pub use userns::UsernsRule;
pub use variable::{Assignment, AssignmentOperator, is_set_variable, variable_name};
pub use word::{List, Word, Words};

/// How deep profiles, rule blocks and conditionals may nest. apparmor_parser has no such limit (its stack is), real
/// profiles stay under six; a file beyond it gets an error that names the limit.
pub const MAX_NESTING: usize = 64;

/// How many errors of one file are told; what stands behind the last is not read.
pub const MAX_ERRORS: usize = 1000;
