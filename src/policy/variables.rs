//! Variables: what is declared, and the text that a reference stands for.

use crate::glob::unescape;
use crate::source::{FileId, Location};
use crate::vocabulary::{Version, did_you_mean};
use foldhash::HashMap;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::{Mutex, PoisonError, RwLock};

/// The most values that a variable may stand for once the variables in its values are replaced, and the most bytes of
/// one text. Real sets stay under a few hundred values.
pub const MAX_VALUES: usize = 1 << 16;
/// The most bytes that a text may have once its variables are replaced (4 MiB).
pub const MAX_TEXT: usize = 4 << 20;

/// What a variable stands for once the variables in its values are replaced.
type Flat = Result<Arc<[Vec<u8>]>, ExpansionError>;

/// Everything that the preamble declares. What a shared beginning of it declared (`include <tunables/global>`, the same in
/// every profile of a tree) is one piece that all of them use.
#[derive(Debug, Default)]
pub struct Variables {
    shared: Arc<Shared>,
    sets: HashMap<Vec<u8>, SetVariable>,
    booleans: HashMap<Vec<u8>, (bool, Location)>,
    /// What a variable stands for, found at its first use.
    expanded: Mutex<HashMap<Vec<u8>, Flat>>,
    /// True when a variable of the shared piece was changed since.
    shadows: bool,
    /// What becomes of slashes around a reference.
    seams: Seams,
    /// What a brace behind `@` begins.
    braces: Braces,
}

/// What `@{` begins, other than a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Braces {
    /// Before 5.0: an alternation, when there is a comma in it.
    Alternation,
    /// An alternation, when what comes before its first comma could be a name; else an error.
    #[default]
    Named,
}

/// What becomes of a slash at the end of a value where another one follows or precedes it. Runs of slashes in a path become one
/// in any case, but for two at its start: there the difference shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Seams {
    /// Before 5.0: one value stands as it is, several lose theirs.
    OneAsItIs,
    /// They go, but for leading ones behind a text that is nothing but slashes.
    #[default]
    BehindText,
}

impl Seams {
    /// As that version of apparmor_parser has it.
    fn of(version: Version) -> Self {
        if version < Version::V5_0 { Self::OneAsItIs } else { Self::BehindText }
    }
}

/// Declarations that many profiles begin with.
#[derive(Debug, Default)]
struct Shared {
    /// Which piece it is; 0 is the empty one.
    id: usize,
    sets: HashMap<Vec<u8>, SetVariable>,
    booleans: HashMap<Vec<u8>, (bool, Location)>,
    /// What those variables stand for that refer only to each other.
    expanded: RwLock<HashMap<Vec<u8>, Flat>>,
}

/// A set variable.
#[derive(Debug, Clone)]
struct SetVariable {
    /// The values with their escapes decoded, and where each stands.
    values: BTreeMap<Vec<u8>, Location>,
    /// Where it was declared.
    location: Location,
}

/// Why a reference cannot be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ExpansionError {
    /// No such variable.
    Undefined { name: Vec<u8>, in_value: Option<Location> },
    /// It refers to itself.
    Recursive { name: Vec<u8>, location: Location },
    /// It stands for more than the limit.
    TooLarge { name: Vec<u8> },
    /// `@{` that is no reference.
    Malformed { text: Vec<u8> },
}

/// Names that only one profile has: `profile_name`, `attach_path`, `exec_path`.
#[derive(Debug, Clone, Default)]
pub(super) struct AutomaticVariables {
    /// The value of `@{profile_name}`.
    pub(super) profile_name: Option<Vec<u8>>,
    /// The value of `@{attach_path}` and `@{exec_path}`.
    pub(super) attachment: Option<Vec<u8>>,
}

impl AutomaticVariables {
    /// Their names.
    const NAMES: [&'static [u8]; 3] = [b"profile_name", b"attach_path", b"exec_path"];

    fn get(&self, name: &[u8]) -> Option<&Vec<u8>> {
        match name {
            b"profile_name" => self.profile_name.as_ref(),
            b"attach_path" | b"exec_path" => self.attachment.as_ref(),
            _ => None,
        }
    }
}

/// A text with its variables replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expansion<'t> {
    /// The text.
    pub text: Cow<'t, [u8]>,
    /// True when there were variables in it.
    pub has_variables: bool,
}

