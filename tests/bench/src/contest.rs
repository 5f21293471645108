//! Contestants that are run side by side.

use std::fmt;
use std::time::Duration;

/// What one run of a contestant took.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    /// The time of one operation, in nanoseconds.
    pub nanoseconds: f64,
    /// How many requests the server got, where there is one that counts.
    pub requests: Option<usize>,
}

impl Taken {
    /// The time of one operation of `count` that took `span` together.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "a span of days is exact in an f64, and counts are small"
    )]
    pub fn per_operation(span: Duration, count: u64) -> Self {
        Self {
            nanoseconds: span.as_nanos() as f64 / count as f64,
            requests: None,
        }
    }

    /// The same with the server's count.
    #[must_use]
    pub fn with_requests(mut self, requests: usize) -> Self {
        self.requests = Some(requests);
        self
    }
}

/// One that takes part, or the reason why it cannot.
pub struct Contestant {
    name: String,
    run: Result<Run, String>,
}

type Run = Box<dyn FnMut() -> Taken>;

impl Contestant {
    /// A contestant whose `run` measures itself.
    pub fn new(name: impl Into<String>, run: impl FnMut() -> Taken + 'static) -> Self {
        Self {
            name: name.into(),
            run: Ok(Box::new(run)),
        }
    }

    /// A contestant that cannot run here. Its row has the reason instead of a result.
    pub fn absent(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            run: Err(reason.into()),
        }
    }

    fn run(&mut self) -> Option<Taken> {
        self.run.as_mut().ok().map(|run| run())
    }
}

/// A comparison of the same work done in several ways; the first contestant is the measure.
pub struct Contest {
    name: String,
    rounds: usize,
    contestants: Vec<Contestant>,
}

/// The result of one contestant, in nanoseconds.
///
/// `Display` writes it as one line of tab-separated fields, which `cargo xtask bench` reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    contest: String,
    contestant: String,
    median: f64,
    low: f64,
    high: f64,
    requests: Option<usize>,
    /// Why there is no result.
    reason: Option<String>,
}

impl Contest {
    /// A contest of so many rounds, without contestants.
    #[must_use]
    pub fn new(name: impl Into<String>, rounds: usize) -> Self {
        Self {
            name: name.into(),
            rounds,
            contestants: Vec::new(),
        }
    }

    /// Adds a contestant.
    #[must_use]
    pub fn with(mut self, contestant: Contestant) -> Self {
        self.contestants.push(contestant);
        self
    }

    /// Runs every contestant once to warm up, then once in each round. The one that begins changes
    /// from round to round, so that none always runs behind the same other.
    #[must_use]
    pub fn run(mut self) -> Vec<Row> {
        let count = self.contestants.len();
        let mut taken: Vec<Vec<Taken>> = vec![Vec::new(); count];
        for contestant in &mut self.contestants {
            contestant.run();
        }
        for round in 0..self.rounds {
            for place in 0..count {
                let index = (round + place) % count;
                taken[index].extend(self.contestants[index].run());
            }
        }
        let rows = self.contestants.iter().zip(taken);
        rows.map(|(contestant, taken)| Row {
            reason: contestant.run.as_ref().err().cloned(),
            ..Row::new(&self.name, &contestant.name, &taken)
        })
        .collect()
    }
}

impl Row {
    fn new(contest: &str, contestant: &str, taken: &[Taken]) -> Self {
        let mut times: Vec<f64> = taken.iter().map(|taken| taken.nanoseconds).collect();
        times.sort_by(f64::total_cmp);
        Self {
            contest: contest.to_owned(),
            contestant: contestant.to_owned(),
            median: times.get(times.len() / 2).copied().unwrap_or(f64::NAN),
            low: times.first().copied().unwrap_or(f64::NAN),
            high: times.last().copied().unwrap_or(f64::NAN),
            // The largest: a round in which too many requests were made must be seen.
            requests: taken.iter().filter_map(|taken| taken.requests).max(),
            reason: None,
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(reason) = &self.reason {
            return write!(f, "{}\t{}\t\t\t\t\t{reason}", self.contest, self.contestant);
        }
        let requests = self.requests.map(|count| count.to_string());
        write!(
            f,
            "{}\t{}\t{:.1}\t{:.1}\t{:.1}\t{}",
            self.contest,
            self.contestant,
            self.median,
            self.low,
            self.high,
            requests.unwrap_or_default()
        )
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    fn taking(nanoseconds: f64) -> Taken {
        Taken {
            nanoseconds,
            requests: None,
        }
    }

    #[test]
    fn each_round_runs_every_contestant_and_another_one_first() {
        let order = Rc::new(RefCell::new(String::new()));
        let contestant = |name: &'static str| {
            let order = Rc::clone(&order);
            Contestant::new(name, move || {
                order.borrow_mut().push_str(name);
                taking(1.0)
            })
        };
        let contest = Contest::new("letters", 2)
            .with(contestant("a"))
            .with(contestant("b"));
        assert_eq!(contest.run().len(), 2);
        assert_eq!(*order.borrow(), "ababba");
    }

    #[test]
    fn who_cannot_run_has_a_row_with_the_reason() {
        let contest = Contest::new("stores", 3)
            .with(Contestant::new("alone", || taking(1.0)))
            .with(Contestant::absent("ours", "not run: there is no server"));
        let rows: Vec<String> = contest.run().iter().map(Row::to_string).collect();
        let absent = "stores\tours\t\t\t\t\tnot run: there is no server";
        assert_eq!(rows, ["stores\talone\t1.0\t1.0\t1.0\t", absent]);
    }

    #[test]
    fn a_row_is_the_median_with_the_range_and_the_most_requests() {
        let taken = [9.0, 1.0, 4.0].map(taking);
        let row = Row::new("cached", "ours", &taken);
        assert_eq!(row.to_string(), "cached\tours\t4.0\t1.0\t9.0\t");
        let taken = [3, 1].map(|count| taking(2.0).with_requests(count));
        let row = Row::new("storm", "ours", &taken);
        assert_eq!(row.to_string(), "storm\tours\t2.0\t2.0\t2.0\t3");
    }
}
