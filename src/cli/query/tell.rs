//! An answer with its reasons, for people and for programs.

use super::super::rule_place::{Place, RulePlace, printable, shortened};
use crate::policy::{ProfileMode, ResolvedKind, ResolvedProfile, ResolvedRule, Via, XattrCondition};
use crate::query::{
    Answer, ExecResult, Fate, Half, Lack, LinkRefusal, Outlook, Part, Query, Request, Verdict, World, nearest,
};
use crate::source::SourceMap;
use crate::vocabulary::{ExecBase, Permissions};
use serde::Serialize;
use std::io::{self, Write};

/// What is asked.
pub(super) struct Asked<'a> {
    pub(super) request: &'a Request,
    /// As the user wrote it.
    pub(super) words: String,
    pub(super) halves: Vec<Half>,
    pub(super) why_not: bool,
}

/// The whole answer.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    schema: u32,
    profile: String,
    request: String,
    pub(super) verdict: Verdict,
    answers: Vec<ToldAnswer>,
    notes: Vec<String>,
}

/// The answer for one half of the files, or for all.
#[derive(Debug, Serialize)]
struct ToldAnswer {
    /// Whose files: `owner`, `other`, or absent where it makes no difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Half>,
    verdict: Verdict,
    parts: Vec<ToldPart>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exec: Option<ToldExec>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<String>,
}

#[derive(Debug, Serialize, PartialEq)]
struct ToldPart {
    permission: String,
    fate: Fate,
    logged: bool,
    rules: Vec<ToldRule>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    nearest: Vec<ToldNear>,
}

#[derive(Debug, Serialize, PartialEq)]
struct ToldExec {
    mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(flatten)]
    outlook: Outlook,
}

/// A rule and where it stands.
#[derive(Debug, Serialize, PartialEq)]
pub(super) struct ToldRule {
    #[serde(flatten)]
    rule: RulePlace,
    /// The path or label of the rule, where variables were replaced in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    expanded: Option<String>,
    /// The include directives that lead to it, outermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    includes: Vec<Place>,
}

#[derive(Debug, Serialize, PartialEq)]
struct ToldNear {
    #[serde(flatten)]
    rule: ToldRule,
    lack: String,
}

impl Told {
    pub(super) fn new(query: &Query<'_>, world: &World<'_>, asked: &Asked<'_>, sources: &SourceMap) -> Self {
        let profile = query.profile();
        let name = profile.display_name();
        let has_halves = Query::has_halves(asked.request);
        let halves = if has_halves { asked.halves.clone() } else { vec![Half::Owner] };
        let mut notes = notes(query, asked);
        let mut answers: Vec<ToldAnswer> = Vec::new();
        let mut is_told = false;
        for half in &halves {
            let answer = world.ask(query, asked.request, *half);
            if !is_told && is_implied(&answer, query, asked) {
                is_told = true;
                notes.push(
                    "who may change the profile gets this from apparmor_parser, without a rule".to_owned(),
                );
            }
            let told = attribute_notes(&answer, world, asked, &name);
            notes.extend(told.into_iter().filter(|note| !notes.contains(note)).collect::<Vec<_>>());
            answers.push(ToldAnswer::new(&answer, query, asked, *half, has_halves, sources));
        }
        if let [one, other] = answers.as_slice()
            && (&one.parts, &one.exec, &one.refusal) == (&other.parts, &other.exec, &other.refusal)
        {
            answers.truncate(1);
            answers[0].files = None;
        }
        let verdict = match answers.as_slice() {
            [one, other] if one.verdict != other.verdict => Verdict::Partial,
            [one, ..] => one.verdict,
            [] => Verdict::Denied,
        };
        Self { schema: 1, profile: name, request: asked.words.clone(), verdict, answers, notes }
    }

    pub(super) fn add_note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    pub(super) fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        writeln!(out)
    }

    pub(super) fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let word = match self.verdict {
            Verdict::Allowed => "allowed",
            Verdict::Denied => "denied",
            Verdict::Partial => "partly allowed",
        };
        writeln!(out, "{word}: `{}`, {}", printable(&self.profile), printable(&self.request))?;
        for answer in &self.answers {
            match answer.files {
                Some(Half::Owner) => writeln!(out, "on files of the task's own user:")?,
                Some(Half::Other) => writeln!(out, "on files of other users:")?,
                None => {}
            }
            answer.text(out)?;
        }
        for note in &self.notes {
            writeln!(out, "note: {note}")?;
        }
        Ok(())
    }
}

