//! Saving: only who has the lease may do it.

use cxone_auth_core::store::StoreOutcome::{Done, HeldByAnother};

use super::fixture::{Fixture, LONG, SHORT};

pub(super) const ADVICE: &str = "Compare the id with the one that has the lease, and replace the \
    entry only if they are equal, in one atomic step. If nobody has the lease, or its span has \
    passed, return `HeldByAnother` too, and change nothing.";

pub(super) fn without_a_lease_changes_nothing(fixture: &Fixture<'_>) {
    let one = fixture.process();
    let name = fixture.name();
    assert_eq!(one.save(&name, b"entry", LONG), HeldByAnother);
    assert_eq!(one.load(&name), None);
    assert_eq!(one.again().lease(&name, LONG), Done, "it took no lease");
}

pub(super) fn by_another_changes_nothing(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    assert_eq!(one.lease(&name, LONG), Done);
    assert_eq!(other.save(&name, b"other", LONG), HeldByAnother);
    assert_eq!(one.load(&name), None);
    assert_eq!(one.save(&name, b"entry", LONG), Done);
    assert_eq!(other.save(&name, b"other", LONG), HeldByAnother);
    assert_eq!(other.load(&name).as_deref(), Some(&b"entry"[..]));
}

pub(super) fn after_the_span_changes_nothing(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    assert_eq!(one.lease(&name, SHORT), Done);
    fixture.outlast_short();
    assert_eq!(one.save(&name, b"late", LONG), HeldByAnother, "nobody's");
    assert_eq!(other.load(&name), None);
    other.store(&name, b"entry");
    assert_eq!(one.save(&name, b"late", LONG), HeldByAnother, "another's");
    assert_eq!(other.load(&name).as_deref(), Some(&b"entry"[..]));
}

pub(super) fn after_a_release_changes_nothing(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    one.store(&name, b"entry");
    assert_eq!(one.release(&name), Done);
    assert_eq!(one.save(&name, b"late", LONG), HeldByAnother);
    assert_eq!(other.load(&name).as_deref(), Some(&b"entry"[..]));
}

pub(super) fn may_be_repeated(fixture: &Fixture<'_>) {
    let one = fixture.process();
    let name = fixture.name();
    assert_eq!(one.lease(&name, LONG), Done);
    for _ in 0..3 {
        assert_eq!(one.save(&name, b"entry", LONG), Done);
    }
    assert_eq!(one.load(&name).as_deref(), Some(&b"entry"[..]));
}
