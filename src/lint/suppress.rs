//! Comments that silence findings: ours, apparmor.d's and the upstream language server's.
//!
//! | comment | behind a rule | on a line of its own | at the head of the file |
//! |---|---|---|---|
//! | `# aakit: allow(ID, ID) reason` | that line | the line below | the whole file, in the first comment block |
//! | `#aa:lint ignore=ID,ID` | that line | the paragraph below | the whole file, in the first five lines |
//! | `# apparmor-lint: ignore=ID,ID` | that line | the line below | the whole file, in the first comment block |
//!
//! A comment block ends at a blank line. What the compiler refuses cannot be silenced. One of ours that silences nothing is
//! itself reported (`unused-suppression`); the others' checks differ from ours, so theirs are not.

mod foreign;

use super::level::Levels;
use super::registry;
use super::rule::{Group, RuleInfo};
use crate::diagnostic::{Applicability, Diagnostic};
use crate::source::{FileId, Location, SourceFile, Span};

/// The id under which a suppression that suppresses nothing is reported.
pub const UNUSED: &str = "unused-suppression";

/// The comments of one file that silence findings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Suppressions {
    list: Vec<Suppression>,
    /// Comments that speak to aakit and order nothing.
    slips: Vec<Span>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Suppression {
    /// The comment, `#` included.
    comment: Span,
    /// What it names.
    names: Vec<Name>,
    /// The lines that it covers, from 1, both included.
    lines: (usize, usize),
    /// Does it stand behind a rule?
    is_trailing: bool,
    tool: Tool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Name {
    /// The word in the comment.
    span: Span,
    /// The word.
    word: String,
    /// The rules that it stands for.
    rules: Vec<&'static str>,
    /// Has it silenced anything?
    is_used: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tool {
    Aakit,
    ApparmorD,
    LanguageServer,
}

impl Suppressions {
    /// Finds the suppressions among the comments of a file.
    #[must_use]
    pub fn read(source: &SourceFile, comments: impl IntoIterator<Item = Span>) -> Self {
        let page = Page { source };
        let mut suppressions = Self::default();
        for comment in comments {
            match page.suppression(comment) {
                Some(suppression) if suppression.names.is_empty() && suppression.tool == Tool::Aakit => {
                    suppressions.slips.push(comment);
                }
                Some(suppression) => suppressions.list.push(suppression),
                None if is_slip(comment.of(source.bytes())) => suppressions.slips.push(comment),
                None => {}
            }
        }
        suppressions
    }

    /// Is the finding silenced? Remembers which comment did it. The finding's primary label must lie in this file.
    pub fn silences(&mut self, source: &SourceFile, finding: &Diagnostic) -> bool {
        if registry::find(finding.code).is_none_or(|rule| rule.group == Group::Error) {
            return false;
        }
        let span = finding.primary.location.span;
        let first = source.lines().line(span.start as usize);
        let last = source.lines().line((span.end as usize).saturating_sub(1).max(span.start as usize));
        let mut is_silenced = false;
        for suppression in &mut self.list {
            let (from, to) = suppression.lines;
            // A comment behind a rule of several lines stands on its last.
            let covers = (from..=to).contains(&first) || (suppression.is_trailing && last == from);
            for name in
                suppression.names.iter_mut().filter(|name| covers && name.rules.contains(&finding.code))
            {
                name.is_used = true;
                is_silenced = true;
            }
        }
        is_silenced
    }

    /// What is left unused once all findings were asked about: a name that no rule has, or a rule that was on, saw all that it
    /// needs, and found nothing there. `was_asked` tells whether a rule saw enough.
    #[must_use]
    pub fn unused(
        &self,
        file: FileId,
        source: &SourceFile,
        levels: &Levels,
        was_asked: &dyn Fn(&RuleInfo) -> bool,
    ) -> Vec<Diagnostic> {
        let ours = self.list.iter().filter(|suppression| suppression.tool == Tool::Aakit);
        let unused = ours.flat_map(|suppression| {
            let names = suppression.names.iter().filter(|name| !name.is_used);
            names
                .filter_map(|name| unused(suppression, name, file, source, levels, was_asked))
                .collect::<Vec<_>>()
        });
        unused.chain(self.slips.iter().filter_map(|comment| slip(*comment, file))).collect()
    }
}

/// Does the comment speak to aakit, in words that it does not know?
fn is_slip(comment: &[u8]) -> bool {
    let text = comment.strip_prefix(b"#").unwrap_or(comment).trim_ascii();
    let order = text.strip_prefix(b"aakit:").map(<[u8]>::trim_ascii_start);
    let mut words = order.unwrap_or(b"fmt on").split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    words.next() != Some(b"fmt") || !matches!(words.next(), Some(b"on" | b"off"))
}

fn slip(comment: Span, file: FileId) -> Option<Diagnostic> {
    let info = registry::find(UNUSED)?;
    let message = "this comment speaks to aakit, and orders nothing";
    Some(
        Diagnostic::new(UNUSED, info.severity, Location::new(file, comment), message)
            .help("write `# aakit: allow(RULE) reason`, `# aakit: fmt off` or `# aakit: fmt on`"),
    )
}

fn unused(
    suppression: &Suppression,
    name: &Name,
    file: FileId,
    source: &SourceFile,
    levels: &Levels,
    was_asked: &dyn Fn(&RuleInfo) -> bool,
) -> Option<Diagnostic> {
    let info = registry::find(UNUSED)?;
    let finding =
        |message: String| Diagnostic::new(UNUSED, info.severity, Location::new(file, name.span), message);
    let Some(rule) = registry::find(&name.word) else {
        let finding = finding(format!("no rule is called `{}`", name.word));
        return Some(match registry::suggest(&name.word) {
            _ if Group::ALL.iter().any(|group| group.name() == name.word) => {
                finding.help("name the rules that are accepted, one by one")
            }
            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
            None => finding.help("see `aakit rules` for the names"),
        });
    };
    if rule.group == Group::Error {
        return Some(
            finding(format!("`{}` cannot be silenced, apparmor_parser would refuse the profile", name.word))
                .help("mend the error instead"),
        );
    }
    if levels.get(rule.id).severity().is_none() || rule.id == UNUSED || !was_asked(rule) {
        return None;
    }
    let removed = removal(suppression, name, source);
    Some(
        finding(format!("`{}` finds nothing here", name.word))
            .help("remove it, so that it does not hide what comes later")
            .fix("remove the suppression", Applicability::Safe, vec![(removed, Vec::new())]),
    )
}

/// What goes with a name: the whole comment when it is the only one, else the name with its comma.
fn removal(suppression: &Suppression, name: &Name, source: &SourceFile) -> Span {
    let at = suppression.names.iter().position(|other| other.span == name.span).unwrap_or_default();
    if let Some(next) = suppression.names.get(at + 1) {
        return Span { start: name.span.start, end: next.span.start };
    }
    if let Some(previous) = at.checked_sub(1).and_then(|before| suppression.names.get(before)) {
        return Span { start: previous.span.end, end: name.span.end };
    }
    let bytes = source.bytes();
    let (start, end) = (suppression.comment.start as usize, suppression.comment.end as usize);
    let blanks = bytes[..start].iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let line_end = match &bytes[end..] {
        _ if suppression.is_trailing => 0,
        [b'\r', b'\n', ..] => 2,
        [b'\n', ..] => 1,
        _ => 0,
    };
    Span::new(start - blanks, end + line_end)
}

/// A file, asked about its lines.
struct Page<'a> {
    source: &'a SourceFile,
}

impl Page<'_> {
    fn suppression(&self, comment: Span) -> Option<Suppression> {
        let text = comment.of(self.source.bytes());
        let (tool, names) = read_comment(text)?;
        let names = names
            .into_iter()
            .map(|(start, end)| {
                let word = String::from_utf8_lossy(&text[start..end]).into_owned();
                let at = comment.start as usize;
                Name {
                    span: Span::new(at + start, at + end),
                    rules: rules(tool, &word),
                    word,
                    is_used: false,
                }
            })
            .collect();
        let line = self.source.lines().line(comment.start as usize);
        let is_trailing = !self.is_comment(line);
        let lines = if is_trailing {
            (line, line)
        } else if self.is_head(tool, line) {
            (1, usize::MAX)
        } else {
            self.below(tool, line)
        };
        Some(Suppression { comment, names, lines, is_trailing, tool })
    }

    fn line(&self, line: usize) -> &[u8] {
        self.source.lines().line_span(line, self.source.bytes()).of(self.source.bytes()).trim_ascii()
    }

    /// Does the line hold a comment and nothing else?
    fn is_comment(&self, line: usize) -> bool {
        let text = self.line(line);
        text.starts_with(b"#") && !is_include(text)
    }

    fn is_head(&self, tool: Tool, line: usize) -> bool {
        let in_first_block = || (1..=line).all(|line| self.is_comment(line));
        in_first_block() || (tool == Tool::ApparmorD && line <= 5)
    }

    /// The lines that a comment on a line of its own covers: the next that is no comment, or the rest of the paragraph.
    fn below(&self, tool: Tool, line: usize) -> (usize, usize) {
        let count = self.source.lines().count();
        let next = (line + 1..=count).find(|line| !self.is_comment(*line)).unwrap_or(count);
        match tool {
            Tool::ApparmorD => {
                let end =
                    (next..=count).take_while(|line| !self.line(*line).is_empty()).last().unwrap_or(next);
                (next, end)
            }
            Tool::Aakit | Tool::LanguageServer => (next, next),
        }
    }
}

