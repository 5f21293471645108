//! How long a call may wait, by the rules of a session.

use std::time::Duration;

use cxone_auth_core::config::RenewalPolicy;
use cxone_auth_core::{AccessToken, TransportOptions};

/// How long a caller with a valid token may carry a renewal that it has started.
const LONGEST_CARRY: Duration = Duration::from_millis(250);

/// The longest time without a request while a call goes on. It is the policy's longest pause or
/// what a server asks for up to that, lengthened by a third, with the jitter of a quarter.
const LONGEST_PAUSE: Duration = Duration::from_millis(6_667);

/// A token that can be used until its end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usable {
    pub(crate) lifetime: Duration,
    pub(crate) ends_at: Duration,
}

/// What the rules depend on.
#[derive(Debug, Default)]
pub(crate) struct Situation {
    pub(crate) now: Duration,
    /// The token that lasts longest of those that were seen.
    pub(crate) best: Option<Usable>,
    pub(crate) in_flight: bool,
    /// When the latest request was sent.
    pub(crate) sent_at: Duration,
    /// When there was last a request in flight, or one failed.
    pub(crate) quiet_since: Duration,
    /// How many requests have failed.
    pub(crate) failures: u64,
}

impl Usable {
    pub(crate) fn of(token: &AccessToken) -> Self {
        let ends_at = token.expires_at().monotonic();
        Self {
            lifetime: ends_at.saturating_sub(token.sent_at().monotonic()),
            ends_at,
        }
    }

    /// When its last margin begins.
    fn withheld_at(self) -> Duration {
        let margin = (self.lifetime / 10).min(RenewalPolicy::LONGEST_MARGIN);
        self.ends_at.saturating_sub(margin)
    }
}

impl Situation {
    pub(crate) fn see(&mut self, token: Usable) {
        if self.best.is_none_or(|best| best.ends_at < token.ends_at) {
            self.best = Some(token);
        }
    }

    pub(crate) fn usable(&self) -> Option<Usable> {
        self.best.filter(|token| token.ends_at > self.now)
    }

    /// Returns until when a call may wait if nothing else happens. It is `now` if the call must not
    /// wait. The numbers are the rules of `Session`.
    pub(crate) fn may_wait_until(&self, wants_more: bool, is_requester: bool) -> Duration {
        let timeout_at = self.sent_at + TransportOptions::DEFAULT_TIMEOUT;
        let Some(token) = self.usable() else {
            return if self.in_flight {
                // 4. All wait for the outcome, which is a failure at the timeout.
                timeout_at
            } else {
                // 6 and 11. A call goes on after a pause.
                self.quiet_since + LONGEST_PAUSE
            };
        };
        if !self.in_flight {
            // 3, 5 and 11. With a token, a pause is no reason to wait.
            return self.now;
        }
        // 12. Nobody waits for a renewal into the end of the token.
        let half = token.ends_at.saturating_sub(self.sent_at) / 2;
        let latest = timeout_at.min(self.sent_at + half);
        if wants_more || self.now >= token.withheld_at() {
            // 2 and 3. The token is not good enough, or is withheld.
            latest
        } else if is_requester {
            // There may be nobody else to carry the request.
            latest.min(self.sent_at + LONGEST_CARRY)
        } else {
            // 2. All others continue to use the token.
            self.now
        }
    }
}
