//! The token that a session holds, and when it is renewed.

use std::time::Duration;

use super::backoff::Random;
use super::interval;
use crate::clock::Moment;
use crate::config::{Config, RenewalPolicy};
use crate::protocol::AccessToken;

/// The current token with its deadlines.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) token: AccessToken,
    /// From this moment on, one caller renews the token.
    pub(super) renew_at: Moment,
    /// From this moment on, the token is handed out only if its renewal has just failed or takes
    /// too long.
    pub(super) withhold_at: Moment,
    /// Before this, the server would return no token that is valid for longer than this one.
    pub(super) ask_again_at: Moment,
}

impl Held {
    pub(super) fn new(token: AccessToken, config: &Config, random: &mut Random) -> Self {
        let lifetime = token.lifetime().span();
        let refresh_before = random
            .scale(config.renewal.refresh_before_for(lifetime))
            .min(lifetime.saturating_sub(interval::between_renewals(lifetime)));
        let margin = RenewalPolicy::margin_for(lifetime);
        // Another process may have requested it before the clock of this one began.
        let before_end = |span: Duration| token.expires_at().saturating_sub(span.min(lifetime));
        Self {
            // A token is renewed before it is withheld, even if refresh_before is very short.
            renew_at: before_end(refresh_before.max(margin)),
            withhold_at: before_end(margin),
            ask_again_at: token
                .sent_at()
                .saturating_add(config.renewal.min_forced_interval()),
            token,
        }
    }

    /// Returns the whole lifetime of the token.
    pub(super) fn lifetime(&self) -> Duration {
        self.token.lifetime().span()
    }

    /// Delays the renewal by a quarter of the remaining lifetime. The server has just shown that it
    /// does not yet hand out a token that is valid for longer.
    pub(super) fn put_off_renewal(&mut self, now: Moment) {
        let pause = (self.token.remaining(now) / 4).max(SHORTEST_PAUSE);
        self.renew_at = now.saturating_add(pause).earlier(self.token.expires_at());
        self.ask_again_at = self.renew_at;
    }

    /// Reports whether the token ends later than `other`.
    pub(super) fn outlives(&self, other: &AccessToken, now: Moment) -> bool {
        self.token.remaining(now) > other.remaining(now)
    }

    /// Reports whether the token has `min_ttl` left, or never had as much.
    pub(super) fn lasts(&self, now: Moment, min_ttl: Duration) -> bool {
        min_ttl.is_zero() || self.token.remaining(now) >= min_ttl || min_ttl > self.lifetime()
    }
}

/// The shortest time between two requests to a server that hands out the same token again.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
