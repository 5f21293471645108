//! Blocking sources: they share with each other, and with sources of tasks.

use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_blocking::UreqTransport;
use cxone_auth_core::config::{CredentialError, CredentialSource, Secret};
use cxone_auth_core::source::Clock as _;
use cxone_auth_core::source::TokenOptions;
use cxone_auth_core::store::{
    EntryName, Lease, LeaseId, StoreError, StoreErrorKind, StoreOptions, StoreOutcome, StoredEntry,
    TokenStore,
};
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{
    BlockingTokenSource, BlockingTransport, ClientCredentials, Config, ErrorKind,
};
use cxone_auth_tests::store::{Fault, MemoryStore, Operation, TestKeys};
use cxone_auth_tests::{Gate, Reply as HttpReply, Server};
use http::{Request, Response};
use serde_json::json;

use super::fleet::{Fleet, LEASE, hours, seconds};
use super::process::{config, text};
use super::server::{Reply, TOKEN};
use super::world::World;

/// A blocking process, with its connection to the store.
fn blocking(fleet: &Fleet) -> (BlockingTokenSource, MemoryStore) {
    let store = fleet.store.connect();
    let line = fleet.line(false);
    let source = BlockingTokenSource::with_clock(config(), line, fleet.world.clock(), 7);
    let options = StoreOptions::new(fleet.keys.clone());
    (source.with_store(store.clone(), options), store)
}

#[test]
fn tasks_and_threads_share_one_token() {
    let fleet = Fleet::of_tokens(TOKEN);
    let (first, _) = blocking(&fleet);
    assert_eq!(text(&first.token().unwrap()), "token-0");
    assert_eq!(fleet.text(&fleet.start()), "token-0");
    let (late, store) = blocking(&fleet);
    let token = late.token().unwrap();
    assert_eq!(text(&token), "token-0");
    assert_eq!(store.operation_count(), 1);
    fleet.pass(seconds(60));
    // A revocation is one request for all kinds.
    assert!(late.invalidate(&token));
    assert_eq!(text(&late.token().unwrap()), "token-1");
    let own = first.token().unwrap();
    assert!(first.invalidate(&own));
    assert_eq!(text(&first.token().unwrap()), "token-1");
    fleet.assert_requests(2);
}

#[test]
fn a_blocking_side_of_a_source_uses_the_blocking_side_of_its_store() {
    let fleet = Fleet::of_tokens(TOKEN);
    let process = fleet.start();
    let side = process.source.blocking(fleet.line(false));
    assert_eq!(text(&side.token().unwrap()), "token-0");
    assert_eq!(
        process.store.operation_count(),
        5,
        "load, lease, load, save, release"
    );
    assert_eq!(fleet.text(&process), "token-0");
    assert_eq!(fleet.text(&fleet.start()), "token-0");
    fleet.assert_requests(1);
}

#[test]
fn a_fresh_token_of_a_thread_never_touches_the_store() {
    let fleet = Fleet::of_tokens(TOKEN);
    let (source, store) = blocking(&fleet);
    source.token().unwrap();
    let operations = store.operation_count();
    for _ in 0..26 {
        source.token().unwrap();
        fleet.pass(seconds(100));
    }
    assert_eq!(store.operation_count(), operations);
}

#[test]
fn a_thread_waits_for_a_dead_holder_and_not_for_ever() {
    let fleet = Fleet::of_tokens(TOKEN);
    let (first, _) = blocking(&fleet);
    first.token().unwrap();
    let name = fleet.name();
    for (span, longest) in [
        (LEASE, LEASE + seconds(1)),
        (hours(10), 2 * LEASE + seconds(1)),
    ] {
        fleet.store.lose_everything();
        fleet.store.occupy(&name, span);
        let before = fleet.world.elapsed();
        let (waiting, _) = blocking(&fleet);
        waiting.token().unwrap();
        let waited = fleet.world.since(before);
        assert!(waited >= LEASE && waited <= longest, "{waited:?}");
    }
    fleet.assert_requests(3);
}

