//! Calls that are dropped or run out of time while they send or wait.

use cxone_auth_core::source::TokenOptions;
use cxone_auth_core::{ErrorKind, TokenSource, TransportOptions};
use cxone_auth_tests::{Gate, Server};

use super::fixture::{
    assert_all_have, callers, config, config_for, poll, ready, reqwest, seconds, soon, token,
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
    assert_eq!(began.until(simulation.now()), seconds(5));
    assert!(source.status().in_flight);
    assert_eq!(
        simulation.run(source.token()).unwrap().expose_secret(),
        "t0ken-1"
    );
    assert_eq!(simulation.requests(), 2);
    let waited = began.until(simulation.now());
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
    assert_eq!(began.until(simulation.now()).as_millis(), 100);
    assert_eq!(simulation.requests(), 1);
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
