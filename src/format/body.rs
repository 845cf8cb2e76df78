//! The items of a block below each other: how far in each stands, where a blank line goes, and what lines up.

use super::columns::{Cell, Column, Ruler, column_between, line_up, width};
use super::line::{Breaks, Writer, is_too_wide, new_line};
use super::region::{region, switches_off};
use super::style::{Align, Style};
use crate::source::Span;
use crate::syntax::{
    Block, Comment, Conditional, File, FileRule, Item, ItemKind, Ownership, Qualifiers, Role, RuleKind,
    Token, head_tokens,
};
use std::collections::HashMap;

/// The width of `owner` and the blank behind it.
const OWNER: usize = 6;

/// Prints a file.
pub(super) fn print(source: &[u8], file: &File, style: &Style) -> Vec<u8> {
    let writer = Writer { source, comments: &file.comments, indent: style.indent };
    let out = Vec::with_capacity(source.len() + source.len() / 8);
    let mut printer = Printer { writer, style, ruler: Ruler::new(source), out };
    let place = if is_fragment(&file.items, source) { Place::Fragment } else { Place::TopLevel };
    printer.items(&file.items, place, source.len());
    printer.out
}

/// Where a list of items stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the top of a file of profiles.
    TopLevel,
    /// At the top of a file that is included in profiles: its items stand one level in, as they would there.
    Fragment,
    /// In a block, so many blanks in.
    Body(usize),
}

/// Is this file a part of profiles: an abstraction, or a local addition?
fn is_fragment(items: &[Item], source: &[u8]) -> bool {
    let is_rule =
        |item: &Item| matches!(item.kind, ItemKind::Rule(_) | ItemKind::Block(_) | ItemKind::Conditional(_));
    // A file of comments alone mostly waits for local additions; its comments keep the edge that they have.
    let is_comment = |item: &Item| matches!(item.kind, ItemKind::Comment(_));
    if items.iter().any(is_rule) || items.iter().all(is_comment) {
        return true;
    }
    // Includes, aliases and profiles alone can be either: then the file is taken as it is written.
    let indented = |item: &Item| !begins_line(source, item.span.start as usize);
    let in_body = |item: &&Item| {
        matches!(
            item.kind,
            ItemKind::Include(_) | ItemKind::Abi(_) | ItemKind::Alias(_) | ItemKind::Profile(_)
        )
    };
    let profiles = items.iter().filter(|item| matches!(item.kind, ItemKind::Profile(_)));
    items.iter().find(in_body).is_some_and(indented) && profiles.into_iter().all(indented)
}

fn begins_line(source: &[u8], at: usize) -> bool {
    at == 0 || source[at - 1] == b'\n'
}

/// One item before it is printed.
struct Row<'a> {
    /// Blanks before it.
    level: usize,
    /// Is there a blank line before it?
    blank_line: bool,
    content: Content<'a>,
    /// The comment behind it.
    comment: Option<Comment>,
    /// Blanks before that comment.
    comment_gap: usize,
}

enum Content<'a> {
    /// A comment on its own line.
    Comment(Comment),
    /// One line, or a rule on several.
    Text(Text),
    /// A file rule on one line.
    FileRule(Text, FileColumns),
    /// Something with a block.
    Block(&'a Item),
    /// Lines that stay as they are.
    Verbatim(Span),
}

struct Text {
    bytes: Vec<u8>,
    /// Where the last word ends in the source.
    source_end: usize,
    /// The column of that place; 0 when no comment follows.
    end_column: usize,
    ending: Ending,
}

/// What stands behind the last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// Nothing, or a comment.
    Plain,
    /// A line continuation, and then an empty line or a comment.
    Continued,
    /// A line continuation, and then the end of the file.
    Unfinished,
}

/// What of a file rule can stand in columns.
#[derive(Debug, Clone, Copy)]
struct FileColumns {
    prefix: Prefix,
    /// The column of the path in the source.
    path_column: usize,
    /// Blanks added before the rule, so that its path stands under those behind `owner`.
    pad: usize,
    permissions: Option<Permissions>,
}

/// Permissions behind a path.
#[derive(Debug, Clone, Copy)]
struct Permissions {
    /// Where they begin in the rule's text.
    at: usize,
    width: usize,
    /// The column in which they begin in the source, and the blanks before them there.
    source_column: usize,
    source_gap: usize,
    /// The blanks before them.
    gap: usize,
}

/// What stands before the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prefix {
    Nothing,
    Owner,
    Other,
}

struct Printer<'a> {
    writer: Writer<'a>,
    style: &'a Style,
    ruler: Ruler<'a>,
    out: Vec<u8>,
}

