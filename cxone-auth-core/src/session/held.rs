//! The token that a session holds, and when it is renewed.

use std::time::Duration;

use super::random::Random;
use crate::{AccessToken, Config, Moment, RenewalPolicy};

/// The current token with its two deadlines.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) token: AccessToken,
    /// From here on one caller renews it.
    pub(super) renew_at: Moment,
    /// From here on it is handed out only when its renewal has just failed.
    pub(super) withhold_at: Moment,
}

impl Held {
    pub(super) fn new(token: AccessToken, config: &Config, random: &mut Random) -> Self {
        let lifetime = token.lifetime().span();
        let lead = random
            .scale(config.renewal.lead_for(lifetime))
            .min(lifetime);
        let margin = RenewalPolicy::margin_for(lifetime);
        let before_end = |span| {
            token
                .sent_at()
                .saturating_add(lifetime.saturating_sub(span))
        };
        Self {
            // A token is renewed before it is withheld, however short the lead.
            renew_at: before_end(lead.max(margin)),
            withhold_at: before_end(margin),
            token,
        }
    }

    /// Puts renewal off by a quarter of what is left: the server hands out no better token yet.
    pub(super) fn put_off_renewal(&mut self, now: Moment) {
        let pause = (self.token.remaining(now) / 4).max(Duration::from_secs(1));
        self.renew_at = now.saturating_add(pause);
    }

    /// Whether the token has `min_ttl` left, or has as much as asking again would bring: no token
    /// of this server lives so long, or it has only just been asked.
    pub(super) fn serves(&self, now: Moment, min_ttl: Duration, gap: Duration) -> bool {
        let just_asked = !now.has_reached(self.token.sent_at().saturating_add(gap));
        self.token.remaining(now) >= min_ttl || min_ttl > self.token.lifetime().span() || just_asked
    }
}
