//! Some globs as one set of paths.

use super::automaton::{Dfa, TooComplex, attachment_score};
use super::beginnings::Beginnings;
use super::effort::is_spent;
use super::expression::{Expression, common_prefix};
use super::steps::Steps;
use super::witness::{Wanted, exists, witness};
use super::{Glob, MOST_PREFIXES};
use std::sync::{Arc, OnceLock};

/// A set of paths: what any of some globs matches. The automata are built at the first question that needs them, and
/// kept; questions about literal paths and about sets with different beginnings need none, and only what is asked how well it
/// fits is determinised.
#[derive(Debug)]
pub struct PathSet {
    expressions: Vec<Arc<Expression>>,
    /// All paths, ascending, when each glob stands for few.
    literals: Option<Vec<Vec<u8>>>,
    /// What every path of the set begins with.
    prefix: Vec<u8>,
    /// How its paths begin.
    beginnings: OnceLock<Beginnings>,
    /// The shortest of its paths.
    shortest: OnceLock<Result<Option<Vec<u8>>, TooComplex>>,
    steps: OnceLock<Result<Steps, TooComplex>>,
    automaton: OnceLock<Result<Dfa, TooComplex>>,
}

/// A glob of at most this many paths is kept as a list of them.
const MOST_LITERALS: usize = 64;

