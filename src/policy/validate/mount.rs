//! `mount fstype=ext4 options=(ro, nosuid) /dev/sda1 -> /mnt/,`: the words of a mount rule, and whether the kernel's
//! policy can hold what they ask for.

use super::Check;
use super::condition::{Conditions, Side};
use crate::source::Span;
use crate::syntax::{Condition, ConditionOperator, MountOperation, MountRule, SyntaxError};
use crate::vocabulary::{MountKind, MountOption, Version, Word as _, conditions, mount_flag};

const TABLE: Conditions = Conditions { rule: "mount", local: conditions::MOUNT, peer: &[] };

impl Check<'_> {
    pub(super) fn mount(&mut self, rule: &MountRule) {
        for condition in &rule.conditions {
            let known_operator = Condition { operator: ConditionOperator::Equals, ..condition.clone() };
            let known = match condition.operator {
                ConditionOperator::In => self.known_condition(&known_operator, &TABLE, Side::Local),
                _ => self.known_condition(condition, &TABLE, Side::Local),
            };
            if known && is_options(condition, self.source) {
                self.options(condition);
            } else if known {
                self.values(condition);
            }
        }
    }

    fn options(&mut self, condition: &Condition) {
        let mut seen: Vec<(MountOption, Span)> = Vec::new();
        for word in self.values(condition) {
            let text = self.text(*word);
            let Some(option) = MountOption::from_name(&text) else {
                self.unknown_option(*word, &text);
                continue;
            };
            let what = format!("the mount option `{option}` needs");
            if !self.since(word.span, &what, option.since()) {
                continue;
            }
            // Before 5.0 `norelatime` was a word without a flag.
            let is_idle =
                |option: MountOption| self.version < Version::V5_0 && option.clears() == mount_flag::RELATIME;
            let opposite = seen.iter().find(|(earlier, _)| {
                earlier.conflicts_with(option) && !is_idle(*earlier) && !is_idle(option)
            });
            if let Some((earlier, span)) = opposite
                && self.version >= Version::V4_0
                && condition.operator == ConditionOperator::Equals
            {
                self.errors.push(
                    SyntaxError::new(
                        word.span,
                        format!("the options `{earlier}` and `{option}` exclude each other"),
                    )
                    .code("conflicting-flags")
                    .related(*span, "the other one")
                    .help(format!(
                        "keep one of them, or write `options in ({earlier}, {option})` to allow both"
                    )),
                );
            }
            seen.push((option, word.span));
        }
    }

    fn unknown_option(&mut self, word: crate::syntax::Word, text: &[u8]) {
        let shown = String::from_utf8_lossy(text).into_owned();
        if shown.split(',').count() > 1
            && shown.split(',').all(|part| MountOption::from_name(part.as_bytes()).is_some())
        {
            let list = format!("({})", shown.replace(',', ", "));
            self.report(
                SyntaxError::new(word.span, format!("`{shown}` is read as one option"))
                    .code("unknown-mount-option")
                    .help(format!("write several options as a list: `options={list}`"))
                    .fix("write a list", word.span, list),
            );
        } else if text == b"defaults" {
            self.report(
                SyntaxError::new(word.span, "unknown mount option `defaults`")
                    .code("unknown-mount-option")
                    .help("write the options that it stands for: `rw`, `suid`, `dev`, `exec`, `async`"),
            );
        } else if let Some(inner) = bracketed(&shown) {
            let list = format!("({})", inner.replace(',', ", "));
            self.report(
                SyntaxError::new(word.span, format!("unknown mount option `{shown}`"))
                    .code("unknown-mount-option")
                    .help(format!("write a list in parentheses: `options={list}`"))
                    .fix("write a list", word.span, list),
            );
        } else {
            self.unknown(
                "unknown-mount-option",
                word,
                "mount option",
                &super::known::<MountOption>(self.version),
            );
        }
    }
}

/// What is inside `[ro]` or `{ro,rw}`.
fn bracketed(text: &str) -> Option<&str> {
    let pairs = [('[', ']'), ('{', '}')];
    pairs.into_iter().find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close))
}

fn is_options(condition: &Condition, source: &[u8]) -> bool {
    matches!(condition.name.raw(source), b"options" | b"option")
}

/// Options that say what is done rather than how.
const COMMANDS: [MountKind; 4] =
    [MountKind::Remount, MountKind::Bind, MountKind::Move, MountKind::Propagation];

/// One combination of options that a rule asks for. `None` stands for no word at all: any.
#[derive(Debug, Clone, Default)]
struct Flags {
    /// Kinds of mount that `options=` names.
    commands: Vec<MountKind>,
    /// Is there any other option?
    plain: bool,
}

impl Flags {
    fn has(&self, kind: MountKind) -> bool {
        self.commands.contains(&kind)
    }
}

/// Can the policy hold this mount rule? apparmor_parser checks it when it compiles the rule ("Encoding of mount rule
/// failed"), so rules in a branch that is not taken are never asked.
///
/// # Errors
/// What cannot go together.
pub(in crate::policy) fn encodable(
    rule: &MountRule,
    source: &[u8],
    version: Version,
) -> Result<(), Box<SyntaxError>> {
    if rule.operation == MountOperation::Umount {
        return Ok(());
    }
    let fits =
        if version < Version::V4_0 { fits_before_4_0(rule, source) } else { fits_since_4_0(rule, source) };
    if fits {
        return Ok(());
    }
    Err(Box::new(not_encodable(rule, source)))
}