impl<'a> Printer<'a> {
    /// Prints the items of a block that ends at `end`.
    fn items(&mut self, items: &'a [Item], place: Place, end: usize) {
        let mut rows = self.rows(items, place, end);
        if self.style.align == Align::Keep {
            align(&mut rows, self.writer.source);
        }
        for row in &rows {
            self.row(row);
        }
    }

    fn rows(&self, items: &'a [Item], place: Place, end: usize) -> Vec<Row<'a>> {
        let mut rows = Vec::with_capacity(items.len());
        let mut tokens = Vec::new();
        let mut index = 0;
        let mut behind_region = false;
        while let Some(item) = items.get(index) {
            let level = self.level(items, index, place);
            let blank_line = !behind_region && self.blank_line(items, index, place);
            behind_region = false;
            let content = self.content(item, level, &mut tokens);
            rows.push(Row { level, blank_line, content, comment: item.comment, comment_gap: 1 });
            index += 1;
            if switches_off(item, self.writer.source) {
                let (next, span) = region(items, index - 1, end, self.writer.source);
                let content = Content::Verbatim(span);
                rows.push(Row { level, blank_line: false, content, comment: None, comment_gap: 1 });
                index = next;
                behind_region = true;
            }
        }
        rows
    }

    /// How far in an item stands.
    fn level(&self, items: &[Item], index: usize, place: Place) -> usize {
        let Place::Fragment = place else {
            return if let Place::Body(level) = place { level } else { 0 };
        };
        let is_comment = |item: &Item| matches!(item.kind, ItemKind::Comment(_));
        match &items[index].kind {
            ItemKind::Assignment(_) | ItemKind::BooleanAssignment(_) => 0,
            ItemKind::Comment(comment) => {
                let text = self.writer.comment(*comment);
                let at_edge = begins_line(self.writer.source, comment.span.start as usize);
                let before_first = items[..index].iter().all(is_comment);
                if is_modeline(text) || (at_edge && before_first) {
                    return 0;
                }
                match (index + 1..items.len()).find(|next| !is_comment(&items[*next])) {
                    Some(next) => self.level(items, next, place),
                    None => self.style.indent,
                }
            }
            _ => self.style.indent,
        }
    }

    /// Does a blank line go before the item?
    fn blank_line(&self, items: &[Item], index: usize, place: Place) -> bool {
        let Some(previous) = index.checked_sub(1).map(|at| &items[at]) else { return false };
        let item = &items[index];
        let previous_end = previous.comment.map_or(previous.span.end, |comment| comment.span.end);
        let gap = Span::new(previous_end as usize, item.span.start as usize).of(self.writer.source);
        let written = gap.iter().filter(|byte| **byte == b'\n').count() > 1;
        let is_profile = |item: &Item| matches!(item.kind, ItemKind::Profile(_));
        let is_comment = |item: &Item| matches!(item.kind, ItemKind::Comment(_));
        let wanted = match place {
            Place::TopLevel => {
                is_profile(previous)
                    && items[index..].iter().find(|item| !is_comment(item)).is_some_and(is_profile)
            }
            Place::Fragment | Place::Body(_) => {
                is_profile(previous) || (is_profile(item) && !is_comment(previous))
            }
        };
        written || wanted
    }

    fn content(&self, item: &'a Item, level: usize, tokens: &mut Vec<Token>) -> Content<'a> {
        let source = self.writer.source;
        match &item.kind {
            ItemKind::Comment(comment) => return Content::Comment(*comment),
            ItemKind::Profile(_) | ItemKind::Conditional(_) | ItemKind::Block(_) => {
                return Content::Block(item);
            }
            _ => {}
        }
        tokens.clear();
        head_tokens(item, source, tokens);
        let source_end = tokens.last().map_or(item.span.end, |token| token.span.end) as usize;
        let end_column = if item.comment.is_some() { self.end_column(tokens) } else { 0 };
        let line = |breaks| self.writer.line(tokens, level, breaks, |_, _| {});
        let bytes = match &item.kind {
            ItemKind::Assignment(_) | ItemKind::BooleanAssignment(_) => {
                let mut bytes = line(Breaks::Continued);
                let end = item.comment.map_or(item.span.end, |comment| comment.span.start) as usize;
                let behind = &source[source_end..end];
                let continuation = if item.comment.is_some() { level + self.style.indent } else { 0 };
                let ending = match self.writer.continued(behind, continuation, &mut bytes) {
                    false => Ending::Plain,
                    true if end == source.len() => Ending::Unfinished,
                    true => Ending::Continued,
                };
                return Content::Text(Text { bytes, source_end, end_column, ending });
            }
            ItemKind::Rule(rule) => match &rule.kind {
                RuleKind::File(file) => {
                    let mut permissions_at = 0;
                    let bytes = self.writer.line(tokens, level, Breaks::Join, |token, at| {
                        if token.role == Role::Permissions {
                            permissions_at = at;
                        }
                    });
                    let text = Text { bytes, source_end, end_column, ending: Ending::Plain };
                    return self.file_rule(file, &rule.qualifiers, text, permissions_at);
                }
                kind => {
                    let bytes = line(Breaks::of(kind));
                    match self.style.max_width {
                        Some(max) if is_too_wide(kind, &bytes, level, max) => line(Breaks::Wide),
                        _ => bytes,
                    }
                }
            },
            _ => line(Breaks::Join),
        };
        Content::Text(Text { bytes, source_end, end_column, ending: Ending::Plain })
    }

    /// The column behind the last of these words. A tab in a word is a character, as it is in what is printed; only tabs between
    /// words reach to the next stop.
    fn end_column(&self, tokens: &[Token]) -> usize {
        let source = self.writer.source;
        let mut column = 0;
        let mut end = None;
        for token in tokens {
            let start = token.span.start as usize;
            column = match end.map(|end| &source[end..start]) {
                Some(gap) if !gap.contains(&b'\n') => column_between(gap, column),
                _ => self.ruler.column(start),
            };
            column += width(token.span.of(source));
            end = Some(token.span.end as usize);
        }
        column
    }

    fn file_rule(
        &self,
        rule: &FileRule,
        qualifiers: &Qualifiers,
        text: Text,
        permissions_at: usize,
    ) -> Content<'a> {
        let source = self.writer.source;
        let (Some(path), false) = (rule.path, text.bytes.contains(&b'\n')) else {
            return Content::Text(text);
        };
        // Asked in the order of the source.
        let path_column = self.ruler.column(path.span.start as usize);
        let permissions = rule.permissions.filter(|_| !rule.permissions_first).map(|word| {
            let path_end = path_column + width(path.span.of(source));
            let between = &source[path.span.end as usize..word.span.start as usize];
            let (source_column, source_gap) = if between.contains(&b'\n') {
                (self.ruler.column(word.span.start as usize), 1)
            } else {
                let start = column_between(between, path_end);
                (start, start - path_end)
            };
            Permissions {
                at: permissions_at,
                width: width(word.raw(source)),
                source_column,
                source_gap,
                gap: 1,
            }
        });
        let path_first = rule.keyword.is_none() && rule.safety.is_none() && !rule.permissions_first;
        let only_owner = qualifiers.priority.is_none()
            && qualifiers.audit.is_none()
            && qualifiers.decision.is_none()
            && matches!(qualifiers.ownership, Some((Ownership::Owner, span)) if span.len() + 1 == OWNER);
        let prefix = match (path_first, qualifiers.is_empty(), only_owner) {
            (true, true, _) => Prefix::Nothing,
            (true, _, true) => Prefix::Owner,
            _ => Prefix::Other,
        };
        Content::FileRule(text, FileColumns { prefix, path_column, pad: 0, permissions })
    }

    fn row(&mut self, row: &Row<'a>) {
        if row.blank_line {
            self.out.push(b'\n');
        }
        match &row.content {
            Content::Comment(comment) => {
                self.indent(row.level);
                let text = self.writer.comment(*comment);
                self.out.extend_from_slice(text);
            }
            Content::Text(text) => {
                self.indent(row.level);
                self.out.extend_from_slice(&text.bytes);
                if text.ending == Ending::Unfinished {
                    return;
                }
            }
            Content::FileRule(text, columns) => {
                self.indent(row.level + columns.pad);
                match columns.permissions {
                    None => self.out.extend_from_slice(&text.bytes),
                    Some(permissions) => {
                        self.out.extend_from_slice(&text.bytes[..permissions.at]);
                        self.indent(permissions.gap - 1);
                        self.out.extend_from_slice(&text.bytes[permissions.at..]);
                    }
                }
            }
            Content::Block(item) => self.block_item(item, row.level),
            Content::Verbatim(span) => {
                self.out.extend_from_slice(span.of(self.writer.source));
                if span.is_empty() || self.out.ends_with(b"\n") {
                    return;
                }
            }
        }
        if let Some(comment) = row.comment {
            // Behind a line continuation the comment has its line for itself.
            if !matches!(&row.content, Content::Text(text) if text.ending == Ending::Continued) {
                self.indent(row.comment_gap);
            }
            let text = self.writer.comment(comment);
            self.out.extend_from_slice(text);
        }
        self.out.push(b'\n');
    }

    /// A profile, a conditional or a rule block, without the comment behind it.
    fn block_item(&mut self, item: &'a Item, level: usize) {
        let mut tokens = Vec::new();
        head_tokens(item, self.writer.source, &mut tokens);
        self.indent(level);
        let head = self.writer.line(&tokens, level, Breaks::Join, |_, _| {});
        self.out.extend_from_slice(&head);
        let head_end = tokens.last().map(|token| token.span.end as usize);
        match &item.kind {
            ItemKind::Profile(profile) => self.block(&profile.body, head_end, level),
            ItemKind::Block(block) => self.block(&block.body, head_end, level),
            ItemKind::Conditional(conditional) => self.conditional(conditional, head_end, level),
            _ => {}
        }
    }

    fn conditional(&mut self, conditional: &'a Conditional, head_end: Option<usize>, level: usize) {
        let mut previous: Option<&Block> = None;
        for branch in &conditional.branches {
            let mut head_end = head_end;
            if let Some(previous) = previous {
                let keyword = branch.keyword;
                self.before_else(previous, keyword, level);
                let mut tokens = Vec::new();
                crate::syntax::branch_tokens(branch, self.writer.source, &mut tokens);
                head_end = tokens.last().map(|token| token.span.end as usize);
                let head = self.writer.line(&tokens, level, Breaks::Join, |_, _| {});
                self.out.extend_from_slice(&head);
            }
            self.block(&branch.body, head_end, level);
            previous = Some(&branch.body);
        }
        if let (Some(previous), Some((keyword, body))) = (previous, &conditional.otherwise) {
            self.before_else(previous, *keyword, level);
            self.out.extend_from_slice(b"else");
            self.block(body, Some(keyword.end as usize), level);
        }
    }

    /// What stands between `}` and `else`.
    fn before_else(&mut self, previous: &Block, keyword: Span, level: usize) {
        let from = previous.close.end as usize;
        let comments = self.writer.comments_in(Span::new(from, keyword.start as usize));
        self.writer.inner_comments(comments, from, level, &mut self.out);
        if comments.is_empty() {
            self.out.push(b' ');
        } else {
            new_line(&mut self.out, level);
        }
    }

    /// A block from its `{` through its `}`; its head, if it has one, ends at `head_end`.
    fn block(&mut self, block: &'a Block, head_end: Option<usize>, level: usize) {
        let inner = level + self.style.indent;
        match head_end {
            None => self.brace(block),
            Some(head_end) => {
                let between = Span::new(head_end, block.open.start as usize);
                let comments = self.writer.comments_in(between);
                self.open(block, comments, head_end, level);
            }
        }
        self.items(&block.items, Place::Body(inner), block.close.start as usize);
        self.indent(level);
        self.out.push(b'}');
    }

    /// The brace behind a head, and the comment behind the brace. A comment between head and brace goes behind the brace;
    /// where there is one already, the brace keeps its own line.
    fn open(&mut self, block: &Block, comments: &[Comment], head_end: usize, level: usize) {
        if block.comment.is_some() && !comments.is_empty() {
            self.writer.inner_comments(comments, head_end, level, &mut self.out);
            new_line(&mut self.out, level);
            self.brace(block);
            return;
        }
        self.out.push(b' ');
        if comments.is_empty() {
            self.brace(block);
            return;
        }
        self.out.push(b'{');
        self.writer.inner_comments(comments, head_end, level + self.style.indent, &mut self.out);
        self.out.push(b'\n');
    }

    /// The brace and the comment behind it.
    fn brace(&mut self, block: &Block) {
        self.out.push(b'{');
        if let Some(comment) = block.comment {
            self.out.push(b' ');
            let text = self.writer.comment(comment);
            self.out.extend_from_slice(text);
        }
        self.out.push(b'\n');
    }

    fn indent(&mut self, blanks: usize) {
        self.out.resize(self.out.len() + blanks, b' ');
    }
}

/// A line that tells an editor something of the file.
fn is_modeline(comment: &[u8]) -> bool {
    let hashes = comment.iter().take_while(|byte| **byte == b'#').count();
    let text = comment[hashes..].trim_ascii_start();
    [&b"vim:"[..], b"vi:", b"ex:", b"-*-"].iter().any(|word| text.starts_with(word))
}

/// Lines up what stands in columns.
fn align(rows: &mut [Row<'_>], source: &[u8]) {
    let file_runs = runs(rows, |row| matches!(row.content, Content::FileRule(..)), Between::Comments);
    file_runs.iter().for_each(|run| align_owner(rows, run));
    align_permissions(rows, &file_runs);
    let commented = |row: &Row<'_>| match &row.content {
        Content::Text(text) => row.comment.is_some() && !text.bytes.contains(&b'\n'),
        Content::FileRule(..) => row.comment.is_some(),
        _ => false,
    };
    for run in runs(rows, commented, Between::Nothing) {
        align_comments(rows, &run, source);
    }
}

/// What may stand between the rows of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    Nothing,
    Comments,
}

