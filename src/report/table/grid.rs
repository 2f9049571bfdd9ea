//! The house style of tables: no frame, one line under the header, two spaces between columns, numbers to the right.
//!
//! In: columns and rows. Out: lines that are not wider than asked for. Where there is no room for everything, columns
//! that may be left out are, then long texts are wrapped; numbers are broken only where nothing else is left.
//!
//! comfy-table draws: it wraps texts by words inside their column, aligns cells, and puts lines and padding between
//! them. How wide each column is, is decided here, and not by its dynamic arrangement. That shares out the width among
//! the columns that there are, evenly, and never leaves one out; but whether one has to go is a question about widths,
//! so they are known before there is a table for it to arrange, and rows that are printed while they come need the
//! widths without any table.

use crate::proto::is_harmful;
use crate::report::text::safe;
use crate::report::wrap::display_width;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, LineStyle, Table, TableStyle, Width};
use std::borrow::Cow;

/// Spaces between two columns.
const GAP: usize = 2;
/// Spaces on both sides of a column, as comfy-table takes the gap between two.
const PADDING: u16 = 2;

/// Narrowest width that a text is wrapped to while there is any other way.
const NARROWEST: usize = 8;

/// A column: its header and how it behaves where room is short.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct Column {
    name: &'static str,
    is_number: bool,
    /// Width that the column asks for before others are left out; more only if there is room.
    wanted: usize,
    /// Rank by which columns are left out, the highest first; 0 stays.
    rank: u8,
}

impl Column {
    /// A column of numbers and the like: to the right, on one line.
    pub(in crate::report) const fn number(name: &'static str) -> Self {
        Self { name, is_number: true, wanted: usize::MAX, rank: 0 }
    }

    /// A column of short texts, on one line.
    pub(in crate::report) const fn word(name: &'static str) -> Self {
        Self { name, is_number: false, wanted: usize::MAX, rank: 0 }
    }

    /// A column of texts that may wrap: a width of `wanted` is better than what can be left out for it.
    pub(in crate::report) const fn text(name: &'static str, wanted: usize) -> Self {
        Self { name, is_number: false, wanted, rank: 0 }
    }

    /// Makes the column one that is left out where it is blank or where room is short; the highest rank goes first.
    pub(in crate::report) const fn optional(self, rank: u8) -> Self {
        Self { rank, ..self }
    }

    fn cell(&self, text: &str) -> Cell {
        Cell::new(text).set_alignment(if self.is_number { CellAlignment::Right } else { CellAlignment::Left })
    }

    const fn wraps(&self) -> bool {
        self.wanted != usize::MAX
    }
}

/// Draws a table; every row has a cell for each column.
pub(in crate::report) fn render(columns: &[Column], rows: &[Vec<String>], width: u16) -> String {
    let rows = &*harmless(rows);
    let shown = fitting(columns, rows, width.into());
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─')));
    table.set_header(shown.iter().filter_map(|(index, _)| columns.get(*index)).map(|column| column.cell(column.name)));
    draw(&mut table, columns, &shown, rows)
}

/// Whether [`render`] leaves out the column called `name`.
pub(in crate::report) fn leaves_out(columns: &[Column], rows: &[Vec<String>], width: u16, name: &str) -> bool {
    let shown = fitting(columns, rows, width.into());
    !shown.iter().filter_map(|(index, _)| columns.get(*index)).any(|column| column.name == name)
}

/// Whether everything that must be shown, and what may be left out up to the rank `worth`, fits `width`.
pub(in crate::report) fn fits(columns: &[Column], rows: &[Vec<String>], width: u16, worth: u8) -> bool {
    let must = columns.iter().enumerate().filter(|(_, column)| column.rank <= worth);
    let widths: Vec<usize> =
        must.map(|(index, column)| natural_width(columns, rows, index).min(column.wanted) + GAP).collect();
    widths.iter().sum::<usize>() <= usize::from(width) + GAP
}

/// Draws names and texts without a header; long texts wrap.
pub(in crate::report) fn plain(rows: &[[String; 2]], width: u16) -> String {
    let columns = [Column::word(""), Column::text("", 1)];
    let names = rows.iter().map(|[name, _]| display_width(name)).max().unwrap_or(0);
    let shown = [(0, names), (1, usize::from(width).saturating_sub(names + GAP))];
    let mut table = Table::new();
    table.load_style(TableStyle::new());
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.to_vec()).collect();
    draw(&mut table, &columns, &shown, &harmless(&rows))
}

/// The rows with what is harmful in their texts escaped, whoever made them. Line ends stay: they part lines of a cell.
fn harmless(rows: &[Vec<String>]) -> Cow<'_, [Vec<String>]> {
    let is_harmless = |cell: &String| !cell.chars().any(|char| char != '\n' && is_harmful(char));
    if rows.iter().flatten().all(is_harmless) {
        return Cow::Borrowed(rows);
    }
    let safe_cell = |cell: &String| cell.split('\n').map(safe).collect::<Vec<_>>().join("\n");
    Cow::Owned(rows.iter().map(|row| row.iter().map(safe_cell).collect()).collect())
}

