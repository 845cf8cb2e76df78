//! Which blanks line something up. Knows nothing of rules: it is told where things stand, and says how many blanks go
//! before each.
//!
//! A column counts when at least two cells of a run stand in it. A new, longer cell thus moves a column only when it was
//! lined up itself, and a stray double blank vanishes.

use std::collections::HashMap;

/// One thing that may stand in a column: the permissions of a rule, or a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    /// The width of what the formatter prints before it, from the edge of the block.
    pub(super) before: usize,
    /// Its own width.
    pub(super) width: usize,
    /// The column in which it begins in the source.
    pub(super) start: usize,
    /// The blanks before it in the source; 1 when it stood on another line than what is before it.
    pub(super) gap: usize,
}

impl Cell {
    fn end(self) -> usize {
        self.start + self.width
    }
}

/// Which edge lines up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Edge {
    Right,
    Left,
}

/// How often the rule is applied to its own result before it is given up. Twice is enough for all real files.
const ROUNDS: usize = 8;

/// A column that cells are put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Column {
    edge: Edge,
    /// Where it is in the source.
    source: usize,
    /// Where it is in what is printed, from the edge of the block.
    printed: usize,
}

impl Column {
    /// The column of a run, if it has one.
    pub(super) fn of(cells: &[Cell]) -> Option<Self> {
        let first = Self::once(cells)?;
        // What is printed must come out the same when it is formatted again: so the rule is applied to its own result.
        let mut column = first;
        let mut cells = cells.to_vec();
        for _ in 0..ROUNDS {
            for cell in &mut cells {
                cell.gap = column.gap(cell);
                cell.start = cell.before + cell.gap;
            }
            let next = Self::once(&cells)?;
            if cells.iter().all(|cell| next.gap(cell) == cell.gap) {
                return Some(Self { source: first.source, ..column });
            }
            column = next;
        }
        None
    }

    fn once(cells: &[Cell]) -> Option<Self> {
        let (edge, source) = most_common(cells)?;
        let stands = |cell: &&Cell| place(cell, edge) == source;
        let standing = cells.iter().filter(stands).count();
        let padded = cells.iter().filter(|cell| stands(cell) && cell.gap > 1).count();
        // One padded cell may line up with some others by chance, but not with half of the run.
        if standing < 2 || (padded < 2 && standing * 2 < cells.len()) {
            return None;
        }
        let taken = |cell: &Cell| cell.before + if edge == Edge::Right { cell.width } else { 0 };
        let widest = cells.iter().filter(stands).map(taken).max()?;
        let gap = cells.iter().filter(stands).map(|cell| cell.gap).min()?;
        Some(Self { edge, source, printed: widest + gap.max(1) })
    }

    /// The blanks before a cell: up to the column, or one where it does not fit.
    pub(super) fn gap(self, cell: &Cell) -> usize {
        let taken = cell.before + if self.edge == Edge::Right { cell.width } else { 0 };
        self.printed.saturating_sub(taken).max(1)
    }
}

/// The column where most of the cells with more than one blank before them stand.
fn most_common(cells: &[Cell]) -> Option<(Edge, usize)> {
    if !cells.iter().any(|cell| cell.gap > 1) {
        return None;
    }
    let places_of = |cell: &Cell| {
        [Edge::Left, Edge::Right].map(|edge| ((edge, place(cell, edge)), usize::from(cell.gap > 1)))
    };
    let mut places: Vec<((Edge, usize), usize)> = cells.iter().flat_map(places_of).collect();
    places.sort_unstable();
    // How many cells with more than one blank, and how many in all, stand at each place.
    let counted = places.chunk_by(|(one, _), (other, _)| one == other).map(|cells| {
        let shared: usize = cells.iter().map(|(_, padded)| padded).sum();
        (cells[0].0, (shared, cells.len()))
    });
    let candidates = counted.filter(|(_, (shared, _))| *shared > 0);
    let best = candidates
        .max_by_key(|((edge, column), (shared, all))| (*shared, *all, *edge, std::cmp::Reverse(*column)));
    best.map(|(place, _)| place)
}

fn place(cell: &Cell, edge: Edge) -> usize {
    match edge {
        Edge::Left => cell.start,
        Edge::Right => cell.end(),
    }
}

