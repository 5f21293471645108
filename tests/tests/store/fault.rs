//! What a test can have the store in memory do wrong.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::source::ManualClock;
use cxone_auth_core::store::StoreOutcome::{self, Done, HeldByAnother};
use cxone_auth_core::store::{
    BlockingTokenStore, EntryName, Lease, LeaseId, StoreError, StoreErrorKind, TokenStore,
};
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{BlockingTransport, Transport};
use cxone_auth_tests::store::{Fault, MemoryStore, Operation};

const MINUTE: Duration = Duration::from_mins(1);

/// A store of one name, with simulated time.
struct Fixture {
    store: MemoryStore,
    clock: ManualClock,
}

/// A sleep that moves the clock.
struct Sleep(ManualClock);

#[async_trait]
impl Transport for Sleep {
    async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        Err(TransportError::new(TransportErrorKind::Other))
    }

    async fn sleep(&self, span: Duration) {
        self.0.advance(span);
    }
}

impl BlockingTransport for Sleep {
    fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        Err(TransportError::new(TransportErrorKind::Other))
    }

    fn sleep(&self, span: Duration) {
        self.0.advance(span);
    }
}

fn name() -> EntryName {
    EntryName::new([1; 32])
}

fn id(number: u8) -> LeaseId {
    LeaseId::new([number; 16])
}

fn lease(store: &MemoryStore, number: u8) -> Result<StoreOutcome, StoreError> {
    let lease = Lease {
        id: id(number),
        span: MINUTE,
    };
    BlockingTokenStore::try_lease(store, &name(), &lease)
}

fn save(store: &MemoryStore, number: u8, entry: &'static [u8]) -> Result<StoreOutcome, StoreError> {
    BlockingTokenStore::save(store, &name(), id(number), entry.into(), 10 * MINUTE)
}

fn load(store: &MemoryStore) -> Option<Bytes> {
    let found = BlockingTokenStore::load(store, &name());
    found.expect("it does not fail").map(|entry| entry.bytes)
}

impl Fixture {
    /// Returns a store in which process 1 has saved `entry` and has the lease.
    fn with(entry: &'static [u8]) -> Self {
        let clock = ManualClock::default();
        clock.advance(10 * MINUTE);
        let store = MemoryStore::with_clock(clock.clone())
            .with_sleep(Sleep(clock.clone()))
            .with_blocking_sleep(Sleep(clock.clone()));
        assert_eq!(lease(&store, 1).ok(), Some(Done));
        assert_eq!(save(&store, 1, entry).ok(), Some(Done));
        Self { store, clock }
    }
}

fn poll<T>(future: impl Future<Output = T>) -> Poll<T> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn entries_and_leases_are_lost_together_or_alone() {
    let Fixture { store, .. } = Fixture::with(b"entry");
    store.evict();
    assert_eq!(load(&store), None);
    assert_eq!(lease(&store, 2).ok(), Some(HeldByAnother));

    let Fixture { store, .. } = Fixture::with(b"entry");
    store.lose_leases();
    assert_eq!(load(&store).as_deref(), Some(&b"entry"[..]));
    assert_eq!(lease(&store, 2).ok(), Some(Done));

    let Fixture { store, .. } = Fixture::with(b"entry");
    store.lose_everything();
    assert_eq!(load(&store), None);
    assert_eq!(lease(&store, 2).ok(), Some(Done));
}

#[test]
fn a_stolen_lease_ends_with_its_span() {
    let Fixture { store, clock } = Fixture::with(b"entry");
    store.steal_leases();
    assert_eq!(save(&store, 1, b"late").ok(), Some(HeldByAnother));
    assert_eq!(lease(&store, 1).ok(), Some(HeldByAnother));
    clock.advance(MINUTE);
    assert_eq!(lease(&store, 2).ok(), Some(Done));
    store.occupy(&name(), MINUTE);
    assert_eq!(lease(&store, 2).ok(), Some(HeldByAnother));
}

