//! One file and its includes to a policy: the walk. Here is what the walk knows and how it tells of errors; its steps are in the
//! files below.

mod body;
mod include;
mod outer;
mod pending;
mod preamble;
mod profile;
mod undeclared;

use self::pending::Pending;
use self::undeclared::Undeclared;
use super::aliases::Aliases;
use super::conditional::expansion_error;
use super::exec_conflict;
use super::loader::{LoadedFile, Loader, Lowered};
use super::resolved::{IncludeUse, Origin, Policy, ResolvedProfile, ResolvedRule, Via};
use super::variables::{AutomaticVariables, ExpansionError, Variables};
use crate::diagnostic::Diagnostic;
use crate::glob::GlobError;
use crate::source::{Location, Span};
use crate::syntax::{IncludeForm, SyntaxError, Word};
use crate::vocabulary::Version;
use foldhash::{HashMap, HashSet};
use outer::Outer;
use std::sync::Arc;

/// How deep includes may nest. Cycles are cut before; apparmor_parser has no such limit.
const MAX_INCLUDE_DEPTH: usize = 200;

/// Resolves one file as apparmor_parser compiles one: by itself, whatever other files are given.
#[must_use]
pub fn resolve(loader: &Loader<'_>, root: &Arc<LoadedFile>) -> Policy {
    let Context { variables, aliases, abi, diagnostics, includes, profiles, complete, fragment, .. } =
        compile(loader, root, Keep::Everything);
    Policy { root: root.id, profiles, diagnostics, variables, abi, aliases, includes, complete, fragment }
}

/// What apparmor_parser would refuse of one file: the diagnostics of [`resolve`] in less time, since the rules that cannot be
/// wrong together with others are not kept. Of those that includes bring, few are.
#[must_use]
pub fn errors(loader: &Loader<'_>, root: &Arc<LoadedFile>) -> Vec<Diagnostic> {
    compile(loader, root, Keep::Suspects).diagnostics
}

/// Which rules are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// All.
    Everything,
    /// Those that may conflict with others.
    Suspects,
}

fn compile<'l, 't>(loader: &'l Loader<'t>, root: &Arc<LoadedFile>, keep: Keep) -> Context<'l, 't> {
    let mut context = Context {
        loader,
        keep,
        variables: Variables::new(loader.version()),
        aliases: Arc::default(),
        abi: None,
        diagnostics: Vec::new(),
        mistakes: 0,
        undeclared: Undeclared::default(),
        includes: Vec::new(),
        profiles: Vec::new(),
        names: HashMap::default(),
        started: None,
        fragment: false,
        complete: true,
        preamble_complete: true,
        seen: HashSet::default(),
        misplaced: HashSet::default(),
        abis: Vec::new(),
        pending: None,
        depth: 0,
    };
    context.file_errors(root, None);
    context.preamble(root, &root.file.items, None);
    std::mem::take(&mut context.undeclared).note(&mut context.diagnostics);
    context.exec_conflicts();
    context
}

/// What is known so far of a compilation.
pub(super) struct Context<'l, 't> {
    pub(super) loader: &'l Loader<'t>,
    keep: Keep,
    pub(super) variables: Variables,
    aliases: Arc<Aliases>,
    abi: Option<(Vec<u8>, Location)>,
    diagnostics: Vec<Diagnostic>,
    /// How many were found, told or not.
    mistakes: usize,
    undeclared: Undeclared,
    /// Those of profiles only where everything is kept.
    includes: Vec<IncludeUse>,
    profiles: Vec<ResolvedProfile>,
    /// Where each profile name was seen first.
    names: HashMap<Vec<u8>, Location>,
    /// The first profile: no preamble items may follow it.
    started: Option<Location>,
    fragment: bool,
    complete: bool,
    /// False when declarations may be missing, so that an undeclared variable proves nothing.
    preamble_complete: bool,
    /// The places that the preamble included.
    seen: HashSet<usize>,
    /// The includes of the file that was given which bring into a profile what cannot stand there.
    misplaced: HashSet<Location>,
    /// What `abi` lines name, as far as it was found.
    abis: Vec<(IncludeForm, Vec<u8>)>,
    /// Qualifiers before an include, until their rule comes.
    pending: Option<Pending>,
    depth: usize,
}

/// Where a rule is read: its file, and what holds around it.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    pub(super) file: &'s LoadedFile,
    pub(super) via: Option<&'s Arc<Via>>,
    pub(super) automatic: &'s AutomaticVariables,
    /// False in the branch of a conditional that is not taken: it is read, but not compiled.
    compiled: bool,
    /// True inside `if`.
    conditional: bool,
    /// True inside a rule block, which keeps only file, link and change_profile rules.
    block: bool,
    /// True in a file that is included inside a rule block, and in a conditional in one: the rules there have not been held
    /// against the block.
    unchecked_in_block: bool,
    /// Where the resolved form of the items is kept, at the top level of an included file.
    lowered: Option<&'s Lowered>,
    pub(super) outer: Outer,
}