#[test]
fn a_threads_deadline_ends_its_wait_and_sends_nothing() {
    let fleet = Fleet::of_tokens(TOKEN);
    let (first, _) = blocking(&fleet);
    first.token().unwrap();
    let name = fleet.name();
    fleet.store.lose_everything();
    fleet.store.occupy(&name, hours(1));
    let (waiting, _) = blocking(&fleet);
    let before = fleet.world.elapsed();
    let deadline = fleet.world.clock().now().saturating_add(seconds(2));
    let error = waiting
        .token_with(TokenOptions::new().with_deadline(deadline))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(fleet.world.since(before), seconds(2));
    fleet.assert_requests(1);
}

/// Returns what a call has brought, and how far beyond its deadline it has ended.
fn hasty(
    fleet: &Fleet,
    source: &BlockingTokenSource,
    limit: Duration,
) -> (Result<String, ErrorKind>, Duration) {
    let before = fleet.world.elapsed();
    let deadline = fleet.world.clock().now().saturating_add(limit);
    let result = source.token_with(TokenOptions::new().with_deadline(deadline));
    let result = result.map(|obtained| text(&obtained.token));
    let beyond = fleet.world.since(before).saturating_sub(limit);
    (result.map_err(|error| error.kind()), beyond)
}

const LIMIT: Duration = Duration::from_millis(100);
const SLOW: Duration = Duration::from_millis(900);

/// Delays one operation.
fn delay(store: &MemoryStore, operation: Operation) {
    store.fail_if(move |own| (own == operation).then_some(Fault::Late(SLOW)));
}

#[test]
fn a_slow_store_holds_a_thread_beyond_its_deadline_for_one_operation() {
    for late in [300, 700, 900].map(Duration::from_millis) {
        let fleet = Fleet::of_tokens(TOKEN);
        let (source, store) = blocking(&fleet);
        store.fail(Fault::Late(late));
        for calls in 1..=3 {
            let (result, beyond) = hasty(&fleet, &source, LIMIT);
            assert_eq!(result, Err(ErrorKind::Unavailable));
            assert_eq!(beyond, late.saturating_sub(LIMIT));
            assert_eq!(store.operation_count(), calls);
            // The next request has its minimum interval.
            fleet.pass(seconds(10));
        }
        fleet.assert_requests(0);
    }
}

#[test]
fn a_slow_store_holds_a_thread_with_a_token_for_one_operation() {
    let fleet = Fleet::of_tokens(TOKEN);
    let (source, store) = blocking(&fleet);
    source.token().unwrap();
    fleet.pass(seconds(3_100));
    store.fail(Fault::Late(SLOW));
    for _ in 0..3 {
        let (result, beyond) = hasty(&fleet, &source, LIMIT);
        assert_eq!(result.as_deref(), Ok("token-0"));
        assert!(beyond <= SLOW, "{beyond:?}");
    }
    fleet.assert_requests(1);
}

#[test]
fn a_thread_sends_nothing_after_its_deadline_and_gives_its_lease_back() {
    let fleet = Fleet::of_tokens(TOKEN);
    let (source, store) = blocking(&fleet);
    delay(&store, Operation::TryLease);
    let (result, beyond) = hasty(&fleet, &source, LIMIT);
    assert_eq!(result, Err(ErrorKind::Unavailable));
    assert!(beyond < SLOW, "{beyond:?}");
    assert_eq!(store.count_of(Operation::Release), 1);
    fleet.assert_requests(0);
    let before = fleet.world.elapsed();
    assert_eq!(fleet.text(&fleet.start()), "token-0");
    assert_eq!(fleet.world.since(before), Duration::ZERO);
}

