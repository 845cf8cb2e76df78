//! What a rule is shown, and where it reports.

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Location, SourceFile, Span};
use crate::syntax::{Comment, File, Item, ItemKind, Profile, Rule, Word};
use crate::vocabulary::Target;
use std::borrow::Cow;

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// It holds profiles and compiles by itself.
    Profile,
    /// It holds rules and stands inside profiles: abstractions, local additions.
    Part,
    /// It holds variables and aliases.
    Tunables,
}

impl FileKind {
    /// Tells by what is in it. A file of which only comments are left counts as a part.
    #[must_use]
    pub fn of(file: &File) -> Self {
        let mut kind = Self::Part;
        for item in &file.items {
            match item.kind {
                ItemKind::Profile(_) => return Self::Profile,
                ItemKind::Assignment(_) | ItemKind::BooleanAssignment(_) | ItemKind::Alias(_) => {
                    kind = Self::Tunables
                }
                _ => {}
            }
        }
        kind
    }
}

/// One file as it is written.
#[derive(Debug, Clone, Copy)]
pub struct FileContext<'a> {
    /// Its id, for locations.
    pub id: FileId,
    /// Its name and bytes.
    pub source: &'a SourceFile,
    /// Its tree. Where the text could not be read, it has error nodes.
    pub file: &'a File,
    /// What it is for.
    pub kind: FileKind,
    /// The target that the user named.
    pub target: Option<Target>,
}

impl<'a> FileContext<'a> {
    /// A file and its tree.
    #[must_use]
    pub fn new(id: FileId, source: &'a SourceFile, file: &'a File, target: Option<Target>) -> Self {
        Self { id, source, file, kind: FileKind::of(file), target }
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.source.bytes()
    }

    /// A place in this file.
    #[must_use]
    pub fn location(&self, span: Span) -> Location {
        Location::new(self.id, span)
    }

    /// The bytes of a span.
    #[must_use]
    pub fn text(&self, span: Span) -> &'a [u8] {
        span.of(self.source.bytes())
    }

    /// A word for a message, without quotes.
    #[must_use]
    pub fn show(&self, word: &Word) -> Cow<'a, str> {
        word.display(self.source.bytes())
    }

    /// Every item, also those inside profiles, blocks and conditionals, in the order of the text.
    pub fn items(&self) -> impl Iterator<Item = &'a Item> + use<'a> {
        walk(&self.file.items)
    }

    /// Every profile, child and hat.
    pub fn profiles(&self) -> impl Iterator<Item = (&'a Item, &'a Profile)> + use<'a> {
        self.items().filter_map(|item| match &item.kind {
            ItemKind::Profile(profile) => Some((item, &**profile)),
            _ => None,
        })
    }

    /// Every rule that ends in a comma, wherever it stands.
    pub fn rules(&self) -> impl Iterator<Item = (&'a Item, &'a Rule)> + use<'a> {
        self.items().filter_map(|item| match &item.kind {
            ItemKind::Rule(rule) => Some((item, &**rule)),
            _ => None,
        })
    }

    /// Every comment, also those inside rules.
    #[must_use]
    pub fn comments(&self) -> &'a [Comment] {
        &self.file.comments
    }
}

/// The items and all that is inside them, in the order of the text.
pub fn walk(items: &[Item]) -> impl Iterator<Item = &Item> {
    let mut open = vec![items.iter()];
    std::iter::from_fn(move || {
        loop {
            let item = match open.last_mut()?.next() {
                Some(item) => item,
                None => {
                    open.pop();
                    continue;
                }
            };
            match &item.kind {
                ItemKind::Profile(profile) => open.push(profile.body.items.iter()),
                ItemKind::Block(block) => open.push(block.body.items.iter()),
                ItemKind::Conditional(conditional) => {
                    // The last is walked first, so the branches go on in reverse.
                    open.extend(conditional.otherwise.iter().map(|(_, block)| block.items.iter()));
                    open.extend(conditional.branches.iter().rev().map(|branch| branch.body.items.iter()));
                }
                _ => {}
            }
            return Some(item);
        }
    })
}

/// Where rules report.
#[derive(Debug, Default)]
pub struct Findings {
    list: Vec<Diagnostic>,
}

impl Findings {
    /// Reports a finding.
    pub fn report(&mut self, finding: Diagnostic) {
        self.list.push(finding);
    }

    /// What was reported, in that order.
    #[must_use]
    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.list
    }
}
