//! Entries: bytes that come back as they were saved.

use cxone_auth_core::store::EntryName;
use cxone_auth_core::store::StoreOutcome::Done;

use super::fixture::{Fixture, LONG, Process};

pub(super) const ADVICE: &str = "Keep the bytes as they are: no text, no compression, no limit \
    below 256 KiB, nothing left of a longer entry before. An empty entry is an entry. It stays when \
    its lease ends and when the store that saved it is closed.";

pub(super) fn may_be_empty(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    comes_back(&one, &other, &fixture.name(), b"");
}

pub(super) fn may_have_256_kib(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let long: Vec<u8> = (0..=u8::MAX).cycle().take(256 * 1024).collect();
    comes_back(&one, &other, &fixture.name(), &long);
}

pub(super) fn may_have_any_bytes(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let every: Vec<u8> = (0..=u8::MAX).collect();
    for entry in [
        &every[..],
        b"\0",
        b"\r\n",
        b"\n",
        b"\xff\xfe",
        b" ",
        b"\"",
        b"$-1\r\n",
    ] {
        comes_back(&one, &other, &fixture.name(), entry);
    }
}

pub(super) fn may_become_shorter(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    for length in [4_096, 100, 1, 0, 100] {
        comes_back(&one, &other, &name, &vec![b'x'; length]);
    }
}

pub(super) fn stays_after_its_lease(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    one.store(&name, b"entry");
    assert_eq!(one.release(&name), Done);
    assert_eq!(other.lease(&name, LONG), Done);
    assert_eq!(other.load(&name).as_deref(), Some(&b"entry"[..]));
    assert_eq!(other.release(&name), Done);
    assert_eq!(one.load(&name).as_deref(), Some(&b"entry"[..]));
}

pub(super) fn stays_after_the_store_is_closed(fixture: &Fixture<'_>) {
    let name = fixture.name();
    let one = fixture.process();
    one.store(&name, b"entry");
    assert_eq!(one.release(&name), Done);
    drop(one);
    let later = fixture.process();
    assert_eq!(later.load(&name).as_deref(), Some(&b"entry"[..]));
}

#[track_caller]
fn comes_back(one: &Process, other: &Process, name: &EntryName, entry: &[u8]) {
    one.store(name, entry);
    for process in [one, other] {
        let found = process.load(name).expect("it was saved");
        assert!(
            found == entry,
            "{} bytes came back as {}",
            entry.len(),
            found.len()
        );
    }
}