impl Variables {
    /// None yet.
    pub(super) fn new(version: Version) -> Self {
        let braces = if version < Version::V5_0 { Braces::Alternation } else { Braces::Named };
        Self { seams: Seams::of(version), braces, ..Self::default() }
    }

    /// The names of the set variables, in no order.
    pub fn names(&self) -> impl Iterator<Item = &[u8]> {
        let shared = self.shared.sets.keys().filter(|name| !self.sets.contains_key(*name));
        self.sets.keys().chain(shared).map(Vec::as_slice)
    }

    /// The names of the variables, set and boolean, that are declared in a file, in no order.
    pub fn declared_in(&self, file: FileId) -> impl Iterator<Item = &[u8]> {
        let sets = self.sets.iter().chain(&self.shared.sets);
        let sets = sets.filter(move |(_, variable)| variable.location.file == file);
        let booleans = self.booleans.iter().chain(&self.shared.booleans);
        let booleans = booleans.filter(move |(_, (_, location))| location.file == file);
        sets.map(|(name, _)| name.as_slice()).chain(booleans.map(|(name, _)| name.as_slice()))
    }

    /// The names of the boolean variables, in no order.
    pub fn boolean_names(&self) -> impl Iterator<Item = &[u8]> {
        self.booleans.keys().chain(self.shared.booleans.keys()).map(Vec::as_slice)
    }

    /// Where a variable, set or boolean, was declared.
    #[must_use]
    pub fn declared(&self, name: &[u8]) -> Option<Location> {
        let boolean = || self.booleans.get(name).or_else(|| self.shared.booleans.get(name));
        self.get(name).map(|variable| variable.location).or_else(|| boolean().map(|(_, location)| *location))
    }

    /// The values of a set variable as declared, escapes decoded, byte-sorted.
    pub fn values(&self, name: &[u8]) -> Option<impl Iterator<Item = (&[u8], Location)>> {
        self.get(name)
            .map(|variable| variable.values.iter().map(|(value, location)| (value.as_slice(), *location)))
    }

    /// The value of a boolean variable.
    #[must_use]
    pub fn boolean(&self, name: &[u8]) -> Option<bool> {
        self.booleans.get(name).or_else(|| self.shared.booleans.get(name)).map(|(value, _)| *value)
    }

    /// True for a set variable that is declared.
    #[must_use]
    pub fn is_set(&self, name: &[u8]) -> bool {
        self.get(name).is_some()
    }

    /// True when nothing is declared.
    pub(super) fn is_empty(&self) -> bool {
        self.shared.id == 0 && self.sets.is_empty() && self.booleans.is_empty()
    }

    fn get(&self, name: &[u8]) -> Option<&SetVariable> {
        self.sets.get(name).or_else(|| self.shared.sets.get(name))
    }

    pub(super) fn set(
        &mut self,
        name: &[u8],
        values: impl IntoIterator<Item = (Vec<u8>, Location)>,
        location: Location,
    ) {
        self.changed(name);
        self.sets.insert(name.to_vec(), SetVariable { values: values.into_iter().collect(), location });
    }

    pub(super) fn add(&mut self, name: &[u8], values: impl IntoIterator<Item = (Vec<u8>, Location)>) {
        if !self.is_set(name) {
            return;
        }
        self.changed(name);
        // Of a variable of the shared piece these are the values for this profile; one of its own grows where it is.
        if !self.sets.contains_key(name)
            && let Some(shared) = self.shared.sets.get(name)
        {
            self.sets.insert(name.to_vec(), shared.clone());
        }
        let Some(variable) = self.sets.get_mut(name) else { return };
        for (value, location) in values {
            variable.values.entry(value).or_insert(location);
        }
    }

