//! The time of what makes no request.

use crate::{Contest, Contestant, Operation, Taken};

const CALLS: u64 = 2_000;

/// One contest in which the operations take part, so that all are measured in the same weather.
#[must_use]
pub fn contest(rounds: usize) -> Contest {
    let contest = Contest::new("operations", rounds);
    Operation::all().fold(contest, |contest, mut operation| {
        contest.with(Contestant::new(operation.name(), move || {
            Taken::per_operation(operation.time(CALLS), CALLS)
        }))
    })
}