/// The runs of rows that fit, with no blank line between.
fn runs(rows: &[Row<'_>], fits: impl Fn(&Row<'_>) -> bool, between: Between) -> Vec<Vec<usize>> {
    let mut runs = vec![Vec::new()];
    for (index, row) in rows.iter().enumerate() {
        let transparent = between == Between::Comments && matches!(row.content, Content::Comment(_));
        if row.blank_line || !(fits(row) || transparent) {
            runs.push(Vec::new());
        }
        if fits(row)
            && let Some(run) = runs.last_mut()
        {
            run.push(index);
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

fn file_columns<'r>(rows: &'r mut [Row<'_>], index: usize) -> Option<&'r mut FileColumns> {
    match &mut rows[index].content {
        Content::FileRule(_, columns) => Some(columns),
        _ => None,
    }
}

/// Puts plain paths under the paths behind `owner`, where at least half of them stand there.
fn align_owner(rows: &mut [Row<'_>], run: &[usize]) {
    let of = |prefix: Prefix| -> Vec<usize> {
        let columns = run.iter().filter_map(|index| match &rows[*index].content {
            Content::FileRule(_, columns) if columns.prefix == prefix => Some(columns.path_column),
            _ => None,
        });
        columns.collect()
    };
    let (owner, plain) = (of(Prefix::Owner), of(Prefix::Nothing));
    let mut counts: HashMap<usize, usize> = HashMap::new();
    owner.iter().for_each(|column| *counts.entry(*column).or_default() += 1);
    let most = owner.iter().max_by_key(|column| counts.get(column));
    let under = plain.iter().filter(|column| most == Some(column)).count();
    if under == 0 || under * 2 < plain.len() {
        return;
    }
    for index in run {
        if let Some(columns) = file_columns(rows, *index).filter(|columns| columns.prefix == Prefix::Nothing)
        {
            columns.pad = OWNER;
        }
    }
}

/// Lines up the permissions of each run. A run without a column of its own may stand in the column of another run.
fn align_permissions(rows: &mut [Row<'_>], runs: &[Vec<usize>]) {
    let cells: Vec<Vec<(usize, Cell)>> = runs.iter().map(|run| permission_cells(rows, run)).collect();
    let gaps = line_up(cells.iter().map(|run| run.iter().map(|(_, cell)| *cell).collect()).collect());
    for ((row, _), gap) in cells.iter().flatten().zip(gaps.into_iter().flatten()) {
        if let Some(FileColumns { permissions: Some(permissions), .. }) = file_columns(rows, *row) {
            permissions.gap = gap;
        }
    }
}

fn permission_cells(rows: &[Row<'_>], run: &[usize]) -> Vec<(usize, Cell)> {
    let cell = |index: &usize| {
        let Content::FileRule(text, columns) = &rows[*index].content else { return None };
        let permissions = columns.permissions?;
        let cell = Cell {
            before: columns.pad + width(&text.bytes[..permissions.at - 1]),
            width: permissions.width,
            start: permissions.source_column,
            gap: permissions.source_gap,
        };
        Some((*index, cell))
    };
    run.iter().filter_map(cell).collect()
}

fn align_comments(rows: &mut [Row<'_>], run: &[usize], source: &[u8]) {
    let cell = |index: &usize| {
        let row = &rows[*index];
        let (text, added) = match &row.content {
            Content::FileRule(text, columns) => {
                (text, columns.pad + columns.permissions.map_or(0, |permissions| permissions.gap - 1))
            }
            Content::Text(text) => (text, 0),
            _ => return None,
        };
        let start = row.comment?.span.start as usize;
        let column = column_between(&source[text.source_end..start], text.end_column);
        Some(Cell {
            before: row.level + added + width(&text.bytes),
            // Comments line up where they begin only.
            width: 0,
            start: column,
            gap: column - text.end_column,
        })
    };
    let cells: Vec<Cell> = run.iter().filter_map(cell).collect();
    let Some(column) = Column::of(&cells) else { return };
    for (index, cell) in run.iter().zip(&cells) {
        rows[*index].comment_gap = column.gap(cell);
    }
}
