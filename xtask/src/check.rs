//! A list of checks, run in order, with a table of what came of them.

use std::time::{Duration, Instant};

use crate::outcome::{Done, Failure, Outcome};

/// The arguments of `cargo xtask` that repeat a check, and its function.
pub(crate) type Check = (&'static str, fn() -> Outcome);

/// What is done after a failure.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Then {
    Stop,
    GoOn,
}

struct Row {
    name: &'static str,
    outcome: Outcome,
    time: Duration,
}

/// Runs the checks and prints the table.
pub(crate) fn run(checks: impl IntoIterator<Item = Check>, then: Then) -> Outcome {
    let mut checks = checks.into_iter();
    let mut rows = Vec::new();
    for (name, check) in checks.by_ref() {
        println!("\n── {name} ──");
        let start = Instant::now();
        let outcome = check();
        let ends = outcome.is_err() && then == Then::Stop;
        let time = start.elapsed();
        rows.push(Row {
            name,
            outcome,
            time,
        });
        if ends {
            break;
        }
    }
    print!("\n{}", table(&rows, checks.count()));
    let failures: Vec<String> = rows.iter().filter_map(failure).collect();
    match failures[..] {
        [] => Ok(Done::Passed),
        _ => Err(Failure::new(failures.join("\n"))),
    }
}

fn failure(row: &Row) -> Option<String> {
    let (name, failure) = (row.name, row.outcome.as_ref().err()?);
    Some(format!(
        "{name}: {failure}\nto repeat the whole step: cargo xtask {name}"
    ))
}

fn table(rows: &[Row], missing: usize) -> String {
    let line = |name: &str, time: Duration, result: &str| {
        let line = format!("{name:17} {:>7.1} s  {result}", time.as_secs_f64());
        line.trim_end().to_owned() + "\n"
    };
    let lines = rows.iter().map(|row| {
        let result = match &row.outcome {
            Ok(Done::Passed) => "passed".to_owned(),
            Ok(Done::Skipped(reason)) => format!("skipped: {reason}"),
            Err(_) => "FAILED".to_owned(),
        };
        line(row.name, row.time, &result)
    });
    let note = match missing {
        0 => String::new(),
        _ => format!("{missing} not run"),
    };
    let total = rows.iter().map(|row| row.time).sum();
    lines.collect::<String>() + &line("total", total, &note)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHECKS: [Check; 3] = [
        ("fmt", || Ok(Done::Passed)),
        ("deps", || Err(Failure::new("one too many"))),
        ("docs", || Err(Failure::new("no word"))),
    ];

    #[test]
    fn the_table_shows_time_and_result_of_each_check_and_what_was_not_run() {
        let skipped = || Done::Skipped("no release yet".to_owned());
        let rows = [
            ("fmt", Ok(Done::Passed), 1500),
            ("semver", Ok(skipped()), 0),
            ("deps", Err(Failure::new("one too many")), 100),
        ];
        let rows = rows.map(|(name, outcome, time)| Row {
            name,
            outcome,
            time: Duration::from_millis(time),
        });
        let expected = "\
            fmt                   1.5 s  passed\n\
            semver                0.0 s  skipped: no release yet\n\
            deps                  0.1 s  FAILED\n\
            total                 1.6 s  10 not run\n";
        assert_eq!(table(&rows, 10), expected);
    }

    #[test]
    fn the_first_failure_ends_the_run_where_that_is_asked_for() {
        for (then, told) in [(Then::Stop, false), (Then::GoOn, true)] {
            let failure = run(CHECKS, then).unwrap_err().to_string();
            assert!(failure.starts_with("deps: one too many\n"), "{failure}");
            assert!(failure.contains("cargo xtask deps"), "{failure}");
            assert_eq!(failure.contains("docs: no word"), told, "{failure}");
        }
    }
}
