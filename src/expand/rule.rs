//! A rule or the head of a profile in its author's words, with variables replaced.

use super::blocks::Blocks;
use super::word::{Place, behind_at, quoted, word};
use crate::diagnostic::Diagnostic;
use crate::policy::{Origin, Pattern, ResolvedKind, ResolvedProfile, ResolvedRule};
use crate::source::{Location, SourceMap, Span};
use crate::syntax::{
    Condition, Decision, ItemKind, MountOperation, Ownership, Profile, Rule, RuleKind, Token, Word, Words,
    head_tokens, parse,
};
use crate::vocabulary::{Version, Word as _};

/// Parts of a text and what stands in their place.
type Edits = Vec<(Span, Vec<u8>)>;

/// Where a word cannot be written: a variable keeps it, or the file is refused.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// What apparmor_parser takes from a variable only: paths that do not begin as a path must (they match no file), and what follows the
    /// `@` of an address and would be taken for a variable's name.
    pub(super) texts: Vec<(Vec<u8>, Origin)>,
    /// Words that cannot be written at all.
    pub(super) refused: Vec<Diagnostic>,
}

impl Kept {
    /// The variable that stands for a text.
    fn reference(&mut self, text: &[u8], origin: &Origin) -> Vec<u8> {
        let known = self.texts.iter().position(|(kept, _)| kept == text);
        let index = known.unwrap_or_else(|| {
            self.texts.push((text.to_vec(), origin.clone()));
            self.texts.len() - 1
        });
        [&b"@{"[..], &Self::name(index), b"}"].concat()
    }

    /// The name of the variable of that number.
    pub(super) fn name(index: usize) -> Vec<u8> {
        format!("kept_{}", index + 1).into_bytes()
    }
}

/// A rule with the qualifiers that it comes to.
pub(super) fn rule(
    rule: &ResolvedRule,
    sources: &SourceMap,
    version: Version,
    blocks: &mut Blocks,
    kept: &mut Kept,
) -> Vec<u8> {
    let location = rule.origin.location;
    let source = sources.get(location.file);
    let text = location.span.of(source.bytes());
    let read = parse(text);
    let Some(ItemKind::Rule(written)) = read.file.items.first().map(|item| &item.kind) else {
        return text.to_vec();
    };
    let mut edits = Vec::new();
    for (pattern, place) in patterns(&rule.kind) {
        replace(pattern, place, &rule.origin, &mut edits, kept);
    }
    edits.extend(ignored(&written.kind, text, version).into_iter().map(|span| (span, Vec::new())));
    let around = blocks.kept(rule, written, sources);
    let mut output = Vec::new();
    for qualifiers in &around {
        output.extend_from_slice(&[qualifiers, &b" {\n"[..]].concat());
    }
    let item = &read.file.items[0];
    let mut words = Vec::new();
    head_tokens(item, text, &mut words);
    if around.is_empty() {
        let behind = written.qualifiers.span.end;
        words.retain(|word| written.qualifiers.is_empty() || word.span.start >= behind);
        output.extend(qualifiers(rule, written, text));
    }
    spaced(text, &words, &edits, &mut output);
    output.extend(std::iter::repeat_n(b"\n}", around.len()).flatten());
    output
}

/// Everything of a profile before its brace.
pub(super) fn head(
    profile: &ResolvedProfile,
    parent: Option<&ResolvedProfile>,
    sources: &SourceMap,
    kept: &mut Kept,
) -> Vec<u8> {
    let location = profile.origin.location;
    let source = sources.get(location.file);
    let text = location.span.of(source.bytes());
    let read = parse(text);
    let Some(item) = read.file.items.first() else { return text.to_vec() };
    let ItemKind::Profile(written) = &item.kind else { return text.to_vec() };
    let mut edits = Vec::new();
    if written.name.text(text).windows(2).any(|pair| pair == b"@{") {
        let name = full_name(profile, parent, written, text);
        match word(&name, Place::Name) {
            Some(word) => edits.push((written.name.span, word)),
            None => kept.refused.push(refusal(profile.location, &name)),
        }
    }
    if let Some(attachment) = profile.attachment.as_ref().filter(|attachment| !attachment.is_name) {
        replace(&attachment.pattern, Place::Path, &profile.origin, &mut edits, kept);
    }
    for flag in &profile.flags {
        let raw = flag.location.span.of(source.bytes());
        if let Some(value) = &flag.value
            && raw.windows(2).any(|pair| pair == b"@{")
        {
            let flag_text = [flag.flag.name().as_bytes(), b"=", value].concat();
            match word(&flag_text, Place::Other) {
                Some(word) => edits.push((within(flag.location, location), word)),
                None => kept.refused.push(refusal(flag.location, value)),
            }
        }
    }
    let mut words = Vec::new();
    head_tokens(item, text, &mut words);
    let mut output = Vec::new();
    spaced(text, &words, &edits, &mut output);
    output
}

