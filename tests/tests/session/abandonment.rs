//! Calls that are dropped or run out of time while they send or wait.

use std::task::{Context, Poll, Waker};

use cxone_auth_core::source::TokenOptions;
use cxone_auth_core::{ErrorKind, TokenSource};
use cxone_auth_tests::{Reply, Script, Server, Stage};

use super::fixture::{assert_all_have, callers, config, config_for, reqwest, seconds, soon, token};
use super::timeline::{Scripted, ServerResponse, Timeline};

/// A server that does not respond its first request.
fn stalls_once() -> Server {
    let stalled = Reply::empty(200).stall(Stage::BeforeHead);
    Server::http(Script::new().then(stalled).finally(token("t0ken", 3_600)))
}

#[tokio::test]
async fn the_next_caller_sends_when_the_requester_is_cancelled() {
    let server = stalls_once();
    let source = TokenSource::new(config_for(&server, "the-client"), reqwest());
    let mut requester = callers(&source, 1).await;
    soon(server.requests_arrived(1)).await;
    let waiters = callers(&source, 100).await;
    soon(requester.shutdown()).await;
    assert_all_have(&soon(waiters.join_all()).await, "t0ken");
    assert_eq!(server.request_count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_comes_after_a_cancelled_requester_is_served() {
    let server = stalls_once();
    let source = TokenSource::new(config_for(&server, "the-client"), reqwest());
    let leading = source.clone();
    let requester = tokio::spawn(async move { leading.token().await });
    soon(server.requests_arrived(1)).await;
    requester.abort();
    assert!(soon(requester).await.is_err());
    assert!(!source.status().in_flight);
    assert_eq!(soon(source.token()).await.unwrap().expose_secret(), "t0ken");
    assert_eq!(server.request_count(), 2);
}

#[test]
fn a_deadline_in_the_past_is_an_error_without_a_request() {
    let timeline = Timeline::new();
    let transport = Scripted::new(&timeline, |_| ServerResponse::Token(300));
    let source = transport.source(config());
    let past = TokenOptions::new().with_deadline(timeline.now());
    timeline.advance(seconds(1));
    let mut call = Box::pin(source.token_with(past));
    let Poll::Ready(result) = call.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("the error is not given at once");
    };
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(transport.requests(), 0);
    timeline.run(source.token()).unwrap();
    let error = timeline.run(source.token_with(past)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "with a token as well");
}

#[test]
fn a_deadline_ends_a_stalled_exchange_and_the_next_caller_is_served() {
    let timeline = Timeline::new();
    let transport = Scripted::new(&timeline, |request| match request {
        0 => ServerResponse::Silence,
        _ => ServerResponse::Token(300),
    });
    let source = transport.source(config());
    let began = timeline.now();
    let options = TokenOptions::new().with_deadline(began.saturating_add(seconds(5)));
    let error = timeline.run(source.token_with(options)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(began.until(timeline.now()), seconds(5));
    assert!(!source.status().in_flight);
    assert_eq!(
        timeline.run(source.token()).unwrap().expose_secret(),
        "t0ken-1"
    );
    assert_eq!(transport.requests(), 2);
}

#[test]
fn a_deadline_ends_the_pause_before_a_retry() {
    let timeline = Timeline::new();
    let transport = Scripted::new(&timeline, |_| ServerResponse::Lost);
    let source = transport.source(config());
    let began = timeline.now();
    let deadline = began.saturating_add(std::time::Duration::from_millis(100));
    let options = TokenOptions::new().with_deadline(deadline);
    timeline.run(source.token_with(options)).unwrap_err();
    assert_eq!(began.until(timeline.now()).as_millis(), 100);
    assert_eq!(transport.requests(), 1);
}

#[test]
fn calls_that_were_abandoned_long_ago_cost_a_later_one_no_retry() {
    let timeline = Timeline::new();
    let transport = Scripted::new(&timeline, |request| match request {
        0..3 => ServerResponse::Silence,
        3 => ServerResponse::Lost,
        _ => ServerResponse::Token(300),
    });
    let source = transport.source(config());
    for _ in 0..3 {
        let deadline = timeline.now().saturating_add(seconds(1));
        let options = TokenOptions::new().with_deadline(deadline);
        timeline.run(source.token_with(options)).unwrap_err();
    }
    timeline.advance(seconds(3_600));
    assert_eq!(
        timeline.run(source.token()).unwrap().expose_secret(),
        "t0ken-4"
    );
}

#[test]
fn a_call_whose_retries_come_late_ends_after_its_attempts() {
    let timeline = Timeline::new();
    let transport = Scripted::new(&timeline, |_| ServerResponse::Lost);
    let source = transport.source(config());
    let mut call = Box::pin(source.token());
    let mut context = Context::from_waker(Waker::noop());
    // A machine that was suspended, or a runtime that is busy: each pause is overslept by far.
    for _ in 0..3 {
        assert_eq!(
            call.as_mut().poll(&mut context).is_ready(),
            transport.requests() == 3
        );
        timeline.advance(seconds(60));
    }
    assert_eq!(transport.requests(), 3);
}
