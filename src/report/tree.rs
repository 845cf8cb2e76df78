//! A file's tree as JSON, for programs: a field for each part of each kind of item, with its place. `docs/ast.schema.json` describes
//! it, and a test validates what is written here against it.
//!
//! `rule` has the rules; this file the items around them.

mod rule;

use crate::policy::{Origin, Via};
use crate::source::{Location, SourceFile, SourceMap, Span};
use crate::syntax::{
    AssignmentOperator, Block, Comparison, Condition, ConditionOperator, Conditional, Expression, File,
    IncludeForm, Item, ItemKind, Profile, ProfileKind, Qualifiers, Word, Words,
};
use serde_json::{Map, Value, json};
use std::cell::Cell;
use std::io::{self, Write};

/// Grows when a field changes its meaning or goes; new fields may come without.
const SCHEMA_VERSION: u32 = 1;

/// Writes the tree of `file`, whose text is `source`. Of an expansion `origins` tells where each item comes from, comments left
/// out, in the order of the text.
///
/// # Errors
/// When `out` cannot be written to.
pub fn tree(
    out: &mut dyn Write,
    file: &File,
    source: &SourceFile,
    origins: Option<(&[Origin], &SourceMap)>,
) -> io::Result<()> {
    let tree = Tree { source, origins, next: Cell::new(0) };
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

/// The fields of one object.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Without a value the field is left out.
    fn with_optional(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}

impl From<Fields> for Value {
    fn from(fields: Fields) -> Self {
        Self::Object(fields.0)
    }
}

struct Tree<'a> {
    source: &'a SourceFile,
    origins: Option<(&'a [Origin], &'a SourceMap)>,
    /// How many items have got their origin.
    next: Cell<usize>,
}

