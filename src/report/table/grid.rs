//! The house style of tables: no frame, one line under the header, numbers to the right.

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};

/// Columns of a table: header, and whether its cells are numbers.
pub(in crate::report) type Columns<'a> = [(&'a str, Align)];

/// Where a cell's text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Align {
    Left,
    Right,
}

/// An empty table at most `width` characters wide; with `header`, its first line names the columns.
pub(in crate::report) fn table(columns: &Columns<'_>, width: u16, header: bool) -> Table {
    let mut table = Table::new();
    let style = TableStyle::new().header_separator(LineStyle::none().fill('─'));
    table.load_style(style).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    if header {
        table.set_header(columns.iter().map(|(name, align)| cell(*name, *align)));
    }
    table
}

/// Fixes the width of the columns, in characters without padding.
pub(in crate::report) fn fix(table: &mut Table, widths: &[u16]) {
    pad(table);
    for (index, (column, width)) in table.column_iter_mut().zip(widths).enumerate() {
        let padding = if index + 1 < widths.len() { 2 } else { 0 };
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width + padding)));
    }
}

/// Two spaces between columns, none around the table.
fn pad(table: &mut Table) {
    let last = table.column_count().saturating_sub(1);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if index < last { 2 } else { 0 }));
    }
}

/// Rows without a header.
pub(in crate::report) fn plain(rows: impl IntoIterator<Item = [String; 2]>, width: u16) -> String {
    let mut table = table(&[], width, false);
    for row in rows {
        table.add_row(row);
    }
    pad(&mut table);
    lines(&table)
}

/// A cell.
pub(in crate::report) fn cell(text: impl ToString, align: Align) -> Cell {
    Cell::new(text).set_alignment(match align {
        Align::Left => CellAlignment::Left,
        Align::Right => CellAlignment::Right,
    })
}

/// The lines of a table without trailing spaces.
pub(in crate::report) fn lines(table: &Table) -> String {
    let mut out = String::new();
    for line in table.lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// A whole table of text cells.
pub(in crate::report) fn render(
    columns: &Columns<'_>,
    rows: impl IntoIterator<Item = Vec<String>>,
    width: u16,
) -> String {
    let mut table = table(columns, width, true);
    for row in rows {
        table.add_row(row.into_iter().zip(columns).map(|(text, (_, align))| cell(text, *align)));
    }
    pad(&mut table);
    lines(&table)
}
