//! A rule of any kind: its qualifiers, what it is, and the comma.

use super::advice::advice;
use super::all::{All, all};
use super::capability::{CapabilityRule, capability};
use super::change_profile::{ChangeProfileRule, change_profile};
use super::dbus::{DbusRule, dbus};
use super::error::{SyntaxError, fail};
use super::file_rule::{FileRule, file_rule};
use super::input::{Input, Res};
use super::io_uring::{IoUringRule, io_uring};
use super::lexical::{found, found_span, is_file_of_old, name, rule_word};
use super::link::{LinkRule, link};
use super::mount::{MountRule, mount};
use super::mqueue::{MqueueRule, mqueue};
use super::network::{NetworkRule, network};
use super::pivot_root::{PivotRootRule, pivot_root};
use super::ptrace::{PtraceRule, ptrace};
use super::qualifiers::{Qualifiers, qualifiers};
use super::recovery::comma_error;
use super::rlimit::{RlimitRule, rlimit};
use super::signal::{SignalRule, signal};
use super::unix::{UnixRule, unix};
use super::userns::{UsernsRule, userns};
use crate::source::Span;
use crate::vocabulary;

/// A rule with its qualifiers. Its item's span ends with the comma.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What stands before it.
    pub qualifiers: Qualifiers,
    /// What it is.
    pub kind: RuleKind,
}

/// The kinds of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // The types say it.
pub enum RuleKind {
    File(FileRule),
    Link(LinkRule),
    Capability(CapabilityRule),
    Network(NetworkRule),
    Mount(MountRule),
    PivotRoot(PivotRootRule),
    Ptrace(PtraceRule),
    Signal(SignalRule),
    Dbus(DbusRule),
    Unix(UnixRule),
    Userns(UsernsRule),
    Mqueue(MqueueRule),
    IoUring(IoUringRule),
    ChangeProfile(ChangeProfileRule),
    Rlimit(RlimitRule),
    All(All),
}

impl RuleKind {
    /// The keyword that the kind is known by.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::File(_) => "file",
            Self::Link(_) => "link",
            Self::Capability(_) => "capability",
            Self::Network(_) => "network",
            Self::Mount(_) => "mount",
            Self::PivotRoot(_) => "pivot_root",
            Self::Ptrace(_) => "ptrace",
            Self::Signal(_) => "signal",
            Self::Dbus(_) => "dbus",
            Self::Unix(_) => "unix",
            Self::Userns(_) => "userns",
            Self::Mqueue(_) => "mqueue",
            Self::IoUring(_) => "io_uring",
            Self::ChangeProfile(_) => "change_profile",
            Self::Rlimit(_) => "rlimit",
            Self::All(_) => "all",
        }
    }
}

