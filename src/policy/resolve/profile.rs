//! A profile's names, attachment and flags.

use super::{Body, Context, Outer, Parent, Scope};
use crate::diagnostic::Diagnostic;
use crate::glob::{Dialect, GlobErrorKind, unescape};
use crate::policy::resolved::{Attachment, ProfileMode, ResolvedFlag, ResolvedProfile, XattrCondition};
use crate::policy::variables::AutomaticVariables;
use crate::source::{Location, Span};
use crate::syntax::{Profile, ProfileKind, SyntaxError};
use crate::vocabulary::{FlagKind, ProfileFlag, Version, Word as _};
use foldhash::HashMap;

impl Context<'_, '_> {
    /// One profile, or nothing where it is in a branch that is not taken. Its name must be new among `names`.
    pub(super) fn profile(
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
        let before = self.mistakes;
        // Where nothing is compiled, nobody looks at what names and globs say.
        let expanded = if scope.compiled { self.text(scope, profile.name).ok() } else { None };
        let named = expanded.is_some();
        let (text, _) = expanded.unwrap_or_else(|| (decoded.clone(), false));
        let (namespace, name) = split_namespace(&text);
        let namespace = namespace.or_else(|| parent.and_then(|parent| parent.namespace)).map(<[u8]>::to_vec);
        let full_name = match parent {
            Some(parent) => [parent.full_name, b"//", name].concat(),
            None => name.to_vec(),
        };
        let attachment = match profile.attachment {
            None if !named => None,
            _ if !scope.compiled => None,
            _ => self.attachment(scope, profile, name),
        };
        let xattrs = self.xattrs(scope, profile);
        // Where the attachment itself is in error, the variables that stand for it are no further mistakes.
        let told = (profile.attachment.is_some() && attachment.is_none()).then(|| b"/".to_vec());
        let attached = attachment.as_ref().map(|attachment| attachment.pattern.text.to_vec()).or(told);
        let automatic = AutomaticVariables {
            profile_name: Some(escaped(&full_name)),
            attachment: attached.filter(|_| self.version() >= Version::V5_0),
        };
        let mut body = Body { complete: self.mistakes == before, ..Body::default() };
        let inner = Scope {
            automatic: &automatic,
            conditional: false,
            block: false,
            unchecked_in_block: false,
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
            xattrs,
            mode,
            flags,
            rules: body.rules,
            transitions: body.transitions,
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

    /// What `xattrs=(…)` asks for. Its values are globs in which no variable is replaced.
    fn xattrs(&mut self, scope: &Scope<'_>, profile: &Profile) -> Vec<XattrCondition> {
        let source = scope.source();
        let mut xattrs = Vec::new();
        for condition in profile.xattrs.iter().flat_map(|xattrs| &xattrs.conditions) {
            let word = condition.value.as_ref().and_then(|value| value.words().first().copied());
            let value = word.map(|word| unescape(word.text(source)).into_owned());
            if let (Some(word), Some(value)) = (word, &value)
                && scope.compiled
                && self.version() >= Version::V4_0
                && let Err(error) = self.loader.glob(value, Dialect::Value)
                && !is_read_on_from(error.kind)
            {
                self.report_glob(scope, word, value, false, &error);
            }
            xattrs.push(XattrCondition { name: condition.name.text(source).to_vec(), value });
        }
        xattrs
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
            if let (FlagKind::Path | FlagKind::OptionalPath, Some(value), true) =
                (flag.kind(), value, scope.compiled)
            {
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
}

/// Does apparmor_parser complain of that in the value of an extended attribute, and compile what it has read up to there? (Found by
/// compiled bytes; before 4.0 it compiles any value.)
fn is_read_on_from(kind: GlobErrorKind) -> bool {
    matches!(kind, GlobErrorKind::LoneAlternative | GlobErrorKind::UnopenedClass)
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
