//! The words of one item on its line, or on its lines: which blanks stand between them, and which line breaks stay.

use super::columns::width;
use super::verify::trim_end;
use crate::source::Span;
use crate::syntax::{Comment, Role, RuleKind, Token};

/// Where a continuation line of a rule stands, in columns from the rule's keyword line.
const CONTINUATION: usize = 5;

/// Which line breaks of the source stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breaks {
    /// None.
    Join,
    /// Those before a condition, a mount source or `->`, and in lists.
    Clauses,
    /// Those between words.
    Words,
    /// Those behind a `\`.
    Continued,
    /// The rule is too wide: before each condition there is one.
    Wide,
}

impl Breaks {
    /// Which stay in a rule of this kind.
    pub(super) fn of(kind: &RuleKind) -> Self {
        match kind {
            RuleKind::File(_)
            | RuleKind::Link(_)
            | RuleKind::ChangeProfile(_)
            | RuleKind::Rlimit(_)
            | RuleKind::Userns(_)
            | RuleKind::All(_) => Self::Join,
            RuleKind::Capability(_) => Self::Words,
            RuleKind::Network(_)
            | RuleKind::Mount(_)
            | RuleKind::PivotRoot(_)
            | RuleKind::Ptrace(_)
            | RuleKind::Signal(_)
            | RuleKind::Dbus(_)
            | RuleKind::Unix(_)
            | RuleKind::Mqueue(_)
            | RuleKind::IoUring(_) => Self::Clauses,
        }
    }
}

/// What stands between two words of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    Nothing,
    Blank,
    Comma,
}

/// Writes lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writer<'a> {
    pub(super) source: &'a [u8],
    /// All comments of the file.
    pub(super) comments: &'a [Comment],
    /// Blanks for a level.
    pub(super) indent: usize,
}

impl<'a> Writer<'a> {
    /// The words of an item that stands `level` blanks in. The first line comes without these blanks. What `mark` says is
    /// told of each word and of its place in the text.
    pub(super) fn line(
        self,
        tokens: &[Token],
        level: usize,
        breaks: Breaks,
        mut mark: impl FnMut(&Token, usize),
    ) -> Vec<u8> {
        let mut text = Vec::with_capacity(96);
        let mut lists = 0usize;
        let continuation = level + if breaks == Breaks::Continued { self.indent } else { CONTINUATION };
        for (index, token) in tokens.iter().enumerate() {
            if let Some(previous) = index.checked_sub(1).map(|at| tokens[at]) {
                let between = Span::new(previous.span.end as usize, token.span.start as usize);
                let comments = self.comments_in(between);
                if comments.is_empty() {
                    self.gap(previous, *token, lists, breaks, continuation, &mut text);
                } else {
                    self.inner_comments(comments, between.start as usize, continuation, &mut text);
                    new_line(&mut text, continuation);
                }
            }
            match token.role {
                Role::OpenList => lists += 1,
                Role::CloseList => lists = lists.saturating_sub(1),
                _ => {}
            }
            mark(token, text.len());
            text.extend_from_slice(token.span.of(self.source));
        }
        text
    }

    fn gap(
        self,
        previous: Token,
        token: Token,
        lists: usize,
        breaks: Breaks,
        continuation: usize,
        text: &mut Vec<u8>,
    ) {
        let between = &self.source[previous.span.end as usize..token.span.start as usize];
        if breaks == Breaks::Continued && self.continued(between, continuation, text) {
            return;
        }
        let gap = gap(previous.role, token.role, lists, between.is_empty());
        if gap == Gap::Comma {
            text.push(b',');
        }
        let broken = between.contains(&b'\n');
        // Nothing stands between a parenthesis and what it holds.
        let at_parenthesis = previous.role == Role::OpenList || token.role == Role::CloseList;
        let in_list = lists > 0 && previous.role != Role::Equals && token.role != Role::Equals;
        let clause = matches!(token.role, Role::ClauseName | Role::Operand | Role::Arrow);
        let stays = match breaks {
            Breaks::Join | Breaks::Continued => false,
            Breaks::Clauses => broken && !at_parenthesis && (in_list || clause),
            Breaks::Words => broken && token.role == Role::Word,
            Breaks::Wide => {
                let first_line = !text.contains(&b'\n');
                let address = matches!(token.span.of(self.source), b"bus" | b"path");
                lists == 0
                    && matches!(token.role, Role::ClauseName | Role::Operand)
                    && !(first_line && address && token.role == Role::ClauseName)
            }
        };
        if stays {
            new_line(text, continuation);
        } else if gap != Gap::Nothing {
            text.push(b' ');
        }
    }

