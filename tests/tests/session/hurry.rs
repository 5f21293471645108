//! Callers who have less time than the server needs, and calls that are kept without being polled.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use cxone_auth_core::session::TokenState;
use cxone_auth_core::source::{Event, TokenOptions};
use cxone_auth_core::{AccessToken, TokenSource, TransportOptions};

use super::fixture::{TokenResult, config, poll, seconds};
use super::simulation::{ServerResponse, Simulation};

/// How a caller limits its wait.
#[derive(Debug, Clone, Copy)]
enum Limit {
    /// [`TokenOptions::with_deadline`].
    Deadline,
    /// Its future is dropped, as by `tokio::time::timeout`.
    Drop,
}

const LIMITS: [Limit; 2] = [Limit::Deadline, Limit::Drop];

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What a caller gets within `span`.
fn ask(
    simulation: &Simulation,
    source: &TokenSource,
    limit: Limit,
    span: Duration,
) -> Option<AccessToken> {
    let token = |result: TokenResult| result.ok();
    match limit {
        Limit::Drop => simulation.run_within(span, source.token()).and_then(token),
        Limit::Deadline => {
            let deadline = simulation.now().saturating_add(span);
            let options = TokenOptions::new().with_deadline(deadline);
            let obtained = simulation.run(source.token_with(options));
            obtained.ok().map(|obtained| obtained.token)
        }
    }
}

/// A source with a token, at the moment when its renewal is due.
fn due(lifetime: u64, renewal: ServerResponse) -> (Simulation, TokenSource) {
    let simulation = Simulation::new(move |request| match request {
        0 => ServerResponse::Token(lifetime),
        _ => renewal,
    });
    let source = simulation.source(config());
    simulation.run(source.token()).unwrap();
    while source.status().token != TokenState::Due {
        simulation.advance(millis(10));
    }
    (simulation, source)
}

#[test]
fn hurried_callers_are_served_while_the_token_is_renewed() {
    for renewal in [ServerResponse::Silence, ServerResponse::Late(800, 20)] {
        for limit in LIMITS {
            let (simulation, source) = due(20, renewal);
            for call in 0..10 {
                let token = ask(&simulation, &source, limit, millis(500));
                assert!(token.is_some(), "{renewal:?}, {limit:?}, call {call}");
                assert!(!token.unwrap().is_expired(simulation.now()));
                simulation.advance(millis(100));
            }
            assert_eq!(simulation.requests(), 2, "{renewal:?}, {limit:?}");
        }
    }
}

/// There may be nobody else to carry it. A caller may have a deadline that the source does not know.
#[test]
fn whoever_starts_a_renewal_beside_a_valid_token_carries_it_for_a_moment_only() {
    let (simulation, source) = due(1_000, ServerResponse::Late(251, 1_000));
    let asked_at = simulation.now();
    let token = simulation.run(source.token()).unwrap();
    assert_eq!(token.expose_secret(), "t0ken-0");
    assert_eq!(simulation.now().since(asked_at), millis(250));
    let (simulation, source) = due(1_000, ServerResponse::Late(249, 1_000));
    let token = simulation.run(source.token()).unwrap();
    assert_eq!(token.expose_secret(), "t0ken-1", "it comes in time");
    assert_eq!(simulation.requests(), 2);
}

#[test]
fn a_caller_goes_on_with_the_request_of_one_who_has_left() {
    for limit in LIMITS {
        let simulation = Simulation::new(|_| ServerResponse::Late(1_500, 300));
        let source = simulation.source(config());
        let began = simulation.now();
        assert!(ask(&simulation, &source, limit, seconds(1)).is_none());
        assert!(
            ask(&simulation, &source, limit, seconds(1)).is_some(),
            "{limit:?}"
        );
        assert_eq!(simulation.now().since(began), millis(1_500), "{limit:?}");
        assert_eq!(simulation.requests(), 1, "{limit:?}");
    }
}

