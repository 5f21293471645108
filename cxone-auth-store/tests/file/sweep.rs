//! What is removed when an entry is saved.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use cxone_auth_core::store::StoreOutcome::{Done, HeldByAnother};
use cxone_auth_core::store::{BlockingTokenStore as _, EntryName};
use cxone_auth_store::FileStore;

use super::{Fixture, HOUR, lease};

/// Saves another entry, whose writer removes what has ended.
pub(crate) fn sweep(fixture: &Fixture) {
    // What stands in the way of a store keeps this one out as well.
    if let Ok(store) = FileStore::open(fixture.store.path()) {
        let own = lease(HOUR);
        let name = fixture.name(&own.id.to_string());
        if let Ok(Done) = store.try_lease(&name, &own) {
            let entry = bytes::Bytes::from_static(b"swept");
            store.save(&name, own.id, entry, HOUR).unwrap();
            store.release(&name, own.id).unwrap();
        }
    }
}

fn left(fixture: &Fixture, name: &EntryName) -> Vec<PathBuf> {
    let mut files = fixture.files("");
    files.retain(|path| path.to_str().unwrap().contains(name.as_str()));
    files
}

#[test]
fn an_entry_that_has_ended_leaves_no_file() {
    let fixture = Fixture::new();
    let name = fixture.one();
    fixture.save(&name, "the entry", Duration::ZERO);
    // Two processes were killed: one with a lease, one while it wrote.
    let id = "ab".repeat(16);
    for end in [
        format!("{id}.held"),
        format!("{id}.17.entry.new"),
        format!("{id}.lease.new"),
    ] {
        let path = fixture.store.path().join(format!("{name}.{end}"));
        fs::write(path, "").unwrap();
    }
    let dead = fixture.another();
    dead.try_lease(&name, &lease(HOUR)).unwrap();
    drop(dead);
    assert!(left(&fixture, &name).len() > 4);
    sweep(&fixture);
    assert_eq!(left(&fixture, &name), Vec::<PathBuf>::new());
}

#[test]
fn a_store_that_saves_often_sweeps_rarely() {
    let fixture = Fixture::new();
    fixture.save(&fixture.name("two"), "swept", HOUR);
    fixture.save(&fixture.one(), "the entry", Duration::ZERO);
    fixture.save(&fixture.name("three"), "not swept", HOUR);
    assert_eq!(left(&fixture, &fixture.one()).len(), 1);
}

#[test]
fn an_entry_that_is_valid_is_left_alone() {
    let fixture = Fixture::new();
    let name = fixture.one();
    fixture.save(&name, "the entry", HOUR);
    sweep(&fixture);
    assert_eq!(fixture.load(&name).unwrap().unwrap(), b"the entry");
}

#[test]
fn what_a_killed_process_has_left_beside_a_valid_entry_is_removed() {
    let fixture = Fixture::new();
    let name = fixture.one();
    fixture.save(&name, "the entry", HOUR);
    let path = format!("{name}.{}.0.entry.new", "ab".repeat(16));
    fs::write(fixture.store.path().join(path), "").unwrap();
    sweep(&fixture);
    assert_eq!(
        left(&fixture, &name),
        [fixture.store.path().join(format!("{name}.entry"))]
    );
}

#[test]
fn a_lease_that_is_held_is_left_alone() {
    let fixture = Fixture::new();
    let name = fixture.one();
    let holder = fixture.another();
    holder.try_lease(&name, &lease(HOUR)).unwrap();
    sweep(&fixture);
    assert_eq!(
        fixture.store.try_lease(&name, &lease(HOUR)).unwrap(),
        HeldByAnother
    );
}

#[test]
fn what_another_version_wrote_is_left_alone() {
    let fixture = Fixture::new();
    let name = fixture.one();
    fixture.save(&name, "the entry", Duration::ZERO);
    let file = fixture.file(".entry");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("entry 1\n", "entry 2\n")).unwrap();
    sweep(&fixture);
    assert!(file.exists());
}
