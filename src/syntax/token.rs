//! A tree as the list of its words, in the order of the source: for who writes a file anew or compares two files. With
//! blanks, line ends, comments and the commas of lists, the words account for every byte of a file without errors.

use super::block::Block;
use super::clause::{Condition, ConditionOperator, Peer};
use super::conditional::{Branch, Comparison, Conditional, Expression};
use super::file::{File, Item, ItemKind};
use super::file_rule::{FileRule, Target};
use super::include::{Include, IncludeForm};
use super::mount::MountRule;
use super::profile::{Profile, ProfileKind};
use super::qualifiers::Qualifiers;
use super::rule::{Rule, RuleKind};
use super::word::{List, Word, Words};
use crate::source::Span;

/// One word, or one mark of punctuation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Its bytes.
    pub span: Span,
    /// What it is.
    pub role: Role,
}

/// What a word is to the item that it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A fixed word: `audit`, `profile`, `if`, `exists`, `and`.
    Keyword,
    /// The `^` of a hat: its name is glued to it.
    Caret,
    /// The `+` of `+identities`: the word is glued to it.
    Plus,
    /// A name, a path or a value.
    Word,
    /// The source of a mount rule.
    Operand,
    /// The permissions of a file rule.
    Permissions,
    /// The unit behind the number of a limit, which may be glued to it.
    Unit,
    /// The name of a clause: `options` in `options=(ro)`.
    ClauseName,
    /// The mark behind the name of a clause: `=` or `:=`.
    Equals,
    /// The word `in` behind the name of a clause.
    In,
    /// The operator of an assignment, or of a comparison.
    Operator,
    /// `->`
    Arrow,
    /// `(` of a list.
    OpenList,
    /// `)` of a list.
    CloseList,
    /// `(` of an expression.
    OpenGroup,
    /// `)` of an expression.
    CloseGroup,
    /// `<` of an include.
    OpenAngle,
    /// `>` of an include.
    CloseAngle,
    /// `{`
    OpenBlock,
    /// `}`
    CloseBlock,
    /// The comma that ends a rule.
    Comma,
    /// Text that could not be read.
    Error,
}

/// A step of a walk over a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// An item begins; its kind by name.
    Enter(&'static str),
    /// A word.
    Token(Token),
    /// A comment that belongs to no rule: on its own line, or behind an item or a brace.
    Comment(Span),
    /// The item ends.
    Leave,
}

impl File {
    /// Walks the tree in the order of the source.
    pub fn walk(&self, source: &[u8], visit: &mut impl FnMut(Step)) {
        let mut walker = Walker { source, visit };
        walker.items(&self.items);
    }
}

/// The words of one item that holds no block; of one with blocks, those before its first `{`.
pub fn head_tokens(item: &Item, source: &[u8], tokens: &mut Vec<Token>) {
    let mut push = |step| {
        if let Step::Token(token) = step {
            tokens.push(token);
        }
    };
    let mut walker = Walker { source, visit: &mut push };
    match &item.kind {
        ItemKind::Profile(profile) => walker.head(profile),
        ItemKind::Block(block) => walker.qualifiers(&block.qualifiers),
        ItemKind::Conditional(conditional) => {
            if let Some(branch) = conditional.branches.first() {
                branch_tokens(branch, source, tokens);
            }
        }
        _ => walker.simple_item(item),
    }
}

/// The words of a branch before its `{`.
pub fn branch_tokens(branch: &Branch, source: &[u8], tokens: &mut Vec<Token>) {
    let mut push = |step| {
        if let Step::Token(token) = step {
            tokens.push(token);
        }
    };
    let mut walker = Walker { source, visit: &mut push };
    walker.words(branch.keyword);
    walker.expression(&branch.condition);
}

struct Walker<'a, F> {
    source: &'a [u8],
    visit: &'a mut F,
}

