//! Mount rules as parsers up to 3.0 compile them: into several patterns, of which none says for which kind of call it is
//! meant. So `remount options=(ro) /m/` lets through a new mount on `/m/` with `ro` as well. (Found by reading what
//! apparmor_parser 3.0.8 prints of its patterns, and asked of the kernel.)

use crate::policy::MountAccess;
use crate::syntax::MountOperation;
use crate::vocabulary::mount_flag::{BIND, MOVE, RDONLY, REC, REMOUNT, SPREAD};
use crate::vocabulary::{MountOption, Word as _};

/// Flags that a pattern matches, in the kernel's bits (`MS_…`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flags {
    Any,
    /// All of the first, and of the second as may be.
    Between(u32, u32),
}

impl Flags {
    fn match_all_of(self, flags: u32) -> bool {
        match self {
            Self::Any => true,
            Self::Between(required, optional) => {
                flags & required == required && flags & !(required | optional) == 0
            }
        }
    }
}

/// One pattern of a rule.
struct Pattern {
    flags: Flags,
    /// Does the rule's source count?
    of_source: bool,
}

/// Does the rule let through a call with exactly these flags? They are those that the kernel looks at for its kind of call;
/// `of_source` is for a call whose source it looks at, or for a rule that names none.
pub(super) fn flags_fit(rule: &MountAccess, flags: u32, of_source: bool) -> bool {
    patterns(rule)
        .iter()
        .any(|pattern| pattern.flags.match_all_of(flags) && (of_source || !pattern.of_source))
}

fn patterns(rule: &MountAccess) -> Vec<Pattern> {
    let is_remount = rule.operation == MountOperation::Remount;
    let has_source = rule.source.is_some();
    if rule.options.is_empty() && rule.options_in.is_empty() {
        return match is_remount {
            true => vec![Pattern { flags: Flags::Between(REMOUNT, 0), of_source: false }],
            // Of calls that have no source a rule with one says nothing.
            false => vec![Pattern { flags: Flags::Any, of_source: true }],
        };
    }
    let set = |list: &Vec<MountOption>| list.iter().fold(0, |flags, option| flags | option.sets());
    let is_writable = |list: &&Vec<MountOption>| list.iter().any(|option| option.name() == "rw");
    let mut required = rule.options.iter().map(set).fold(0, |all, flags| all | flags);
    let mut optional = rule.options_in.iter().map(set).fold(0, |all, flags| all | flags);
    let writable = rule.options.iter().any(|list| is_writable(&list));
    // What one list wants and another does not want is left open.
    let contradicts = rule.options.iter().any(|list| is_writable(&list) && set(list) & RDONLY == 0);
    if rule.options_in.iter().any(|list| is_writable(&list)) || (contradicts && required & RDONLY != 0) {
        optional |= RDONLY;
    }
    if is_remount {
        required |= optional;
        optional = 0;
    }
    required &= !optional;
    let all = required | optional;
    let part =
        |mask: u32, of_source| Pattern { flags: Flags::Between(required & mask, optional & mask), of_source };
    let mut patterns = Vec::new();
    if is_remount {
        patterns.push(Pattern { flags: Flags::Between(required | REMOUNT, 0), of_source: false });
    } else if all & REMOUNT != 0 {
        patterns.push(part(u32::MAX, false));
    }
    if all & BIND != 0 {
        patterns.push(part(BIND | REC, true));
    }
    if all & SPREAD != 0 && !has_source {
        patterns.push(part(u32::MAX, false));
    }
    if all & MOVE != 0 {
        patterns.push(part(MOVE, true));
    }
    let plain = !(REMOUNT | BIND | MOVE | REC | SPREAD);
    if all & plain != 0 || (writable && !is_remount) {
        patterns.push(part(plain, true));
    }
    patterns
}
