//! Many threads at once, alone and beside tasks.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use cxone_auth_blocking::{IsahcTransport, UreqTransport};
use cxone_auth_core::source::TokenOptions;
use cxone_auth_core::transport::TransportErrorKind;
use cxone_auth_core::{
    BlockingTokenSource, BlockingTransport, Config, ErrorKind, TokenSource, http,
};
use cxone_auth_tests::{Gate, Reply, Server, Stage};

use super::fixture::{
    MAX_WAIT, TokenResult, assert_all_have, config, config_for, direct, hours, one_attempt,
    reqwest, seconds, token, wrong_secret,
};
use super::simulation::{ServerResponse, Simulation};
use crate::shared::storm::storm;

/// What a thread comes back with, or a failed test when it seems to hang.
fn within_the_wait<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(MAX_WAIT).expect("it hangs")
}

/// Makes a call with ever longer limits, until one is long enough to send a request within it. On a
/// busy machine a short limit may be over before. `call` returns how many requests it made.
fn with_limits(call: impl Fn(Duration) -> usize) {
    let mut limit = Duration::from_millis(50);
    while call(limit) == 0 {
        limit *= 2;
        assert!(limit < MAX_WAIT, "nothing is sent");
    }
}

fn sources(config: &Config) -> [BlockingTokenSource; 2] {
    let isahc = IsahcTransport::with_options(&direct()).unwrap();
    let ureq = UreqTransport::with_options(&direct()).unwrap();
    [
        BlockingTokenSource::new(config.clone(), isahc),
        BlockingTokenSource::new(config.clone(), ureq),
    ]
}

/// What so many threads get that ask at the same moment; `then` runs beside them.
fn ask(source: &BlockingTokenSource, threads: usize, then: impl FnOnce()) -> Vec<TokenResult> {
    let source = source.clone();
    let outcomes = storm(threads, move || source.token(), then);
    outcomes.into_iter().map(Result::unwrap).collect()
}

/// A storm of 500 threads on one of the blocking transports, before a server that responds once
/// they have begun.
fn storm_on(transport: usize, reply: &Reply) -> Vec<TokenResult> {
    let gate = Gate::new();
    let held = reply.clone().after(&gate);
    let server = Server::http(move |_| held.clone());
    let source = &sources(&config_for(&server, "the-client"))[transport];
    let results = ask(source, 500, || {
        server.wait_for_requests(1, MAX_WAIT);
        gate.open();
    });
    assert_eq!(server.request_count(), 1);
    results
}

#[test]
fn five_hundred_threads_without_a_token_make_one_request() {
    for transport in 0..2 {
        assert_all_have(&storm_on(transport, &token("t0ken", 3_600)), "t0ken");
    }
}

#[test]
fn five_hundred_threads_with_a_wrong_secret_make_one_request() {
    for transport in 0..2 {
        for result in storm_on(transport, &wrong_secret()) {
            assert_eq!(result.unwrap_err().kind(), ErrorKind::Credentials);
        }
    }
}