/// That it depends on extended attributes which profile the program gets.
fn attribute_notes(answer: &Answer, world: &World<'_>, asked: &Asked<'_>, current: &str) -> Vec<String> {
    let (Request::File { path, .. }, Some(exec)) = (asked.request, &answer.exec) else { return Vec::new() };
    let parent = match (exec.mode.base, &exec.target) {
        (ExecBase::Profile, None) => None,
        (ExecBase::Child, None) => Some(current),
        _ => return Vec::new(),
    };
    world.asking_of_attributes(path, parent).map(attribute_note).collect()
}

/// That a profile is attached only to files with certain extended attributes.
pub(super) fn attribute_note(profile: &ResolvedProfile) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let one = |condition: &XattrCondition| match &condition.value {
        Some(value) => format!("{}={}", text(&condition.name), text(value)),
        None => text(&condition.name),
    };
    let conditions: Vec<String> = profile.xattrs.iter().map(one).collect();
    format!(
        "`{}` is attached only where the file's extended attributes fit `xattrs=({})`; the answer assumes that they do",
        printable(&profile.display_name()),
        printable(&conditions.join(" "))
    )
}

/// Is a change_profile rule the reason of what is granted on a file?
fn is_implied(answer: &Answer, query: &Query<'_>, asked: &Asked<'_>) -> bool {
    let rules = &query.profile().rules;
    let changes_profile = |rule: &usize| {
        rules.get(*rule).is_some_and(|rule| matches!(rule.kind, ResolvedKind::ChangeProfile(_)))
    };
    matches!(asked.request, Request::File { .. }) && answer.rules().iter().any(changes_profile)
}

fn notes(query: &Query<'_>, asked: &Asked<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    match query.profile().mode {
        ProfileMode::Complain => {
            notes.push(
                "the profile is in complain mode: what no rule allows is let through and logged".to_owned(),
            );
        }
        ProfileMode::Kill => {
            notes.push("the profile is in kill mode: what is refused and logged ends the task".to_owned())
        }
        ProfileMode::Unconfined | ProfileMode::DefaultAllow => {
            notes.push("the profile confines nothing: none of its rules is consulted".to_owned());
        }
        ProfileMode::Enforce | ProfileMode::Prompt => {}
    }
    if let Some(abi) = query.left_out_by(asked.request)
        && !query.is_unconfined()
    {
        notes.push(format!(
            "the profile's ABI ({abi}) does not mediate this, so it is allowed whatever the rules say"
        ));
    }
    match asked.request {
        Request::Signal { .. } => notes.push(
            "the other side must agree too: its profile is asked as well, unless it is unconfined".to_owned(),
        ),
        Request::Ptrace { .. } => {
            notes.push("the other side must agree too, unless one of the two is unconfined".to_owned())
        }
        Request::Mount(_) | Request::Umount { .. } | Request::PivotRoot { .. } => {
            notes.push("`capability sys_admin` is needed as well".to_owned());
        }
        Request::Rlimit { .. } => notes.push(
            "limits that no rule names are free, and lowering one always is; the process needs `sys_resource` itself to raise one"
                .to_owned(),
        ),
        Request::Mqueue { name, .. } if !name.starts_with(b"/") => {
            notes.push("no kernel mediates queues of System V".to_owned());
        }
        Request::Capability(_) => {
            notes.push("the process must hold the capability itself as well".to_owned())
        }
        _ => {}
    }
    notes
}

