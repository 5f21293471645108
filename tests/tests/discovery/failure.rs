//! Discovery that fails: one outcome for all, a cool-down, and a token that stays usable.

use std::time::Duration;

use cxone_auth_core::ErrorKind;
use cxone_auth_core::config::{Backoff, RetryPolicy};

use super::simulation::{
    Located, ServerResponse, Simulation, code, config, error, found, poll, ready, seconds,
};

#[test]
fn it_is_not_asked_by_every_call() {
    for (openid, located, kind, first, expected) in [
        (
            ServerResponse::Status(404),
            ServerResponse::Truth,
            ErrorKind::Configuration,
            816,
            [1, 0],
        ),
        (
            ServerResponse::Truth,
            ServerResponse::Status(404),
            ErrorKind::Configuration,
            814,
            [1, 1],
        ),
        (
            ServerResponse::Status(500),
            ServerResponse::Truth,
            ErrorKind::Unavailable,
            503,
            [1, 0],
        ),
        (
            ServerResponse::Truth,
            ServerResponse::Lost,
            ErrorKind::Unavailable,
            602,
            [1, 1],
        ),
        (
            ServerResponse::Throttle(60),
            ServerResponse::Truth,
            ErrorKind::Throttled,
            502,
            [1, 0],
        ),
    ] {
        let simulation = Simulation::new();
        let source = simulation.source();
        let blocking = source.blocking(simulation.clone());
        (simulation.set().openid, simulation.set().located) = (openid, located);
        let failure = error(&source);
        for _ in 0..1_000 {
            let again = error(&source);
            assert_eq!((code(&again), again.kind()), (first, kind));
            assert_eq!(again.retry_at(), failure.retry_at());
            assert_eq!(code(&blocking.api_base().unwrap_err()), first);
        }
        assert_eq!(
            simulation.requests()[1..],
            expected,
            "{openid:?} {located:?}"
        );
        assert!(!simulation.now().has_reached(failure.retry_at().unwrap()));
    }
}

#[test]
fn it_is_asked_again_after_the_cool_down_which_doubles() {
    let simulation = Simulation::new();
    let source = simulation.source();
    simulation.set().openid = ServerResponse::Status(404);
    let mut spans = Vec::new();
    for asked in 1..=8 {
        let failure = error(&source);
        assert_eq!(simulation.requests()[1], asked);
        let span = simulation.now().until(failure.retry_at().unwrap());
        simulation.advance(span.saturating_sub(Duration::from_millis(1)));
        error(&source);
        assert_eq!(simulation.requests()[1], asked, "too early");
        simulation.advance(Duration::from_millis(1));
        spans.push(span.as_millis());
    }
    // A refusal's: from half a minute to a quarter of an hour, give or take a quarter.
    for (number, span) in spans.iter().enumerate() {
        let cool_down = (30_000 << number).min(900_000);
        assert!(
            (cool_down * 3 / 4..=cool_down * 5 / 4).contains(span),
            "{spans:?}"
        );
    }
    simulation.set().openid = ServerResponse::Truth;
    found(&source);
    simulation.set().openid = ServerResponse::Status(404);
    simulation.advance(super::simulation::hours(24));
    found(&source);
    let asked = simulation.requests()[1];
    simulation.advance(seconds(38));
    found(&source);
    assert_eq!(
        simulation.requests()[1],
        asked + 1,
        "a success begins the cool-downs again"
    );
}

#[test]
fn the_wait_that_a_server_asks_for_is_kept() {
    let simulation = Simulation::new();
    let source = simulation.source();
    simulation.set().located = ServerResponse::Throttle(300);
    let failure = error(&source);
    assert_eq!(failure.retry_after(), Some(seconds(300)));
    simulation.advance(seconds(299));
    error(&source);
    assert_eq!(simulation.requests()[1..], [1, 1]);
    simulation.advance(seconds(1));
    error(&source);
    assert_eq!(simulation.requests()[1..], [2, 2]);
}

#[test]
fn it_never_touches_the_token() {
    let simulation = Simulation::new();
    let source = simulation.source();
    simulation.set().openid = ServerResponse::Status(500);
    let before = ready(source.token()).unwrap();
    for _ in 0..10 {
        error(&source);
        simulation.advance(seconds(120));
        assert_eq!(
            ready(source.token()).unwrap().expose_secret(),
            before.expose_secret()
        );
    }
    let status = source.status();
    assert_eq!((status.counts.requests, status.counts.failures), (1, 0));
    assert!(status.last_error.is_none());
    assert_eq!(simulation.requests(), [1, 10, 0]);
}

#[test]
fn without_a_token_nobody_asks() {
    let simulation = Simulation::new();
    let source = simulation.source();
    simulation.set().tokens = ServerResponse::Status(401);
    let failure = error(&source);
    assert_eq!(failure.kind(), ErrorKind::Credentials);
    assert_eq!(simulation.requests(), [1, 0, 0]);
}

#[test]
fn a_token_without_a_tenant_is_no_reason_to_ask() {
    let simulation = Simulation::new();
    let source = simulation.source();
    simulation.set().tenant = None;
    for _ in 0..10 {
        let failure = error(&source);
        assert_eq!(
            (code(&failure), failure.kind()),
            (815, ErrorKind::Configuration)
        );
        let token = ready(source.token()).unwrap();
        let shown = format!("{failure:#} {failure:?}");
        for part in token.expose_secret().split('.') {
            assert!(!shown.contains(part), "{shown}");
        }
    }
    assert_eq!(simulation.requests(), [1, 0, 0]);
}

/// A cool-down of no length.
fn at_once() -> RetryPolicy {
    let none = Backoff::new(seconds(0), seconds(0));
    RetryPolicy::new()
        .with_outage_cool_down(none)
        .with_refusal_cool_down(none)
}

#[test]
fn those_who_wait_share_the_failure_whatever_the_cool_down() {
    let simulation = Simulation::new();
    let source = simulation.source();
    source.replace_config(config().with_retry(at_once()));
    ready(source.token()).unwrap();
    simulation.set().openid = ServerResponse::Silence;
    let mut abandoned = Box::pin(source.tenant_configuration());
    assert!(poll(&mut abandoned).is_pending());
    let mut waiters: Vec<_> = (0..50)
        .map(|_| Box::pin(source.tenant_configuration()))
        .collect();
    assert!(waiters.iter_mut().all(|waiter| poll(waiter).is_pending()));
    drop(abandoned);
    simulation.set().openid = ServerResponse::Status(500);
    let outcomes: Vec<Located> = waiters.iter_mut().map(ready).collect();
    assert_eq!(outcomes.len(), 50);
    for outcome in outcomes {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Unavailable);
    }
    assert_eq!(simulation.requests(), [1, 2, 0], "one was abandoned");
}
