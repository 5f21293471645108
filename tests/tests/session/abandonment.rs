//! Calls that are dropped or run out of time while they send or wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use async_trait::async_trait;
use cxone_auth_core::config::{CredentialError, CredentialSource, Secret};
use cxone_auth_core::source::{Event, TokenOptions};
use cxone_auth_core::{ClientCredentials, Config, ErrorKind, TokenSource, TransportOptions};
use cxone_auth_reqwest::ReqwestTransport;
use cxone_auth_tests::{Gate, Server};

use super::fixture::{
    assert_all_have, callers, config, config_for, direct, one_attempt, poll, ready, reqwest,
    seconds, soon, token,
};
use super::simulation::{ServerResponse, Simulation};

#[tokio::test]
async fn a_request_goes_on_when_the_caller_who_made_it_is_cancelled() {
    let gate = Gate::new();
    let held = gate.clone();
    let server = Server::http(move |_| token("t0ken", 3_600).after(&held));
    let source = TokenSource::new(config_for(&server, "the-client"), reqwest());
    let mut requester = callers(&source, 1).await;
    soon(server.requests_arrived(1)).await;
    let waiters = callers(&source, 100).await;
    soon(requester.shutdown()).await;
    assert!(source.status().in_flight);
    gate.open();
    assert_all_have(&soon(waiters.join_all()).await, "t0ken");
    assert_eq!(server.request_count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_comes_after_a_cancelled_requester_gets_its_token() {
    let gate = Gate::new();
    let held = gate.clone();
    let server = Server::http(move |_| token("t0ken", 3_600).after(&held));
    let source = TokenSource::new(config_for(&server, "the-client"), reqwest());
    let leading = source.clone();
    let requester = tokio::spawn(async move { leading.token().await });
    soon(server.requests_arrived(1)).await;
    requester.abort();
    assert!(soon(requester).await.is_err());
    gate.open();
    assert_eq!(soon(source.token()).await.unwrap().expose_secret(), "t0ken");
    assert_eq!(server.request_count(), 1);
}

#[test]
fn a_deadline_in_the_past_is_an_error_without_a_request() {
    let simulation = Simulation::new(|_| ServerResponse::Token(300));
    let source = simulation.source(config());
    let past = TokenOptions::new().with_deadline(simulation.now());
    simulation.advance(seconds(1));
    let error = ready(source.token_with(past)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(simulation.requests(), 0);
    simulation.run(source.token()).unwrap();
    let error = simulation.run(source.token_with(past)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "with a token as well");
}

#[test]
fn a_deadline_ends_a_call_and_the_next_one_waits_for_the_rest_of_the_timeout() {
    let simulation = Simulation::new(|request| match request {
        0 => ServerResponse::Silence,
        _ => ServerResponse::Token(300),
    });
    let source = simulation.source(config());
    let began = simulation.now();
    let options = TokenOptions::new().with_deadline(began.saturating_add(seconds(5)));
    let error = simulation.run(source.token_with(options)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(simulation.now().since(began), seconds(5));
    assert!(source.status().in_flight);
    assert_eq!(
        simulation.run(source.token()).unwrap().expose_secret(),
        "t0ken-1"
    );
    assert_eq!(simulation.requests(), 2);
    let waited = simulation.now().since(began);
    let timeout = TransportOptions::DEFAULT_TIMEOUT;
    assert!(
        (timeout..timeout + seconds(1)).contains(&waited),
        "and for the pause before the next attempt: {waited:?}"
    );
}

#[test]
fn a_deadline_ends_the_pause_before_a_retry() {
    let simulation = Simulation::new(|_| ServerResponse::Lost);
    let source = simulation.source(config());
    let began = simulation.now();
    let deadline = began.saturating_add(std::time::Duration::from_millis(100));
    let options = TokenOptions::new().with_deadline(deadline);
    simulation.run(source.token_with(options)).unwrap_err();
    assert_eq!(simulation.now().since(began).as_millis(), 100);
    assert_eq!(simulation.requests(), 1);
}

/// A secret that never arrives. It counts the readings that are under way.
struct Hanging(Arc<()>);

#[async_trait]
impl CredentialSource<Secret> for Hanging {
    async fn read(&self) -> Result<Secret, CredentialError> {
        let _under_way = Arc::clone(&self.0);
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_reading_that_is_given_up_is_dropped() {
    let under_way = Arc::new(());
    let secret = ClientCredentials::from_source("the-client", Hanging(Arc::clone(&under_way)));
    let endpoint = "https://login.example.com/token".parse().unwrap();
    let config = Config::custom(endpoint, secret).unwrap();
    let short = direct().with_timeout(Duration::from_millis(20));
    let transport = ReqwestTransport::with_options(&short).unwrap();
    let source = TokenSource::new(config.clone(), transport);
    // The source has one count, the configuration the other.
    let at_rest = Arc::strong_count(&under_way);
    let all_are_dropped = async || {
        while Arc::strong_count(&under_way) > at_rest {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    for _ in 0..3 {
        let error = source.token().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        soon(all_are_dropped()).await;
    }
    source.replace_config(config.clone());
    let mut call = Box::pin(source.token());
    assert!(poll(&mut call).is_pending());
    tokio::task::yield_now().await;
    assert!(Arc::strong_count(&under_way) > at_rest);
    source.replace_config(config);
    soon(all_are_dropped()).await;
}

/// How `Event`s of a source are told.
fn failures_and_abandonments(source: &TokenSource) -> [Arc<AtomicUsize>; 2] {
    let counts = [Arc::default(), Arc::default()];
    let [failed, abandoned]: [Arc<AtomicUsize>; 2] = counts.clone();
    let listener = move |event: &Event| match event {
        Event::Failed { .. } => _ = failed.fetch_add(1, SeqCst),
        Event::Abandoned { .. } => _ = abandoned.fetch_add(1, SeqCst),
        _ => {}
    };
    source.events(listener).detach();
    counts
}

#[test]
fn a_call_that_is_kept_makes_no_failure_of_a_request_that_nobody_carried() {
    for (late, failed) in [(500, 1), (5_000, 0)] {
        let simulation = Simulation::new(|request| match request {
            0 => ServerResponse::Silence,
            _ => ServerResponse::Token(300),
        });
        let source = simulation.source(config().with_retry(one_attempt()));
        let counts = failures_and_abandonments(&source);
        let mut kept = Box::pin(source.token());
        assert!(poll(&mut kept).is_pending());
        simulation.advance(TransportOptions::DEFAULT_TIMEOUT + Duration::from_millis(late));
        // Who waits and is polled notices within a second.
        let result = simulation.run(source.token());
        assert_eq!(result.is_err(), failed == 1);
        let counts = counts.map(|count| count.load(SeqCst));
        assert_eq!(counts, [failed, 1 - failed]);
        drop(kept);
    }
}

#[test]
fn a_call_that_waits_and_comes_late_itself_has_the_failure() {
    let simulation = Simulation::new(|_| ServerResponse::Silence);
    let source = simulation.source(config().with_retry(one_attempt()));
    let counts = failures_and_abandonments(&source);
    let mut call = Box::pin(source.token());
    assert!(poll(&mut call).is_pending());
    simulation.advance(TransportOptions::DEFAULT_TIMEOUT + seconds(5));
    assert!(poll(&mut call).is_ready());
    assert_eq!(counts.map(|count| count.load(SeqCst)), [1, 0]);
}

#[test]
fn calls_that_were_abandoned_long_ago_cost_a_later_one_no_retry() {
    let simulation = Simulation::new(|request| match request {
        0 => ServerResponse::Silence,
        1 | 2 => ServerResponse::Lost,
        _ => ServerResponse::Token(300),
    });
    let source = simulation.source(config());
    for _ in 0..3 {
        let deadline = simulation.now().saturating_add(seconds(1));
        let options = TokenOptions::new().with_deadline(deadline);
        simulation.run(source.token_with(options)).unwrap_err();
    }
    simulation.advance(seconds(3_600));
    assert_eq!(
        simulation.run(source.token()).unwrap().expose_secret(),
        "t0ken-3"
    );
}

#[test]
fn a_call_whose_retries_come_late_ends_after_its_attempts() {
    let simulation = Simulation::new(|_| ServerResponse::Lost);
    let source = simulation.source(config());
    let mut call = Box::pin(source.token());
    // A machine that was suspended, or a runtime that is busy: each pause is overslept by far.
    for _ in 0..3 {
        assert_eq!(poll(&mut call).is_ready(), simulation.requests() == 3);
        simulation.advance(seconds(60));
    }
    assert_eq!(simulation.requests(), 3);
}
