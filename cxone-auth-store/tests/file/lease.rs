//! Leases within one process. Each store, clone and thread is a holder of its own.

use std::collections::HashSet;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::store::StoreOutcome::{Done, HeldByAnother};
use cxone_auth_core::store::{BlockingTokenStore as _, Lease, LeaseId};

use super::{Fixture, HOUR, lease};

#[test]
fn one_of_fifty_threads_gets_the_lease() {
    let fixture = Arc::new(Fixture::new());
    for shared in [false, true] {
        let name = fixture.name(if shared { "shared" } else { "each its own" });
        let barrier = Arc::new(Barrier::new(50));
        let threads = (0..50).map(|_| {
            let (fixture, name) = (fixture.clone(), name.clone());
            let barrier = barrier.clone();
            thread::spawn(move || {
                let own = (!shared).then(|| fixture.another());
                barrier.wait();
                let store = own.as_ref().unwrap_or(&fixture.store);
                (store.try_lease(&name, &lease(HOUR)).unwrap(), own)
            })
        });
        // Each store lives until the last thread has tried.
        let threads: Vec<_> = threads.collect();
        let outcomes = threads.into_iter().map(|thread| thread.join().unwrap());
        let outcomes: Vec<_> = outcomes.collect();
        let taken = outcomes.iter().filter(|(outcome, _)| *outcome == Done);
        assert_eq!(taken.count(), 1, "shared: {shared}");
    }
}

#[test]
fn a_lease_is_held_until_it_is_released() {
    let fixture = Fixture::new();
    let (store, other, name) = (&fixture.store, fixture.another(), fixture.one());
    let (mine, theirs) = (lease(HOUR), lease(HOUR));
    assert_eq!(store.try_lease(&name, &mine).unwrap(), Done);
    for another in [store, &other, &store.clone()] {
        assert_eq!(another.try_lease(&name, &theirs).unwrap(), HeldByAnother);
    }
    assert_eq!(other.release(&name, theirs.id).unwrap(), HeldByAnother);
    assert_eq!(store.release(&name, mine.id).unwrap(), Done);
    assert_eq!(store.release(&name, mine.id).unwrap(), HeldByAnother);
    assert_eq!(other.try_lease(&name, &theirs).unwrap(), Done);
}

#[test]
fn each_entry_has_a_lease_of_its_own() {
    let fixture = Fixture::new();
    for name in ["one", "two", "three"] {
        let name = fixture.name(name);
        assert_eq!(fixture.store.try_lease(&name, &lease(HOUR)).unwrap(), Done);
    }
}

/// The store has the lock meanwhile, as a stopped process has it.
#[test]
fn a_lease_whose_span_has_passed_is_free_although_its_lock_is_held() {
    let fixture = Fixture::new();
    let (name, other) = (fixture.one(), fixture.another());
    let (slow, next) = (lease(Duration::ZERO), lease(HOUR));
    assert_eq!(fixture.store.try_lease(&name, &slow).unwrap(), Done);
    assert_eq!(other.try_lease(&name, &next).unwrap(), Done);
    assert_eq!(
        fixture.store.try_lease(&name, &lease(HOUR)).unwrap(),
        HeldByAnother
    );
    // Windows does not remove a file that is open. A sweep does it later.
    let locks = if cfg!(windows) { 2 } else { 1 };
    assert_eq!(
        fixture.files(".held").len(),
        locks,
        "the lock of the slow one is left"
    );
    // Whoever was too slow changes nothing.
    let late = Bytes::from_static(b"late");
    assert_eq!(
        fixture.store.save(&name, slow.id, late, HOUR).unwrap(),
        HeldByAnother
    );
    assert_eq!(
        fixture.store.release(&name, slow.id).unwrap(),
        HeldByAnother
    );
    assert_eq!(fixture.load(&name).unwrap(), None);
    let good = Bytes::from_static(b"good");
    assert_eq!(other.save(&name, next.id, good, HOUR).unwrap(), Done);
    assert_eq!(fixture.load(&name).unwrap().unwrap(), b"good");
}

#[test]
fn a_lease_that_has_ended_saves_nothing_although_nobody_else_has_it() {
    let fixture = Fixture::new();
    let (name, ended) = (fixture.one(), lease(Duration::ZERO));
    assert_eq!(fixture.store.try_lease(&name, &ended).unwrap(), Done);
    let late = Bytes::from_static(b"late");
    assert_eq!(
        fixture.store.save(&name, ended.id, late, HOUR).unwrap(),
        HeldByAnother
    );
    assert_eq!(fixture.load(&name).unwrap(), None);
}

#[test]
fn who_has_the_lease_can_begin_its_span_anew() {
    let fixture = Fixture::new();
    let (name, mine) = (fixture.one(), lease(Duration::ZERO));
    let longer = Lease { span: HOUR, ..mine };
    assert_eq!(fixture.store.try_lease(&name, &mine).unwrap(), Done);
    assert_eq!(fixture.store.try_lease(&name, &longer).unwrap(), Done);
    // Taking another lease drops the locks of leases that have ended.
    let two = fixture.name("two");
    assert_eq!(fixture.store.try_lease(&two, &lease(HOUR)).unwrap(), Done);
    let other = fixture.another();
    assert_eq!(other.try_lease(&name, &lease(HOUR)).unwrap(), HeldByAnother);
    let shorter = Lease {
        span: Duration::ZERO,
        ..mine
    };
    assert_eq!(fixture.store.try_lease(&name, &shorter).unwrap(), Done);
    assert_eq!(other.try_lease(&name, &lease(HOUR)).unwrap(), Done);
}

/// It is as if its process had ended.
#[test]
fn a_store_that_is_dropped_gives_its_leases_back() {
    let fixture = Fixture::new();
    let name = fixture.one();
    let store = fixture.another();
    let clone = store.clone();
    assert_eq!(store.try_lease(&name, &lease(HOUR)).unwrap(), Done);
    drop(store);
    assert_eq!(
        fixture.store.try_lease(&name, &lease(HOUR)).unwrap(),
        HeldByAnother
    );
    drop(clone);
    assert_eq!(fixture.store.try_lease(&name, &lease(HOUR)).unwrap(), Done);
}

#[test]
fn leases_that_nobody_releases_keep_no_file_open() {
    let fixture = Fixture::new();
    for number in 0..200 {
        let name = fixture.name(&number.to_string());
        let ended = lease(Duration::ZERO);
        assert_eq!(fixture.store.try_lease(&name, &ended).unwrap(), Done);
    }
    if cfg!(target_os = "linux") {
        let open = std::fs::read_dir("/proc/self/fd").unwrap();
        let paths = open.filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok());
        let held: HashSet<_> = paths
            .filter(|path| path.starts_with(fixture.store.path()))
            .collect();
        assert!(held.len() <= 1, "{held:?}");
    }
}

#[test]
fn nobody_saves_without_a_lease() {
    let fixture = Fixture::new();
    let (name, entry) = (fixture.one(), Bytes::from_static(b"entry"));
    let nobody = LeaseId::new([7; 16]);
    assert_eq!(
        fixture
            .store
            .save(&name, nobody, entry.clone(), HOUR)
            .unwrap(),
        HeldByAnother
    );
    fixture.store.try_lease(&name, &lease(HOUR)).unwrap();
    assert_eq!(
        fixture.store.save(&name, nobody, entry, HOUR).unwrap(),
        HeldByAnother
    );
    assert_eq!(fixture.load(&name).unwrap(), None);
}