impl ToldAnswer {
    fn new(
        answer: &Answer,
        query: &Query<'_>,
        asked: &Asked<'_>,
        half: Half,
        has_halves: bool,
        sources: &SourceMap,
    ) -> Self {
        let exec = answer.exec.as_ref().zip(answer.outlook.clone()).map(|(exec, outlook)| ToldExec {
            mode: exec.mode.name(),
            target: exec.target.as_ref().map(|target| String::from_utf8_lossy(target).into_owned()),
            outlook,
        });
        Self {
            files: has_halves.then_some(half),
            verdict: answer.verdict(),
            parts: answer.parts.iter().map(|part| ToldPart::new(part, query, asked, half, sources)).collect(),
            exec,
            refusal: answer.link_refusal.map(refusal),
        }
    }

    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        // Words of which the same is to be told share a line.
        let alike = |one: &ToldPart, other: &ToldPart| {
            (one.fate, one.logged, &one.rules, &one.nearest)
                == (other.fate, other.logged, &other.rules, &other.nearest)
        };
        for parts in self.parts.chunk_by(alike) {
            let Some(part) = parts.first() else { continue };
            let words: Vec<&str> = parts.iter().map(|part| part.permission.as_str()).collect();
            let fate = match (part.fate, part.logged) {
                (Fate::Allowed, false) => "allowed",
                (Fate::Allowed, true) => "allowed, and logged",
                (Fate::Denied, false) => "denied by a rule, and not logged",
                (Fate::Denied, true) => "denied by a rule, and logged",
                (Fate::Prompted, _) => "left to user space",
                (Fate::NoRule, _) => "no rule allows it",
                (Fate::NoTarget, _) => "a rule allows it, but there is no profile to run in",
                (Fate::NotMediated, _) => "not mediated",
            };
            writeln!(out, "  {}: {fate}", words.join(" "))?;
            for rule in &part.rules {
                rule.text(out, "    ")?;
            }
            for near in &part.nearest {
                near.rule.text(out, "    near: ")?;
                writeln!(out, "      {}", near.lack)?;
            }
        }
        if let Some(refusal) = &self.refusal {
            writeln!(out, "  {refusal}")?;
        }
        if let Some(exec) = &self.exec {
            let target =
                exec.target.as_ref().map(|target| format!(" -> {}", printable(target))).unwrap_or_default();
            let scrubs = if exec.outlook.scrubs { ", with a clean environment" } else { "" };
            writeln!(out, "  by `{}{target}`: {}{scrubs}", exec.mode, result(&exec.outlook.result))?;
        }
        Ok(())
    }
}

fn result(result: &ExecResult) -> String {
    match result {
        ExecResult::Label(label) => format!("runs as `{}`", printable(label)),
        ExecResult::Unconfined => "runs unconfined".to_owned(),
        ExecResult::NothingAttached => {
            "is refused, since no profile that was read is attached to the program".to_owned()
        }
        ExecResult::AttachmentConflict(names) => {
            format!(
                "is refused, since these profiles fit the program equally well: {}",
                printable(&names.join(", "))
            )
        }
        ExecResult::NoSuchProfile(name) => {
            format!(
                "is refused where `{}` is not loaded; it is not in the policy that was read",
                printable(name)
            )
        }
    }
}

fn refusal(refusal: LinkRefusal) -> String {
    match refusal {
        LinkRefusal::Name => "no rule grants `l` on the new name".to_owned(),
        LinkRefusal::Pair => "the rules for the new name do not let it lead to this file".to_owned(),
        LinkRefusal::GrantsMore(more) => {
            format!("the new name grants `{more}`, which the file itself does not")
        }
        LinkRefusal::ExecutesDifferently => {
            "the new name is executed in another way than the file".to_owned()
        }
    }
}

impl ToldPart {
    fn new(part: &Part, query: &Query<'_>, asked: &Asked<'_>, half: Half, sources: &SourceMap) -> Self {
        let rules = &query.profile().rules;
        let told = |rule: &usize| rules.get(*rule).map(|rule| ToldRule::new(rule, sources));
        let mut near = Vec::new();
        if asked.why_not
            && !part.granted()
            && let Request::File { path, .. } = asked.request
            && let Some(letter) = part.word.bytes().next().and_then(Permissions::from_letter)
        {
            for one in nearest(query, path, letter, half, 3) {
                let Some(rule) = told(&one.rule) else { continue };
                near.push(ToldNear { rule, lack: lack(&one.lack, path, &part.word) });
            }
        }
        Self {
            permission: part.word.clone(),
            fate: part.fate,
            logged: part.logged,
            rules: part.rules.iter().filter_map(told).collect(),
            nearest: near,
        }
    }
}

fn lack(lack: &Lack, path: &[u8], letter: &str) -> String {
    match lack {
        Lack::Permission(granted) => format!("is about this path, but grants `{granted}` and not `{letter}`"),
        Lack::Half(Half::Owner) => format!("grants `{letter}`, but only on files of the task's own user"),
        Lack::Half(Half::Other) => format!("grants `{letter}`, but only on files of other users"),
        Lack::Path(same) if *same == path.len() => {
            format!("grants `{letter}`, but only on longer paths than this one")
        }
        Lack::Path(same) => format!(
            "grants `{letter}`, but fits only `{}` and not `{}` behind it",
            printable(&String::from_utf8_lossy(&path[..*same])),
            printable(&String::from_utf8_lossy(&path[*same..]))
        ),
    }
}

