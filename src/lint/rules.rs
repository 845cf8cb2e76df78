//! All rules. To add one: write `rules/GROUP/NAME.rs` (copy a neighbour), and name it here, in its group's module and in the list.

/// What apparmor_parser refuses, or silently drops.
mod error {
    pub mod bad_glob;
    pub mod carriage_return;
    pub mod conflicting_exec;
    pub mod conflicting_flags;
    pub mod dbus_wrong_perms;
    pub mod deny_exec_qualifier;
    pub mod duplicate_profile;
    pub mod duplicate_variable;
    pub mod feature_needs_version;
    pub mod invalid_file_perms;
    pub mod limit;
    pub mod link_and_exec_target;
    pub mod missing_abi_file;
    pub mod missing_include;
    pub mod missing_permissions;
    pub mod mqueue_name;
    pub mod netlink_type;
    pub mod preamble_after_profile;
    pub mod qualifier_not_allowed;
    pub mod recursive_variable;
    pub mod relative_path;
    pub mod syntax;
    pub mod too_many_targets;
    pub mod undefined_variable;
    pub mod unix_bind_peer;
    pub mod unknown_capability;
    pub mod unknown_errno;
    pub mod unknown_flag;
    pub mod unknown_mount_option;
    pub mod unknown_network;
    pub mod unknown_rlimit;
    pub mod unknown_signal;
    pub mod unquoted_value;
}

/// What loads, but does not mean what was written.
mod correctness {
    pub mod deny_overrides_allow;
    pub mod directory_slash;
    pub mod double_slash;
    pub mod glob_misses_directory;
    pub mod negated_class_chain;
    pub mod negated_class_matches_slash;
    pub mod network_not_port;
    pub mod regex_syntax;
}

/// What grants so much that the confinement is undone.
mod security {}

/// What could be removed with nothing lost.
mod redundancy {
    pub mod unused_suppression;
}

/// What works here and not on another target.
mod portability {
    pub mod missing_abi;
    pub mod missing_tunables;
}

/// What a convention would write otherwise.
mod style {
    pub mod hash_include;
    pub mod path_as_profile_name;
}

use super::rule::RuleInfo;

/// All rules, by group and name.
pub static RULES: &[RuleInfo] = &[
    error::bad_glob::BadGlob::INFO,
    error::carriage_return::CarriageReturn::INFO,
    error::conflicting_exec::ConflictingExec::INFO,
    error::conflicting_flags::ConflictingFlags::INFO,
    error::dbus_wrong_perms::DbusWrongPerms::INFO,
    error::deny_exec_qualifier::DenyExecQualifier::INFO,
    error::duplicate_profile::DuplicateProfile::INFO,
    error::duplicate_variable::DuplicateVariable::INFO,
    error::feature_needs_version::FeatureNeedsVersion::INFO,
    error::invalid_file_perms::InvalidFilePerms::INFO,
    error::limit::Limit::INFO,
    error::link_and_exec_target::LinkAndExecTarget::INFO,
    error::missing_abi_file::MissingAbiFile::INFO,
    error::missing_include::MissingInclude::INFO,
    error::missing_permissions::MissingPermissions::INFO,
    error::mqueue_name::MqueueName::INFO,
    error::netlink_type::NetlinkType::INFO,
    error::preamble_after_profile::PreambleAfterProfile::INFO,
    error::qualifier_not_allowed::QualifierNotAllowed::INFO,
    error::recursive_variable::RecursiveVariable::INFO,
    error::relative_path::RelativePath::INFO,
    error::syntax::Syntax::INFO,
    error::too_many_targets::TooManyTargets::INFO,
    error::undefined_variable::UndefinedVariable::INFO,
    error::unix_bind_peer::UnixBindPeer::INFO,
    error::unknown_capability::UnknownCapability::INFO,
    error::unknown_errno::UnknownErrno::INFO,
    error::unknown_flag::UnknownFlag::INFO,
    error::unknown_mount_option::UnknownMountOption::INFO,
    error::unknown_network::UnknownNetwork::INFO,
    error::unknown_rlimit::UnknownRlimit::INFO,
    error::unknown_signal::UnknownSignal::INFO,
    error::unquoted_value::UnquotedValue::INFO,
    correctness::deny_overrides_allow::DenyOverridesAllow::INFO,
    correctness::directory_slash::DirectorySlash::INFO,
    correctness::double_slash::DoubleSlash::INFO,
    correctness::glob_misses_directory::GlobMissesDirectory::INFO,
    correctness::negated_class_chain::NegatedClassChain::INFO,
    correctness::negated_class_matches_slash::NegatedClassMatchesSlash::INFO,
    correctness::network_not_port::NetworkNotPort::INFO,
    correctness::regex_syntax::RegexSyntax::INFO,
    redundancy::unused_suppression::UnusedSuppression::INFO,
    portability::missing_abi::MissingAbi::INFO,
    portability::missing_tunables::MissingTunables::INFO,
    style::hash_include::HashInclude::INFO,
    style::path_as_profile_name::PathAsProfileName::INFO,
];