#[test]
fn no_call_fails_while_the_token_is_valid() {
    let simulation = Simulation::new(|request| match request {
        0 => ServerResponse::Token(10),
        _ => ServerResponse::TimedOut(1_000),
    });
    let source = simulation.source(config());
    let first = simulation.run(source.token()).unwrap();
    simulation.advance(millis(9_200));
    while !first.is_expired(simulation.now()) {
        let asked_at = simulation.now();
        let token = simulation.run(source.token()).unwrap();
        assert!(token.expose_secret() == "t0ken-0" && !token.is_expired(simulation.now()));
        assert!(simulation.now().since(asked_at) <= millis(400));
        simulation.advance(millis(100));
    }
    assert_eq!(simulation.requests(), 2);
}

#[test]
fn a_call_that_is_kept_without_being_polled_holds_nobody_up() {
    let simulation = Simulation::new(|request| match request {
        0 => ServerResponse::Silence,
        _ => ServerResponse::Token(300),
    });
    let source = simulation.source(config());
    let began = simulation.now();
    let mut kept = Box::pin(source.token());
    assert!(poll(&mut kept).is_pending());
    assert!(simulation.run(source.token()).is_ok());
    let waited = simulation.now().since(began);
    let pause = seconds(1);
    assert!(
        waited <= TransportOptions::DEFAULT_TIMEOUT + pause,
        "{waited:?}"
    );
    assert_eq!(simulation.requests(), 2);
}

#[test]
fn a_request_that_nobody_waited_for_to_its_end_is_an_event_and_no_failure() {
    let simulation = Simulation::new(|request| match request {
        0 => ServerResponse::Silence,
        _ => ServerResponse::Token(300),
    });
    let source = simulation.source(config());
    let abandoned = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&abandoned);
    let _subscription = source.events(move |event| {
        if matches!(event, Event::Abandoned { took } if *took == seconds(3_600)) {
            count.fetch_add(1, Relaxed);
        }
    });
    assert!(ask(&simulation, &source, Limit::Drop, seconds(1)).is_none());
    simulation.advance(seconds(3_599));
    let asked_at = simulation.now();
    assert!(simulation.run(source.token()).is_ok());
    assert_eq!(asked_at, simulation.now(), "it waits for nothing");
    assert_eq!(abandoned.load(Relaxed), 1);
    assert_eq!(source.status().counts.failures, 0);
}

#[test]
fn a_renewal_that_was_left_behind_comes_with_the_next_caller() {
    let (simulation, source) = due(1_000, ServerResponse::Late(800, 1_000));
    let old = ask(&simulation, &source, Limit::Drop, millis(500)).unwrap();
    simulation.advance(seconds(5));
    let new = ask(&simulation, &source, Limit::Drop, millis(500)).unwrap();
    assert_ne!(new.expose_secret(), old.expose_secret());
    assert_eq!(simulation.requests(), 2);
}

#[test]
fn a_short_token_is_the_last_resort_at_a_deadline() {
    let simulation = Simulation::new(|request| match request {
        0 => ServerResponse::Token(1_000),
        _ => ServerResponse::Silence,
    });
    let source = simulation.source(config());
    simulation.run(source.token()).unwrap();
    simulation.advance(seconds(400));
    let by = |options: TokenOptions| {
        let deadline = simulation.now().saturating_add(seconds(1));
        let options = options.with_min_ttl(seconds(700)).with_deadline(deadline);
        simulation.run(source.token_with(options))
    };
    assert!(!by(TokenOptions::new()).unwrap().meets_min_ttl);
    let refuses = cxone_auth_core::source::OnShort::Refuse;
    by(TokenOptions::new().with_on_short(refuses)).unwrap_err();
    by(TokenOptions::new().with_force()).unwrap_err();
    assert_eq!(simulation.requests(), 2);
}

#[test]
fn callers_of_a_server_with_the_shortest_tokens_keep_the_minimum_intervals() {
    // A lifetime of zero is one that is not stated. One of a second is over when a response comes
    // that took as long.
    let rows = [
        (ServerResponse::Token(0), 1),
        (ServerResponse::Token(1), 7),
        (ServerResponse::Late(1_000, 1), 4),
    ];
    for (response, most) in rows {
        let simulation = Simulation::new(move |_| response);
        let source = simulation.source(config());
        let end = simulation.now().saturating_add(seconds(3));
        while !simulation.now().has_reached(end) {
            assert!(simulation.run(source.token()).is_ok(), "{response:?}");
            simulation.advance(millis(10));
        }
        let requests = simulation.requests();
        assert!(requests <= most, "{response:?}: {requests} requests in 3 s");
    }
}
