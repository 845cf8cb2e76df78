//! Reads the EBNF of the XML recommendation, with the tags in comments that `grammar/apparmor.ebnf` explains.

use aakit::vocabulary::Version;
use std::collections::BTreeMap;

/// What may stand between the items of a production.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    Trivia,
    Space,
    Blanks,
    Nothing,
}

/// Names one decision that a derivation makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Alternative(pub usize);

#[derive(Debug, Clone)]
pub enum Expr {
    Literal(Vec<u8>),
    /// The bytes that are allowed.
    Class(Vec<u8>),
    Reference(String),
    Sequence(Vec<Expr>),
    Choice(Vec<Branch>),
    /// At least `min` times; the alternatives are "as few as possible" and "more". At most once when `once`.
    Repeat {
        inner: Box<Expr>,
        min: usize,
        once: bool,
        few: Alternative,
        more: Alternative,
    },
    /// The first, unless the second matches the same text.
    Except(Box<Expr>, Box<Expr>),
}

#[derive(Debug, Clone)]
pub struct Branch {
    pub id: Alternative,
    pub since: Version,
    pub expr: Expr,
}

#[derive(Debug, Clone)]
pub struct Production {
    pub name: String,
    pub comment: String,
    pub since: Version,
    pub between: Between,
    /// The vocabulary table that the alternatives are.
    pub words: Option<String>,
    /// The table of condition names that it has some of.
    pub conditions: Option<String>,
    /// The function that reads it, when it has another name.
    pub read_in: Option<String>,
    pub expr: Expr,
    pub line: usize,
}

#[derive(Debug)]
pub struct Grammar {
    /// In the order of the file.
    pub order: Vec<String>,
    pub productions: BTreeMap<String, Production>,
    /// For each alternative what it is, for messages.
    pub alternatives: Vec<String>,
}

impl Grammar {
    pub fn read(text: &str) -> Self {
        Reader { tokens: tokens(text), at: 0, current: String::new(), alternatives: Vec::new() }.grammar()
    }

    pub fn production(&self, name: &str) -> &Production {
        self.productions.get(name).unwrap_or_else(|| panic!("`{name}` is used but not defined"))
    }
}

/// The names that an expression refers to.
pub fn references(expr: &Expr) -> Vec<&str> {
    match expr {
        Expr::Literal(_) | Expr::Class(_) => Vec::new(),
        Expr::Reference(name) => vec![name],
        Expr::Sequence(items) => items.iter().flat_map(references).collect(),
        Expr::Choice(branches) => branches.iter().flat_map(|branch| references(&branch.expr)).collect(),
        Expr::Repeat { inner, .. } => references(inner),
        Expr::Except(all, but) => references(all).into_iter().chain(references(but)).collect(),
    }
}

/// The names that an expression refers to, without those that only say what it is not.
pub fn shown_references(expr: &Expr) -> Vec<&str> {
    match expr {
        Expr::Except(all, _) => shown_references(all),
        Expr::Sequence(items) => items.iter().flat_map(shown_references).collect(),
        Expr::Choice(branches) => branches.iter().flat_map(|branch| shown_references(&branch.expr)).collect(),
        Expr::Repeat { inner, .. } => shown_references(inner),
        _ => references(expr),
    }
}

/// The alternatives of an expression, without those that only say what it is not.
pub fn shown_alternatives(expr: &Expr) -> Vec<Alternative> {
    match expr {
        Expr::Literal(_) | Expr::Class(_) | Expr::Reference(_) => Vec::new(),
        Expr::Sequence(items) => items.iter().flat_map(shown_alternatives).collect(),
        Expr::Choice(branches) => branches
            .iter()
            .flat_map(|branch| std::iter::once(branch.id).chain(shown_alternatives(&branch.expr)))
            .collect(),
        Expr::Repeat { inner, few, more, .. } => {
            [*few, *more].into_iter().chain(shown_alternatives(inner)).collect()
        }
        Expr::Except(all, _) => shown_alternatives(all),
    }
}

