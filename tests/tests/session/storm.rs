//! Many tasks at once: one request, and one outcome for all.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cxone_auth_core::config::{Backoff, RetryPolicy};
use cxone_auth_core::{ErrorKind, TokenSource};
use cxone_auth_tests::{DeafPort, Gate, Reply, Server, Stage};
use tokio::task::JoinSet;

use super::fixture::{
    MAX_WAIT, TokenResult, assert_all_have, config, config_for, direct, reqwest, seconds, soon,
    sources, token, wrong_secret,
};

/// Starts `callers` tasks, calls `then` when all run, and collects what they got.
async fn storm(
    source: &TokenSource,
    callers: u32,
    then: impl Future<Output = ()>,
) -> Vec<TokenResult> {
    let tasks = super::fixture::callers(source, callers).await;
    soon(then).await;
    soon(tasks.join_all()).await
}

/// A storm on each async transport, whose first request gets its response once all callers are
/// there.
async fn storms_on(callers: u32, reply: Reply) -> Vec<Vec<TokenResult>> {
    let mut outcomes = Vec::new();
    for transport in 0..2 {
        let gate = Gate::new();
        let held = reply.clone().after(&gate);
        let server = Server::http(move |_| held.clone());
        let [reqwest, hyper] = sources(&config_for(&server, "the-client"), &direct());
        let source = if transport == 0 { reqwest } else { hyper };
        let opened = async {
            server.requests_arrived(1).await;
            gate.open();
        };
        outcomes.push(storm(&source, callers, opened).await);
        assert_eq!(server.request_count(), 1);
        assert_eq!(server.connections(), 1);
    }
    outcomes
}

fn assert_all_failed(outcomes: &[Vec<TokenResult>], kind: ErrorKind) {
    for results in outcomes {
        let retry_at = results[0].as_ref().unwrap_err().retry_at();
        assert!(retry_at.is_some());
        for result in results {
            let error = result.as_ref().unwrap_err();
            assert_eq!(error.kind(), kind);
            assert_eq!(error.retry_at(), retry_at, "an error of another request");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_tasks_without_a_token_make_one_request() {
    for results in storms_on(10_000, token("t0ken", 3_600)).await {
        assert_eq!(results.len(), 10_000);
        assert_all_have(&results, "t0ken");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_tasks_with_a_wrong_secret_make_one_request() {
    let outcomes = storms_on(2_000, wrong_secret()).await;
    assert_all_failed(&outcomes, ErrorKind::Credentials);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_throttled_tasks_make_one_request() {
    let reply = Reply::empty(429).header("retry-after", "60");
    let outcomes = storms_on(2_000, reply).await;
    assert_all_failed(&outcomes, ErrorKind::Throttled);
    let error = outcomes[0][0].as_ref().unwrap_err();
    assert_eq!(error.retry_after(), Some(seconds(60)));
}

/// Three attempts with next to no pause between them, and a long time until the next call. A call
/// that nobody continues for the longest pause is over, and no machine is as slow as a minute.
fn three_quick_attempts() -> RetryPolicy {
    let cool_down = Backoff::new(seconds(600), seconds(600));
    RetryPolicy::new()
        .with_attempts(3)
        .with_backoff(Backoff::new(Duration::from_millis(1), seconds(60)))
        .with_outage_cool_down(cool_down)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_tasks_before_a_stalled_server_make_as_many_requests_as_one_call() {
    let server = Server::http(|_| Reply::empty(200).stall(Stage::BeforeHead));
    let config = config_for(&server, "the-client").with_retry(three_quick_attempts());
    let options = direct().with_timeout(Duration::from_millis(100));
    for (made, source) in [3, 6].into_iter().zip(sources(&config, &options)) {
        let outcome = storm(&source, 2_000, std::future::ready(())).await;
        assert_all_failed(&[outcome], ErrorKind::Unavailable);
        assert!(server.request_count() <= made);
        assert_eq!(source.status().counts.requests, 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_tasks_that_cannot_connect_try_as_often_as_one_call() {
    let port = DeafPort::new().unwrap();
    let endpoint = format!("http://{}/token", port.address());
    let config = config()
        .with_token_endpoint(endpoint.parse().unwrap())
        .with_retry(three_quick_attempts());
    let options = direct().with_connect_timeout(Duration::from_millis(100));
    for source in sources(&config, &options) {
        let outcome = storm(&source, 2_000, std::future::ready(())).await;
        assert_all_failed(&[outcome], ErrorKind::Unavailable);
        assert_eq!(source.status().counts.requests, 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_tasks_that_give_up_one_token_make_one_renewal() {
    let count = AtomicUsize::new(0);
    let server = Server::http(move |_| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        token(&format!("t0ken-{number}"), 3_600)
    });
    let source = TokenSource::new(config_for(&server, "the-client"), reqwest());
    let mut current = source.token().await.unwrap();
    // The second storm falls into the gap between forced renewals.
    for (renewals, expected) in [(1, "t0ken-1"), (0, "t0ken-1")] {
        let mut tasks = JoinSet::new();
        for _ in 0..1_000 {
            let (source, rejected) = (source.clone(), current.clone());
            tasks.spawn(async move {
                let took_effect = source.invalidate(&rejected);
                (took_effect, source.token().await)
            });
        }
        let (took_effect, results): (Vec<bool>, Vec<_>) =
            soon(tasks.join_all()).await.into_iter().unzip();
        assert_eq!(took_effect.iter().filter(|it| **it).count(), renewals);
        assert_all_have(&results, expected);
        assert_eq!(server.request_count(), 2);
        current = results[0].clone().unwrap();
    }
}

#[test]
fn callers_in_several_runtimes_share_one_request() {
    let gate = Gate::new();
    let held = gate.clone();
    let server = Server::http(move |_| token("t0ken", 3_600).after(&held));
    let source = TokenSource::new(config_for(&server, "the-client"), reqwest());
    let runtimes: Vec<_> = (0..8)
        .map(|_| {
            let source = source.clone();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(storm(&source, 100, std::future::ready(())))
            })
        })
        .collect();
    server.wait_for_requests(1, MAX_WAIT);
    gate.open();
    for runtime in runtimes {
        assert_all_have(&runtime.join().unwrap(), "t0ken");
    }
    assert_eq!(server.request_count(), 1);
}
