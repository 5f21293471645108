//! What came of many seeds, as a table.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::simulation::Outcome;

/// Sums, by scenario.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report(BTreeMap<&'static str, Row>);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Row {
    seeds: u64,
    starts: u64,
    calls: u64,
    requests: u64,
    due: u64,
    forgiven: u64,
    alone: u64,
    denied: u64,
    rejecting: u64,
    loads: u64,
    refused: u64,
    rejected: u64,
    unauthorized: u64,
    longest_call: Duration,
}

impl Report {
    /// Adds what came of a seed.
    pub fn add(&mut self, outcome: &Outcome) {
        let (row, tally) = (self.0.entry(outcome.scenario).or_default(), &outcome.tally);
        row.seeds += 1;
        row.starts += tally.starts;
        row.calls += tally.calls;
        row.requests += tally.requests;
        row.due += tally.due;
        row.forgiven += tally.forgiven;
        row.alone += tally.alone;
        row.denied += tally.denied;
        row.rejecting += tally.rejecting;
        row.loads += tally.loads;
        row.refused += tally.refused;
        row.rejected += tally.rejected;
        row.unauthorized += tally.unauthorized;
        row.longest_call = row.longest_call.max(tally.longest_call);
    }

    /// Returns how many calls were made.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.0.values().map(|row| row.calls).sum()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<11} {:>5} {:>8} {:>10} {:>9} {:>7} {:>9} {:>7} {:>7} {:>9} {:>9} {:>8} {:>7} {:>7} {:>9}",
            "scenario",
            "seeds",
            "starts",
            "calls",
            "requests",
            "due",
            "by faults",
            "alone",
            "denied",
            "rejecting",
            "loads",
            "refused",
            "401s",
            "passed",
            "longest"
        )?;
        for (name, row) in &self.0 {
            writeln!(
                f,
                "{name:<11} {:>5} {:>8} {:>10} {:>9} {:>7} {:>9} {:>7} {:>7} {:>9} {:>9} {:>8} {:>7} {:>7} {:>7.1} s",
                row.seeds,
                row.starts,
                row.calls,
                row.requests,
                row.due,
                row.forgiven,
                row.alone,
                row.denied,
                row.rejecting,
                row.loads,
                row.refused,
                row.rejected,
                row.unauthorized,
                row.longest_call.as_secs_f64()
            )?;
        }
        Ok(())
    }
}
