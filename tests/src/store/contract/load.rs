//! Loading: what was saved last, for everybody.

use cxone_auth_core::store::StoreOutcome::Done;

use super::fixture::{Fixture, LONG};

pub(super) const ADVICE: &str = "Return the bytes of the latest save, read from where it was \
    written and not from a replica or a copy in memory. A name that nobody has saved is `Ok(None)` \
    and no error. Loading changes nothing and asks for no lease.";

pub(super) fn of_an_unknown_name_finds_nothing(fixture: &Fixture<'_>) {
    assert_eq!(fixture.process().entry(&fixture.name()), None);
}

pub(super) fn finds_what_was_saved(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    one.store(&name, b"entry");
    assert_eq!(one.load(&name).as_deref(), Some(&b"entry"[..]));
    assert_eq!(other.load(&name).as_deref(), Some(&b"entry"[..]));
}

pub(super) fn finds_the_latest_of_several(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    assert_eq!(one.lease(&name, LONG), Done);
    for entry in [b"first", b"secnd", b"third"] {
        assert_eq!(one.save(&name, entry, LONG), Done);
        assert_eq!(other.load(&name).as_deref(), Some(&entry[..]));
        assert_eq!(one.load(&name).as_deref(), Some(&entry[..]));
    }
}

pub(super) fn leaves_what_it_finds(fixture: &Fixture<'_>) {
    let one = fixture.process();
    let name = fixture.name();
    one.store(&name, b"entry");
    for _ in 0..3 {
        assert_eq!(one.load(&name).as_deref(), Some(&b"entry"[..]));
    }
}

pub(super) fn needs_no_lease(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    assert_eq!(one.lease(&name, LONG), Done);
    assert_eq!(other.load(&name), None);
    one.store(&name, b"entry");
    assert_eq!(one.release(&name), Done);
    assert_eq!(other.load(&name).as_deref(), Some(&b"entry"[..]));
}