    /// Writes the line continuations in the gap of an assignment; false when there is none.
    pub(super) fn continued(self, between: &[u8], continuation: usize, text: &mut Vec<u8>) -> bool {
        let count = between.windows(2).filter(|pair| pair == b"\\\n").count();
        for index in 0..count {
            if index == 0 {
                text.push(b' ');
            }
            text.push(b'\\');
            new_line(text, continuation);
        }
        count > 0
    }

    /// Writes comments that stand between two words, each where it was: behind the word, or on its own line.
    pub(super) fn inner_comments(
        self,
        comments: &[Comment],
        mut from: usize,
        level: usize,
        text: &mut Vec<u8>,
    ) {
        for comment in comments {
            if self.on_own_line(*comment, from) {
                new_line(text, level);
            } else if !text.is_empty() {
                text.push(b' ');
            }
            text.extend_from_slice(self.comment(*comment));
            from = comment.span.end as usize;
        }
    }

    /// Does a line end stand between `from` and the comment?
    pub(super) fn on_own_line(self, comment: Comment, from: usize) -> bool {
        self.source[from..comment.span.start as usize].contains(&b'\n')
    }

    /// The comment's text.
    pub(super) fn comment(self, comment: Comment) -> &'a [u8] {
        trim_end(comment.span.of(self.source))
    }

    /// The comments that stand in `span`.
    pub(super) fn comments_in(self, span: Span) -> &'a [Comment] {
        if !span.of(self.source).contains(&b'#') {
            return &[];
        }
        let start = self.comments.partition_point(|comment| comment.span.start < span.start);
        let end = self.comments.partition_point(|comment| comment.span.start < span.end);
        &self.comments[start..end.max(start)]
    }
}

/// Ends the line and indents the next.
pub(super) fn new_line(text: &mut Vec<u8>, level: usize) {
    text.push(b'\n');
    text.resize(text.len() + level, b' ');
}

/// Is this rule of a kind that is broken when it is wider than `max`?
pub(super) fn is_too_wide(kind: &RuleKind, text: &[u8], level: usize, max: usize) -> bool {
    let breaks = matches!(
        kind,
        RuleKind::Dbus(_)
            | RuleKind::Unix(_)
            | RuleKind::Network(_)
            | RuleKind::Signal(_)
            | RuleKind::Ptrace(_)
            | RuleKind::Mount(_)
    );
    breaks && !text.contains(&b'\n') && level + width(text) > max
}

fn gap(previous: Role, next: Role, lists: usize, glued: bool) -> Gap {
    let is_item = |role| matches!(role, Role::Word | Role::ClauseName);
    match (previous, next) {
        (_, Role::Comma | Role::CloseList | Role::CloseGroup | Role::CloseAngle | Role::Equals) => {
            Gap::Nothing
        }
        (Role::OpenList | Role::OpenGroup | Role::OpenAngle | Role::Caret | Role::Plus | Role::Equals, _) => {
            Gap::Nothing
        }
        (_, Role::Unit) if glued => Gap::Nothing,
        _ if lists > 0 && is_item(previous) && is_item(next) => Gap::Comma,
        _ => Gap::Blank,
    }
}
