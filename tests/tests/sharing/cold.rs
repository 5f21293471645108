//! Rule 3: without a token, a process waits for who has the lease, and not for ever.

use std::future::pending;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use cxone_auth_blocking::UreqTransport;
use cxone_auth_core::config::{CredentialError, CredentialSource, RetryPolicy, Secret};
use cxone_auth_core::source::{Clock as _, TokenOptions};
use cxone_auth_core::store::{Forget, StoreErrorKind, StoreOptions};
use cxone_auth_core::transport::TransportOptions;
use cxone_auth_core::{BlockingTokenSource, ClientCredentials, Config, ErrorKind};
use cxone_auth_tests::store::MemoryStore;

use super::fleet::{Fleet, LEASE, hours, seconds};
use super::process::keys;
use super::server::{Reply, TIMEOUT, TOKEN};

#[test]
fn forty_processes_that_start_make_one_request() {
    for spawns in [true, false] {
        let fleet = Fleet::of_tokens(TOKEN.after(seconds(3)));
        let start = || fleet.start_with(|setup| setup.spawns = spawns);
        let processes: Vec<_> = (0..40).map(|_| start()).collect();
        assert_eq!(fleet.texts(&processes), ["token-0"; 40]);
        fleet.assert_requests(1);
        // Who waits looks a few times a second.
        assert!(fleet.world.elapsed() <= seconds(3) + Duration::from_millis(250));
    }
}

#[test]
fn the_callers_of_one_process_are_one_for_the_store() {
    let fleet = Fleet::of_tokens(TOKEN.after(seconds(3)));
    let process = fleet.start();
    let callers = (0..50).map(|_| process.token());
    assert!(fleet.world.run_all(callers).iter().all(Result::is_ok));
    assert_eq!(
        process.store.operation_count(),
        5,
        "load, lease, load, save, release"
    );
    fleet.assert_requests(1);
}

#[test]
fn who_comes_later_finds_the_token() {
    let fleet = Fleet::of_tokens(TOKEN);
    let early = fleet.start();
    fleet.text(&early);
    for _ in 0..5 {
        fleet.pass(seconds(300));
        let late = fleet.start();
        assert_eq!(fleet.text(&late), "token-0");
        assert_eq!(late.store.operation_count(), 1);
        assert_eq!(late.events(), ["adopted"]);
    }
    fleet.assert_requests(1);
}

#[test]
fn a_dead_holder_costs_one_more_request() {
    let fleet = Fleet::of_tokens(TOKEN.after(seconds(3)));
    let holder = fleet.start();
    fleet.world.run_for(seconds(1), [holder.token()]);
    fleet.world.kill(holder.number);
    let others = fleet.start_many(20);
    assert_eq!(fleet.texts(&others), ["token-1"; 20]);
    fleet.assert_requests(2);
    let second = fleet.asked()[1].at;
    assert!(
        second >= LEASE && second <= LEASE + seconds(1),
        "{second:?}"
    );
}

#[test]
fn a_stopped_holder_costs_one_more_request_and_adopts_its_token() {
    let fleet = Fleet::of_tokens(TOKEN.after(seconds(3)));
    let holder = fleet.start();
    fleet.world.run_for(seconds(1), [holder.token()]);
    fleet.world.stop(holder.number);
    let others = fleet.start_many(20);
    assert_eq!(fleet.texts(&others), ["token-1"; 20]);
    fleet.pass(seconds(60));
    fleet.world.resume(holder.number);
    assert_eq!(fleet.text(&holder), "token-1");
    fleet.assert_requests(2);
}