#[test]
fn a_token_that_a_slow_store_saves_after_the_deadline_is_kept() {
    let fleet = Fleet::of_tokens(TOKEN);
    let (source, store) = blocking(&fleet);
    delay(&store, Operation::Save);
    let (result, beyond) = hasty(&fleet, &source, LIMIT);
    assert_eq!(result.as_deref(), Ok("token-0"));
    assert!(beyond < SLOW, "{beyond:?}");
    assert_eq!(text(&source.token().unwrap()), "token-0");
    assert_eq!(fleet.text(&fleet.start()), "token-0");
    fleet.assert_requests(1);
}

/// A transport that panics.
struct Panics;

impl BlockingTransport for Panics {
    fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        panic!("the test has this transport panic");
    }
}

#[test]
fn a_transport_that_panics_leaves_no_lease() {
    let fleet = Fleet::of_tokens(TOKEN);
    let store = fleet.store.connect();
    let options = StoreOptions::new(fleet.keys.clone());
    let source = BlockingTokenSource::with_clock(config(), Panics, fleet.world.clock(), 7);
    let source = source.with_store(store.clone(), options);
    assert!(thread::spawn(move || source.token()).join().is_err());
    assert_eq!(store.count_of(Operation::Release), 1);
    assert_eq!(fleet.text(&fleet.start()), "token-0");
    assert_eq!(fleet.world.elapsed(), Duration::ZERO);
}

/// A secret that takes longer to read than the call may last. Nobody else can have its thread.
struct Slow(World);

#[async_trait]
impl CredentialSource<Secret> for Slow {
    async fn read(&self) -> Result<Secret, CredentialError> {
        self.0.sleep_blocking(SLOW);
        Ok(Secret::new("s3cret"))
    }
}

#[test]
fn a_thread_that_reads_its_secret_until_its_deadline_sends_nothing() {
    let fleet = Fleet::of_tokens(TOKEN);
    for is_shared in [false, true] {
        let slow = Slow(fleet.world.clone());
        let credentials = ClientCredentials::from_source("the-client", slow);
        let endpoint = "https://as.example.com/token".parse().unwrap();
        let config = Config::custom(endpoint, credentials).unwrap();
        let clock = fleet.world.clock();
        let mut source = BlockingTokenSource::with_clock(config, fleet.line(false), clock, 7);
        if is_shared {
            let options = StoreOptions::new(fleet.keys.clone());
            source = source.with_store(fleet.store.connect(), options);
        }
        let (result, beyond) = hasty(&fleet, &source, LIMIT);
        assert_eq!(result, Err(ErrorKind::Unavailable));
        assert!(beyond < SLOW, "{beyond:?}");
        fleet.assert_requests(0);
    }
}

#[test]
fn a_thread_in_the_early_window_keeps_its_token_if_another_has_the_lease() {
    let fleet = Fleet::of_tokens(TOKEN);
    let (source, store) = blocking(&fleet);
    source.token().unwrap();
    fleet.pass(seconds(3_100));
    fleet.store.occupy(&fleet.name(), LEASE);
    let before = fleet.world.elapsed();
    for _ in 0..10 {
        assert_eq!(text(&source.token().unwrap()), "token-0");
    }
    assert_eq!(fleet.world.elapsed(), before);
    assert_eq!(
        store.count_of(Operation::TryLease),
        2,
        "it asks once, and pauses"
    );
    fleet.pass(LEASE);
    assert_eq!(text(&source.token().unwrap()), "token-1");
    fleet.assert_requests(2);
}

#[test]
fn a_store_that_fails_costs_a_thread_one_request_of_its_own() {
    for fault in [
        Fault::Error(StoreErrorKind::Unavailable),
        Fault::Error(StoreErrorKind::Damaged),
        Fault::Silence,
        Fault::LostResponse,
        Fault::Late(Duration::from_secs(2)),
    ] {
        let fleet = Fleet::of_tokens(TOKEN);
        let (source, store) = blocking(&fleet);
        store.fail(fault);
        for _ in 0..10 {
            assert_eq!(text(&source.token().unwrap()), "token-0", "{fault:?}");
            fleet.pass(seconds(10));
        }
        fleet.assert_requests(1);
    }
}

