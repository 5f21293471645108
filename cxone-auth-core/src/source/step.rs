//! What a caller does next.

use std::sync::Arc;
use std::time::Duration;

use event_listener::EventListener;

use super::engine::Engine;
use super::flight::Flight;
use super::launch::{self, Launch, Parcel};
use super::options::{Caller, Obtained};
use super::reading::Reading;
use super::sharing::{Joint, Sharing};
use super::state::State;
use super::telemetry::Whose;
use crate::clock::Moment;
use crate::error::Error;
use crate::session::{Action, Exchange};
use crate::store::Wish;

/// How long a caller with a valid token carries a renewal that it has started. After that it
/// continues with its token and leaves the renewal to the next callers. A caller may have a
/// deadline that the source does not know.
const LONGEST_CARRY: Duration = Duration::from_millis(250);

/// The next step of a caller.
pub(super) enum Step<'e> {
    Done(Result<Obtained, Error>),
    Send(Box<Launch<'e>>),
    Wait(Pause),
    Again,
}

/// A wait for a change.
pub(crate) struct Pause {
    pub(super) changed: EventListener,
    /// The longest wait, if there is something else to do after it.
    pub(super) span: Option<Duration>,
    /// When what it waits for is given up.
    pub(super) limit: Option<Duration>,
}

impl Pause {
    /// Returns a wait for what takes at most `limit`, or has none.
    pub(super) fn within(limit: Option<Duration>, changed: EventListener) -> Self {
        Self {
            changed,
            span: None,
            limit,
        }
    }

    /// Returns the longest time that the wait may take.
    pub(super) fn longest(&self) -> Option<Duration> {
        self.span.into_iter().chain(self.limit).min()
    }
}

