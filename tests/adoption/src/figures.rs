//! What is printed of a day.

use std::time::Duration;

use crate::service::lines;

pub struct Figures {
    pub name: &'static str,
    lines: usize,
    durations: Vec<Duration>,
    /// Those of the calls that succeeded.
    good: Vec<Duration>,
    failed: usize,
    failed_needlessly: usize,
    requests: usize,
    in_outage: usize,
    refused: usize,
}

impl Figures {
    pub fn new(name: &'static str, code: &str) -> Self {
        Self {
            name,
            lines: lines(code),
            durations: Vec::new(),
            good: Vec::new(),
            failed: 0,
            failed_needlessly: 0,
            requests: 0,
            in_outage: 0,
            refused: 0,
        }
    }

    pub fn add_call(&mut self, took: Duration, is_good: bool, is_to_be_had: bool) {
        self.durations.push(took);
        if is_good {
            self.good.push(took);
        }
        self.failed += usize::from(!is_good);
        self.failed_needlessly += usize::from(!is_good && is_to_be_had);
    }

    pub fn add_requests(&mut self, statuses: &[u16]) {
        let of = |status| statuses.iter().filter(|sent| **sent == status).count();
        self.requests = statuses.len();
        self.in_outage = of(503);
        self.refused = of(400);
    }

    fn values(&self) -> [String; 9] {
        [
            self.lines.to_string(),
            self.durations.len().to_string(),
            self.requests.to_string(),
            self.in_outage.to_string(),
            self.refused.to_string(),
            self.failed.to_string(),
            self.failed_needlessly.to_string(),
            p99(&self.durations),
            p99(&self.good),
        ]
    }
}

/// Returns the time within which 99 of 100 calls have ended.
fn p99(durations: &[Duration]) -> String {
    let mut sorted = durations.to_vec();
    sorted.sort_unstable();
    let longest = sorted.get(sorted.len() * 99 / 100);
    let milliseconds = longest.copied().unwrap_or_default().as_secs_f64() * 1e3;
    format!("{milliseconds:.1} ms")
}

const ROWS: [&str; 9] = [
    "lines of code",
    "calls of the API",
    "token requests",
    "of them, in the outage",
    "of them, refused for the old secret",
    "failed calls",
    "of them, while a token was to be had",
    "p99 of a call",
    "p99 of a call that succeeded",
];

/// Returns the table, one column for each service.
pub fn table(all: &[Figures]) -> String {
    let columns: Vec<[String; 9]> = all.iter().map(Figures::values).collect();
    let names = all.iter().map(|figures| figures.name.to_owned()).collect();
    let mut text = row("", names);
    for (index, title) in ROWS.iter().enumerate() {
        text += &row(
            title,
            columns.iter().map(|column| column[index].clone()).collect(),
        );
    }
    text
}

fn row(title: &str, values: Vec<String>) -> String {
    let cells: String = values.iter().map(|value| format!("{value:>15}")).collect();
    format!("{title:<38}{cells}\n")
}
