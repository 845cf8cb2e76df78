//! All rules. To add one: write `rules/GROUP/NAME.rs` (copy a neighbour), and name it here, in its group's module and in the list.

/// What apparmor_parser refuses, or silently drops.
mod error {
    pub mod bad_glob;
    pub mod carriage_return;
    pub mod conflicting_exec;
    pub mod conflicting_flags;
    pub mod dbus_wrong_perms;
    pub mod deny_exec_qualifier;
    pub mod discarded_in_block;
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
    pub mod assignment_swallows;
    pub mod attachment_matches_nothing;
    pub mod complain_left;
    pub mod conditional_always_false;
    pub mod denial_in_block;
    pub mod deny_overrides_allow;
    pub mod directory_slash;
    pub mod double_slash;
    pub mod exec_target_beside_link;
    pub mod exec_target_without_exec;
    pub mod glob_misses_directory;
    pub mod hat_without_change_hat;
    pub mod hidden_include;
    pub mod ignored_condition;
    pub mod include_cycle;
    pub mod link_without_target;
    pub mod local_include_position;
    pub mod missing_child_profile;
    pub mod missing_exec_profile;
    pub mod missing_exec_target;
    pub mod negated_class_chain;
    pub mod negated_class_matches_slash;
    pub mod network_not_port;
    pub mod overlapping_attachment;
    pub mod peer_misses_stack;
    pub mod profile_name_mismatch;
    pub mod qualified_include;
    pub mod regex_syntax;
    pub mod relative_alias;
    pub mod shadowed_by_priority;
    pub mod signal_one_sided;
    pub mod unexpanded_exec_target;
    pub mod unreachable_profile;
    pub mod word_as_path;
}

/// What grants so much that the confinement is undone.
mod security {
    pub mod all_capabilities;
    pub mod all_rule;
    pub mod attach_disconnected;
    pub mod attr_write;
    pub mod bare_mount;
    pub mod change_profile_wide;
    pub mod container_socket;
    pub mod control_socket;
    pub mod dangerous_abstraction;
    pub mod dangerous_capability;
    pub mod dbus_wide;
    pub mod deny_as_denylist;
    pub mod exec_fallback;
    pub mod interpreter_inherit;
    pub mod io_uring;
    pub mod kernel_exec_hook_write;
    pub mod missing_owner;
    pub mod mount_proc_sys;
    pub mod persistence_path;
    pub mod pivot_or_chroot_escape;
    pub mod policy_write;
    pub mod predictable_tmp;
    pub mod proc_mem;
    pub mod proc_sys_write;
    pub mod ptrace_wide;
    pub mod raw_device;
    pub mod raw_network;
    pub mod secret_read;
    pub mod signal_wide;
    pub mod unconfined_exec;
    pub mod unix_wide;
    pub mod unscrubbed_exec;
    pub mod userns_in_unconfined;
    pub mod wide_glob;
    pub mod write_and_exec;
}

/// What could be removed with nothing lost.
mod redundancy {
    pub mod abstraction_available;
    pub mod duplicate_rule;
    pub mod mergeable_rules;
    pub mod redundant_alternation;
    pub mod subsumed_rule;
    pub mod unused_alias;
    pub mod unused_include;
    pub mod unused_suppression;
    pub mod unused_variable;
}

/// What works here and not on another target.
mod portability {
    pub mod abi_too_new;
    pub mod hard_coded_arch_path;
    pub mod include_not_everywhere;
    pub mod merged_usr;
    pub mod missing_abi;
    pub mod missing_tunables;
    pub mod network_not_unix;
    pub mod python_tools_cannot_read;
    pub mod template_unquoted_name;
}

