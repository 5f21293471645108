//! The shortest times between two requests of a session.

use std::time::Duration;

use crate::clock::Moment;

/// The minimum interval between two requests for callers without a token.
const WITHOUT_TOKEN: Duration = Duration::from_secs(1);
/// The minimum interval between two renewals.
const RENEWAL: Duration = Duration::from_secs(10);
/// The upper limit of the interval between two forced renewals that do not help.
const LONGEST_FORCED: Duration = Duration::from_secs(10 * 60);

/// Returns the minimum interval between two requests for callers without a token. It depends on the
/// lifetime of the latest token. Without an interval, a token without a lifetime would cause a
/// request for every call.
pub(super) fn without_token(lifetime: Option<Duration>) -> Duration {
    match lifetime {
        Some(lifetime) if !lifetime.is_zero() => lifetime.min(WITHOUT_TOKEN),
        _ => WITHOUT_TOKEN,
    }
}

/// Returns the minimum interval between two renewals of tokens with this lifetime.
pub(super) fn between_renewals(lifetime: Duration) -> Duration {
    (lifetime / 2).min(RENEWAL)
}

/// Why a token is renewed before its time.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reason {
    /// A caller wants another token than the current one.
    Rejection,
    /// The current token has too little lifetime left for a caller.
    Shortage,
}

/// The renewals that callers force, for one reason.
///
/// A forced renewal has not helped if its token is given up within the minimum interval that the
/// policy sets. From the second such renewal in a row on, each one doubles the interval. An API
/// that rejects every token must not cause a request each time.
#[derive(Debug, Default)]
pub(super) struct Forced {
    /// When the latest token arrived.
    latest: Option<Moment>,
    /// For how many seconds the interval had already run when that token arrived: not at all, unless
    /// another process has requested it. Each source has two of these, so it is kept short.
    head_start: u32,
    /// Whether somebody has wanted another than the latest token.
    is_given_up: bool,
    /// How many renewals in a row have not helped.
    in_vain: u32,
}

impl Forced {
    /// Notes that a forced renewal has brought a token, which was requested at `since` if another
    /// process has done that. That may be long ago: the next renewal need not wait then.
    pub(super) fn came(&mut self, now: Moment, since: Moment) {
        self.latest = Some(now);
        self.head_start = u32::try_from(now.since(since).as_secs()).unwrap_or(u32::MAX);
        self.is_given_up = false;
    }

    /// Notes that callers want another token than the current one.
    pub(super) fn wanted(&mut self, now: Moment, min_interval: Duration) {
        let Some(latest) = self.latest.filter(|_| !self.is_given_up) else {
            return;
        };
        self.is_given_up = true;
        let has_helped = now.has_reached(latest.saturating_add(min_interval));
        self.in_vain = if has_helped { 0 } else { self.in_vain + 1 };
    }

    /// Reports whether the latest renewal is too recent for another one.
    pub(super) fn is_recent(&self, now: Moment, min_interval: Duration) -> bool {
        let doublings = self.in_vain.saturating_sub(1).min(31);
        let interval = min_interval.saturating_mul(1 << doublings);
        let interval = interval.min(LONGEST_FORCED.max(min_interval));
        let left = interval.saturating_sub(Duration::from_secs(self.head_start.into()));
        self.latest
            .is_some_and(|latest| !now.has_reached(latest.saturating_add(left)))
    }
}
