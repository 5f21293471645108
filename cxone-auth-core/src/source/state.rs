//! What an engine keeps behind its lock: the session, and the exchange in flight.

use std::task::Waker;
use std::time::Duration;

use super::delivery::Delivered;
use super::flight::{Flight, FlightId, Sending};
use super::options::Caller;
use super::refused::Refused;
use crate::clock::Moment;
use crate::protocol::AccessToken;
use crate::session::{Exchange, Outcome, Session};
use crate::store::Wish;

/// What is behind the lock.
pub(super) struct State {
    pub(super) session: Session,
    /// The exchange in flight, until its end is read.
    pub(super) flight: Option<Flight>,
    /// What the server has refused, if credentials are read for each request.
    pub(super) refused: Refused,
    /// How many flights there were.
    pub(super) flights: FlightId,
    /// The token that was given up last, if a store may still have it.
    pub(super) rejected: Option<AccessToken>,
}

impl State {
    /// Takes what an exchange has brought, which has begun with a look for others if it `is_check`.
    pub(super) fn end(
        &mut self,
        now: Moment,
        exchange: Exchange,
        delivered: Delivered,
        is_check: bool,
    ) -> Outcome {
        if self.has_found_what_was_given_up(&exchange, &delivered) {
            self.session.end_check(exchange);
            return Outcome::Superseded;
        }
        if delivered.result.is_ok() {
            self.rejected = None;
            self.refused = Refused::default();
        } else {
            self.refused.keep(now, delivered.refused, is_check);
        }
        if delivered.earlier.is_some() {
            self.session.count_refusal();
        }
        match (delivered.result, delivered.told_for) {
            (Ok(token), _) if delivered.is_from_store => {
                self.session.end_adopting(now, exchange, token)
            }
            (Err(error), Some(pause)) => self.session.end_told(now, exchange, error, pause),
            (result, _) => self.session.end(now, exchange, result),
        }
    }

    /// Reports whether the exchange has found a token in the store that an API has rejected since it
    /// began. It did not know that.
    fn has_found_what_was_given_up(&self, exchange: &Exchange, delivered: &Delivered) -> bool {
        let (Ok(token), Some(rejected)) = (&delivered.result, &self.rejected) else {
            return false;
        };
        delivered.is_from_store
            && self.session.has_given_up_during(exchange)
            && rejected.is_repeated_by(token)
    }

    /// Returns the current token, and until when it is served to callers who require nothing. They
    /// need not ask the session until then. A request that they carry needs their polls, and one
    /// that takes too long has to be given up.
    pub(super) fn served_until(&self, now: Moment) -> Option<(AccessToken, Moment)> {
        let (token, fresh_until) = self.session.fresh_until()?;
        let (_, served_until) = self.session.served_until(now)?;
        let until = match &self.flight {
            None => served_until,
            Some(flight) if flight.is_for_callers() => fresh_until,
            Some(flight) => {
                let limit = flight.limit().min(served_until.monotonic());
                Moment::new(limit, served_until.wall())
            }
        };
        let is_longer = now.until(until) > now.until(fresh_until);
        Some((token, if is_longer { until } else { fresh_until }))
    }

    /// Returns what an exchange that this caller starts is for.
    pub(super) fn wish(&self, now: Moment, caller: &Caller) -> Wish {
        let requirements = &caller.requirements;
        let min_ttl = requirements.min_ttl();
        let min_forced_interval = self.session.config().renewal().min_forced_interval();
        let at_hand = self.session.at_hand(now, requirements);
        let serves = |token: &&AccessToken| {
            token.remaining(now) >= min_ttl || min_ttl > token.lifetime().span()
        };
        let rejected = requirements.other_than().or(self.rejected.as_ref());
        Wish {
            at_hand: at_hand.filter(serves).cloned(),
            other_than: rejected.cloned(),
            is_forced: caller.is_forced,
            min_ttl,
            least_use: if caller.refuses_short() {
                Duration::ZERO
            } else {
                min_forced_interval
            },
            min_forced_interval,
            ..Wish::default()
        }
    }

    pub(super) fn flight_of(&mut self, id: FlightId) -> Option<&mut Flight> {
        self.flight.as_mut().filter(|flight| flight.id == id)
    }

    pub(super) fn take(&mut self, id: FlightId) -> Option<Flight> {
        self.flight.take_if(|flight| flight.id == id)
    }

    /// Reports whether the exchange in flight has to be given up.
    pub(super) fn is_overdue(&self, now: Moment) -> bool {
        let flight = self.flight.as_ref();
        flight.is_some_and(|flight| is_over(flight, now))
    }

    /// Takes the exchange in flight if it has taken longer than the transport's timeout. Its
    /// carrier has no influence on it after that.
    pub(super) fn take_overdue(&mut self, now: Moment) -> Option<Flight> {
        self.flight.take_if(|flight| is_over(flight, now))
    }

    pub(super) fn take_sending(&mut self) -> Option<(FlightId, Sending, Waker)> {
        let flight = self.flight.as_mut()?;
        let (sending, waker) = flight.take()?;
        Some((flight.id, sending, waker))
    }

    /// Reports whether the caller has started a renewal and still carries it.
    pub(super) fn is_carried_by(&self, caller: &Caller, now: Moment) -> bool {
        let flight = self.flight.as_ref().filter(|flight| flight.is_left());
        let flight = flight.map(|flight| flight.id);
        caller
            .carries
            .is_some_and(|(id, until)| flight == Some(id) && !now.has_reached(until))
    }
}

/// Reports whether the transport has used up its timeout.
fn is_over(flight: &Flight, now: Moment) -> bool {
    flight.left(now).is_some_and(|left| left.is_zero())
}
