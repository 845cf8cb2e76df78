//! Derives sentences from a grammar, at random from a seed or towards one alternative.

use super::matcher::matches;
use super::reader::{Alternative, Between, Branch, Expr, Grammar, Production};
use aakit::vocabulary::Version;
use std::collections::{BTreeMap, BTreeSet};

/// A derivation: a text, or what a production (or a group of one) is made of.
#[derive(Debug, Clone)]
pub struct Node {
    /// The production's name; empty for groups and texts.
    pub name: String,
    pub text: Vec<u8>,
    pub children: Vec<Node>,
}

impl Node {
    fn text(text: &[u8]) -> Self {
        Self { name: String::new(), text: text.to_vec(), children: Vec::new() }
    }

    fn group(children: Vec<Node>) -> Self {
        Self { name: String::new(), text: Vec::new(), children }
    }

    /// The whole text below.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.text.clone();
        for child in &self.children {
            bytes.extend(child.bytes());
        }
        bytes
    }

    /// The text below without blanks and comments between words.
    pub fn words(&self) -> Vec<Vec<u8>> {
        match self.name.as_str() {
            "trivia" | "space" | "blanks" => Vec::new(),
            _ if self.children.is_empty() => vec![self.text.clone()],
            _ => self.children.iter().flat_map(Self::words).collect(),
        }
    }

    /// All nodes of that name below, outermost first, not looking into found ones.
    pub fn all(&self, name: &str) -> Vec<&Self> {
        if self.name == name {
            return vec![self];
        }
        self.children.iter().flat_map(|child| child.all(name)).collect()
    }

    /// As `all`, but to change.
    pub fn all_mut(&mut self, name: &str) -> Vec<&mut Self> {
        if self.name == name {
            return vec![self];
        }
        self.children.iter_mut().flat_map(|child| child.all_mut(name)).collect()
    }

    /// The text of the only node of that name, if there is one.
    pub fn one(&self, name: &str) -> Option<Vec<u8>> {
        self.all(name).first().map(|node| node.bytes())
    }

    pub fn has(&self, name: &str) -> bool {
        !self.all(name).is_empty()
    }

    pub fn replace(&mut self, text: &[u8]) {
        self.children.clear();
        self.text = text.to_vec();
    }
}

/// Splitmix64: small, and the same everywhere.
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }
}

/// How a sentence is to be.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    pub seed: u64,
    /// Newer alternatives are taken only on the way to the goal.
    pub newest: Version,
    /// The chance in percent to take what may be left out.
    pub eagerness: usize,
    /// The chance in percent for other than one blank between words.
    pub odd_space: usize,
}

/// A derived sentence.
#[derive(Debug, Clone)]
pub struct Sentence {
    pub tree: Node,
    pub used: BTreeSet<Alternative>,
    /// The oldest version that has all of it.
    pub since: Version,
}

/// What is known of a grammar before anything is derived.
pub struct Generator<'g> {
    grammar: &'g Grammar,
    /// The fewest levels below each production.
    depth: BTreeMap<&'g str, usize>,
}

const FAR: usize = 1 << 20;
/// Below this level only the shortest way is taken.
const DEEP: usize = 14;

impl<'g> Generator<'g> {
    pub fn new(grammar: &'g Grammar) -> Self {
        let depth = settle(grammar, |expr, known| depth(expr, known));
        Self { grammar, depth }
    }

    /// The way to `goal`; several derivations may go it.
    pub fn way(&self, goal: Alternative) -> Way<'g> {
        Way { goal, distance: settle(self.grammar, |expr, known| distance(expr, goal, known)) }
    }

    pub fn derive(&self, start: &str, wish: Wish, way: Option<&Way<'g>>) -> Sentence {
        let mut run = Run {
            generator: self,
            wish,
            way,
            random: Random(wish.seed),
            used: BTreeSet::new(),
            since: Version::V2_13,
            level: 0,
        };
        let tree = run.reference(start, way.is_some());
        Sentence { tree, used: run.used, since: run.since }
    }
}

/// The way to an alternative: how far it is from each production.
pub struct Way<'g> {
    goal: Alternative,
    distance: BTreeMap<&'g str, usize>,
}

impl Way<'_> {
    pub fn is_reachable(&self, start: &str) -> bool {
        self.distance.get(start).is_some_and(|distance| *distance < FAR)
    }
}