#[test]
fn threads_share_a_refusal() {
    let fleet = Fleet::of_tokens(Reply::refusal(401, r#"{"error":"invalid_client"}"#));
    let (first, _) = blocking(&fleet);
    assert_eq!(first.token().unwrap_err().asked_ago(), None);
    fleet.pass(seconds(5));
    let (second, _) = blocking(&fleet);
    let told = second.token().unwrap_err();
    assert_eq!(told.asked_ago(), Some(seconds(5)));
    fleet.assert_requests(1);
}

/// A store for tasks alone.
pub(super) struct ForTasks(pub(super) MemoryStore);

#[async_trait]
impl TokenStore for ForTasks {
    async fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>, StoreError> {
        TokenStore::load(&self.0, name).await
    }

    async fn try_lease(&self, name: &EntryName, lease: &Lease) -> Result<StoreOutcome, StoreError> {
        TokenStore::try_lease(&self.0, name, lease).await
    }

    async fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> Result<StoreOutcome, StoreError> {
        TokenStore::save(&self.0, name, lease, entry, keep).await
    }

    async fn release(&self, name: &EntryName, lease: LeaseId) -> Result<StoreOutcome, StoreError> {
        TokenStore::release(&self.0, name, lease).await
    }

    async fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome, StoreError> {
        TokenStore::remove_if(&self.0, name, entry).await
    }
}

#[test]
fn without_a_blocking_side_a_thread_asks_itself_and_says_so() {
    let fleet = Fleet::of_tokens(TOKEN);
    let store = fleet.store.connect();
    let options = StoreOptions::new(fleet.keys.clone());
    let process = fleet.start();
    let source = process.source.with_store(ForTasks(store.clone()), options);
    let side = source.blocking(fleet.line(false));
    assert_eq!(text(&side.token().unwrap()), "token-0");
    assert_eq!(store.operation_count(), 0);
    let error = side.status().store_error.unwrap();
    assert_eq!(error.kind(), StoreErrorKind::Configuration);
    fleet.assert_requests(1);
}

#[test]
fn a_cold_start_of_real_threads_is_one_request() {
    let gate = Gate::new();
    let held = gate.clone();
    let reply = HttpReply::json(200, &json!({ "access_token": "t", "expires_in": 3600 }));
    let server = Server::http(move |_| reply.clone().after(&held));
    let store = MemoryStore::new();
    let stores: Vec<_> = (0..16).map(|_| store.connect()).collect();
    let start = |store: &MemoryStore| {
        let (store, url) = (store.clone(), server.url("/token"));
        thread::spawn(move || real_token(&url, store))
    };
    let threads: Vec<_> = stores.iter().map(start).collect();
    // The server responds when all others have asked for the lease in vain, and again.
    let waits = |store: &&MemoryStore| store.count_of(Operation::TryLease) >= 2;
    eventually(|| stores.iter().filter(waits).count() == stores.len() - 1);
    gate.open();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), "t");
    }
    assert_eq!(server.request_count(), 1);
}

fn real_token(url: &str, store: MemoryStore) -> String {
    let credentials = ClientCredentials::new("client", "s3cret");
    let config = Config::custom(url.parse().unwrap(), credentials).unwrap();
    let options = StoreOptions::new(TestKeys::new("fleet"));
    let source = BlockingTokenSource::new(config, UreqTransport::new().unwrap());
    text(&source.with_store(store, options).token().unwrap())
}

/// Waits until other threads have brought something about.
#[track_caller]
fn eventually(has_happened: impl Fn() -> bool) {
    for _ in 0..60_000 {
        if has_happened() {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
    panic!("it does not happen");
}