#[test]
fn threads_and_tasks_that_share_a_source_make_one_request() {
    let gate = Gate::new();
    let held = gate.clone();
    let server = Server::http(move |_| token("t0ken", 3_600).after(&held));
    let config = config_for(&server, "the-client");
    let for_tasks = TokenSource::new(config, reqwest());
    let for_threads = for_tasks.blocking(IsahcTransport::with_options(&direct()).unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let tasks: Vec<_> = (0..500)
        .map(|_| {
            let source = for_tasks.clone();
            runtime.spawn(async move { source.token().await })
        })
        .collect();
    let results = ask(&for_threads, 100, || {
        server.wait_for_requests(1, MAX_WAIT);
        gate.open();
    });
    assert_all_have(&results, "t0ken");
    for task in tasks {
        let token = runtime.block_on(task).unwrap().unwrap();
        assert_eq!(token.expose_secret(), "t0ken");
    }
    assert_eq!(server.request_count(), 1);
}

#[test]
fn threads_wait_for_the_pause_before_a_retry() {
    let simulation = Simulation::new(|request| match request {
        0 => ServerResponse::Lost,
        _ => ServerResponse::Token(3_600),
    });
    let clock = cxone_auth_core::source::SystemClock;
    let source = BlockingTokenSource::with_clock(config(), simulation.clone(), clock, 7);
    assert_all_have(&ask(&source, 50, || {}), "t0ken-1");
    assert_eq!(simulation.requests(), 2);
}

#[test]
fn a_thread_whose_deadline_has_passed_makes_no_request() {
    let simulation = Simulation::new(|_| ServerResponse::Token(300));
    let source = simulation.blocking_source(config());
    let past = TokenOptions::new().with_deadline(simulation.now());
    let error = source.token_with(past).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(simulation.requests(), 0);
}

#[test]
fn a_waiting_thread_gives_up_at_its_deadline() {
    let gate = Gate::new();
    let held = gate.clone();
    let server = Server::http(move |_| token("t0ken", 3_600).after(&held));
    let [source, _] = sources(&config_for(&server, "the-client"));
    let requester = source.clone();
    let requester = thread::spawn(move || requester.token());
    server.wait_for_requests(1, MAX_WAIT);
    let deadline = source
        .now()
        .saturating_add(std::time::Duration::from_millis(50));
    let options = TokenOptions::new().with_deadline(deadline);
    assert_eq!(
        source.token_with(options).unwrap_err().kind(),
        ErrorKind::Unavailable
    );
    gate.open();
    assert_eq!(requester.join().unwrap().unwrap().expose_secret(), "t0ken");
    assert_eq!(server.request_count(), 1);
}

#[test]
fn threads_that_give_up_one_token_make_one_renewal() {
    let simulation = Simulation::new(|_| ServerResponse::Token(300));
    let source = simulation.blocking_source(config());
    source.token().unwrap();
    simulation.advance(seconds(31));
    let tokens: Vec<_> = (0..20)
        .map(|_| {
            let source = source.clone();
            let reader = thread::spawn(move || source.token().unwrap());
            reader.join().unwrap()
        })
        .collect();
    let last = tokens.last().unwrap();
    assert!(source.invalidate(last), "whichever thread was handed it");
    assert_eq!(source.token().unwrap().expose_secret(), "t0ken-1");
    assert!(tokens.iter().all(|token| !source.invalidate(token)));
    assert_eq!(simulation.requests(), 2);
}

#[test]
fn threads_do_not_hang_when_the_transport_panics() {
    let simulation = Simulation::new(|request| match request {
        0 => ServerResponse::Panic,
        _ => ServerResponse::Token(300),
    });
    let source = simulation.blocking_source(config().with_retry(one_attempt()));
    let asked = source.clone();
    let outcomes = storm(50, move || asked.token(), || {});
    let (returned, panicked): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!(panicked.len(), 1);
    for result in returned.into_iter().flatten() {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Unavailable);
    }
    simulation.advance(seconds(76));
    assert_eq!(source.token().unwrap().expose_secret(), "t0ken-1");
    assert_eq!(simulation.requests(), 2);
}

#[test]
fn a_limit_ends_the_request_of_a_thread_before_the_transports_timeout() {
    let options = direct().with_timeout(hours(1));
    let isahc: Arc<dyn BlockingTransport> =
        Arc::new(IsahcTransport::with_options(&options).unwrap());
    let ureq: Arc<dyn BlockingTransport> = Arc::new(UreqTransport::with_options(&options).unwrap());
    for transport in [isahc, ureq] {
        assert_eq!(transport.timeout(), hours(1));
        with_limits(|limit| {
            let transport = Arc::clone(&transport);
            let server = Server::http(|_| Reply::of_size(100).stall(Stage::BeforeHead));
            let request = http::Request::post(server.url("/token"));
            let request = request.body(Bytes::from("a=b")).unwrap();
            let result = within_the_wait(move || transport.send_within(request, limit));
            assert_eq!(result.unwrap_err().kind(), TransportErrorKind::Timeout);
            assert!(server.request_count() <= 1);
            server.request_count()
        });
    }
}

#[test]
fn a_thread_that_carries_the_request_gives_it_up_at_its_deadline() {
    let options = direct().with_timeout(hours(1));
    with_limits(|limit| {
        let server = Server::http(|_| Reply::of_size(100).stall(Stage::BeforeHead));
        let transport = UreqTransport::with_options(&options).unwrap();
        let source = BlockingTokenSource::new(config_for(&server, "the-client"), transport);
        let asked = source.clone();
        let result = within_the_wait(move || {
            let deadline = asked.now().saturating_add(limit);
            asked.token_with(TokenOptions::new().with_deadline(deadline))
        });
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Unavailable);
        assert!(!source.status().in_flight);
        assert_eq!(source.status().counts.failures, 0);
        assert!(server.request_count() <= 1);
        server.request_count()
    });
}