impl<F: FnMut(Step)> Walker<'_, F> {
    fn items(&mut self, items: &[Item]) {
        for item in items {
            (self.visit)(Step::Enter(item.kind.name()));
            match &item.kind {
                ItemKind::Profile(profile) => {
                    self.head(profile);
                    self.block(&profile.body);
                }
                ItemKind::Block(block) => {
                    self.qualifiers(&block.qualifiers);
                    self.block(&block.body);
                }
                ItemKind::Conditional(conditional) => self.conditional(conditional),
                _ => self.simple_item(item),
            }
            if let Some(comment) = item.comment {
                (self.visit)(Step::Comment(comment.span));
            }
            (self.visit)(Step::Leave);
        }
    }

    fn block(&mut self, block: &Block) {
        self.token(block.open, Role::OpenBlock);
        if let Some(comment) = block.comment {
            (self.visit)(Step::Comment(comment.span));
        }
        self.items(&block.items);
        self.token(block.close, Role::CloseBlock);
    }

    fn conditional(&mut self, conditional: &Conditional) {
        for branch in &conditional.branches {
            self.words(branch.keyword);
            self.expression(&branch.condition);
            self.block(&branch.body);
        }
        if let Some((keyword, body)) = &conditional.otherwise {
            self.token(*keyword, Role::Keyword);
            self.block(body);
        }
    }

    fn head(&mut self, profile: &Profile) {
        if let Some(keyword) = profile.keyword {
            let caret = profile.kind == ProfileKind::Hat && keyword.len() == 1;
            self.token(keyword, if caret { Role::Caret } else { Role::Keyword });
        }
        self.word(profile.name);
        self.optional_word(profile.attachment);
        if let Some(xattrs) = &profile.xattrs {
            self.clause_list(xattrs.span, &xattrs.conditions);
        }
        for identities in &profile.identities {
            let plus = Span::new(start(identities.span), start(identities.span) + 1);
            self.token(plus, Role::Plus);
            let name = self.behind(plus, b"identities".len());
            self.token(name, Role::ClauseName);
            let equals = self.behind(name, 1);
            self.token(equals, Role::Equals);
            self.list(&identities.list);
        }
        if let Some(flags) = &profile.flags {
            if let Some(keyword) = flags.keyword {
                self.token(keyword, Role::ClauseName);
                let equals = self.behind(keyword, 1);
                self.token(equals, Role::Equals);
            }
            self.list(&flags.list);
        }
    }

    fn simple_item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Comment(comment) => (self.visit)(Step::Comment(comment.span)),
            ItemKind::Abi(abi) => {
                self.token(abi.keyword, Role::Keyword);
                self.file_name(abi.form, abi.path);
                self.comma(item);
            }
            ItemKind::Include(include) => self.include(include),
            ItemKind::Assignment(assignment) => {
                self.word(assignment.variable);
                self.token(assignment.operator_span, Role::Operator);
                assignment.values.iter().for_each(|word| self.word(*word));
            }
            ItemKind::BooleanAssignment(assignment) => {
                self.word(assignment.variable);
                self.token(assignment.operator_span, Role::Operator);
                self.expression(&assignment.value);
            }
            ItemKind::Alias(alias) => {
                self.token(alias.keyword, Role::Keyword);
                self.word(alias.from);
                let arrow = self.behind(alias.from.span, 2);
                self.token(arrow, Role::Arrow);
                self.word(alias.to);
                self.comma(item);
            }
            ItemKind::Rule(rule) => {
                self.rule(rule);
                self.comma(item);
            }
            ItemKind::Error(error) => self.token(error.span, Role::Error),
            ItemKind::Profile(_) | ItemKind::Conditional(_) | ItemKind::Block(_) => {}
        }
    }

    fn include(&mut self, include: &Include) {
        self.qualifiers(&include.qualifiers);
        self.token(include.keyword, Role::Keyword);
        if let Some(span) = include.if_exists {
            self.words(span);
        }
        self.file_name(include.form, include.path);
    }

    /// The name of a file with its brackets or quotes.
    fn file_name(&mut self, form: IncludeForm, path: Word) {
        let (start, end) = (start(path.span), end(path.span));
        match form {
            IncludeForm::Bare => self.word(path),
            IncludeForm::Quoted => self.token(Span::new(start - 1, end + 1), Role::Word),
            IncludeForm::Search => {
                let quote = usize::from(start > 0 && self.source.get(start - 1) == Some(&b'"'));
                let (start, end) = (start - quote, end + quote);
                let before = self.source[..start].trim_ascii_end().len();
                self.token(Span::new(before.saturating_sub(1), before), Role::OpenAngle);
                self.token(Span::new(start, end), Role::Word);
                let close = self.behind(Span::at(end), 1);
                self.token(close, Role::CloseAngle);
            }
        }
    }

    fn rule(&mut self, rule: &Rule) {
        self.qualifiers(&rule.qualifiers);
        match &rule.kind {
            RuleKind::File(rule) => self.file_rule(rule),
            RuleKind::Link(rule) => {
                self.token(rule.keyword, Role::Keyword);
                self.optional(rule.subset, Role::Keyword);
                self.word(rule.name);
                let arrow = self.behind(rule.name.span, 2);
                self.token(arrow, Role::Arrow);
                self.word(rule.target);
            }
            RuleKind::Capability(rule) => {
                self.token(rule.keyword, Role::Keyword);
                rule.names.iter().for_each(|word| self.word(*word));
            }
            RuleKind::Network(rule) => {
                self.keyword_and_access(rule.keyword, rule.access.as_ref());
                rule.words.iter().for_each(|word| self.word(*word));
                self.conditions(&rule.conditions);
                self.peer(rule.peer.as_ref());
            }
            RuleKind::Mount(rule) => self.mount(rule),
            RuleKind::PivotRoot(rule) => {
                self.token(rule.keyword, Role::Keyword);
                self.conditions(&rule.conditions);
                if let Some(word) = rule.new_root {
                    self.token(word.span, Role::Operand);
                }
                self.target(rule.target);
            }
            RuleKind::Ptrace(rule) => {
                self.keyword_and_access(rule.keyword, rule.access.as_ref());
                self.conditions(&rule.conditions);
            }
            RuleKind::Signal(rule) => {
                self.keyword_and_access(rule.keyword, rule.access.as_ref());
                self.conditions(&rule.conditions);
            }
            RuleKind::Dbus(rule) => {
                self.keyword_and_access(rule.keyword, rule.access.as_ref());
                self.conditions(&rule.conditions);
                self.peer(rule.peer.as_ref());
            }
            RuleKind::Unix(rule) => {
                self.keyword_and_access(rule.keyword, rule.access.as_ref());
                self.conditions(&rule.conditions);
                self.peer(rule.peer.as_ref());
            }
            RuleKind::Userns(rule) => self.keyword_and_access(rule.keyword, rule.access.as_ref()),
            RuleKind::Mqueue(rule) => {
                self.keyword_and_access(rule.keyword, rule.access.as_ref());
                self.conditions(&rule.conditions);
                self.optional_word(rule.name);
            }
            RuleKind::IoUring(rule) => {
                self.keyword_and_access(rule.keyword, rule.access.as_ref());
                self.conditions(&rule.conditions);
                self.peer(rule.peer.as_ref());
            }
            RuleKind::ChangeProfile(rule) => {
                self.token(rule.keyword, Role::Keyword);
                self.optional(rule.safety.map(|(_, span)| span), Role::Keyword);
                self.optional_word(rule.exec);
                self.target(rule.target);
            }
            RuleKind::Rlimit(rule) => {
                self.words(rule.keyword);
                self.word(rule.name);
                let operator = self.behind(rule.name.span, 2);
                self.token(operator, Role::Operator);
                self.word(rule.value);
                self.optional(rule.unit.map(|unit| unit.span), Role::Unit);
            }
            RuleKind::All(rule) => self.token(rule.keyword, Role::Keyword),
        }
    }

    fn file_rule(&mut self, rule: &FileRule) {
        self.optional(rule.keyword, Role::Keyword);
        self.optional(rule.safety.map(|(_, span)| span), Role::Keyword);
        let permissions = rule.permissions.map(|word| word.span);
        if rule.permissions_first {
            self.optional(permissions, Role::Permissions);
            self.optional(rule.subset, Role::Keyword);
        }
        self.optional_word(rule.path);
        if !rule.permissions_first {
            self.optional(permissions, Role::Permissions);
        }
        self.target(rule.target);
    }

    fn mount(&mut self, rule: &MountRule) {
        self.token(rule.keyword, Role::Keyword);
        self.conditions(&rule.conditions);
        if let Some(word) = rule.source {
            self.token(word.span, Role::Operand);
        }
        self.optional(rule.arrow, Role::Arrow);
        if let Some(word) = rule.mountpoint {
            self.token(word.span, if rule.arrow.is_some() { Role::Word } else { Role::Operand });
        }
    }

    fn keyword_and_access(&mut self, keyword: Span, access: Option<&Words>) {
        self.token(keyword, Role::Keyword);
        match access {
            Some(Words::Word(word)) => self.word(*word),
            Some(Words::List(list)) => self.list(list),
            None => {}
        }
    }

    fn qualifiers(&mut self, qualifiers: &Qualifiers) {
        if let Some(number) = qualifiers.priority {
            let first = start(qualifiers.span);
            let name = Span::new(first, first + b"priority".len());
            self.token(name, Role::Keyword);
            let equals = self.behind(name, 1);
            self.token(equals, Role::Equals);
            self.word(number);
        }
        self.optional(qualifiers.audit, Role::Keyword);
        self.optional(qualifiers.decision.map(|(_, span)| span), Role::Keyword);
        self.optional(qualifiers.ownership.map(|(_, span)| span), Role::Keyword);
    }

    fn conditions(&mut self, conditions: &[Condition]) {
        for condition in conditions {
            self.token(condition.name.span, Role::ClauseName);
            let Some(value) = &condition.value else { continue };
            let (length, role) = match condition.operator {
                ConditionOperator::Equals => (1, Role::Equals),
                ConditionOperator::ColonEquals => (2, Role::Equals),
                ConditionOperator::In => (2, Role::In),
            };
            let operator = self.behind(condition.name.span, length);
            self.token(operator, role);
            match value {
                Words::Word(word) => self.word(*word),
                Words::List(list) => self.list(list),
            }
        }
    }

    fn peer(&mut self, peer: Option<&Peer>) {
        if let Some(peer) = peer {
            self.clause_list(peer.span, &peer.conditions);
        }
    }

    /// `NAME=(…)` with conditions inside, of which only the whole place is known.
    fn clause_list(&mut self, span: Span, conditions: &[Condition]) {
        let text = span.of(self.source);
        let length = text.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(text.len());
        let name = Span::new(start(span), start(span) + length);
        self.token(name, Role::ClauseName);
        let equals = self.behind(name, 1);
        self.token(equals, Role::Equals);
        let open = self.behind(equals, 1);
        self.token(open, Role::OpenList);
        self.conditions(conditions);
        self.token(Span::new(end(span) - 1, end(span)), Role::CloseList);
    }

    fn list(&mut self, list: &List) {
        self.token(Span::new(start(list.span), start(list.span) + 1), Role::OpenList);
        list.items.iter().for_each(|word| self.word(*word));
        self.token(Span::new(end(list.span) - 1, end(list.span)), Role::CloseList);
    }

    fn expression(&mut self, expression: &Expression) {
        match expression {
            Expression::Or(left, right) => {
                self.expression(left);
                let or = self.behind(left.span(), 2);
                self.token(or, Role::Keyword);
                self.expression(right);
            }
            Expression::And(left, right) => {
                self.expression(left);
                let and = self.behind(left.span(), 3);
                self.token(and, Role::Keyword);
                self.expression(right);
            }
            Expression::Not(keyword, inner) => {
                self.token(*keyword, Role::Keyword);
                self.expression(inner);
            }
            Expression::Group(span, inner) => {
                self.token(Span::new(start(*span), start(*span) + 1), Role::OpenGroup);
                self.expression(inner);
                self.token(Span::new(end(*span) - 1, end(*span)), Role::CloseGroup);
            }
            Expression::Defined(keyword, word) => {
                self.token(*keyword, Role::Keyword);
                self.word(*word);
            }
            Expression::Variable(word) | Expression::Word(word) => self.word(*word),
            Expression::Compare(left, comparison, right) => {
                self.word(*left);
                let length = if matches!(comparison, Comparison::Greater | Comparison::Less) { 1 } else { 2 };
                let operator = self.behind(left.span, length);
                self.token(operator, Role::Operator);
                self.word(*right);
            }
        }
    }

    fn target(&mut self, target: Option<Target>) {
        if let Some(target) = target {
            self.token(target.arrow, Role::Arrow);
            self.word(target.name);
        }
    }

    fn comma(&mut self, item: &Item) {
        let end = end(item.span);
        if end > 0 && self.source.get(end - 1) == Some(&b',') {
            self.token(Span::new(end - 1, end), Role::Comma);
        }
    }

    /// The words of a span that holds fixed words and blanks, such as `if  exists`.
    fn words(&mut self, span: Span) {
        let mut at = start(span);
        while at < end(span) {
            let length =
                self.source[at..end(span)].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
            self.token(Span::new(at, at + length.max(1)), Role::Keyword);
            at = skip_trivia(self.source, at + length.max(1));
        }
    }

    fn word(&mut self, word: Word) {
        self.token(word.span, Role::Word);
    }

    fn optional_word(&mut self, word: Option<Word>) {
        self.optional(word.map(|word| word.span), Role::Word);
    }

    fn optional(&mut self, span: Option<Span>, role: Role) {
        if let Some(span) = span {
            self.token(span, role);
        }
    }

    fn token(&mut self, span: Span, role: Role) {
        (self.visit)(Step::Token(Token { span, role }));
    }

    /// The mark of `length` bytes that is the next thing behind `span`.
    fn behind(&self, span: Span, length: usize) -> Span {
        let at = skip_trivia(self.source, end(span));
        Span::new(at, (at + length).min(self.source.len()).max(at))
    }
}

/// The offset of the next byte that is no blank, line end, comment or line continuation.
fn skip_trivia(source: &[u8], mut at: usize) -> usize {
    loop {
        match source.get(at..).unwrap_or_default() {
            [b' ' | b'\t' | b'\n' | b'\r', ..] => at += 1,
            [b'\\', b'\n', ..] => at += 2,
            [b'#', rest @ ..] => at += 1 + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
            _ => return at,
        }
    }
}

fn start(span: Span) -> usize {
    span.start as usize
}

fn end(span: Span) -> usize {
    span.end as usize
}