/// From the start of a directive through its comma.
pub(super) fn to_comma(source: &[u8], span: Span) -> &[u8] {
    let rest = &source[span.end as usize..];
    let length = match source[..span.end as usize].last() {
        Some(b',') => 0,
        _ => rest.iter().position(|byte| *byte == b',').map_or(rest.len(), |at| at + 1),
    };
    &source[span.start as usize..span.end as usize + length]
}

/// A profile's name with its namespace, where it was written with one.
fn full_name(
    profile: &ResolvedProfile,
    parent: Option<&ResolvedProfile>,
    written: &Profile,
    text: &[u8],
) -> Vec<u8> {
    let outer = parent.and_then(|parent| parent.namespace.as_ref());
    match &profile.namespace {
        Some(namespace) if outer != Some(namespace) || written.name.text(text).starts_with(b":") => {
            [b":", namespace.as_slice(), b":", &profile.name].concat()
        }
        _ => profile.name.clone(),
    }
}

/// The qualifiers of the rule and of the blocks around it, each with a blank behind it.
fn qualifiers(rule: &ResolvedRule, written: &Rule, text: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    if let Some(priority) = written.qualifiers.priority {
        output.extend_from_slice(&[b"priority=", priority.raw(text), b" "].concat());
    }
    if rule.audit {
        output.extend_from_slice(b"audit ");
    }
    output.extend_from_slice(match rule.decision {
        Decision::Allow if written.qualifiers.decision.is_some() => b"allow ",
        Decision::Allow => b"",
        Decision::Deny => b"deny ",
        Decision::Prompt => b"prompt ",
    });
    output.extend_from_slice(match rule.ownership {
        Some(Ownership::Owner) => b"owner ",
        Some(Ownership::Other) => b"other ",
        None => b"",
    });
    output
}

/// The patterns of a rule, and what words stand for them.
pub(super) fn patterns(kind: &ResolvedKind) -> Vec<(&Pattern, Place)> {
    let (first, rest): (Option<&Pattern>, Vec<Option<&Pattern>>) = match kind {
        ResolvedKind::File(file) => (Some(&file.path), vec![file.link_target.as_ref()]),
        ResolvedKind::Link(link) => (Some(&link.name), vec![Some(&link.target)]),
        ResolvedKind::ChangeProfile(change) => (change.exec.as_ref(), vec![change.target.as_ref()]),
        ResolvedKind::Mount(mount) => {
            let words = [mount.source.as_ref(), mount.mountpoint.as_ref()];
            (None, mount.fstype.iter().map(Some).chain(words).collect())
        }
        ResolvedKind::PivotRoot(pivot) => (pivot.new_root.as_ref(), vec![pivot.old_root.as_ref()]),
        ResolvedKind::Ptrace(clause) => (None, vec![clause.peer.as_ref()]),
        ResolvedKind::Signal(signal) => (None, vec![signal.peer.as_ref()]),
        ResolvedKind::Dbus(dbus) => (
            None,
            vec![
                dbus.bus.as_ref(),
                dbus.path.as_ref(),
                dbus.interface.as_ref(),
                dbus.member.as_ref(),
                dbus.name.as_ref(),
                dbus.peer_name.as_ref(),
                dbus.peer_label.as_ref(),
            ],
        ),
        ResolvedKind::Unix(unix) => {
            let addresses = [unix.address.as_ref(), unix.peer_address.as_ref()];
            let mut all: Vec<_> =
                addresses.into_iter().flatten().map(|pattern| (pattern, Place::Address)).collect();
            all.extend(unix.peer_label.as_ref().map(|label| (label, Place::Other)));
            return all;
        }
        ResolvedKind::Mqueue(queue) => (None, vec![queue.label.as_ref(), queue.name.as_ref()]),
        // Its label is not replaced.
        ResolvedKind::IoUring(_)
        | ResolvedKind::Capability { .. }
        | ResolvedKind::Network(_)
        | ResolvedKind::Userns
        | ResolvedKind::Rlimit(_)
        | ResolvedKind::All => (None, Vec::new()),
    };
    let first = first.map(|pattern| (pattern, Place::Path));
    first.into_iter().chain(rest.into_iter().flatten().map(|pattern| (pattern, Place::Other))).collect()
}

