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
        let span = self.lock().filter(|span| !now.has_reached(span.until));
        span.map_or(u64::MAX, |span| span.remaining)
    }

    /// Counts a call that is about to be made: its answer may be long in coming.
    pub(super) fn take(&self) {
        if let Some(span) = self.lock().as_mut() {
            span.remaining = span.remaining.saturating_sub(1);
        }
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

    fn lock(&self) -> MutexGuard<'_, Option<Span>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