/// `#include` opens no comment.
fn is_include(text: &[u8]) -> bool {
    text.strip_prefix(b"#").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"include"))
}

/// The rules that a word stands for.
fn rules(tool: Tool, word: &str) -> Vec<&'static str> {
    let table = match tool {
        Tool::Aakit => return registry::find(word).map(|rule| rule.id).into_iter().collect(),
        Tool::ApparmorD => foreign::APPARMOR_D,
        Tool::LanguageServer => foreign::LANGUAGE_SERVER,
    };
    table.iter().find(|(id, _)| *id == word).map(|(_, rules)| rules.to_vec()).unwrap_or_default()
}

/// The tool that a comment speaks to, and where in it each name stands.
fn read_comment(text: &[u8]) -> Option<(Tool, Vec<(usize, usize)>)> {
    let skip_blanks =
        |at: usize| at + text[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let after = |at: usize, word: &[u8]| text[at..].starts_with(word).then(|| at + word.len());
    let start = skip_blanks(after(0, b"#")?);
    if let Some(at) = after(start, b"aakit:") {
        let at = skip_blanks(after(skip_blanks(at), b"allow")?);
        let from = after(at, b"(")?;
        let to = from + text[from..].iter().position(|byte| *byte == b')')?;
        return Some((Tool::Aakit, names(text, from, to)));
    }
    let (tool, at) = if let Some(at) = after(start, b"aa:lint") {
        (Tool::ApparmorD, at)
    } else {
        (Tool::LanguageServer, after(start, b"apparmor-lint:")?)
    };
    let from = after(skip_blanks(at), b"ignore=")?;
    let length = text[from..].iter().position(u8::is_ascii_whitespace).unwrap_or(text.len() - from);
    Some((tool, names(text, from, from + length)))
}

/// Where the words between commas stand.
fn names(text: &[u8], from: usize, to: usize) -> Vec<(usize, usize)> {
    let mut at = from;
    let mut found = Vec::new();
    for word in text[from..to].split(|byte| *byte == b',') {
        let start = at + (word.len() - word.trim_ascii_start().len());
        let end = start + word.trim_ascii().len();
        if start < end {
            found.push((start, end));
        }
        at += word.len() + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::source::SourceMap;
    use crate::syntax::parse;

    /// Which lines of the text `rule` is silenced on, of those that hold a rule.
    fn silenced(text: &str, rule: &'static str) -> Vec<usize> {
        let sources = SourceMap::new();
        let id = sources.add(SourceFile::new("x", text));
        let source = sources.get(id);
        let mut suppressions = Suppressions::read(
            &source,
            parse(text.as_bytes()).file.comments.iter().map(|comment| comment.span),
        );
        let mut lines = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let start = source.lines().line_span(index + 1, text.as_bytes()).start as usize;
            let location = Location::new(id, Span::new(start, start + line.len()));
            if line.contains("r,")
                && suppressions.silences(&source, &Diagnostic::new(rule, Severity::Note, location, "found"))
            {
                lines.push(index + 1);
            }
        }
        lines
    }

    #[test]
    fn a_comment_covers_its_line_or_the_line_below() {
        let text = "profile x {\n  /a r, # aakit: allow(hash-include) why\n  /b r,\n  # aakit: allow( missing-abi ,hash-include )\n  # more\n  /c r,\n  /d r,\n}\n";
        assert_eq!(silenced(text, "hash-include"), [2, 6]);
        assert_eq!(silenced(text, "missing-abi"), [6]);
    }

    #[test]
    fn the_head_of_the_file_covers_all_and_a_blank_line_ends_it() {
        let head = "# Copyright\n# aakit: allow(hash-include)\nprofile x {\n  /a r,\n}\n";
        assert_eq!(silenced(head, "hash-include"), [4]);
        let behind = "# Copyright\n\n# aakit: allow(hash-include)\nprofile x {\n  /a r,\n}\n";
        assert_eq!(silenced(behind, "hash-include"), [0; 0]);
    }

    #[test]
    fn a_rule_over_several_lines_has_its_comment_behind_the_last() {
        let text = "profile x {\n  dbus send\n    bus=session, # aakit: allow(hash-include)\n}\n";
        let sources = SourceMap::new();
        let id = sources.add(SourceFile::new("x", text));
        let source = sources.get(id);
        let mut suppressions = Suppressions::read(
            &source,
            parse(text.as_bytes()).file.comments.iter().map(|comment| comment.span),
        );
        let location = Location::new(id, Span::new(14, 14 + "dbus send\n    bus=session,".len()));
        assert!(
            suppressions
                .silences(&source, &Diagnostic::new("hash-include", Severity::Note, location, "found"))
        );
    }

    #[test]
    fn errors_cannot_be_silenced() {
        assert_eq!(silenced("profile x {\n  /a r, # aakit: allow(syntax)\n}\n", "syntax"), [0; 0]);
    }

    #[test]
    fn comments_of_other_tools_are_honoured() {
        let lines = "\n".repeat(5);
        let text = format!(
            "profile x {{{lines}  #aa:lint ignore=abi\n  # why\n  /a r,\n  /b r,\n\n  /c r,\n  /d r, # apparmor-lint: ignore=missing-abi-declaration,x\n}}\n"
        );
        assert_eq!(silenced(&text, "missing-abi"), [8, 9, 12]);
        assert_eq!(
            silenced("abi <abi/4.0>,\n#aa:lint ignore=abi\nprofile x {\n\n\n  /a r,\n}\n", "missing-abi"),
            [6]
        );
    }

    fn removed(text: &str) -> Vec<String> {
        let sources = SourceMap::new();
        let id = sources.add(SourceFile::new("x", text));
        let source = sources.get(id);
        let suppressions = Suppressions::read(
            &source,
            parse(text.as_bytes()).file.comments.iter().map(|comment| comment.span),
        );
        let mut levels = Levels::defaults(true);
        levels.apply(&[super::super::level::Selector::All], &[]);
        let unused = suppressions.unused(id, &source, &levels, &|_| true);
        unused
            .iter()
            .flat_map(|finding| &finding.fix)
            .map(|fix| String::from_utf8(crate::lint::fix::apply(text.as_bytes(), &fix.edits)).unwrap())
            .collect()
    }

    #[test]
    fn what_is_unused_can_be_removed() {
        assert_eq!(
            removed("profile x {\n  /a r, # aakit: allow(hash-include) why\n}\n"),
            ["profile x {\n  /a r,\n}\n"]
        );
        assert_eq!(
            removed("profile x {\n  # aakit: allow(hash-include)\r\n  /a r,\n}\n"),
            ["profile x {\n  /a r,\n}\n"]
        );
        assert_eq!(
            removed("profile x {\n  # aakit: allow(hash-include, missing-abi)\n  /a r,\n}\n"),
            [
                "profile x {\n  # aakit: allow(missing-abi)\n  /a r,\n}\n",
                "profile x {\n  # aakit: allow(hash-include)\n  /a r,\n}\n"
            ]
        );
        assert_eq!(removed("profile x {\n  # aakit: allow(no-such-rule)\n  /a r,\n}\n"), [""; 0]);
    }

    #[test]
    fn a_comment_for_aakit_that_orders_nothing_is_told() {
        let told = |comment: &str| {
            let text = format!("profile x {{\n  {comment}\n  /a r,\n}}\n");
            let sources = SourceMap::new();
            let id = sources.add(SourceFile::new("x", &*text));
            let comments = parse(text.as_bytes()).file.comments;
            let source = sources.get(id);
            let read = Suppressions::read(&source, comments.iter().map(|comment| comment.span));
            let found = read.unused(id, &source, &Levels::defaults(true), &|_| false);
            found.into_iter().map(|finding| finding.message).collect::<Vec<_>>().join("\n")
        };
        let slip = "this comment speaks to aakit, and orders nothing";
        for comment in [
            "# aakit: allow missing-abi",
            "#aakit: ignore(missing-abi)",
            "# aakit: allow( ) x",
            "# aakit: fmt of",
        ] {
            assert_eq!(told(comment), slip, "{comment}");
        }
        for comment in
            ["# aakit is good", "# see aakit: allow", "# aakit: fmt off generated", "#aakit:fmt  on"]
        {
            assert_eq!(told(comment), "", "{comment}");
        }
        assert_eq!(told("# aakit: allow(security)"), "no rule is called `security`");
    }
}