#[test]
fn a_lease_that_never_ends_is_waited_for_once() {
    let fleet = Fleet::of_tokens(TOKEN);
    let process = fleet.start();
    fleet.text(&process);
    let name = fleet.name();
    fleet.store.lose_everything();
    fleet.store.occupy(&name, hours(10));
    let other = fleet.start();
    assert_eq!(fleet.text(&other), "token-1");
    assert!(fleet.world.elapsed() >= LEASE);
    assert_eq!(other.events(), ["store_failed: unavailable", "fetched"]);
    let waited = fleet.world.elapsed();
    assert_eq!(fleet.text(&other), "token-1");
    assert_eq!(fleet.world.elapsed(), waited);
    fleet.assert_requests(2);
}

#[test]
fn a_callers_deadline_ends_its_wait_and_sends_nothing() {
    let fleet = Fleet::of_tokens(TOKEN.after(seconds(5)));
    let [holder, waiter] = [fleet.start(), fleet.start()];
    fleet.world.run_for(seconds(1), [holder.token()]);
    let deadline = fleet.world.clock().now().saturating_add(seconds(2));
    let hasty = waiter.token_with(TokenOptions::new().with_deadline(deadline));
    let error = fleet.run(hasty).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(fleet.world.elapsed(), seconds(3));
    assert_eq!(fleet.text(&waiter), "token-0");
    fleet.assert_requests(1);
}

#[test]
fn a_silent_server_is_asked_by_one_process_at_a_time() {
    let fleet = Fleet::new(|asked| match asked.number {
        0 | 1 => Reply::silence(),
        _ => TOKEN,
    });
    let processes = fleet.start_many(10);
    let _ = fleet.tokens(&processes);
    let asked = fleet.asked();
    for pair in asked.windows(2).take(2) {
        assert!(pair[1].since(&pair[0]) >= TIMEOUT, "{asked:?}");
    }
    fleet.pass(seconds(120));
    fleet.texts(&processes);
    assert!(fleet.asked().len() <= 4, "{:?}", fleet.asked());
}

/// A secret that is never read to its end.
struct Hangs;

#[async_trait]
impl CredentialSource<Secret> for Hangs {
    async fn read(&self) -> Result<Secret, CredentialError> {
        pending().await
    }
}

#[test]
fn a_secret_that_cannot_be_read_costs_the_transports_timeout() {
    for spawns in [true, false] {
        let fleet = Fleet::of_tokens(TOKEN);
        let process = fleet.start_with(|setup| {
            let credentials = ClientCredentials::from_source("the-client", Hangs);
            let endpoint = "https://as.example.com/token".parse().unwrap();
            let policy = RetryPolicy::new().with_attempts(1);
            setup.config = Config::custom(endpoint, credentials)
                .unwrap()
                .with_retry(policy);
            setup.spawns = spawns;
        });
        let error = fleet.run(process.token()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        // A source with a limit of its own has this time to say so.
        let elapsed = TIMEOUT + Duration::from_millis(100);
        assert_eq!(fleet.world.elapsed(), elapsed);
        let source = process.source.clone();
        let forgetting = async move { source.forget_stored(Forget::All).await };
        let error = fleet.run(forgetting).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        assert_eq!(fleet.world.elapsed(), elapsed + TIMEOUT);
        fleet.assert_requests(0);
    }
}

#[test]
fn a_thread_waits_for_a_secret_for_the_transports_timeout() {
    let credentials = ClientCredentials::from_source("the-client", Hangs);
    let endpoint = "https://as.example.com/token".parse().unwrap();
    let policy = RetryPolicy::new().with_attempts(1);
    let config = Config::custom(endpoint, credentials).unwrap();
    let options = TransportOptions::new().with_timeout(Duration::from_millis(100));
    let transport = UreqTransport::with_options(&options).unwrap();
    let source = BlockingTokenSource::new(config.with_retry(policy), transport);
    let source = source.with_store(MemoryStore::new(), StoreOptions::new(keys()));
    let began = Instant::now();
    assert_eq!(source.token().unwrap_err().kind(), ErrorKind::Unavailable);
    assert!(began.elapsed() < seconds(2), "{:?}", began.elapsed());
}
