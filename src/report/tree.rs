//! A file's tree as JSON, for programs. `docs/ast.schema.json` describes it, and a test validates what is written here
//! against it.

use crate::source::{SourceFile, Span};
use crate::syntax::{Block, File, Item, ItemKind, Role, Token, branch_tokens, head_tokens};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// Grows when a field changes its meaning or goes; new fields may come without.
const SCHEMA_VERSION: u32 = 1;

/// Writes the tree of `file`, whose text is `source`.
///
/// # Errors
/// When `out` cannot be written to.
pub fn tree(
    out: &mut dyn Write,
    file: &File,
    source: &SourceFile,
    _origins: Option<(&[crate::policy::Origin], &crate::source::SourceMap)>,
) -> io::Result<()> {
    let tree = Tree { source };
    let document = json!({
        "version": SCHEMA_VERSION,
        "tool": { "name": "aakit", "version": env!("CARGO_PKG_VERSION") },
        "path": source.path().to_string_lossy(),
        "items": tree.items(&file.items),
        "comments": file.comments.iter().map(|comment| tree.text(comment.span)).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

struct Tree<'a> {
    source: &'a SourceFile,
}

impl Tree<'_> {
    fn items(&self, items: &[Item]) -> Vec<Value> {
        items.iter().map(|item| Value::Object(self.item(item))).collect()
    }

    fn item(&self, item: &Item) -> Map<String, Value> {
        let mut object = Map::new();
        object.insert("kind".to_owned(), json!(item.kind.name()));
        object.insert("span".to_owned(), self.span(item.span));
        if let ItemKind::Comment(comment) = item.kind {
            object.insert("text".to_owned(), self.text(comment.span)["text"].clone());
            return object;
        }
        let mut words = Vec::new();
        head_tokens(item, self.source.bytes(), &mut words);
        match &item.kind {
            ItemKind::Profile(profile) => self.blocks(&mut object, vec![self.block(&words, &profile.body)]),
            ItemKind::Block(block) => self.blocks(&mut object, vec![self.block(&words, &block.body)]),
            ItemKind::Conditional(conditional) => {
                let branch = |branch: &crate::syntax::Branch| {
                    let mut words = Vec::new();
                    branch_tokens(branch, self.source.bytes(), &mut words);
                    self.block(&words, &branch.body)
                };
                let mut blocks: Vec<Value> = conditional.branches.iter().map(branch).collect();
                if let Some((keyword, body)) = &conditional.otherwise {
                    blocks.push(self.block(&[Token { span: *keyword, role: Role::Keyword }], body));
                }
                self.blocks(&mut object, blocks);
            }
            _ => {
                object.insert("words".to_owned(), self.words(&words));
            }
        }
        if let Some(comment) = item.comment {
            object.insert("comment".to_owned(), self.text(comment.span));
        }
        object
    }

    fn blocks(&self, object: &mut Map<String, Value>, blocks: Vec<Value>) {
        object.insert("blocks".to_owned(), Value::Array(blocks));
    }

    /// A block with the words before its brace.
    fn block(&self, head: &[Token], block: &Block) -> Value {
        let mut object = Map::new();
        object.insert("words".to_owned(), self.words(head));
        object.insert("span".to_owned(), self.span(block.open.to(block.close)));
        if let Some(comment) = block.comment {
            object.insert("comment".to_owned(), self.text(comment.span));
        }
        object.insert("items".to_owned(), Value::Array(self.items(&block.items)));
        Value::Object(object)
    }

    fn words(&self, words: &[Token]) -> Value {
        let word = |token: &Token| {
            let mut object = Map::from_iter([("role".to_owned(), json!(role_name(token.role)))]);
            if let Value::Object(mut text) = self.text(token.span) {
                object.append(&mut text);
            }
            Value::Object(object)
        };
        Value::Array(words.iter().map(word).collect())
    }

    /// The text and its place. Bytes that are not UTF-8 are replaced in `text` and given in `bytes` too.
    fn text(&self, span: Span) -> Value {
        let bytes = span.of(self.source.bytes());
        let mut object = Map::from_iter([
            ("text".to_owned(), json!(String::from_utf8_lossy(bytes))),
            ("span".to_owned(), self.span(span)),
        ]);
        if std::str::from_utf8(bytes).is_err() {
            object.insert("bytes".to_owned(), json!(bytes));
        }
        Value::Object(object)
    }

    fn span(&self, span: Span) -> Value {
        let place = self.source.line_column(span.start as usize);
        json!({ "start": span.start, "end": span.end, "line": place.line, "column": place.column })
    }
}

/// The role in a word of the schema.
fn role_name(role: Role) -> &'static str {
    match role {
        Role::Keyword => "keyword",
        Role::Caret => "caret",
        Role::Plus => "plus",
        Role::Word => "word",
        Role::Operand => "source",
        Role::Permissions => "permissions",
        Role::Unit => "unit",
        Role::ClauseName => "clause",
        Role::Equals => "equals",
        Role::In => "in",
        Role::Operator => "operator",
        Role::Arrow => "arrow",
        Role::OpenList => "open-list",
        Role::CloseList => "close-list",
        Role::OpenGroup => "open-group",
        Role::CloseGroup => "close-group",
        Role::OpenAngle => "open-angle",
        Role::CloseAngle => "close-angle",
        Role::OpenBlock => "open-block",
        Role::CloseBlock => "close-block",
        Role::Comma => "comma",
        Role::Error => "error",
    }
}
