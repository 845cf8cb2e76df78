//! One file and its includes to a policy: the walk.

use super::beginning::Beginning;
use super::conditional::{evaluate, expansion_error};
use super::exec_conflict;
use super::loader::{IncludedContent, LoadedFile, Loader, path_of};
use super::lower::Refused;
use super::pending::Pending;
use super::resolved::{
    Alias, Attachment, IncludeUse, Origin, Policy, ProfileMode, ResolvedFlag, ResolvedKind, ResolvedProfile,
    ResolvedRule, Via,
};
use super::tree::ReadError;
use super::validate::conflict_with_block;
use super::variables::{AutomaticVariables, ExpansionError, Seams, Variables, value_text};
use crate::diagnostic::Diagnostic;
use crate::glob::{Dialect, GlobError, unescape};
use crate::source::{Location, Span};
use crate::syntax::{
    Abi, Assignment, AssignmentOperator, Block, BooleanAssignment, Conditional, Decision, Include,
    IncludeForm, Item, ItemKind, Ownership, Profile, ProfileKind, Qualifiers, Rule, RuleKind, SyntaxError,
    Word, parse,
};
use crate::vocabulary::{FlagKind, ProfileFlag, Version, Word as _};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};

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
        variables: Variables::new(Seams::of(loader.version())),
        aliases: Vec::new(),
        abi: None,
        diagnostics: Vec::new(),
        includes: Vec::new(),
        profiles: Vec::new(),
        names: HashMap::new(),
        started: None,
        fragment: false,
        complete: true,
        preamble_complete: true,
        seen: HashSet::new(),
        pending: None,
        depth: 0,
    };
    context.file_errors(root, None);
    context.preamble(root, &root.file.items, None);
    context.exec_conflicts();
    context
}

/// What is known so far of a compilation.
pub(super) struct Context<'l, 't> {
    pub(super) loader: &'l Loader<'t>,
    keep: Keep,
    pub(super) variables: Variables,
    aliases: Vec<Alias>,
    abi: Option<(Vec<u8>, Location)>,
    diagnostics: Vec<Diagnostic>,
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
    /// Qualifiers before an include, until their rule comes.
    pub(super) pending: Option<Pending>,
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
    /// True in a file that is included inside a rule block: its rules have not been held against the block.
    included_in_block: bool,
    /// Where the resolved form of the items is kept, at the top level of an included file.
    lowered: Option<&'s [OnceLock<ResolvedKind>]>,
    pub(super) outer: Outer,
}

