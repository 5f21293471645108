//! Decides which cached token is good enough.

use std::time::Duration;

use cxone_auth_core::config::RenewalPolicy;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Entry, Reading};

/// What a caller requires of a token.
pub(crate) struct Requirements {
    began: Reading,
    min_ttl: Option<Duration>,
    is_forced: bool,
}

/// What a caller knows of the token that an API rejected.
pub(crate) enum Rejection {
    /// The token itself.
    Of(SecretString),
    /// Nothing. The cached token counts as the rejected one, unless it is too new to have been
    /// handed out, used and rejected.
    OfTheKept,
}

/// Within this time, a forced renewal also serves other callers who force one, and a cached token
/// does not count as the rejected one. Sources of the library do the same.
const MIN_FORCED_INTERVAL: Duration = RenewalPolicy::DEFAULT_MIN_FORCED_INTERVAL;

/// The longest lifetime that has to remain by default.
const LONGEST_LEAST: Duration = Duration::from_secs(60);

impl Requirements {
    /// Requires a token that has `min_ttl` left. If it is forced, always a new one.
    ///
    /// Made as soon as the process starts. A token that arrives after that is good enough.
    pub(crate) fn new(min_ttl: Option<Duration>, is_forced: bool) -> Self {
        Self {
            began: Reading::now(),
            min_ttl,
            is_forced,
        }
    }

    /// Reports whether a new token is required, even if there is a cached one.
    pub(crate) fn is_forced(&self) -> bool {
        self.is_forced
    }

    /// Reports whether `entry` is good enough.
    ///
    /// A valid token that arrived after this process started always is. It is the response to the
    /// request that this process would have made.
    pub(crate) fn accepts(&self, entry: &Entry, now: &Reading) -> bool {
        let remaining = entry.remaining(now);
        if remaining.is_zero() {
            return false;
        }
        let is_of_this_call = self.is_met_by(entry.received());
        let is_long_enough = remaining >= self.least(entry.lifetime());
        let is_new_enough = !self.is_forced || is_just_forced(entry, now);
        is_of_this_call || (is_long_enough && is_new_enough)
    }

    /// Reports whether what arrived at this point replaces the request that this process would have
    /// made.
    pub(super) fn is_met_by(&self, arrived: &Reading) -> bool {
        self.began.until(arrived).is_some()
    }

    /// Returns how much of this lifetime has to remain.
    ///
    /// Half of it is enough if no token is valid for as long as required. Otherwise each process
    /// would send a request and get no more.
    fn least(&self, lifetime: Duration) -> Duration {
        match self.min_ttl {
            Some(min_ttl) if lifetime > min_ttl => min_ttl,
            Some(_) => lifetime / 2,
            None => (lifetime / 10).min(LONGEST_LEAST),
        }
    }
}

impl Rejection {
    /// Reports whether `entry` is the rejected token.
    pub(super) fn means(&self, entry: &Entry, now: &Reading) -> bool {
        match self {
            Self::Of(token) => token.expose_secret() == entry.token().expose_secret(),
            Self::OfTheKept => !is_young(entry, now),
        }
    }
}

fn is_just_forced(entry: &Entry, now: &Reading) -> bool {
    entry.is_forced && is_young(entry, now)
}

fn is_young(entry: &Entry, now: &Reading) -> bool {
    entry
        .received()
        .until(now)
        .is_some_and(|age| age < MIN_FORCED_INTERVAL)
}