impl Engine {
    /// Asks the session what the caller does next. A request takes at most `timeout`.
    pub(super) fn step(self: &Arc<Self>, caller: &mut Caller, timeout: Duration) -> Step<'_> {
        let now = self.now();
        let mut state = self.lock();
        if caller.is_late(now) {
            let at_hand = state.session.at_hand(now, &caller.requirements);
            return Step::Done(caller.at_deadline(now, at_hand));
        }
        if let Some(flight) = state.take_overdue(now) {
            let is_failure = flight.is_missed(now, caller.presence.as_ref());
            self.give_up(state, now, flight, is_failure);
            return Step::Again;
        }
        match state.session.poll_for(now, &caller.requirements) {
            Action::Use(_) if state.is_carried_by(caller, now) => {
                self.wait(&state, now, caller, None)
            }
            Action::Use(token) => {
                let refusal = state.session.refusal(now);
                Step::Done(caller.hand_out(now, token, refusal))
            }
            Action::Refuse(error) => match self.check(&mut state, now, caller, timeout) {
                Some(launch) => Step::Send(Box::new(launch)),
                None => Step::Done(Err(error)),
            },
            Action::Send(exchange) => {
                let parcel = self.parcel(&state, now, caller, &exchange, timeout);
                let launch = self.launch(&mut state, now, caller, (exchange, parcel), timeout);
                Step::Send(Box::new(launch))
            }
            Action::Wait { ticket, until } => {
                caller.requirements.ticket = Some(ticket);
                self.wait(&state, now, caller, until)
            }
        }
    }

    /// Waits for the first of these: a change, `until`, the caller's deadline, the end of the time
    /// in which it carries a renewal, or the end of the transport's timeout.
    fn wait(
        &self,
        state: &State,
        now: Moment,
        caller: &mut Caller,
        until: Option<Moment>,
    ) -> Step<'_> {
        let carries_until = caller.carries.map(|(_, until)| until);
        let carries_until = carries_until.filter(|until| !now.has_reached(*until));
        let ends = [until, carries_until, caller.deadline()];
        let span = ends.into_iter().flatten().map(|end| now.until(end)).min();
        let limit = state.flight.as_ref().and_then(|flight| flight.left(now));
        caller.presence = state.flight.as_ref().map(Flight::presence);
        // Listening starts under the lock. Otherwise a change could be missed.
        let changed = self.changed.listen();
        Step::Wait(Pause {
            changed,
            span,
            limit,
        })
    }

    fn parcel(
        &self,
        state: &State,
        now: Moment,
        caller: &Caller,
        exchange: &Exchange,
        timeout: Duration,
    ) -> Parcel {
        if let Some(sharing) = self.sharing.load_full() {
            let reading = Reading::new(exchange.shared_config(), self.clock());
            let wish = state.wish(now, caller);
            let joint = self.joint(reading, sharing, exchange, wish, timeout);
            return Parcel::Shared(Box::new(joint));
        }
        if exchange.config().has_changing_credentials() {
            Parcel::ToRead(Reading::new(exchange.shared_config(), self.clock()))
        } else {
            Parcel::Ready(exchange.request())
        }
    }

    fn joint(
        &self,
        reading: Reading,
        sharing: Arc<Sharing>,
        exchange: &Exchange,
        wish: Wish,
        timeout: Duration,
    ) -> Joint {
        Joint {
            reading,
            sharing,
            config: exchange.shared_config(),
            clock: self.clock(),
            wish,
            timeout,
        }
    }

    /// Returns an exchange for a caller who is refused, if the credentials may have changed, or if
    /// another process may have got a token.
    fn check<'e>(
        self: &'e Arc<Self>,
        state: &mut State,
        now: Moment,
        caller: &mut Caller,
        timeout: Duration,
    ) -> Option<Launch<'e>> {
        let is_read = state.session.config().has_changing_credentials();
        // A store that has failed would delay the refusal.
        let sharing = self.sharing.load_full();
        let sharing = sharing.filter(|sharing| sharing.error().is_none());
        if !is_read && sharing.is_none() {
            return None;
        }
        let refused = state.refused.take_turn(now)?;
        let (exchange, is_about_it) = state.session.check(now, sharing.is_some())?;
        let reading = Reading::new(exchange.shared_config(), self.clock());
        let reading = if is_read && is_about_it {
            reading.unless(refused)
        } else {
            reading
        };
        let parcel = match sharing {
            Some(sharing) => {
                let wish = Wish {
                    only_looks: true,
                    ..state.wish(now, caller)
                };
                let joint = self.joint(reading, sharing, &exchange, wish, timeout);
                Parcel::Shared(Box::new(joint))
            }
            None => Parcel::ToRead(reading),
        };
        Some(self.launch(state, now, caller, (exchange, parcel), timeout))
    }

    fn launch<'e>(
        self: &'e Arc<Self>,
        state: &mut State,
        now: Moment,
        caller: &mut Caller,
        (exchange, parcel): (Exchange, Parcel),
        timeout: Duration,
    ) -> Launch<'e> {
        state.flights += 1;
        let id = state.flights;
        caller.requirements.ticket = Some(exchange.ticket());
        let serve_at = state.session.serve_at();
        let has_token = state.session.at_hand(now, &caller.requirements).is_some();
        caller.carries = serve_at
            .filter(|_| has_token)
            .map(|serve_at| (id, serve_at.earlier(now.saturating_add(LONGEST_CARRY))));
        let extra = self.sharing.load();
        let extra = extra.as_ref().map(|sharing| sharing.extra(timeout));
        let timeout = timeout.saturating_add(extra.unwrap_or_default());
        let ends = [serve_at.filter(|_| has_token), caller.deadline()];
        let limit = ends.into_iter().flatten().map(|end| now.until(end));
        let end = now.monotonic().saturating_add(timeout);
        let changed = Arc::clone(&self.changed);
        let whose = Whose::of(&exchange);
        let flight = Flight::new(id, exchange, end, changed).of_parcel(&parcel);
        let limit = limit.fold(timeout, Duration::min);
        let launch = Launch {
            engine: self,
            id,
            parcel: Some(parcel),
            whose,
            limit,
            is_cut: limit < timeout,
            state: launch::State::Begun,
        };
        caller.presence = Some(flight.presence());
        state.flight = Some(flight);
        self.publish(state, state.served_until(now));
        launch
    }
}