fn settle<'g>(
    grammar: &'g Grammar,
    measure: impl Fn(&'g Expr, &BTreeMap<&'g str, usize>) -> usize,
) -> BTreeMap<&'g str, usize> {
    let mut known: BTreeMap<&str, usize> =
        grammar.productions.keys().map(|name| (name.as_str(), FAR)).collect();
    loop {
        let mut changed = false;
        for production in grammar.productions.values() {
            let value = measure(&production.expr, &known) + 1;
            if value < known[production.name.as_str()] {
                known.insert(&production.name, value);
                changed = true;
            }
        }
        if !changed {
            return known;
        }
    }
}

fn depth(expr: &Expr, known: &BTreeMap<&str, usize>) -> usize {
    match expr {
        Expr::Literal(_) | Expr::Class(_) => 0,
        Expr::Reference(name) => *known.get(name.as_str()).unwrap_or(&FAR),
        Expr::Sequence(items) => items.iter().map(|item| depth(item, known)).max().unwrap_or(0),
        Expr::Choice(branches) => {
            branches.iter().map(|branch| depth(&branch.expr, known)).min().unwrap_or(FAR)
        }
        Expr::Repeat { min: 0, .. } => 0,
        Expr::Repeat { inner, .. } => depth(inner, known),
        Expr::Except(all, _) => depth(all, known),
    }
}

fn distance(expr: &Expr, goal: Alternative, known: &BTreeMap<&str, usize>) -> usize {
    match expr {
        Expr::Literal(_) | Expr::Class(_) => FAR,
        Expr::Reference(name) => *known.get(name.as_str()).unwrap_or(&FAR),
        Expr::Sequence(items) => items.iter().map(|item| distance(item, goal, known)).min().unwrap_or(FAR),
        Expr::Choice(branches) => branches
            .iter()
            .map(|branch| if branch.id == goal { 0 } else { distance(&branch.expr, goal, known) })
            .min()
            .unwrap_or(FAR),
        Expr::Repeat { few, more, .. } if *few == goal || *more == goal => 0,
        Expr::Repeat { inner, .. } => distance(inner, goal, known),
        Expr::Except(all, _) => distance(all, goal, known),
    }
}

struct Run<'r, 'g> {
    generator: &'r Generator<'g>,
    wish: Wish,
    way: Option<&'r Way<'g>>,
    random: Random,
    used: BTreeSet<Alternative>,
    since: Version,
    level: usize,
}