    pub(super) fn set_boolean(&mut self, name: &[u8], value: bool, location: Location) {
        self.changed(name);
        self.booleans.insert(name.to_vec(), (value, location));
    }

    /// What was found before about values may hold no longer.
    fn changed(&mut self, name: &[u8]) {
        self.shadows |= self.shared.sets.contains_key(name) || self.shared.booleans.contains_key(name);
        self.expanded.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Makes everything declared so far a shared piece.
    pub(super) fn freeze(&mut self, id: usize) {
        let mut sets = self.shared.sets.clone();
        sets.extend(std::mem::take(&mut self.sets));
        let mut booleans = self.shared.booleans.clone();
        booleans.extend(std::mem::take(&mut self.booleans));
        *self = Self {
            shared: Arc::new(Shared { id, sets, booleans, expanded: RwLock::default() }),
            seams: self.seams,
            braces: self.braces,
            ..Self::default()
        };
    }

    /// New variables on the shared piece that these stand on.
    pub(super) fn on_same_piece(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), seams: self.seams, braces: self.braces, ..Self::default() }
    }

    /// Which shared piece these stand on.
    pub(super) fn piece(&self) -> usize {
        self.shared.id
    }

    /// Does a text mean the same in every profile that stands on the same shared piece? Told for a text that was expanded.
    pub(super) fn is_shared(&self, text: &[u8]) -> bool {
        if !text.windows(2).any(|pair| pair == b"@{") {
            return true;
        }
        if self.shadows {
            return false;
        }
        let known = self.shared.expanded.read().unwrap_or_else(PoisonError::into_inner);
        pieces(text, self.braces).all(|piece| match piece {
            Ok(Piece::Text(_)) => true,
            Ok(Piece::Variable { name, .. }) => {
                !AutomaticVariables::NAMES.contains(&name) && known.contains_key(name)
            }
            Err(_) => false,
        })
    }

    /// A declared name that is close to `name`.
    pub(super) fn similar(&self, name: &[u8]) -> Option<String> {
        let mut names: Vec<Cow<'_, str>> = self.names().map(String::from_utf8_lossy).collect();
        names.sort();
        did_you_mean(&String::from_utf8_lossy(name), names.iter().map(AsRef::as_ref)).map(str::to_owned)
    }

    /// Replaces the variables of a text whose escapes are decoded.
    pub(super) fn expand<'t>(
        &self,
        text: &'t [u8],
        automatic: &AutomaticVariables,
    ) -> Result<Expansion<'t>, ExpansionError> {
        if !text.windows(2).any(|pair| pair == b"@{") {
            return Ok(Expansion { text: Cow::Borrowed(text), has_variables: false });
        }
        let mut output = Vec::with_capacity(text.len() * 2);
        let mut has_variables = false;
        for piece in pieces(text, self.braces) {
            match piece? {
                Piece::Text(bytes) => output.extend_from_slice(bytes),
                Piece::Variable { name, end } => {
                    has_variables = true;
                    let after = text.get(end).copied();
                    let values = self.values_of(name, automatic)?;
                    append(&mut output, &values, after, self.seams);
                }
            }
            if output.len() > MAX_TEXT {
                return Err(ExpansionError::TooLarge { name: text.iter().take(60).copied().collect() });
            }
        }
        Ok(Expansion { text: Cow::Owned(output), has_variables })
    }

    /// All values of a variable, the variables in them replaced, byte-sorted.
    pub(super) fn values_of(
        &self,
        name: &[u8],
        automatic: &AutomaticVariables,
    ) -> Result<Arc<[Vec<u8>]>, ExpansionError> {
        if let Some(value) = automatic.get(name) {
            return Ok(Arc::from([value.clone()]));
        }
        self.flatten(name, None, &mut Vec::new(), &mut true)
    }

    /// `pure` turns false when the answer depends on more than the shared piece.
    fn flatten(&self, name: &[u8], user: Option<Location>, path: &mut Vec<Vec<u8>>, pure: &mut bool) -> Flat {
        let is_own = self.shadows || self.sets.contains_key(name) || !self.shared.sets.contains_key(name);
        *pure &= !is_own;
        if !is_own
            && let Some(known) = self.shared.expanded.read().unwrap_or_else(PoisonError::into_inner).get(name)
        {
            return known.clone();
        }
        if let Some(known) = self.expanded.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            *pure = false;
            return known.clone();
        }
        let Some(variable) = self.get(name) else {
            return Err(ExpansionError::Undefined { name: name.to_vec(), in_value: user });
        };
        if path.iter().any(|earlier| earlier == name) || path.len() > 100 {
            return Err(ExpansionError::Recursive {
                name: name.to_vec(),
                location: user.unwrap_or(variable.location),
            });
        }
        path.push(name.to_vec());
        let mut is_pure = !is_own;
        let mut all = BTreeSet::new();
        let mut result = Ok(());
        let mut size = 0usize;
        for (value, location) in &variable.values {
            match self.flatten_value(value, *location, path, &mut is_pure) {
                Ok(values) => {
                    for value in values {
                        size += value.len();
                        all.insert(value);
                    }
                }
                Err(error) => result = Err(error),
            }
            if all.len() > MAX_VALUES || size > MAX_TEXT {
                result = Err(ExpansionError::TooLarge { name: name.to_vec() });
            }
            if result.is_err() {
                break;
            }
        }
        path.pop();
        *pure &= is_pure;
        let result = result.map(|()| Arc::from(all.into_iter().collect::<Vec<_>>()));
        // What a recursive variable was reached from decides the message: only whole answers are kept.
        if is_pure && result.is_ok() {
            self.shared
                .expanded
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(name.to_vec(), result.clone());
        } else if path.is_empty() || result.is_ok() {
            self.expanded
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(name.to_vec(), result.clone());
        }
        result
    }

    /// All texts that one value stands for.
    fn flatten_value(
        &self,
        value: &[u8],
        location: Location,
        path: &mut Vec<Vec<u8>>,
        pure: &mut bool,
    ) -> Result<Vec<Vec<u8>>, ExpansionError> {
        let mut texts = vec![Vec::new()];
        for piece in pieces(value, self.braces) {
            match piece? {
                Piece::Text(bytes) => texts.iter_mut().for_each(|text| text.extend_from_slice(bytes)),
                Piece::Variable { name, end } => {
                    let values = self.flatten(name, Some(location), path, pure)?;
                    let after = value.get(end).copied();
                    if texts.len().saturating_mul(values.len()) > MAX_VALUES {
                        return Err(ExpansionError::TooLarge { name: name.to_vec() });
                    }
                    texts = texts
                        .iter()
                        .flat_map(|text| {
                            let joined =
                                |value: &Vec<u8>| joined(text, value, after, self.seams, values.len());
                            values.iter().map(joined)
                        })
                        .collect();
                }
            }
            if texts.iter().map(Vec::len).sum::<usize>() > MAX_TEXT {
                return Err(ExpansionError::TooLarge { name: value.iter().take(60).copied().collect() });
            }
        }
        Ok(texts)
    }
}

