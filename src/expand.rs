//! One file and everything that it includes to the text of one profile: includes brought in, conditionals decided, variables
//! replaced. What is left says the same to apparmor_parser, byte for byte once compiled.
//!
//! [`expand`] writes down what `policy` resolved: each rule in the words that its author chose, with variables replaced and the
//! qualifiers of the blocks around it written out, below a comment that tells where it comes from. `abi` and aliases stay, since they are no
//! text to be replaced but act on all that follows; what apparmor_parser drops (rules in a branch that is not taken, or in a
//! block that cannot hold them) is left out. The result is read again and held against the policy it was made from: [`expand`]
//! gives nothing rather than something else.
//!
//! `word` writes a text as one word of the language, `rule` writes rules and heads of profiles, `blocks` finds the rule blocks
//! around them, `origin` writes the comments, `verify` compares.

mod blocks;
mod origin;
mod rule;
mod verify;
mod word;

use crate::diagnostic::Diagnostic;
use crate::format::{FormatError, Style, format};
use crate::policy::{LoadedFile, Loader, Origin, Policy, ResolvedProfile, Via, resolve};
use crate::source::{Location, SourceFile, SourceMap, Span};
use crate::vocabulary::Version;
use blocks::Blocks;
use origin::Marker;
use rule::Kept;
use std::path::Path;
use std::sync::Arc;

/// A profile without includes, conditionals and variables.
#[derive(Debug)]
pub struct Expansion {
    /// The text, in canonical layout.
    pub text: Vec<u8>,
    /// Where each of its items comes from, comments left out, in the order of the text: a profile before its rules.
    pub origins: Vec<Origin>,
}

/// Why there is no expansion.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ExpandError {
    /// The file or what it includes does not compile, or holds what cannot be written without a variable.
    #[error("the file has errors")]
    Refused(Vec<Diagnostic>),
    /// The result was not the same policy: a defect of aakit.
    #[error("{0}")]
    Changed(String),
}

/// The expansion of a file that `loader` read, as the loader's version of apparmor_parser understands it.
///
/// # Errors
/// When the file would not compile, when a word cannot be written without a variable, or when the result is not the
/// policy that it was made from, which is a defect of this function.
pub fn expand(loader: &Loader<'_>, root: &Arc<LoadedFile>, style: &Style) -> Result<Expansion, ExpandError> {
    let policy = resolve(loader, root);
    if policy.fragment && policy.profiles.is_empty() {
        let start = root.file.items.first().map(|item| item.span.start as usize).unwrap_or_default();
        let refusal = Diagnostic::error(
            "expand",
            Location::new(root.id, Span::at(start)),
            "the file holds rules and no profile: it is a part, to be included",
        )
        .help("expand a profile that includes it");
        return Err(ExpandError::Refused(vec![refusal]));
    }
    if !policy.diagnostics.is_empty() {
        return Err(ExpandError::Refused(policy.diagnostics));
    }
    let mut writer = Writer {
        sources: loader.sources(),
        version: loader.version(),
        marker: Marker::default(),
        text: Vec::new(),
        origins: Vec::new(),
        blocks: Blocks::default(),
        kept: Kept::default(),
    };
    writer.policy(&policy, root.source.path());
    if !writer.kept.refused.is_empty() {
        return Err(ExpandError::Refused(writer.kept.refused));
    }
    let text = format(&writer.text, style).map_err(|error| ExpandError::Changed(told(&error)))?;
    let again = loader.add(SourceFile::new(root.source.path(), text.clone()));
    verify::same(&policy, &resolve(loader, &again)).map_err(ExpandError::Changed)?;
    Ok(Expansion { text, origins: writer.origins })
}

fn told(error: &FormatError) -> String {
    match error {
        FormatError::Syntax(errors) => {
            let first = errors.first().map(|error| error.message.clone()).unwrap_or_default();
            format!("the expansion does not parse: {first}")
        }
        error => error.to_string(),
    }
}

/// The text as it grows; its layout is left to `format`.
struct Writer<'s> {
    sources: &'s SourceMap,
    version: Version,
    marker: Marker,
    text: Vec<u8>,
    origins: Vec<Origin>,
    blocks: Blocks,
    kept: Kept,
}

impl Writer<'_> {
    fn policy(&mut self, policy: &Policy, path: &Path) {
        let name = origin::printable(path);
        let title = format!(
            "# {name} with its includes, conditionals and variables resolved, as apparmor_parser {} reads it\n",
            self.version
        );
        self.text.extend_from_slice(title.as_bytes());
        let directives = policy.abi.iter().map(|(_, location)| *location);
        for location in directives.chain(policy.aliases.iter().map(|(_, _, location)| *location)) {
            let via = via_of(policy, location);
            self.mark(&Origin { location, via });
            let source = self.sources.get(location.file);
            let line = rule::to_comma(source.bytes(), location.span);
            self.text.extend_from_slice(line);
            self.text.push(b'\n');
        }
        let preamble = (std::mem::take(&mut self.text), std::mem::take(&mut self.origins));
        for profile in &policy.profiles {
            self.profile(profile, None);
        }
        let profiles =
            (std::mem::replace(&mut self.text, preamble.0), std::mem::replace(&mut self.origins, preamble.1));
        self.variables();
        self.text.extend(profiles.0);
        self.origins.extend(profiles.1);
    }

    /// The variables that had to stay.
    fn variables(&mut self) {
        for (index, (text, origin)) in self.kept.texts.iter().enumerate() {
            let value = word::quoted(text);
            self.text.extend_from_slice(&[b"@{", &*Kept::name(index), b"} = ", &value, b"\n"].concat());
            self.origins.push(origin.clone());
        }
    }

    fn profile(&mut self, profile: &ResolvedProfile, parent: Option<&ResolvedProfile>) {
        if parent.is_none() {
            self.marker.forget();
        }
        self.mark(&profile.origin);
        let head = rule::head(profile, parent, self.sources, &mut self.kept);
        self.text.extend_from_slice(&head);
        self.text.extend_from_slice(b" {\n");
        for rule in profile.rules_as_compiled() {
            self.mark(&rule.origin);
            let text = rule::rule(rule, self.sources, self.version, &mut self.blocks, &mut self.kept);
            self.text.extend_from_slice(&text);
            self.text.push(b'\n');
        }
        for child in &profile.children {
            self.profile(child, Some(profile));
        }
        self.text.extend_from_slice(b"}\n");
    }

    /// A comment where another file begins.
    fn mark(&mut self, origin: &Origin) {
        self.origins.push(origin.clone());
        if let Some(comment) = self.marker.comment(origin, self.sources) {
            self.text.push(b'\n');
            self.text.extend_from_slice(comment.as_bytes());
            self.text.push(b'\n');
        }
    }
}

/// How the file of a directive of the preamble was reached.
fn via_of(policy: &Policy, location: Location) -> Option<Arc<Via>> {
    if location.file == policy.root {
        return None;
    }
    let usage = policy.includes.iter().find(|usage| usage.file == Some(location.file))?;
    Some(Arc::new(Via { include: usage.location, parent: usage.via.clone() }))
}