/// Adds the rows, and draws the table with the widths of `shown`; lines have no trailing spaces.
fn draw(table: &mut Table, columns: &[Column], shown: &[(usize, usize)], rows: &[Vec<String>]) -> String {
    for row in rows {
        let cells = shown.iter().filter_map(|(index, _)| Some(columns.get(*index)?.cell(row.get(*index)?)));
        table.add_row(cells);
    }
    for (place, (column, (_, width))) in table.column_iter_mut().zip(shown).enumerate() {
        let gap = if place + 1 < shown.len() { PADDING } else { 0 };
        let width = u16::try_from(*width).unwrap_or(u16::MAX).saturating_add(gap);
        column.set_padding((0, gap)).set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
    }
    table.lines().fold(String::new(), |out, line| out + line.trim_end() + "\n")
}

fn natural_width(columns: &[Column], rows: &[Vec<String>], index: usize) -> usize {
    let header = columns.get(index).map_or(0, |column| display_width(column.name));
    let lines = rows.iter().filter_map(|row| row.get(index)).flat_map(|cell| cell.split('\n'));
    lines.map(display_width).fold(header, usize::max)
}

/// The columns that are shown, by index, and their widths.
fn fitting(columns: &[Column], rows: &[Vec<String>], width: usize) -> Vec<(usize, usize)> {
    let natural: Vec<usize> = (0..columns.len()).map(|index| natural_width(columns, rows, index)).collect();
    let all = columns.iter().zip(&natural).enumerate();
    let mut shown: Vec<(usize, usize)> =
        all.map(|(index, (column, natural))| (index, (*natural).min(column.wanted))).collect();
    let rank = |index: usize| columns.get(index).map_or(0, |column| column.rank);
    let is_blank = |index: usize| rows.iter().filter_map(|row| row.get(index)).all(String::is_empty);
    shown.retain(|(index, _)| rank(*index) == 0 || !is_blank(*index));
    let used = |shown: &[(usize, usize)]| {
        shown.iter().map(|(_, width)| width).sum::<usize>() + GAP * shown.len().saturating_sub(1)
    };
    while used(&shown) > width {
        let last = shown.iter().map(|(index, _)| rank(*index)).max().filter(|rank| *rank > 0);
        let Some(last) = last else { break };
        shown.retain(|(index, _)| rank(*index) != last);
    }
    let mut room = width.saturating_sub(used(&shown));
    for (index, wide) in &mut shown {
        let more = natural.get(*index).map_or(0, |natural| natural.saturating_sub(*wide)).min(room);
        *wide += more;
        room -= more;
    }
    let wraps = |index: usize| columns.get(index).is_some_and(Column::wraps);
    while used(&shown) > width {
        let texts = shown.iter_mut().filter(|(index, wide)| wraps(*index) && *wide > NARROWEST);
        match texts.max_by_key(|(_, wide)| *wide) {
            Some((_, wide)) => *wide -= 1,
            None => match shown.iter_mut().max_by_key(|(_, wide)| *wide).filter(|(_, wide)| *wide > 1) {
                Some((_, wide)) => *wide -= 1,
                None => break,
            },
        }
    }
    shown
}

/// Appends `text` and the spaces that make it `width` columns wide.
pub(in crate::report) fn push_padded(out: &mut String, text: &str, width: usize, to_the_right: bool) {
    let padding = width.saturating_sub(display_width(text));
    let spaces = std::iter::repeat_n(' ', padding);
    if to_the_right {
        out.extend(spaces);
        out.push_str(text);
    } else {
        out.push_str(text);
        out.extend(spaces);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 4] =
        [Column::number("#"), Column::word("name"), Column::number("size").optional(1), Column::text("what", 10)];

    fn rows() -> Vec<Vec<String>> {
        let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        vec![row(["1", "a", "1,000", "short"]), row(["12", "long name", "7", "three little words"])]
    }

    fn lines(table: &str) -> Vec<&str> {
        table.lines().collect()
    }

    #[test]
    fn numbers_stand_to_the_right_and_lines_end_with_their_text() {
        let expected = [
            " #  name        size  what",
            "────────────────────────────────────────",
            " 1  a          1,000  short",
            "12  long name      7  three little words",
        ];
        assert_eq!(lines(&render(&COLUMNS, &rows(), 60)), expected);
    }

    #[test]
    fn texts_wrap_where_room_is_short() {
        let expected = [
            " #  name        size  what",
            "────────────────────────────────",
            " 1  a          1,000  short",
            "12  long name      7  three",
            "                      little",
            "                      words",
        ];
        assert_eq!(lines(&render(&COLUMNS, &rows(), 32)), expected);
    }

    #[test]
    fn optional_columns_are_left_out_before_texts_become_narrower_than_wanted() {
        assert!(leaves_out(&COLUMNS, &rows(), 30, "size"));
        let narrow = render(&COLUMNS, &rows(), 30);
        assert!(narrow.starts_with(" #  name       what\n"), "{narrow}");
        assert!(narrow.contains("12  long name  three little"), "{narrow}");
    }

    #[test]
    fn no_line_is_wider_than_asked_for() {
        for width in 8..60 {
            let table = render(&COLUMNS, &rows(), width);
            assert!(table.lines().all(|line| display_width(line) <= usize::from(width)), "{width}\n{table}");
        }
    }
}
