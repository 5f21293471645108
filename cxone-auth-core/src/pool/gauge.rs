//! How many calls a token has left, as far as the API has said.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Moment, RateLimit};

/// What is known about the current span of one token.
#[derive(Default)]
pub(super) struct Gauge(Mutex<Option<Span>>);

#[derive(Clone, Copy)]
struct Span {
    remaining: u64,
    /// When the span is over and nothing is known any more.
    until: Moment,
}

impl Gauge {
    /// How many calls are left; without end when nothing is known.
    pub(super) fn room(&self, now: Moment) -> u64 {
        Self::room_of(*self.lock(), now)
    }

    /// Counts a call that is about to be made, if there is still as much room as was seen for it:
    /// its answer may be long in coming.
    pub(super) fn take(&self, now: Moment, seen: u64) -> bool {
        let mut known = self.lock();
        let is_as_seen = Self::room_of(*known, now) == seen;
        if let Some(span) = known.as_mut().filter(|_| is_as_seen) {
            span.remaining = span.remaining.saturating_sub(1);
        }
        is_as_seen
    }

    /// Takes over what an answer states. Answers come in any order: within one span the lowest
    /// count of calls left is the latest.
    pub(super) fn read(&self, now: Moment, limit: &RateLimit, is_refused: bool) {
        let remaining = if is_refused {
            Some(0)
        } else {
            limit.remaining()
        };
        let lasts = limit.wait().or(limit.reset);
        let (Some(remaining), Some(lasts)) = (remaining, lasts) else {
            return;
        };
        let mut known = self.lock();
        let same_span = known.filter(|span| !now.has_reached(span.until));
        *known = Some(match same_span {
            Some(span) => Span {
                remaining: span.remaining.min(remaining),
                until: if is_refused {
                    span.until.later(now.saturating_add(lasts))
                } else {
                    span.until
                },
            },
            None => Span {
                remaining,
                until: now.saturating_add(lasts),
            },
        });
    }

    fn room_of(known: Option<Span>, now: Moment) -> u64 {
        let span = known.filter(|span| !now.has_reached(span.until));
        span.map_or(u64::MAX, |span| span.remaining)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Span>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