/// The blanks before each cell of these runs: up to the run's column, or to that of a run near it.
pub(super) fn line_up(mut runs: Vec<Vec<Cell>>) -> Vec<Vec<usize>> {
    if !runs.iter().flatten().any(|cell| cell.gap > 1) {
        return without_columns(&runs);
    }
    let mut gaps = once(&runs);
    // What is printed must come out the same when it is formatted again: so the rule is applied to its own result. That goes
    // for all runs at once, since one may look to another.
    for _ in 0..ROUNDS {
        for (cell, gap) in runs.iter_mut().flatten().zip(gaps.iter().flatten()) {
            cell.gap = *gap;
            cell.start = cell.before + gap;
        }
        let next = once(&runs);
        if next == gaps {
            return gaps;
        }
        gaps = next;
    }
    // Without blanks there is nothing to line up, whoever formats it again.
    without_columns(&runs)
}

/// One blank before each cell.
fn without_columns(runs: &[Vec<Cell>]) -> Vec<Vec<usize>> {
    runs.iter().map(|run| vec![1; run.len()]).collect()
}

fn once(runs: &[Vec<Cell>]) -> Vec<Vec<usize>> {
    let columns: Vec<Option<Column>> = runs.iter().map(|run| Column::of(run)).collect();
    let near = Columns::new(&columns);
    let gaps_of = |(at, (cells, own)): (usize, (&Vec<Cell>, &Option<Column>))| {
        let column = own.or_else(|| near.near(at, cells));
        gaps(cells, column)
    };
    runs.iter().zip(&columns).enumerate().map(gaps_of).collect()
}

/// The blanks before each cell of a run with that column.
///
/// Cells that follow each other and stand in a column of their own, as a block in a longer list does, keep it.
fn gaps(cells: &[Cell], column: Option<Column>) -> Vec<usize> {
    let mut gaps: Vec<usize> = cells.iter().map(|cell| column.map_or(1, |column| column.gap(cell))).collect();
    let mut start = 0;
    for block in cells.chunk_by(|a, b| a.start == b.start) {
        let places = start..start + block.len();
        start += block.len();
        let padded = block.iter().filter(|cell| cell.gap > 1).count();
        let is_own =
            column.is_none_or(|column| block.iter().any(|cell| place(cell, column.edge) != column.source));
        if padded < 2 || !is_own {
            continue;
        }
        let widest = block.iter().map(|cell| cell.before).max().unwrap_or_default();
        let gap = block.iter().map(|cell| cell.gap).min().unwrap_or(1).max(1);
        for (gap_of, cell) in gaps[places].iter_mut().zip(block) {
            *gap_of = widest + gap - cell.before;
        }
    }
    gaps
}

/// The columns of several runs, for runs that have none of their own.
#[derive(Debug)]
struct Columns {
    /// The runs, in order, that have a column at this place of the source.
    runs: HashMap<(Edge, usize), Vec<(usize, Column)>>,
}

impl Columns {
    /// The columns of runs in their order.
    fn new(columns: &[Option<Column>]) -> Self {
        let mut runs: HashMap<(Edge, usize), Vec<(usize, Column)>> = HashMap::new();
        for (run, column) in columns.iter().enumerate() {
            if let Some(column) = column {
                runs.entry((column.edge, column.source)).or_default().push((run, *column));
            }
        }
        Self { runs }
    }

    /// The column of the run nearest to `run` in which one of its padded cells stands.
    fn near(&self, run: usize, cells: &[Cell]) -> Option<Column> {
        let padded = cells.iter().filter(|cell| cell.gap > 1);
        let places = padded.flat_map(|cell| [Edge::Left, Edge::Right].map(|edge| (edge, place(cell, edge))));
        let nearest = places.filter_map(|place| {
            let runs = self.runs.get(&place)?;
            let behind = runs.partition_point(|(at, _)| *at < run);
            runs[behind.saturating_sub(1)..].iter().take(2).min_by_key(|(at, _)| (at.abs_diff(run), *at))
        });
        nearest.min_by_key(|(at, _)| (at.abs_diff(run), *at)).map(|(_, column)| *column)
    }
}

/// How wide bytes are on a terminal, in characters; a byte that is no UTF-8 counts as one.
pub(super) fn width(text: &[u8]) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}

/// Tells columns of the source. It goes on from the last place that it was asked about: a line may be very long.
#[derive(Debug)]
pub(super) struct Ruler<'s> {
    source: &'s [u8],
    /// The last place, and its column.
    last: std::cell::Cell<(usize, usize)>,
}

