//! Until when a session serves its token, waits and makes no request.

use std::time::Duration;

use super::Session;
use super::action::Requirements;
use super::backoff::CoolDown;
use super::held::Held;
use super::interval;
use crate::clock::Moment;
use crate::error::Error;
use crate::protocol::AccessToken;

impl Session {
    /// Reports whether there is no token and no request is made because one has just failed.
    pub(crate) fn cools_down(&self, now: Moment) -> bool {
        self.held_back(now).is_some() && self.usable(now, &Requirements::default()).is_none()
    }

    /// Returns why the latest request has brought no token, while no other may be made.
    pub(crate) fn refusal(&self, now: Moment) -> Option<&Error> {
        self.held_back(now).map(|cool_down| &cool_down.error)
    }

    /// Returns the moment from which a token is served again that was valid when the exchange in
    /// flight was sent.
    pub(crate) fn serve_at(&self) -> Option<Moment> {
        self.serve_at
    }

    /// Returns the current token and the moment when its renewal is due. Until then a poll hands
    /// out this token, and nobody renews it. A driver may serve its own copy of the token until
    /// then.
    #[must_use]
    pub fn fresh_until(&self) -> Option<(AccessToken, Moment)> {
        let held = self.held.as_ref()?;
        Some((held.token.clone(), held.renew_at))
    }

    /// Returns the current token, and until when a poll without requirements hands it out if nothing
    /// happens to the session meanwhile. That may be longer than its renewal takes to be due: during
    /// the exchange that renews it, during the cool-down after that has failed, and within the
    /// minimum interval. A driver whose exchange needs no caller may serve its own copy of the token
    /// until then. It asks again when an exchange was sent, has ended or was dropped.
    #[must_use]
    pub fn served_until(&self, now: Moment) -> Option<(AccessToken, Moment)> {
        let held = self.held.as_ref()?;
        let paced = self.renewal_paced_until(now, held);
        let cool_down = self.cool_down.as_ref().map(|cool_down| cool_down.until);
        let in_flight = self
            .is_in_flight()
            .then(|| self.served_in_flight_until(held));
        let ends = [paced, cool_down, in_flight].into_iter().flatten();
        let ends = ends.map(|until| until.earlier(held.token.expires_at()));
        // The two clocks may disagree about the latest, so one of them is chosen as it is.
        let latest = |one: Moment, other| {
            if now.until(other) > now.until(one) {
                other
            } else {
                one
            }
        };
        Some((held.token.clone(), ends.fold(held.renew_at, latest)))
    }

    /// Returns until when the token is served while the exchange is in flight. It is withheld only
    /// from then on (rule 3), unless its renewal takes too long before that (rule 12).
    fn served_in_flight_until(&self, held: &Held) -> Moment {
        let is_overdue_first = |at: Moment| at == at.earlier(held.withhold_at);
        if self.cool_down.is_some() || self.serve_at.is_some_and(is_overdue_first) {
            held.token.expires_at()
        } else {
            held.withhold_at
        }
    }

    /// Returns when a poll next asks for a request, for a driver that renews without callers. If
    /// there is no token, that is at once. While an exchange is in flight, it is never.
    #[must_use]
    pub fn next_request_at(&self, now: Moment) -> Option<Moment> {
        if self.is_in_flight() {
            return None;
        }
        let (due, paced) = match &self.held {
            Some(held) if !held.token.is_expired(now) => {
                (held.renew_at, self.renewal_paced_until(now, held))
            }
            _ => (now, self.request_paced_until(now)),
        };
        let held_back = self.held_back(now).map(|cool_down| cool_down.until);
        let not_before = [paced, held_back].into_iter().flatten();
        Some(not_before.fold(due, Moment::later))
    }

    /// Reports whether the exchange in flight has taken half of the token's remaining lifetime.
    pub(super) fn is_overdue(&self, now: Moment) -> bool {
        self.is_in_flight() && self.serve_at.is_some_and(|at| now.has_reached(at))
    }

    /// Returns until when no renewal is made because the latest request is too recent.
    pub(super) fn renewal_paced_until(&self, now: Moment, held: &Held) -> Option<Moment> {
        self.paced_until(now, interval::between_renewals(held.lifetime()))
    }

    /// Returns until when a caller without a usable token waits because the latest request is too
    /// recent. A caller who rejects the current token has the interval of forced renewals, unless
    /// its request was given up.
    pub(super) fn request_paced_until(&self, now: Moment) -> Option<Moment> {
        let is_alive = |held: &Held| !held.token.is_expired(now);
        if self.held.as_ref().is_some_and(is_alive) && !self.is_open {
            return None;
        }
        self.paced_until(now, interval::without_token(self.lifetime))
    }

    fn paced_until(&self, now: Moment, interval: Duration) -> Option<Moment> {
        let sent_at = self.sent_at.filter(|_| !self.is_in_flight())?;
        let until = sent_at.saturating_add(interval);
        (!now.has_reached(until)).then_some(until)
    }

    /// Returns why no request may be made at `now`, if one has just failed.
    pub(super) fn held_back(&self, now: Moment) -> Option<&CoolDown> {
        let cool_down = self.cool_down.as_ref()?;
        (!now.has_reached(cool_down.until)).then_some(cool_down)
    }
}
