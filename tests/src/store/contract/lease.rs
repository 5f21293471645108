//! Leases: one for each name, until it is released or its span has passed.

use std::time::Duration;

use cxone_auth_core::store::StoreOutcome::{Done, HeldByAnother};

use super::fixture::{Fixture, LONG, SHORT};

pub(super) const ADVICE: &str = "Keep one `LeaseId` for each name, with the time at which its span \
    ends by the store's own clock. Give the lease to the id that has it already and begin its span \
    again, to anybody if nobody has it or its span has passed, and otherwise return \
    `HeldByAnother`. A span may be `Duration::MAX`. Compare ids, not processes. Neither a save nor \
    the end of an entry ends a lease.";

pub(super) fn is_given_to_the_first(fixture: &Fixture<'_>) {
    let one = fixture.process();
    assert_eq!(one.lease(&fixture.name(), LONG), Done);
}

pub(super) fn is_not_given_to_another(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    assert_eq!(one.lease(&name, LONG), Done);
    for _ in 0..3 {
        assert_eq!(other.lease(&name, LONG), HeldByAnother);
    }
    assert_eq!(one.save(&name, b"entry", LONG), Done, "its holder has it");
}

pub(super) fn is_given_to_its_holder_again(fixture: &Fixture<'_>) {
    let one = fixture.process();
    let name = fixture.name();
    for _ in 0..3 {
        assert_eq!(one.lease(&name, LONG), Done);
    }
    assert_eq!(one.release(&name), Done, "one release is enough");
    assert_eq!(one.again().lease(&name, LONG), Done);
}

pub(super) fn ends_after_its_span(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    assert_eq!(one.lease(&name, SHORT), Done);
    fixture.outlast_short();
    assert_eq!(other.lease(&name, LONG), Done);
    assert_eq!(one.lease(&name, LONG), HeldByAnother);
}

pub(super) fn begins_anew_when_its_holder_takes_it_again(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    assert_eq!(one.lease(&name, SHORT), Done);
    assert_eq!(one.lease(&name, LONG), Done);
    fixture.outlast_short();
    assert_eq!(other.lease(&name, LONG), HeldByAnother);
}

pub(super) fn becomes_shorter_when_its_holder_says_so(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    assert_eq!(one.lease(&name, LONG), Done);
    assert_eq!(one.lease(&name, SHORT), Done);
    fixture.outlast_short();
    assert_eq!(other.lease(&name, LONG), Done);
}

pub(super) fn may_last_for_ever(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    assert_eq!(one.lease(&name, Duration::MAX), Done);
    assert_eq!(other.lease(&name, Duration::MAX), HeldByAnother);
    assert_eq!(one.save(&name, b"entry", LONG), Done);
    assert_eq!(one.release(&name), Done);
    assert_eq!(other.lease(&name, Duration::MAX), Done);
}

pub(super) fn does_not_end_with_a_save(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    one.store(&name, b"entry");
    assert_eq!(other.lease(&name, LONG), HeldByAnother);
    assert_eq!(one.save(&name, b"next", LONG), Done);
}

pub(super) fn does_not_end_with_the_entry(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    assert_eq!(one.lease(&name, LONG), Done);
    assert_eq!(one.save(&name, b"entry", SHORT), Done);
    fixture.outlast_short();
    assert_eq!(one.load(&name), None);
    assert_eq!(other.lease(&name, LONG), HeldByAnother);
}

pub(super) fn of_one_attempt_is_not_that_of_the_next(fixture: &Fixture<'_>) {
    let first = fixture.process();
    let next = first.again();
    let name = fixture.name();
    assert_eq!(first.lease(&name, LONG), Done);
    assert_eq!(next.lease(&name, LONG), HeldByAnother);
    assert_eq!(next.release(&name), HeldByAnother);
    assert_eq!(first.release(&name), Done);
    assert_eq!(next.lease(&name, LONG), Done);
}
