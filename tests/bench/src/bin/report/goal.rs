//! The goals, and whether they were reached.

use super::results::{Results, Table};
use super::table::{self, amount, ratio};

/// The goals, one in a line. The file says how.
const GOALS: &str = include_str!("../../../goals.tsv");

/// A line of the file.
struct Goal<'a> {
    what: &'a str,
    most: f64,
    table: &'a str,
    row: &'a str,
    column: &'a str,
    /// The row whose value divides, or nothing.
    beside: &'a str,
}

/// Writes the goals, with what this run has measured of them.
pub(crate) fn table(results: &Results) -> String {
    let rows = all().flat_map(|goal| goal.rows(results));
    table::table(&["", "at most", "measured", ""], rows)
}

fn all() -> impl Iterator<Item = Goal<'static>> {
    let lines = GOALS.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| Goal::read(line).expect("a test reads every line"))
}

impl<'a> Goal<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [what, most, table, row, column, beside] = fields[..] else {
            return None;
        };
        Some(Self {
            what,
            most: most.parse().ok()?,
            table,
            row,
            column,
            beside,
        })
    }

    /// Returns a row for each table that this is a goal of.
    fn rows(&self, results: &Results) -> Vec<Vec<String>> {
        let tables = results.tables.iter();
        let tables = tables.filter(|table| table.name.starts_with(self.table));
        let rows = tables.map(|table| self.row(&table.name, self.measured(table)));
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            return vec![self.row(self.table, None)];
        }
        rows
    }

    fn row(&self, table: &str, measured: Option<f64>) -> Vec<String> {
        let what = self.what.replace("{}", table);
        let verdict = measured.map(|measured| self.verdict(measured));
        let verdict = verdict.unwrap_or_else(|| "not measured in this run".to_owned());
        let measured = measured.map(|measured| self.number(measured));
        vec![
            what,
            self.number(self.most),
            measured.unwrap_or_default(),
            verdict,
        ]
    }

    fn measured(&self, table: &Table) -> Option<f64> {
        let ours = table.value(self.row, self.column)?;
        match self.beside {
            "" => Some(ours),
            other => Some(ours / table.value(other, self.column)?),
        }
    }

    fn verdict(&self, measured: f64) -> String {
        if measured <= self.most {
            "reached".to_owned()
        } else if self.most == 0.0 {
            "**missed**".to_owned()
        } else {
            match (measured / self.most - 1.0) * 100.0 {
                ..0.05 => "**missed** by less than 0.1 %".to_owned(),
                by => format!("**missed** by {by:.1} %"),
            }
        }
    }

    fn number(&self, number: f64) -> String {
        if self.beside.is_empty() {
            amount(self.column, number)
        } else {
            ratio(number)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_says_by_how_much_it_was_missed_or_that_it_was_not_measured() {
        let results = "cached token and header, 1 thread\tcxone-auth\t20\t20\t20\t\n\
             cached token and header, 1 thread\tGo, golang.org/x/oauth2\t40\t40\t40\t\n\
             API call, ureq\tureq\t100\t9\t9\t\nAPI call, ureq\twith us\t101\t9\t9\t\n\
             API call, isahc\twith us\t101\t9\t9\t\n\
             API call, hyper\thyper\t1\t1\t1\t\nAPI call, hyper\twith us\t1.0301\t1\t1\t\n\
             10,000 callers without a token\tcxone-auth\t9\t9\t9\t2\n\
             the file of the program\tcxone-auth\tsize\t7900000\n";
        let table = table(&Results::read(results).unwrap());
        for row in [
            "| cached read on one thread, × Go's x/oauth2 | 0.45 | 0.50 | **missed** by 11.1 % |",
            "| API call, ureq, × the client alone | 1.03 | 1.01 | reached |",
            "| API call, hyper, × the client alone | 1.03 | 1.03 | **missed** by less than 0.1 % |",
            "| API call, isahc, × the client alone | 1.03 |  | not measured in this run |",
            "| 10,000 callers without a token, requests | 1 | 2 | **missed** by 100.0 % |",
            "| the program, stripped | 8.0 MB | 7.9 MB | reached |",
            "| cold fetch, × the client alone | 1.05 |  | not measured in this run |",
        ] {
            assert!(table.contains(row), "{row} is not in {table}");
        }
    }

    #[test]
    fn each_line_of_the_file_is_a_goal() {
        assert!(all().count() > 20);
    }
}
