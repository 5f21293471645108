//! `cargo xtask ci`: every check. Quick ones and those likely to fail come first.

use std::time::{Duration, Instant};

use crate::outcome::{Done, Failure, Outcome};
use crate::{clippy, counts, deps, docs, fleet, fmt, fuzz, interop, msrv, providers, supply, test};

/// The arguments of `cargo xtask` that repeat a check, and its function.
type Check = (&'static str, fn() -> Outcome);

const CHECKS: &[Check] = &[
    ("fmt", fmt::run),
    ("deps", deps::run),
    ("clippy", clippy::run),
    ("test --both", test::run_by_both),
    ("fleet", fleet::run_shortly),
    ("counts", counts::check),
    ("docs", docs::check),
    ("msrv", msrv::run),
    ("providers", providers::run),
    ("supply", supply::run_quick),
    ("fuzz", fuzz::run_shortly),
    ("interop", interop::run_if_possible),
];

struct Row {
    name: &'static str,
    result: String,
    time: Duration,
}

pub(crate) fn run() -> Outcome {
    let mut rows = Vec::new();
    let mut failed = None;
    for &(name, check) in CHECKS {
        println!("\n── {name} ──");
        let start = Instant::now();
        let outcome = check();
        rows.push(Row {
            name,
            result: result(&outcome),
            time: start.elapsed(),
        });
        if let Err(failure) = outcome {
            failed = Some((name, failure));
            break;
        }
    }
    print!("\n{}", table(&rows));
    match failed {
        None => Ok(Done::Passed),
        Some((name, failure)) => Err(Failure::new(format!(
            "{name}: {failure}\nto repeat the whole step: cargo xtask {name}"
        ))),
    }
}

fn result(outcome: &Outcome) -> String {
    match outcome {
        Ok(Done::Passed) => "passed".to_owned(),
        Ok(Done::Skipped(reason)) => format!("skipped: {reason}"),
        Err(_) => "FAILED".to_owned(),
    }
}

fn table(rows: &[Row]) -> String {
    let total: Duration = rows.iter().map(|row| row.time).sum();
    let line = |name: &str, time: Duration, result: &str| {
        format!("{name:11} {:>7.1} s  {result}\n", time.as_secs_f64())
    };
    let lines: String = rows
        .iter()
        .map(|row| line(row.name, row.time, &row.result))
        .collect();
    let missing = CHECKS.len() - rows.len();
    let note = match missing {
        0 => String::new(),
        _ => format!("{missing} not run"),
    };
    lines + line("total", total, &note).trim_end() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_shows_time_and_result_of_each_check_and_what_was_not_run() {
        let rows = [("fmt", "passed", 1500), ("deps", "FAILED", 100)];
        let rows = rows.map(|(name, result, time)| Row {
            name,
            result: result.to_owned(),
            time: Duration::from_millis(time),
        });
        let expected = "\
            fmt             1.5 s  passed\n\
            deps            0.1 s  FAILED\n\
            total           1.6 s  10 not run\n";
        assert_eq!(table(&rows), expected);
    }
}
