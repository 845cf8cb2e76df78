//! What may stand before the first profile: declarations, `abi`, aliases, includes; and profiles in their order.

use super::{Context, Keep, Outer, Scope};
use crate::diagnostic::Diagnostic;
use crate::glob::unescape;
use crate::policy::beginning::Beginning;
use crate::policy::conditional::evaluate;
use crate::policy::loader::{LoadedFile, path_of};
use crate::policy::resolved::Via;
use crate::policy::tree::ReadError;
use crate::policy::variables::{AutomaticVariables, value_text};
use crate::source::{Location, Span};
use crate::syntax::{
    Abi, Assignment, AssignmentOperator, BooleanAssignment, Include, IncludeForm, Item, ItemKind,
    SyntaxError, Word, parse,
};
use crate::vocabulary::Version;
use std::sync::Arc;

impl Context<'_, '_> {
    /// The items of a file at its top level.
    pub(super) fn preamble(&mut self, file: &Arc<LoadedFile>, items: &[Item], via: Option<&Arc<Via>>) {
        let automatic = AutomaticVariables::default();
        let scope = Scope {
            file,
            via,
            automatic: &automatic,
            compiled: true,
            conditional: false,
            block: false,
            unchecked_in_block: false,
            lowered: None,
            outer: Outer::default(),
        };
        for item in items {
            match &item.kind {
                ItemKind::Comment(_) => {}
                ItemKind::Error(_) => self.preamble_complete = false,
                ItemKind::Abi(abi) => {
                    self.before_profiles(&scope, item, "`abi` line");
                    self.holding_abi(&scope, abi);
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
                        let alias = (text(alias.from), text(alias.to), scope.location(item.span));
                        Arc::make_mut(&mut self.aliases).push(alias);
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
                ItemKind::Conditional(_) => self.outside(&scope, items, item, "a conditional"),
                ItemKind::Block(_) => self.outside(&scope, items, item, "a rule block"),
                ItemKind::Rule(_) => self.outside(&scope, items, item, "a rule"),
            }
        }
    }

    /// Says once a file that rules stand outside every profile.
    fn outside(&mut self, scope: &Scope<'_>, items: &[Item], item: &Item, what: &str) {
        if self.fragment {
            return;
        }
        self.fragment = true;
        if closed_early(items, item, scope.source()) {
            return;
        }
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
        if self.keep == Keep::Everything {
            self.includes = beginning.includes_from(directive);
        }
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

    /// The first `abi` of a preamble holds for all profiles.
    pub(super) fn holding_abi(&mut self, scope: &Scope<'_>, abi: &Abi) {
        self.abi(scope, abi);
        let name = abi.path.raw(scope.source()).to_vec();
        let location = scope.location(abi.keyword.to(abi.path.span));
        self.abi.get_or_insert((name, location));
    }

    /// Looks for the file. In a profile, where abstractions bring an `abi` along, nothing else comes of it.
    pub(super) fn abi(&mut self, scope: &Scope<'_>, abi: &Abi) {
        let name = abi.path.raw(scope.source());
        let special = abi.form == IncludeForm::Search
            && matches!(name, b"kernel" | b"default")
            && self.version() >= Version::V5_0;
        let is_known = |known: &(IncludeForm, Vec<u8>)| known.0 == abi.form && known.1 == name;
        if !special && !self.abis.iter().any(is_known) {
            let path = path_of(name);
            let found = match abi.form {
                IncludeForm::Search => {
                    self.loader.include_path().candidates(path).find_map(|path| self.loader.exists(&path))
                }
                IncludeForm::Quoted | IncludeForm::Bare => self.loader.exists(path),
            };
            match found {
                Some(Ok(())) => self.abis.push((abi.form, name.to_vec())),
                Some(Err(error)) => {
                    self.missing(scope, (abi.form, abi.path), "missing-abi-file", "abi file", &error)
                }
                None => self.missing(
                    scope,
                    (abi.form, abi.path),
                    "missing-abi-file",
                    "abi file",
                    &ReadError::Missing,
                ),
            }
        }
    }

    pub(super) fn assign(&mut self, scope: &Scope<'_>, assignment: &Assignment, item: &Item) {
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
        if self.version() < Version::V5_0 && name == b"profile_name" {
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
        let value = match evaluate(&assignment.value, scope.source(), &self.variables, self.version()) {
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
}

/// Was the profile before this item closed too early, so that its own `}` closes nothing?
fn closed_early(items: &[Item], item: &Item, source: &[u8]) -> bool {
    let is_profile = |item: &&Item| matches!(item.kind, ItemKind::Profile(_));
    let first = items.iter().find(is_profile).map_or(u32::MAX, |profile| profile.span.start);
    let strays =
        |item: &&Item| matches!(item.kind, ItemKind::Error(error) if error.span.of(source).starts_with(b"}"));
    let stray = items.iter().rev().find(strays).map_or(0, |stray| stray.span.start);
    first < item.span.start && item.span.start < stray
}