/// The qualifiers of the blocks around a rule.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Outer {
    audit: bool,
    pub(super) decision: Option<Decision>,
    ownership: Option<Ownership>,
    /// Of a rule whose qualifiers stand before an include.
    priority: Option<i32>,
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

    pub(super) fn report(&mut self, mut diagnostic: Diagnostic, via: Option<&Arc<Via>>) {
        diagnostic.include_chain = Via::chain(via);
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn report_in(&mut self, scope: &Scope<'_>, error: &SyntaxError) {
        self.report(error.to_diagnostic(scope.file.id), scope.via);
    }

    // The preamble.

    fn preamble(&mut self, file: &Arc<LoadedFile>, items: &[Item], via: Option<&Arc<Via>>) {
        let automatic = AutomaticVariables::default();
        let scope = Scope {
            file,
            via,
            automatic: &automatic,
            compiled: true,
            conditional: false,
            block: false,
            included_in_block: false,
            lowered: None,
            outer: Outer::default(),
        };
        for item in items {
            match &item.kind {
                ItemKind::Comment(_) => {}
                ItemKind::Error(_) => self.preamble_complete = false,
                ItemKind::Abi(abi) => {
                    self.before_profiles(&scope, item, "`abi` line");
                    self.abi(&scope, abi);
                }
                ItemKind::Include(include) if !include.qualifiers.is_empty() => {
                    let error =
                        SyntaxError::new(include.qualifiers.span, "a qualifier stands outside every profile")
                            .code("qualifier-not-allowed")
                            .help("remove it, or put it before the rules that it is meant for");
                    self.report_in(&scope, &error);
                }
                ItemKind::Include(include) => self.preamble_include(&scope, include),
                ItemKind::Assignment(assignment) => {
                    if self.before_profiles(&scope, item, "assignment") {
                        self.assign(&scope, assignment, item);
                    }
                }
                ItemKind::BooleanAssignment(assignment) => {
                    if self.before_profiles(&scope, item, "assignment") {
                        self.assign_boolean(&scope, assignment, item.span);
                    }
                }
                ItemKind::Alias(alias) => {
                    if self.before_profiles(&scope, item, "alias") {
                        let text = |word: Word| unescape(word.text(scope.source())).into_owned();
                        self.aliases.push((text(alias.from), text(alias.to), scope.location(item.span)));
                    }
                }
                ItemKind::Profile(profile) => {
                    self.started.get_or_insert(scope.location(profile.name.span));
                    let mut names = std::mem::take(&mut self.names);
                    if let Some(profile) = self.profile(&scope, profile, item.span, None, &mut names) {
                        self.profiles.push(profile);
                    }
                    self.names = names;
                }
                ItemKind::Conditional(_) => self.outside(&scope, item, "a conditional"),
                ItemKind::Block(_) => self.outside(&scope, item, "a rule block"),
                ItemKind::Rule(_) => self.outside(&scope, item, "a rule"),
            }
        }
    }

    /// Says once a file that rules stand outside every profile.
    fn outside(&mut self, scope: &Scope<'_>, item: &Item, what: &str) {
        if self.fragment {
            return;
        }
        self.fragment = true;
        let first_line =
            item.span.of(scope.source()).iter().position(|byte| *byte == b'\n').unwrap_or(item.span.len());
        let start = item.span.start as usize;
        let error = SyntaxError::new(Span::new(start, start + first_line), format!("{what} stands outside every profile"))
            .label("no profile is open here")
            .note("a file of rules alone (an abstraction, a file of `local/`) is no policy; apparmor_parser reads it only through an `include`")
            .help("put it into a profile: `profile NAME { … }`; or check a profile that includes this file");
        self.report_in(scope, &error);
    }

    /// True before the first profile; behind it the item is refused.
    fn before_profiles(&mut self, scope: &Scope<'_>, item: &Item, what: &str) -> bool {
        let Some(started) = self.started else { return true };
        let diagnostic = Diagnostic::error(
            "preamble-after-profile",
            scope.location(item.span),
            format!("this {what} stands behind a profile"),
        )
        .related(started, "the first profile is here")
        .help("move it to the top of the file, before the first profile");
        self.report(diagnostic, scope.via);
        false
    }

    fn preamble_include(&mut self, scope: &Scope<'_>, include: &Include) {
        let is_first = self.seen.is_empty()
            && self.variables.is_empty()
            && self.aliases.is_empty()
            && self.diagnostics.is_empty()
            && scope.via.is_none()
            && include.if_exists.is_none()
            && include.form == IncludeForm::Search;
        if !is_first {
            return self.include_declarations(scope, include);
        }
        let name = include.path.raw(scope.source());
        let directive = scope.location(include.keyword.to(include.path.span));
        let beginning = match self.loader.beginning(name) {
            Some(beginning) => beginning,
            None => {
                let abi = self.abi.take();
                self.include_declarations(scope, include);
                let found = std::mem::replace(&mut self.abi, abi);
                if !(self.diagnostics.is_empty() && self.complete && self.preamble_complete)
                    || self.started.is_some()
                    || self.fragment
                {
                    self.abi = self.abi.take().or(found);
                    return;
                }
                self.variables.freeze(self.loader.next_piece());
                let beginning = Beginning {
                    variables: std::mem::take(&mut self.variables),
                    aliases: std::mem::take(&mut self.aliases),
                    abi: found,
                    includes: std::mem::take(&mut self.includes),
                    seen: std::mem::take(&mut self.seen),
                    directive,
                };
                self.loader.keep_beginning(name, beginning)
            }
        };
        self.variables = beginning.variables.on_same_piece();
        self.aliases.clone_from(&beginning.aliases);
        self.abi = self.abi.take().or_else(|| beginning.abi.clone());
        self.includes = beginning.includes_from(directive);
        self.seen.clone_from(&beginning.seen);
    }

    fn include_declarations(&mut self, scope: &Scope<'_>, include: &Include) {
        let mut seen = std::mem::take(&mut self.seen);
        let found = self.include(scope, include, &mut seen);
        self.seen = seen;
        match found {
            Some(files) => {
                for (file, via) in files {
                    if !self.file_errors(&file, Some(&via)) {
                        self.preamble_complete = false;
                    }
                    self.depth += 1;
                    self.preamble(&file, &file.file.items, Some(&via));
                    self.depth -= 1;
                }
            }
            None => self.preamble_complete = false,
        }
    }

    fn abi(&mut self, scope: &Scope<'_>, abi: &Abi) {
        let name = abi.path.raw(scope.source());
        let special = abi.form == IncludeForm::Search
            && matches!(name, b"kernel" | b"default")
            && self.version() > Version::V3_0;
        if !special {
            let path = path_of(name);
            let found = match abi.form {
                IncludeForm::Search => {
                    self.loader.include_path().candidates(path).find_map(|path| self.loader.exists(&path))
                }
                IncludeForm::Quoted | IncludeForm::Bare => self.loader.exists(path),
            };
            match found {
                Some(Ok(())) => {}
                Some(Err(error)) => self.missing(scope, abi.path, "missing-abi-file", "abi file", &error),
                None => self.missing(scope, abi.path, "missing-abi-file", "abi file", &ReadError::Missing),
            }
        }
        let location = scope.location(abi.keyword.to(abi.path.span));
        self.abi.get_or_insert((name.to_vec(), location));
    }

    fn assign(&mut self, scope: &Scope<'_>, assignment: &Assignment, item: &Item) {
        let name = assignment.name(scope.source()).to_vec();
        let location =
            scope.location(Span::new(assignment.variable.span.start as usize, item.span.end as usize));
        let mut values: Vec<(Vec<u8>, Location)> = assignment
            .values
            .iter()
            .map(|word| (value_text(word.text(scope.source())), scope.location(word.span)))
            .collect();
        if let Some(comment) = item.comment.filter(|_| self.version() < Version::V4_0) {
            values.extend(self.values_in_comment(scope, comment.span));
        }
        let declared = self.variables.declared(&name);
        match (assignment.operator, declared) {
            (AssignmentOperator::Set, Some(earlier)) => {
                self.declared_twice(scope, assignment.variable, earlier)
            }
            (AssignmentOperator::Add, Some(_)) if self.variables.is_set(&name) => {
                self.variables.add(&name, values)
            }
            (AssignmentOperator::Add, _) => {
                if !self.preamble_complete {
                    return;
                }
                let text = String::from_utf8_lossy(&name);
                let mut error = SyntaxError::new(
                    assignment.variable.span,
                    format!("`@{{{text}}}` is added to before it is declared"),
                )
                .code("undefined-variable");
                error = match self.variables.similar(&name) {
                    Some(similar) => error.help(format!("did you mean `@{{{similar}}}`?")),
                    None => error.help(
                        "declare it with `=` first, or include the file that does, such as `tunables/global`",
                    ),
                };
                self.report_in(scope, &error);
                self.variables.set(&name, values, location);
            }
            (AssignmentOperator::SetIfUnset, Some(_)) => {}
            (AssignmentOperator::Set | AssignmentOperator::SetIfUnset | AssignmentOperator::Replace, _) => {
                self.variables.set(&name, values, location);
            }
        }
        if self.version() < Version::V4_0 && name == b"profile_name" {
            let error = SyntaxError::new(
                assignment.variable.span,
                "`@{profile_name}` is set by apparmor_parser itself",
            )
            .code("duplicate-variable")
            .help("choose another name");
            self.report_in(scope, &error);
        }
    }

    /// The words of a comment behind an assignment: before 4.0 they are values like those before the `#`.
    fn values_in_comment(&mut self, scope: &Scope<'_>, comment: Span) -> Vec<(Vec<u8>, Location)> {
        const BEFORE: &[u8] = b"@{x}=";
        // Without a line end the `#` is read as apparmor_parser 3.0 reads it.
        let text = [BEFORE, comment.of(scope.source())].concat();
        let read = parse(&text);
        if let Some(error) = read.errors.first() {
            let error = SyntaxError::new(comment, "apparmor_parser reads this comment as values, and cannot")
                .label(error.message.clone())
                .note("before 4.0 a comment behind an assignment is no comment")
                .help("put the comment on a line of its own");
            self.report_in(scope, &error);
            return Vec::new();
        }
        let Some(ItemKind::Assignment(assignment)) = read.file.items.first().map(|item| &item.kind) else {
            return Vec::new();
        };
        let start = comment.start as usize;
        let place = |span: Span| {
            let offset = |at: u32| start + at as usize - BEFORE.len();
            scope.location(Span::new(offset(span.start), offset(span.end)))
        };
        assignment.values.iter().map(|word| (value_text(word.text(&text)), place(word.span))).collect()
    }

    fn assign_boolean(&mut self, scope: &Scope<'_>, assignment: &BooleanAssignment, span: Span) {
        let name = assignment.name(scope.source()).to_vec();
        let location = scope.location(span);
        let value = match evaluate(&assignment.value, scope.source(), &self.variables) {
            Ok(value) => value,
            Err(error) => {
                self.report_in(scope, &error);
                false
            }
        };
        let declared = self.variables.declared(&name);
        match (assignment.operator, declared) {
            (AssignmentOperator::Set, Some(earlier)) => {
                self.declared_twice(scope, assignment.variable, earlier)
            }
            (AssignmentOperator::SetIfUnset, Some(_)) => {}
            _ => {
                self.variables.set_boolean(&name, value, location);
            }
        }
    }

    fn declared_twice(&mut self, scope: &Scope<'_>, variable: Word, earlier: Location) {
        let text = variable.display(scope.source());
        let diagnostic = Diagnostic::error(
            "duplicate-variable",
            scope.location(variable.span),
            format!("`{text}` is declared already"),
        )
        .related(earlier, "declared here first")
        .help("to add values write `+=`; otherwise remove one of the two, or choose another name");
        self.report(diagnostic, scope.via);
    }

    // Includes.

    /// The files that an include brings, or nothing when it is missing. A file that this scope has had is left out.
    fn include(
        &mut self,
        scope: &Scope<'_>,
        include: &Include,
        seen: &mut HashSet<usize>,
    ) -> Option<Vec<(Arc<LoadedFile>, Arc<Via>)>> {
        let location = scope.location(include.keyword.to(include.path.span));
        let mut usage =
            IncludeUse { location, found: None, file: None, repeated: false, via: scope.via.cloned() };
        if self.depth >= MAX_INCLUDE_DEPTH {
            let error = SyntaxError::new(
                include.path.span,
                format!("includes are nested deeper than {MAX_INCLUDE_DEPTH} levels"),
            )
            .code("limit")
            .note("this is a limit of aakit, not of the language");
            self.report_in(scope, &error);
            self.complete = false;
            return None;
        }
        let name = include.path.raw(scope.source());
        let Some(included) = self.loader.included(include.form, name) else {
            self.includes.push(usage);
            if include.if_exists.is_some() {
                return Some(Vec::new());
            }
            self.missing(scope, include.path, "missing-include", "included file", &ReadError::Missing);
            return None;
        };
        if let IncludedContent::Unreadable(error) = &included.content {
            self.missing(scope, include.path, "missing-include", "included file", error);
            self.includes.push(usage);
            return None;
        }
        usage.found = Some(Arc::clone(&included.path));
        usage.repeated = !seen.insert(included.place);
        let via = || Arc::new(Via { include: location, parent: scope.via.cloned() });
        let files = match &included.content {
            _ if usage.repeated => Vec::new(),
            IncludedContent::File(file) => {
                usage.file = Some(file.id);
                vec![(Arc::clone(file), via())]
            }
            _ => self.include_directory(scope, include, &included.path, &via()),
        };
        self.includes.push(usage);
        Some(files)
    }

    fn include_directory(
        &mut self,
        scope: &Scope<'_>,
        include: &Include,
        path: &Path,
        via: &Arc<Via>,
    ) -> Vec<(Arc<LoadedFile>, Arc<Via>)> {
        let mut files = Vec::new();
        match self.loader.list(path) {
            Ok(names) => {
                for name in names.iter() {
                    match self.loader.load(&path.join(name)) {
                        Ok(file) => files.push((file, Arc::clone(via))),
                        Err(error) => self.missing(
                            scope,
                            include.path,
                            "missing-include",
                            "file of the included directory",
                            &error,
                        ),
                    }
                }
            }
            // An empty directory has no files to list in memory.
            Err(ReadError::Missing) => {}
            Err(error) => self.missing(scope, include.path, "missing-include", "included directory", &error),
        }
        files
    }

    fn missing(&mut self, scope: &Scope<'_>, path: Word, code: &'static str, what: &str, error: &ReadError) {
        self.complete = false;
        let text = path.display(scope.source());
        let directories: Vec<String> = self
            .loader
            .include_path()
            .directories()
            .iter()
            .map(|path| format!("`{}`", path.display()))
            .collect();
        let brackets = scope.source().get((path.span.start as usize).wrapping_sub(1)) != Some(&b'"');
        let diagnostic = match error {
            ReadError::Missing if brackets => SyntaxError::new(path.span, format!("the {what} `{text}` does not exist"))
                .note(match directories.len() {
                    0 => "no directory is searched".to_owned(),
                    _ => format!("searched in {}", directories.join(", ")),
                })
                .help(match code {
                    "missing-include" => "correct the name, install the package that has the file, name its directory with `-I`, or write `include if exists`",
                    _ => "name an abi file that this system has, such as `abi/3.0`, or its directory with `-I`",
                }),
            ReadError::Missing => SyntaxError::new(path.span, format!("the {what} `{text}` does not exist"))
                .note("a name in quotes is opened as it is, a relative one from the current folder")
                .help("write `<path>` to look it up in the include directories"),
            error => SyntaxError::new(path.span, format!("the {what} `{text}` cannot be read: {error}")),
        };
        self.report_in(scope, &diagnostic.code(code));
    }

    // Profiles.

    fn profile(
        &mut self,
        scope: &Scope<'_>,
        profile: &Profile,
        span: Span,
        parent: Option<Parent<'_>>,
        names: &mut HashMap<Vec<u8>, Location>,
    ) -> Option<ResolvedProfile> {
        let source = scope.source();
        let location = scope.location(profile.name.span);
        let decoded = unescape(profile.name.text(source)).into_owned();
        self.duplicate(scope, profile, &decoded, location, names);
        let before = self.diagnostics.len();
        let (text, _) = match self.text(scope, profile.name) {
            Ok(text) => text,
            Err(Refused) => (decoded.clone(), false),
        };
        let (namespace, name) = split_namespace(&text);
        let namespace = namespace.or_else(|| parent.and_then(|parent| parent.namespace)).map(<[u8]>::to_vec);
        let full_name = match parent {
            Some(parent) => [parent.full_name, b"//", name].concat(),
            None => name.to_vec(),
        };
        let attachment = self.attachment(scope, profile, name);
        let automatic = AutomaticVariables {
            profile_name: Some(escaped(&full_name)),
            attachment: match self.version() >= Version::V5_0 {
                true => attachment.as_ref().map(|attachment| attachment.pattern.text.to_vec()),
                false => None,
            },
        };
        let mut body = Body { complete: self.diagnostics.len() == before, ..Body::default() };
        let inner = Scope {
            automatic: &automatic,
            conditional: false,
            block: false,
            included_in_block: false,
            lowered: None,
            outer: Outer::default(),
            ..*scope
        };
        let (mode, flags) = self.flags(&inner, profile);
        let parent = Parent { namespace: namespace.as_deref(), full_name: &full_name };
        self.body(&inner, &profile.body.items, parent, &mut body);
        self.nothing_for_pending(&inner);
        if !scope.compiled {
            return None;
        }
        Some(ResolvedProfile {
            kind: profile.kind,
            name: name.to_vec(),
            location,
            origin: scope.origin(span),
            attachment,
            has_xattrs: profile.xattrs.is_some(),
            mode,
            flags,
            rules: body.rules,
            children: body.children,
            complete: body.complete && self.preamble_complete,
            full_name,
            namespace,
        })
    }

    fn duplicate(
        &mut self,
        scope: &Scope<'_>,
        profile: &Profile,
        name: &[u8],
        location: Location,
        names: &mut HashMap<Vec<u8>, Location>,
    ) {
        let (namespace, local) = split_namespace(name);
        let key = [namespace.unwrap_or_default(), b"\0", local].concat();
        match names.get(&key) {
            Some(earlier) => {
                let text = profile.name.display(scope.source());
                let what = if profile.kind == ProfileKind::Hat { "hat" } else { "profile" };
                let diagnostic = Diagnostic::error(
                    "duplicate-profile",
                    location,
                    format!("the {what} `{text}` is defined twice"),
                )
                .related(*earlier, "defined here first")
                .note("children and hats of one profile share their names")
                .help("give one of the two another name, or merge them");
                self.report(diagnostic, scope.via);
            }
            None => {
                names.insert(key, location);
            }
        }
    }

    /// The programs that a profile is for: its attachment, or its name where that is a path.
    fn attachment(&mut self, scope: &Scope<'_>, profile: &Profile, name: &[u8]) -> Option<Attachment> {
        if let Some(word) = profile.attachment {
            let pattern = self.pattern(scope, word, Dialect::Path).ok()?;
            return Some(Attachment { pattern, is_name: false });
        }
        let last = name.windows(2).rposition(|pair| pair == b"//").map_or(name, |at| &name[at + 2..]);
        let dialect = if last.starts_with(b"/") { Dialect::Path } else { Dialect::Label };
        let pattern = self.glob(scope, last, profile.name, false, dialect).ok()?;
        last.starts_with(b"/").then_some(Attachment { pattern, is_name: true })
    }

    fn flags(&mut self, scope: &Scope<'_>, profile: &Profile) -> (ProfileMode, Vec<ResolvedFlag>) {
        let source = scope.source();
        let mut mode = ProfileMode::Enforce;
        let mut flags = Vec::new();
        for word in profile.flags.iter().flat_map(|flags| &flags.list.items) {
            let text = word.text(source);
            let (name, value) = match text.iter().position(|byte| *byte == b'=') {
                Some(at) => (&text[..at], Some(&text[at + 1..])),
                None => (text, None),
            };
            let Some(flag) = ProfileFlag::from_name(name) else { continue };
            mode = match name {
                b"enforce" => ProfileMode::Enforce,
                b"complain" => ProfileMode::Complain,
                b"kill" => ProfileMode::Kill,
                b"prompt" => ProfileMode::Prompt,
                b"unconfined" => ProfileMode::Unconfined,
                b"default_allow" => ProfileMode::DefaultAllow,
                _ => mode,
            };
            let mut resolved =
                ResolvedFlag { flag, value: value.map(<[u8]>::to_vec), location: scope.location(word.span) };
            if let (FlagKind::Path | FlagKind::OptionalPath, Some(value)) = (flag.kind(), value) {
                match self.variables.expand(&unescape(value), scope.automatic) {
                    Ok(expansion) if !expansion.text.starts_with(b"/") => {
                        let error = SyntaxError::new(
                            word.span,
                            format!("the path of `{}` must begin with `/`", String::from_utf8_lossy(name)),
                        )
                        .code("relative-path")
                        .help("write an absolute path, or a variable whose values are");
                        self.report_in(scope, &error);
                    }
                    Ok(expansion) => resolved.value = Some(expansion.text.into_owned()),
                    Err(error) => self.report_expansion(scope, *word, &error),
                }
            }
            flags.push(resolved);
        }
        (mode, flags)
    }

    // Bodies.

    fn body(&mut self, scope: &Scope<'_>, items: &[Item], parent: Parent<'_>, body: &mut Body) {
        for (index, item) in items.iter().enumerate() {
            let mut given = *scope;
            let mut given_to_item = false;
            if self.pending.is_some()
                && !matches!(item.kind, ItemKind::Comment(_) | ItemKind::Include(_))
                && let Some(pending) = self.give_pending(scope, item)
            {
                let priority = pending.priority.or(scope.outer.priority);
                given.outer = Outer { priority, ..outer(scope.outer, &pending.qualifiers) };
                given_to_item = true;
            }
            let scope = &given;
            match &item.kind {
                ItemKind::Comment(_) => {}
                ItemKind::Error(_) => body.complete = false,
                ItemKind::Abi(abi) => self.abi(scope, abi),
                ItemKind::Include(include) => self.body_include(scope, include, parent, body),
                ItemKind::Rule(rule) => {
                    let place = scope.lowered.and_then(|places| places.get(index));
                    // What waited has been held against the block already.
                    let scope =
                        Scope { included_in_block: scope.included_in_block && !given_to_item, ..*scope };
                    self.rule(&scope, rule, item.span, place, body);
                }
                ItemKind::Block(block) => {
                    let outer = outer(scope.outer, &block.qualifiers);
                    let included_in_block = scope.included_in_block || given_to_item;
                    let scope = Scope { block: true, outer, lowered: None, included_in_block, ..*scope };
                    // Its children are dropped, so they share their names only with each other.
                    let names = std::mem::take(&mut body.names);
                    self.body(&scope, &block.body.items, parent, body);
                    self.nothing_for_pending(&scope);
                    body.names = names;
                }
                ItemKind::Conditional(conditional) => self.conditional(scope, conditional, parent, body),
                ItemKind::Profile(profile) => {
                    if profile.kind == ProfileKind::Bare && scope.via.is_some() {
                        let error = SyntaxError::new(
                            profile.name.span,
                            "a profile inside another needs the keyword `profile`",
                        )
                        .help("the file is included in a profile; write `profile NAME {`");
                        self.report_in(scope, &error);
                    }
                    let compiled =
                        Scope { compiled: scope.compiled && !scope.block, lowered: None, ..*scope };
                    let mut names = std::mem::take(&mut body.names);
                    if let Some(child) = self.profile(&compiled, profile, item.span, Some(parent), &mut names)
                    {
                        body.children.push(child);
                    }
                    body.names = names;
                }
                ItemKind::Assignment(assignment) => {
                    self.not_in_body(scope, item, "an assignment");
                    // Its uses are no further mistakes.
                    if self.variables.declared(assignment.name(scope.source())).is_none() {
                        self.assign(scope, assignment, item);
                    }
                }
                ItemKind::BooleanAssignment(_) => self.not_in_body(scope, item, "an assignment"),
                ItemKind::Alias(_) => self.not_in_body(scope, item, "an alias"),
            }
        }
    }

    fn not_in_body(&mut self, scope: &Scope<'_>, item: &Item, what: &str) {
        let error = SyntaxError::new(item.span, format!("{what} cannot stand inside a profile"))
            .code("preamble-after-profile")
            .help(match scope.via {
                Some(_) => {
                    "this file is included inside a profile; include it before the first profile instead"
                }
                None => "move it before the first profile",
            });
        self.report_in(scope, &error);
    }

    fn body_include(&mut self, scope: &Scope<'_>, include: &Include, parent: Parent<'_>, body: &mut Body) {
        self.wait(scope, include);
        let mut seen = std::mem::take(&mut body.seen);
        let found = self.include(scope, include, &mut seen);
        body.seen = seen;
        let Some(files) = found else {
            body.complete = false;
            self.pending = None;
            return;
        };
        for (file, via) in files {
            if !self.file_errors(&file, Some(&via)) {
                body.complete = false;
            }
            let lowered = file.lowered(self.variables.piece());
            let scope = Scope {
                file: &file,
                via: Some(&via),
                included_in_block: scope.block,
                lowered: Some(&*lowered),
                ..*scope
            };
            self.depth += 1;
            self.body(&scope, &file.file.items, parent, body);
            self.depth -= 1;
        }
    }

    fn conditional(
        &mut self,
        scope: &Scope<'_>,
        conditional: &Conditional,
        parent: Parent<'_>,
        body: &mut Body,
    ) {
        let mut taken = false;
        for branch in &conditional.branches {
            let holds = match evaluate(&branch.condition, scope.source(), &self.variables) {
                Ok(holds) => holds,
                Err(error) => {
                    if self.preamble_complete || error.code != "undefined-variable" {
                        self.report_in(scope, &error);
                    }
                    body.complete = false;
                    false
                }
            };
            self.branch(scope, &branch.body, holds && !taken, parent, body);
            taken |= holds;
        }
        if let Some((_, block)) = &conditional.otherwise {
            self.branch(scope, block, !taken, parent, body);
        }
    }

    fn branch(&mut self, scope: &Scope<'_>, block: &Block, taken: bool, parent: Parent<'_>, body: &mut Body) {
        let scope = Scope { compiled: scope.compiled && taken, conditional: true, lowered: None, ..*scope };
        let names = if taken { None } else { Some(std::mem::take(&mut body.names)) };
        self.body(&scope, &block.items, parent, body);
        self.nothing_for_pending(&scope);
        if let Some(names) = names {
            body.names = names;
        }
    }

    fn rule(
        &mut self,
        scope: &Scope<'_>,
        rule: &Rule,
        span: Span,
        place: Option<&OnceLock<ResolvedKind>>,
        body: &mut Body,
    ) {
        let survives_block =
            matches!(rule.kind, RuleKind::File(_) | RuleKind::Link(_) | RuleKind::ChangeProfile(_));
        let dropped = (scope.block && !survives_block)
            || (scope.conditional && matches!(rule.kind, RuleKind::Rlimit(_)));
        if scope.included_in_block
            && let Some(error) =
                conflict_with_block(rule, scope.source(), self.version(), scope.outer.decision)
        {
            self.report_in(scope, &error);
        }
        if !scope.compiled || dropped {
            return;
        }
        let is_wanted = |kind: &ResolvedKind| self.keep == Keep::Everything || exec_conflict::concerns(kind);
        let kind = match place.and_then(OnceLock::get) {
            Some(kind) if !is_wanted(kind) => return,
            Some(kind) => kind.clone(),
            None => {
                let before = self.diagnostics.len();
                let Ok(kind) = self.lower(scope, &rule.kind) else {
                    body.complete = false;
                    return;
                };
                if let Some(place) = place
                    && before == self.diagnostics.len()
                    && self.variables.is_shared(span.of(scope.source()))
                {
                    // Another thread may have been first, with the same result.
                    let _ = place.set(kind.clone());
                }
                kind
            }
        };
        let qualifiers = &rule.qualifiers;
        let all = outer(scope.outer, qualifiers);
        let priority = qualifiers
            .priority
            .and_then(|word| std::str::from_utf8(word.raw(scope.source())).ok()?.parse().ok());
        body.rules.push(ResolvedRule {
            kind,
            decision: all.decision.unwrap_or(Decision::Allow),
            audit: all.audit,
            priority: priority.or(all.priority).unwrap_or(0),
            ownership: all.ownership,
            origin: scope.origin(span),
        });
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
        if let ExpansionError::Undefined { .. } = error
            && !self.preamble_complete
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

/// Qualifiers inside others.
fn outer(outer: Outer, inner: &Qualifiers) -> Outer {
    Outer {
        audit: outer.audit || inner.audit.is_some(),
        decision: inner.decision.map(|(decision, _)| decision).or(outer.decision),
        ownership: inner.ownership.map(|(ownership, _)| ownership).or(outer.ownership),
        priority: outer.priority,
    }
}

/// `:ns:name` and `:ns://name` taken apart.
fn split_namespace(name: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let Some(rest) = name.strip_prefix(b":") else { return (None, name) };
    let Some(end) = rest.iter().position(|byte| *byte == b':') else { return (None, name) };
    let local = &rest[end + 1..];
    (Some(&rest[..end]), local.strip_prefix(b"//").unwrap_or(local))
}

/// A name as the text of a glob that means just it.
fn escaped(name: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(name.len());
    for byte in name {
        if matches!(byte, b'{' | b'}' | b'[' | b']' | b'*' | b'?') {
            escaped.push(b'\\');
        }
        escaped.push(*byte);
    }
    escaped
}