impl<'g> Run<'_, 'g> {
    fn reference(&mut self, name: &str, towards: bool) -> Node {
        let production: &'g Production = self.generator.grammar.production(name);
        self.since = self.since.max(production.since);
        self.level += 1;
        let inner = self.expr(&production.expr, production, towards);
        self.level -= 1;
        Node { name: name.to_owned(), text: inner.text, children: inner.children }
    }

    fn expr(&mut self, expr: &'g Expr, of: &'g Production, towards: bool) -> Node {
        match expr {
            Expr::Literal(text) => Node::text(text),
            Expr::Class(bytes) => Node::text(&[self.byte(bytes)]),
            Expr::Reference(name) => Node::group(vec![self.reference(name, towards)]),
            Expr::Sequence(items) => {
                let chosen = towards.then(|| self.nearest(items.iter()));
                let nodes: Vec<_> = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| self.expr(item, of, chosen == Some(index)))
                    .collect();
                self.join(nodes, of)
            }
            Expr::Choice(branches) => {
                let index = self.branch(branches, towards);
                let branch = &branches[index];
                self.used.insert(branch.id);
                self.since = self.since.max(branch.since);
                let arrived = self.way.is_some_and(|way| way.goal == branch.id);
                self.expr(&branch.expr, of, towards && !arrived)
            }
            Expr::Repeat { inner, min, once, few, more } => {
                let is_goal = |id| self.way.is_some_and(|way| towards && way.goal == id);
                let (to_few, to_more) = (is_goal(*few), is_goal(*more));
                let through = towards && !to_few && !to_more;
                let deep = self.level > DEEP;
                let mut count = *min;
                if !to_few {
                    let again =
                        !deep && self.random.percent(self.wish.eagerness) && self.is_old_enough(inner);
                    count += usize::from(again || to_more || (through && *min == 0));
                    let further = !once && !deep && self.random.percent(self.wish.eagerness / 2);
                    count += usize::from(again && further);
                }
                self.used.insert(if count > *min { *more } else { *few });
                let nodes: Vec<_> =
                    (0..count).map(|index| self.expr(inner, of, through && index == 0)).collect();
                self.join(nodes, of)
            }
            Expr::Except(all, but) => loop {
                let node = self.expr(all, of, towards);
                if !matches(self.generator.grammar, but, &node.bytes()) {
                    return node;
                }
            },
        }
    }

    /// The index of the item that is nearest to the goal; now and then another one that leads there too, since
    /// the nearest way may be one that breaks a condition.
    fn nearest<'e>(&mut self, items: impl Iterator<Item = &'e Expr>) -> usize {
        let way = self.way.expect("only asked when there is a goal");
        let far: Vec<_> = items.map(|item| distance(item, way.goal, &way.distance)).collect();
        let leading: Vec<_> = (0..far.len()).filter(|index| far[*index] < FAR).collect();
        if self.level < DEEP && !leading.is_empty() && self.random.percent(15) {
            return leading[self.random.below(leading.len())];
        }
        (0..far.len()).min_by_key(|index| far[*index]).unwrap()
    }

    fn branch(&mut self, branches: &'g [Branch], towards: bool) -> usize {
        if let Some(way) = self.way.filter(|_| towards) {
            if let Some(index) = branches.iter().position(|branch| branch.id == way.goal) {
                return index;
            }
            return self.nearest(branches.iter().map(|branch| &branch.expr));
        }
        let depth = |index: &usize| depth(&branches[*index].expr, &self.generator.depth);
        let is_old = |branch: &Branch| branch.since <= self.wish.newest && self.is_old_enough(&branch.expr);
        let mut fitting: Vec<_> = (0..branches.len()).filter(|index| is_old(&branches[*index])).collect();
        if fitting.is_empty() {
            fitting.extend(0..branches.len());
        }
        if self.level > DEEP {
            let least = fitting.iter().map(depth).min().unwrap();
            fitting.retain(|index| depth(index) == least);
        }
        fitting[self.random.below(fitting.len())]
    }

    /// False when the expression is just a production that is too new.
    fn is_old_enough(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Reference(name) => self.generator.grammar.production(name).since <= self.wish.newest,
            Expr::Sequence(items) => items.iter().all(|item| self.is_old_enough(item)),
            Expr::Choice(branches) => branches
                .iter()
                .any(|branch| branch.since <= self.wish.newest && self.is_old_enough(&branch.expr)),
            Expr::Repeat { min: 0, .. } => true,
            Expr::Repeat { inner, .. } => self.is_old_enough(inner),
            _ => true,
        }
    }

    /// A byte of a class: a letter or digit mostly.
    fn byte(&mut self, bytes: &[u8]) -> u8 {
        let plain: Vec<u8> = bytes.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
        let shown: Vec<u8> =
            bytes.iter().copied().filter(|byte| byte.is_ascii_graphic() || *byte >= 0x80).collect();
        let pool = match self.random.below(10) {
            0..8 if !plain.is_empty() => plain,
            _ if !shown.is_empty() => shown,
            _ => bytes.to_vec(),
        };
        pool[self.random.below(pool.len())]
    }

    /// Puts between the nodes what the production allows there.
    fn join(&mut self, nodes: Vec<Node>, of: &Production) -> Node {
        let between = match of.between {
            Between::Nothing => return Node::group(nodes),
            Between::Trivia => "trivia",
            Between::Space => "space",
            Between::Blanks => "blanks",
        };
        let mut joined: Vec<Node> = Vec::new();
        for node in nodes.into_iter().filter(|node| !node.bytes().is_empty()) {
            if let Some(last) = joined.last() {
                let separator = self.separator(between, last, &node);
                joined.push(separator);
            }
            joined.push(node);
        }
        Node::group(joined)
    }

    /// Mostly one blank, or nothing beside a mark.
    fn separator(&mut self, between: &str, last: &Node, next: &Node) -> Node {
        let is_mark = |node: &Node, marks: &[&[u8]]| {
            node.name.is_empty() && node.children.is_empty() && marks.contains(&&node.text[..])
        };
        // The whole of `@name=` would be a path.
        let bare_variable = last.bytes().starts_with(b"@") && !last.bytes().starts_with(b"@{");
        let loose = is_mark(last, &[b"(", b"="]) || is_mark(next, &[b",", b")", b"="]) && !bare_variable;
        if self.random.percent(self.wish.odd_space) {
            let mut odd = self.reference(between, false);
            // Behind a word or a comma `#` would belong to it.
            if odd.bytes().starts_with(b"#") {
                odd.children.insert(0, Node::text(b" "));
            }
            return odd;
        }
        let text: &[u8] =
            if loose && !is_mark(last, &[b","]) && self.random.percent(70) { b"" } else { b" " };
        Node { name: between.to_owned(), text: text.to_vec(), children: Vec::new() }
    }
}