/// Before 4.0 all words of all clauses count together.
fn fits_before_4_0(rule: &MountRule, source: &[u8]) -> bool {
    let is_remount = rule.operation == MountOperation::Remount;
    let clauses: Vec<_> = option_clauses(rule, source).collect();
    if clauses.is_empty() && !is_remount {
        return true;
    }
    let mut flags = flags_of(clauses.iter().copied(), source);
    // `norelatime` was a word without a flag.
    let counts = |option: MountOption, condition: &Condition| {
        option.kind() == MountKind::Plain
            && option.clears() != mount_flag::RELATIME
            && !(is_remount && condition.operator == ConditionOperator::Equals && option.clears() != 0)
    };
    flags.plain =
        clauses.iter().any(|clause| options_of(clause, source).any(|option| counts(option, clause)));
    if is_remount {
        flags.commands.push(MountKind::Remount);
    }
    let has_fstype = has_fstype(rule, source);
    let has_source = rule.source.is_some();
    (flags.has(MountKind::Remount) && !has_source && !has_fstype)
        || (flags.has(MountKind::Bind) && !has_fstype)
        || (flags.has(MountKind::Propagation) && !has_source && !has_fstype)
        || (flags.has(MountKind::Move) && !has_fstype)
        || flags.plain
        || flags.commands.is_empty()
}

/// Since 4.0 each `options=` is taken with each `options in`, and the rule holds when one pair can be said. In `options=` only a
/// word that sets a flag makes it more than the kind of mount; in `options in` any word does.
fn fits_since_4_0(rule: &MountRule, source: &[u8]) -> bool {
    let is_remount = rule.operation == MountOperation::Remount;
    let clauses = |operator: ConditionOperator| {
        option_clauses(rule, source).filter(move |clause| clause.operator == operator)
    };
    let mut exact: Vec<Flags> =
        clauses(ConditionOperator::Equals).map(|clause| exact_flags_of(clause, source, is_remount)).collect();
    let optional: Vec<Flags> =
        clauses(ConditionOperator::In).map(|clause| flags_of(std::iter::once(clause), source)).collect();
    if exact.is_empty() {
        if !is_remount || optional.is_empty() {
            return true;
        }
        exact.push(Flags { commands: vec![MountKind::Remount], plain: false });
    }
    let has_fstype = has_fstype(rule, source);
    let both_ends = rule.source.is_some() && rule.mountpoint.is_some();
    let says_more = optional.iter().any(|flags| flags.plain);
    exact.iter().any(|flags| {
        (flags.has(MountKind::Remount) && rule.source.is_none() && !has_fstype)
            || (flags.has(MountKind::Bind) && !has_fstype)
            || (flags.has(MountKind::Propagation) && !both_ends && !has_fstype)
            || (flags.has(MountKind::Move) && !has_fstype)
            || flags.plain
            || says_more
            || flags.commands.is_empty()
    })
}

fn exact_flags_of(clause: &Condition, source: &[u8], is_remount: bool) -> Flags {
    let mut flags = flags_of(std::iter::once(clause), source);
    flags.plain =
        options_of(clause, source).any(|option| option.kind() == MountKind::Plain && option.sets() != 0);
    if is_remount {
        flags.commands.push(MountKind::Remount);
    }
    flags
}

fn option_clauses<'r>(rule: &'r MountRule, source: &[u8]) -> impl Iterator<Item = &'r Condition> {
    rule.conditions.iter().filter(move |condition| is_options(condition, source))
}

fn has_fstype(rule: &MountRule, source: &[u8]) -> bool {
    rule.conditions.iter().any(|condition| matches!(condition.name.raw(source), b"fstype" | b"vfstype"))
}

fn flags_of<'r>(clauses: impl Iterator<Item = &'r Condition>, source: &[u8]) -> Flags {
    let mut flags = Flags::default();
    for option in clauses.flat_map(|clause| options_of(clause, source)) {
        match option.kind() {
            MountKind::Plain => flags.plain = true,
            kind => flags.commands.push(kind),
        }
    }
    flags
}

fn options_of<'r>(clause: &'r Condition, source: &'r [u8]) -> impl Iterator<Item = MountOption> + 'r {
    let words = clause.value.iter().flat_map(|value| value.words());
    words.filter_map(|word| MountOption::from_name(word.text(source)))
}

fn not_encodable(rule: &MountRule, source: &[u8]) -> SyntaxError {
    let word_of = |wanted: &[MountKind]| {
        option_clauses(rule, source)
            .flat_map(|clause| clause.value.iter().flat_map(|value| value.words()))
            .find(|word| {
                MountOption::from_name(word.text(source))
                    .is_some_and(|option| wanted.contains(&option.kind()))
            })
            .copied()
    };
    let fstype =
        rule.conditions.iter().find(|condition| matches!(condition.name.raw(source), b"fstype" | b"vfstype"));
    let word = word_of(&COMMANDS);
    let shown = word.map_or_else(|| "remount".to_owned(), |word| word.display(source).into_owned());
    let span = word.map_or(rule.keyword, |word| word.span);
    match (fstype, rule.source) {
        (Some(condition), _) => SyntaxError::new(
            condition.span,
            format!("`{shown}` makes no new file system, so it cannot go with `fstype=`"),
        )
        .related(span, "asked for here")
        .help("remove `fstype=`"),
        (None, Some(from)) if word_of(&[MountKind::Remount]).is_some() => {
            SyntaxError::new(from.span, "`remount` has no source")
                .related(span, "asked for here")
                .help("write `mount options=(remount) -> MOUNTPOINT,` or `remount MOUNTPOINT,`")
        }
        (None, Some(from)) => SyntaxError::new(
            from.span,
            format!("`{shown}` changes how mounts spread; it has a mount point and no source"),
        )
        .related(span, "asked for here")
        .help(format!("write `mount options=({shown}) -> MOUNTPOINT,`")),
        (None, None) => SyntaxError::new(span, "this mount rule asks for what cannot go together")
            .help("write one rule for each kind of mount"),
    }
    .code("syntax")
}