impl<'s> Ruler<'s> {
    pub(super) fn new(source: &'s [u8]) -> Self {
        Self { source, last: std::cell::Cell::new((0, 0)) }
    }

    /// The column of the byte at `at`, from 0, with tabs to every eighth column.
    pub(super) fn column(&self, at: usize) -> usize {
        let (from, column) = match self.last.get() {
            (place, _) if place > at => (0, 0),
            last => last,
        };
        let newline = self.source[from..at].iter().rposition(|byte| *byte == b'\n');
        let column = match newline {
            Some(newline) => column_between(&self.source[from + newline + 1..at], 0),
            None => column_between(&self.source[from..at], column),
        };
        self.last.set((at, column));
        column
    }
}

/// The column behind `text` that begins in column `from`.
pub(super) fn column_between(text: &[u8], from: usize) -> usize {
    const TAB: usize = 8;
    if !text.contains(&b'\t') {
        return from + width(text);
    }
    let mut parts = text.split(|byte| *byte == b'\t');
    let first = from + parts.next().map_or(0, width);
    parts.fold(first, |column, part| (column / TAB + 1) * TAB + width(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cells as they stand in lines of `path`, blanks and `word`.
    fn run(lines: &[(usize, usize, usize)]) -> Vec<usize> {
        let cell = |(before, gap, width): &(usize, usize, usize)| Cell {
            before: *before,
            width: *width,
            start: before + gap,
            gap: *gap,
        };
        line_up(vec![lines.iter().map(cell).collect()]).concat()
    }

    #[test]
    fn a_column_stays_and_a_longer_line_does_not_move_it() {
        assert_eq!(run(&[(6, 6, 1), (9, 3, 2), (19, 1, 2)]), [6, 3, 1]);
    }

    #[test]
    fn blanks_that_line_up_with_nothing_go() {
        assert_eq!(run(&[(6, 4, 1), (9, 2, 2), (6, 1, 1)]), [1, 1, 1]);
    }

    /// Longer lines that lined up among themselves got one blank each, but for those that fitted into the column of others.
    #[test]
    fn a_block_in_a_column_of_its_own_keeps_it() {
        let block = [(16, 2, 2), (12, 6, 2), (8, 10, 1)];
        let run_of = |start: &[(usize, usize, usize)]| run(&[start, &block[..]].concat());
        assert_eq!(run_of(&[(6, 4, 1), (7, 3, 1), (8, 2, 1), (4, 6, 1)]), [4, 3, 2, 6, 2, 6, 10]);
        // One that is padded is no block.
        assert_eq!(run(&[(6, 4, 1), (7, 3, 1), (12, 6, 1), (17, 1, 1)]), [4, 3, 1, 1]);
    }

    #[test]
    fn right_edges_line_up_too() {
        assert_eq!(run(&[(6, 4, 1), (6, 2, 3), (6, 3, 2)]), [4, 2, 3]);
    }

    #[test]
    fn what_fits_is_padded() {
        assert_eq!(run(&[(6, 4, 1), (4, 6, 1), (5, 1, 1)]), [4, 6, 5]);
    }

    /// What lines up with a run near it in the source need not do so in what is printed.
    #[test]
    fn a_column_of_a_run_near_it_is_kept_only_where_it_stays() {
        let cell = |before, width, start, gap| Cell { before, width, start, gap };
        let runs =
            vec![vec![cell(4, 1, 13, 8)], vec![cell(2, 2, 13, 5), cell(2, 2, 13, 5), cell(7, 1, 8, 1)]];
        let gaps = line_up(runs.clone());
        let printed = |(cell, gap): (&Cell, &usize)| Cell { start: cell.before + gap, gap: *gap, ..*cell };
        let again = runs.iter().zip(&gaps).map(|(run, gaps)| run.iter().zip(gaps).map(printed).collect());
        assert_eq!(line_up(again.collect()), gaps);
        assert_eq!(gaps, [vec![1], vec![5, 5, 1]]);
    }

    #[test]
    fn tabs_reach_to_every_eighth_column() {
        let ruler = Ruler::new(b"x\n\ta\tb");
        assert_eq!([5, 3, 4, 5, 0, 1, 2].map(|at| ruler.column(at)), [16, 8, 9, 16, 0, 1, 0]);
    }
}