/// All texts of a production's literals, at any depth, with the version of the branch they stand in.
pub fn literals(expr: &Expr, since: Version) -> Vec<(String, Version)> {
    match expr {
        Expr::Literal(text) => vec![(String::from_utf8_lossy(text).into_owned(), since)],
        Expr::Class(_) | Expr::Reference(_) => Vec::new(),
        Expr::Sequence(items) => items.iter().flat_map(|item| literals(item, since)).collect(),
        Expr::Choice(branches) => {
            branches.iter().flat_map(|branch| literals(&branch.expr, since.max(branch.since))).collect()
        }
        Expr::Repeat { inner, .. } => literals(inner, since),
        Expr::Except(all, _) => literals(all, since),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Comment(String),
    Name(String),
    Literal(Vec<u8>),
    Class(Vec<u8>),
    Defines,
    Mark(char),
}

fn tokens(text: &str) -> Vec<(Token, usize)> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let line = text[..text.len() - rest.len()].lines().count().max(1);
        let Some(first) = rest.chars().next() else { return tokens };
        let (token, length) = match first {
            '/' if rest.starts_with("/*") => {
                let end = rest.find("*/").expect("a comment ends") + 2;
                (Token::Comment(rest[2..end - 2].trim().to_owned()), end)
            }
            ':' if rest.starts_with("::=") => (Token::Defines, 3),
            '\'' | '"' => {
                let end = rest[1..].find(first).expect("a literal ends") + 1;
                (Token::Literal(rest.as_bytes()[1..end].to_vec()), end + 1)
            }
            '[' => {
                let end = rest.find(']').expect("a class ends");
                (Token::Class(class(&rest[1..end])), end + 1)
            }
            '#' => {
                let digits = rest[2..].bytes().take_while(u8::is_ascii_hexdigit).count();
                (Token::Literal(vec![u8::from_str_radix(&rest[2..2 + digits], 16).unwrap()]), 2 + digits)
            }
            '|' | '(' | ')' | '?' | '*' | '+' | '-' => (Token::Mark(first), 1),
            _ => {
                let length =
                    rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
                assert!(length > 0, "line {line}: `{first}` is no EBNF");
                (Token::Name(rest[..length].to_owned()), length)
            }
        };
        tokens.push((token, line));
        rest = &rest[length..];
    }
}

/// The bytes of `[…]`, given what stands between the brackets.
fn class(text: &str) -> Vec<u8> {
    let (negated, text) = text.strip_prefix('^').map_or((false, text), |text| (true, text));
    let mut members = Vec::new();
    let mut bytes = text.bytes().peekable();
    let mut singles = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte == b'#' && bytes.peek() == Some(&b'x') {
            bytes.next();
            let mut value = 0;
            while let Some(digit) = bytes.peek().and_then(|byte| char::from(*byte).to_digit(16)) {
                value = value * 16 + digit;
                bytes.next();
            }
            singles.push((u8::try_from(value).unwrap(), false));
        } else {
            singles.push((byte, byte == b'-'));
        }
    }
    let mut at = 0;
    while at < singles.len() {
        match singles.get(at..at + 3) {
            Some([(low, _), (_, true), (high, _)]) => {
                members.extend(*low..=*high);
                at += 3;
            }
            _ => {
                members.push(singles[at].0);
                at += 1;
            }
        }
    }
    (0..=255).filter(|byte| members.contains(byte) != negated).collect()
}

struct Reader {
    tokens: Vec<(Token, usize)>,
    at: usize,
    current: String,
    alternatives: Vec<String>,
}

impl Reader {
    fn grammar(mut self) -> Grammar {
        let mut order = Vec::new();
        let mut productions = BTreeMap::new();
        let mut comment = String::new();
        while let Some((token, line)) = self.tokens.get(self.at).cloned() {
            self.at += 1;
            match token {
                Token::Comment(text) => comment = text,
                Token::Name(name) => {
                    assert_eq!(
                        self.next(),
                        Some(Token::Defines),
                        "line {line}: `{name}` is not followed by `::=`"
                    );
                    self.current = name.clone();
                    let expr = self.choice();
                    let comment = std::mem::take(&mut comment);
                    let production = Production {
                        since: since(&comment),
                        between: between(&comment),
                        words: tag(&comment, "words").map(str::to_owned),
                        conditions: tag(&comment, "conditions").map(str::to_owned),
                        read_in: tag(&comment, "in:").map(str::to_owned),
                        name: name.clone(),
                        comment,
                        expr,
                        line,
                    };
                    order.push(name.clone());
                    assert!(
                        productions.insert(name.clone(), production).is_none(),
                        "`{name}` is defined twice"
                    );
                }
                other => panic!("line {line}: {other:?} where a production should begin"),
            }
        }
        Grammar { order, productions, alternatives: self.alternatives }
    }

