//! Which kept token will do.

use std::time::Duration;

use cxone_auth_core::config::RenewalPolicy;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Entry, Reading};

/// What a caller wants of a token.
pub(crate) struct Requirements {
    began: Reading,
    min_ttl: Option<Duration>,
    is_forced: bool,
}

/// What a caller knows of the token that an API rejected.
pub(crate) enum Rejection {
    /// The token itself.
    Of(SecretString),
    /// Nothing: it is taken to be the one that is kept, unless that one is too young to have been
    /// handed out, used and rejected.
    OfTheKept,
}

/// Within this time a forced renewal serves others who force one, and a kept token is not taken for
/// the rejected one: what the sources of the library do.
const MIN_FORCED_INTERVAL: Duration = RenewalPolicy::DEFAULT_MIN_FORCED_INTERVAL;

/// What has to be left unless it is said.
const LONGEST_LEAST: Duration = Duration::from_secs(60);

impl Requirements {
    /// A token that has `min_ttl` left; a new one in any case if it is forced.
    ///
    /// It is made as soon as the process begins: a token that arrives from here on will do.
    pub(crate) fn new(min_ttl: Option<Duration>, is_forced: bool) -> Self {
        Self {
            began: Reading::now(),
            min_ttl,
            is_forced,
        }
    }

    /// Whether a new token is wanted, whatever is kept.
    pub(crate) fn is_forced(&self) -> bool {
        self.is_forced
    }

    /// Whether `entry` will do.
    ///
    /// A token that arrived after this process began will, whatever it is like: it is the response
    /// to the request that this process would have made.
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

    /// Whether what arrived at this point serves the request that this process would have made.
    pub(super) fn is_met_by(&self, arrived: &Reading) -> bool {
        self.began.until(arrived).is_some()
    }

    /// What has to be left of this lifetime.
    ///
    /// Half of it where no token is valid as long as is asked for: each process would ask again,
    /// and be given no more.
    fn least(&self, lifetime: Duration) -> Duration {
        match self.min_ttl {
            Some(min_ttl) if lifetime > min_ttl => min_ttl,
            Some(_) => lifetime / 2,
            None => (lifetime / 10).min(LONGEST_LEAST),
        }
    }
}

impl Rejection {
    /// Whether it was `entry` that was rejected.
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
