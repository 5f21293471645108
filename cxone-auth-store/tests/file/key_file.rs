//! The keys of a directory.

use std::collections::BTreeSet;
use std::fs;
use std::sync::{Arc, Barrier};
use std::thread;

use cxone_auth_core::store::{Seal as _, StoreErrorKind};
use cxone_auth_store::{FileStore, StoreKeys};

use super::shared::Folder;
use super::{Fixture, HOUR, said};
#[cfg(unix)]
use super::{chmod, mode};

#[test]
fn fifty_threads_that_open_a_new_directory_have_the_same_keys() {
    let folder = Folder::new();
    let path = folder.path("store");
    let barrier = Arc::new(Barrier::new(50));
    let threads = (0..50).map(|_| {
        let (path, barrier) = (path.clone(), barrier.clone());
        thread::spawn(move || {
            barrier.wait();
            FileStore::open(path).unwrap().keys().name(b"a request")
        })
    });
    let threads: Vec<_> = threads.collect();
    let names = threads.into_iter().map(|thread| thread.join().unwrap());
    assert_eq!(names.collect::<BTreeSet<_>>().len(), 1);
}

#[test]
fn two_directories_name_the_same_request_differently() {
    assert_ne!(Fixture::new().one(), Fixture::new().one());
}

#[test]
fn looking_for_a_store_makes_none() {
    let folder = Folder::new();
    let path = folder.path("store");
    assert!(FileStore::find(&path).unwrap().is_none());
    assert!(!path.exists());
    fs::create_dir(&path).unwrap();
    #[cfg(unix)]
    chmod(&path, 0o700);
    assert!(FileStore::find(&path).unwrap().is_none());
    assert_eq!(fs::read_dir(&path).unwrap().count(), 0);
    let made = FileStore::open(&path).unwrap();
    let found = FileStore::find(&path).unwrap().unwrap();
    assert_eq!(found.keys().key_ids(), made.keys().key_ids());
}

#[test]
fn keys_of_ours_that_cannot_be_used_are_replaced_and_reported() {
    type Spoil = fn(&std::path::Path);
    let cases: &[(Spoil, &str)] = &[
        (|path| fs::write(path, "").unwrap(), "is damaged"),
        (
            |path| fs::write(path, "cxone-auth st").unwrap(),
            "is damaged",
        ),
        (
            |path| fs::write(path, "cxone-auth store keys 1\nname x y\n").unwrap(),
            "is damaged",
        ),
        #[cfg(unix)]
        (
            |path| chmod(path, 0o640),
            "is open to other users (mode 0640): run chmod go-rwx on it",
        ),
    ];
    for (spoil, warning) in cases {
        let fixture = Fixture::new();
        assert!(fixture.store.replaced_keys().is_none());
        let path = fixture.file(".keys");
        spoil(&path);
        let store = fixture.another();
        let said = store.replaced_keys().unwrap().to_string();
        assert_eq!(said, format!("{}: {warning}", path.display()));
        assert_ne!(store.keys().key_ids(), fixture.store.keys().key_ids());
        #[cfg(unix)]
        assert_eq!(mode(&path), 0o600);
        assert!(fixture.another().replaced_keys().is_none());
    }
}

/// Two versions would replace each other's keys without end.
#[test]
fn keys_of_another_version_are_left_alone() {
    let fixture = Fixture::new();
    let path = fixture.file(".keys");
    let text = fs::read_to_string(&path).unwrap();
    let newer = text.replace("keys 1\n", "keys 2\n");
    fs::write(&path, &newer).unwrap();
    let said = said(
        FileStore::open(fixture.store.path()),
        StoreErrorKind::Configuration,
    );
    assert!(said.contains("has the keys of another version"), "{said}");
    assert_eq!(fs::read_to_string(&path).unwrap(), newer);
}

#[test]
fn the_keys_of_a_directory_can_be_rotated() {
    let fixture = Fixture::new();
    let name = fixture.one();
    let sealed = fixture.store.keys().seal(&name, b"the entry").unwrap();
    let path = fixture.file(".keys");
    let added = StoreKeys::from_file(&path).unwrap().add().unwrap();
    added.replace_file(&path).unwrap();
    added.promote().unwrap().replace_file(&path).unwrap();
    let store = fixture.another();
    assert!(store.replaced_keys().is_none());
    assert_eq!(store.keys().key_ids()[0], added.key_ids()[1]);
    assert!(store.keys().open(&name, &sealed).is_ok());
    // Files that were written before are read after.
    fixture.save(&name, "the entry", HOUR);
    assert_eq!(fixture.load(&name).unwrap().unwrap(), b"the entry");
}