    fn next(&mut self) -> Option<Token> {
        self.at += 1;
        self.tokens.get(self.at - 1).map(|(token, _)| token.clone())
    }

    fn peek(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead).map(|(token, _)| token)
    }

    fn alternative(&mut self, what: &str) -> Alternative {
        self.alternatives.push(format!("{}: {what}", self.current));
        Alternative(self.alternatives.len() - 1)
    }

    fn choice(&mut self) -> Expr {
        let mut branches = Vec::new();
        loop {
            let expr = self.sequence();
            let mut version = Version::V2_13;
            // A comment before `::=` belongs to the next production.
            if let Some(Token::Comment(text)) = self.peek(0)
                && self.peek(2) != Some(&Token::Defines)
                && !text.starts_with("---")
            {
                version = since(text);
                self.at += 1;
            }
            let id = self.alternative(&show(&expr));
            branches.push(Branch { id, since: version, expr });
            if self.peek(0) == Some(&Token::Mark('|')) {
                self.at += 1;
            } else {
                return Expr::Choice(branches);
            }
        }
    }

    fn sequence(&mut self) -> Expr {
        let mut items = Vec::new();
        while let Some(item) = self.item() {
            items.push(item);
        }
        if items.len() == 1 { items.remove(0) } else { Expr::Sequence(items) }
    }

    fn item(&mut self) -> Option<Expr> {
        let atom = match self.peek(0)? {
            Token::Literal(text) => Expr::Literal(text.clone()),
            Token::Class(bytes) => Expr::Class(bytes.clone()),
            Token::Name(_) if self.peek(1) == Some(&Token::Defines) => return None,
            Token::Name(name) => Expr::Reference(name.clone()),
            Token::Mark('(') => {
                self.at += 1;
                let inner = self.choice();
                assert_eq!(self.peek(0), Some(&Token::Mark(')')), "{}: no `)`", self.current);
                inner
            }
            _ => return None,
        };
        self.at += 1;
        let atom = self.repeated(atom);
        if self.peek(0) == Some(&Token::Mark('-')) {
            self.at += 1;
            let but = self.item().expect("something behind `-`");
            return Some(Expr::Except(Box::new(atom), Box::new(but)));
        }
        Some(atom)
    }

    fn repeated(&mut self, atom: Expr) -> Expr {
        let (min, once) = match self.peek(0) {
            Some(Token::Mark('?')) => (0, true),
            Some(Token::Mark('*')) => (0, false),
            Some(Token::Mark('+')) => (1, false),
            _ => return atom,
        };
        self.at += 1;
        let shown = show(&atom);
        let few = self.alternative(&format!("{shown} {min} times"));
        let more = self.alternative(&format!("{shown} more than {min} times"));
        Expr::Repeat { inner: Box::new(atom), min, once, few, more }
    }
}

fn tag<'a>(comment: &'a str, name: &str) -> Option<&'a str> {
    let rest = &comment[comment.find(&format!("[{name}"))? + 1 + name.len()..];
    Some(rest[..rest.find(']')?].trim_start_matches(':').trim())
}

fn since(comment: &str) -> Version {
    tag(comment, "since").map_or(Version::V2_13, |text| text.parse().unwrap())
}

fn between(comment: &str) -> Between {
    match tag(comment, "ws") {
        None | Some("trivia") => Between::Trivia,
        Some("space") => Between::Space,
        Some("blanks") => Between::Blanks,
        Some("none") => Between::Nothing,
        Some(other) => panic!("unknown `[ws: {other}]`"),
    }
}

fn show(expr: &Expr) -> String {
    match expr {
        Expr::Literal(text) => format!("'{}'", String::from_utf8_lossy(text)),
        Expr::Class(bytes) => format!("[{} bytes]", bytes.len()),
        Expr::Reference(name) => name.clone(),
        Expr::Sequence(items) => items.iter().map(show).collect::<Vec<_>>().join(" "),
        Expr::Choice(branches) => {
            format!("({})", branches.iter().map(|branch| show(&branch.expr)).collect::<Vec<_>>().join(" | "))
        }
        Expr::Repeat { inner, min, once, .. } => {
            format!("{}{}", show(inner), if *once { "?" } else { ["*", "+"][*min] })
        }
        Expr::Except(all, but) => format!("{} - {}", show(all), show(but)),
    }
}
