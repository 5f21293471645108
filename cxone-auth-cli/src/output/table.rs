//! Rows in columns.

use crate::paragraph;

/// What does not fit beside its neighbour stands this far from the left, below it.
const INDENT: usize = 4;

/// Between two columns.
const GAP: usize = 2;

/// Returns the rows with aligned columns, without blanks at the ends of lines. On a terminal of this
/// width, a cell for which there is no room stands below its row. If most rows have no room for a
/// column, all rows have it there.
pub(crate) fn render<const N: usize>(rows: &[[String; N]], width: Option<usize>) -> String {
    let width = width.unwrap_or(usize::MAX);
    let widths: Vec<usize> = (0..N).map(|column| widest(rows, column)).collect();
    let breaks = breaks(rows, &widths, width);
    rows.iter()
        .map(|row| line(row, &widths, &breaks, width))
        .collect()
}

fn widest<const N: usize>(rows: &[[String; N]], column: usize) -> usize {
    let cells = rows.iter().map(|row| row[column].chars().count());
    cells.max().unwrap_or(0)
}

/// The columns with which each row begins a line.
fn breaks<const N: usize>(rows: &[[String; N]], widths: &[usize], width: usize) -> Vec<usize> {
    let mut breaks = Vec::new();
    let mut begin = 0;
    for (column, own) in widths.iter().enumerate() {
        let room = width.saturating_sub(begin);
        let fitting = rows
            .iter()
            .filter(|row| row[column].chars().count() <= room);
        if column > 0 && fitting.count() * 2 < rows.len() {
            breaks.push(column);
            begin = INDENT;
        }
        begin += own + GAP;
    }
    breaks
}

fn line(row: &[String], widths: &[usize], breaks: &[usize], width: usize) -> String {
    let begins = [&[0], breaks].concat();
    let ends = breaks.iter().copied().chain([row.len()]);
    let lines = begins.into_iter().zip(ends).map(|(begin, end)| {
        let indent = if begin == 0 { 0 } else { INDENT };
        let cells = row[begin..end].iter().zip(&widths[begin..end]);
        let cells: Vec<String> = cells.map(|(cell, &own)| format!("{cell:own$}")).collect();
        let line = " ".repeat(indent) + cells.join("  ").trim_end();
        paragraph::broken(&line, width, INDENT) + "\n"
    });
    lines.filter(|line| !line.trim().is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows<const M: usize>(rows: [[&str; 3]; M]) -> [[String; 3]; M] {
        rows.map(|row| row.map(str::to_owned))
    }

    #[test]
    fn a_pipe_gets_one_line_for_each_row() {
        let rows = rows([["KEY", "VALUE", "FROM"], ["region", "us-east-1", "a file"]]);
        let expected = "KEY     VALUE      FROM\nregion  us-east-1  a file\n";
        assert_eq!(render(&rows, None), expected);
    }

    #[test]
    fn a_cell_without_room_stands_below_its_row() {
        let rows = rows([
            ["KEY", "VALUE", "FROM"],
            ["region", "us-east-1", "a file"],
            ["client-id", "an id", "a profile, /a/path"],
        ]);
        let expected = "KEY        VALUE      FROM\nregion     us-east-1  a file\n\
                        client-id  an id\n    a profile, /a/path\n";
        assert_eq!(render(&rows, Some(30)), expected);
    }

    #[test]
    fn a_column_for_which_no_row_has_room_stands_below_all_rows() {
        let rows = rows([
            ["NAME", "FLAG", "TOKENS"],
            ["one", "--region one", "https://one.example.com"],
            ["two", "--region two", "https://two.example.com"],
        ]);
        let expected = "NAME  FLAG\n    TOKENS\none   --region one\n    https://one.example.com\n\
                        two   --region two\n    https://two.example.com\n";
        assert_eq!(render(&rows, Some(30)), expected);
    }
}
