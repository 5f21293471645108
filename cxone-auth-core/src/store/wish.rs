//! Which stored token an exchange ends with.

use std::time::Duration;

use super::record::Record;
use crate::clock::Moment;
use crate::config::RenewalPolicy;
use crate::protocol::AccessToken;

/// What the callers of an exchange want, and what this process knows.
#[derive(Default)]
pub(crate) struct Wish {
    /// The token at hand. Nobody waits for another one.
    pub(crate) at_hand: Option<AccessToken>,
    /// A token that is not wanted: an API has rejected it, or a caller asks for another one.
    pub(crate) other_than: Option<AccessToken>,
    /// Whether a caller wants a token that arrives from now on.
    pub(crate) is_forced: bool,
    pub(crate) min_ttl: Duration,
    /// A token that is valid for `min_ttl` for less than this time counts as one that never is. It is
    /// zero for a caller who fails with a shorter token.
    pub(crate) least_use: Duration,
    pub(crate) min_forced_interval: Duration,
    /// The id of this process in refusals, if it was refused.
    pub(crate) holder: Option<[u8; 16]>,
    /// The latest generation that this process has seen.
    pub(crate) seen: u64,
    /// Whether this process leaves the lease to others, because it was refused.
    pub(crate) leaves_it: bool,
    /// Whether it makes no request at all, because of a cool-down.
    pub(crate) only_looks: bool,
}

/// An entry, and until when the store keeps it.
pub(crate) struct Found {
    pub(crate) record: Record,
    pub(crate) kept: Option<Moment>,
}

impl Found {
    /// Returns how much longer the token is valid.
    pub(super) fn remaining(&self, now: Moment) -> Duration {
        self.record.remaining(now, self.kept)
    }
}

impl Wish {
    /// Reports whether the exchange ends with this token.
    pub(super) fn is_wanted(&self, found: &Found, now: Moment, is_newer: bool) -> bool {
        let interval = self.min_forced_interval;
        let is_fresh = || self.is_fresh(found, now, is_newer);
        if self.rejects(found) {
            // The minimum interval between forced renewals holds for all processes together.
            return found.record.was_just_forced(now, interval) && self.is_valid(found, now);
        }
        if self.is_forced && !is_newer {
            return found.record.was_just_forced(now, interval) && is_fresh();
        }
        is_fresh()
    }

    /// Reports whether the token is valid for long enough. One that has just arrived always is.
    pub(super) fn is_fresh(&self, found: &Found, now: Moment, is_newer: bool) -> bool {
        let remaining = found.remaining(now);
        if !self.is_valid(found, now) {
            return false;
        }
        let at_hand = self.at_hand.as_ref();
        if at_hand.is_some_and(|token| token.remaining(now) >= remaining) {
            return false;
        }
        is_newer || remaining >= self.least(found.record.lifetime())
    }

    /// Returns how much of a lifetime has to remain. If no token is valid for as long as a caller
    /// asks, half of the lifetime is enough: a request would bring little more. That counts for a
    /// token that is valid for so long only within the minimum interval, too: each process would
    /// find it too short, and request the next one.
    fn least(&self, lifetime: Duration) -> Duration {
        let least_use = self.least_use.min(lifetime / 2);
        let least = if self.min_ttl > lifetime.saturating_sub(least_use) {
            lifetime / 2
        } else {
            self.min_ttl
        };
        least.max(RenewalPolicy::margin_for(lifetime))
    }

    /// Reports whether the token is better than none.
    pub(super) fn is_usable(&self, found: &Found, now: Moment) -> bool {
        !self.rejects(found) && self.is_valid(found, now)
    }

    /// Reports whether the token is valid, and not older than one that this process has seen.
    fn is_valid(&self, found: &Found, now: Moment) -> bool {
        found.record.generation() >= self.seen && !found.remaining(now).is_zero()
    }

    fn rejects(&self, found: &Found) -> bool {
        let rejected = self.other_than.as_ref();
        rejected.is_some_and(|token| found.record.token() == Some(token.expose_secret()))
    }
}
