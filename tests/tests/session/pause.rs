//! A pause before a retry that ends just before, at or just after the deadline of a caller.

use std::future::{Future, poll_fn};
use std::task::Poll;
use std::time::Duration;

use cxone_auth_core::source::{Event, ManualClock, Subscription, TokenOptions};
use cxone_auth_core::{BlockingTokenSource, Error, ErrorKind};

use super::fixture::config;
use super::simulation::{Refusal, ServerResponse, Simulation};

const INSTANT: Duration = Duration::from_nanos(1);

/// Where the deadline lies, seen from the end of the pause.
#[derive(Debug, Clone, Copy)]
enum Deadline {
    Before,
    At,
    After,
}

impl Deadline {
    fn of(self, pause: Duration) -> Duration {
        match self {
            Self::Before => pause.saturating_sub(INSTANT),
            Self::At => pause,
            Self::After => pause + INSTANT,
        }
    }
}

/// What comes of a caller whose first request fails.
#[derive(Debug)]
struct Row {
    deadline: Deadline,
    /// What a second request gets.
    second: ServerResponse,
    is_served: bool,
    requests: usize,
    /// How many requests there are once another caller, who has no deadline, has its token.
    then: usize,
}

const fn row(
    deadline: Deadline,
    second: ServerResponse,
    (is_served, requests, then): (bool, usize, usize),
) -> Row {
    Row {
        deadline,
        second,
        is_served,
        requests,
        then,
    }
}

/// Whoever has no time left for a response sends nothing. The next caller goes on with the call:
/// with its next attempt, or with the request that is under way.
const ROWS: [Row; 6] = [
    row(Deadline::Before, TOKEN, (false, 1, 2)),
    row(Deadline::At, TOKEN, (false, 1, 2)),
    row(Deadline::After, TOKEN, (true, 2, 2)),
    row(Deadline::After, LATE, (false, 2, 2)),
    row(Deadline::After, ServerResponse::Lost, (false, 2, 3)),
    row(Deadline::Before, ServerResponse::Lost, (false, 1, 3)),
];

const TOKEN: ServerResponse = ServerResponse::Token(300);
const LATE: ServerResponse = ServerResponse::Late(1, 300);

/// The failures after which a call goes on: its own pause, and one that the server asks for.
const FAILURES: [ServerResponse; 3] = [
    ServerResponse::Lost,
    ServerResponse::Status(503),
    ServerResponse::Refusal(Refusal {
        status: 429,
        retry_after: "2",
        body: "",
    }),
];

/// Each failure with each row.
fn cases<T>(rows: &[T]) -> impl Iterator<Item = (ServerResponse, &T)> {
    let of = move |first: ServerResponse| rows.iter().map(move |row| (first, row));
    FAILURES.into_iter().flat_map(of)
}

fn server(first: ServerResponse, second: ServerResponse) -> Simulation {
    Simulation::new(move |request| match request {
        0 => first,
        1 => second,
        _ => TOKEN,
    })
}

/// The pause after this failure. Sources of the same seed make the same one.
fn pause_after(first: ServerResponse) -> Duration {
    let simulation = server(first, TOKEN);
    simulation.run(simulation.source(config()).token()).unwrap();
    simulation.gaps()[0]
}

fn is_for_the_deadline(error: &Error) -> bool {
    error.kind() == ErrorKind::Unavailable && error.to_string().contains("deadline")
}

#[test]
fn a_retry_is_sent_before_the_deadline_of_its_caller_or_not_at_all() {
    for (first, row) in cases(&ROWS) {
        let pause = pause_after(first);
        let simulation = server(first, row.second);
        let source = simulation.source(config());
        let began = simulation.now();
        let max_wait = row.deadline.of(pause);
        let options = TokenOptions::new().with_deadline(began.saturating_add(max_wait));
        let result = simulation.run(source.token_with(options));
        let waited = simulation.now().since(began);
        match result {
            Ok(_) => assert!(
                row.is_served && waited == pause,
                "{first:?}, {row:?}: {waited:?}"
            ),
            Err(error) => {
                assert!(
                    !row.is_served && waited == max_wait,
                    "{first:?}, {row:?}: {waited:?}"
                );
                assert!(is_for_the_deadline(&error), "{first:?}, {row:?}: {error}");
            }
        }
        assert_eq!(simulation.requests(), row.requests, "{first:?}, {row:?}");
        simulation.run(source.token()).unwrap();
        assert_eq!(simulation.requests(), row.then, "{first:?}, {row:?}");
    }
}

