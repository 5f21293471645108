//! Walks through the schedules of a scenario.

use super::simulation::{Move, Scenario, Simulation};

/// So many moves no schedule needs: one that makes more goes in circles.
const LONGEST: usize = 400;

/// Plays every schedule of `scenario`, depth first, and says how many there are. Each runs from
/// the start: a future cannot be copied.
///
/// # Panics
///
/// When an invariant breaks, with the schedule; or when there are more than `most` schedules.
pub(super) fn explore(scenario: &Scenario, most: usize) -> usize {
    // The moves chosen so far, each with the number of those there were to choose from.
    let mut path: Vec<(usize, usize)> = Vec::new();
    for schedules in 1..=most {
        let mut depth = 0;
        run(scenario, |moves| {
            if depth == path.len() {
                path.push((0, moves));
            }
            depth += 1;
            path[depth - 1].0
        });
        while path
            .pop_if(|(chosen, moves)| *chosen + 1 == *moves)
            .is_some()
        {}
        match path.last_mut() {
            Some((chosen, _)) => *chosen += 1,
            None => return schedules,
        }
    }
    panic!("there are more than {most} schedules: the scenario is not explored whole");
}

/// Plays one schedule for each of the seeds, at random.
pub(super) fn sample(scenario: &Scenario, seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let mut state = seed;
        run(scenario, |moves| {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            usize::try_from(mixed >> 33).unwrap_or_default() % moves
        });
    }
}

/// Plays until all callers are through. `choose` is asked for one of so many moves, where there
/// is more than one.
fn run(scenario: &Scenario, mut choose: impl FnMut(usize) -> usize) {
    let mut simulation = Simulation::new(scenario);
    let mut schedule: Vec<Move> = Vec::new();
    while !simulation.is_over() {
        let moves = simulation.moves();
        let step = match moves.as_slice() {
            [] => panic!("nothing can happen any more after {schedule:?}"),
            [only] => *only,
            several => several[choose(several.len())],
        };
        schedule.push(step);
        if let Err(broken) = simulation.play(step) {
            panic!("{broken}, in {scenario:?}, after {schedule:?}");
        }
        assert!(schedule.len() < LONGEST, "no end after {schedule:?}");
    }
}
