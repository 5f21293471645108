//! What time does to an entry and to a lease: files as they were written at another time.

use std::cell::Cell;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use cxone_auth_core::store::StoreOutcome::{self, Done, HeldByAnother};
use cxone_auth_core::store::{
    BlockingTokenStore as _, EntryName, Lease, LeaseId, Seal as _, StoreErrorKind,
};

use super::FileStore;
use super::name::Name;
use super::reading::{Boot, Reading};
use super::record::{self, Kind, Record};

/// A store in a directory that is removed at the end.
struct Fixture {
    store: FileStore,
    name: EntryName,
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.store.path());
    }
}

/// How a clock has moved since a file was written, in seconds.
#[derive(Clone, Copy)]
struct Moved {
    wall: i64,
    /// `None` means that the machine was started again.
    boot: Option<i64>,
}

impl Fixture {
    fn new(of: &str) -> Self {
        let name = format!("cxone-auth-store-time-{of}-{}", std::process::id());
        let store = FileStore::open(std::env::temp_dir().join(name)).unwrap();
        let name = EntryName::new(store.keys().name(b"a request"));
        Self { store, name }
    }

    fn path(&self, end: &str) -> PathBuf {
        self.store.path().join(format!("{}.{end}", self.name))
    }

    /// Writes a file as if its clocks had moved since.
    fn write(&self, kind: Kind, span: u64, moved: Moved, content: &[u8]) {
        let record = Record {
            from: before(&Reading::now(), moved),
            span: Duration::from_secs(span),
            content,
        };
        let bytes = record::write(self.store.ring(), kind, self.name.as_str(), &record);
        let end = match kind {
            Kind::Entry => "entry",
            Kind::Lease => "lease",
        };
        fs::write(self.path(end), bytes).unwrap();
        set_mode(&self.path(end));
    }

    /// What is left of an entry for 100 seconds, in seconds.
    fn left(&self, moved: Moved) -> Option<u64> {
        self.write(Kind::Entry, 100, moved, b"the entry");
        let entry = self.store.load(&self.name).unwrap()?;
        assert_eq!(&entry.bytes[..], b"the entry");
        // A little time passes in between.
        Some(entry.remaining.unwrap().as_secs().next_multiple_of(10))
    }

    /// What comes of an attempt to take a lease for 100 seconds, whose holder lives.
    fn attempt(&self, moved: Moved) -> StoreOutcome {
        let holder = LeaseId::new([1; 16]);
        let held = self.store.directory().unwrap();
        let lock = format!("{}.{holder}.held", self.name);
        let _lock = held.try_lock(&lock).unwrap().unwrap();
        self.write(Kind::Lease, 100, moved, holder.to_string().as_bytes());
        let lease = Lease {
            id: LeaseId::new([2; 16]),
            span: Duration::from_secs(1),
        };
        let outcome = self.store.try_lease(&self.name, &lease).unwrap();
        self.store.release(&self.name, lease.id).unwrap();
        outcome
    }
}

fn before(now: &Reading, moved: Moved) -> Reading {
    let shift = |clock: Duration, by: i64| match by {
        0.. => clock.saturating_sub(Duration::from_secs(by.unsigned_abs())),
        _ => clock + Duration::from_secs(by.unsigned_abs()),
    };
    let boot = now.boot.as_ref().map(|boot| match moved.boot {
        Some(by) => Boot {
            id: boot.id.clone(),
            up: shift(boot.up, by),
        },
        None => Boot {
            id: "another".to_owned(),
            up: boot.up,
        },
    });
    Reading {
        wall: shift(now.wall, moved.wall),
        boot,
    }
}

#[cfg(unix)]
fn set_mode(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &std::path::Path) {}

/// How the clocks have moved, what is left of 100 seconds on Linux, and what is left where a boot
/// has no name.
type Case = (Moved, Option<u64>, Option<u64>);

const CASES: &[(&str, Case)] = &[
    ("nothing", (moved(0, Some(0)), Some(100), Some(100))),
    ("time", (moved(40, Some(40)), Some(60), Some(60))),
    ("all of it", (moved(100, Some(100)), None, None)),
    (
        "it slept, and nobody has set its clock since",
        (moved(0, Some(60)), Some(40), Some(100)),
    ),
    (
        "the clock was set forward",
        (moved(60, Some(0)), Some(40), Some(40)),
    ),
    (
        "the clock was set back",
        (moved(-3_600, Some(40)), Some(60), None),
    ),
    ("another boot", (moved(40, None), Some(60), Some(60))),
    (
        "another boot, after a whole day",
        (moved(86_400, None), None, None),
    ),
    (
        "another boot, with an earlier clock",
        (moved(-5, None), None, None),
    ),
    (
        "an earlier snapshot of the machine",
        (moved(5, Some(-5)), None, Some(100)),
    ),
];

const fn moved(wall: i64, boot: Option<i64>) -> Moved {
    Moved { wall, boot }
}

fn here((_, linux, elsewhere): Case) -> Option<u64> {
    let has_boots = cfg!(any(target_os = "linux", target_os = "android"));
    if has_boots { linux } else { elsewhere }
}

