//! What the cases cost, as a table.

use std::fmt;
use std::ops::RangeInclusive;

use super::case::Case;
use super::crew::Results;

/// What came of a case.
pub(super) struct Figures {
    pub(super) processes: usize,
    /// Token requests that the sandbox got, and how many it may get.
    pub(super) requests: usize,
    pub(super) allowed: RangeInclusive<usize>,
    pub(super) results: Results,
    /// How many tokens the processes may have, all together.
    pub(super) most_tokens: usize,
}

#[derive(Default)]
pub(super) struct Table {
    rows: Vec<(String, bool)>,
}

impl Figures {
    /// Says what is wrong, or nothing.
    fn complaint(&self) -> String {
        let results = &self.results;
        if let Some(failure) = results.failures.first() {
            return format!("{} failed: {failure}", results.failures.len());
        }
        if !self.allowed.contains(&self.requests) {
            return "more or fewer requests than there may be".to_owned();
        }
        if results.unauthorized > 0 {
            return "a caller got a 401".to_owned();
        }
        if results.tokens.len() > self.most_tokens {
            return "different tokens".to_owned();
        }
        String::new()
    }
}

impl Table {
    pub(super) fn add(&mut self, place: &str, case: &Case, figures: &Figures) {
        let complaint = figures.complaint();
        let allowed = match (figures.allowed.start(), figures.allowed.end()) {
            (least, most) if least == most => least.to_string(),
            (least, most) => format!("{least} to {most}"),
        };
        let row = format!(
            "{place:<14} {:<38} {:>9} {:>8} {allowed:>9} {:>6} {:>5}  {complaint}",
            case.name,
            figures.processes,
            figures.requests,
            figures.results.good,
            figures.results.unauthorized,
        );
        self.rows.push((row, complaint.is_empty()));
    }

    pub(super) fn is_good(&self) -> bool {
        self.rows.iter().all(|(_, is_good)| *is_good)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<14} {:<38} {:>9} {:>8} {:>9} {:>6} {:>5}",
            "store", "what happens", "processes", "requests", "allowed", "good", "401s"
        )?;
        self.rows
            .iter()
            .try_for_each(|(row, _)| writeln!(f, "{}", row.trim_end()))
    }
}