impl Tree<'_> {
    fn items(&self, items: &[Item]) -> Value {
        items.iter().map(|item| Value::from(self.item(item))).collect()
    }

    fn item(&self, item: &Item) -> Fields {
        let fields = Fields::default().with("kind", item.kind.name()).with("span", self.span(item.span));
        if let ItemKind::Comment(comment) = item.kind {
            return fields.and(self.text_fields(comment.span));
        }
        let fields = fields.with_optional("origin", self.origin(item));
        let fields = match &item.kind {
            ItemKind::Comment(_) => fields,
            ItemKind::Abi(abi) => fields.with("form", form(abi.form)).with("path", self.word(abi.path)),
            ItemKind::Include(include) => fields
                .with_optional("qualifiers", self.qualifiers(&include.qualifiers))
                .with("if_exists", include.if_exists.is_some())
                .with("form", form(include.form))
                .with("path", self.word(include.path)),
            ItemKind::Assignment(assignment) => fields
                .with("variable", self.word(assignment.variable))
                .with("operator", operator(assignment.operator))
                .with("values", self.words(&assignment.values)),
            ItemKind::BooleanAssignment(assignment) => fields
                .with("variable", self.word(assignment.variable))
                .with("operator", operator(assignment.operator))
                .with("value", self.expression(&assignment.value)),
            ItemKind::Alias(alias) => {
                fields.with("from", self.word(alias.from)).with("to", self.word(alias.to))
            }
            ItemKind::Profile(profile) => fields.and(self.profile(profile)),
            ItemKind::Conditional(conditional) => fields.and(self.conditional(conditional)),
            ItemKind::Block(block) => fields
                .with_optional("qualifiers", self.qualifiers(&block.qualifiers))
                .with("block", self.block(&block.body)),
            ItemKind::Rule(rule) => fields
                .with_optional("qualifiers", self.qualifiers(&rule.qualifiers))
                .and(self.rule(&rule.kind)),
            ItemKind::Error(error) => fields.and(self.text_fields(error.span)),
        };
        fields.with_optional("comment", item.comment.map(|comment| self.text(comment.span)))
    }

    /// Where an item of an expansion comes from.
    fn origin(&self, item: &Item) -> Option<Value> {
        // A block that an expansion keeps is part of its rule.
        if matches!(item.kind, ItemKind::Block(_)) {
            return None;
        }
        let (origins, sources) = self.origins?;
        let origin = origins.get(self.next.replace(self.next.get() + 1))?;
        let place = |location: Location| {
            let file = sources.get(location.file);
            let at = file.line_column(location.span.start as usize);
            Fields::default()
                .with("path", file.path().to_string_lossy().into_owned())
                .with("line", at.line)
                .with("column", at.column)
        };
        let includes: Vec<Value> =
            Via::chain(origin.via.as_ref()).into_iter().map(|include| place(include).into()).collect();
        Some(place(origin.location).with("included_at", includes).into())
    }

    fn profile(&self, profile: &Profile) -> Fields {
        let kind = match profile.kind {
            ProfileKind::Profile => "profile",
            ProfileKind::Hat => "hat",
            ProfileKind::Bare => "bare",
        };
        let identities = profile.identities.iter().flat_map(|one| &one.list.items).copied();
        let identities: Vec<Word> = identities.collect();
        Fields::default()
            .with("form", kind)
            .with("name", self.word(profile.name))
            .with_optional("attachment", self.optional(profile.attachment))
            .with_optional(
                "xattrs",
                profile.xattrs.as_ref().map(|xattrs| self.conditions(&xattrs.conditions)),
            )
            .with_optional("identities", (!identities.is_empty()).then(|| self.words(&identities)))
            .with_optional("flags", profile.flags.as_ref().map(|flags| self.words(&flags.list.items)))
            .with("block", self.block(&profile.body))
    }

    fn conditional(&self, conditional: &Conditional) -> Fields {
        let branches = conditional.branches.iter().map(|branch| {
            let fields = Fields::default().with("condition", self.expression(&branch.condition));
            Value::from(fields.with("block", self.block(&branch.body)))
        });
        Fields::default()
            .with("branches", branches.collect::<Value>())
            .with_optional("else", conditional.otherwise.as_ref().map(|(_, body)| self.block(body)))
    }

    /// A block from `{` through `}`.
    fn block(&self, block: &Block) -> Value {
        Fields::default()
            .with("span", self.span(block.open.to(block.close)))
            .with_optional("comment", block.comment.map(|comment| self.text(comment.span)))
            .with("items", self.items(&block.items))
            .into()
    }

    fn expression(&self, expression: &Expression) -> Value {
        let fields = Fields::default().with("span", self.span(expression.span()));
        let two = |name: &str, left: &Expression, right: &Expression| {
            Fields::default()
                .with("operator", name)
                .with("left", self.expression(left))
                .with("right", self.expression(right))
        };
        let one =
            |name: &str, operand: Value| Fields::default().with("operator", name).with("operand", operand);
        let own = match expression {
            Expression::Or(left, right) => two("or", left, right),
            Expression::And(left, right) => two("and", left, right),
            Expression::Not(_, inner) => one("not", self.expression(inner)),
            Expression::Group(_, inner) => one("group", self.expression(inner)),
            Expression::Defined(_, word) => one("defined", self.word(*word)),
            Expression::Variable(word) => one("variable", self.word(*word)),
            Expression::Word(word) => one("word", self.word(*word)),
            Expression::Compare(left, comparison, right) => Fields::default()
                .with("operator", comparison_name(*comparison))
                .with("left", self.word(*left))
                .with("right", self.word(*right)),
        };
        fields.and(own).into()
    }

    /// Nothing when none is written.
    fn qualifiers(&self, qualifiers: &Qualifiers) -> Option<Value> {
        let word = |span: Span| self.text(span);
        let fields = Fields::default()
            .with("span", self.span(qualifiers.span))
            .with_optional("priority", self.optional(qualifiers.priority))
            .with_optional("audit", qualifiers.audit.map(word))
            .with_optional("decision", qualifiers.decision.map(|(_, span)| word(span)))
            .with_optional("ownership", qualifiers.ownership.map(|(_, span)| word(span)));
        (!qualifiers.is_empty()).then(|| fields.into())
    }

    fn conditions(&self, conditions: &[Condition]) -> Value {
        let condition = |condition: &Condition| {
            let sign = match condition.operator {
                ConditionOperator::Equals => "=",
                ConditionOperator::ColonEquals => ":=",
                ConditionOperator::In => "in",
            };
            let values = condition.value.as_ref().map(Words::words).unwrap_or_default();
            let fields = Fields::default()
                .with("span", self.span(condition.span))
                .with("name", self.word(condition.name))
                .with_optional("operator", condition.value.as_ref().map(|_| sign))
                .with("values", self.words(values));
            Value::from(fields)
        };
        conditions.iter().map(condition).collect()
    }

    fn words(&self, words: &[Word]) -> Value {
        words.iter().map(|word| self.word(*word)).collect()
    }

    fn optional(&self, word: Option<Word>) -> Option<Value> {
        word.map(|word| self.word(word))
    }

    fn word(&self, word: Word) -> Value {
        self.text(word.span)
    }

    fn text(&self, span: Span) -> Value {
        self.text_fields(span).with("span", self.span(span)).into()
    }

    /// The text as written, quotes included. Bytes that are not UTF-8 are replaced in `text` and given in `bytes` too.
    fn text_fields(&self, span: Span) -> Fields {
        let bytes = span.of(self.source.bytes());
        let is_text = std::str::from_utf8(bytes).is_ok();
        Fields::default()
            .with("text", String::from_utf8_lossy(bytes).into_owned())
            .with_optional("bytes", (!is_text).then(|| bytes.to_vec()))
    }

    fn span(&self, span: Span) -> Value {
        let place = self.source.line_column(span.start as usize);
        json!({ "start": span.start, "end": span.end, "line": place.line, "column": place.column })
    }
}

fn form(form: IncludeForm) -> &'static str {
    match form {
        IncludeForm::Search => "search",
        IncludeForm::Quoted => "quoted",
        IncludeForm::Bare => "bare",
    }
}

fn operator(operator: AssignmentOperator) -> &'static str {
    match operator {
        AssignmentOperator::Set => "=",
        AssignmentOperator::Add => "+=",
        AssignmentOperator::SetIfUnset => "?=",
        AssignmentOperator::Replace => ":=",
    }
}

fn comparison_name(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
        Comparison::In => "in",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
    }
}
