//! How long an entry is kept.

use std::time::Duration;

use cxone_auth_core::store::StoreOutcome::Done;

use super::fixture::{Fixture, LONG, SHORT};

pub(super) const ADVICE: &str = "Drop an entry when the `keep` of the latest save has passed by the \
    store's own clock; store nothing for a `keep` of zero (or one that your unit rounds to zero), \
    and take `Duration::MAX`. `remaining` is what is left of `keep`, and never more; if the store \
    does not know it, it is `None`.";

pub(super) fn ends_an_entry(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    assert_eq!(one.lease(&name, LONG), Done);
    assert_eq!(one.save(&name, b"entry", SHORT), Done);
    fixture.outlast_short();
    assert_eq!(one.entry(&name), None);
    assert_eq!(other.entry(&name), None);
}

pub(super) fn of_nothing_ends_an_entry_at_once(fixture: &Fixture<'_>) {
    let one = fixture.process();
    for keep in [Duration::ZERO, Duration::from_nanos(1)] {
        let name = fixture.name();
        one.store(&name, b"before");
        assert_eq!(one.save(&name, b"entry", keep), Done);
        fixture.wait(Duration::from_millis(10));
        assert_eq!(one.entry(&name), None, "kept for {keep:?}");
    }
}

pub(super) fn of_the_latest_save_counts(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let (longer, shorter) = (fixture.name(), fixture.name());
    for name in [&longer, &shorter] {
        assert_eq!(one.lease(name, LONG), Done);
    }
    assert_eq!(one.save(&longer, b"entry", SHORT), Done);
    assert_eq!(one.save(&longer, b"entry", LONG), Done);
    assert_eq!(one.save(&shorter, b"entry", LONG), Done);
    assert_eq!(one.save(&shorter, b"entry", SHORT), Done);
    fixture.outlast_short();
    assert_eq!(other.load(&longer).as_deref(), Some(&b"entry"[..]));
    assert_eq!(other.load(&shorter), None);
}

pub(super) fn may_last_for_ever(fixture: &Fixture<'_>) {
    let one = fixture.process();
    let name = fixture.name();
    assert_eq!(one.lease(&name, LONG), Done);
    assert_eq!(one.save(&name, b"entry", Duration::MAX), Done);
    let found = one.entry(&name).expect("it was saved");
    assert_eq!(&found.bytes[..], b"entry");
    let least = Duration::from_hours(24 * 365);
    assert!(found.remaining.is_none_or(|left| left > least), "{found:?}");
}

pub(super) fn is_told_while_it_lasts(fixture: &Fixture<'_>) {
    let [one, other] = fixture.processes();
    let name = fixture.name();
    one.store(&name, b"entry");
    let remaining = || other.entry(&name).expect("it was saved").remaining;
    let first = remaining();
    // The store may count in whole seconds.
    fixture.wait(Duration::from_millis(1_100));
    let second = remaining();
    let (Some(first), Some(second)) = (first, second) else {
        assert_eq!((first, second), (None, None), "it is known or it is not");
        return;
    };
    assert!(first <= LONG, "{first:?} of {LONG:?}");
    // Wide enough for the slowest machine, and narrow enough to notice another unit.
    assert!(first > LONG / 2, "{first:?} of {LONG:?}");
    assert!(second < first, "{second:?} after {first:?}");
}
