//! Tables in Markdown.

use super::row::{Contest, Time};

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

/// Writes a contest: medians, ranges and ratios to the first.
pub(crate) fn contest(contest: &Contest) -> String {
    let first = contest.measured().next().map(|(_, time)| time.median);
    let counts_requests = contest.measured().any(|(_, time)| time.requests.is_some());
    let rows = contest.rows.iter().map(|row| {
        let mut cells = vec![row.contestant.clone()];
        match (&row.result, first) {
            (Ok(time), Some(first)) => cells.extend(cells_of(time, first, counts_requests)),
            (Err(reason), _) => cells.push(reason.clone()),
            (Ok(_), None) => {}
        }
        cells.resize(if counts_requests { 5 } else { 4 }, String::new());
        cells
    });
    let mut head = vec!["", "median", "range", "ratio"];
    if counts_requests {
        head.push("requests");
    }
    table(&head, rows)
}

fn cells_of(time: &Time, first: f64, counts_requests: bool) -> Vec<String> {
    let mut cells = vec![
        span(time.median),
        format!("{} to {}", span(time.low), span(time.high)),
        ratio(time.median / first),
    ];
    if counts_requests {
        cells.extend(time.requests.map(|count| grouped(&count.to_string())));
    }
    cells
}

/// Writes a ratio, with two decimals if it is small.
pub(crate) fn ratio(ratio: f64) -> String {
    if ratio < 100.0 {
        format!("{ratio:.2}")
    } else {
        grouped(&format!("{ratio:.0}"))
    }
}

/// Writes a span in a readable unit.
pub(crate) fn span(nanoseconds: f64) -> String {
    for (unit, size) in [("s", 1e9), ("ms", 1e6), ("µs", 1e3)] {
        if nanoseconds >= size {
            return format!("{} {unit}", three_digits(nanoseconds / size));
        }
    }
    format!("{} ns", three_digits(nanoseconds))
}

fn three_digits(number: f64) -> String {
    match number {
        _ if number < 10.0 => format!("{number:.2}"),
        _ if number < 100.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

/// Writes a whole number with commas between thousands.
pub(crate) fn grouped(digits: &str) -> String {
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

    #[test]
    fn spans_are_told_in_a_fitting_unit() {
        for (nanoseconds, text) in [
            (4.25, "4.25 ns"),
            (105.0, "105 ns"),
            (1_870.2, "1.87 µs"),
            (23_424_827.0, "23.4 ms"),
            (24e9, "24.0 s"),
        ] {
            assert_eq!(span(nanoseconds), text);
        }
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped("999"), "999");
        assert_eq!(grouped("1000"), "1,000");
        assert_eq!(grouped("1234567"), "1,234,567");
    }

    #[test]
    fn a_contest_is_told_in_ratios_to_the_first_and_reasons() {
        let output = "c\tours\t10\t9\t11\t1\nc\tother\t25\t20\t30\t2000\nc\tGo\t\t\t\t\tnot run\n";
        let table = contest(&super::super::row::contests(output).unwrap()[0]);
        let expected = "\
            |  | median | range | ratio | requests |\n\
            | --- | ---: | ---: | ---: | ---: |\n\
            | ours | 10.0 ns | 9.00 ns to 11.0 ns | 1.00 | 1 |\n\
            | other | 25.0 ns | 20.0 ns to 30.0 ns | 2.50 | 2,000 |\n\
            | Go | not run |  |  |  |\n";
        assert_eq!(table, expected);
    }
}
