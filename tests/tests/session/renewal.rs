//! Renewal ahead of time, and what callers notice of it: nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use cxone_auth_core::config::RenewalPolicy;
use cxone_auth_core::source::{Event, ManualClock};
use cxone_auth_core::{Config, Moment, TokenSource};
use cxone_auth_tests::{Gate, Script, Server};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::fixture::{config, config_for, hours, reqwest, seconds, soon, token};
use super::schedule;
use super::simulation::{ServerResponse, Simulation};

/// One call a second for `span`, each of which has to succeed with a valid token.
fn serve(simulation: &Simulation, source: &TokenSource, span: Duration) {
    for _ in 0..span.as_secs() {
        let token = simulation.run(source.token()).unwrap();
        assert!(!token.is_expired(simulation.now()));
        simulation.advance(seconds(1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_a_slow_server_while_the_token_is_valid() {
    let gate = Gate::new();
    let script = Script::new()
        .then(token("old", 1_000))
        .finally(token("new", 1_000).after(&gate));
    let server = Server::http(script);
    let clock = ManualClock::new(Moment::now());
    let config = config_for(&server, "the-client");
    let source = TokenSource::with_clock(config, reqwest(), clock.clone(), 7);
    source.token().await.unwrap();
    // refresh_before is 200 s, at most 250 s by its jitter; the last 30 s are withheld.
    clock.advance(seconds(860));
    let mut tasks = JoinSet::new();
    for _ in 0..1_000 {
        let source = source.clone();
        tasks.spawn(async move { source.token().await });
    }
    for result in soon(tasks.join_all()).await {
        assert_eq!(result.unwrap().expose_secret(), "old");
    }
    soon(server.requests_arrived(2)).await;
    let renewed = Arc::new(Notify::new());
    let told = Arc::clone(&renewed);
    let _subscription = source.events(move |event| {
        if matches!(event, Event::Renewed { .. }) {
            told.notify_one();
        }
    });
    gate.open();
    // With nobody calling.
    soon(renewed.notified()).await;
    assert_eq!(source.token().await.unwrap().expose_secret(), "new");
    assert_eq!(server.request_count(), 2, "one, and one to renew it");
}

#[test]
fn an_outage_of_twenty_hours_fails_no_call_while_the_token_is_valid() {
    let is_down = Arc::new(AtomicBool::new(false));
    let down = Arc::clone(&is_down);
    let simulation = Simulation::new(move |_| {
        if down.load(Ordering::Relaxed) {
            ServerResponse::Lost
        } else {
            ServerResponse::Token(100 * 3_600)
        }
    });
    let policy = RenewalPolicy::new().with_refresh_before(hours(40));
    let source = simulation.source(config().with_renewal(policy));
    let stale = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&stale);
    let _subscription = source.events(move |event| {
        let is_stale = matches!(event, Event::RenewalFailed { .. });
        counter.fetch_add(is_stale.into(), Ordering::Relaxed);
    });
    simulation.run(source.token()).unwrap();
    // The jitter puts refresh_before between 30 and 50 hours.
    simulation.advance(hours(71));
    is_down.store(true, Ordering::Relaxed);
    serve(&simulation, &source, hours(20));
    let failures = simulation.requests() - 1;
    for (gap, failed) in simulation.gaps()[1..].iter().zip(1..) {
        assert!(
            schedule::outage(failed, seconds(1)).contains(gap),
            "{gap:?} after {failed}"
        );
    }
    let bounds = schedule::count(hours(20), &schedule::outage(7, seconds(1)));
    // Six doublings come before the longest pause.
    assert!(failures as u128 >= *bounds.start() && failures as u128 <= *bounds.end() + 6);
    assert_eq!(stale.load(Ordering::Relaxed), failures as u64);
    is_down.store(false, Ordering::Relaxed);
    serve(&simulation, &source, seconds(80));
    assert_eq!(
        simulation.requests(),
        1 + failures + 1,
        "it comes back with one request"
    );
    assert!(source.status().last_error.is_none());
}

#[test]
fn short_tokens_are_requested_as_the_policy_says() {
    for lifetime in [300, 20] {
        let simulation = Simulation::new(move |_| ServerResponse::Token(lifetime));
        let source = simulation.source(config());
        serve(&simulation, &source, hours(6));
        let expected = schedule::renewal(seconds(lifetime), seconds(1));
        for gap in simulation.gaps() {
            assert!(
                expected.contains(&gap),
                "{gap:?} for a token of {lifetime} s"
            );
        }
        let requests = simulation.requests() as u128;
        assert!(
            schedule::count(hours(6), &expected).contains(&requests),
            "{requests} requests"
        );
    }
}

#[test]
fn a_token_of_an_hour_is_asked_for_twice_however_many_call() {
    let simulation = Simulation::new(|_| ServerResponse::Token(3_600));
    let source = simulation.source(config());
    serve(&simulation, &source, seconds(3_600));
    assert_eq!(simulation.requests(), 2);
}

/// A token without a lifetime of its own has none.
fn without_assumed_lifetime() -> Config {
    config().with_renewal(RenewalPolicy::new().with_assumed_lifetime(Duration::ZERO))
}

#[test]
fn a_token_without_a_lifetime_of_its_own_serves_its_caller_and_is_not_kept() {
    let simulation = Simulation::new(|_| ServerResponse::Token(0));
    let source = simulation.source(without_assumed_lifetime());
    for calls in 1..=10 {
        simulation.run(source.token()).unwrap();
        assert_eq!(simulation.requests(), calls, "one request a call");
    }
}

#[test]
fn a_token_is_not_handed_out_beyond_its_lifetime_when_the_server_has_no_better_one() {
    let simulation = Simulation::new(|request| match request {
        0 => ServerResponse::Token(10),
        1 => ServerResponse::Token(0),
        _ => ServerResponse::Token(300),
    });
    let source = simulation.source(without_assumed_lifetime());
    simulation.run(source.token()).unwrap();
    simulation.advance(Duration::from_millis(9_200));
    simulation.run(source.token()).unwrap();
    simulation.advance(Duration::from_millis(900));
    let token = simulation.run(source.token()).unwrap();
    assert_eq!(token.expose_secret(), "t0ken-2");
}