impl ToldRule {
    pub(super) fn new(rule: &ResolvedRule, sources: &SourceMap) -> Self {
        Self {
            rule: RulePlace::new(rule, sources),
            expanded: expanded(rule),
            includes: Via::chain(rule.origin.via.as_ref())
                .into_iter()
                .map(|at| Place::new(at, sources))
                .collect(),
        }
    }

    fn text(&self, out: &mut dyn Write, indent: &str) -> io::Result<()> {
        writeln!(out, "{indent}{}  ({})", printable(&self.rule.text), self.rule.place)?;
        let blank = " ".repeat(indent.len() + 2);
        if let Some(expanded) = &self.expanded {
            writeln!(out, "{blank}with variables replaced: {}", printable(expanded))?;
        }
        for include in &self.includes {
            writeln!(out, "{blank}included at {include}")?;
        }
        Ok(())
    }
}

/// What the rule's variables come to, when it has any.
fn expanded(rule: &ResolvedRule) -> Option<String> {
    let patterns = match &rule.kind {
        ResolvedKind::File(access) => vec![Some(&access.path), access.link_target.as_ref()],
        ResolvedKind::Link(link) => vec![Some(&link.name), Some(&link.target)],
        ResolvedKind::ChangeProfile(change) => vec![change.exec.as_ref(), change.target.as_ref()],
        ResolvedKind::Signal(signal) => vec![signal.peer.as_ref()],
        ResolvedKind::Ptrace(clause) => vec![clause.peer.as_ref()],
        ResolvedKind::Mount(mount) => vec![mount.source.as_ref(), mount.mountpoint.as_ref()],
        _ => Vec::new(),
    };
    let replaced = patterns.into_iter().flatten().filter(|pattern| pattern.has_variables);
    let texts: Vec<String> =
        replaced.map(|pattern| String::from_utf8_lossy(&pattern.text).into_owned()).collect();
    (!texts.is_empty()).then(|| shortened(&texts.join(" -> ")))
}

/// A profile that may do what was asked.
#[derive(Debug, Serialize)]
pub(super) struct Who {
    pub(super) profile: String,
    /// Whose files, where it is not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Half>,
    rules: Vec<ToldRule>,
}

impl Who {
    /// The profile, when it may do all of it on the files of some half.
    pub(super) fn new(
        query: &Query<'_>,
        world: &World<'_>,
        request: &Request,
        halves: &[Half],
        sources: &SourceMap,
    ) -> Option<Self> {
        let allowed: Vec<(Half, Answer)> = halves
            .iter()
            .map(|half| (*half, world.ask(query, request, *half)))
            .filter(|(_, answer)| answer.verdict() == Verdict::Allowed)
            .collect();
        let (half, answer) = allowed.first()?;
        let rules = &query.profile().rules;
        Some(Self {
            profile: query.profile().display_name(),
            files: (allowed.len() < halves.len()).then_some(*half),
            rules: answer
                .rules()
                .iter()
                .filter_map(|rule| rules.get(*rule))
                .map(|rule| ToldRule::new(rule, sources))
                .collect(),
        })
    }

    /// May it do that because nothing in it is about such things, not because a rule says so?
    pub(super) fn is_free(&self) -> bool {
        self.rules.is_empty()
    }

    pub(super) fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let files = match self.files {
            Some(Half::Owner) => ", on files of its own user",
            Some(Half::Other) => ", on files of other users",
            None => "",
        };
        writeln!(out, "{}{files}", printable(&self.profile))?;
        self.rules.iter().try_for_each(|rule| rule.text(out, "  "))
    }
}

/// The profiles that no rule is needed for, in one line: a tree may have dozens.
pub(super) fn free(found: &[Who], out: &mut dyn Write) -> io::Result<()> {
    let free: Vec<String> =
        found.iter().filter(|who| who.is_free()).map(|who| printable(&who.profile)).collect();
    if free.is_empty() {
        return Ok(());
    }
    writeln!(out, "not confined in this: {}", free.join(", "))
}

/// The names of some words, for a list.
pub(super) fn names<W: crate::vocabulary::Word>(words: &[W]) -> String {
    words.iter().map(|word| word.name()).collect::<Vec<_>>().join(" ")
}
