//! Where an item may stand: at the top of a file before the first profile, behind one, or inside a profile.

use crate::syntax::{Item, ItemKind, ProfileKind, SyntaxError};

/// Where an item stands, once includes are put in their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At the top level, before the first profile.
    Preamble,
    /// At the top level, behind a profile.
    AfterProfile,
    /// Inside a profile, a rule block or a conditional.
    Body {
        /// True where the file itself shows it, so that [`syntax::parse`](crate::syntax::parse) has reported some of it;
        /// false at the top level of an included file.
        in_file: bool,
    },
}

/// Why an item may not stand there, if it may not.
#[must_use]
pub fn misplaced(item: &Item, source: &[u8], place: Place) -> Option<SyntaxError> {
    match place {
        Place::Preamble => outside_profile(item, source),
        Place::AfterProfile => after_profile(item, source).or_else(|| outside_profile(item, source)),
        Place::Body { in_file } => inside_profile(item, source, in_file),
    }
}

/// Is it one of the things that only stand before the first profile? What to call it.
fn preamble_only(item: &Item) -> Option<&'static str> {
    match &item.kind {
        ItemKind::Assignment(_) | ItemKind::BooleanAssignment(_) => Some("a variable"),
        ItemKind::Alias(_) => Some("an alias"),
        _ => None,
    }
}

fn after_profile(item: &Item, _source: &[u8]) -> Option<SyntaxError> {
    let what = preamble_only(item)
        .or_else(|| matches!(item.kind, ItemKind::Abi(_)).then_some("`abi`"))?;
    Some(
        SyntaxError::new(item.span, format!("{what} must stand before the first profile"))
            .code("preamble-after-profile")
            .help("move the line to the top of the file"),
    )
}

fn outside_profile(item: &Item, source: &[u8]) -> Option<SyntaxError> {
    let (span, what) = match &item.kind {
        ItemKind::Rule(_) => (item.span, "a rule"),
        ItemKind::Block(block) => (block.qualifiers.span.to(block.body.open), "a rule block"),
        ItemKind::Conditional(conditional) => {
            (conditional.branches.first().map_or(item.span, |branch| branch.keyword), "`if`")
        }
        ItemKind::Include(include) if !include.qualifiers.is_empty() => {
            (include.qualifiers.span, "a qualifier")
        }
        ItemKind::Profile(profile) if profile.kind == ProfileKind::Bare => {
            return bare_name(item, source);
        }
        _ => return None,
    };
    Some(
        SyntaxError::new(span, format!("{what} must stand inside a profile"))
            .help("put it between the braces of a profile: `profile NAME { … }`"),
    )
}

/// Without the keyword a name begins like a path or a namespace.
fn bare_name(item: &Item, source: &[u8]) -> Option<SyntaxError> {
    let ItemKind::Profile(profile) = &item.kind else { return None };
    let text = profile.name.text(source);
    if text.starts_with(b"/") || text.starts_with(b":") {
        return None;
    }
    let shown = profile.name.display(source);
    let start = crate::source::Span::at(profile.name.span.start as usize);
    Some(
        SyntaxError::new(profile.name.span, format!("the name `{shown}` needs the keyword `profile`"))
            .note("only a name that begins with `/` or a namespace may stand without it")
            .help(format!("write `profile {shown} {{`"))
            .fix("add the keyword", start, *b"profile "),
    )
}

fn inside_profile(item: &Item, source: &[u8], in_file: bool) -> Option<SyntaxError> {
    if let Some(what) = preamble_only(item) {
        return Some(
            SyntaxError::new(item.span, format!("{what} cannot be set inside a profile"))
                .code("preamble-after-profile")
                .help("move the line before the first profile of the file"),
        );
    }
    let ItemKind::Profile(profile) = &item.kind else { return None };
    if profile.kind == ProfileKind::Bare && !in_file {
        let shown = profile.name.display(source);
        let start = crate::source::Span::at(profile.name.span.start as usize);
        return Some(
            SyntaxError::new(profile.name.span, "a profile inside another needs the keyword `profile`")
                .help(format!("write `profile {shown} {{`"))
                .fix("add the keyword", start, *b"profile "),
        );
    }
    let xattrs = profile.xattrs.as_ref().filter(|xattrs| !xattrs.conditions.is_empty());
    match (profile.kind, xattrs) {
        (ProfileKind::Hat, Some(xattrs)) => Some(
            SyntaxError::new(xattrs.span, "a hat cannot ask for extended attributes")
                .note("a hat is entered by change_hat(2), never by executing a file")
                .help("remove `xattrs=(…)`, or write `profile` instead of `hat`"),
        ),
        _ => None,
    }
}