/// `before` with `value`, one of so many, behind it, slashes at the seams trimmed.
fn joined(before: &[u8], value: &[u8], after: Option<u8>, seams: Seams, count: usize) -> Vec<u8> {
    let value = trimmed(before, value, after, seams, count);
    [before, value].concat()
}

/// A value without the slashes that double those around it: leading ones behind a text that ends in `/`, trailing ones
/// before a text that begins with `/`.
fn trimmed<'v>(
    before: &[u8],
    mut value: &'v [u8],
    after: Option<u8>,
    seams: Seams,
    count: usize,
) -> &'v [u8] {
    let leading = match seams {
        Seams::OneAsItIs if count == 1 => return value,
        Seams::OneAsItIs => before.ends_with(b"/"),
        Seams::BehindText => before.ends_with(b"/") && !before.iter().all(|byte| *byte == b'/'),
    };
    while leading && let Some(rest) = value.strip_prefix(b"/") {
        value = rest;
    }
    while after == Some(b'/')
        && let Some(rest) = value.strip_suffix(b"/")
    {
        value = rest;
    }
    value
}

/// Appends one value as it is, several as `{one,other}`.
fn append(output: &mut Vec<u8>, values: &[Vec<u8>], after: Option<u8>, seams: Seams) {
    let before = output.len();
    let trim = |value| trimmed(&output[..before], value, after, seams, values.len());
    if let [value] = values {
        let value = trim(value);
        output.extend_from_slice(value);
        return;
    }
    let mut distinct: Vec<&[u8]> = values.iter().map(|value| trim(value)).collect();
    distinct.sort_unstable();
    distinct.dedup();
    if let [one] = distinct[..] {
        output.extend_from_slice(one);
        return;
    }
    output.push(b'{');
    for (index, value) in distinct.iter().enumerate() {
        if index > 0 {
            output.push(b',');
        }
        output.extend_from_slice(value);
    }
    output.push(b'}');
}

