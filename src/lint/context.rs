//! What a rule is shown, and where it reports.

use super::coverage::Coverage;
use super::grants::Grants;
use super::shown::Shown;
use crate::diagnostic::Diagnostic;
use crate::policy::{FileAccess, LoadedFile, Origin, Policy, ResolvedProfile, ResolvedRule, Via};
use crate::source::{FileId, Location, SourceFile, SourceMap, Span};
use crate::syntax::{Comment, File, FileRule, Item, ItemKind, Profile, Rule, RuleKind, Word};
use crate::vocabulary::{Target, Version};
use std::borrow::Cow;
use std::sync::OnceLock;

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// It holds profiles and compiles by itself.
    Profile,
    /// It holds rules or hats and stands inside profiles: abstractions, local additions.
    Part,
    /// It holds variables and aliases.
    Tunables,
}

impl FileKind {
    /// Tells by what is in it. A file of which only comments are left counts as a part.
    #[must_use]
    pub fn of(file: &File) -> Self {
        let is = |wanted: fn(&ItemKind) -> bool| file.items.iter().any(|item| wanted(&item.kind));
        if is(|kind| matches!(kind, ItemKind::Rule(_) | ItemKind::Block(_))) {
            Self::Part
        } else if is(|kind| matches!(kind, ItemKind::Profile(_))) {
            Self::Profile
        } else if is(|kind| {
            matches!(kind, ItemKind::Assignment(_) | ItemKind::BooleanAssignment(_) | ItemKind::Alias(_))
        }) {
            Self::Tunables
        } else {
            Self::Part
        }
    }

    /// The same for a file that stands where parts are kept.
    #[must_use]
    pub fn of_part(file: &File) -> Self {
        match Self::of(file) {
            Self::Profile => Self::Part,
            other => other,
        }
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
    /// All items of the tree, as [`walk`] finds them.
    pub walked: &'a [&'a Item],
    /// Was it read without errors, and as the newest version reads it?
    pub is_plain: bool,
    /// What it is for.
    pub kind: FileKind,
    /// What it means together with what it includes.
    pub policy: &'a Policy,
    /// The target that the user named.
    pub target: Option<Target>,
    /// The names of the `abi` files that its includes find; none where nobody looked.
    pub abis: Option<&'a [String]>,
    /// The files whose findings count.
    pub shown: &'a Shown,
}

impl<'a> FileContext<'a> {
    /// A file, all items of its tree, what it resolves to, and what it is for.
    #[must_use]
    pub fn new(
        loaded: &'a LoadedFile,
        walked: &'a [&'a Item],
        policy: &'a Policy,
        kind: FileKind,
        target: Option<Target>,
    ) -> Self {
        static ALL: OnceLock<Shown> = OnceLock::new();
        Self {
            id: loaded.id,
            source: &loaded.source,
            file: &loaded.file,
            walked,
            is_plain: loaded.errors.is_empty() && loaded.version == Version::NEWEST,
            kind,
            policy,
            target,
            abis: None,
            shown: ALL.get_or_init(Shown::all),
        }
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
        self.walked.iter().copied()
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

    /// Every file rule with its path; the bare `file,` has none and is left out.
    pub fn file_rules(&self) -> impl Iterator<Item = (&'a Item, &'a Rule, &'a FileRule, Word)> + use<'a> {
        self.rules().filter_map(|(item, rule)| match &rule.kind {
            RuleKind::File(file) => file.path.map(|path| (item, rule, file, path)),
            _ => None,
        })
    }

    /// Every comment, also those inside rules.
    #[must_use]
    pub fn comments(&self) -> &'a [Comment] {
        &self.file.comments
    }
}

/// One profile with everything that its includes and conditionals bring. Children and hats come as profiles of their own.
#[derive(Debug, Clone, Copy)]
pub struct ProfileContext<'a> {
    /// The profile.
    pub profile: &'a ResolvedProfile,
    /// The file that it stands in, resolved.
    pub policy: &'a Policy,
    /// Its rules of other kinds than files, in order: few beside those that abstractions bring of files.
    pub other_rules: &'a [&'a ResolvedRule],
    /// Its file rules whose file is shown, in order.
    pub shown_files: &'a [(&'a ResolvedRule, &'a FileAccess)],
    /// What its file rules grant.
    pub grants: &'a Grants<'a>,
    /// Which of its rules another covers, found at the first question.
    pub coverage: &'a Coverage<'a>,
    /// The files.
    pub sources: &'a SourceMap,
    /// The target that the user named.
    pub target: Option<Target>,
    /// The files whose findings count.
    pub shown: &'a Shown,
}

impl ProfileContext<'_> {
    /// Does a finding at that place count? Where none does, a rule need not look for it.
    #[must_use]
    pub fn is_shown(&self, place: Location) -> bool {
        self.shown.has(place.file)
    }

    /// The finding with the includes that led to `origin`, where it is made.
    #[must_use]
    pub fn reached_by(&self, origin: &Origin, finding: Diagnostic) -> Diagnostic {
        Diagnostic { include_chain: Via::chain(origin.via.as_ref()), ..finding }
    }

    /// The source text of a place for a message, without quotes.
    #[must_use]
    pub fn written(&self, location: Location) -> String {
        let word = Word { span: location.span };
        word.display(self.sources.get(location.file).bytes()).into_owned()
    }

    /// The source text of a place.
    #[must_use]
    pub fn text(&self, location: Location) -> Vec<u8> {
        location.span.of(self.sources.get(location.file).bytes()).to_vec()
    }
}

/// A whole tree of policy: what is not in it does not exist. Rules are not asked about a part of a tree.
#[derive(Debug, Clone, Copy)]
pub struct TreeContext<'a> {
    /// Every file that holds profiles, resolved.
    pub policies: &'a [&'a Policy],
    /// The files.
    pub sources: &'a SourceMap,
    /// The target that the user named.
    pub target: Option<Target>,
}

impl<'a> TreeContext<'a> {
    /// Every profile, child and hat of the tree.
    pub fn profiles(&self) -> impl Iterator<Item = &'a ResolvedProfile> + use<'a> {
        self.policies.iter().flat_map(|policy| policy.all_profiles())
    }

    /// True when no file of the tree has lost rules to an error or a missing include.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.policies.iter().all(|policy| policy.complete)
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
