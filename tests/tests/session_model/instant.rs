//! Arithmetic on two clocks, apart from the core's own.

use std::time::Duration;

use cxone_auth_core::Moment;

/// Whether either clock is there.
pub(crate) fn reached(now: Moment, instant: Moment) -> bool {
    now.monotonic() >= instant.monotonic() || now.wall() >= instant.wall()
}

/// The moment `span` later on both clocks.
pub(crate) fn later(moment: Moment, span: Duration) -> Moment {
    Moment::new(moment.monotonic() + span, moment.wall() + span)
}

/// The moment `span` earlier on both clocks.
pub(crate) fn earlier(moment: Moment, span: Duration) -> Moment {
    Moment::new(
        moment.monotonic().saturating_sub(span),
        moment.wall() - span,
    )
}

/// What is left until `instant` on the clock that is there first.
pub(crate) fn left(now: Moment, instant: Moment) -> Duration {
    let by_wall = instant.wall().duration_since(now.wall());
    let by_monotonic = instant.monotonic().saturating_sub(now.monotonic());
    by_monotonic.min(by_wall.unwrap_or_default())
}

/// The span from `start` to `end`, which has to be the same on both clocks.
pub(crate) fn span(start: Moment, end: Moment) -> Duration {
    let monotonic = end.monotonic().checked_sub(start.monotonic());
    let wall = end.wall().duration_since(start.wall()).ok();
    assert_eq!(monotonic, wall, "a deadline is the same on both clocks");
    monotonic.expect("a deadline is not before what it follows from")
}
