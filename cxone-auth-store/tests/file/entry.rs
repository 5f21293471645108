//! Entries: what is loaded, and what counts as damaged.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::store::StoreOutcome::{Done, HeldByAnother};
use cxone_auth_core::store::{BlockingTokenStore, Seal as _, StoreErrorKind, TokenStore};
use cxone_auth_store::FileStore;

use super::{Fixture, HOUR, MAGIC, files, lease, said};

#[test]
fn an_entry_is_loaded_as_it_was_saved() {
    let fixture = Fixture::new();
    let name = fixture.one();
    assert_eq!(fixture.load(&name).unwrap(), None);
    fixture.save(&name, "the entry\n\0\n", HOUR);
    let entry = BlockingTokenStore::load(&fixture.another(), &name)
        .unwrap()
        .unwrap();
    assert_eq!(&entry.bytes[..], b"the entry\n\0\n");
    let remaining = entry.remaining.unwrap();
    assert!(remaining <= HOUR && remaining > HOUR / 2, "{remaining:?}");
    fixture.save(&name, "another", HOUR);
    assert_eq!(fixture.load(&name).unwrap().unwrap(), b"another");
    assert_eq!(fixture.load(&fixture.name("two")).unwrap(), None);
}

#[test]
fn an_entry_that_has_ended_is_not_loaded() {
    let fixture = Fixture::new();
    fixture.save(&fixture.one(), "the entry", Duration::ZERO);
    assert_eq!(fixture.load(&fixture.one()).unwrap(), None);
}

#[test]
fn an_entry_is_removed_by_comparison() {
    let fixture = Fixture::new();
    let name = fixture.one();
    let remove = |bytes| {
        fixture
            .store
            .blocking()
            .unwrap()
            .remove_if(&name, bytes)
            .unwrap()
    };
    assert_eq!(remove(b"the entry"), HeldByAnother);
    fixture.save(&name, "the entry", HOUR);
    assert_eq!(remove(b"the entr"), HeldByAnother);
    assert_eq!(remove(b"the entry and more"), HeldByAnother);
    assert_eq!(fixture.load(&name).unwrap().unwrap(), b"the entry");
    // Whoever has the lease does not matter.
    BlockingTokenStore::try_lease(&fixture.another(), &name, &lease(HOUR)).unwrap();
    assert_eq!(remove(b"the entry"), Done);
    assert_eq!(fixture.load(&name).unwrap(), None);
}

#[test]
fn no_file_shows_what_was_sealed_or_what_was_named() {
    let fixture = Fixture::new();
    let keys = fixture.store.keys();
    let secrets = ["client-secret-6f1d", "token-93ab02"];
    let name = fixture.name(secrets[0]);
    let sealed = Bytes::from(keys.seal(&name, secrets[1].as_bytes()).unwrap());
    let lease = lease(HOUR);
    BlockingTokenStore::try_lease(&fixture.store, &name, &lease).unwrap();
    BlockingTokenStore::save(&fixture.store, &name, lease.id, sealed, HOUR).unwrap();
    let entry = BlockingTokenStore::load(&fixture.another(), &name)
        .unwrap()
        .unwrap();
    let keys = fixture.another().keys();
    assert!(
        keys.open(&name, &entry.bytes).is_ok(),
        "the test sees a token"
    );
    let found = files(fixture.store.path());
    assert!(found.len() >= 4, "{found:?}");
    for file in found {
        let mut all = file.to_str().unwrap().as_bytes().to_vec();
        // Windows lets nobody read a lock that is held. It is empty.
        if !(cfg!(windows) && all.ends_with(b".held")) {
            all.extend(fs::read(&file).unwrap());
        }
        for secret in secrets {
            let is_there = all
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!is_there, "{}", file.display());
        }
    }
}

/// Spoils the only entry, and sees that it counts as damaged, is named, and is replaced by the next
/// one.
fn is_replaced(spoil: impl Fn(&mut Vec<u8>), warning: &str) {
    let fixture = Fixture::new();
    let name = fixture.one();
    fixture.save(&name, "the entry", HOUR);
    let file = fixture.file(".entry");
    let mut bytes = fs::read(&file).unwrap();
    spoil(&mut bytes);
    fs::write(&file, &bytes).unwrap();
    let said = said(fixture.load(&name), StoreErrorKind::Damaged);
    assert_eq!(said, format!("{}: {warning}", file.display()));
    let removed = BlockingTokenStore::remove_if(&fixture.store, &name, b"the entry");
    super::said(removed, StoreErrorKind::Damaged);
    assert_eq!(fs::read(&file).unwrap(), bytes, "reading has changed it");
    fixture.save(&name, "the next", HOUR);
    assert_eq!(fixture.load(&name).unwrap().unwrap(), b"the next");
}

#[test]
fn a_file_that_was_cut_short_is_damaged() {
    let fixture = Fixture::new();
    fixture.save(&fixture.one(), "the entry", HOUR);
    let length = fs::read(fixture.file(".entry")).unwrap().len();
    for kept in [0, 5, MAGIC.len(), 25, 40, length / 2, length - 1] {
        is_replaced(|bytes| bytes.truncate(kept), "is damaged");
    }
    is_replaced(|bytes| bytes.push(b'\n'), "is damaged");
    is_replaced(|bytes| bytes.resize(3_000_000, b' '), "is damaged");
}

