//! The goals, and whether they were reached.

use super::results::Results;
use super::table::{self, grouped};

const OURS: &str = "cxone-auth";
const STORM: &str = "10,000 callers without a token";
const REFUSED: &str = "2,000 callers with a wrong secret";

/// Ratios of medians, and the most that they may be. The file says how.
const RATIOS: &str = include_str!("../../../goals.tsv");

/// Contests of a client alone, and of the same client with us, by the start of their names.
const BESIDE: &[(&str, f64)] = &[("cold fetch", 1.05), ("API call", 1.03)];

struct Goal {
    what: String,
    most: f64,
    measured: f64,
}

/// Writes the goals that this run measured.
pub(crate) fn table(results: &Results) -> String {
    let rows = all(results).into_iter().map(|goal| {
        let verdict = if goal.measured <= goal.most {
            "reached".to_owned()
        } else if goal.most == 0.0 {
            "**missed**".to_owned()
        } else {
            let by = (goal.measured / goal.most - 1.0) * 100.0;
            format!("**missed** by {by:.1} %")
        };
        vec![goal.what, number(goal.most), number(goal.measured), verdict]
    });
    table::table(&["", "at most", "measured", ""], rows)
}

/// Returns a count in full, or a ratio with two decimals.
fn number(number: f64) -> String {
    if number.fract() == 0.0 {
        grouped(&format!("{number:.0}"))
    } else {
        table::ratio(number)
    }
}

fn all(results: &Results) -> Vec<Goal> {
    let mut goals: Vec<Goal> = ratios(results).collect();
    let mut add = |what: String, most: f64, measured: f64| {
        goals.push(Goal {
            what,
            most,
            measured,
        });
    };
    for &(start, most) in BESIDE {
        for contest in results
            .contests
            .iter()
            .filter(|it| it.name.starts_with(start))
        {
            let times: Vec<f64> = contest.measured().map(|(_, time)| time.median).collect();
            if let [bare, ours] = times[..] {
                add(
                    format!("{}, × the client alone", contest.name),
                    most,
                    ours / bare,
                );
            }
        }
    }
    for (what, most, count) in counts(results) {
        add(
            what,
            most,
            f64::from(u32::try_from(count).unwrap_or(u32::MAX)),
        );
    }
    goals
}

/// Returns the ratios that this run measured.
fn ratios(results: &Results) -> impl Iterator<Item = Goal> {
    let lines = RATIOS.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [what, most, contest, other, names] = fields[..] else {
            return None;
        };
        let ours = results.contest(contest)?.time_of(OURS)?;
        let other = results.contest(other)?;
        let others = names.split('|').filter_map(|name| other.time_of(name));
        let fastest = others.map(|time| time.median).min_by(f64::total_cmp)?;
        Some(Goal {
            what: what.to_owned(),
            most: most.parse().ok()?,
            measured: ours.median / fastest,
        })
    })
}

/// Returns the numbers of things, with the most that they may be.
fn counts(results: &Results) -> Vec<(String, f64, u64)> {
    let mut counts = Vec::new();
    for count in &results.counts {
        let (name, most) = match count.operation.as_str() {
            "read_with_header" => ("cached read with header", 0.0),
            "build_and_read" => ("build a request and read its response", 8.0),
            _ => continue,
        };
        counts.push((format!("{name}, allocations"), most, count.allocations));
        if let Some(instructions) = count.instructions.filter(|_| most > 0.0) {
            counts.push((format!("{name}, instructions"), 5_500.0, instructions));
        }
    }
    for name in [STORM, REFUSED] {
        let ours = results.contest(name).and_then(|it| it.time_of(OURS));
        if let Some(requests) = ours.and_then(|time| time.requests) {
            counts.push((format!("{name}, requests"), 1.0, requests));
        }
    }
    if !results.costs.is_empty() {
        let below = results.core.len() - 1;
        counts.push(("crates below the core".to_owned(), 30.0, below as u64));
    }
    for (name, added) in additions(results) {
        let what = format!("crates that the adapter on {name} adds besides the core's");
        counts.push((what, 0.0, added.len() as u64));
    }
    counts
}

/// Returns for each adapter the crates that neither its client nor the core needs.
pub(crate) fn additions(results: &Results) -> impl Iterator<Item = (&str, Vec<&str>)> {
    results.costs.chunks_exact(2).map(|pair| {
        let is_new = |name: &&String| {
            !pair[1].crates.contains(*name)
                && !results.core.contains(*name)
                && !name.starts_with("cxone-auth-")
        };
        let new = pair[0].crates.iter().filter(is_new);
        (pair[0].name.as_str(), new.map(String::as_str).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_the_ratio_to_the_fastest_and_says_by_how_much_it_was_missed() {
        const ONE: &str = "cached token and header, 1 thread";
        let output = format!(
            "{ONE}\t{OURS}\t20\t20\t20\t\n{ONE}\tyup-oauth2\t90\t90\t90\t\n\
             {ONE}\tgcp_auth\t50\t50\t50\t\nAPI call, ureq\tureq\t100\t9\t9\t\n\
             API call, ureq\twith us\t101\t9\t9\t\n{STORM}\t{OURS}\t9\t9\t9\t2\n"
        );
        let rows: String = output
            .lines()
            .flat_map(|line| ["row\t", line, "\n"])
            .collect();
        let results = Results::read(&rows).unwrap();
        let table = table(&results);
        for row in [
            "| cached read on one thread, × the fastest Rust peer | 0.30 | 0.40 | **missed** by 33.3 % |",
            "| API call, ureq, × the client alone | 1.03 | 1.01 | reached |",
            "| 10,000 callers without a token, requests | 1 | 2 | **missed** by 100.0 % |",
        ] {
            assert!(table.contains(row), "{row} is not in {table}");
        }
        assert!(!table.contains("Go's"), "{table}");
    }

    #[test]
    fn each_line_of_the_file_is_a_ratio() {
        for line in RATIOS.lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<&str> = line.split('\t').collect();
            assert_eq!(fields.len(), 5, "{line}");
            assert!(fields[1].parse::<f64>().is_ok(), "{line}");
        }
    }
}