/// What apparmor_parser reads and ignores, and what may hold variables: conditions of `umount`, and the profile of `pivot_root`.
fn ignored(kind: &RuleKind, text: &[u8], version: Version) -> Vec<Span> {
    let has_variables = |word: &Word| word.text(text).windows(2).any(|pair| pair == b"@{");
    match kind {
        RuleKind::Mount(rule) if rule.operation == MountOperation::Umount => {
            let varies = |condition: &&Condition| {
                condition.value.as_ref().map(Words::words).unwrap_or_default().iter().any(has_variables)
            };
            rule.conditions.iter().filter(varies).map(|condition| condition.span).collect()
        }
        // Before 4.0 the profile counts, and its variables are not replaced.
        RuleKind::PivotRoot(rule) if version >= Version::V5_0 => {
            let target = rule.target.filter(|target| has_variables(&target.name));
            target.into_iter().map(|target| target.arrow.to(target.name.span)).collect()
        }
        _ => Vec::new(),
    }
}

/// Replaces the word of a pattern that has variables.
fn replace(pattern: &Pattern, place: Place, origin: &Origin, edits: &mut Edits, kept: &mut Kept) {
    if !pattern.has_variables {
        return;
    }
    let span = within(pattern.location, origin.location);
    match word(&pattern.text, place) {
        Some(word) => edits.push((span, word)),
        None if place == Place::Path && word(&pattern.text, Place::Other).is_some() => {
            edits.push((span, kept.reference(&pattern.text, origin)));
        }
        None if place == Place::Address
            && let Some((group, rest)) = behind_at(&pattern.text) =>
        {
            let text = [b"@", &*kept.reference(group, origin), rest].concat();
            edits.push((span, quoted(&text)));
        }
        None => kept.refused.push(refusal(pattern.location, &pattern.text)),
    }
}

fn refusal(location: Location, text: &[u8]) -> Diagnostic {
    let shown: String = String::from_utf8_lossy(text).chars().take(200).collect();
    Diagnostic::error("expand", location, "this cannot be written without its variables")
        .note(format!("with its variables replaced the text is `{shown}`"))
        .help("write the word without variables, or without the backslashes in their values")
}

/// A place in the file as one in the item.
fn within(location: Location, item: Location) -> Span {
    let base = item.span.start as usize;
    Span::new(location.span.start as usize - base, location.span.end as usize - base)
}

/// Words with edits made, a blank where there was any space between them. Comments go.
fn spaced(text: &[u8], words: &[Token], edits: &Edits, output: &mut Vec<u8>) {
    let mut last: Option<u32> = None;
    for word in words {
        let edit = edits.iter().find(|(span, _)| span.contains(word.span));
        // Of what an edit replaces only the first word is written.
        let is_first = edit.is_none_or(|(span, _)| span.start == word.span.start);
        if let Some(last) = last {
            let between = Span::new(last as usize, word.span.start as usize).of(text);
            match between.first() {
                Some(b',') => output.extend_from_slice(b", "),
                Some(_) if is_first => output.push(b' '),
                _ => {}
            }
        }
        match edit {
            Some((_, replacement)) if is_first => output.extend_from_slice(replacement),
            Some(_) => {}
            None => output.extend_from_slice(word.span.of(text)),
        }
        last = Some(word.span.end);
    }
}