/// The times, the content and the hash itself.
#[test]
fn each_changed_byte_of_a_file_is_noticed() {
    let fixture = Fixture::new();
    let name = fixture.one();
    fixture.save(&name, "the entry", HOUR);
    let file = fixture.file(".entry");
    let bytes = fs::read(&file).unwrap();
    for at in MAGIC.len()..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        fs::write(&file, changed).unwrap();
        said(fixture.load(&name), StoreErrorKind::Damaged);
    }
    fs::write(&file, bytes).unwrap();
    assert_eq!(fixture.load(&name).unwrap().unwrap(), b"the entry");
}

#[test]
fn a_longer_life_written_into_a_file_is_not_believed() {
    let longer = |bytes: &mut Vec<u8>| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        let changed = text.replace("for 3600000000", "for 9600000000");
        assert_ne!(changed, text);
        *bytes = changed.into_bytes();
    };
    is_replaced(longer, "is damaged");
}

#[test]
fn a_file_of_another_version_is_a_miss_and_replaced() {
    let newer = |bytes: &mut Vec<u8>| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        *bytes = text.replace("entry 1\n", "entry 2\n").into_bytes();
    };
    is_replaced(newer, "was written by another version of this program");
}

#[test]
fn a_file_that_was_moved_to_another_name_is_not_used() {
    let fixture = Fixture::new();
    let (one, two) = (fixture.one(), fixture.name("two"));
    fixture.save(&one, "the entry", HOUR);
    let moved = fixture.store.path().join(format!("{two}.entry"));
    fs::rename(fixture.file(".entry"), moved).unwrap();
    said(fixture.load(&two), StoreErrorKind::Damaged);
    assert_eq!(fixture.load(&one).unwrap(), None);
}

#[test]
fn a_file_of_another_directory_is_not_used() {
    let (one, other) = (Fixture::new(), Fixture::new());
    let name = one.one();
    one.save(&name, "the entry", HOUR);
    let file = one.file(".entry");
    fs::copy(&file, other.store.path().join(file.file_name().unwrap())).unwrap();
    said(other.load(&name), StoreErrorKind::Damaged);
}

#[test]
fn an_entry_that_no_reader_would_take_is_not_saved() {
    let fixture = Fixture::new();
    let (name, lease) = (fixture.one(), lease(HOUR));
    let store: &dyn BlockingTokenStore = &fixture.store;
    store.try_lease(&name, &lease).unwrap();
    let most = Bytes::from(vec![1; 1_048_576]);
    assert_eq!(store.save(&name, lease.id, most, HOUR).unwrap(), Done);
    assert_eq!(fixture.load(&name).unwrap().unwrap().len(), 1_048_576);
    let more = Bytes::from(vec![1; 1_048_577]);
    let saved = store.save(&name, lease.id, more, HOUR);
    let said = said(saved, StoreErrorKind::Configuration);
    assert!(
        said.ends_with("the entry is too long to be stored"),
        "{said}"
    );
}

/// Some systems do not replace a file while somebody has it open.
#[test]
fn readers_and_a_writer_do_not_disturb_each_other() {
    let fixture = Fixture::new();
    let name = fixture.one();
    fixture.save(&name, "the first", HOUR);
    let is_over = AtomicBool::new(false);
    let read_on = || {
        let mut loads = 0;
        while !is_over.load(Ordering::Relaxed) {
            let entry = fixture.load(&name).unwrap().expect("it is only replaced");
            assert!(entry == b"the first" || entry == b"the next");
            loads += 1;
        }
        loads
    };
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3).map(|_| scope.spawn(read_on)).collect();
        for _ in 0..100 {
            fixture.save(&name, "the next", HOUR);
        }
        is_over.store(true, Ordering::Relaxed);
        let loads: usize = readers
            .into_iter()
            .map(|reader| reader.join().unwrap())
            .sum();
        assert!(loads > 0, "nobody has read meanwhile");
    });
}

/// Somebody clears the caches while a service runs.
#[test]
fn a_directory_that_was_removed_is_made_again_with_the_same_keys() {
    let fixture = Fixture::new();
    let name = fixture.one();
    fixture.save(&name, "the entry", HOUR);
    fs::remove_dir_all(fixture.store.path()).unwrap();
    assert_eq!(
        BlockingTokenStore::load(&fixture.store, &name).unwrap(),
        None
    );
    assert!(!fixture.store.path().exists(), "loading makes nothing");
    fixture.save(&name, "the next", HOUR);
    let other = fixture.another();
    assert_eq!(other.keys().key_ids(), fixture.store.keys().key_ids());
    assert_eq!(fixture.load(&name).unwrap().unwrap(), b"the next");
}

#[test]
fn tasks_use_the_same_store_as_threads() {
    let fixture = Fixture::new();
    let name = fixture.one();
    fixture.save(&name, "the entry", HOUR);
    let store = fixture.another();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut loading = TokenStore::load(&store, &name);
    let std::task::Poll::Ready(loaded) = loading.as_mut().poll(&mut context) else {
        panic!("it waits for nothing");
    };
    assert_eq!(&loaded.unwrap().unwrap().bytes[..], b"the entry");
    let threads: &FileStore = &store;
    let threads = TokenStore::blocking(threads).unwrap();
    assert!(threads.load(&name).unwrap().is_some());
}