#[test]
fn a_replica_that_takes_over_is_behind() {
    let Fixture { store, clock } = Fixture::with(b"first");
    clock.advance(Duration::from_secs(10));
    assert_eq!(save(&store, 1, b"second").ok(), Some(Done));
    clock.advance(Duration::from_secs(1));
    store.fail_over(Duration::from_millis(500));
    assert_eq!(load(&store).as_deref(), Some(&b"second"[..]));
    store.fail_over(Duration::from_secs(2));
    assert_eq!(load(&store).as_deref(), Some(&b"first"[..]));
    assert_eq!(
        lease(&store, 2).ok(),
        Some(HeldByAnother),
        "it has the lease"
    );
    store.fail_over(MINUTE);
    assert_eq!(load(&store), None);
    assert_eq!(lease(&store, 2).ok(), Some(Done), "the lease is lost");
}

#[test]
fn a_backup_ends_when_it_would_have_and_a_replay_begins_anew() {
    let Fixture { store, clock } = Fixture::with(b"first");
    let backup = store.snapshot();
    assert_eq!(save(&store, 1, b"second").ok(), Some(Done));
    store.restore(&backup);
    assert_eq!(load(&store).as_deref(), Some(&b"first"[..]));
    clock.advance(10 * MINUTE);
    store.restore(&backup);
    assert_eq!(load(&store), None);
    store.replay(&backup, MINUTE);
    assert_eq!(load(&store).as_deref(), Some(&b"first"[..]));
    clock.advance(MINUTE);
    assert_eq!(load(&store), None);
}

#[test]
fn entries_are_changed_and_put_by_anybody() {
    let Fixture { store, .. } = Fixture::with(b"entry");
    store.corrupt(|bytes| bytes.truncate(3));
    assert_eq!(load(&store).as_deref(), Some(&b"ent"[..]));
    let moved = EntryName::new([2; 32]);
    store.put(&moved, store.entries()[0].1.clone(), MINUTE);
    let names: Vec<_> = store.entries().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, [name(), moved]);
}

#[test]
fn faults_and_counts_belong_to_a_connection() {
    let Fixture { store, .. } = Fixture::with(b"entry");
    let other = store.connect();
    other.fail_if(|operation| {
        (operation == Operation::Save).then_some(Fault::Error(StoreErrorKind::Damaged))
    });
    assert_eq!(load(&other).as_deref(), Some(&b"entry"[..]));
    let failed = save(&other, 1, b"next").map_err(|error| error.kind());
    assert_eq!(failed, Err(StoreErrorKind::Damaged));
    assert_eq!(save(&store, 1, b"next").ok(), Some(Done));
    other.recover();
    assert_eq!(save(&other, 1, b"last").ok(), Some(Done));
    assert_eq!(load(&store).as_deref(), Some(&b"last"[..]));
    let counts = [Operation::Load, Operation::Save].map(|operation| other.count_of(operation));
    assert_eq!((counts, other.operation_count()), ([1, 2], 3));
    assert_eq!(store.count_of(Operation::TryLease), 1);
}

#[test]
fn an_operation_is_late_on_its_way_there_or_back() {
    let second = Duration::from_secs(1);
    for (fault, found) in [
        (Fault::Late(10 * MINUTE), None),
        (Fault::LateResponse(10 * MINUTE), Some(&b"entry"[..])),
    ] {
        let Fixture { store, clock } = Fixture::with(b"entry");
        clock.advance(second);
        store.fail(fault);
        assert_eq!(load(&store).as_deref(), found, "{fault:?}");

        let Fixture { store, .. } = Fixture::with(b"entry");
        store.fail(fault);
        let Poll::Ready(Ok(loaded)) = poll(TokenStore::load(&store, &name())) else {
            panic!("the sleep of the fixture is over at once");
        };
        assert_eq!(
            loaded.map(|entry| entry.bytes).as_deref(),
            found,
            "{fault:?}"
        );
    }
}

#[test]
fn silence_changes_nothing_and_a_lost_response_hides_a_change() {
    for (fault, found) in [
        (Fault::Silence, &b"entry"[..]),
        (Fault::LostResponse, b"next"),
    ] {
        let Fixture { store, .. } = Fixture::with(b"entry");
        store.fail(fault);
        let name = name();
        let saved = TokenStore::save(&store, &name, id(1), "next".into(), MINUTE);
        assert!(poll(saved).is_pending());
        store.recover();
        assert_eq!(load(&store).as_deref(), Some(found), "{fault:?}");

        store.fail(fault);
        let failed = save(&store, 1, b"next").map_err(|error| error.kind());
        assert_eq!(
            failed,
            Err(StoreErrorKind::Unavailable),
            "a thread does not hang"
        );
    }
}
