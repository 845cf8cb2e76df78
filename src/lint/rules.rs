//! All rules. To add one: write `rules/GROUP/NAME.rs` (copy a neighbour), and name it here, in its group's module and in the list.

/// What apparmor_parser refuses, or silently drops.
mod error {
    pub mod syntax;
}

/// What loads, but does not mean what was written.
mod correctness {}

/// What grants so much that the confinement is undone.
mod security {}

/// What could be removed with nothing lost.
mod redundancy {
    pub mod unused_suppression;
}

/// What works here and not on another target.
mod portability {
    pub mod missing_abi;
}

/// What a convention would write otherwise.
mod style {
    pub mod hash_include;
}

use super::rule::RuleInfo;

/// All rules, by group and name.
pub static RULES: &[RuleInfo] = &[
    error::syntax::Syntax::INFO,
    redundancy::unused_suppression::UnusedSuppression::INFO,
    portability::missing_abi::MissingAbi::INFO,
    style::hash_include::HashInclude::INFO,
];
