//! Rows in columns.

/// Returns the rows with aligned columns, without blanks at the ends of lines.
pub(crate) fn render<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    rows.iter().map(|row| line(row, &widths)).collect()
}

fn line(row: &[String], widths: &[usize]) -> String {
    let cells = row.iter().zip(widths);
    let cells: Vec<String> = cells
        .map(|(cell, &width)| format!("{cell:width$}"))
        .collect();
    cells.join("  ").trim_end().to_owned() + "\n"
}
