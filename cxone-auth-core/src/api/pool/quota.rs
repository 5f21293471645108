//! How many calls a token has left, as far as the API has said.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::api::RateLimit;
use crate::clock::Moment;

/// What is known about the current span of one token.
#[derive(Default)]
pub(super) struct Quota(Mutex<Option<Span>>);

#[derive(Clone, Copy)]
struct Span {
    calls: Calls,
    /// When the span is over and nothing is known any more.
    until: Moment,
}

#[derive(Clone, Copy)]
enum Calls {
    /// So many are left, by what the API has stated.
    Left(u64),
    /// So many were begun, and no response has stated anything yet.
    Begun(u64),
}

/// How long calls are counted of which no response has told anything. It ends, so that a token whose
/// responses never do is not left out for ever.
const UNTOLD_SPAN: Duration = Duration::from_secs(60);

/// The longest time for which a response is believed. The spans of Genesys Cloud last a minute; a
/// server that asks for a day by mistake, or by a time of day in the wrong unit, would keep a token
/// of the pool out of use for as long.
const LONGEST_SPAN: Duration = Duration::from_secs(5 * 60);

impl Quota {
    /// How many calls are left of the `allowed` ones.
    pub(super) fn room(&self, now: Moment, allowed: u64) -> u64 {
        current(*self.lock(), now).calls.room(allowed)
    }

    /// Counts a call that is about to be made, if there is still as much room as was seen for it:
    /// its response may be long in coming.
    pub(super) fn take(&self, now: Moment, allowed: u64, seen: u64) -> bool {
        let mut known = self.lock();
        let span = current(*known, now);
        let is_as_seen = span.calls.room(allowed) == seen;
        if is_as_seen {
            let calls = span.calls.with_another();
            *known = Some(Span { calls, ..span });
        }
        is_as_seen
    }

    /// Takes over what a response states. Responses come in any order: within one span the lowest
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
        let until = now.saturating_add(lasts.min(LONGEST_SPAN));
        let mut known = self.lock();
        let span = current(*known, now);
        // Of the calls begun before, most are under way: the API has not counted them yet.
        let most = span.calls.room(limit.allowed.unwrap_or(u64::MAX));
        *known = Some(Span {
            calls: Calls::Left(remaining.min(most)),
            until: match span.calls {
                Calls::Begun(_) => until,
                Calls::Left(_) if is_refused => span.until.later(until),
                Calls::Left(_) => span.until,
            },
        });
    }

    fn lock(&self) -> MutexGuard<'_, Option<Span>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Calls {
    fn room(self, allowed: u64) -> u64 {
        match self {
            Self::Left(left) => left,
            Self::Begun(begun) => allowed.saturating_sub(begun),
        }
    }

    fn with_another(self) -> Self {
        match self {
            Self::Left(left) => Self::Left(left.saturating_sub(1)),
            Self::Begun(begun) => Self::Begun(begun.saturating_add(1)),
        }
    }
}

/// The span that is not over yet, or a new one.
fn current(known: Option<Span>, now: Moment) -> Span {
    let span = known.filter(|span| !now.has_reached(span.until));
    span.unwrap_or_else(|| Span {
        calls: Calls::Begun(0),
        until: now.saturating_add(UNTOLD_SPAN),
    })
}
