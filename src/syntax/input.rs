//! The position in a file as nom sees it, and what is collected on the way.

use super::error::{Failure, SyntaxError};
use super::file::Comment;
use crate::source::Span;
use crate::vocabulary::Version;
use std::cell::{Cell, RefCell};

/// What a parser function returns: the position behind what it read, and the thing.
pub(super) type Res<'a, T> = nom::IResult<Input<'a>, T, Failure>;

/// Collected while parsing: errors that did not stop a rule, and every comment.
#[derive(Debug)]
pub(super) struct State {
    version: Version,
    errors: RefCell<Vec<SyntaxError>>,
    comments: RefCell<Vec<Comment>>,
    depth: Cell<usize>,
    given_up: Cell<bool>,
    swallowed_closes: Cell<usize>,
    askew: RefCell<Vec<Askew>>,
}

/// A block whose braces each have a line of their own to begin or end, and do not stand equally far in: where braces are
/// missing, this is where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Askew {
    pub(super) open: Span,
    pub(super) close: Span,
    /// Does the `}` stand further in than the line of its `{`?
    pub(super) closes_further_in: bool,
}

impl State {
    pub(super) fn new(version: Version) -> Self {
        Self {
            version,
            errors: RefCell::default(),
            comments: RefCell::default(),
            depth: Cell::default(),
            given_up: Cell::default(),
            swallowed_closes: Cell::default(),
            askew: RefCell::default(),
        }
    }

    /// The version of apparmor_parser that the file is read for.
    pub(super) fn version(&self) -> Version {
        self.version
    }

    pub(super) fn report(&self, error: SyntaxError) {
        self.errors.borrow_mut().push(error);
    }

    /// Is a block told of that the end of the file has cut?
    pub(super) fn tells_of_unclosed_block(&self) -> bool {
        self.errors.borrow().last().is_some_and(|error| error.message == super::block::UNCLOSED_BLOCK)
    }

    /// Notes text that could not be read, for the braces in it that may have been meant to close a block.
    pub(super) fn swallow(&self, text: &[u8]) {
        let count = |wanted: u8| text.iter().filter(|byte| **byte == wanted).count();
        let closes = count(b'}').saturating_sub(count(b'{'));
        self.swallowed_closes.set(self.swallowed_closes.get() + closes);
    }

    /// Does a block lack its end because a text that is told of already has swallowed it? Counts for one block only.
    pub(super) fn takes_swallowed_close(&self) -> bool {
        let count = self.swallowed_closes.get();
        self.swallowed_closes.set(count.saturating_sub(1));
        count > 0
    }

    /// Notes a block whose braces do not stand equally far in.
    pub(super) fn note_askew(&self, block: Askew) {
        self.askew.borrow_mut().push(block);
    }

    /// The first such block behind `start` that is closed too far out: an end is missing in it.
    pub(super) fn lacks_close(&self, start: usize) -> Option<Askew> {
        let askew = self.askew.borrow();
        askew
            .iter()
            .filter(|block| !block.closes_further_in && block.open.start as usize > start)
            .min_by_key(|block| block.close.start)
            .copied()
    }

    /// The last such block that is closed too far in: its end is too early.
    pub(super) fn closed_early(&self) -> Option<Askew> {
        self.askew.borrow().iter().rev().find(|block| block.closes_further_in).copied()
    }

    pub(super) fn error_count(&self) -> usize {
        self.errors.borrow().len()
    }

    /// Notes a comment once, also when a parser comes over it again; says whether it was new.
    pub(super) fn comment(&self, comment: Comment) -> bool {
        let mut comments = self.comments.borrow_mut();
        let new = comments.last().is_none_or(|last| last.span.start < comment.span.start);
        if new {
            comments.push(comment);
        }
        new
    }