/// A rule behind its qualifiers, through its comma.
pub(super) fn rule(input: Input<'_>, qualifiers: Qualifiers) -> Res<'_, Rule> {
    let (rest, kind) = kind(input)?;
    Ok((rest, Rule { qualifiers, kind }))
}

/// A rule with its qualifiers: what recovery tries at the start of a line.
pub(super) fn simple_rule(input: Input<'_>) -> Res<'_, Rule> {
    let (rest, qualifiers) = qualifiers(input)?;
    rule(rest, qualifiers)
}

/// The keyword decides the kind; anything else is a file rule.
fn kind(input: Input<'_>) -> Res<'_, RuleKind> {
    fn map<'a, T>(result: Res<'a, T>, wrap: impl FnOnce(T) -> RuleKind) -> Res<'a, RuleKind> {
        result.map(|(rest, rule)| (rest, wrap(rule)))
    }
    if is_file_of_old(input) {
        return map(file_rule(input), RuleKind::File);
    }
    let word = name(input).map_or(&b""[..], |(_, word)| word.raw(input.source()));
    match word {
        b"capability" => map(capability(input), RuleKind::Capability),
        b"network" => map(network(input), RuleKind::Network),
        b"mount" | b"remount" | b"umount" | b"unmount" => map(mount(input), RuleKind::Mount),
        b"pivot_root" => map(pivot_root(input), RuleKind::PivotRoot),
        b"ptrace" => map(ptrace(input), RuleKind::Ptrace),
        b"signal" => map(signal(input), RuleKind::Signal),
        b"dbus" => map(dbus(input), RuleKind::Dbus),
        b"unix" => map(unix(input), RuleKind::Unix),
        b"userns" => map(userns(input), RuleKind::Userns),
        b"mqueue" => map(mqueue(input), RuleKind::Mqueue),
        b"io_uring" => map(io_uring(input), RuleKind::IoUring),
        b"change_profile" => map(change_profile(input), RuleKind::ChangeProfile),
        b"set" => map(rlimit(input), RuleKind::Rlimit),
        b"link" => map(link(input), RuleKind::Link),
        b"all" => map(all(input), RuleKind::All),
        _ => map(file_rule(input), RuleKind::File),
    }
}

/// The comma that ends a rule. `rule` is where the rule begins, `input` the position behind its blanks (and comments, in
/// the default mode), `end` the offset behind its last word, and `expected` what else could stand here.
pub(super) fn end_of_rule<'a>(rule: Input<'a>, input: Input<'a>, end: usize, expected: &str) -> Res<'a, ()> {
    if input.peek() == Some(b',') {
        return Ok((input.skip(1), ()));
    }
    if input.peek() == Some(b';') {
        input.state.report(semicolon(input.span(1)));
        return Ok((input.skip(1), ()));
    }
    let same_line = !input.source()[end..input.offset()].contains(&b'\n');
    if matches!(input.peek(), None | Some(b'}')) {
        // The last rule of a block: the comma is all that it lacks, so the block goes on.
        input.state.report(comma_error(rule, end));
        return Ok((input.at(end), ()));
    }
    let mut error =
        SyntaxError::new(found_span(input), format!("expected {expected}`,`, found {}", found(input)));
    error = match input.peek() {
        Some(b'#') if same_line => {
            error.help("a comment cannot stand inside this kind of rule; put it behind the comma")
        }
        _ => match (advice(rule, input, expected).filter(|_| same_line), quoted(rule, input, end)) {
            (Some(help), _) => error.help(help),
            (None, Some(value)) if same_line => error.code("unquoted-value").help(format!(
                "quote a value that holds a blank: `{value}`; otherwise end the rule with `,`"
            )),
            _ => error.help("end the rule with `,`"),
        },
    };
    fail(error)
}

/// The condition that ends at `end` with the word behind it as a part of its value, in quotes: `peer=my app`.
fn quoted(rule: Input<'_>, input: Input<'_>, end: usize) -> Option<String> {
    let word = found_span(input).of(input.source());
    let text = String::from_utf8_lossy(&input.source()[rule.offset()..end]);
    let (name, value) = text.rsplit([' ', '\t', '\n']).next()?.split_once('=')?;
    let is_bare = |text: &str| !text.is_empty() && !text.contains(['"', '(', ')', ',']);
    let word = String::from_utf8_lossy(word);
    (is_bare(name) && is_bare(value) && is_bare(&word) && !word.contains('='))
        .then(|| format!("{name}=\"{value} {word}\""))
}

/// A semicolon where the comma should be.
pub(super) fn semicolon(span: Span) -> SyntaxError {
    SyntaxError::new(span, "a rule ends with `,`, not with `;`").help("write `,`").fix(
        "write `,`",
        span,
        *b",",
    )
}

/// The same for rules whose words come from a closed list: a word that is close to one of them is taken for a slip.
pub(super) fn end_of_clause<'a>(
    rule: Input<'a>,
    input: Input<'a>,
    end: usize,
    expected: &str,
    candidates: impl Iterator<Item = &'static str>,
) -> Res<'a, ()> {
    let word = match rule_word(input) {
        Ok((_, word)) => word,
        Err(nom::Err::Failure(error)) => return Err(nom::Err::Failure(error)),
        Err(_) => return end_of_rule(rule, input, end, expected),
    };
    match vocabulary::did_you_mean(&word.display(input.source()), candidates) {
        Some(meant) => fail(
            SyntaxError::new(word.span, format!("expected {expected}`,`, found {}", found(input)))
                .help(format!("did you mean `{meant}`?")),
        ),
        None => end_of_rule(rule, input, end, expected),
    }
}