#[test]
fn what_is_left_of_an_entry_is_right_after_sleeps_and_changes_of_the_clock() {
    let fixture = Fixture::new("entry");
    for (what, case) in CASES {
        assert_eq!(fixture.left(case.0), here(*case), "{what}");
    }
}

#[test]
fn a_lease_ends_by_the_same_clocks() {
    let fixture = Fixture::new("lease");
    for (what, case) in CASES {
        let expected = match here(*case) {
            Some(_) => HeldByAnother,
            None => Done,
        };
        assert_eq!(fixture.attempt(case.0), expected, "{what}");
    }
}

/// A crash of the machine may leave it empty, and another version may write it otherwise.
#[test]
fn a_lease_that_cannot_be_read_is_free() {
    let fixture = Fixture::new("unreadable");
    for content in ["", "cxone-auth st", "cxone-auth store lease 2\nmore\n"] {
        fs::write(fixture.path("lease"), content).unwrap();
        set_mode(&fixture.path("lease"));
        let lease = Lease {
            id: LeaseId::new([2; 16]),
            span: Duration::from_secs(100),
        };
        assert_eq!(
            fixture.store.try_lease(&fixture.name, &lease).unwrap(),
            Done
        );
        assert_eq!(
            fixture.store.release(&fixture.name, lease.id).unwrap(),
            Done
        );
    }
}

/// It writes for longer than its lease lasts.
#[test]
fn who_loses_the_lease_while_it_writes_changes_nothing() {
    let fixture = Fixture::new("slow");
    let slow = LeaseId::new([1; 16]).to_string();
    let next = Lease {
        id: LeaseId::new([2; 16]),
        span: Duration::from_secs(100),
    };
    let (store, name) = (&fixture.store, Name::new(&fixture.name));
    let directory = store.directory().unwrap();
    let span = Duration::from_secs(100);
    let late = store.write(&directory, &name, &slow, b"late", span);
    let late = late.unwrap();
    assert_eq!(store.try_lease(&fixture.name, &next).unwrap(), Done);
    let published = store.publish(&directory, &name, &slow, &late);
    assert_eq!(published.unwrap(), HeldByAnother);
    assert_eq!(store.load(&fixture.name).unwrap(), None);
    assert!(
        directory.read(&late, 1_000).unwrap().is_none(),
        "what it wrote is left"
    );
}

const LOCK: &str = "cxone-auth.lock";

/// Many processes ask again and again while one has the lease. They must not keep it from giving
/// the lease back.
#[test]
fn who_finds_the_lease_taken_does_not_wait_for_the_lock_of_the_directory() {
    let fixture = Fixture::new("asks");
    let (store, name) = (&fixture.store, &fixture.name);
    let directory = store.directory().unwrap();
    assert_eq!(store.try_lease(name, &lease(1)).unwrap(), Done);
    let lock = directory.try_lock(LOCK).unwrap().unwrap();
    assert_eq!(store.try_lease(name, &lease(2)).unwrap(), HeldByAnother);
    drop(lock);
    assert_eq!(store.release(name, lease(1).id).unwrap(), Done);
}

#[test]
fn a_wait_for_the_lock_ends_when_its_purpose_does() {
    let fixture = Fixture::new("waits");
    let directory = fixture.store.directory().unwrap();
    let lock = directory.try_lock(LOCK).unwrap().unwrap();
    let asked = Cell::new(0);
    let is_needless = || {
        asked.set(asked.get() + 1);
        Ok(asked.get() == 3)
    };
    assert!(directory.guard_unless(is_needless).unwrap().is_none());
    assert_eq!(asked.get(), 3);
    drop(lock);
    assert!(directory.guard_unless(|| Ok(false)).unwrap().is_some());
}

fn lease(number: u8) -> Lease {
    Lease {
        id: LeaseId::new([number; 16]),
        span: Duration::from_secs(100),
    }
}

#[test]
fn a_folder_that_was_made_again_with_other_keys_is_reported() {
    let fixture = Fixture::new("keys");
    let lease = Lease {
        id: LeaseId::new([1; 16]),
        span: Duration::from_secs(100),
    };
    let Fixture { store, name } = &fixture;
    assert_eq!(store.try_lease(name, &lease).unwrap(), Done);
    fs::remove_dir_all(store.path()).unwrap();
    // Without keys, it is made again with the same ones.
    assert_eq!(store.try_lease(name, &lease).unwrap(), Done);
    assert_eq!(store.release(name, lease.id).unwrap(), Done);
    fs::remove_dir_all(store.path()).unwrap();
    let other = FileStore::open(store.path()).unwrap();
    assert_eq!(other.try_lease(name, &lease).unwrap(), Done);
    let span = lease.span;
    for error in [
        store.try_lease(name, &lease).unwrap_err(),
        store
            .save(name, lease.id, "entry".into(), span)
            .unwrap_err(),
    ] {
        assert_eq!(error.kind(), StoreErrorKind::Configuration);
        let text = error.to_string();
        assert!(text.ends_with("restart this process"), "{text}");
    }
    assert_eq!(other.release(name, lease.id).unwrap(), Done);
}