    /// Runs `attempt` and forgets what it reported.
    pub(super) fn speculate<T>(&self, attempt: impl FnOnce() -> T) -> T {
        let (errors, comments) = (self.errors.borrow().len(), self.comments.borrow().len());
        let result = attempt();
        self.errors.borrow_mut().truncate(errors);
        self.comments.borrow_mut().truncate(comments);
        result
    }

    pub(super) fn depth(&self) -> usize {
        self.depth.get()
    }

    /// Runs `inner` one block deeper.
    pub(super) fn nested<T>(&self, inner: impl FnOnce() -> T) -> T {
        self.depth.set(self.depth.get() + 1);
        let result = inner();
        self.depth.set(self.depth.get() - 1);
        result
    }

    /// Notes that a limit was met, so that nothing behind it is read.
    pub(super) fn give_up(&self) {
        self.given_up.set(true);
    }

    pub(super) fn has_given_up(&self) -> bool {
        self.given_up.get()
    }

    pub(super) fn into_parts(self) -> (Vec<SyntaxError>, Vec<Comment>) {
        (self.errors.into_inner(), self.comments.into_inner())
    }
}

/// A position in a file: nom's input. Cheap to copy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input<'a> {
    source: &'a [u8],
    start: usize,
    end: usize,
    pub(super) state: &'a State,
}

impl<'a> Input<'a> {
    pub(super) fn new(source: &'a [u8], state: &'a State) -> Self {
        Self { source, start: 0, end: source.len(), state }
    }

    /// The bytes that are left.
    #[inline]
    pub(super) fn rest(self) -> &'a [u8] {
        &self.source[self.start..self.end]
    }

    /// The whole file.
    pub(super) fn source(self) -> &'a [u8] {
        self.source
    }

    #[inline]
    pub(super) fn offset(self) -> usize {
        self.start
    }

    /// The next byte.
    #[inline]
    pub(super) fn peek(self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// The position `count` bytes on.
    #[inline]
    pub(super) fn skip(self, count: usize) -> Self {
        Self { start: (self.start + count).min(self.end), ..self }
    }

    /// The same file at another offset.
    pub(super) fn at(self, offset: usize) -> Self {
        Self { start: offset.min(self.end), ..self }
    }

    /// The bytes from here to `later`.
    #[inline]
    pub(super) fn span_to(self, later: Self) -> Span {
        Span::new(self.start, later.start.max(self.start))
    }

    /// The span of the next `count` bytes.
    #[inline]
    pub(super) fn span(self, count: usize) -> Span {
        Span::new(self.start, (self.start + count).min(self.end))
    }
}

impl<'a> nom::Input for Input<'a> {
    type Item = u8;
    type Iter = std::iter::Copied<std::slice::Iter<'a, u8>>;
    type IterIndices = std::iter::Enumerate<Self::Iter>;

    fn input_len(&self) -> usize {
        self.end - self.start
    }

    fn take(&self, index: usize) -> Self {
        Self { end: self.start + index, ..*self }
    }

    fn take_from(&self, index: usize) -> Self {
        Self { start: self.start + index, ..*self }
    }

    fn take_split(&self, index: usize) -> (Self, Self) {
        (self.take_from(index), self.take(index))
    }

    fn position<P: Fn(Self::Item) -> bool>(&self, predicate: P) -> Option<usize> {
        self.rest().iter().position(|byte| predicate(*byte))
    }

    fn iter_elements(&self) -> Self::Iter {
        self.rest().iter().copied()
    }

    fn iter_indices(&self) -> Self::IterIndices {
        self.iter_elements().enumerate()
    }

    fn slice_index(&self, count: usize) -> Result<usize, nom::Needed> {
        if self.input_len() >= count { Ok(count) } else { Err(nom::Needed::new(count - self.input_len())) }
    }
}

impl nom::Compare<&str> for Input<'_> {
    fn compare(&self, text: &str) -> nom::CompareResult {
        self.rest().compare(text.as_bytes())
    }

    fn compare_no_case(&self, text: &str) -> nom::CompareResult {
        self.rest().compare_no_case(text.as_bytes())
    }
}
