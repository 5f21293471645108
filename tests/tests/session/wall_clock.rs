//! Wall clocks that show nonsense.

use std::time::{Duration, SystemTime};

use super::fixture::{config, hours, seconds};
use super::timeline::{Scripted, ServerResponse, Timeline};

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
        let timeline = Timeline::with_wall(wall);
        let transport = Scripted::new(&timeline, |_| ServerResponse::Token(300));
        let source = transport.source(config());
        for _ in 0..CALLS {
            timeline.run(source.token()).unwrap();
        }
        assert_eq!(transport.requests(), 1, "at {wall:?}");
        let mut keeping = Box::pin(source.keep_fresh());
        timeline.run_for(hours(1), &mut keeping);
        assert!(transport.requests() <= 17, "at {wall:?}");
    }
}

#[test]
fn refusals_cool_down_before_1970_and_in_the_far_future() {
    for wall in odd() {
        let timeline = Timeline::with_wall(wall);
        let transport = Scripted::new(&timeline, |_| ServerResponse::Status(401));
        let source = transport.source(config());
        for _ in 0..CALLS {
            timeline.run(source.token()).unwrap_err();
        }
        assert_eq!(transport.requests(), 1, "at {wall:?}");
    }
}

#[test]
fn at_the_end_of_time_a_call_makes_no_more_requests_than_its_policy_has_attempts() {
    for (response, attempts) in [
        (ServerResponse::Token(300), 1),
        (ServerResponse::Status(401), 1),
        (ServerResponse::Lost, 3),
    ] {
        let timeline = Timeline::with_wall(end_of_time());
        let transport = Scripted::new(&timeline, move |_| response);
        let source = transport.source(config());
        for _ in 0..CALLS {
            let result = timeline.run(source.token());
            assert_eq!(result.is_ok(), matches!(response, ServerResponse::Token(_)));
        }
        assert!(transport.requests() <= CALLS * attempts);
        let mut keeping = Box::pin(source.keep_fresh());
        timeline.run_for(seconds(600), &mut keeping);
        assert!(transport.requests() <= (CALLS + 61) * attempts);
    }
}

#[test]
fn a_wall_clock_that_jumps_ends_a_token_early_and_never_late() {
    let timeline = Timeline::new();
    let transport = Scripted::new(&timeline, |_| ServerResponse::Token(300));
    let source = transport.source(config());
    timeline.run(source.token()).unwrap();
    let start = timeline.now();
    let shift = |wall: SystemTime| {
        let now = timeline.now().monotonic();
        timeline
            .clock()
            .set(cxone_auth_core::Moment::new(now, wall));
    };
    shift(start.wall() + hours(1));
    timeline.run(source.token()).unwrap();
    assert_eq!(transport.requests(), 2, "ahead by an hour");
    shift(start.wall() - hours(1));
    timeline.run(source.token()).unwrap();
    timeline.advance(seconds(301));
    timeline.run(source.token()).unwrap();
    assert_eq!(
        transport.requests(),
        3,
        "behind by two hours, the monotonic clock ends it"
    );
}
