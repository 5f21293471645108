//! Giving a lease back.

use cxone_auth_core::store::StoreOutcome::{Done, HeldByAnother};

use super::fixture::{Fixture, LONG};

pub(super) const ADVICE: &str = "Free the lease if this id has it, in one atomic step, and \
    otherwise change nothing and return `HeldByAnother`. The entry stays.";

pub(super) fn frees_the_lease(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    for _ in 0..2 {
        assert_eq!(one.lease(&name, LONG), Done);
        assert_eq!(one.release(&name), Done);
        assert_eq!(other.lease(&name, LONG), Done);
        assert_eq!(other.release(&name), Done);
    }
}

pub(super) fn by_another_changes_nothing(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    assert_eq!(one.lease(&name, LONG), Done);
    assert_eq!(other.release(&name), HeldByAnother);
    assert_eq!(other.lease(&name, LONG), HeldByAnother);
    assert_eq!(one.save(&name, b"entry", LONG), Done);
}

pub(super) fn of_a_lease_that_nobody_has_changes_nothing(fixture: &Fixture<'_>) {
    let one = fixture.process();
    let name = fixture.name();
    assert_eq!(one.release(&name), HeldByAnother, "never taken");
    assert_eq!(one.lease(&name, LONG), Done);
    assert_eq!(one.release(&name), Done);
    assert_eq!(one.release(&name), HeldByAnother, "released before");
}

pub(super) fn of_an_earlier_attempt_changes_nothing(fixture: &Fixture<'_>) {
    let earlier = fixture.process();
    let later = earlier.again();
    let name = fixture.name();
    assert_eq!(earlier.lease(&name, LONG), Done);
    assert_eq!(earlier.release(&name), Done);
    assert_eq!(later.lease(&name, LONG), Done);
    assert_eq!(earlier.release(&name), HeldByAnother);
    assert_eq!(later.save(&name, b"entry", LONG), Done);
}

pub(super) fn leaves_the_entry(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    one.store(&name, b"entry");
    assert_eq!(other.release(&name), HeldByAnother);
    assert_eq!(one.release(&name), Done);
    assert_eq!(other.load(&name).as_deref(), Some(&b"entry"[..]));
}
