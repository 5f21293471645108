//! Wall clocks that show nonsense.

use std::time::{Duration, SystemTime};

use super::fixture::{config, hours, seconds};
use super::simulation::{ServerResponse, Simulation};

const CALLS: usize = 100;

/// The last instant that the system can name.
fn end_of_time() -> SystemTime {
    let mut end = SystemTime::UNIX_EPOCH;
    let mut step = Duration::from_secs(1 << 62);
    while step >= Duration::from_nanos(1) {
        match end.checked_add(step) {
            Some(later) => end = later,
            None => step /= 2,
        }
    }
    end
}

/// Wall clocks from which a token's lifetime can be told.
fn odd() -> [SystemTime; 3] {
    let year = seconds(31_556_952);
    [
        SystemTime::UNIX_EPOCH - year * 20,
        SystemTime::UNIX_EPOCH - year * 1_969,
        SystemTime::UNIX_EPOCH + year * 200_000,
    ]
}

#[test]
fn tokens_are_kept_before_1970_and_in_the_far_future() {
    for wall in odd() {
        let simulation = Simulation::new(|_| ServerResponse::Token(300)).with_wall(wall);
        let source = simulation.source(config());
        for _ in 0..CALLS {
            simulation.run(source.token()).unwrap();
        }
        assert_eq!(simulation.requests(), 1, "at {wall:?}");
        let mut keeping = Box::pin(source.keep_fresh());
        simulation.run_for(hours(1), &mut keeping);
        assert!(simulation.requests() <= 17, "at {wall:?}");
    }
}

#[test]
fn refusals_cool_down_before_1970_and_in_the_far_future() {
    for wall in odd() {
        let simulation = Simulation::new(|_| ServerResponse::Status(401)).with_wall(wall);
        let source = simulation.source(config());
        for _ in 0..CALLS {
            simulation.run(source.token()).unwrap_err();
        }
        assert_eq!(simulation.requests(), 1, "at {wall:?}");
    }
}

#[test]
fn at_the_end_of_time_a_call_makes_no_more_requests_than_its_policy_has_attempts() {
    for (response, attempts) in [
        (ServerResponse::Token(300), 1),
        (ServerResponse::Status(401), 1),
        (ServerResponse::Lost, 3),
    ] {
        let simulation = Simulation::new(move |_| response).with_wall(end_of_time());
        let source = simulation.source(config());
        for _ in 0..CALLS {
            let result = simulation.run(source.token());
            assert_eq!(result.is_ok(), matches!(response, ServerResponse::Token(_)));
        }
        assert!(simulation.requests() <= CALLS * attempts);
        let mut keeping = Box::pin(source.keep_fresh());
        simulation.run_for(seconds(600), &mut keeping);
        assert!(simulation.requests() <= (CALLS + 61) * attempts);
    }
}

#[test]
fn a_wall_clock_that_jumps_ends_a_token_early_and_never_late() {
    let simulation = Simulation::new(|_| ServerResponse::Token(300));
    let source = simulation.source(config());
    simulation.run(source.token()).unwrap();
    let start = simulation.now();
    simulation.set_wall(|_| start.wall() + hours(1));
    simulation.run(source.token()).unwrap();
    assert_eq!(simulation.requests(), 2, "ahead by an hour");
    simulation.set_wall(|_| start.wall() - hours(1));
    simulation.run(source.token()).unwrap();
    simulation.advance(seconds(301));
    simulation.run(source.token()).unwrap();
    assert_eq!(
        simulation.requests(),
        3,
        "behind by two hours, the monotonic clock ends it"
    );
}

/// A token has no lifetime left exactly when its age has reached its lifetime.
#[test]
fn the_age_of_a_token_and_what_is_left_of_it_are_its_lifetime_on_any_clock() {
    let simulation = Simulation::new(|_| ServerResponse::Token(10_000));
    let source = simulation.source(config());
    simulation.run(source.token()).unwrap();
    simulation.advance(seconds(500));
    let assert_age = |age: Duration| {
        let status = source.status();
        assert_eq!(status.age, Some(age));
        assert_eq!(status.remaining, Some(seconds(10_000).saturating_sub(age)));
    };
    assert_age(seconds(500));
    simulation.set_wall(|wall| wall - hours(1));
    assert_age(seconds(500));
    // The machine has slept, or its clock was behind before: nothing tells which.
    simulation.set_wall(|wall| wall + hours(2));
    assert_age(hours(1) + seconds(500));
}
