//! Tables in Markdown.

use super::results::{Row, Table};

/// Writes a table. Its first column is text; the others are numbers.
pub(crate) fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    let rule: Vec<String> = (0..head.len())
        .map(|column| if column == 0 { "---" } else { "---:" }.to_owned())
        .collect();
    let rows: String = rows.into_iter().map(|row| line(&row)).collect();
    line(&head) + &line(&rule) + &rows
}

/// Writes results: medians with ranges and ratios to the first, and other columns as they are.
pub(crate) fn results(results: &Table) -> String {
    let columns = columns(results);
    let first = results.value("first", "median");
    let rows = results.rows.iter().map(|row| {
        let cells = columns.iter().map(|column| cell(row, column, first));
        let mut cells: Vec<String> = cells.map(Option::unwrap_or_default).collect();
        if let (Some(reason), Some(cell)) = (&row.left_out, cells.first_mut()) {
            cell.clone_from(reason);
        }
        cells.insert(0, row.name.clone());
        cells
    });
    let head: Vec<&str> = [""].iter().chain(&columns).copied().collect();
    let notes: Vec<String> = results
        .notes
        .iter()
        .map(|note| format!("\n{note}\n"))
        .collect();
    table(&head, rows) + &notes.concat()
}

/// Returns the columns in the order in which the results came.
fn columns(results: &Table) -> Vec<&str> {
    let mut columns = Vec::new();
    for (column, _) in results.rows.iter().flat_map(|row| &row.values) {
        let shown: &[&str] = match column.as_str() {
            "low" => &["range", "ratio"],
            "high" => &[],
            other => &[other],
        };
        for column in shown {
            if !columns.contains(column) {
                columns.push(*column);
            }
        }
    }
    // A reason needs a cell.
    if columns.is_empty() {
        columns.push("median");
    }
    // The counted operations are no contest.
    if columns.contains(&"allocations") {
        columns.retain(|column| *column != "ratio");
    }
    columns
}

fn cell(row: &Row, column: &str, first: Option<f64>) -> Option<String> {
    let of = |column| row.value(column);
    match column {
        "range" => Some(format!("{} to {}", span(of("low")?), span(of("high")?))),
        "ratio" => Some(ratio(of("median")? / first?)),
        column => Some(amount(column, of(column)?)),
    }
}

/// Writes a number of a column, with its unit.
pub(crate) fn amount(column: &str, number: f64) -> String {
    match column {
        "requests" | "instructions" | "allocations" | "crates" | "crates more" => {
            grouped(&format!("{number:.0}"))
        }
        "size" | "memory" if number >= 1e6 => format!("{:.1} MB", number / 1e6),
        "size" | "memory" => format!("{:.1} KiB", number / 1024.0),
        _ => span(number),
    }
}

/// Writes a ratio, with two decimals if it is small.
pub(crate) fn ratio(ratio: f64) -> String {
    if ratio < 100.0 {
        format!("{ratio:.2}")
    } else {
        grouped(&format!("{ratio:.0}"))
    }
}

/// Writes a span in a readable unit. A difference may be negative.
fn span(nanoseconds: f64) -> String {
    for (unit, size) in [("s", 1e9), ("ms", 1e6), ("µs", 1e3)] {
        if nanoseconds.abs() >= size {
            return format!("{} {unit}", three_digits(nanoseconds / size));
        }
    }
    format!("{} ns", three_digits(nanoseconds))
}

fn three_digits(number: f64) -> String {
    match number.abs() {
        size if size < 10.0 => format!("{number:.2}"),
        size if size < 100.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

/// Writes a whole number with commas between thousands.
fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Results;

    #[test]
    fn numbers_have_a_fitting_unit() {
        for (column, number, text) in [
            ("median", 4.25, "4.25 ns"),
            ("median", 105.0, "105 ns"),
            ("p99", 1_870.2, "1.87 µs"),
            ("p99", -1_870.2, "-1.87 µs"),
            ("median", 23_424_827.0, "23.4 ms"),
            ("clean build", 24e9, "24.0 s"),
            ("size", 7_940_000.0, "7.9 MB"),
            ("memory", 4_096.0, "4.0 KiB"),
            ("requests", 999.0, "999"),
            ("crates", 1_000.0, "1,000"),
            ("instructions", 1_234_567.0, "1,234,567"),
        ] {
            assert_eq!(amount(column, number), text);
        }
    }

    #[test]
    fn a_contest_is_told_in_ratios_to_the_first_and_reasons() {
        let output = "c\tours\t10\t9\t11\t1\nc\tother\t25\t20\t30\t2000\nc\tGo\t\t\t\t\tnot run\n\
                      c\tGo is missing.\n";
        let table = results(&Results::read(output).unwrap().tables[0]);
        let expected = "\
            |  | median | range | ratio | requests |\n\
            | --- | ---: | ---: | ---: | ---: |\n\
            | ours | 10.0 ns | 9.00 ns to 11.0 ns | 1.00 | 1 |\n\
            | other | 25.0 ns | 20.0 ns to 30.0 ns | 2.50 | 2,000 |\n\
            | Go | not run |  |  |  |\n\
            \nGo is missing.\n";
        assert_eq!(table, expected);
    }

    #[test]
    fn a_contest_that_nobody_could_run_says_why() {
        let output = "c\tGo\t\t\t\t\tnot run\n";
        let table = results(&Results::read(output).unwrap().tables[0]);
        assert!(table.ends_with("\n| Go | not run |\n"), "{table}");
    }

    #[test]
    fn other_columns_come_in_their_order() {
        let output = "c\ta\t5\t4\t6\t\nc\ta\tallocations\t2\nc\tb\tallocations\t3\n";
        let table = results(&Results::read(output).unwrap().tables[0]);
        let expected = "\
            |  | median | range | allocations |\n\
            | --- | ---: | ---: | ---: |\n\
            | a | 5.00 ns | 4.00 ns to 6.00 ns | 2 |\n\
            | b |  |  | 3 |\n";
        assert_eq!(table, expected);
    }
}