/// What a convention would write otherwise.
mod style {
    pub mod comment_space;
    pub mod hash_include;
    pub mod missing_header;
    pub mod needless_quote;
    pub mod parser_cost;
    pub mod path_as_profile_name;
    pub mod perm_order;
    pub mod pid_wildcard;
    pub mod prefer_variable;
    pub mod rlimit_unit;
    pub mod sort_lists;
    pub mod unformatted;
    pub mod uppercase_perms;
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
    error::discarded_in_block::DiscardedInBlock::INFO,
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
    correctness::assignment_swallows::AssignmentSwallows::INFO,
    correctness::attachment_matches_nothing::AttachmentMatchesNothing::INFO,
    correctness::complain_left::ComplainLeft::INFO,
    correctness::conditional_always_false::ConditionalAlwaysFalse::INFO,
    correctness::denial_in_block::DenialInBlock::INFO,
    correctness::deny_overrides_allow::DenyOverridesAllow::INFO,
    correctness::directory_slash::DirectorySlash::INFO,
    correctness::double_slash::DoubleSlash::INFO,
    correctness::exec_target_beside_link::ExecTargetBesideLink::INFO,
    correctness::exec_target_without_exec::ExecTargetWithoutExec::INFO,
    correctness::glob_misses_directory::GlobMissesDirectory::INFO,
    correctness::hat_without_change_hat::HatWithoutChangeHat::INFO,
    correctness::hidden_include::HiddenInclude::INFO,
    correctness::ignored_condition::IgnoredCondition::INFO,
    correctness::include_cycle::IncludeCycle::INFO,
    correctness::link_without_target::LinkWithoutTarget::INFO,
    correctness::local_include_position::LocalIncludePosition::INFO,
    correctness::missing_child_profile::MissingChildProfile::INFO,
    correctness::missing_exec_profile::MissingExecProfile::INFO,
    correctness::missing_exec_target::MissingExecTarget::INFO,
    correctness::negated_class_chain::NegatedClassChain::INFO,
    correctness::negated_class_matches_slash::NegatedClassMatchesSlash::INFO,
    correctness::network_not_port::NetworkNotPort::INFO,
    correctness::overlapping_attachment::OverlappingAttachment::INFO,
    correctness::peer_misses_stack::PeerMissesStack::INFO,
    correctness::profile_name_mismatch::ProfileNameMismatch::INFO,
    correctness::qualified_include::QualifiedInclude::INFO,
    correctness::regex_syntax::RegexSyntax::INFO,
    correctness::relative_alias::RelativeAlias::INFO,
    correctness::shadowed_by_priority::ShadowedByPriority::INFO,
    correctness::signal_one_sided::SignalOneSided::INFO,
    correctness::unexpanded_exec_target::UnexpandedExecTarget::INFO,
    correctness::unreachable_profile::UnreachableProfile::INFO,
    correctness::word_as_path::WordAsPath::INFO,
    security::all_capabilities::AllCapabilities::INFO,
    security::all_rule::AllRule::INFO,
    security::attach_disconnected::AttachDisconnected::INFO,
    security::attr_write::AttrWrite::INFO,
    security::bare_mount::BareMount::INFO,
    security::change_profile_wide::ChangeProfileWide::INFO,
    security::container_socket::ContainerSocket::INFO,
    security::control_socket::ControlSocket::INFO,
    security::dangerous_abstraction::DangerousAbstraction::INFO,
    security::dangerous_capability::DangerousCapability::INFO,
    security::dbus_wide::DbusWide::INFO,
    security::deny_as_denylist::DenyAsDenylist::INFO,
    security::exec_fallback::ExecFallbackRule::INFO,
    security::interpreter_inherit::InterpreterInherit::INFO,
    security::io_uring::IoUring::INFO,
    security::kernel_exec_hook_write::KernelExecHookWrite::INFO,
    security::missing_owner::MissingOwner::INFO,
    security::mount_proc_sys::MountProcSys::INFO,
    security::persistence_path::PersistencePath::INFO,
    security::pivot_or_chroot_escape::PivotOrChrootEscape::INFO,
    security::policy_write::PolicyWrite::INFO,
    security::predictable_tmp::PredictableTmp::INFO,
    security::proc_mem::ProcMem::INFO,
    security::proc_sys_write::ProcSysWrite::INFO,
    security::ptrace_wide::PtraceWide::INFO,
    security::raw_device::RawDevice::INFO,
    security::raw_network::RawNetwork::INFO,
    security::secret_read::SecretRead::INFO,
    security::signal_wide::SignalWide::INFO,
    security::unconfined_exec::UnconfinedExec::INFO,
    security::unix_wide::UnixWide::INFO,
    security::unscrubbed_exec::UnscrubbedExec::INFO,
    security::userns_in_unconfined::UsernsInUnconfined::INFO,
    security::wide_glob::WideGlob::INFO,
    security::write_and_exec::WriteAndExec::INFO,
    redundancy::abstraction_available::AbstractionAvailable::INFO,
    redundancy::duplicate_rule::DuplicateRule::INFO,
    redundancy::mergeable_rules::MergeableRules::INFO,
    redundancy::redundant_alternation::RedundantAlternation::INFO,
    redundancy::subsumed_rule::SubsumedRule::INFO,
    redundancy::unused_alias::UnusedAlias::INFO,
    redundancy::unused_include::UnusedInclude::INFO,
    redundancy::unused_suppression::UnusedSuppression::INFO,
    redundancy::unused_variable::UnusedVariable::INFO,
    portability::abi_too_new::AbiTooNew::INFO,
    portability::hard_coded_arch_path::HardCodedArchPath::INFO,
    portability::include_not_everywhere::IncludeNotEverywhere::INFO,
    portability::merged_usr::MergedUsr::INFO,
    portability::missing_abi::MissingAbi::INFO,
    portability::missing_tunables::MissingTunables::INFO,
    portability::network_not_unix::NetworkNotUnix::INFO,
    portability::python_tools_cannot_read::PythonToolsCannotRead::INFO,
    portability::template_unquoted_name::TemplateUnquotedName::INFO,
    style::comment_space::CommentSpace::INFO,
    style::hash_include::HashInclude::INFO,
    style::missing_header::MissingHeader::INFO,
    style::needless_quote::NeedlessQuote::INFO,
    style::parser_cost::ParserCost::INFO,
    style::path_as_profile_name::PathAsProfileName::INFO,
    style::perm_order::PermOrder::INFO,
    style::pid_wildcard::PidWildcard::INFO,
    style::prefer_variable::PreferVariable::INFO,
    style::rlimit_unit::RlimitUnit::INFO,
    style::sort_lists::SortLists::INFO,
    style::unformatted::Unformatted::INFO,
    style::uppercase_perms::UppercasePerms::INFO,
];