/// A part of a text: as it is, or a reference that ends at `end`.
enum Piece<'t> {
    Text(&'t [u8]),
    Variable { name: &'t [u8], end: usize },
}

/// Cuts a text at its references. `\@{X}` is none, nor is `@{a,b}`.
fn pieces(text: &[u8], braces: Braces) -> impl Iterator<Item = Result<Piece<'_>, ExpansionError>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let mut index = at;
        while index < text.len() {
            match text[index] {
                b'\\' => index += 2,
                b'@' if text.get(index + 1) == Some(&b'{') => match reference(&text[index..], braces) {
                    Ok(None) => index += 1,
                    Ok(Some(_)) if index > start => break,
                    Ok(Some(length)) => {
                        at = index + length;
                        return Some(Ok(Piece::Variable { name: &text[index + 2..at - 1], end: at }));
                    }
                    Err(error) => {
                        at = text.len();
                        return Some(Err(error));
                    }
                },
                _ => index += 1,
            }
        }
        at = index.min(text.len());
        (start < at).then(|| Ok(Piece::Text(&text[start..at])))
    })
}

/// The length of the reference at the start of `text` (which begins with `@{`), or nothing when it is an alternation or the
/// beginning of one.
fn reference(text: &[u8], braces: Braces) -> Result<Option<usize>, ExpansionError> {
    let malformed = |end: usize| Err(ExpansionError::Malformed { text: text[..end.min(60)].to_vec() });
    let mut end = 2;
    loop {
        match text.get(end) {
            None => return malformed(text.len()),
            Some(b'}') => break,
            // A reference inside makes these braces an alternation, whatever stands before it.
            Some(b'@') if text.get(end + 1) == Some(&b'{') => {
                let is_first = end == 2 && braces == Braces::Named;
                return if is_first { malformed(text.len()) } else { Ok(None) };
            }
            Some(b'\\') => end += 2,
            Some(_) => end += 1,
        }
    }
    let inside = &text[2..end];
    let comma = inside.iter().position(|byte| *byte == b',');
    let first = &inside[..comma.unwrap_or(inside.len())];
    let is_name = first.first().is_some_and(u8::is_ascii_alphabetic)
        && first.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    match comma {
        None if is_name => Ok(Some(end + 1)),
        Some(_) if is_name || braces == Braces::Alternation => Ok(None),
        _ => malformed(end + 1),
    }
}