impl PathSet {
    /// What any of the globs matches.
    pub fn new<'a>(globs: impl IntoIterator<Item = &'a Glob>) -> Self {
        Self::of(globs.into_iter().map(|glob| Arc::clone(glob.expression())).collect())
    }

    fn of(expressions: Vec<Arc<Expression>>) -> Self {
        let mut prefixes = expressions.iter().map(|expression| expression.prefix().0);
        let first = prefixes.next().unwrap_or_default();
        let prefix = prefixes.fold(first, |common, prefix| common_prefix(&common, &prefix).to_vec());
        let strings = expressions.iter().map(|expression| expression.strings(MOST_LITERALS));
        let literals = strings.collect::<Option<Vec<_>>>().map(|strings| {
            let mut strings = strings.concat();
            strings.sort();
            strings.dedup();
            strings
        });
        Self {
            expressions,
            literals,
            prefix,
            beginnings: OnceLock::new(),
            shortest: OnceLock::new(),
            steps: OnceLock::new(),
            automaton: OnceLock::new(),
        }
    }

    /// All paths of the set, ascending, when they are few.
    #[must_use]
    pub fn paths(&self) -> Option<&[Vec<u8>]> {
        self.literals.as_deref()
    }

    /// True when no path is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.literals.as_ref().is_some_and(Vec::is_empty)
    }

    /// Is the path in the set?
    #[must_use]
    pub fn is_match(&self, path: &[u8]) -> bool {
        if let Some(literals) = &self.literals {
            return literals.binary_search_by(|literal| literal.as_slice().cmp(path)).is_ok();
        }
        if !path.starts_with(&self.prefix) {
            return false;
        }
        if let Some(Ok(automaton)) = self.automaton.get() {
            return automaton.matches(path);
        }
        self.expressions.iter().any(|expression| expression.matches(path))
    }

    /// A path that is in both sets, the shortest, or `None` when there is none.
    ///
    /// # Errors
    /// When an automaton would grow beyond the limits.
    pub fn overlap(&self, other: &Self) -> Result<Option<Vec<u8>>, TooComplex> {
        if std::ptr::eq(self, other) {
            return self.witness();
        }
        if !self.beginnings().meet(other.beginnings()) {
            return Ok(None);
        }
        if let Some(literals) = &self.literals {
            return Ok(shortest(literals.iter().filter(|literal| other.is_match(literal))));
        }
        if let Some(literals) = &other.literals {
            return Ok(shortest(literals.iter().filter(|literal| self.is_match(literal))));
        }
        if self.is_apart(other) {
            return Ok(None);
        }
        witness([self.steps()?, other.steps()?], Wanted::InAll)
    }

    /// A path that is in both sets and not in `excluded`, the shortest, or `None` when there is none.
    ///
    /// # Errors
    /// When an automaton would grow beyond the limits.
    pub fn overlap_outside(&self, other: &Self, excluded: &Self) -> Result<Option<Vec<u8>>, TooComplex> {
        if let Some(literals) = &self.literals {
            return Ok(shortest(
                literals.iter().filter(|path| other.is_match(path) && !excluded.is_match(path)),
            ));
        }
        if let Some(literals) = &other.literals {
            return Ok(shortest(
                literals.iter().filter(|path| self.is_match(path) && !excluded.is_match(path)),
            ));
        }
        if !self.beginnings().meet(other.beginnings()) || self.is_apart(other) {
            return Ok(None);
        }
        witness([self.steps()?, other.steps()?, excluded.steps()?], Wanted::NotInLast)
    }

    /// A path of this set that is not in the other, the shortest, or `None` when the other includes this one.
    ///
    /// # Errors
    /// When an automaton would grow beyond the limits.
    pub fn outside(&self, other: &Self) -> Result<Option<Vec<u8>>, TooComplex> {
        if let Some(literals) = &self.literals {
            return Ok(shortest(literals.iter().filter(|literal| !other.is_match(literal))));
        }
        witness([self.steps()?, other.steps()?], Wanted::NotInLast)
    }

    /// Is each path of the other set in this one?
    ///
    /// # Errors
    /// When an automaton would grow beyond the limits.
    pub fn includes(&self, other: &Self) -> Result<bool, TooComplex> {
        if std::ptr::eq(self, other) {
            return Ok(true);
        }
        if let Some(literals) = &other.literals {
            return Ok(literals.iter().all(|literal| self.is_match(literal)));
        }
        if self.misses_example(other) {
            return Ok(false);
        }
        if other.expressions.iter().all(|narrow| self.takes_all_behind(narrow)) {
            return Ok(true);
        }
        let is_part = |narrow: &Expression| self.expressions.iter().any(|wide| wide.plainly_includes(narrow));
        if other.expressions.iter().all(|narrow| is_part(narrow)) {
            return Ok(true);
        }
        if other.expressions.iter().flat_map(|narrow| narrow.examples()).any(|path| !self.is_match(&path)) {
            return Ok(false);
        }
        // What begins alike is most often told by the rest: by its parts, not by their many alternatives.
        if let ([wide], [narrow]) = (&self.expressions[..], &other.expressions[..])
            && let Some(rests) = wide.behind_common_parts(narrow)
        {
            match Self::of(vec![rests.one.into()]).includes(&Self::of(vec![rests.other.into()])) {
                Ok(true) => return Ok(true),
                Ok(false) if rests.decide => return Ok(false),
                _ => {}
            }
        }
        Ok(!exists([other.steps()?, self.steps()?], Wanted::NotInLast)?)
    }

    /// Are they the same paths?
    ///
    /// # Errors
    /// When an automaton would grow beyond the limits.
    pub fn same(&self, other: &Self) -> Result<bool, TooComplex> {
        Ok(self.expressions == other.expressions || (self.includes(other)? && other.includes(self)?))
    }

    /// Some path of the set, the shortest, or `None` when it is empty.
    ///
    /// # Errors
    /// When the automaton would grow beyond the limits.
    pub fn witness(&self) -> Result<Option<Vec<u8>>, TooComplex> {
        if let Some(literals) = &self.literals {
            return Ok(shortest(literals.iter()));
        }
        kept(&self.shortest, || witness([self.steps()?], Wanted::InAll)).cloned()
    }

    /// How well the set fits a path: the bytes read before its smallest automaton loops, or `None` when the path is not in
    /// the set. Of several attachments that match the kernel takes the highest.
    ///
    /// # Errors
    /// When the automaton would grow beyond the limits.
    pub fn score(&self, path: &[u8]) -> Result<Option<usize>, TooComplex> {
        if self.literals.as_ref().is_some_and(|literals| literals.len() == 1) {
            return Ok(self.is_match(path).then_some(path.len()));
        }
        attachment_score(self.automaton()?, path)
    }

    /// True when no path can be in both, as one look at how they begin and end tells.
    fn looks_apart(&self, other: &Self) -> bool {
        let common = common_prefix(&self.prefix, &other.prefix).len();
        if common < self.prefix.len() && common < other.prefix.len() {
            return true;
        }
        let ([one], [two]) = (&self.expressions[..], &other.expressions[..]) else { return false };
        let (ending, other_ending) = (one.ending(), two.ending());
        if !ending.ends_with(other_ending) && !other_ending.ends_with(ending) {
            return true;
        }
        let rests = one.behind_common_parts(two);
        rests.is_some_and(|rests| rests.decide && rests.one.begins_apart(&rests.other))
    }

    pub(super) fn beginnings(&self) -> &Beginnings {
        self.beginnings.get_or_init(|| Beginnings::of(&self.expressions))
    }

    /// True when it is certain that no path is in both.
    fn is_apart(&self, other: &Self) -> bool {
        self.looks_apart(other)
            || match (self.steps(), other.steps()) {
                (Ok(one), Ok(two)) => one.meet(two) == Some(false),
                _ => false,
            }
    }

    /// True when a path that is easily found in the other set is not in this one.
    fn misses_example(&self, other: &Self) -> bool {
        let misses = |example: fn(&Expression) -> Option<Vec<u8>>| {
            other
                .expressions
                .iter()
                .find_map(|expression| example(expression))
                .is_some_and(|path| !self.is_match(&path))
        };
        misses(Expression::example) || misses(Expression::odd_example)
    }

    /// True when how the matches of `narrow` begin tells that all of them are in this set.
    fn takes_all_behind(&self, narrow: &Expression) -> bool {
        let alphabet = narrow.alphabet();
        let is_taken =
            |prefix: &Vec<u8>| self.expressions.iter().any(|wide| wide.takes_all_behind(prefix, alphabet));
        narrow.prefixes(MOST_PREFIXES).iter().all(is_taken)
    }

    fn steps(&self) -> Result<&Steps, TooComplex> {
        kept(&self.steps, || Steps::new(&self.expressions))
    }

    fn automaton(&self) -> Result<&Dfa, TooComplex> {
        kept(&self.automaton, || Dfa::new(self.steps()?.nfa()))
    }
}

impl From<&Glob> for PathSet {
    fn from(glob: &Glob) -> Self {
        Self::new([glob])
    }
}

/// What is known already, or what `find` finds. That the effort of this job was spent is not kept: another job may find it.
fn kept<T>(
    known: &OnceLock<Result<T, TooComplex>>,
    find: impl FnOnce() -> Result<T, TooComplex>,
) -> Result<&T, TooComplex> {
    if known.get().is_none() {
        let found = find();
        if found.is_err() && is_spent() {
            return Err(TooComplex);
        }
        // Another thread may have been faster, and found the same.
        let _ = known.set(found);
    }
    known.get().map_or(Err(TooComplex), |found| found.as_ref().map_err(|error| *error))
}

fn shortest<'a>(paths: impl Iterator<Item = &'a Vec<u8>>) -> Option<Vec<u8>> {
    paths.min_by_key(|path| (path.len(), *path)).cloned()
}