impl<'s> Scope<'s> {
    pub(super) fn source(&self) -> &'s [u8] {
        self.file.bytes()
    }

    pub(super) fn location(&self, span: Span) -> Location {
        Location::new(self.file.id, span)
    }

    fn origin(&self, span: Span) -> Origin {
        Origin { location: self.location(span), via: self.via.cloned() }
    }
}

/// What a profile's body yields.
#[derive(Default)]
struct Body {
    rules: Vec<ResolvedRule>,
    /// See [`ResolvedProfile::transitions`].
    transitions: Vec<usize>,
    children: Vec<ResolvedProfile>,
    /// The places included in this profile.
    seen: HashSet<usize>,
    /// Where each child's name was seen first.
    names: HashMap<Vec<u8>, Location>,
    complete: bool,
}

/// The names around a profile.
#[derive(Clone, Copy)]
struct Parent<'p> {
    namespace: Option<&'p [u8]>,
    full_name: &'p [u8],
}

impl Context<'_, '_> {
    pub(super) fn version(&self) -> Version {
        self.loader.version()
    }

    /// The file's own errors.
    fn file_errors(&mut self, file: &LoadedFile, via: Option<&Arc<Via>>) -> bool {
        for error in &file.errors {
            self.report(error.to_diagnostic(file.id), via);
        }
        if !file.errors.is_empty() {
            self.complete = false;
        }
        file.errors.is_empty()
    }

    /// Keeps what is known of an include. Who wants the errors alone needs only those of a beginning that is shared with others.
    fn note_include(&mut self, usage: IncludeUse) {
        if self.keep == Keep::Everything || self.started.is_none() {
            self.includes.push(usage);
        }
    }

    pub(super) fn report(&mut self, mut diagnostic: Diagnostic, via: Option<&Arc<Via>>) {
        self.mistakes += 1;
        diagnostic.include_chain = Via::chain(via);
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn report_in(&mut self, scope: &Scope<'_>, error: &SyntaxError) {
        self.report(error.to_diagnostic(scope.file.id), scope.via);
    }

    /// The conflicts between exec rules of every profile.
    fn exec_conflicts(&mut self) {
        let mut found = Vec::new();
        let policy = self.profiles.iter();
        let mut stack: Vec<&ResolvedProfile> = policy.collect();
        while let Some(profile) = stack.pop() {
            found.extend(exec_conflict::check(profile, &self.aliases, self.version()));
            stack.extend(&profile.children);
        }
        self.diagnostics.extend(found);
    }

    pub(super) fn report_expansion(&mut self, scope: &Scope<'_>, word: Word, error: &ExpansionError) {
        self.complete = false;
        self.mistakes += 1;
        if let ExpansionError::Undefined { name, .. } = error
            && (!self.preamble_complete || !self.undeclared.is_news(name, self.diagnostics.len()))
        {
            return;
        }
        let syntax = expansion_error(error, reference_span(scope, word, error), &self.variables);
        let mut diagnostic = syntax.to_diagnostic(scope.file.id);
        match error {
            ExpansionError::Undefined { in_value: Some(location), .. } => {
                diagnostic = diagnostic.related(*location, "it is used in this value");
            }
            ExpansionError::Recursive { location, .. } => {
                diagnostic = diagnostic.related(*location, "through this value");
            }
            _ => {}
        }
        self.report(diagnostic, scope.via);
    }

    pub(super) fn report_glob(
        &mut self,
        scope: &Scope<'_>,
        word: Word,
        text: &[u8],
        has_variables: bool,
        error: &GlobError,
    ) {
        let raw = word.text(scope.source());
        let mut span = word.span;
        if !has_variables && raw == text {
            let quote = usize::from(word.is_quoted(scope.source()));
            let start = word.span.start as usize + quote;
            span = Span::new(start + error.at.start.min(raw.len()), start + error.at.end.min(raw.len()));
        }
        let shown: String = String::from_utf8_lossy(text).chars().take(200).collect();
        let mut syntax = SyntaxError::new(span, error.message()).code("bad-glob").help(error.help());
        if has_variables {
            syntax = syntax.note(format!("with its variables replaced the text is `{shown}`"));
        }
        self.report_in(scope, &syntax);
    }
}

/// The reference inside a word that an error is about, for the mark.
fn reference_span(scope: &Scope<'_>, word: Word, error: &ExpansionError) -> Span {
    let (ExpansionError::Undefined { name, in_value: None } | ExpansionError::Recursive { name, .. }) = error
    else {
        return word.span;
    };
    let reference = [b"@{", name.as_slice(), b"}"].concat();
    let raw = word.raw(scope.source());
    match raw.windows(reference.len()).position(|window| window == reference) {
        Some(at) => {
            let start = word.span.start as usize + at;
            Span::new(start, start + reference.len())
        }
        None => word.span,
    }
}