/// The value that a word of an assignment stands for: quotes removed, escapes decoded.
pub(super) fn value_text(word: &[u8]) -> Vec<u8> {
    unescape(word).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, SourceMap, Span};

    fn variables(assignments: &[(&str, &[&str])]) -> Variables {
        let location = Location::new(SourceMap::new().add(SourceFile::new("f", "")), Span::at(0));
        let mut variables = Variables::default();
        for (name, values) in assignments {
            let values = values.iter().map(|value| (value.as_bytes().to_vec(), location));
            variables.set(name.as_bytes(), values, location);
        }
        variables
    }

    fn expanded(variables: &Variables, text: &str) -> Result<String, ExpansionError> {
        let expansion = variables.expand(text.as_bytes(), &AutomaticVariables::default())?;
        Ok(String::from_utf8(expansion.text.into_owned()).unwrap())
    }

    #[test]
    fn slashes_at_the_seams_are_trimmed_as_the_parser_does() {
        let variables = variables(&[("A", &["/a/", "/b", "/q q"]), ("S", &["/v/", "w"]), ("ONE", &["/v/"])]);
        assert_eq!(expanded(&variables, "/x/@{A}/y").unwrap(), "/x/{a,b,q q}/y");
        assert_eq!(expanded(&variables, "@{A}").unwrap(), "{/a/,/b,/q q}");
        // Only slashes before: nothing is trimmed, and the path is dead.
        assert_eq!(expanded(&variables, "/@{S}/q").unwrap(), "/{/v,w}/q");
        assert_eq!(expanded(&variables, "/z/@{ONE}").unwrap(), "/z/v/");
        assert_eq!(expanded(&variables, "@{ONE}/y").unwrap(), "/v/y");
    }

    #[test]
    fn before_5_0_only_several_values_lose_their_slashes() {
        let mut variables = variables(&[
            ("ONE", &["/v/"]),
            ("MANY", &["/v/", "/w"]),
            ("ROOT", &["/"]),
            ("NESTED", &["/@{ONE}/a"]),
            ("NESTED_MANY", &["/@{MANY}/a"]),
        ]);
        variables.seams = Seams::of(Version::V4_1);
        // Measured with 3.0.8 and 4.1.0.
        for (text, expected) in [
            ("/@{MANY}/s", "/{v,w}/s"),
            ("/@{ONE}/s", "//v//s"),
            ("/q/@{MANY}/s", "/q/{v,w}/s"),
            ("/q@{MANY}s", "/q{/v/,/w}s"),
            ("a/@{ONE}", "a//v/"),
            ("@{ROOT}/s", "//s"),
            ("@{NESTED}/s", "//v//a/s"),
            ("@{NESTED_MANY}/s", "{/v/a,/w/a}/s"),
        ] {
            assert_eq!(expanded(&variables, text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn values_are_expanded_wherever_they_are_declared() {
        let variables = variables(&[("HOME", &["@{DIRS}*/", "/root/"]), ("DIRS", &["/home/", "/srv/home/"])]);
        assert_eq!(expanded(&variables, "@{HOME}.ssh").unwrap(), "{/home/*/,/root/,/srv/home/*/}.ssh");
    }

    #[test]
    fn what_cannot_be_replaced_is_told() {
        let variables = variables(&[("R", &["@{S}"]), ("S", &["/x@{R}"]), ("U", &["@{NOPE}"])]);
        assert!(matches!(expanded(&variables, "@{R}"), Err(ExpansionError::Recursive { .. })));
        assert!(matches!(
            expanded(&variables, "/@{U}"),
            Err(ExpansionError::Undefined { in_value: Some(_), .. })
        ));
        assert!(matches!(
            expanded(&variables, "/@{NOPE}"),
            Err(ExpansionError::Undefined { in_value: None, .. })
        ));
        assert!(matches!(expanded(&variables, "/@{}"), Err(ExpansionError::Malformed { .. })));
        assert_eq!(expanded(&variables, "/\\@{NOPE}@{a,b}").unwrap(), "/\\@{NOPE}@{a,b}");
        // Measured with 4.1.0 and 5.0.2.
        for text in ["/@{/a,b}", "/@{,a}", "/@{a-,b}", "/@{{a,b},c}"] {
            assert!(matches!(expanded(&variables, text), Err(ExpansionError::Malformed { .. })), "{text}");
            let older = Variables::new(Version::V4_1);
            assert_eq!(expanded(&older, text).unwrap(), text);
        }
    }

    #[test]
    fn a_set_that_multiplies_into_millions_hits_the_limit() {
        let many: Vec<String> = (0..300).map(|number| format!("/{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let variables = variables(&[("A", &many), ("B", &["@{A}@{A}@{A}"])]);
        assert!(matches!(expanded(&variables, "@{B}"), Err(ExpansionError::TooLarge { .. })));
    }
}