/// As a runtime's timeout does.
#[test]
fn a_caller_that_is_dropped_when_the_pause_ends_sends_nothing() {
    for (first, row) in cases(&ROWS) {
        let max_wait = row.deadline.of(pause_after(first));
        let simulation = server(first, row.second);
        let source = simulation.source(config());
        let result = simulation.run_within(max_wait, source.token());
        assert_eq!(result.is_some(), row.is_served, "{first:?}, {row:?}");
        assert_eq!(simulation.requests(), row.requests, "{first:?}, {row:?}");
        simulation.run(source.token()).unwrap();
        assert_eq!(simulation.requests(), row.then, "{first:?}, {row:?}");
    }
}

/// Whoever else waits in the same pause makes the retry. A caller whose deadline is the moment in
/// which the token comes gets it.
#[test]
fn a_hurried_caller_takes_no_attempt_from_one_that_waits_beside_it() {
    for (deadline, is_first, is_served) in [
        (Deadline::Before, true, false),
        (Deadline::Before, false, false),
        (Deadline::At, true, false),
        (Deadline::At, false, true),
    ] {
        let pause = pause_after(ServerResponse::Lost);
        let simulation = server(ServerResponse::Lost, TOKEN);
        let source = simulation.source(config());
        let end = simulation.now().saturating_add(deadline.of(pause));
        let options = TokenOptions::new().with_deadline(end);
        let hurried = async {
            let result = source.token_with(options).await;
            assert_eq!(result.is_ok(), is_served, "{deadline:?}, {is_first}");
        };
        let patient = async { drop(source.token().await.unwrap()) };
        if is_first {
            simulation.run(in_turn(hurried, patient));
        } else {
            simulation.run(in_turn(patient, hurried));
        }
        assert_eq!(simulation.gaps(), [pause], "{deadline:?}, {is_first}");
    }
}

/// Polls both in this order each time.
async fn in_turn(first: impl Future<Output = ()>, second: impl Future<Output = ()>) {
    let (mut first, mut second) = (Box::pin(first), Box::pin(second));
    let (mut is_first_over, mut is_second_over) = (false, false);
    poll_fn(|context| {
        is_first_over = is_first_over || first.as_mut().poll(context).is_ready();
        is_second_over = is_second_over || second.as_mut().poll(context).is_ready();
        if is_first_over && is_second_over {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

/// A source for threads whose clock jumps once, by `span`, when its first request has failed.
fn jumping(simulation: &Simulation, span: Duration) -> (BlockingTokenSource, Subscription) {
    let source = simulation.blocking_source(config());
    let clock: ManualClock = simulation.clock();
    let has_jumped = std::sync::Once::new();
    let subscription = source.events(move |event| {
        if matches!(event, Event::Failed { .. }) {
            has_jumped.call_once(|| clock.advance(span));
        }
    });
    (source, subscription)
}

#[test]
fn a_thread_makes_a_retry_before_its_deadline_or_not_at_all() {
    let rows = [
        (Deadline::Before, 1),
        (Deadline::At, 1),
        (Deadline::After, 2),
    ];
    for (first, (deadline, requests)) in cases(&rows) {
        let requests = *requests;
        let pause = pause_after(first);
        let simulation = server(first, TOKEN);
        let max_wait = deadline.of(pause);
        let (source, _subscription) = jumping(&simulation, max_wait.min(pause));
        let deadline = simulation.now().saturating_add(max_wait);
        let result = source.token_with(TokenOptions::new().with_deadline(deadline));
        match result {
            Ok(_) => assert_eq!(requests, 2),
            Err(error) => assert!(requests == 1 && is_for_the_deadline(&error), "{error}"),
        }
        assert_eq!(simulation.requests(), requests, "{first:?}, {deadline:?}");
    }
}
