//! Names: one has nothing to do with another.

use cxone_auth_core::store::StoreOutcome::{Done, HeldByAnother};

use super::fixture::{Fixture, LONG};

pub(super) const ADVICE: &str = "Keep entry and lease under the whole name, and change nothing under \
    another name.";

pub(super) fn has_an_entry_of_its_own(fixture: &Fixture<'_>) {
    let one = fixture.process();
    let (name, other) = (fixture.name(), fixture.name());
    one.store(&name, b"entry");
    assert_eq!(one.load(&other), None);
    one.store(&other, b"entry");
    assert_eq!(one.remove(&other, b"entry"), Done);
    assert_eq!(one.load(&name).as_deref(), Some(&b"entry"[..]));
}

pub(super) fn has_a_lease_of_its_own(fixture: &Fixture<'_>) {
    let one = fixture.process();
    let another = one.again();
    let (name, other) = (fixture.name(), fixture.name());
    assert_eq!(one.lease(&name, LONG), Done);
    assert_eq!(one.save(&other, b"entry", LONG), HeldByAnother);
    assert_eq!(another.lease(&other, LONG), Done);
    assert_eq!(another.save(&name, b"entry", LONG), HeldByAnother);
    assert_eq!(one.release(&other), HeldByAnother);
    assert_eq!(one.release(&name), Done);
    assert_eq!(another.save(&other, b"entry", LONG), Done);
}

pub(super) fn is_compared_to_its_last_digit(fixture: &Fixture<'_>) {
    let one = fixture.process();
    let names = fixture.similar_names(&[0, 15, 31]);
    for (name, entry) in names.iter().zip([b"1", b"2", b"3", b"4"]) {
        one.store(name, entry);
    }
    for (name, entry) in names.iter().zip([b"1", b"2", b"3", b"4"]) {
        assert_eq!(one.load(name).as_deref(), Some(&entry[..]));
        assert_eq!(one.remove(name, entry), Done);
        assert_eq!(one.release(name), Done);
    }
}
