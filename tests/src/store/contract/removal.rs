//! Removing an entry by comparison.

use cxone_auth_core::store::StoreOutcome::{Done, HeldByAnother};

use super::fixture::{Fixture, LONG};

pub(super) const ADVICE: &str = "Compare all bytes, and remove the entry only if they are equal, in \
    one atomic step. Ask for no lease and end none. If there is no entry, return `HeldByAnother`.";

pub(super) fn of_equal_bytes_is_done(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    let long = vec![b'x'; 10_000];
    for entry in [&b"entry"[..], b"\0\xff\n", &long] {
        one.store(&name, entry);
        assert_eq!(other.remove(&name, entry), Done);
        assert_eq!(one.entry(&name), None);
        assert_eq!(other.entry(&name), None);
    }
}

pub(super) fn of_other_bytes_changes_nothing(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    one.store(&name, b"older");
    one.store(&name, b"entry");
    for bytes in [
        &b"older"[..],
        b"entr",
        b"entry\n",
        b"entry\0",
        b"ENTRY",
        b"",
    ] {
        assert_eq!(other.remove(&name, bytes), HeldByAnother, "{bytes:?}");
    }
    assert_eq!(one.load(&name).as_deref(), Some(&b"entry"[..]));
}

pub(super) fn of_what_is_not_there_changes_nothing(fixture: &Fixture<'_>) {
    let one = fixture.process();
    let name = fixture.name();
    assert_eq!(one.remove(&name, b"entry"), HeldByAnother, "never saved");
    one.store(&name, b"entry");
    assert_eq!(one.remove(&name, b"entry"), Done);
    assert_eq!(one.remove(&name, b"entry"), HeldByAnother, "removed before");
}

pub(super) fn of_an_empty_entry_is_not_of_nothing(fixture: &Fixture<'_>) {
    let one = fixture.process();
    let name = fixture.name();
    assert_eq!(one.remove(&name, b""), HeldByAnother);
    one.store(&name, b"");
    assert_eq!(one.remove(&name, b""), Done);
    assert_eq!(one.entry(&name), None);
}

pub(super) fn needs_no_lease(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    one.store(&name, b"entry");
    assert_eq!(other.remove(&name, b"entry"), Done, "another has it");
    one.store(&name, b"entry");
    assert_eq!(one.release(&name), Done);
    assert_eq!(other.remove(&name, b"entry"), Done, "nobody has it");
    assert_eq!(one.entry(&name), None);
}

pub(super) fn leaves_the_lease(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    one.store(&name, b"entry");
    assert_eq!(other.remove(&name, b"entry"), Done);
    assert_eq!(other.lease(&name, LONG), HeldByAnother);
    assert_eq!(one.save(&name, b"next", LONG), Done);
    assert_eq!(other.load(&name).as_deref(), Some(&b"next"[..]));
}
